"""How sure a sign is over worlds that fit the evidence, by one rule for all that is told: pure, worlds in, words out.

Where 95 of 100 worlds or more agree, it holds in all but a few, which are counted; where 80 or more do, in most; where
fewer do, nobody knows it (`HOW_MANY_AGREE`). However small luck is, that stays so.
"""

import math
from typing import NamedTuple

from tearsim.show.words.english import capital, number
from tearsim.show.words.outcomes import TOLD
from tearsim.study.answers.over_worlds import OverWorlds

IN_NEARLY_ALL, IN_MOST = 0.95, 0.80
THAT_FIT = "that fit the published evidence"
HOW_MANY_AGREE = (
    "Of a sign: “in all but” a few, where at least 95 of 100 worlds agree; “in most worlds”, where 80 do; where fewer "
    "do, nobody knows it."
)
HOW_TO_ASK = (
    'To ask many worlds rather than one: estimates = "open" in the experiment, and no number of replicates, so that '
    "each world is lived under two lucks."
)


MORE_PEOPLE = "The report of tearsim sweep tears_and_dropout rests on more in each."


def what_ends_hold(over_worlds: bool) -> str:
    """What lies between the ends in the brackets behind a number: most of the worlds, or what luck leaves of one."""
    return "the middle 95 % of worlds" if over_worlds else "a 95 % interval of luck"


class Verbs(NamedTuple):
    """What a quantity above 0 says that something does, and what one below."""

    more: str
    less: str


RAISES = Verbs("raises", "lowers")


def agreeing(found: OverWorlds) -> float:
    """The share of worlds on the side on which more of them lie, as they are counted."""
    return max(found.above, found.number - found.above) / found.number


def sign_told(found: OverWorlds, more: str, less: str, less_in_short: str) -> str:
    """Which sign something has over worlds, in a sentence or two without its full stop.

    `more` and `less` say what happens in a world where it lies above 0, and below; `less_in_short` after `more`.

    >>> from tearsim.study.answers.over_worlds import over_worlds
    >>> sign_told(over_worlds([1, 1, 2, 2, 3, 3], [0, 0, 1, 1, 2, 2]), "more leave", "fewer leave", "fewer")
    'In each of 3 worlds that fit the published evidence, more leave'
    """
    above, number_of = found.above, found.number
    clause, agree = (more, above) if found.share_above_zero >= 0.5 else (less, number_of - above)
    if agreeing(found) >= IN_NEARLY_ALL:
        which = f"In all but {number_of - agree} of {number_of}" if agree < number_of else f"In each of {number_of}"
        return f"{which} worlds {THAT_FIT}, {clause}"
    if agreeing(found) >= IN_MOST:
        return f"In most worlds {THAT_FIT}, {agree} of {number_of}, {clause}"
    unknown = f"Nobody knows the sign, as fewer than {100 * IN_MOST:.0f} in 100 worlds agree"
    return f"{unknown}. Of {number_of} worlds {THAT_FIT}, {more} in {above} and {less_in_short} in {number_of - above}"


def sign_in_words(found: OverWorlds, subject: str, what: str, verbs: Verbs = RAISES) -> str:
    """Which sign something has that raises or lowers `what`, in a sentence or two."""
    more, less = (f"{subject} {verb} {what}" for verb in verbs)
    return f"{sign_told(found, more, less, f'{verbs.less} it')}."


def holds_in(found: OverWorlds, more: str = "more", less: str = "less") -> str:
    """The same as a clause after a difference: which sign it has, and in how many worlds."""
    above, number_of = found.above, found.number
    word, agree = (more, above) if found.share_above_zero >= 0.5 else (less, number_of - above)
    if agreeing(found) >= IN_NEARLY_ALL:
        which = (
            f"all but {number_of - agree} of {number_of} worlds" if agree < number_of else f"each of {number_of} worlds"
        )
        return f"{word} in {which}"
    if agreeing(found) >= IN_MOST:
        return f"{word} in most worlds, {agree} of {number_of}"
    return f"nobody knows the sign: {more} in {above} of {number_of} worlds, {less} in {number_of - above}"


def size_in_words(outcome: str, found: OverWorlds) -> str:
    """How large it is in the middle world and in the middle 95 % of them, how often small, and the luck in it."""
    how = TOLD[outcome]
    said, unit = found.times(how.factor), how.unit_of_difference
    middle, low, high, luck = (
        number(one, how.digits_of_difference, one is not said.luck) for one in (said.median, *said.middle_95, said.luck)
    )
    few = f" It is small, less than {how.small_in_words}, in {small_in(outcome, found)} of them."
    return (
        f"In the middle world it is {middle}{unit}, in the middle 95 % of worlds {low} to {high}; luck alone moves the "
        f"mean of them by {luck} to either side.{few if how.small_in_words else ''}"
    )


def luck_in_worlds(found: OverWorlds, people: int) -> str:
    """How much of how far worlds lie apart is luck, where that many people were compared in all of them: whether it
    hides them, and what asks more people; a sentence or two.

    >>> from tearsim.study.answers.over_worlds import over_worlds
    >>> luck_in_worlds(over_worlds([1, 3, 6, 8], [0, 0, 1, 1]), 40)
    'Luck is 8 % of how far worlds lie apart (as a variance), and is taken off as far as it can be told.'
    """
    if math.isnan(found.luck_share):
        return f"Too few of these worlds were lived twice to tell how much of it is luck. {MORE_PEOPLE}"
    share = f"luck is {number(100.0 * found.luck_share, 0)} % of how far worlds lie apart (as a variance)"
    if found.can_be_told:
        return f"{capital(share)}, and is taken off as far as it can be told."
    return (
        f"With {number(people / found.number, 0)} people or so in each, {share}: too much to tell one from another. "
        f"{MORE_PEOPLE}"
    )


def small_in(outcome: str, found: OverWorlds) -> int:
    """In how many worlds a difference is smaller than its outcome's bound."""
    return closer_than(found, TOLD[outcome].small)


def closer_than(found: OverWorlds, bound: float) -> int:
    """In how many worlds it lies less than that far from 0."""
    return sum(abs(one) < bound for one in found.worlds)
