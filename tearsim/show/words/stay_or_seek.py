"""Stay and repair, or seek someone new? in sentences: pure, a map in, words out."""

import math

from tearsim.arguments import of_kind
from tearsim.science.declaration import plain
from tearsim.show.words.english import MINUS, number, number_of
from tearsim.show.words.units import WAI
from tearsim.show.words.worlds import sign_told
from tearsim.study.effects.stay_or_seek import MapCell, StayOrSeek

IT_IS_A_MODEL = "It is a model to think with, never advice about a person."


def rated(alliance: float) -> float:
    """An alliance as a client rates it, from 1 to 7."""
    return 1.0 + WAI.step * alliance


def map_in_words(found: StayOrSeek) -> list[str]:
    """The answer of a map: how much staying and seeking differ, where it turns, and on how many people that rests.

    Args:
        found: What `tearsim.stay_or_seek` returns.

    Returns:
        Paragraphs, one of them a table in Markdown.

    Raises:
        TearSimError: For what is no such thing.
    """
    of_kind("found", found, StayOrSeek, "what tearsim.stay_or_seek returns")
    asked, people = found.asked, [cell.people for cell in found.cells]
    over = "practices" if all(cell.worlds is None for cell in found.cells) else "worlds that fit the published evidence"
    return [
        f"Distress {number_of(asked.week, 'week')} after tears that unsettled, in SD of intake, staying minus seeking "
        "someone new: below 0 staying leaves less. And the alliance before the tears, rated from 1 to 7, at which both "
        f"come to the same. In brackets: 95 % intervals over {over}.",
        map_markdown(found),
        _sign(found),
        f"The same people under the same luck, {min(people):,} to {max(people):,} a cell, in {asked.practices:,} "
        f"practices; up to {max(cell.unpaired for cell in found.cells):,} a cell could not be paired. {IT_IS_A_MODEL}",
    ]


def map_markdown(found: StayOrSeek) -> str:
    """A map as a table in Markdown: a row a wait, a column a readiness to repair."""
    heads = [f"repair {signed_plain(repair)}" for repair in found.asked.repairs]
    lines = [f"| mean wait | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|"]
    for wait in found.asked.waits:
        cells = [_cell(cell) for cell in found.cells if cell.wait == wait]
        lines.append(f"| {number_of_weeks(wait)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def signed_plain(value: float) -> str:
    """A number with a minus sign, and no more digits than it has."""
    return plain(value).replace("-", MINUS)


def number_of_weeks(wait: float) -> str:
    """A wait in words."""
    return "1 week" if wait == 1 else f"{plain(wait)} weeks"


def cell_in_words(cell: MapCell) -> str:
    """A cell in words."""
    return f"repair {signed_plain(cell.repair)} and a wait of {number_of_weeks(cell.wait)}"


def _cell(cell: MapCell) -> str:
    mean, low, high = (number(value, 2, True) for value in cell.mean[:3])
    return f"{mean} ({low} to {high}); {_turns(cell)}"


def _sign(found: StayOrSeek) -> str:
    """In how many worlds it has which sign, at the quickest and the longest wait of the middling repair."""
    middling = found.asked.repairs[len(found.asked.repairs) // 2]
    cells = [cell for cell in found.cells if cell.repair == middling]
    told = []
    for cell in dict.fromkeys((cells[0], cells[-1])):
        if cell.worlds is not None:
            sign = sign_told(cell.worlds, "staying leaves more distress", "staying leaves less distress", "less")
            told.append(f"At {cell_in_words(cell)}: {sign[:1].lower()}{sign[1:]}.")
    return " ".join(told) or "This holds in the default world, one of many that fit the evidence."


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
