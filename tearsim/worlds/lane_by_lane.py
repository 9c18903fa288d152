"""Functions asked lane by lane: what cannot be turned into one over lanes, and the session of one lane for the log."""

from types import FunctionType
from typing import get_type_hints

from numba.extending import register_jitable

from tearsim.science.session import Session
from tearsim.worlds.compiling import WITHIN
from tearsim.worlds.lanes import LANES, bits_of_mask, everywhere, in_lane, with_lane
from tearsim.worlds.numba_types import FromOutside
from tearsim.worlds.program import LIVE
from tearsim.worlds.records import one_of


def lane_by_lane(function: FunctionType, like: FunctionType) -> FunctionType:
    """A function over lanes that asks another one, as it stands, for each lane by itself."""
    kinds = get_type_hints(like)
    gives = kinds.pop("return")
    known: dict[str, FromOutside] = {"asked": function, "everywhere": everywhere, "bits_of_mask": bits_of_mask,
                             "in_lane": in_lane, "with_lane": with_lane, "one_of": one_of}  # fmt: skip
    arguments = [f"argument_{place}" for place in range(len(kinds))]
    for argument, kind in zip(arguments, kinds.values(), strict=True):
        known[f"{argument}_of"] = _of_one_lane(kind)
    asked = f"asked({', '.join(f'{argument}_of({argument}, lane)' for argument in arguments)})"
    start, each = {
        type(None): ("", asked),
        bool: ("result = everywhere(False)", f"result = with_lane(result, lane, bool({asked}))"),
    }.get(gives, ("result = everywhere(0.0)", f"result = with_lane(result, lane, float({asked}))"))
    lines = [
        f"def {like.__name__}({', '.join([LIVE, *arguments])}):",
        f"    {start or 'pass'}",
        f"    bits = bits_of_mask({LIVE})",
        f"    for lane in range({LANES}):",
        "        if bits >> lane & 1:",
        f"            {each}",
        *(["    return result"] if start else []),
    ]
    exec("\n".join(lines), known)
    register_jitable(**WITHIN)(function)
    made: FunctionType = known[like.__name__]
    register_jitable(**WITHIN)(made)
    return made


def _of_one_lane(kind: type) -> FunctionType:
    """A function that takes what stands in a lane, as what it is declared to be."""
    known: dict[str, FromOutside] = {"everywhere": everywhere, "in_lane": in_lane, "one_of": one_of, "kind": kind}
    whole = {int: "int(in_lane(everywhere({0}), lane))", float: "in_lane(everywhere({0}), lane)",
             bool: "in_lane(everywhere({0}), lane)"}  # fmt: skip
    if hasattr(kind, "_fields"):
        hints = get_type_hints(kind)
        text = f"kind({', '.join(whole[hints[field]].format(f'value.{field}') for field in kind._fields)})"
    else:
        text = whole.get(kind, "one_of({0}, lane)").format("value")
    exec(f"def taken(value, lane):\n    return {text}", known)
    register_jitable(**WITHIN)(known["taken"])
    taken: FunctionType = known["taken"]
    return taken


def one_session() -> FunctionType:
    """A function that takes the session of one lane out of eight."""
    return _of_one_lane(Session)
