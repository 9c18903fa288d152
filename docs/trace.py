"""What the TRACE page tells of the tests and checks: a block for each of its eight elements, made from what they found.

Nothing is counted or named by hand: findings and parameters from their declarations, what was fitted from the
calibration on record, verdicts from the check that docs/evidence.md shows, claims from the tests' own words.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, get_args

from docs import causal_diagram, causes
from tearsim.evidence.patterns import ROLES, Role, findings
from tearsim.evidence.protocols import Sure
from tearsim.science.alternatives import THEORIES
from tearsim.science.declaration import in_words
from tearsim.science.parameters import PARAMETERS
from tearsim.science.replacing import REPLACEABLE
from tearsim.study.calibration.trials import HOW_LEARNT
from tearsim.worlds.outcomes import OUTCOMES, QUESTIONED

ROOT = Path(__file__).parents[1]
TESTS = ROOT / "tests"
# Where the tests of each element stand; every file of tests belongs to one.
HELD_BY: dict[str, tuple[str, ...]] = {
    "data": ("evidence",),
    "concept": ("science/test_alternatives", "study/sweeps/test_theories", "worlds/test_switches", "test_causes"),
    "implementation": ("science", "worlds"),
    "output": ("science/test_fitted", "study/test_calibration", "study/test_check", "show/terminal"),
    "analysis": ("study",),
    "told": ("show", "browser", "test_"),
}
BOTH_WORLDS = ("worlds/test_same_bits", "worlds/test_any_processor", "worlds/test_golden")
ROLES_IN_WORDS = {
    "cal": "may be fitted to (*cal*)",
    "val": "only ever compared (*val*)",
    "doubt": "contested, shown and not judged (*doubt*)",
}


class Tests(NamedTuple):
    """A file of tests: where it stands, what it says that it holds, and its tests' names."""

    file: str  # below tests/, without its ending
    claim: str
    names: tuple[str, ...]


@cache
def all_tests() -> tuple[Tests, ...]:
    """Every file of tests, in order."""
    return tuple(_read(file) for file in sorted(TESTS.rglob("test_*.py")))


def _read(file: Path) -> Tests:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = (node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    claim = (ast.get_docstring(tree) or "").split("\n\n")[0].replace("\n", " ")
    where = file.relative_to(TESTS).with_suffix("").as_posix()
    return Tests(where, claim, tuple(name for name in functions if name.startswith("test_")))


def element_of(tests: Tests) -> str:
    """The element whose claims a file of tests holds: that which names its folder, or it, most closely."""
    near = [(len(start), element) for element, starts in HELD_BY.items() for start in starts if within(tests, start)]
    return max(near)[1]


def within(tests: Tests, start: str) -> bool:
    """Whether a file of tests stands in a folder, or has a name that begins so."""
    return (
        tests.file.startswith(start)
        if start.rpartition("/")[2].startswith("test_")
        else tests.file.startswith(f"{start}/")
    )


def held_by(element: str) -> str:
    """The files of tests that hold an element's claims, in their own words, as a Markdown table that can be opened."""
    own = [tests for tests in all_tests() if element_of(tests) == element]
    lines = [f"| {tests.claim} | `tests/{tests.file}.py` |" for tests in own]
    return "\n".join(
        [
            f"<details><summary>What {len(own)} files of tests hold, in their own words</summary>\n",
            "| what is held | by |",
            "|---|---|",
            *lines,
            "\n</details>\n",
        ]
    )


# --- The blocks ----------------------------------------------------------------------------------------------------


def problem() -> str:
    """What is asked, and which outcomes answer it."""
    asked = "; ".join(
        f"`{name}` ({OUTCOMES[name].meaning[0].lower()}{OUTCOMES[name].meaning[1:].rstrip('.')})" for name in QUESTIONED
    )
    return f"Of {len(OUTCOMES)} outcomes that every run has, two answer the first question: {asked}.\n"


def description() -> str:
    """How large the model is."""
    status = Counter(parameter.status for parameter in PARAMETERS.values())
    rules = {flow.rule for flow in causes.flows()}
    arrows = causal_diagram.arrows()
    back = sum(not arrow.at_once for arrow in arrows)
    return (
        f"- {len(PARAMETERS)} parameters: {status['estimate']} estimates, {status['assumption']} assumptions, "
        f"{status['design']} of design.\n"
        f"- {len(rules)} functions decide or change something in a week; {len(REPLACEABLE)} of them can be replaced by "
        "one's own.\n"
        f"- {len(causal_diagram.BOXES)} things that people live through, joined by {len(arrows)} arrows, "
        f"{back} of which run from one session or week to the next.\n"
    )


def data() -> str:
    """The findings by role, by where their figures were seen, and by kind."""
    hows = get_args(Sure)
    lines = [
        f"| findings that ... | all | may be judged | {' | '.join(f'figures from {how}' for how in hows)} | pooled |",
        "|---" * (len(hows) + 4) + "|",
    ]
    for role in ROLES:
        own = findings(role)
        seen = Counter(finding.sure for finding in own)
        judged, pooled = sum(finding.judged for finding in own), sum(bool(finding.samples) for finding in own)
        counts = (len(own), judged, *(seen[how] for how in hows), pooled)
        lines.append("| " + " | ".join([ROLES_IN_WORDS[role], *map(str, counts)]) + " |")
    kinds = Counter(finding.measure for finding in findings())
    return "\n".join(lines) + f"\n\nBy kind: {_counted(kinds)}.\n"


def concept() -> str:
    """What is assumed: how many signs are open, and which rivals there are."""
    assumed = [one for one in PARAMETERS.values() if one.status == "assumption" and one.kind == "number"]
    either = [one for one in assumed if one.plausible[0] < 0.0 < one.plausible[1]]
    groups = Counter(one.group for one in either)
    questions = Counter(theory.question for theory in THEORIES.values())
    return (
        f"- Of {len(assumed)} numbers that are assumptions, {len(either)} may have either sign (by group: "
        f"{_counted(groups)}).\n"
        f"- {len(questions)} open questions have rival answers that can be run, {len(THEORIES)} in all. "
        f"{' '.join(questions)}\n"
    )


def both_worlds() -> str:
    """The tests that hold two worlds to the same bits, by their names."""
    named = [(tests.file, name) for tests in all_tests() if tests.file in BOTH_WORLDS for name in tests.names]
    return "".join(f"- {in_words(name.removeprefix('test_'))} (`{file}`)\n" for file, name in named)


def calibration(done: dict[str, Any]) -> str:
    """What the calibration on record found, and what it left open."""
    left = done["left_open"]
    learnt = Counter(one["learnt"] for one in left["parameters"].values())
    least = sorted(done["inside"], key=done["inside"].__getitem__)[:3]
    weakest = ", ".join(f"`{name}` (in {done['inside'][name]:.0%})" for name in least)
    pairs = "; ".join(f"`{one}` with `{other}` ({r:+.2f})" for one, other, r in left["correlated"]) or "none"
    known = done["perfect_model"]
    return (
        f"- {done['members']} parameter sets were kept; in a study that chose none of them, {done['confirmed']} "
        f"({done['confirmed_share']['mean']:.0%}) agree with nine in ten of the findings.\n"
        f"- Least often inside among them: {weakest}.\n"
        f"- Of {sum(learnt.values())} fitted parameters the findings leave "
        f"{', '.join(f'{learnt[word]} {word}' for word in HOW_LEARNT)}. Not identified: "
        f"{_named(name for name, one in left['parameters'].items() if one['learnt'] == 'not identified')}.\n"
        f"- Tied to each other by half or more: {pairs}.\n"
        f"- Where the truth is known, {known['recovered']} of {known['of']} values lie in their 95 % intervals.\n"
    )


def verdicts(evidence: str, role: Role) -> str:
    """What the check in docs/evidence.md says of a role, in words: how many inside, what outside, what undecided."""
    which = {"cal": "findings that may be fitted to", "val": "findings that nothing was fitted to"}[role]
    evidence = evidence.partition("<!-- check: ")[2].partition("<!-- end of check -->")[0]  # of the defaults alone
    text = " ".join(line.strip() for line in evidence.splitlines())
    close = "as other luck could turn the verdict"
    found = re.search(
        rf"Of (\d+) {which}: (\d+) inside(?:; \d+ outside \(([\w, -]+)\))?"
        rf"(?:; \d+ too close to judge, {close} \(([\w, -]+)\))?",
        text,
    )
    assert found, role
    of_role = {finding.id: finding.statement for finding in findings(role)}
    told = [f"- outside: {of_role[name]} (`{name}`)" for name in _names(found[3])]
    told += [f"- too close to judge: {of_role[name]} (`{name}`), {close}" for name in _names(found[4])]
    for name, why in re.findall(r"^([\w-]+): not judged, for (.*)\.$", evidence, re.MULTILINE):
        if name in of_role:
            told.append(f"- not judged: {of_role[name]} (`{name}`), for {why}")
    by_convention = r"(holds by a convention|fails by a convention|is too close to judge, and hangs on a convention)"
    for name, how, others in re.findall(rf"^([\w-]+) {by_convention}; (.*)\.$", evidence, re.MULTILINE):
        if name in of_role:
            told.append(f"- {how}: {of_role[name]} (`{name}`); {others}")
    lines = "".join(f"{line}\n" for line in told)
    return f"In the world of the defaults, of {found[1]} {which} {found[2]} lie inside the range accepted.\n\n{lines}"


def _names(listed: str | None) -> list[str]:
    """The findings that a sentence lists, if it lists any."""
    return listed.split(", ") if listed else []


def not_judged() -> str:
    """What is only compared and has no verdict in any world, with the reason."""
    own = [finding for finding in findings("val") if finding.not_judged]
    return "".join(f"- not judged: {one.statement} (`{one.id}`): {one.not_judged}\n" for one in own)


def sensitivity(experiments: str) -> str:
    """The main answer of the sensitivity analysis, as experiments/README.md has it."""
    found = re.search(r"<!-- answer of what_matters:.*?-->\n(.*?)<!-- end of", experiments, re.DOTALL)
    assert found
    return "".join(f"> {line}".rstrip() + "\n" for line in found[1].strip().splitlines())


def blocks(evidence: str, experiments: str, calibrated: dict[str, Any]) -> dict[str, str]:
    """Every block of the page by its name."""
    return {
        "problem": problem(),
        "description": description(),
        "data": data() + "\n" + held_by("data"),
        "concept": concept() + "\n" + held_by("concept"),
        "implementation": held_by("implementation"),
        "both worlds": both_worlds(),
        "output": verdicts(evidence, "cal") + calibration(calibrated) + "\n" + held_by("output"),
        "analysis": sensitivity(experiments) + "\n" + held_by("analysis"),
        "corroboration": verdicts(evidence, "val") + not_judged(),
        "told": held_by("told"),
    }


def _counted(counter: Counter[str]) -> str:
    return ", ".join(f"{what} {number}" for what, number in counter.most_common())


def _named(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "none"
