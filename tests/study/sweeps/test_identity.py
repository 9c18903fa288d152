"""The identity of the model: what decides numbers changes it, what only people and type checkers read does not."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tearsim.science import rules
from tearsim.study.sweeps.identity import digest_of, source_hash
from tearsim.syntax import syntax_of

RULE = """
from math import exp
from typing import Any


def pace(client: Any, p: Any) -> float:
    \"\"\"How fast.\"\"\"
    return exp(p.weight * (client.alliance - 0.7))  # why
"""


def identity(text):
    return "\n".join(syntax_of(text))


@pytest.mark.parametrize(("before", "after"), [
    ("  # why", "  # for another reason"),
    ("How fast.", "How fast the two make progress."),
    ("from typing import Any", "from typing import Any, Protocol"),
    ("client: Any, p: Any) -> float", "client: object, p: object) -> object"),
    ("    return exp(p.weight", "\n    return exp(\n        p.weight"),
    ("from typing import Any\n", "from typing import TYPE_CHECKING, Any\nif TYPE_CHECKING:\n    import numpy\n"),
])  # fmt: skip
def test_words_layout_and_types_decide_nothing(before, after):
    assert before in RULE
    assert identity(RULE.replace(before, after)) == identity(RULE)


@pytest.mark.parametrize(("before", "after"), [
    ("0.7", "0.70001"), ("- 0.7", "+ 0.7"), ("exp(", "2.0 * exp("), ("p.weight", "p.other"), ("def pace", "def speed"),
    ("from math import exp", "from cmath import exp"), ("0.7", "7"), ("0.7", "'0.7'"),
])  # fmt: skip
def test_whatever_may_decide_a_number_decides_the_identity(before, after):
    assert identity(RULE.replace(before, after)) != identity(RULE)


def test_a_text_that_is_used_is_no_docstring():
    assert identity('KINDS = ("a", "b")') != identity('KINDS = ("a", "c")')
    assert identity('def f():\n    return "a"') != identity('def f():\n    return "b"')


def test_every_module_of_the_science_decides(tmp_path):
    """A number changed in any of them, or in the fitted worlds, is another model; a comment in all of them is not."""
    science = tmp_path / "science"
    shutil.copytree(Path(rules.__file__).parent, science, ignore=shutil.ignore_patterns("__pycache__"))
    files = [*science.glob("*.py"), *science.glob("*.json")]
    before = digest_of(files)
    for file in science.glob("*.py"):
        file.write_text(f"{file.read_text(encoding='utf-8')}\n# mended\n", encoding="utf-8")
    assert digest_of(files) == before
    for file in files:
        held = file.read_bytes()
        changed = held + b"\nCHANGED = 1\n" if file.suffix == ".py" else held.replace(b"0.", b"1.", 1)
        file.write_bytes(changed)
        assert digest_of(files) != before, file.name
        file.write_bytes(held)


GOES_ON = """
import sys, tearsim
tearsim.sweep(sys.argv[1], out=sys.argv[2])
results = tearsim.open_results(sys.argv[2])
print(results.finished, results.of_this_model, tearsim.close_up(results).replicates > 0)
"""


@pytest.mark.slow
def test_a_mended_comment_orphans_no_results_and_a_changed_number_does(tmp_path):
    """In a copied package: an unfinished sweep goes on, a finished one can be looked at closely; then it is refused."""
    package = Path(rules.__file__).parents[1]
    shutil.copytree(package, tmp_path / "tearsim", ignore=shutil.ignore_patterns("__pycache__"))
    experiment = tmp_path / "small.toml"
    experiment.write_text(
        'title = "t"\nquestion = "q"\n[parameters]\nweeks = 6\ntherapists = 2\n[design]\nreplicates = 40\n'
        "[design.vary]\nclient_empathy = [0.2, 0.5]\n",
        encoding="utf-8",
    )

    def python(code, *words):
        return subprocess.run(
            [sys.executable, "-c", code, *map(str, words)], cwd=tmp_path, capture_output=True, text=True
        )

    stopped = (
        "import sys, tearsim\nfrom tearsim.study.sweeps import chunks\nchunks.RUNS_A_CHUNK = 10\n"
        "def stop(now):\n    if now.done >= 20:\n        sys.exit(3)\n"
        "tearsim.sweep(sys.argv[1], out=sys.argv[2], workers=1, report=stop)"
    )
    assert python(stopped, experiment, tmp_path / "out").returncode == 3
    file = tmp_path / "tearsim/science/rules.py"
    text = file.read_text(encoding="utf-8")
    file.write_text(f"# A comment.\n{text}# Another.\n", encoding="utf-8")
    done = python(GOES_ON, experiment, tmp_path / "out")
    assert done.stdout.split() == ["True", "True", "True"], done.stderr
    file.write_text(text.replace("MIDDLE + luck.severity", "MIDDLE + 0.99 * luck.severity"), encoding="utf-8")
    assert file.read_text(encoding="utf-8") != text
    refused = python(GOES_ON, experiment, tmp_path / "out")
    assert "another version" in refused.stderr.splitlines()[-1]


def test_the_identity_is_that_of_the_files_as_they_are():
    assert len(source_hash()) == 64
