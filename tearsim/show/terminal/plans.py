"""Planned studies as tables of the terminal."""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from rich import box

from tearsim.show.terminal.whole_table import WholeTable
from tearsim.show.words.english import number, with_hyphens
from tearsim.show.words.plans import change_in_percent, with_ends
from tearsim.study.planning.diagnosing import Diagnosed
from tearsim.study.planning.plan import PlannedStudy
from tearsim.study.planning.teaching import Taught


class CurveColumn(NamedTuple):
    """A column of a table: its heading, the diagnosis, decimals, whether it is signed, and what it is multiplied by."""

    heading: str
    diagnosis: str
    digits: int = 0
    signed: bool = False
    factor: float = 1.0

    def of(self, one: Diagnosed) -> str:
        """The diagnosis with its interval."""
        return with_ends(getattr(one, self.diagnosis), self.digits, self.signed, self.factor)


TOLD_OF_CURVE = (
    CurveColumn("answers, %", "answers", factor=100.0),
    CurveColumn("power, %", "power", factor=100.0),
    CurveColumn("right sign, %", "right", factor=100.0),
    CurveColumn("bias", "bias", 3, signed=True),
    CurveColumn("coverage, %", "coverage", factor=100.0),
    CurveColumn("RMSE", "rmse", 3),
    CurveColumn("wrong sign, %", "wrong_sign", factor=100.0),
    CurveColumn("exaggerates", "exaggeration", 1),
    CurveColumn("tells apart, %", "tells_apart", factor=100.0),
)
# What a terminal of 100 columns is too narrow for.
LEFT_TO_REPORTS = ("answers", "rmse")
# How headings break.
BROKEN = {"exaggerates": "exagge-\nrates", "power, %": "power,\n%", "coverage, %": "coverage,\n%"}


def curve_table(plan: PlannedStudy) -> WholeTable:
    """A row a number of therapists: what a study of that size would find."""
    table = WholeTable(box=box.SIMPLE_HEAD, title=plan.study.title, title_justify="left", padding=(0, 1, 0, 0))
    shown = [one for one in TOLD_OF_CURVE if one.diagnosis not in LEFT_TO_REPORTS]
    headings = [BROKEN.get(one.heading, one.heading.replace(" ", "\n", 1)) for one in shown]
    for heading in ("thera-\npists", "clients", *headings):
        table.add_column(heading, justify="right", no_wrap=True)
    for one in plan.curve:
        cells = [f"{one.n:,}", f"{one.n * plan.study.data.clients:,}"]
        table.add_row(*cells, *(_in_two_lines(told.of(one)) for told in shown))
    return table


def _in_two_lines(said: str) -> str:
    return with_hyphens(said).replace(" [", "\n\\[")


# Columns of what studies would teach: their headings, in two lines, and what stands there; errors as they change.
TOLD_OF_TEACHING: dict[str, Callable[[Taught], str]] = {
    "error, own\neffect, %": lambda one: change_in_percent(one.own),
    "error, all\neffects, %": lambda one: change_in_percent(one.all),
    "verdicts\nmore": lambda one: "–" if one.claims is None else with_ends(one.claims.new, 1),
    "right\nones": lambda one: "–" if one.claims is None else with_ends(one.claims.right, 1),
    "by\nchance": lambda one: "–" if one.claims is None else with_ends(one.claims.chance, 1),
}


def teaching_table(taught: Sequence[Taught]) -> WholeTable:
    """A row a study, from what would teach most to what would teach least."""
    table = WholeTable(
        box=box.SIMPLE_HEAD, title="What would teach us most", title_justify="left", padding=(0, 1, 0, 0)
    )
    table.add_column("study", min_width=16, max_width=20)
    for heading in ("thera-\npists", "cost", *TOLD_OF_TEACHING):
        table.add_column(heading, justify="right", no_wrap=True)
    for one in taught:
        cost = math.nan if one.cost is None else one.cost
        cells = (_in_two_lines(told(one)) for told in TOLD_OF_TEACHING.values())
        table.add_row(one.title, f"{one.n:,}", number(cost, 0), *cells)
    return table
