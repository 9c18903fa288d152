"""What a sweep found over worlds that fit the evidence, in sentences; and in which world the rest holds: pure."""

from collections.abc import Sequence

from tearsim.science.declaration import in_words
from tearsim.science.fitted import DEFAULT
from tearsim.show.words.differences import is_sure, verdict
from tearsim.show.words.english import capital, level, list_of, lower_first, number
from tearsim.show.words.measures import on_scale
from tearsim.show.words.outcomes import TOLD
from tearsim.show.words.worlds import IN_MOST, Verbs, agreeing, holds_in, sign_in_words, size_in_words, small_in
from tearsim.study.answers.contrasts import Contrast, Contrasts, Dependence
from tearsim.study.answers.over_worlds import OverWorlds

# Of more changes than this the others are counted.
MOST_CHANGES = 6
DEFAULT_WORLD = "in the default world, one of many that fit the evidence"


def in_which_world(found: Contrasts) -> str:
    """In which world something holds that is not told over worlds."""
    if found.estimates == DEFAULT:
        return DEFAULT_WORLD
    return f"on the average of {found.worlds} {found.estimates} worlds, whose signs cannot be told from luck"


def named(found: Contrasts, words: str) -> str:
    """A sentence or several that begin by saying in which world they hold, if they compare tears in one world."""
    if not words or not found.arms or found.told_over_worlds:
        return words
    return f"{capital(in_which_world(found))}, {lower_first(words)}"


def is_told(contrast: Contrast) -> bool:
    """Whether a difference has a sign that may be told: over worlds, in most of them; otherwise more than luck."""
    if contrast.worlds is None:
        return is_sure(contrast.difference)
    return agreeing(contrast.worlds) >= IN_MOST


def judged(outcome: str, contrast: Contrast) -> str:
    """What may be said of a difference, as the end of a sentence that begins with it."""
    return verdict(outcome, contrast.difference) if contrast.worlds is None else holds_in(contrast.worlds)


def effects_over_worlds(found: Contrasts) -> list[str]:
    """What showing the tears did to each outcome in question, over worlds."""
    told = []
    for outcome in found.asked:
        worlds = found.effects_over_worlds.get(outcome)
        if worlds is not None:
            said = sign_in_words(worlds, "showing the tears rather than holding them back", TOLD[outcome].name)
            told.append(f"Whole practices: {lower_first(said)} {size_in_words(outcome, worlds)}")
    return told


def changes_over_worlds(outcome: str, pairs: Sequence[tuple[Dependence, Contrast]], where: str = "") -> str:
    """What an outcome changes with, over worlds, the largest change first."""
    known = [(one, contrast, contrast.worlds) for one, contrast in pairs if contrast.worlds is not None]
    name = TOLD[outcome].name
    told = [_change(outcome, from_to(one, contrast), worlds) for one, contrast, worlds in known[:MOST_CHANGES]]
    if not told:
        return ""
    more = len(known) - len(told)
    rest = f"; and {more} smaller changes, which the table has" if more else ""
    return capital(f"{where}{name} {list_of(told)}{rest}.")


def _change(outcome: str, where: str, worlds: OverWorlds) -> str:
    size = _size(outcome, worlds)
    if agreeing(worlds) < IN_MOST:
        above = worlds.above
        return (
            f"goes nobody knows which way {where} (it rises in {above} of {worlds.number} worlds that fit the evidence "
            f"and falls in {worlds.number - above}; {size})"
        )
    verb = "rises" if worlds.share_above_zero >= 0.5 else "falls"
    return f"{verb} {where} ({holds_in(worlds, 'so', 'so')}; {size})"


def _size(outcome: str, worlds: OverWorlds) -> str:
    how, said = TOLD[outcome], worlds.times(TOLD[outcome].factor)
    digits = how.digits_of_difference
    if not said.differ:
        mean, low, high = (number(said.mean + end, digits, True) for end in (0.0, -said.luck, said.luck))
        return f"{mean}{how.unit_of_difference} alike in all, as far as luck lets it be told: {low} to {high}"
    if len({number(end, digits) for end in said.middle_95}) == 1:
        digits += 1
    middle, low, high = (number(one, digits, True) for one in (said.median, *said.middle_95))
    return f"{middle}{how.unit_of_difference} in the middle world, {low} to {high} in the middle 95 %"


def interactions_over_worlds(found: Contrasts) -> list[str]:
    """Whether the tears do better, or worse, where something that varies is higher, over worlds: for each outcome in
    question the effect of showing them at the last level minus that at the first.

    Nothing is told of what changes nothing once the tears are held back: its change is told already, and is this.
    """
    told = []
    for outcome in found.asked:
        depend = [one for key, one in found.of_showing.items() if key[1] == outcome and not one.constant]
        apart = [one for one in depend if not found.held_back[one.parameter, outcome].constant]
        pairs = [(one, contrast) for one in apart for contrast in one.contrasts]
        known = [(from_to(one, contrast), contrast.worlds) for one, contrast in pairs if contrast.worlds is not None]
        known.sort(key=lambda pair: -abs(pair[1].median))
        if known:
            changes = [_interaction(outcome, where, worlds) for where, worlds in known[:MOST_CHANGES]]
            told.append(f"Judged by {TOLD[outcome].name}, {'; '.join(changes)}.")
    return told


# How tears may do better or worse; or raise more or less what nobody can say is better or worse.
DO_BETTER, DO_MORE = Verbs("help more or harm less", "help less or harm more"), Verbs("raise it more", "raise it less")


def _interaction(outcome: str, where: str, worlds: OverWorlds) -> str:
    """How an effect of the tears differs from one level to another, and in how many worlds."""
    how, worse = TOLD[outcome], on_scale(outcome).worse
    verbs, short = (DO_BETTER, Verbs("better", "worse")) if worse else (DO_MORE, Verbs("more", "less"))
    more = worlds.number - worlds.above if worse > 0 else worlds.above
    small = f"; less than {how.small_in_words} in {small_in(outcome, worlds)} of them" if how.small_in_words else ""
    size = f"{_size(outcome, worlds)}{small}"
    if agreeing(worlds) >= IN_MOST:
        verb = verbs.more if 2 * more > worlds.number else verbs.less
        return f"the tears {verb} {where} ({holds_in(worlds, 'so', 'so')}; {size})"
    return (
        f"nobody knows whether the tears {verbs.more}, or the reverse, {where} ({short.more} in {more} of "
        f"{worlds.number} worlds that fit the evidence, {short.less} in {worlds.number - more}; {size})"
    )


def from_to(one: Dependence, contrast: Contrast) -> str:
    """Between which levels of which parameter a difference lies."""
    name, first, last = in_words(one.parameter), level(contrast.first_level), level(contrast.last_level)
    choice = isinstance(contrast.first_level, (str, bool))
    return f"with {name} {last} rather than {first}" if choice else f"as {name} goes from {first} to {last}"
