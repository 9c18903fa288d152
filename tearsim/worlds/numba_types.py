"""What numba and llvmlite hand to functions that teach them something, by the little that is asked of it here.

Neither has types of its own. Nowhere else in the worlds may a value be anything.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeAlias

NumbaType: TypeAlias = Any  # a type as numba knows it (numba.types.Type): of a value, or called, a signature
CompiledFunction: TypeAlias = Any  # a function that is compiled, with what numba keeps of its code
FromOutside: TypeAlias = Any  # what a rule reads: a constant, a function, a module
OnlyCompiled: TypeAlias = Any  # what compiled code alone calls or reads, such as books that are opened

NumbaTypes: TypeAlias = Sequence[NumbaType]
OverLanes: TypeAlias = Callable[..., object]  # a rule over eight lanes: the mask of who asks it, then what it takes


class CodeValue(Protocol):
    """A value or an address of the program that is being made (llvmlite.ir.CodeValue)."""

    def set_metadata(self, name: str, node: object) -> None:
        """Say more of it."""


CodeValues: TypeAlias = Sequence[CodeValue]
_OnOne: TypeAlias = Callable[[CodeValue], CodeValue]
_OnTwo: TypeAlias = Callable[[CodeValue, CodeValue], CodeValue]
_Becomes: TypeAlias = Callable[[CodeValue, NumbaType], CodeValue]
_Compares: TypeAlias = Callable[[str, CodeValue, CodeValue], CodeValue]


class Builder(Protocol):
    """What writes the program, instruction by instruction (llvmlite.ir.IRBuilder)."""

    module: NumbaType
    add: _OnTwo
    sub: _OnTwo
    mul: _OnTwo
    udiv: _OnTwo
    urem: _OnTwo
    shl: _OnTwo
    lshr: _OnTwo
    and_: _OnTwo
    or_: _OnTwo
    not_: _OnOne
    fadd: _OnTwo
    fsub: _OnTwo
    fmul: _OnTwo
    fdiv: _OnTwo
    fneg: _OnOne
    fcmp_ordered: _Compares
    fcmp_unordered: _Compares
    icmp_unsigned: _Compares
    bitcast: _Becomes
    inttoptr: _Becomes
    trunc: _Becomes
    zext: _Becomes
    fptosi: _Becomes
    sitofp: _Becomes
    uitofp: _Becomes
    select: Callable[[CodeValue, CodeValue, CodeValue], CodeValue]
    insert_element: Callable[[CodeValue, CodeValue, CodeValue], CodeValue]
    extract_element: _OnTwo
    shuffle_vector: Callable[[CodeValue, CodeValue, CodeValue], CodeValue]
    extract_value: Callable[[CodeValue, int], CodeValue]
    gep: Callable[[CodeValue, CodeValues], CodeValue]
    call: Callable[[CodeValue, CodeValues], CodeValue]

    def load(self, address: CodeValue, *, align: int | None = None) -> CodeValue:
        """What stands at an address."""

    def store(self, value: CodeValue, address: CodeValue, *, align: int | None = None) -> CodeValue:
        """Write to an address."""


class Context(Protocol):
    """What knows how numba keeps its values (numba.core.base.BaseContext)."""

    def cast(self, builder: Builder, value: CodeValue, kind: NumbaType, becomes: NumbaType) -> CodeValue:
        """A value as another kind."""

    def make_tuple(self, builder: Builder, kind: NumbaType, values: CodeValues) -> CodeValue:
        """CodeValues as one."""

    def get_dummy_value(self) -> CodeValue:
        """What stands for nothing."""

    def make_array(self, kind: NumbaType) -> Callable[..., NumbaType]:
        """What reads an array of a kind."""


class Signature(Protocol):
    """The kinds that a function takes and gives (numba.core.typing.Signature)."""

    args: NumbaTypes
    return_type: NumbaType


Lower: TypeAlias = Callable[[Context, Builder, Signature, CodeValues], CodeValue]  # writes a call's instructions
Intrinsic: TypeAlias = tuple[Signature, Lower] | None  # what is made of a call; None where it takes other kinds
