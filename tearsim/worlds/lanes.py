"""Eight numbers at a time: values that numba compiles as it compiles a float, one lane for each of eight rooms.

A `Lanes` holds eight floats, a `Mask` eight answers of yes or no. Arithmetic and comparisons act lane by lane, each
just as on one float (no reassociation, no fused operations), so that a lane's bits are those of the float alone.
A whole number or a yes or no meets a `Lanes` as the float that it equals.

The functions at the end are what `abreast.py` puts in the place of `if`, `and`, `or` and `not`.
"""

import math
import operator
from collections.abc import Callable

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import intrinsic, lower_builtin, models, overload, register_model

from tearsim.science import functions
from tearsim.worlds.bits import DIGIT_BITS, EXPONENT_0
from tearsim.worlds.numba_types import (
    Builder,
    CodeValue,
    CodeValues,
    Context,
    Intrinsic,
    NumbaType,
    NumbaTypes,
    Signature,
)

LANES = 8

FLOAT, BIT, WORD = ir.DoubleType(), ir.IntType(1), ir.IntType(64)
FLOATS, BITS, WORD_LANES = (ir.VectorType(kind, LANES) for kind in (FLOAT, BIT, WORD))


class _Lanes(types.Type):
    def __init__(self) -> None:
        super().__init__("Lanes")


class _Mask(types.Type):
    def __init__(self) -> None:
        super().__init__("Mask")


Lanes, Mask = _Lanes(), _Mask()


@register_model(_Lanes)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: object, kind: NumbaType) -> None:
        super().__init__(manager, kind, FLOATS)


@register_model(_Mask)
class _MaskModel(models.PrimitiveModel):
    def __init__(self, manager: object, kind: NumbaType) -> None:
        super().__init__(manager, kind, BITS)


_Emit = Callable[[Builder, CodeValue, CodeValue], CodeValue]  # writes one operation on two values
_Convert = Callable[[Context, Builder, CodeValue, NumbaType], CodeValue]

NUMBERS = (types.Float, types.Integer, types.Boolean)


def in_all(builder: Builder, value: CodeValue, vector: NumbaType) -> CodeValue:
    """One value in every lane."""
    first = builder.insert_element(ir.Constant(vector, ir.Undefined), value, ir.Constant(ir.IntType(32), 0))
    order = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
    return builder.shuffle_vector(first, ir.Constant(vector, ir.Undefined), order)


def as_floats(context: Context, builder: Builder, value: CodeValue, kind: NumbaType) -> CodeValue:
    """A value of any kind as eight floats."""
    if kind == Lanes:
        return value
    if kind == Mask:
        return builder.uitofp(value, FLOATS)
    return in_all(builder, context.cast(builder, value, kind, types.float64), FLOATS)


def as_bits(context: Context, builder: Builder, value: CodeValue, kind: NumbaType) -> CodeValue:
    """A yes or no, or eight of them, as eight; a number is a yes unless it is 0."""
    if kind == Lanes:
        return builder.fcmp_unordered("!=", value, ir.Constant(FLOATS, [0.0] * LANES))
    return value if kind == Mask else in_all(builder, context.cast(builder, value, kind, types.boolean), BITS)


def _operation(
    symbol: object,
    emit: _Emit,
    result: NumbaType,
    takes: NumbaType,
    convert: _Convert,
) -> None:
    """Teach numba one operation on two values of which one at least has lanes; the other may be a plain number."""

    def fits(kind: NumbaType) -> bool:
        return kind in (takes, Mask) or isinstance(kind, NUMBERS if takes == Lanes else types.Boolean)

    @infer_global(symbol)
    class _Operation(AbstractTemplate):
        def generic(self, args: NumbaTypes, kws: object) -> Signature | None:  # noqa: ARG002 - numba's own signature
            if len(args) == 2 and (Lanes in args or Mask in args) and all(map(fits, args)):
                return signature(result, *args)
            return None

    def lower(context: Context, builder: Builder, sig: Signature, args: CodeValues) -> CodeValue:
        return emit(
            builder, *(convert(context, builder, value, kind) for value, kind in zip(args, sig.args, strict=True))
        )

    abreast, kinds = {_Mask, type(takes)}, {_Mask, type(takes), *NUMBERS, types.Literal}
    for left in kinds:
        for right in kinds:
            if abreast & {left, right}:
                lower_builtin(symbol, left, right)(lower)


def _compared(sign: str) -> _Emit:
    # "Not equal" holds for what is no number, as for a float; the other comparisons do not.
    if sign == "!=":
        return lambda builder, x, y: builder.fcmp_unordered(sign, x, y)
    return lambda builder, x, y: builder.fcmp_ordered(sign, x, y)


for _symbols, _emit in (
    ((operator.add, operator.iadd), lambda builder, x, y: builder.fadd(x, y)),
    ((operator.sub, operator.isub), lambda builder, x, y: builder.fsub(x, y)),
    ((operator.mul, operator.imul), lambda builder, x, y: builder.fmul(x, y)),
    ((operator.truediv, operator.itruediv), lambda builder, x, y: builder.fdiv(x, y)),
    # As Python has them: the first, unless the second is smaller (or larger).
    ((min,), lambda builder, x, y: builder.select(builder.fcmp_ordered("<", y, x), y, x)),
    ((max,), lambda builder, x, y: builder.select(builder.fcmp_ordered(">", y, x), y, x)),
):
    for _symbol in _symbols:
        _operation(_symbol, _emit, Lanes, Lanes, as_floats)
for _symbol, _sign in (
    (operator.lt, "<"), (operator.le, "<="), (operator.gt, ">"), (operator.ge, ">="), (operator.eq, "=="),
    (operator.ne, "!="),
):  # fmt: skip
    _operation(_symbol, _compared(_sign), Mask, Lanes, as_floats)
_operation(operator.and_, lambda builder, x, y: builder.and_(x, y), Mask, Mask, as_bits)
_operation(operator.or_, lambda builder, x, y: builder.or_(x, y), Mask, Mask, as_bits)


def _operation_on_one(symbol: object, takes: NumbaType, emit: Callable[[Builder, CodeValue], CodeValue]) -> None:
    @infer_global(symbol)
    class _Operation(AbstractTemplate):
        def generic(self, args: NumbaTypes, kws: object) -> Signature | None:  # noqa: ARG002 - numba's own signature
            return signature(takes, takes) if tuple(args) == (takes,) else None

    lower_builtin(symbol, takes)(lambda context, builder, sig, args: emit(builder, args[0]))  # noqa: ARG005


def _root(builder: Builder, value: CodeValue) -> CodeValue:
    kind = ir.FunctionType(FLOATS, [FLOATS])
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, f"llvm.sqrt.v{LANES}f64"), [value])


_operation_on_one(operator.neg, Lanes, lambda builder, value: builder.fneg(value))
_operation_on_one(math.sqrt, Lanes, _root)


# --- What looks into the bits of a float -----------------------------------------------------------------------------


@intrinsic
def _two_to_all(context: object, k: NumbaType) -> Intrinsic:  # noqa: ARG001 - numba's own signature
    def make(context: Context, builder: Builder, sig: Signature, args: CodeValues) -> CodeValue:  # noqa: ARG001
        whole = builder.fptosi(args[0], WORD_LANES)
        raised = builder.add(whole, ir.Constant(WORD_LANES, [EXPONENT_0] * LANES))
        return builder.bitcast(builder.shl(raised, ir.Constant(WORD_LANES, [DIGIT_BITS] * LANES)), FLOATS)

    return Lanes(Lanes), make


@intrinsic
def _exponent_of_all(context: object, x: NumbaType) -> Intrinsic:  # noqa: ARG001 - numba's own signature
    def make(context: Context, builder: Builder, sig: Signature, args: CodeValues) -> CodeValue:  # noqa: ARG001
        whole = builder.lshr(builder.bitcast(args[0], WORD_LANES), ir.Constant(WORD_LANES, [DIGIT_BITS] * LANES))
        return builder.sitofp(builder.sub(whole, ir.Constant(WORD_LANES, [EXPONENT_0] * LANES)), FLOATS)

    return Lanes(Lanes), make


@overload(functions.two_to)
def _two_to(k):  # type: ignore[no-untyped-def] # numba compares names and annotations
    return (lambda k: _two_to_all(k)) if k == Lanes else None


@overload(functions.exponent_of)
def _exponent_of(x):  # type: ignore[no-untyped-def]
    return (lambda x: _exponent_of_all(x)) if x == Lanes else None


# --- In the place of `if`, `and`, `or`, `not` ------------------------------------------------------------------------


@intrinsic
def everywhere(context: object, value: NumbaType) -> Intrinsic:  # noqa: ARG001 - numba's own signature
    """A value in all lanes: a number as `Lanes`, a yes or no as `Mask`, a named tuple field by field."""
    if value in (Lanes, Mask):
        return value(value), lambda context, builder, sig, args: args[0]  # noqa: ARG005
    if isinstance(value, types.NamedTuple):
        fields = [_in_lanes(kind) for kind in value.types]
        result = types.NamedTuple(fields, value.instance_class)

        def each_field(context: Context, builder: Builder, sig: Signature, args: CodeValues) -> CodeValue:
            made = []
            for place, (kind, becomes) in enumerate(zip(sig.args[0].types, fields, strict=True)):
                convert = as_bits if becomes == Mask else as_floats
                made.append(convert(context, builder, builder.extract_value(args[0], place), kind))
            return context.make_tuple(builder, sig.return_type, made)

        return result(value), each_field
    becomes = _in_lanes(value)
    convert = as_bits if becomes == Mask else as_floats
    return becomes(value), lambda context, builder, sig, args: convert(context, builder, args[0], sig.args[0])


def _in_lanes(kind: NumbaType) -> NumbaType:
    return Mask if kind == Mask or isinstance(kind, types.Boolean) else Lanes


@intrinsic
def where(context: object, condition: NumbaType, yes: NumbaType, no: NumbaType) -> Intrinsic:  # noqa: ARG001 - numba's own signature
    """`yes` in the lanes in which the condition holds, `no` in the others; of a named tuple, field by field."""
    if isinstance(yes, types.NamedTuple):

        def each_field(context: Context, builder: Builder, sig: Signature, args: CodeValues) -> CodeValue:
            of = as_bits(context, builder, args[0], sig.args[0])
            fields = [
                builder.select(of, builder.extract_value(args[1], place), builder.extract_value(args[2], place))
                for place in range(len(sig.return_type.types))
            ]
            return context.make_tuple(builder, sig.return_type, fields)

        return (yes(condition, yes, no), each_field) if yes == no else None
    becomes = Mask if _answers(yes, no) else Lanes
    convert = as_bits if becomes == Mask else as_floats

    def make(context: Context, builder: Builder, sig: Signature, args: CodeValues) -> CodeValue:
        of = as_bits(context, builder, args[0], sig.args[0])
        return builder.select(of, *(convert(context, builder, args[i], sig.args[i]) for i in (1, 2)))

    return becomes(condition, yes, no), make


@intrinsic
def true(context: object, value: NumbaType) -> Intrinsic:  # noqa: ARG001 - numba's own signature
    """Whether something holds, lane by lane: yes, or a number other than 0."""
    return Mask(value), lambda context, builder, sig, args: as_bits(context, builder, args[0], sig.args[0])


def _answers(*kinds: NumbaType) -> bool:
    """Whether all are yes or no: `and` and `or` of numbers are numbers in Python, which no mask could be."""
    return all(kind == Mask or isinstance(kind, types.Boolean) for kind in kinds)


@intrinsic
def both(context: object, one: NumbaType, other: NumbaType) -> Intrinsic:  # noqa: ARG001 - numba's own signature
    """`one and other`, lane by lane."""

    def make(context: Context, builder: Builder, sig: Signature, args: CodeValues) -> CodeValue:
        return builder.and_(*(as_bits(context, builder, *pair) for pair in zip(args, sig.args, strict=True)))

    return (Mask(one, other), make) if _answers(one, other) else None


@intrinsic
def either(context: object, one: NumbaType, other: NumbaType) -> Intrinsic:  # noqa: ARG001 - numba's own signature
    """`one or other`, lane by lane."""

    def make(context: Context, builder: Builder, sig: Signature, args: CodeValues) -> CodeValue:
        return builder.or_(*(as_bits(context, builder, *pair) for pair in zip(args, sig.args, strict=True)))

    return (Mask(one, other), make) if _answers(one, other) else None


@intrinsic
def opposite(context: object, one: NumbaType) -> Intrinsic:  # noqa: ARG001 - numba's own signature
    """`not one`, lane by lane."""
    return Mask(one), lambda context, builder, sig, args: builder.not_(as_bits(context, builder, args[0], sig.args[0]))


@intrinsic
def bits_of_mask(context: object, mask: NumbaType) -> Intrinsic:  # noqa: ARG001 - numba's own signature
    """A mask as a whole number: bit k is lane k."""

    def make(context: Context, builder: Builder, sig: Signature, args: CodeValues) -> CodeValue:
        of = as_bits(context, builder, args[0], sig.args[0])
        return builder.zext(builder.bitcast(of, ir.IntType(LANES)), WORD)

    return types.int64(mask), make


@intrinsic
def mask_of_bits(context: object, bits: NumbaType) -> Intrinsic:  # noqa: ARG001 - numba's own signature
    """The mask that a whole number stands for."""

    def make(context: Context, builder: Builder, sig: Signature, args: CodeValues) -> CodeValue:
        whole = context.cast(builder, args[0], sig.args[0], types.int64)
        return builder.bitcast(builder.trunc(whole, ir.IntType(LANES)), BITS)

    return Mask(bits), make


@intrinsic
def in_lane(context: object, value: NumbaType, lane: NumbaType) -> Intrinsic:  # noqa: ARG001 - numba's own signature
    """What stands in one lane: a float, or a yes or no."""

    def make(context: Context, builder: Builder, sig: Signature, args: CodeValues) -> CodeValue:
        at = builder.trunc(context.cast(builder, args[1], sig.args[1], types.int64), ir.IntType(32))
        found = builder.extract_element(args[0], at)
        return found if sig.args[0] == Lanes else builder.zext(found, ir.IntType(1))

    return (types.float64 if value == Lanes else types.boolean)(value, lane), make


@intrinsic
def with_lane(context: object, value: NumbaType, lane: NumbaType, one: NumbaType) -> Intrinsic:  # noqa: ARG001 - numba's own signature
    """The same lanes with another value in one of them."""
    inner = types.float64 if value == Lanes else types.boolean

    def make(context: Context, builder: Builder, sig: Signature, args: CodeValues) -> CodeValue:
        at = builder.trunc(context.cast(builder, args[1], sig.args[1], types.int64), ir.IntType(32))
        return builder.insert_element(args[0], context.cast(builder, args[2], sig.args[2], inner), at)

    return value(value, lane, one), make
