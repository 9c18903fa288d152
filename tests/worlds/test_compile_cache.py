"""Kept code that is damaged, or that no folder takes, costs a compilation and one line: never a run, never a number."""

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from numba.core import config

from tearsim.worlds import compile_cache
from tearsim.worlds.compiling import compiled


def times(factor):
    def product(number):
        return number * factor

    return compiled(product, f"times-{factor}")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where compiled code is kept."""
    monkeypatch.setattr(config, "CACHE_DIR", str(tmp_path / "kept"))
    return tmp_path / "kept"


@pytest.fixture
def told(caplog):
    """The lines told since last asked; each process tells a line once, and so does each asking."""

    def lines():
        said = [record.getMessage() for record in caplog.records]
        caplog.clear()
        compile_cache._tell.cache_clear()
        return said

    lines()
    return lines


def next_process(factor=3):
    """Twice `factor` as a new process would find it, and whether it had to compile."""
    function = times(factor)
    return function(2), not function.stats.cache_hits


def kept_in(folder):
    (file,) = folder.rglob("*.compiled")
    return file


def test_code_is_compiled_once_and_then_loaded(folder, told):
    assert next_process() == (6, True)
    assert next_process() == (6, False)
    assert told() == []


def test_what_differs_in_its_constant_is_kept_apart(folder):
    assert next_process(3) == (6, True)
    assert next_process(4) == (8, True)
    assert next_process(3) == (6, False)


def flipped(content, place):
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:10],
        lambda content: content[:32],
        lambda content: content[:64],
        lambda content: content[: len(content) // 2],
        lambda content: content[:-1],
        lambda content: content + b"\0",
        lambda content: flipped(content, 0),
        lambda content: flipped(content, 40),
        lambda content: flipped(content, 64),
        lambda content: flipped(content, len(content) * 3 // 4),
        lambda content: bytes(len(content)),
        lambda content: b"cos\nabort\n(tR.",
        lambda content: b"an old man's novel" * 1000,
    ],
    ids=[
        "emptied",
        "cut in its checksum",
        "cut after it",
        "without code",
        "half",
        "a byte short",
        "a byte more",
        "checksum flipped",
        "sources flipped",
        "code flipped at its start",
        "machine code flipped",
        "zeros",
        "a pickle that would kill",
        "other text",
    ],
)
def test_a_damaged_file_is_told_in_one_line_and_replaced(damage, folder, told):
    whole = (next_process(), kept_in(folder).read_bytes())[1]
    kept_in(folder).write_bytes(damage(whole))
    assert next_process() == (6, True)
    (line,) = told()
    assert str(kept_in(folder).parent) in line
    assert "\n" not in line
    assert next_process() == (6, False)
    assert told() == []


def test_no_single_flipped_bit_goes_unseen(folder, told):
    next_process()
    whole = kept_in(folder).read_bytes()
    cache = times(3)._cache
    key = next(iter(keys_asked(cache)))
    for place in range(0, len(whole), len(whole) // 200):
        kept_in(folder).write_bytes(flipped(whole, place))
        with pytest.raises(ValueError, match="damaged"):
            cache._cache_file.load(key)


def keys_asked(cache):
    """The keys under which the function's code is looked for."""
    asked = []
    load, cache._cache_file.load = cache._cache_file.load, asked.append
    compiled_once = times(3)
    compiled_once._cache = cache
    compiled_once(2)
    cache._cache_file.load = load
    return asked


def test_code_of_other_sources_is_written_over_without_a_word(folder, told, monkeypatch):
    next_process()
    monkeypatch.setattr("tearsim.worlds.compiling.science_hash", lambda: "another science")
    assert next_process() == (6, True)
    assert next_process() == (6, False)
    assert told() == []
    assert kept_in(folder)  # one file, as before


def test_another_version_of_numba_has_a_file_of_its_own(folder, told, monkeypatch):
    next_process()
    monkeypatch.setattr("numba.__version__", "99.0")
    assert next_process() == (6, True)
    assert len(list(folder.rglob("*.compiled"))) == 2


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT, errno.EIO])
def test_a_folder_that_takes_no_file_is_told_and_the_code_runs_from_memory(code, folder, told, monkeypatch):
    def refuse(*_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(Path, "write_bytes", refuse)
    assert next_process() == (6, True)
    (line,) = told()
    assert str(folder) in line
    assert os.strerror(code) in line
    assert list(folder.rglob("*compiled*")) == []


def test_a_file_that_is_written_half_leaves_nothing_behind(folder, told, monkeypatch):
    replace = Path.replace
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left")))
    assert next_process() == (6, True)
    assert list(folder.rglob("*compiled*")) == []
    monkeypatch.setattr(Path, "replace", replace)
    assert next_process() == (6, True)
    assert next_process() == (6, False)


def test_a_folder_taken_away_in_mid_run_is_made_anew(folder, told):
    waiting = times(3)
    shutil.rmtree(folder)
    assert waiting(2) == 6
    assert told() == []
    assert next_process() == (6, False)


def test_a_folder_in_the_place_of_the_file_hinders_nothing(folder, told):
    next_process()
    name = kept_in(folder)
    name.unlink()
    name.mkdir()
    assert next_process() == (6, True)
    assert all(str(name.parent) in line for line in told())


def test_a_line_is_told_once_however_many_functions_meet_it(folder, told, monkeypatch):
    monkeypatch.setattr(Path, "write_bytes", lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left")))
    for factor in (3, 4, 5):
        assert next_process(factor) == (2 * factor, True)
    assert len(told()) == 1


def test_with_numba_switched_off_nothing_is_kept(folder, told, monkeypatch):
    monkeypatch.setattr(config, "DISABLE_JIT", 1)
    assert times(3)(2) == 6
    assert told() == []
    assert not folder.exists()


# From here on the model itself, in processes of their own.

# More than is lived in plain Python where nothing is compiled.
CODE = "import tearsim; print(sorted(tearsim.simulate(seed=1, therapists=100, caseload=50, weeks=10).outcomes.items()))"


def command(cache, code=CODE, **environment):
    """A process under -W error, as strict as Python can be, its compiled code kept in this folder."""
    return [sys.executable, "-W", "error", "-c", code], {**os.environ, "NUMBA_CACHE_DIR": str(cache), **environment}


def run(cache, **environment):
    arguments, environment = command(cache, **environment)
    return subprocess.run(arguments, env=environment, capture_output=True, text=True, check=True)


@pytest.fixture(scope="module")
def expected():
    """What the model answers, with whatever cache there is."""
    return subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True).stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    "damage",
    [lambda c: b"", lambda c: c[: len(c) // 2], lambda c: flipped(c, len(c) // 2)],
    ids=["emptied", "cut", "flipped"],
)
def test_the_model_runs_from_a_damaged_cache_to_the_same_bits_and_mends_it(damage, tmp_path, expected):
    assert run(tmp_path).stdout == expected
    for file in tmp_path.rglob("*.compiled"):
        file.write_bytes(damage(file.read_bytes()))
    mending = run(tmp_path)
    assert mending.stdout == expected
    (line,) = mending.stderr.splitlines()
    assert str(tmp_path) in line
    mended = run(tmp_path)
    assert (mended.stdout, mended.stderr) == (expected, "")


@pytest.fixture
def full_disk(tmp_path):
    """A disk of its own without a free byte."""
    place = tmp_path / "full"
    place.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4k", "none", place], capture_output=True
    )
    if not mounted or mounted.returncode:
        pytest.skip("mounting a disk is for administrators")
    yield place
    subprocess.run(["umount", place], check=True)


@pytest.mark.slow
def test_the_model_runs_where_the_disk_of_the_cache_is_full(full_disk, expected):
    done = run(full_disk)
    assert done.stdout == expected
    (line,) = done.stderr.splitlines()
    assert str(full_disk) in line
    assert os.strerror(errno.ENOSPC) in line
    assert [file for file in full_disk.rglob("*") if file.is_file()] == []


@pytest.mark.slow
def test_a_sweep_goes_to_its_folder_where_the_disk_of_the_cache_is_full(full_disk, small_experiment, tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tearsim", "sweep", small_experiment, "--out", tmp_path / "out"],
        env={**os.environ, "NUMBA_CACHE_DIR": str(full_disk)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "report.html").exists()
    assert [line for line in done.stderr.splitlines() if str(full_disk) in line], done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_processes_that_compile_at_once_leave_each_other_whole(tmp_path, expected):
    arguments, environment = command(tmp_path)
    together = [
        subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    assert [process.communicate() for process in together] == [(expected, "")] * 3
    assert len([file for file in tmp_path.rglob("*") if file.is_file()]) == 3  # weeks, luck drawn, luck turned
    after = "import numba.core.event as e; e.register('numba:compile', type('No', (e.Listener,), dict(\n"
    after += "    on_start=lambda *_: print('compiles'), on_end=lambda *_: None))())\n" + CODE
    arguments, environment = command(tmp_path, after)
    assert subprocess.run(arguments, env=environment, capture_output=True, text=True).stdout == expected
