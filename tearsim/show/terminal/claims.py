"""The board of claims on a terminal, and how far putting them to the test has come."""

import time

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.text import Text

from tearsim.show.terminal.progress import SECONDS_A_LINE
from tearsim.show.terminal.whole_table import WholeTable
from tearsim.show.words.claims import ClaimRow, not_tested, published_told
from tearsim.show.words.english import DASH, capital, duration, with_hyphens
from tearsim.study.claims.lived import ClaimsProgress, ClaimsReport
from tearsim.study.claims.verdict import VerdictWord

# A verdict is told by its word and mark, which colour only repeats.
ASCII_MARKS: dict[VerdictWord, str] = {"holds": "+", "fails": "x", "depends": "~", "cannot say": "?", "assumed": "="}
VERDICT_COLOURS: dict[VerdictWord, str] = {
    "holds": "green", "fails": "red", "depends": "cyan", "cannot say": "yellow", "assumed": "bright_black",
}  # fmt: skip
HEADINGS = {"what is said": 34, "verdict": 12, "true in": 20, "in numbers": 28, "decided by": 26}  # letters at the most


def claims_lines(console: Console, quiet: bool) -> ClaimsReport:
    """A line every few seconds, and when all is done."""
    began, last, first = time.monotonic(), [0.0], [-1]

    def report(now: ClaimsProgress) -> None:
        if first[0] < 0:
            first[0] = now.done
        if quiet or (now.done < now.worlds and time.monotonic() - last[0] < SECONDS_A_LINE):
            return
        last[0] = time.monotonic()
        left = ""
        if first[0] < now.done < now.worlds:
            left = f", {duration((last[0] - began) * (now.worlds - now.done) / (now.done - first[0]))} left"
        said = f"{now.done:,} of {now.worlds:,} lives of worlds, {now.practice}{left}"
        console.print(escape(said), highlight=False)

    return report


def claims_table(rows: list[ClaimRow]) -> WholeTable:
    """A row a claim: sentence, verdict, in how many worlds it is true, the number, what decides it."""
    table = WholeTable(box=box.SIMPLE_HEAD, show_lines=True)
    for heading, wide in HEADINGS.items():
        table.add_column(heading, max_width=wide, overflow="fold")
    for row in rows:
        word = row.outcome["verdict"]
        table.add_row(
            Text(row.claim.sentence),
            Text(f"{ASCII_MARKS[word]} {row.verdict}", style=VERDICT_COLOURS[word]),
            Text(with_hyphens(f"{row.true_in}; {row.otherwise}".removesuffix(f"; {DASH}"))),
            Text(with_hyphens(f"{row.claim.told}: {row.number}")),
            Text(with_hyphens(row.decided)),
        )
    return table


def claim_in_full(row: ClaimRow) -> list[str]:
    """All that is told of one claim, line by line."""
    claim = row.claim
    return [
        with_hyphens(line)
        for line in (
            f"{claim.sentence} {row.verdict.upper()}.",
            row.why,
            f"What it would mean: {claim.means}",
            f"Where: {claim.setting}",
            f"In numbers: {claim.told}: {row.number}",
            *(f"What studies found: {found}" for found in published_told(claim)),
            *row.regions,
            *row.seen,
            *(f"{capital(what)}: {said}" for what, said in not_tested(claim)),
            f"What would change the verdict: {row.change}",
            f"The study that would tell: {claim.study}",
        )
    ]
