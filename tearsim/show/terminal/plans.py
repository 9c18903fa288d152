"""Planned studies as tables of the terminal."""

import math
from collections.abc import Sequence
from typing import TypedDict

from rich import box
from rich.table import Table

from tearsim.show.words.english import MINUS, number
from tearsim.show.words.plans import TELLS_APART, with_ends
from tearsim.study.estimates import Estimate
from tearsim.study.planning.plan import PlannedStudy
from tearsim.study.planning.teaching import Taught


class Interval(TypedDict):
    """A number with its interval, as programs are told it."""

    value: float | None
    low: float | None
    high: float | None


class SizeOutcome(TypedDict):
    """What a study of one size would find, as programs are told it and as far as it is told here."""

    n: int
    clients: int
    right: Interval
    tells_apart: Interval


class PlannedOutcome(SizeOutcome):
    """The same of a study, with its curve."""

    title: str
    curve: list[SizeOutcome]


class TaughtOutcome(TypedDict):
    """What a study would teach."""

    title: str
    n: int
    own: Interval
    all: Interval


class RankedOutcome(TypedDict):
    """What `tearsim plan` prints of several studies with --json."""

    studies: list[TaughtOutcome]
    plans: list[PlannedOutcome]


# Column of a table: its heading, the diagnosis, decimals, whether it has a sign.
TOLD_OF_CURVE = (
    ("power", "power", 2, False), ("right sign", "right", 2, False), ("bias", "bias", 3, True),
    ("coverage", "coverage", 2, False), ("RMSE", "rmse", 3, False), ("wrong sign", "wrong_sign", 2, False),
    ("exaggerates", "exaggeration", 1, False), ("tells apart", "tells_apart", 2, False),
)  # fmt: skip


# What a terminal is too narrow for.
LEFT_TO_REPORTS = ("rmse",)


def _plain(one: Estimate, digits: int, signed: bool = False, factor: float = 1.0) -> str:
    return with_ends(one, digits, signed, factor).replace(MINUS, "-")


def curve_table(plan: PlannedStudy) -> Table:
    """A row a number of therapists: what a study of that size would find."""
    table = Table(box=box.SIMPLE_HEAD, title=plan.study.title, title_justify="left", padding=(0, 1, 0, 0))
    shown = [one for one in TOLD_OF_CURVE if one[1] not in LEFT_TO_REPORTS]
    for heading in ("thera-\npists", "clients", *(_narrow(heading) for heading, *_ in shown)):
        table.add_column(heading, justify="right", no_wrap=True)
    for one in plan.curve:
        cells = [f"{one.n:,}", f"{one.n * plan.study.data.clients:,}"]
        cells += [_in_two_lines(getattr(one, name), digits, signed) for _, name, digits, signed in shown]
        table.add_row(*cells)
    return table


def _narrow(heading: str) -> str:
    """A heading in two lines, so that a row fits a terminal."""
    return heading.replace(" ", "\n").replace("exaggerates", "exagge-\nrates")


def _in_two_lines(one: Estimate, digits: int, signed: bool) -> str:
    said = _plain(one, digits, signed)
    return said.replace(" [", "\n\\[")


def teaching_table(taught: Sequence[Taught]) -> Table:
    """A row a study, from what would teach most to what would teach least."""
    table = Table(box=box.SIMPLE_HEAD, title="What would teach us most", title_justify="left")
    table.add_column("study")
    for heading in ("therapists", "cost", "error of its\nown effect, %", "error of all\neffects, %",
                    "signs settled\nrightly, %", "wrongly, %"):  # fmt: skip
        table.add_column(heading, justify="right")
    for one in taught:
        cost = math.nan if one.cost is None else one.cost
        table.add_row(
            one.title,
            f"{one.n:,}",
            number(cost, 0),
            *(_fall(fall) for fall in (one.own, one.all)),
            *(_plain(share, 0, factor=100.0).replace(" [", "\n\\[") for share in (one.settled, one.misled)),
        )
    return table


def _fall(fall: Estimate) -> str:
    """How much an error changes, in per cent: a fall has a minus."""
    turned = Estimate(-fall.mean, -fall.high, -fall.low, fall.replicates)
    return _plain(turned, 0, True, 100.0).replace(" [", "\n\\[")


def studies_markdown(ranked: RankedOutcome) -> str:
    """Several studies as a Markdown table, from what would teach most to what would teach least."""
    lines = [
        "| study | therapists | right sign, % | tells apart | tells apart well from | its own effect: error | "
        "all effects: error |",
        "|---|---|---|---|---|---|---|",
    ]
    plans = {plan["title"]: plan for plan in ranked["plans"]}
    for one in ranked["studies"]:
        plan = plans[one["title"]]
        cells = (
            one["title"],
            f"{one['n']:,}",
            _ends(plan["right"], 0, factor=100.0),
            _ends(plan["tells_apart"], 2),
            tells_apart_from(plan),
            *(f"{_ends(_turned(fall), 0, True, 100.0)} %" for fall in (one["own"], one["all"])),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + f"\n\n{_who_can_tell(ranked['plans'])}\n"


def _who_can_tell(plans: Sequence[PlannedOutcome]) -> str:
    """Which studies tell helping from harming worlds, from how many people on, and which do not."""
    told = []
    for plan in plans:
        whole, title = plan["tells_apart"], f"“{plan['title']}”"
        if whole["value"] is None or whole["low"] is None:
            told.append(f"- {title}: cannot be said, since too few of these worlds are clearly on one side.")
        elif whole["value"] >= TELLS_APART:
            told.append(f"- {title} tells helping from harming worlds from {tells_apart_from(plan)} on.")
        else:
            how = "cannot" if whole["low"] <= 0.5 else "can only somewhat"
            told.append(f"- {title} {how}, with {plan['n']:,} therapists: {_ends(whole, 2)}; a coin has 0.50.")
    return "\n".join(told)


def tells_apart_from(plan: PlannedOutcome) -> str:
    """The smallest number of therapists tried from which on a study tells helping from harming worlds."""
    curve = plan["curve"]
    told = [bool((one["tells_apart"]["value"] or 0.0) >= TELLS_APART) for one in curve]
    if not told[-1]:
        return "more than were tried"
    first = max((i + 1 for i, tells in enumerate(told) if not tells), default=0)
    return f"{curve[first]['n']:,} with {curve[first]['clients']:,} clients"


def _turned(fall: Interval) -> Interval:
    value, low, high = fall["value"], fall["low"], fall["high"]
    return {
        "value": None if value is None else -value,
        "low": None if high is None else -high,
        "high": None if low is None else -low,
    }


def _ends(one: Interval, digits: int, signed: bool = False, factor: float = 1.0) -> str:
    value, low, high = (math.nan if end is None else end for end in (one["value"], one["low"], one["high"]))
    return with_ends(Estimate(value, low, high, 0), digits, signed, factor)
