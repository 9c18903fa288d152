"""How the science is compiled: numba around unchanged rules, cached on disk under a key of their text.

numba's cache looks at one function's own file only, so a changed rule would go unseen. The hash of all science
sources is therefore a closure value of the cached function: closure values are part of numba's key.
"""

import hashlib
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import numba
from numba.core import event
from numba.extending import register_jitable

from tearsim import science, worlds
from tearsim.worlds.compile_cache import keep_code

# Bits before speed: without fastmath a compiled rule rounds like the same rule in Python, and a division by zero
# would give inf rather than raise (no rule divides by zero within its limits).
OPTIONS = {"nogil": True, "error_model": "numpy", "fastmath": False}


@contextmanager
def compiling_announced(announce: Callable[[], None]) -> Iterator[None]:
    """Call `announce` once if numba begins to compile (rather than to load) anything inside."""

    class Announcer(event.Listener):
        said = False

        def on_start(self, event: Any) -> None:  # noqa: ARG002 - that it starts is all there is to know
            if not self.said:
                self.said = True
                announce()

        def on_end(self, event: Any) -> None:
            pass

    with event.install_listener("numba:compile", Announcer()):
        yield


def science_hash() -> str:
    """SHA-256 over the source of every module of the science, its fitted worlds, and the worlds that run it."""
    return sources_hash(science, worlds)


def sources_hash(*packages: ModuleType) -> str:
    """SHA-256 over the source of every module of these packages, and the JSON beside them."""
    folders = [Path(package.__path__[0]) for package in packages]
    digest = hashlib.sha256()
    for file in sorted(file for folder in folders for kind in ("*.py", "*.json") for file in folder.glob(kind)):
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def within_compiled(*parts: ModuleType | Callable[..., Any]) -> None:
    """Let compiled code call these functions, or all functions of these modules, written out in place."""
    for part in parts:
        functions = [part] if not isinstance(part, ModuleType) else [
            f for _, f in inspect.getmembers(part, inspect.isfunction) if f.__module__ == part.__name__
        ]  # fmt: skip
        for function in functions:
            register_jitable(forceinline=True)(function)


def compiled(function: Callable[..., int], constant: int) -> Callable[..., int]:
    """The function with its last argument fixed, compiled when first called and cached on disk where that is possible.

    A constant known to the compiler lets it leave out what a run without a log never needs.
    """
    key = science_hash()
    within_compiled(function)

    def keyed(*arguments):  # type: ignore[no-untyped-def]
        key  # noqa: B018 - part of the cache's key by being here
        return function(*arguments, constant)

    compiled_once = numba.njit(**OPTIONS)(keyed)
    keep_code(compiled_once, f"{function.__name__}-{constant}")
    return compiled_once
