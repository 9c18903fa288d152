"""The board of claims as one HTML file that needs no internet: a row a claim, which opens to all that is behind it."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tearsim.safe_files import write_safely
from tearsim.show.page.palette import DARK, FONT, LIGHT, Palette
from tearsim.show.report.claim_strip import claim_strip
from tearsim.show.report.filling import template
from tearsim.show.words.caveats import NEVER_ADVICE
from tearsim.show.words.claims import (
    LEGEND,
    TITLE,
    ClaimRow,
    claim_rows,
    counts,
    first_line,
    how_asked,
    matters_told,
    not_tested,
    published_told,
)
from tearsim.show.words.english import capital
from tearsim.study.claims.board import BoardOutcome, counted
from tearsim.study.claims.declared import Claim
from tearsim.study.claims.verdict import VERDICTS, VerdictWord

if TYPE_CHECKING:
    from markupsafe import Markup

BOARD_FILE = "board.html"
TEMPLATE = "board.html.jinja"
# Told by form, border and word; colour only repeats it.
CHIP_MARKS: dict[VerdictWord, str] = {"holds": "✓", "fails": "✗", "depends": "◐", "cannot say": "?", "assumed": "≡"}


class Shown(NamedTuple):
    """A row as the page shows it."""

    row: ClaimRow
    word: VerdictWord
    mark: str
    strip: "Markup"
    regions: list[tuple[str, "Markup", str]]  # where, its worlds, and the verdict there
    not_tested: list[tuple[str, str]]
    matters: str
    published: list[str]  # what studies found
    or_else: str  # what else the verdict may be


def write_board(outcome: BoardOutcome, claims: Mapping[str, Claim], folder: Path) -> Path:
    """Write the board into a results folder and return where it is; OSError if the folder takes none."""
    page, path = board_html(outcome, claims), folder / BOARD_FILE
    write_safely(path, lambda unfinished: unfinished.write_text(page, encoding="utf-8"))
    return path


def board_html(outcome: BoardOutcome, claims: Mapping[str, Claim]) -> str:
    """The page itself; it depends on the outcome and the claims' files alone."""
    rows = claim_rows(outcome, claims)
    by = counted(outcome["claims"])
    return template(TEMPLATE).render(
        title=TITLE,
        first=first_line(outcome),
        words=[(word, CHIP_MARKS[word], by.get(word, 0), LEGEND[word]) for word in VERDICTS],
        rows=[_shown(row, outcome["worlds"]) for row in rows],
        how=how_asked(outcome),
        origin=f"Seed {outcome['seed']}; {outcome['fingerprint'][:16]} stands for the model and the readings.",
        never_advice=NEVER_ADVICE,
        font=FONT,
        light=_variables(LIGHT),
        dark=_variables(DARK),
    )


def _variables(palette: Palette) -> str:
    names = (
        "page", "panel", "room", "hairline", "ink", "second_ink", "accent", "moved", "rupture", "pinned", "unmoved",
    )  # fmt: skip
    colours = asdict(palette)
    return " ".join(f"--{name.replace('_', '-')}: {colours[name]};" for name in names)


def _shown(row: ClaimRow, worlds: int) -> Shown:
    told, word = row.outcome, row.outcome["verdict"]
    true, small, contrary = counts(told, worlds)
    said = f"Worlds: true in {true}, too small to matter in {small}, contrary in {contrary}"
    strip = claim_strip(row.claim, told["worlds"], told["value"], told["luck"], said)
    regions = [
        (
            f"{capital(one['moderator'])}: {one['name']}",
            claim_strip(row.claim, one["worlds"], one["value"], None, words),
            words,
        )
        for one, words in zip(told["regions"], row.regions, strict=True)
    ]
    or_else = " ".join(f"or {other}" for other in told["may_be"])
    matters = capital(matters_told(row.claim))
    found = published_told(row.claim)
    return Shown(row, word, CHIP_MARKS[word], strip, regions, not_tested(row.claim), matters, found, or_else)
