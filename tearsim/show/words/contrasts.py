"""What a sweep found, in sentences made from its numbers: pure, contrasts in, words out."""

import math
from collections.abc import Sequence

from tearsim.science.declaration import in_words
from tearsim.show.words.differences import (
    did_in_words,
    difference_in_words,
    is_large,
    is_small,
    is_sure,
    value_in_words,
)
from tearsim.show.words.english import capital, level, list_of
from tearsim.show.words.open_worlds import (
    changes_over_worlds,
    effects_over_worlds,
    from_to,
    interactions_over_worlds,
    named,
)
from tearsim.show.words.outcomes import ASKED, TOLD
from tearsim.study.answers.contrasts import Contrast, Contrasts, Dependence
from tearsim.study.estimates import POINT, Estimate

# Of more parameters than this a table says it better, and of more comparisons than this a count.
MOST_SECTIONS, MOST_CONTRASTS = 4, 8


def differences_told(found: Contrasts) -> list[tuple[str, Estimate]]:
    """Every difference that the sentences rest on, once each, with its outcome; only those that have an interval."""
    differences = [(name, found.effects[name]) for name in found.asked if name in found.effects]
    for key, dependence in found.shown.items():
        if key[1] in found.asked:
            apart = [contrast for contrast in dependence.contrasts if not _is_effect(found, key, contrast)]
            differences += [(key[1], contrast.difference) for contrast in apart]
            if key in found.of_showing and not _all_tears(found, key):
                differences += [(key[1], contrast.difference) for contrast in found.of_showing[key].contrasts]
    return [(name, one) for name, one in differences if not math.isnan(one.low)]


def _is_effect(found: Contrasts, key: tuple[str, str], contrast: Contrast) -> bool:
    """Whether a contrast is what showing the tears did, which is told by itself."""
    is_showing = key[0] == "tears" and contrast[:2] == ("held back", "shown")
    return is_showing and not math.isnan(found.effects[key[1]].mean)


def _all_tears(found: Contrasts, key: tuple[str, str]) -> bool:
    """Whether nothing changes with a parameter once the tears are held back."""
    return key in found.held_back and found.held_back[key].constant


def in_short(found: Contrasts) -> list[str]:
    """The answer in a few sentences, each a paragraph of its own, what matters most first.

    What tears do is told over the worlds that replicates lived in, or says in which world it holds.
    """
    if found.told_over_worlds:
        return _over_worlds(found)
    few = len(found.parameters) <= MOST_SECTIONS
    others = [name for name in found.parameters if name not in found.over_all]
    sentences = [_how_large(found) if few else "", *(_what_changes(found, others, outcome) for outcome in found.asked)]
    sentences += [_without_tears(found, others), _what_tears_did(found)]
    sentences += [*(_what_changes(found, found.over_all, one) for one in found.asked), _in_cells(found), _levels(found)]
    return [named(found, words) for words in sentences if words]


def _over_worlds(found: Contrasts) -> list[str]:
    """The same, of worlds that fit the evidence: in how many of them each thing has its sign."""
    others = [name for name in found.parameters if name not in found.over_all]
    sentences = [*effects_over_worlds(found), *interactions_over_worlds(found)]
    for parameters in (others, found.over_all):
        where = "With tears shown, " if parameters and found.of_shown(parameters[0]) else ""
        sentences += [changes_over_worlds(one, _compared_pairs(found, parameters, one), where) for one in found.asked]
    sentences += [_without_tears(found, others), _in_cells(found), _levels(found)]
    return [words for words in sentences if words]


def _how_large(found: Contrasts) -> str:
    """Whether anything found is more than luck, and more than small: what a reader wants to know first."""
    differences = differences_told(found)
    sure = [one for one in differences if is_sure(one[1])]
    bounds = " or ".join(how.small_in_words for how in ASKED)
    if not differences:
        return ""
    if all(is_small(*one) for one in differences):
        begun = (
            "Averaged over whole practices, whatever changes here is small"
            if sure
            else "Averaged over whole practices, nothing here is more than luck, and whatever there may be is small"
        )
        return (
            f"{begun}. No difference between averages over all else that varies reaches, even with its interval, "
            f"{bounds}{_but_in_cells(found)}."
        )
    if not sure:
        wide = sum(not is_small(*one) for one in differences)
        return (
            f"Nothing here can be told from luck, but {wide} of the {len(differences)} differences told below may yet "
            f"be as large as {bounds}, or larger."
        )
    large, small = (sum(sized(*one) for one in sure) for sized in (is_large, is_small))
    sizes = [(large, "surely not small"), (len(sure) - large - small, "perhaps small"), (small, "surely small")]
    which = (
        "one difference told below is"
        if len(differences) == 1
        else f"{len(differences)} differences told below, {len(sure)} {'is' if len(sure) == 1 else 'are'}"
    )
    begun = f"The {which} more than luck" if len(differences) == 1 else f"Of the {which} more than luck"
    counted = list_of([words if len(sure) == 1 else f"{count} {words}" for count, words in sizes if count])
    return f"{begun}: {counted}. Small means under {bounds}."


def _but_in_cells(found: Contrasts) -> str:
    """Where averages are small and one combination of levels, by itself, may not be."""
    may = [name for name, cells in found.cells.items() if not is_small(name, cells.widest)]
    if not may or found.replicates < 2:
        return ""
    names = " and ".join(TOLD[name].name for name in may)
    return f"; at single combinations of levels, what showing the tears did to {names} may (below)"


def _levels(found: Contrasts) -> str:
    """What the outcomes were over the whole design."""
    values = [f"{TOLD[name].name} was {value_in_words(name, found.means[name])}" for name in found.asked]
    where = "Over the whole design" if found.points > 1 else "At the one design point"
    return f"{where}{', with tears shown' if found.arms else ''}, {list_of(values)}."


LEARNING = (
    " Here therapists learn from the tears they show, and come to have more of them or fewer, which is part of what "
    "showing them did; with comfort_learns_from = “nothing” both worlds feel the same tears."
)


def _what_tears_did(found: Contrasts) -> str:
    """What showing the tears did over the whole design."""
    if not found.arms:
        return ""
    if all(math.isnan(found.effects[name].mean) for name in found.asked):
        return "No run has a partner that differs from it in the tears alone: what showing them did cannot be said."
    did = [did_in_words(name, found.effects[name]) for name in found.asked]
    where = "Over all points with tears shown or held back" if found.over_all else "Over the whole design"
    return (
        f"{where}, showing the tears rather than holding them back, in the same practices and under the same luck, "
        f"{'. It '.join(did)}.{LEARNING if found.learning else ''}"
    )


def _what_changes(found: Contrasts, parameters: Sequence[str], outcome: str) -> str:
    """Which parameters an outcome rises and falls with, the strongest first, and which it does not change with."""
    pairs = _compared_pairs(found, parameters, outcome)
    if not pairs:
        return ""
    sure = [pair for pair in pairs if is_sure(pair[1].difference)]
    slight = [pair for pair in sure if is_small(outcome, pair[1].difference)]
    apart = [pair for pair in sure if len(found.parameters) <= MOST_SECTIONS or pair not in slight]
    mark = not all(is_small(*one) for one in differences_told(found))
    parts = []
    for sign, verb in ((1.0, "rises"), (-1.0, "falls")):
        if moved := [_by_how_much(*pair, mark) for pair in apart if pair[1].difference.mean * sign > 0]:
            parts.append(f"{verb} {list_of(moved)}")
    if little := _names([pair for pair in slight if pair not in apart]):
        parts.append(f"changes too, but by little, with {list_of(little)}")
    over_all = "Over the whole design, " if found.over_all else ""
    where, name = "With tears shown, " if found.of_shown(parameters[0]) else over_all, TOLD[outcome].name
    words = f"{name} {'; it '.join(parts)}" if parts else ""
    if still := _names([pair for pair in pairs if pair not in sure]):
        of_what = "" if parts else f" of {name}"
        words += f"{'; ' if parts else ''}no change{of_what} with {list_of(still, 'or')} can be told from luck"
    return capital(f"{where}{words}.")


def _compared_pairs(found: Contrasts, parameters: Sequence[str], outcome: str) -> list[tuple[Dependence, Contrast]]:
    """The contrasts of an outcome that have an interval, the largest first; what showing the tears did is no part."""
    known = [found.shown[name, outcome] for name in parameters if (name, outcome) in found.shown]
    pairs = [(one, contrast) for one in known for contrast in one.contrasts if one.parameter != POINT]
    pairs = [pair for pair in pairs if not math.isnan(pair[1].difference.low)]
    pairs = [pair for pair in pairs if not _is_effect(found, (pair[0].parameter, outcome), pair[1])]
    return sorted(pairs, key=lambda pair: -abs(pair[1].difference.mean))


def _names(pairs: list[tuple[Dependence, Contrast]]) -> list[str]:
    """The parameters, and where several levels are compared with the first, which of them."""
    return list(
        dict.fromkeys(
            in_words(one.parameter) + (f" {level(contrast.last_level)}" if len(one.contrasts) > 1 else "")
            for one, contrast in pairs
        )
    )


def _by_how_much(one: Dependence, contrast: Contrast, mark_small: bool) -> str:
    """By how much, with the interval, as a parameter goes from one level to another."""
    small = ", which is small," if mark_small and is_small(one.outcome, contrast.difference) else ""
    return f"by {difference_in_words(one.outcome, contrast.difference, signed=False)}{small} {from_to(one, contrast)}"


def _without_tears(found: Contrasts, parameters: Sequence[str]) -> str:
    """Whether anything changes once the tears are held back."""
    if not parameters or {name for name, _ in found.held_back} != set(parameters):
        return ""  # nothing varies, or not all of it without the tears
    if not all(one.constant for one in found.held_back.values()):
        return ""
    shown = [contrast for key in found.held_back for contrast in found.shown[key].contrasts]
    changes = any(is_sure(contrast.difference) for contrast in shown)
    whose = ": whatever changes is the tears’ own doing" if changes else ""
    return f"With the tears held back, no outcome in question changes at all from level to level{whose}."


def _in_cells(found: Contrasts) -> str:
    """At how many combinations showing the tears made a difference, and how many of them chance alone would show."""
    if not found.cells or found.replicates < 2:
        return ""
    number_of_cells = next(iter(found.cells.values())).number
    beyond, of_worlds = (
        ("what worlds and luck leave open", ", on the average of the worlds")
        if found.told_over_worlds
        else ("luck", "")
    )
    did = []
    for outcome, cells in found.cells.items():
        name = TOLD[outcome].name
        if cells.raised or cells.lowered:
            did.append(
                f"raised {name} beyond {beyond} at {times(cells.raised)} and lowered it at {times(cells.lowered)}, "
                f"at the most changing it by {difference_in_words(outcome, cells.largest)}"
            )
        else:
            did.append(f"changed {name} beyond {beyond} at none")
    return (
        f"Looked at one by one{of_worlds}, of the {number_of_cells:,} combinations of levels, showing the tears "
        f"{'; it '.join(did)}. The largest of so many is likely to be overstated, and about "
        f"{number_of_cells / 20:.0f} of their intervals would leave out 0 by chance alone."
    )


def times(count: int) -> str:
    """How many, where there may be none."""
    return "none" if count == 0 else f"{count:,}"
