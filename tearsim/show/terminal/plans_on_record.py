"""What is on record of planned studies, as Markdown for the documentation."""

import math
from collections.abc import Sequence
from typing import TypedDict

from tearsim.show.words.english import number
from tearsim.show.words.plans import TELLS_APART, change_in_percent, verdicts_now, with_ends
from tearsim.study.estimates import Estimate


class Interval(TypedDict):
    """A number with its interval, as `--json` has it."""

    value: float | None
    low: float | None
    high: float | None


class SizeOutcome(TypedDict):
    """What a study of one size would find, as `--json` has it, as far as it is shown here."""

    n: int
    clients: int
    right: Interval
    bias: Interval
    wrong_sign: Interval
    tells_apart: Interval


class PlannedOutcome(SizeOutcome):
    """The same of a study, with its curve."""

    title: str
    curve: list[SizeOutcome]


class IntervalAt(Interval):
    """The same with widths `times` as large as those that were chosen."""

    times: float


class ClaimsOutcome(TypedDict):
    """Of the claims asked, how many have a verdict now; new ones, right ones among them, and new ones by chance."""

    of: int
    now: float
    new: Interval
    right: Interval
    chance: Interval


class TaughtOutcome(TypedDict):
    """What a study would teach."""

    title: str
    n: int
    own: Interval
    all: Interval
    all_at_other_widths: list[IntervalAt]
    claims: ClaimsOutcome | None


class RankedOutcome(TypedDict):
    """What `tearsim plan` prints of several studies with --json."""

    studies: list[TaughtOutcome]
    plans: list[PlannedOutcome]


def studies_markdown(ranked: RankedOutcome) -> str:
    """Several studies as Markdown tables, from what would teach most to what would teach least."""
    plans, studies = {plan["title"]: plan for plan in ranked["plans"]}, ranked["studies"]
    parts = (
        _table(FINDS, [_finds(one, plans[one["title"]]) for one in studies]),
        _who_can_tell(ranked["plans"]),
        _table(TEACHES, [_teaches(one) for one in studies]),
        _verdicts_now(studies),
        _table(("all effects: error, and rank", *_at_widths(studies)), _by_widths(studies)),
    )
    return "\n\n".join(filter(None, parts)) + "\n"


FINDS = (
    "study", "therapists", "right sign, %", "wrong sign, %", "bias, in its unit", "tells apart, %",
    "tells apart well from",
)  # fmt: skip
TEACHES = ("study", "its own effect: error", "all effects: error", "verdicts more", "right ones", "by chance")


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(cells)} |" for cells in (headings, *rows)]
    return "\n".join([lines[0], "|---" * len(headings) + "|", *lines[1:]])


def _finds(one: TaughtOutcome, plan: PlannedOutcome) -> list[str]:
    right, wrong, apart = (
        _ends(share, 0, factor=100.0) for share in (plan["right"], plan["wrong_sign"], plan["tells_apart"])
    )
    return [
        one["title"],
        f"{one['n']:,}",
        right,
        wrong,
        _ends(plan["bias"], 2, signed=True),
        apart,
        tells_apart_from(plan),
    ]


def _teaches(one: TaughtOutcome) -> list[str]:
    errors = [_change(one["own"]), _change(one["all"])]
    claims = one["claims"]
    if claims is None:
        return [one["title"], *errors, "–", "–", "–"]
    return [one["title"], *errors, *(_ends(each, 1) for each in (claims["new"], claims["right"], claims["chance"]))]


def _verdicts_now(studies: Sequence[TaughtOutcome]) -> str:
    """How many claims have a verdict without any study, over the worlds that were asked."""
    claims = studies[0]["claims"]
    return "" if claims is None else verdicts_now(claims["of"], claims["now"])


def _at_widths(studies: Sequence[TaughtOutcome]) -> list[str]:
    """Which widths are shown: those chosen, and others that are some times as large."""
    return ["as chosen", *(f"{other['times']:g} times as wide" for other in studies[0]["all_at_other_widths"])]


def _by_widths(studies: Sequence[TaughtOutcome]) -> list[list[str]]:
    """The error about all effects at each of the widths, and which rank the study has by it."""
    falls = [[one["all"], *one["all_at_other_widths"]] for one in studies]
    values = [[math.nan if one["value"] is None else one["value"] for one in at] for at in zip(*falls, strict=True)]
    columns = map(_ranked, values)
    return [[one["title"], *cells] for one, cells in zip(studies, zip(*columns, strict=True), strict=True)]


def _ranked(falls: Sequence[float]) -> list[str]:
    order = sorted(range(len(falls)), key=lambda i: -falls[i])
    return [f"{number(round(-100.0 * fall) + 0.0, 0, True)} % ({order.index(i) + 1})" for i, fall in enumerate(falls)]


def _who_can_tell(plans: Sequence[PlannedOutcome]) -> str:
    """Which studies tell helping from harming worlds, from how many people on, and which do not."""
    told = []
    for plan in plans:
        whole, title = plan["tells_apart"], f"“{plan['title']}”"
        if whole["value"] is None or whole["low"] is None:
            told.append(f"- {title}: cannot be said, since too few of these worlds are clearly on one side.")
        elif whole["value"] >= TELLS_APART:
            told.append(
                f"- {title} puts helping and harming worlds in the right order, from {tells_apart_from(plan)} on."
            )
        else:
            how = "cannot tell them apart" if whole["low"] <= 0.5 else "can tell them apart only somewhat"
            told.append(
                f"- {title} {how}, with {plan['n']:,} therapists: {_ends(whole, 0, factor=100.0)} %; a coin has 50."
            )
    return "\n".join(told)


def tells_apart_from(plan: PlannedOutcome) -> str:
    """The smallest number of therapists, of those tried, with which a study tells helping from harming worlds."""
    curve = plan["curve"]
    told = [bool((one["tells_apart"]["value"] or 0.0) >= TELLS_APART) for one in curve]
    if not told[-1]:
        return "more than were tried"
    first = max((i + 1 for i, tells in enumerate(told) if not tells), default=0)
    return f"{curve[first]['n']:,} therapists with {curve[first]['clients']:,} clients"


def _change(fall: Interval) -> str:
    """How much an error changes, in per cent: a fall has a minus."""
    value, low, high = (math.nan if end is None else end for end in (fall["value"], fall["low"], fall["high"]))
    return f"{change_in_percent(Estimate(value, low, high, 0))} %"


def _ends(one: Interval, digits: int, signed: bool = False, factor: float = 1.0) -> str:
    value, low, high = (_rounded(end, factor, digits) for end in (one["value"], one["low"], one["high"]))
    return with_ends(Estimate(value, low, high, 0), digits, signed)


def _rounded(end: float | None, factor: float, digits: int) -> float:
    """A number as it is shown, and nothing below 0 that is shown as 0."""
    return math.nan if end is None else round(end * factor, digits) + 0.0
