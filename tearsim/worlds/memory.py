"""What compiled code reads and writes in memory that Python keeps: numbers at an address, tables of them, and the books
that say where the tables are.

Nothing here is counted or checked: whoever calls compiled code sees to it that what the books name is there.
"""

import operator
from collections.abc import Mapping
from math import prod
from typing import NamedTuple, TypeAlias, TypeVar

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.typing.templates import AbstractTemplate, AttributeTemplate, infer_getattr, infer_global, signature
from numba.extending import intrinsic, lower_builtin, lower_getattr_generic, models, register_model
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from tearsim.worlds.lanes import FLOAT, FLOATS, LANES, WORD, Lanes, as_floats
from tearsim.worlds.numba_types import (
    Builder,
    CodeValue,
    CodeValues,
    Context,
    Intrinsic,
    NumbaType,
    NumbaTypes,
    OnlyCompiled,
    Signature,
)

Number = TypeVar("Number", bound=np.generic)

BYTES = 8  # of a number
ABREAST = LANES * BYTES  # from one field to the next where eight records stand abreast

# What numba calls the kinds of numbers, and how memory keeps them.
INNER = {float: types.float64, int: types.int64, bool: types.boolean}


@intrinsic
def lanes_at(context: object, address: NumbaType) -> Intrinsic:  # noqa: ARG001 - numba's own signature
    """Eight floats in memory."""

    def make(context: Context, builder: Builder, sig: Signature, args: CodeValues) -> CodeValue:  # noqa: ARG001
        return builder.load(builder.inttoptr(args[0], FLOATS.as_pointer()), align=BYTES)

    return Lanes(types.int64), make


@intrinsic
def float_at(context: object, address: NumbaType) -> Intrinsic:  # noqa: ARG001 - numba's own signature
    """One float in memory."""
    return types.float64(types.int64), lambda context, builder, sig, args: builder.load(  # noqa: ARG005
        builder.inttoptr(args[0], FLOAT.as_pointer())
    )


@intrinsic
def put_float(context: object, address: NumbaType, value: NumbaType) -> Intrinsic:  # noqa: ARG001 - numba's own signature
    """Write a float into memory."""

    def make(context: Context, builder: Builder, sig: Signature, args: CodeValues) -> CodeValue:  # noqa: ARG001
        builder.store(args[1], builder.inttoptr(args[0], FLOAT.as_pointer()))
        return context.get_dummy_value()

    return types.void(types.int64, types.float64), make


@intrinsic
def put_lanes(context: object, address: NumbaType, value: NumbaType) -> Intrinsic:  # noqa: ARG001 - numba's own signature
    """Write eight floats into memory; one float is written eight times."""

    def make(context: Context, builder: Builder, sig: Signature, args: CodeValues) -> CodeValue:
        floats = as_floats(context, builder, args[1], sig.args[1])
        builder.store(floats, builder.inttoptr(args[0], FLOATS.as_pointer()), align=BYTES)
        return context.get_dummy_value()

    return types.void(types.int64, value), make


def zeros_on_lines(shape: tuple[int, ...]) -> NDArray[np.float64]:
    """A table of zeros that begins where a cache line begins.

    Eight floats fill a line of the cache: in a table that begins anywhere else, any eight abreast lie across two.
    """
    held = np.zeros(prod(shape) + LANES - 1)
    skipped = -held.ctypes.data % ABREAST // BYTES
    return held[skipped : skipped + prod(shape)].reshape(shape)


def one_for_all(table: NDArray[Number], axis: int = 0) -> NDArray[Number]:
    """A table with one entry along an axis, which compiled code finds wherever along that axis it looks."""
    return as_strided(table, strides=tuple(0 if at == axis else step for at, step in enumerate(table.strides)))


# --- Tables ----------------------------------------------------------------------------------------------------------

WHERE_STEPS = ("address", "step_0", "step_1", "step_2", "step_3")  # bytes from one entry to the next, by axis
_KEPT_AS = {float: FLOAT, int: WORD, bool: ir.IntType(8)}


class _Table(types.Type):
    """Numbers of one kind along some axes. References to it are not counted: Python keeps its memory."""

    def __init__(self, of: type, axes: int) -> None:
        self.of, self.axes = of, axes
        super().__init__(f"table of {of.__name__} by {axes}")


@register_model(_Table)
class _TableModel(models.StructModel):
    def __init__(self, manager: object, kind: NumbaType) -> None:
        super().__init__(manager, kind, [(name, types.int64) for name in WHERE_STEPS[: kind.axes + 1]])


@infer_getattr
class _TableFields(AttributeTemplate):
    key = _Table

    def generic_resolve(self, kind: _Table, name: str) -> NumbaType:  # noqa: ARG002
        return types.int64 if name == "address" else None


@lower_getattr_generic(_Table)
def _read_address(context: Context, builder: Builder, kind: _Table, table: CodeValue, name: str) -> CodeValue:
    return getattr(cgutils.create_struct_proxy(kind)(context, builder, value=table), name)


def _positions(kind: NumbaType) -> int:
    """How many positions an index gives; 0 if it is not an index."""
    if isinstance(kind, types.Integer):
        return 1
    fits = isinstance(kind, types.BaseTuple) and all(isinstance(one, types.Integer) for one in kind)
    return len(kind) if fits else 0


@infer_global(operator.getitem)
class _TableItem(AbstractTemplate):
    def generic(self, args: NumbaTypes, kws: object) -> Signature | None:  # noqa: ARG002 - numba's own signature
        if not isinstance(args[0], _Table) or not 0 < _positions(args[1]) <= args[0].axes:
            return None
        left = args[0].axes - _positions(args[1])
        return signature(_Table(args[0].of, left) if left else INNER[args[0].of], *args)


@infer_global(operator.setitem)
class _TableSetItem(AbstractTemplate):
    def generic(self, args: NumbaTypes, kws: object) -> Signature | None:  # noqa: ARG002 - numba's own signature
        if isinstance(args[0], _Table) and _positions(args[1]) == args[0].axes:
            return signature(types.none, args[0], args[1], INNER[args[0].of])
        return None


def _entry(context: Context, builder: Builder, sig: Signature, args: CodeValues) -> tuple[NumbaType, CodeValue, int]:
    """The table, the address at a position, and how many axes that has taken."""
    table = cgutils.create_struct_proxy(sig.args[0])(context, builder, value=args[0])
    given = [(args[1], sig.args[1])]
    if isinstance(sig.args[1], types.BaseTuple):
        given = list(zip(cgutils.unpack_tuple(builder, args[1]), sig.args[1], strict=True))
    address = table.address
    for axis, (position, kind) in enumerate(given):
        whole = context.cast(builder, position, kind, types.int64)
        address = builder.add(address, builder.mul(whole, getattr(table, WHERE_STEPS[axis + 1])))
    return table, address, len(given)


def _read_table(context: Context, builder: Builder, sig: Signature, args: CodeValues) -> CodeValue:
    table, address, taken = _entry(context, builder, sig, args)
    if isinstance(sig.return_type, _Table):
        part = cgutils.create_struct_proxy(sig.return_type)(context, builder)
        part.address = address
        for axis in range(sig.return_type.axes):
            setattr(part, WHERE_STEPS[axis + 1], getattr(table, WHERE_STEPS[taken + axis + 1]))
        return part._getvalue()
    of = sig.args[0].of
    value = builder.load(builder.inttoptr(address, _KEPT_AS[of].as_pointer()))
    return builder.icmp_unsigned("!=", value, ir.Constant(_KEPT_AS[bool], 0)) if of is bool else value


def _write_table(context: Context, builder: Builder, sig: Signature, args: CodeValues) -> CodeValue:
    _, address, _ = _entry(context, builder, sig, args)
    of = sig.args[0].of
    value = builder.zext(args[2], _KEPT_AS[bool]) if of is bool else args[2]
    builder.store(value, builder.inttoptr(address, _KEPT_AS[of].as_pointer()))
    return context.get_dummy_value()


for _index in (types.Integer, types.BaseTuple):
    lower_builtin(operator.getitem, _Table, _index)(_read_table)
    lower_builtin(operator.setitem, _Table, _index, types.Any)(_write_table)


# A whole number (`int`), or a table: the kind of its entries, and the number of its axes.
BookField: TypeAlias = type[int] | tuple[type, int]
BookEntry: TypeAlias = int | NDArray[np.generic]


class _Books(types.Type):
    """A vector of whole numbers that holds numbers and the whereabouts of tables, by name."""

    def __init__(self, fields: Mapping[str, BookField]) -> None:
        self.fields, self.starts, at = dict(fields), {}, 0
        for name, kind in fields.items():
            self.starts[name] = at
            at += kind[1] + 1 if isinstance(kind, tuple) else 1
        self.length = at
        super().__init__("books")


@register_model(_Books)
class _BooksModel(models.PrimitiveModel):
    def __init__(self, manager: object, kind: NumbaType) -> None:
        super().__init__(manager, kind, WORD.as_pointer())


@infer_getattr
class _BooksFields(AttributeTemplate):
    key = _Books

    def generic_resolve(self, kind: "_Books", name: str) -> NumbaType:
        found = kind.fields.get(name)
        return _Table(*found) if isinstance(found, tuple) else None if found is None else types.int64


@lower_getattr_generic(_Books)
def _read_books(context: Context, builder: Builder, kind: _Books, books: CodeValue, name: str) -> CodeValue:
    def at(offset: int) -> CodeValue:
        place = ir.Constant(WORD, kind.starts[name] + offset)
        # Nothing in the books changes while they are read, so that each number is fetched once.
        value = builder.load(builder.gep(books, [place]))
        value.set_metadata("invariant.load", builder.module.add_metadata([]))
        return value

    field = kind.fields[name]
    if not isinstance(field, tuple):
        return at(0)
    table = cgutils.create_struct_proxy(_Table(*field))(context, builder)
    for offset, part in enumerate(WHERE_STEPS[: field[1] + 1]):
        setattr(table, part, at(offset))
    return table._getvalue()


class Books(NamedTuple):
    """Books with these fields: Python begins them and notes in them, compiled code reads them `opened(...)`."""

    kind: _Books
    opened: OnlyCompiled

    def begun(self) -> NDArray[np.int64]:
        """A vector with nothing in it yet."""
        return np.zeros(self.kind.length, np.int64)

    def note(self, vector: NDArray[np.int64], values: Mapping[str, BookEntry]) -> None:
        """Note numbers, and where tables are: an array of the declared kind and number of axes for each.

        What else is noted stays; whoever moves a table notes where it is now.
        """
        for name, value in values.items():
            start, kind = self.kind.starts[name], self.kind.fields[name]
            if not isinstance(kind, tuple):
                vector[start] = value
            else:
                assert isinstance(value, np.ndarray), name
                assert value.dtype == _DTYPES[kind[0]], name
                assert value.ndim == kind[1], name
                vector[start : start + 1 + value.ndim] = value.ctypes.data, *value.strides


_DTYPES = {float: np.float64, int: np.int64, bool: np.bool_}


def books_of(fields: Mapping[str, BookField]) -> Books:
    """Books of whole numbers (`int`) and tables (the kind of their entries, and the number of their axes)."""
    kind = _Books(fields)

    @intrinsic
    def opened(context: object, vector: NumbaType) -> Intrinsic:  # noqa: ARG001 - numba's own signature
        def make(context: Context, builder: Builder, sig: Signature, args: CodeValues) -> CodeValue:
            return context.make_array(sig.args[0])(context, builder, value=args[0]).data

        return kind(vector), make

    return Books(kind, opened)


def table_of(of: type, axes: int) -> types.Type:
    """The kind of a table, for those who compile a function that takes one."""
    return _Table(of, axes)
