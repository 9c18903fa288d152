"""Tables of floats whose rows answer to names, for compiled code: eight rows abreast, one of them, or a list of them.

A record has its fields in the order in which the science declares them, each as a float: a whole number and a yes or no
are kept as the float that they equal, and are read as what they are. Eight records abreast lie field by field,
`[field][lane]`; one record among them is read with a step of eight, one in a table of its own with a step of one. The
rules cannot tell which they act on.
"""

import operator
from collections.abc import Mapping
from typing import NamedTuple, get_type_hints

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.typing.templates import AbstractTemplate, AttributeTemplate, infer_getattr, infer_global, signature
from numba.extending import (
    intrinsic,
    lower_builtin,
    lower_getattr_generic,
    lower_setattr_generic,
    models,
    register_model,
)

from tearsim.science.luck import CLIENT, SESSION, THERAPIST, THERAPIST_WEEK
from tearsim.science.people import Client, Therapist
from tearsim.science.tally import Tally
from tearsim.science.types import LogRow, Parameters, SessionLuck
from tearsim.worlds.lanes import FLOAT, FLOATS, LANES, WORD, Lanes, Mask, as_floats
from tearsim.worlds.memory import ABREAST, BYTES, INNER
from tearsim.worlds.numba_types import (
    Builder,
    CodeValue,
    CodeValues,
    Context,
    FromOutside,
    Intrinsic,
    Lower,
    NumbaType,
    NumbaTypes,
    OnlyCompiled,
    Signature,
)


class _Record(types.Type):
    """A kind of record, by the name and kind of its fields."""

    form = ""

    def __init__(self, name: str, fields: Mapping[str, type]) -> None:
        self.fields = dict(fields)
        self.places = {field: place for place, field in enumerate(fields)}
        self.of = name
        super().__init__(f"{self.form} {name}")


class _Abreast(_Record):
    form = "abreast"


class _Single(_Record):
    form = "single"


class _Listing(_Record):
    form = "listing"


@register_model(_Abreast)
class _AbreastModel(models.PrimitiveModel):
    def __init__(self, manager: object, kind: NumbaType) -> None:
        super().__init__(manager, kind, WORD)


@register_model(_Single)
class _SingleModel(models.StructModel):
    def __init__(self, manager: object, kind: NumbaType) -> None:
        super().__init__(manager, kind, [("address", types.int64), ("step", types.int64)])


_LISTING = ("address", "abreast", "further", "step")


@register_model(_Listing)
class _ListingModel(models.StructModel):
    def __init__(self, manager: object, kind: NumbaType) -> None:
        super().__init__(manager, kind, [(name, types.int64) for name in _LISTING])


@infer_getattr
class _AbreastFields(AttributeTemplate):
    key = _Abreast

    def generic_resolve(self, kind: _Record, name: str) -> NumbaType:
        field = kind.fields.get(name)
        return None if field is None else Mask if field is bool else Lanes


@infer_getattr
class _SingleFields(AttributeTemplate):
    key = _Single

    def generic_resolve(self, kind: _Record, name: str) -> NumbaType:
        field = kind.fields.get(name)
        return None if field is None else INNER[field]


def _abreast_at(builder: Builder, kind: _Record, address: CodeValue, name: str) -> CodeValue:
    offset = ir.Constant(WORD, kind.places[name] * ABREAST)
    return builder.inttoptr(builder.add(address, offset), FLOATS.as_pointer())


@lower_getattr_generic(_Abreast)
def _read_abreast(context: Context, builder: Builder, kind: _Record, record: CodeValue, name: str) -> CodeValue:  # noqa: ARG001
    value = builder.load(_abreast_at(builder, kind, record, name), align=BYTES)
    return (
        builder.fcmp_unordered("!=", value, ir.Constant(FLOATS, [0.0] * LANES)) if kind.fields[name] is bool else value
    )


@lower_setattr_generic(_Abreast)
def _write_abreast(context: Context, builder: Builder, sig: Signature, args: CodeValues, name: str) -> None:
    value = as_floats(context, builder, args[1], sig.args[1])
    builder.store(value, _abreast_at(builder, sig.args[0], args[0], name), align=BYTES)


def _single_at(context: Context, builder: Builder, kind: _Record, record: CodeValue, name: str) -> CodeValue:
    made = cgutils.create_struct_proxy(kind)(context, builder, value=record)
    offset = builder.mul(made.step, ir.Constant(WORD, kind.places[name]))
    return builder.inttoptr(builder.add(made.address, offset), FLOAT.as_pointer())


@lower_getattr_generic(_Single)
def _read_single(context: Context, builder: Builder, kind: _Record, record: CodeValue, name: str) -> CodeValue:
    value = builder.load(_single_at(context, builder, kind, record, name))
    if kind.fields[name] is int:
        return builder.fptosi(value, WORD)
    return builder.fcmp_unordered("!=", value, ir.Constant(FLOAT, 0.0)) if kind.fields[name] is bool else value


@lower_setattr_generic(_Single)
def _write_single(context: Context, builder: Builder, sig: Signature, args: CodeValues, name: str) -> None:
    value = context.cast(builder, args[1], sig.args[1], types.float64)
    builder.store(value, _single_at(context, builder, sig.args[0], args[0], name))


@infer_global(operator.getitem)
class _ListingItem(AbstractTemplate):
    def generic(self, args: NumbaTypes, kws: object) -> Signature | None:  # noqa: ARG002 - numba's own signature
        if isinstance(args[0], _Listing) and isinstance(args[1], types.Integer):
            return signature(_Single(args[0].of, args[0].fields), args[0], types.int64)
        return None


@lower_builtin(operator.getitem, _Listing, types.int64)
def _item(context: Context, builder: Builder, sig: Signature, args: CodeValues) -> CodeValue:
    listing = cgutils.create_struct_proxy(sig.args[0])(context, builder, value=args[0])
    block, beside = builder.udiv(args[1], listing.abreast), builder.urem(args[1], listing.abreast)
    address = builder.add(listing.address, builder.mul(block, listing.further))
    single = cgutils.create_struct_proxy(sig.return_type)(context, builder)
    single.address = builder.add(address, builder.mul(beside, ir.Constant(WORD, BYTES)))
    single.step = listing.step
    return single._getvalue()


@intrinsic
def one_of(context: object, record: NumbaType, lane: NumbaType) -> Intrinsic:  # noqa: ARG001 - numba's own signature
    """One of eight records that stand abreast."""

    def make(context: Context, builder: Builder, sig: Signature, args: CodeValues) -> CodeValue:
        single = cgutils.create_struct_proxy(sig.return_type)(context, builder)
        single.address = builder.add(args[0], builder.mul(args[1], ir.Constant(WORD, BYTES)))
        single.step = ir.Constant(WORD, ABREAST)
        return single._getvalue()

    return _Single(record.of, record.fields)(record, types.int64), make


class Records(NamedTuple):
    """How compiled code gets at records of one kind by their address.

    `abreast(address)` is eight of them; `single(address, step)` one, whose fields stand `step` bytes apart;
    `listing(address, abreast, further, step)` is many, of which `abreast` stand side by side, and the next as many
    `further` bytes on.
    """

    fields: dict[str, type]
    abreast_type: types.Type
    single_type: types.Type
    listing_type: types.Type
    abreast: OnlyCompiled
    single: OnlyCompiled
    listing: OnlyCompiled

    @property
    def row(self) -> int:
        """Bytes of one record in a table of its own."""
        return len(self.fields) * BYTES

    @property
    def block(self) -> int:
        """Bytes of eight records abreast."""
        return len(self.fields) * ABREAST


def _records(name: str, fields: Mapping[str, type]) -> Records:
    kinds = _Abreast(name, fields), _Single(name, fields), _Listing(name, fields)

    @intrinsic
    def abreast(context: object, address: NumbaType) -> Intrinsic:  # noqa: ARG001 - numba's own signature
        return kinds[0](types.int64), lambda context, builder, sig, args: args[0]  # noqa: ARG005

    @intrinsic
    def single(context: object, address: NumbaType, step: NumbaType) -> Intrinsic:  # noqa: ARG001 - numba's own signature
        return kinds[1](types.int64, types.int64), _struct(("address", "step"))

    @intrinsic
    def listing(context: object, address: object, beside: object, further: object, step: object) -> Intrinsic:  # noqa: ARG001
        return kinds[2](*[types.int64] * len(_LISTING)), _struct(_LISTING)

    return Records(dict(fields), *kinds, abreast, single, listing)


def _struct(names: tuple[str, ...]) -> Lower:
    def make(context: Context, builder: Builder, sig: Signature, args: CodeValues) -> CodeValue:
        made = cgutils.create_struct_proxy(sig.return_type)(context, builder)
        for name, value in zip(names, args, strict=True):
            setattr(made, name, value)
        return made._getvalue()

    return make


COUNT_RECORDS = _records(
    "counts",
    dict.fromkeys(
        ("people", "rows", "most_turns", "in_therapy", "free", "looking", "followed", "gone", "unused", "logged"),
        int,
    ),
)
# What the weeks of those out of therapy for good read and write, and the luck that they need for it.
OUTSIDE_RECORDS = _records(
    "client out of therapy",
    {name: Client.__annotations__[name] for name in ("home", "first_week", "distress", "standing")},
)
OUTSIDE_LUCK_RECORDS = _records("luck outside", {"outside": float, "relapse": float})
PARAMETER_RECORDS = _records("parameters", Parameters.__annotations__)
THERAPIST_RECORDS = _records("therapist", Therapist.__annotations__)
CLIENT_RECORDS = _records("client", Client.__annotations__)
TALLY_RECORDS = _records("tally", Tally.__annotations__)
LOG_RECORDS = _records("log", LogRow.__annotations__)
SESSION_LUCK_RECORDS, THERAPIST_WEEK_LUCK_RECORDS, CLIENT_LUCK_RECORDS, THERAPIST_LUCK_RECORDS = (
    _records(name, dict.fromkeys(columns, float))
    for name, columns in (
        ("luck of a session", SESSION),
        ("luck of a therapist's week", THERAPIST_WEEK),
        ("luck of a client", CLIENT),
        ("luck of a therapist", THERAPIST),
    )
)

# The records that rules take, by what the rules call their kind.
RECORDS_BY_KIND = {
    Client: CLIENT_RECORDS,
    Therapist: THERAPIST_RECORDS,
    Parameters: PARAMETER_RECORDS,
    SessionLuck: SESSION_LUCK_RECORDS,
}


def eight_of(kind: FromOutside) -> NumbaType:
    """What numba calls eight of a kind."""
    if hasattr(kind, "_fields"):
        hints = get_type_hints(kind)
        return types.NamedTuple([eight_of(hints[field]) for field in kind._fields], kind)
    return {int: Lanes, float: Lanes, bool: Mask}.get(kind) or RECORDS_BY_KIND[kind].abreast_type
