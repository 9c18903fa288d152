"""The two tables that an answer begins with, for the report and the terminal: those who saw tears, and what moves
alliance, dropout and whatever else is asked. Pure: answers in, numbers and words out."""

import math
from typing import NamedTuple

from tearsim.science.declaration import in_words
from tearsim.show.words.english import capital, level, list_of, number
from tearsim.show.words.exposed import how_precise, studies_in_words
from tearsim.show.words.measures import SAW, OnScale, on_scale, too_small
from tearsim.show.words.worlds import HOW_MANY_AGREE, HOW_TO_ASK, holds_in
from tearsim.study.answers.contrasts import Contrasts, Dependence
from tearsim.study.answers.over_worlds import OverWorlds
from tearsim.study.answers.those_who_saw import ThoseWhoSaw
from tearsim.study.estimates import POINT, Estimate

MOST_ROWS = 12
WHAT_COLOURS_SAY = (
    "Orange is worse for the client, green better, grey too small to matter; blue where neither side is better."
)


class SizeOfChange(NamedTuple):
    """How large a difference is, in the unit told: in the middle world with the middle 95 % of worlds, or in the one
    world there is, with the interval of luck; and how many worlds have its sign."""

    how: OnScale
    middle: float
    low: float
    high: float
    luck: float  # how far luck alone moves it to either side
    said: str
    worlds: tuple[float, ...] = ()

    @property
    def written(self) -> str:
        """The number and, in brackets, its interval."""
        if math.isnan(self.middle):
            return "missing"
        ends = "" if math.isnan(self.low) else f" ({self.number(self.low)} to {self.number(self.high)})"
        return f"{self.number(self.middle)}{ends}"

    @property
    def ends(self) -> str:
        """Its interval: of the middle 95 % of worlds, or of luck."""
        of = " in the middle 95 %" if len(self.worlds) > 1 else ""
        return f"{self.number(self.low)} to {self.number(self.high)}{of}"

    def number(self, value: float) -> str:
        """A number of it, signed."""
        return number(value, self.how.digits, True)


class SawRow(NamedTuple):
    """What showing the tears did to those who saw them, by one measure."""

    label: str
    below_label: str
    size: SizeOfChange


class ChangeRow(NamedTuple):
    """How far each outcome in question moves as something goes from one level to another."""

    label: str
    levels: str
    sizes: list[SizeOfChange]
    turns: str = ""  # where it does not go all one way


def size_of(how: OnScale, one: Estimate, worlds: OverWorlds | None) -> SizeOfChange:
    """A difference, over worlds where there are several."""
    if worlds is None:
        mean, low, high = (value * how.factor for value in one[:3])
        sure = "" if math.isnan(low) else "more than luck" if low > 0 or high < 0 else "not to be told from luck"
        return SizeOfChange(how, mean, low, high, high - mean, sure, () if math.isnan(mean) else (mean,))
    told = worlds.times(how.factor)
    return SizeOfChange(how, told.median, *told.middle_95, told.luck, holds_in(worlds, *how.words), tuple(told.worlds))


def saw_rows(seen: ThoseWhoSaw | None) -> list[SawRow]:
    """A row a measure of those who saw tears; none where nobody did, or nobody was asked."""
    if seen is None or not seen.saw:
        return []
    return [
        SawRow(how.label, how.below_label, size_of(how, seen.effects[name], seen.worlds.get(name)))
        for name, how in SAW.items()
    ]


def under_saw_rows(seen: ThoseWhoSaw) -> list[str]:
    """What is drawn in these rows, on how many people it rests, what is small, and what studies would have said."""
    line = (
        "One line is one world that fits the evidence" if seen.worlds else "One line: the one world that was lived in"
    )
    below = (
        "Triangle: the middle world; bar below: luck alone (95 %)." if seen.worlds else "bar below: luck alone (95 %)."
    )
    joined = ". " if seen.worlds else "; "
    told = (f"{line}{joined}{below} {WHAT_COLOURS_SAY} {how_precise(seen)}", too_small(), studies_in_words(seen))
    return [words for words in told if words]


def change_rows(found: Contrasts) -> list[ChangeRow]:
    """What moves the outcomes in question in a whole practice: showing the tears, then what varies, largest first."""
    asked = [name for name in found.asked if any((one, name) in found.shown for one in found.parameters)]
    whole = [name for name in found.parameters if all((name, one) in found.shown for one in asked)]
    names = [name for name in whole if name != POINT]
    moved = sorted((_changes(found, name, asked or list(found.asked)) for name in names), key=_most_first)
    return [*_showing(found), *moved[:MOST_ROWS]]


def moves_what(found: Contrasts) -> str:
    """The outcomes in question as a heading lists them."""
    return list_of([on_scale(name).label for name in found.asked])


def in_brackets(found: Contrasts) -> str:
    """What stands in the brackets of the second table."""
    if found.told_over_worlds:
        middle = f"The middle of {found.worlds:,} worlds that fit the evidence, and the middle 95 % of them"
        return f"{middle}. {HOW_MANY_AGREE}".removesuffix(".")
    if found.replicates < 2:
        return "One replicate: no intervals"
    where = "in the default world" if found.worlds == 1 else f"over {found.worlds:,} {found.estimates} worlds"
    ask = f" {HOW_TO_ASK}" if found.arms else ""
    return f"Means {where}, with 95 % intervals over replicates.{ask}".removesuffix(".")


def _showing(found: Contrasts) -> list[ChangeRow]:
    if not found.arms or all(math.isnan(one.mean) for one in found.effects.values()):
        return []
    sizes = [size_of(on_scale(name), found.effects[name], found.effects_over_worlds.get(name)) for name in found.asked]
    return [ChangeRow("Therapists’ tears", "shown rather than held back", sizes)]


def _changes(found: Contrasts, name: str, asked: list[str]) -> ChangeRow:
    of = {outcome: found.shown[name, outcome] for outcome in asked}
    ends = of[asked[0]].ends
    sizes = [size_of(on_scale(one), of[one].ends.difference, of[one].ends.worlds) for one in asked]
    turns = "; ".join(filter(None, (_turns(of[outcome]) for outcome in asked)))
    return ChangeRow(capital(in_words(name)), f"{level(ends.first_level)} to {level(ends.last_level)}", sizes, turns)


def _turns(of: Dependence) -> str:
    if of.turn is None:
        return ""
    how = on_scale(of.outcome)
    mean, *ends = (number(abs(one) * how.factor, how.digits) for one in of.turn.beyond[:3])
    low, high = ends if of.turn.above else reversed(ends)
    where = "above" if of.turn.above else "below"
    return f"at {level(of.turn.level)} {how.label} lies {where} both ends, by {mean} (that mean: {low} to {high})"


def _most_first(row: ChangeRow) -> float:
    sizes = [abs(size.middle) / size.how.reach for size in row.sizes if not math.isnan(size.middle)]
    return -max(sizes, default=0.0)
