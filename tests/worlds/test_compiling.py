"""Compiled code is never older than the science, and never needs a folder to write to."""

import os
import shutil
import subprocess
import sys

import pytest

# More than is lived in plain Python where nothing is compiled.
CODE = (
    "import tearsim; print(tearsim.simulate(seed=1, therapists=100, caseload=50, weeks=10).outcomes['alliance_mean'])"
)


@pytest.fixture
def copied(repository, tmp_path):
    """A copy of the package, run from its own folder."""
    shutil.copytree(repository / "tearsim", tmp_path / "tearsim", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def run(folder, code=CODE, **environment):
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(folder), **environment},
    )


def change_one_number(folder, module, before, after):
    """The answer before the change, after it, and after it is undone."""
    file = folder / "tearsim" / "science" / module
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1
    first = run(folder).stdout
    file.write_text(text.replace(before, after), encoding="utf-8")
    changed = run(folder).stdout
    file.write_text(text, encoding="utf-8")
    return first, changed, run(folder).stdout


@pytest.mark.slow
def test_editing_an_anchor_of_the_rules_changes_the_next_process(copied):
    first, changed, undone = change_one_number(
        copied, "scales.py", "TYPICAL_ALLIANCE = 0.75", "TYPICAL_ALLIANCE = 0.70"
    )
    assert changed != first
    assert undone == first


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "before", "after"),
    [
        ("rules.py", "(1.0 - at_zero)", "(0.9 - at_zero)"),
        ("parameters.py", '"bond_settling", 0.072', '"bond_settling", 0.092'),
        ("luck.py", "2.0**-54", "0.4"),
        ("scales.py", "1.0 / (1.0 + exp", "0.9 / (1.0 + exp"),
    ],
)
def test_editing_any_number_changes_the_next_process(copied, module, before, after):
    first, changed, undone = change_one_number(copied, module, before, after)
    assert changed != first
    assert undone == first


@pytest.mark.slow
def test_an_install_that_nobody_can_write_to_still_runs_and_says_that_it_compiles(copied):
    """Where folders for compiled code would be made stand files, which stops even an administrator."""
    (copied / "tearsim" / "worlds" / "__pycache__").write_text("")
    (copied / "home").write_text("")
    nowhere = str(copied / "home")
    done = run(copied, HOME=nowhere, XDG_CACHE_HOME=nowhere, PYTHONDONTWRITEBYTECODE="1")
    assert 0.5 < float(done.stdout) < 1.0
    assert "Compiled code can be kept neither in" in done.stderr


def test_importing_the_package_is_light():
    code = "import sys, tearsim, tearsim.cli; print([m for m in ('mesa', 'numba', 'numpy', 'pandas', 'rich') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_sweep_loads_no_mesa(small_experiment, tmp_path):
    code = (
        "import sys, tearsim; tearsim.sweep(sys.argv[1], out=sys.argv[2]); "
        "print([m for m in ('mesa', 'solara', 'plotly') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(small_experiment), str(tmp_path / "out")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
