"""What numba and llvmlite hand to functions that teach them something, by the little that is asked of it here.

Neither has types of its own. Nowhere else in the worlds may a value be anything.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeAlias

Kind: TypeAlias = Any  # a type as numba knows it (numba.types.Type): of a value, or called, a signature
Kept: TypeAlias = Any  # a function that is compiled, with what numba keeps of its code
FromOutside: TypeAlias = Any  # what a rule reads: a constant, a function, a module
OnlyCompiled: TypeAlias = Any  # what compiled code alone calls or reads, such as books that are opened

Kinds: TypeAlias = Sequence[Kind]
OverLanes: TypeAlias = Callable[..., object]  # a rule over eight lanes: the mask of who asks it, then what it takes


class Value(Protocol):
    """A value or an address of the program that is being made (llvmlite.ir.Value)."""

    def set_metadata(self, name: str, node: object) -> None:
        """Say more of it."""


Values: TypeAlias = Sequence[Value]
_OnOne: TypeAlias = Callable[[Value], Value]
_OnTwo: TypeAlias = Callable[[Value, Value], Value]
_Becomes: TypeAlias = Callable[[Value, Kind], Value]
_Compares: TypeAlias = Callable[[str, Value, Value], Value]


class Builder(Protocol):
    """What writes the program, instruction by instruction (llvmlite.ir.IRBuilder)."""

    module: Kind
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
    select: Callable[[Value, Value, Value], Value]
    insert_element: Callable[[Value, Value, Value], Value]
    extract_element: _OnTwo
    shuffle_vector: Callable[[Value, Value, Value], Value]
    extract_value: Callable[[Value, int], Value]
    gep: Callable[[Value, Values], Value]
    call: Callable[[Value, Values], Value]

    def load(self, address: Value, *, align: int | None = None) -> Value:
        """What stands at an address."""

    def store(self, value: Value, address: Value, *, align: int | None = None) -> Value:
        """Write to an address."""


class Context(Protocol):
    """What knows how numba keeps its values (numba.core.base.BaseContext)."""

    def cast(self, builder: Builder, value: Value, kind: Kind, becomes: Kind) -> Value:
        """A value as another kind."""

    def make_tuple(self, builder: Builder, kind: Kind, values: Values) -> Value:
        """Values as one."""

    def get_dummy_value(self) -> Value:
        """What stands for nothing."""

    def make_array(self, kind: Kind) -> Callable[..., Kind]:
        """What reads an array of a kind."""


class Signature(Protocol):
    """The kinds that a function takes and gives (numba.core.typing.Signature)."""

    args: Kinds
    return_type: Kind


Lower: TypeAlias = Callable[[Context, Builder, Signature, Values], Value]  # writes a call's instructions
Intrinsic: TypeAlias = tuple[Signature, Lower] | None  # what is made of a call; None where it takes other kinds
