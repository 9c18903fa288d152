"""How the science is compiled: numba around unchanged rules, cached on disk under a key of their text.

numba's cache looks at one function's own file only, so a changed rule would go unseen. Code is therefore kept under the
hash of all science sources, and of the functions that take the place of rules.
"""

import hashlib
import inspect
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import numba
from numba.core import event
from numba.extending import is_jitted, register_jitable

from tearsim import science, worlds
from tearsim.worlds.bits import MADE_HERE
from tearsim.worlds.compile_cache import keep_code, keeps_code
from tearsim.worlds.numba_types import CompiledFunction, NumbaTypes

# Bits before speed: without fastmath a compiled rule rounds like the same rule in Python, and a division by zero
# would give inf rather than raise (no rule divides by zero within its limits).
OPTIONS = {"nogil": True, "error_model": "numpy", "fastmath": False}

# Functions that only compiled code calls. Most are written out where they are called: with step and place known, that
# is a sixth faster.
WITHIN = {"error_model": "numpy", "no_cpython_wrapper": True, "no_cfunc_wrapper": True}


@contextmanager
def compiling_announced(announce: Callable[[], None]) -> Iterator[None]:
    """Call `announce` once if numba begins to compile (rather than to load) anything inside."""

    class Announcer(event.Listener):
        said = False

        def on_start(self, event: object) -> None:  # noqa: ARG002 - that it starts is all there is to know
            if not self.said:
                self.said = True
                announce()

        def on_end(self, event: object) -> None:
            pass

    with event.install_listener("numba:compile", Announcer()):
        yield


def science_hash() -> str:
    """SHA-256 over the source of every module of the science, its sets of worlds, and what runs them."""
    return sources_hash(science, worlds)


def sources_hash(*packages: ModuleType) -> str:
    """SHA-256 over the source of every module of these packages, and the JSON beside them."""
    folders = [Path(package.__path__[0]) for package in packages]
    digest = hashlib.sha256()
    for file in sorted(file for folder in folders for kind in ("*.py", "*.json") for file in folder.glob(kind)):
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


_known: "weakref.WeakSet[Callable[..., object]]" = weakref.WeakSet(MADE_HERE)  # told to the compiler once each


def within_compiled(*parts: ModuleType | Callable[..., object], written_out: bool = True) -> None:
    """Let compiled code call these functions, or all functions of these modules: written out in place, or as they are.

    Of a function that it may call already, that stays as it is.
    """
    for part in parts:
        functions = (
            [part]
            if not isinstance(part, ModuleType)
            else [f for _, f in inspect.getmembers(part, inspect.isfunction) if f.__module__ == part.__name__]
        )
        for function in functions:
            if function not in _known:
                register_jitable(forceinline=written_out, **WITHIN)(function)
                _known.add(function)


def compiled(function: Callable[..., int], name: str, sources: str | None = "") -> Callable[..., int]:
    """The function compiled when first called, and cached on disk where that is possible.

    `sources` are those of functions that the science does not know; with None, they cannot be read, and no code is
    kept.
    """
    compiled_once = numba.njit(**OPTIONS)(function)
    if sources is not None:
        keep_code(compiled_once, name, f"{science_hash()} {name} {sources}")
    return compiled_once


def awaits_compiler(function: CompiledFunction, kinds: NumbaTypes) -> bool:
    """Whether a call with arguments of these kinds would have to wait for the compiler first."""
    return is_jitted(function) and kinds not in function.signatures and not keeps_code(function, kinds)
