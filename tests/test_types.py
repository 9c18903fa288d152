"""Whoever writes a rule, or calls the package, is told by a type checker what is misspelt."""

import ast
import re
from collections import Counter

import pytest
from mypy import api

# A user's own file, as strict as mypy can be: one rule as it should be, and three with a mistake each.
OF_A_USER = """
import tearsim
from tearsim.science.people import Client, Therapist
from tearsim.science.session import session
from tearsim.science.rules import Tears
from tearsim.science.types import Parameters, SessionLuck, TherapistLuck

reveal_type(tearsim.simulate(seed=1))
reveal_type(tearsim.simulate(seed=1).outcomes)
reveal_type(tearsim.Practice(seed=1).run)
reveal_type(tearsim.open_results("results").effect("dropout_rate").replicates)
tearsim.PARAMETERS["weeks"] = tearsim.PARAMETERS["therapists"]


def unmoved(client: Client, therapist: Therapist, tears: Tears, p: Parameters, luck: SessionLuck) -> float:
    return p.appraisal_base * luck.appraisal * client.alliance if tears.spoken else 0.0


def misspelt(client: Client, therapist: Therapist, tears: Tears, p: Parameters, luck: SessionLuck) -> float:
    if p.rupture_bse > 0.0:  # a parameter there is not
        return luck.wait + luck.boundary_sensitivity  # luck of another kind
    return client.aliance  # a trait there is not


def of_others(client: Client, p: Parameters, luck: TherapistLuck) -> float:
    return luck.skill


def lived(client: Client, therapist: Therapist, p: Parameters, luck: SessionLuck) -> float:
    session(client, therapist, 0, p, luck, depth_of_talk=of_others)  # another rule's arguments
    return session(client, therapist, 0, p, luck, appraise=unmoved).alliance
"""


@pytest.fixture(scope="module")
def told(repository, tmp_path_factory):
    """What mypy tells of that file, line by line: its code and what is said."""
    folder = tmp_path_factory.mktemp("of_a_user")
    file, settings = folder / "mine.py", folder / "mypy.ini"
    file.write_text(OF_A_USER, encoding="utf-8")
    settings.write_text(
        f"[mypy]\nmypy_path = {repository}\nfollow_imports = silent\nignore_missing_imports = true\n"
        f"cache_dir = {repository / '.mypy_cache' / 'of_a_user'}\n",  # what mypy learns of the package is kept
        encoding="utf-8",
    )
    said, problems, _ = api.run(["--strict", "--no-error-summary", "--config-file", str(settings), str(file)])
    assert not problems
    lines = OF_A_USER.splitlines()
    found = re.findall(r"^.*?mine\.py:(\d+): \w+: (.*)$", said, re.MULTILINE)
    return [(lines[int(number) - 1].strip(), what) for number, what in found]


def test_a_user_under_strict_finds_real_types(told):
    revealed = [what for code, what in told if code.startswith("reveal_type")]
    assert revealed == [
        'Revealed type is "tearsim.worlds.simulate.Run"',
        'Revealed type is "dict[str, float]"',
        'Revealed type is "def (weeks: int | None =)"',
        'Revealed type is "int"',
    ]


@pytest.mark.parametrize("missing", ["rupture_bse", "boundary_sensitivity", "aliance"])
def test_what_a_rule_reads_and_there_is_not_is_a_mistake(missing, told):
    assert [code for code, what in told if f'has no attribute "{missing}"' in what and missing in code]


def test_a_rule_in_the_place_of_another_is_a_mistake(told):
    assert [what for code, what in told if "depth_of_talk=of_others" in code and "incompatible type" in what]


def test_nothing_else_is_a_mistake(told):
    mistaken = {code.split("#")[0].strip() for code, what in told if not what.startswith("Revealed")}
    assert mistaken == {
        "if p.rupture_bse > 0.0:",
        "return luck.wait + luck.boundary_sensitivity",
        "return client.aliance",
        'tearsim.PARAMETERS["weeks"] = tearsim.PARAMETERS["therapists"]',
        "session(client, therapist, 0, p, luck, depth_of_talk=of_others)",
    }


def test_the_package_says_that_it_is_typed(repository):
    assert (repository / "tearsim" / "py.typed").exists()
    assert '"Typing :: Typed"' in (repository / "pyproject.toml").read_text(encoding="utf-8")


# The lines in which a value may be anything, and why; nowhere else in the house.
ANYTHING = {
    "evidence/estimators.py": (1, "an array of whatever there is a mean of"),
    "show/export/formats.py": (1, "a sheet of openpyxl, which has no types"),
    "study/bench/plain_agents.py": (1, "a Mesa model as a beginner writes one"),
    "worlds/numba_types.py": (4, "what numba and llvmlite hand over, which have no types"),
    "worlds/practice.py": (2, "agents of the classes that a user gives, with whatever these add"),
}


def test_a_value_may_be_anything_only_where_it_is_said_why(repository):
    package, found = repository / "tearsim", Counter()
    for file in sorted(package.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Name) and node.id == "Any":
                found[file.relative_to(package).as_posix()] += 1
            assert not (isinstance(node, ast.Attribute) and ast.unparse(node) == "typing.Any"), file
    assert found == {file: number for file, (number, _) in ANYTHING.items()}
