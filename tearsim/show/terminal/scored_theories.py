"""Rival theories scored: a table, and in sentences which of them the evidence prefers."""

import time

from rich import box
from rich.console import Console
from rich.text import Text

from tearsim.show.terminal.progress import SECONDS_A_LINE
from tearsim.show.terminal.whole_table import WholeTable
from tearsim.show.words.english import list_of
from tearsim.study.calibration.table import CalibrationProgress
from tearsim.study.theories.outcome import InsideOutcome, QuestionOutcome, RivalOutcome, ScoringOutcome, TheoryOutcome
from tearsim.study.theories.scoring import TheoryReport, plain_name

TOLD_OF_THEORY = (
    "theory", "score behind the best", "most by", "cal inside", "val inside",
    "of 100 who saw tears, more leave", "above 0 in",
)  # fmt: skip


def theory_lines(console: Console, quiet: bool) -> TheoryReport:
    """A line every few seconds, and whenever worlds of a kind are all done."""
    last = [0.0]

    def report(theory: str, now: CalibrationProgress) -> None:
        if quiet or (now.done < now.worlds and time.monotonic() - last[0] < SECONDS_A_LINE):
            return
        last[0] = time.monotonic()
        console.print(f"{theory}: {now.done:,} of {now.worlds:,} worlds, {now.kind}", markup=False, highlight=False)

    return report


def scored_table(done: ScoringOutcome) -> WholeTable:
    """Question by question the answers, the best score first, and what each says of the effect of tears."""
    table = WholeTable(box=box.SIMPLE_HEAD)
    for column in TOLD_OF_THEORY:
        table.add_column(column)
    for question in done["questions"]:
        table.add_section()
        table.add_row(Text(question["question"], style="bold"))
        for answer in question["answers"]:
            table.add_row(*map(Text, _cells(answer, done["theories"][answer["theory"]])))
    return table


def scored_markdown(done: ScoringOutcome) -> str:
    """The same as a Markdown table; docs/theories.md holds it."""
    lines = [f"| question | {' | '.join(TOLD_OF_THEORY)} |", "|---" * (len(TOLD_OF_THEORY) + 1) + "|"]
    for question in done["questions"]:
        asked = question["question"]
        for answer in question["answers"]:
            lines.append(f"| {' | '.join((asked, *_cells(answer, done['theories'][answer['theory']])))} |")
            asked = ""
    return "\n".join(lines) + "\n\n" + "\n".join(f"- {line}" for line in scored_words(done)) + "\n"


def scored_words(done: ScoringOutcome) -> list[str]:
    """Which answers the evidence prefers, which it cannot tell apart, and what the scores rest on, line by line."""
    found = done["findings"]
    heavy = max(len(told["unreliable"]) for told in done["theories"].values())
    doubt = f" Of up to {heavy} scores of a theory the weights have too heavy a tail to be relied on." if heavy else ""
    return [
        *map(_preference, done["questions"]),
        f"Each theory was refitted with {done['members']} worlds and scored on {len(found['cal'])} findings that it "
        f"was fitted to, each left out in turn, and {len(found['val'])} that nothing is fitted to. A score is a sum of "
        f"log predictive densities; it decides where it is behind by more than two standard errors over findings, and "
        "by more than 4, or where a theory misses two findings by five standard errors that the best predicts."
        f"{doubt}",
        "Effects on leaving: the median world and the middle 80 % of worlds. A model, never advice about a person.",
    ]


def _preference(question: QuestionOutcome) -> str:
    """What the evidence makes of a question."""
    kept = [plain_name(name) for name in question["preferred"]]
    rest = [plain_name(one["theory"]) for one in question["answers"] if one["theory"] not in question["preferred"]]
    if not rest:
        if len(kept) == 1:
            return f"{question['question']} Only {kept[0]} has been scored."
        told = f"cannot tell apart {list_of(kept)}"
    else:
        among = ", which it cannot tell apart," if len(kept) > 1 else ""
        told = f"prefers {list_of(kept)}{among} to {list_of(rest)}"
    return f"{question['question']} The evidence {told}."


def _cells(answer: RivalOutcome, told: TheoryOutcome) -> tuple[str, ...]:
    verdict = "told apart" if answer["told_apart"] else "cannot tell apart"
    best = answer["behind"] == 0.0
    behind = "best" if best else f"{answer['behind']:.1f} ± {answer['error']:.1f}, {verdict}"
    apart = ", ".join(answer["most"]) or "-"
    name = plain_name(answer["theory"])
    return (name, behind, apart, _inside(told["cal"]), _inside(told["val"]), *_effect(told))


def _inside(inside: InsideOutcome) -> str:
    return f"{inside['inside']} of {inside['judged']}"


def _effect(told: TheoryOutcome) -> tuple[str, str]:
    effect = told["effect_on_leaving"]
    if effect is None:
        return "nobody saw any", "-"
    low, high = effect["middle_80"]
    return f"{effect['median']:+.1f} ({low:+.1f} to {high:+.1f})", f"{effect['share_above_0']:.0%} of worlds"
