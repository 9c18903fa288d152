"""Stay and repair, or seek someone new? in sentences: pure, a map in, words out."""

import math

from tearsim.arguments import of_kind
from tearsim.science.declaration import plain
from tearsim.science.fitted import world_of
from tearsim.science.scales import logistic
from tearsim.show.words.effects import EFFECTS_TOLD
from tearsim.show.words.english import lower_first, number, number_of
from tearsim.show.words.measures import SAW
from tearsim.show.words.open_worlds import DEFAULT_WORLD
from tearsim.show.words.units import CORE, WAI
from tearsim.show.words.worlds import sign_told
from tearsim.study.effects.stay_or_seek import MapCell, StayOrSeek
from tearsim.study.people.exposed import DISTRESS

IT_IS_A_MODEL = "It is a model to think with, never advice about a person."


DISTRESS_TOLD = EFFECTS_TOLD["distress"]


def rated(alliance: float) -> float:
    """An alliance as a client rates it, from 1 to 7."""
    return WAI.level(alliance)


def map_in_words(found: StayOrSeek) -> list[str]:
    """The answer of a map: how much staying and seeking differ, where it turns, and on how many people that rests.

    Args:
        found: What `tearsim.stay_or_seek` returns.

    Returns:
        Paragraphs, one of them a table in Markdown.

    Raises:
        TearSimError: For anything but what `tearsim.stay_or_seek` returns.
    """
    of_kind("found", found, StayOrSeek, "what tearsim.stay_or_seek returns")
    asked, people = found.asked, [cell.people for cell in found.cells]
    in_one = all(cell.worlds is None for cell in found.cells)
    over = "practices" if in_one else "worlds that fit the published evidence, and in how many of them it is above 0"
    return [
        f"Distress {number_of(asked.week, 'week')} after tears that unsettled, in {DISTRESS_TOLD.unit}, staying minus "
        "seeking someone new: below 0 staying leaves less. And the alliance before the tears, rated from 1 to 7, at "
        f"which both come to the same. In brackets: 95 % intervals over {over}.",
        map_markdown(found),
        _sign(found),
        f"Less than {SAW[DISTRESS].small:.2f} points are small. Distress is told in {CORE.source}.",
        f"The same people under the same luck, {min(people):,} to {max(people):,} a cell, in {asked.practices:,} "
        f"practices; up to {max(cell.unpaired for cell in found.cells):,} a cell could not be paired."
        f"{_nobody_unsettled(found)} {IT_IS_A_MODEL}",
    ]


def map_markdown(found: StayOrSeek) -> str:
    """A map as a table in Markdown: a row a wait, a column a readiness to repair."""
    heads = [repair_told(repair) for repair in found.asked.repairs]
    lines = [f"| mean wait | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|"]
    for wait in found.asked.waits:
        cells = [_cell(cell) for cell in found.cells if cell.wait == wait]
        lines.append(f"| {number_of_weeks(wait)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def repair_told(repair: float) -> str:
    """How readily ruptures are repaired, as a share that a person knows rather than in log-odds.

    >>> repair_told(0.6)
    '65 of 100 ruptures mended a session'
    """
    return f"{number(100.0 * logistic(repair), 0)} of 100 ruptures mended a session"


def number_of_weeks(wait: float) -> str:
    """A wait in words."""
    return "1 week" if wait == 1 else f"{plain(wait)} weeks"


def cell_in_words(cell: MapCell) -> str:
    """A cell in words."""
    return f"{repair_told(cell.repair)} and a wait of {number_of_weeks(cell.wait)}"


def _cell(cell: MapCell) -> str:
    mean, low, high = (number(DISTRESS_TOLD.factor * value, 1, True) for value in cell.mean[:3])
    worlds = "" if cell.worlds is None else f"; {cell.worlds.above} of {cell.worlds.number}"
    return f"{mean} ({low} to {high}{worlds}); {_turns(cell)}"


def _sign(found: StayOrSeek) -> str:
    """In how many worlds it has which sign, at the quickest and the longest wait of the middling repair."""
    middling = found.asked.repairs[len(found.asked.repairs) // 2]
    cells = [cell for cell in found.cells if cell.repair == middling]
    told = []
    for cell in dict.fromkeys((cells[0], cells[-1])):
        if cell.worlds is not None:
            sign = sign_told(cell.worlds, "staying leaves more distress", "staying leaves less distress", "less")
            said = cell.worlds.times(DISTRESS_TOLD.factor)
            middle, low, high = (number(one, 1, True) for one in (said.median, *said.middle_95))
            size = f"{middle} {DISTRESS_TOLD.unit} in the middle world, {low} to {high} in the middle 95 % of worlds"
            told.append(f"With {cell_in_words(cell)}: {lower_first(sign)}; {size}.")
    return " ".join(told) or f"This holds {DEFAULT_WORLD}."


def _nobody_unsettled(found: StayOrSeek) -> str:
    """In how many of the worlds asked nobody could be compared in some cell, as no tears unsettled anybody there."""
    asked = found.asked
    worlds = len({world_of(str(asked.values["estimates"]), replicate) for replicate in range(asked.practices)})
    fewest = min((cell.worlds.number for cell in found.cells if cell.worlds is not None), default=worlds)
    if fewest == worlds:
        return ""
    return f" In up to {worlds - fewest} of the {worlds} worlds tears unsettled nobody here, so that these say nothing."


def _turns(cell: MapCell) -> str:
    """Where it comes to the same."""
    turn, low, high = cell.break_even
    if math.isnan(turn):
        return "too few people to say where it turns"
    bottom, top = cell.people_between
    ends = f"({number(rated(low), 1)} to {number(rated(high), 1)})"
    if turn in (bottom, top):
        better = "staying" if cell.line[0] + cell.line[1] * (bottom + top) / 2 < 0 else "seeking"
        return f"{better} leaves less at any alliance {ends}"
    return f"staying leaves less {'above' if cell.line[1] < 0 else 'below'} {number(rated(turn), 1)} {ends}"
