"""Compiled code kept on disk: it saves some seconds of every process, and no run depends on it.

numba believes whatever stands in its cache: one flipped bit of machine code may end the process or change a number,
and a folder that takes no more files ends the run. Here a file is code only if its checksum says so; whatever else
goes wrong costs a compilation and one line.
"""

import logging
import pickle
import sys
import uuid
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

import numba
from numba.core.caching import FunctionCache
from numba.core.serialize import dumps
from numba.extending import is_jitted

from tearsim.worlds.numba_types import CompiledFunction, Context, NumbaType, NumbaTypes, Signature

_Key: TypeAlias = tuple[object, ...]  # of a signature's code

DIGEST = sha256().digest_size

# Where nobody has said what becomes of a program's log, Python prints what is told here on the error stream.
_log = logging.getLogger(__name__)


def keep_code(compiled: CompiledFunction, name: str, sources: str) -> None:
    """Let a compiled function keep its code on disk under this name, where there is a folder that takes it.

    `sources` stand for all that the code was made from: code that was made from others is not used.
    """
    if not is_jitted(compiled):  # with numba switched off there is nothing to keep
        return
    try:
        compiled._cache = KeptCode(compiled.py_func, name, sources)
    except (RuntimeError, OSError):  # numba found no folder that it can write to
        beside = Path(compiled.py_func.__code__.co_filename).parent / "__pycache__"
        _tell(
            f"Compiled code can be kept neither in {beside} nor in a cache folder of yours: "
            "each process compiles the model anew. NUMBA_CACHE_DIR may name another folder."
        )


def keeps_code(compiled: CompiledFunction, kinds: NumbaTypes) -> bool:
    """Whether code for arguments of these kinds is kept on disk."""
    kept = compiled._cache
    return isinstance(kept, KeptCode) and kept.holds(kinds, compiled.targetctx)


@cache
def _tell(line: str) -> None:
    """Say something on the error stream, once in each process."""
    _log.warning(line)


class KeptCode(FunctionCache):
    """numba's cache of one function, in files that are trusted only as far as their checksum goes."""

    def __init__(self, function: Callable[..., object], name: str, sources: str) -> None:
        super().__init__(function)
        self._sources = sources
        self._cache_file = CodeFiles(Path(self.cache_path), name)

    def _index_key(self, sig: Signature | NumbaTypes, codegen: NumbaType) -> _Key:
        """The key of a signature's code: with what it was made from, instead of the bytes of one function."""
        return sig, codegen.magic_tuple(), self._sources

    def holds(self, sig: NumbaTypes, target_context: NumbaType) -> bool:
        """Whether there is code for a signature, made from the same; whether it is whole is seen when it is loaded."""
        return self._cache_file.holds(self._index_key(sig, target_context.codegen()))

    def load_overload(self, sig: Signature, target_context: Context) -> object:
        """The code kept for a signature; None, and it is compiled, where there is none that can be trusted."""
        try:
            return super().load_overload(sig, target_context)
        except Exception as failure:  # whatever a damaged file brings about
            _tell(f"Compiled code in {self.cache_path} cannot be used ({_in_short(failure)}): it is made anew.")
            return None

    def save_overload(self, sig: Signature, data: object) -> None:
        """Keep the code of a signature, if that can be."""
        try:
            super().save_overload(sig, data)
        except Exception as failure:  # the code is in memory, which is all that this process needs
            _tell(
                f"Compiled code cannot be kept in {self.cache_path} ({_in_short(failure)}): "
                "each process compiles the model anew."
            )


class CodeFiles:
    """Files of compiled code, one for each signature, kind of processor, and version of numba and Python.

    Each holds the checksum of what follows, which sources the code was made from, and the code. Code made from other
    sources is written over.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name

    def holds(self, key: _Key) -> bool:
        """Whether something was saved under a key."""
        try:
            with self._file(key).open("rb") as file:
                return file.read(2 * DIGEST)[DIGEST:] == _digest(key)
        except OSError:
            return False

    def load(self, key: _Key) -> object:
        """What was saved under a key, or None; a ValueError if its file is not as it was written."""
        try:
            content = self._file(key).read_bytes()
        except FileNotFoundError:
            return None
        checksum, kept = content[:DIGEST], content[DIGEST:]
        if checksum != sha256(kept).digest():
            raise ValueError("damaged")
        if kept[:DIGEST] != _digest(key):
            return None
        return pickle.loads(kept[DIGEST:])

    def save(self, key: _Key, data: object) -> None:
        """Write a file that is whole whenever anybody reads it."""
        kept = _digest(key) + dumps(data)
        file = self._file(key)
        unfinished = file.with_name(f"{file.name}.{uuid.uuid4().hex}")
        try:
            unfinished.write_bytes(sha256(kept).digest() + kept)
            unfinished.replace(file)
        finally:
            unfinished.unlink(missing_ok=True)

    def _file(self, key: _Key) -> Path:
        signature, processor, _sources = key
        kind = _digest((signature, processor, numba.__version__, sys.implementation.cache_tag))
        return self._folder / f"{self._name}-{kind.hex()[:16]}.compiled"


def _digest(key: _Key) -> bytes:
    return sha256(repr(key).encode()).digest()


def _in_short(failure: Exception) -> str:
    """What went wrong, without the paths and numbers around it."""
    return getattr(failure, "strerror", None) or str(failure) or type(failure).__name__
