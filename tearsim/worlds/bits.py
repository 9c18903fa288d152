"""The functions of the science that look into the bits of a number, as compiled code does it.

In Python they call `math.ldexp` and `math.frexp`, or multiply whole numbers of any length. Here bits are read and
written as they are, without a branch, which several numbers abreast can do as well as one.
"""

from collections.abc import Callable

from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload

from tearsim.science.functions import exponent_of, two_to
from tearsim.science.philox import product
from tearsim.worlds.numba_types import Builder, CodeValue, CodeValues, Context, Intrinsic, Lower, NumbaType, Signature

# A number of 64 bits: a sign, 11 bits of exponent, which counts from 1023, and 52 of digits.
DIGIT_BITS, EXPONENT_0 = 52, 1023
# Added to a small whole number, it leaves that number's two's complement in the last bits of the sum.
TO_LAST_BITS = 1.5 * 2.0**DIGIT_BITS
# The bits of 2**52, in whose digits a whole number stands as it is.
BITS_OF_2_TO_52 = (DIGIT_BITS + EXPONENT_0) << DIGIT_BITS


@intrinsic
def bits_of(typingctx: object, x: NumbaType) -> Intrinsic:  # noqa: ARG001 - what an intrinsic takes
    """The bits of a number, as a whole number."""
    return types.int64(types.float64), _read_as(ir.IntType(64))


@intrinsic
def number_with(typingctx: object, bits: NumbaType) -> Intrinsic:  # noqa: ARG001
    """The number that has these bits."""
    return types.float64(types.int64), _read_as(ir.DoubleType())


def _read_as(kind: ir.Type) -> Lower:
    def codegen(context: Context, builder: Builder, signature: Signature, arguments: CodeValues) -> CodeValue:  # noqa: ARG001
        return builder.bitcast(arguments[0], kind)

    return codegen


@overload(two_to, jit_options={"forceinline": True}, strict=False)
def _two_to(k: NumbaType) -> Callable[[float], float] | None:
    if isinstance(k, types.Float):
        return lambda k: number_with(bits_of(k + (TO_LAST_BITS + EXPONENT_0)) << DIGIT_BITS)
    return None


@overload(exponent_of, jit_options={"forceinline": True}, strict=False)
def _exponent_of(x: NumbaType) -> Callable[[float], float] | None:
    if isinstance(x, types.Float):
        return lambda x: number_with((bits_of(x) >> DIGIT_BITS) | BITS_OF_2_TO_52) - (2.0**DIGIT_BITS + EXPONENT_0)
    return None


@intrinsic
def both_words(typingctx: object, a: NumbaType, b: NumbaType) -> Intrinsic:  # noqa: ARG001
    """The two halves of a product of 128 bits, which processors have at once."""

    def codegen(context: Context, builder: Builder, signature: Signature, arguments: CodeValues) -> CodeValue:
        wide, word = ir.IntType(128), ir.IntType(64)
        whole = builder.mul(*(builder.zext(factor, wide) for factor in arguments))
        upper = builder.lshr(whole, ir.Constant(wide, 64))
        halves = [builder.trunc(half, word) for half in (upper, whole)]
        return context.make_tuple(builder, signature.return_type, halves)

    return types.UniTuple(types.uint64, 2)(types.uint64, types.uint64), codegen


@overload(product, jit_options={"forceinline": True}, strict=False)
def _product(a: NumbaType, b: NumbaType) -> Callable[[int, int], tuple[int, int]] | None:
    if a == b == types.uint64:
        return lambda a, b: both_words(a, b)
    return None


# What the compiler is not to read as it stands in the science.
MADE_HERE = (two_to, exponent_of, product)
