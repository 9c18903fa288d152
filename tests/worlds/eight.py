"""Eight people, parameters and luck of every kind: as tables that stand abreast, and one by one as Python has them."""

from random import Random  # noqa: TID251 - people to try, and no luck of the model
from types import SimpleNamespace
from typing import get_type_hints

import numba
import numpy as np

from tearsim.science.luck import RUNS
from tearsim.science.parameters import PARAMETERS
from tearsim.science.people import Client, Therapist
from tearsim.science.scales import WITHOUT_END
from tearsim.science.settings import checked, settings
from tearsim.science.tally import Tally
from tearsim.science.types import Parameters, SessionLuck, TherapistWeekLuck
from tearsim.worlds import records
from tearsim.worlds.abreast import abreast
from tearsim.worlds.compiling import OPTIONS
from tearsim.worlds.lanes import LANES, mask_of_bits, true, where
from tearsim.worlds.memory import ABREAST, lanes_at, put_lanes

KINDS = {
    Client: records.CLIENT_RECORDS, Therapist: records.THERAPIST_RECORDS, Parameters: records.PARAMETER_RECORDS,
    SessionLuck: records.SESSION_LUCK_RECORDS, TherapistWeekLuck: records.THERAPIST_WEEK_LUCK_RECORDS,
    Tally: records.TALLY_RECORDS,
}  # fmt: skip
MOST_NUMBERS = 40  # that a rule takes, or gives
LUCK = {SessionLuck: "session", TherapistWeekLuck: "therapist week"}
# Whole numbers that rules tell apart; whatever else is whole goes up to 3.
FROM_TO = {"first_week": (-1, 9), "week": (0, 62), "number": (1, 9), "sessions": (0, 9), "holder": (0, 2)}


def someone(kind, draw):
    """A client, a therapist, parameters, luck or a tally."""
    if kind is Parameters:
        return SimpleNamespace(**settings(checked({name: a_value(one, draw) for name, one in PARAMETERS.items()})))
    if kind in LUCK:
        return SimpleNamespace(**{name: drawn(how, draw) for how, names in RUNS[LUCK[kind]] for name in names})
    return SimpleNamespace(**{name: a_field(name, one, draw) for name, one in KINDS[kind].fields.items()})


def a_value(declared, draw):
    """Of a parameter: anywhere it may plausibly be, or an end of it."""
    low, high = declared.plausible
    if declared.name in ("therapists", "caseload", "weeks", "hold_back_client"):
        return 3
    if declared.kind == "choice":
        return draw.choice(declared.choices)
    if declared.kind == "switch":
        return draw.random() < 0.5
    if declared.kind == "whole number":
        return draw.randint(int(low), min(int(high), int(low) + 9))
    return draw.choice([draw.uniform(low, high), draw.uniform(low, high), low, high])


def drawn(how, draw):
    """Luck, in which what is rare happens often."""
    if how == "uniforms":
        return draw.choice([draw.random(), draw.random() * 0.1, 2.0**-54, 1.0 - 2.0**-53])
    return draw.gauss(0.0, 3.0 if how == "events" else 1.0)


def a_field(name, kind, draw):
    """A number, whole number, or yes or no, that could stand in a field or be handed to a rule."""
    if kind is bool:
        return draw.random() < 0.5
    if kind is int:
        return draw.randint(*FROM_TO.get(name, (0, 3)))
    if name in ("u", "alliance", "alliance_before", "comfort", "empathy"):
        return draw.choice([draw.random(), 0.5, 2.0 ** -draw.uniform(0.1, 50.0)])
    if name in ("distress", "distress_at_start", "severity"):
        return draw.choice([0.0, draw.random() * 3.0, draw.random() * 0.1, 5e-324])
    if name == "agreed_sessions":
        return draw.choice([WITHOUT_END, float(draw.randint(1, 9)), draw.uniform(0.1, 9.0)])
    return draw.choice([0.0, draw.gauss(0.0, 1.0), draw.gauss(0.0, 1.0), float(draw.randint(-2, 2))])


def table_of(kind, people):
    """People as they stand abreast, [field, lane]."""
    return np.array([[float(getattr(one, name)) for one in people] for name in KINDS[kind].fields])


def numbers_of(value, kind):
    """A number, or a named tuple, as numbers."""
    if kind is type(None):
        return []
    return [float(one) for one in value] if hasattr(kind, "_fields") else [float(value)]


class Abreast:
    """Functions over lanes in one compiled function: `ask(which, bits, ...)` asks one of them.

    `takes` are the kinds that each takes, `gives` what it gives.
    """

    def __init__(self, functions):
        self.functions = functions  # (what is asked abreast, kinds, gives)
        known = {
            "lanes_at": lanes_at,
            "put_lanes": put_lanes,
            "mask_of_bits": mask_of_bits,
            "true": true,
            "where": where,
        }
        lines = ["def asked(which, bits, at, numbers, out):", "    live = mask_of_bits(bits)"]
        for which, (function, kinds, gives) in enumerate(functions):
            known[f"f{which}"] = function
            self.number = 0
            given = [self._argument(place, kind, known) for place, kind in enumerate(kinds.values())]
            lines += [f"    if which == {which}:", f"        found = f{which}(live, {', '.join(given)})"]
            if hasattr(gives, "_fields"):
                parts = [f"found.{name}" for name in gives._fields]
            else:
                parts = [] if gives is type(None) else ["found"]
            lines += [f"        put_lanes(out + {ABREAST * i}, where(live, {one}, 0.0))" for i, one in enumerate(parts)]
        exec("\n".join(lines), known)
        self._compiled = numba.njit(**OPTIONS)(known["asked"])

    def _argument(self, place, kind, known):
        if kind in KINDS:
            known[f"of{place}_{kind.__name__}"] = KINDS[kind].abreast
            return f"of{place}_{kind.__name__}(at[{place}])"
        if hasattr(kind, "_fields"):
            known[kind.__name__] = kind
            fields = kind.__annotations__.values()
            return f"{kind.__name__}({', '.join(self._argument(place, self._inner(one), known) for one in fields)})"
        self.number += 1
        read = f"lanes_at(numbers + {ABREAST * (self.number - 1)})"
        return f"true({read})" if kind is bool else read

    @staticmethod
    def _inner(kind):
        return getattr(kind, "__origin__", kind)

    def agrees(self, which, by_itself, seed):
        """Whether a function gives abreast what another gives for each by itself, and changes nobody else."""
        draw = Random(seed)
        _, kinds, gives = self.functions[which]
        bits = draw.choice([255, draw.getrandbits(8), 1 << draw.randrange(8)])
        lanes = [{name: self._drawn(name, kind, draw) for name, kind in kinds.items()} for _ in range(LANES)]
        tables = [
            table_of(kind, [lane[name] for lane in lanes]) if kind in KINDS else np.zeros((1, LANES))
            for name, kind in kinds.items()
        ]
        numbers, out = np.zeros((MOST_NUMBERS, LANES)), np.zeros((MOST_NUMBERS, LANES))
        plain = [(name, kind) for name, kind in kinds.items() if kind not in KINDS]
        for lane, given in enumerate(lanes):
            row = [one for name, kind in plain for one in numbers_of(given[name], kind)]
            numbers[: len(row), lane] = row if bits >> lane & 1 else draw.choice([row, [np.nan] * len(row)])
        self._compiled(
            which, bits, np.array([table.ctypes.data for table in tables]), numbers.ctypes.data, out.ctypes.data
        )
        expected = np.zeros_like(out)
        for lane, given in enumerate(lanes):
            if bits >> lane & 1:
                found = numbers_of(by_itself(*given.values()), gives)
                expected[: len(found), lane] = found
        assert expected.tobytes() == out.tobytes(), (which, np.argwhere(expected != out), expected[:3], out[:3])
        for (name, kind), table in zip(kinds.items(), tables, strict=True):
            if kind in KINDS:
                lived = table_of(kind, [lane[name] for lane in lanes])
                fields = list(KINDS[kind].fields)
                assert lived.tobytes() == table.tobytes(), [fields[i] for i, _ in np.argwhere(lived != table)]

    def numbers(self, which, bits, given):
        """What a function of one number gives for eight."""
        numbers, out = np.zeros((1, LANES)), np.zeros((1, LANES))
        numbers[0] = given
        self._compiled(which, bits, np.zeros(1, np.int64), numbers.ctypes.data, out.ctypes.data)
        return out[0]

    def _drawn(self, name, kind, draw):
        if kind in KINDS:
            return someone(kind, draw)
        if hasattr(kind, "_fields"):
            return kind(*(a_field(field, self._inner(one), draw) for field, one in kind.__annotations__.items()))
        return a_field(name, kind, draw)


def abreast_of(functions, like=None):
    """These functions, turned, in one compiled function."""
    made = []
    for function in functions:
        kinds = get_type_hints(like or function)
        gives = kinds.pop("return")
        made.append((abreast(function, (), like), kinds, gives))
    return Abreast(made)
