"""A prompt drawn at every decision point: each session in which tears come says anew what to do with them.

A micro-randomised trial (Klasnja et al. 2015, doi:10.1037/hea0000305). What is drawn in one session is followed by
other draws in later ones, so a client lives neither of two strategies but a course of draws: it is lived as such, by
rules of the model that read the draw. Beside it the same people live it with the draws of half of all sessions turned
round, and with those of the other half: up to the first session that is turned both lives are the same, and what
follows is, person by person, what that one draw did.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tearsim.science import rules
from tearsim.science.codes import NONE, OVERWHELMED
from tearsim.science.declaration import Value
from tearsim.science.people import Client, Therapist
from tearsim.science.replacing import Rule
from tearsim.science.types import Parameters, SessionLuck
from tearsim.study.effects.strategies import STRATEGIES
from tearsim.study.planning.inquiries import EffectAsked
from tearsim.study.planning.lived import Lives, Truth, lives_by_setting, outcome_after
from tearsim.study.planning.study_file import StudyFile
from tearsim.worlds.luck_tables import LuckTables

CHANCE_OF_FIRST = 0.5  # of the first strategy, at every decision point
HALVES = (1, 2)  # of all sessions, by lot: those in which the draw is turned round


def first_is_drawn(setting: float, luck: SessionLuck) -> bool:
    """Whether the first strategy is drawn, and kept to, in a session.

    The fraction of the setting is the chance of it; its whole part says in which half of sessions the draw is turned
    round: 0 in none, 1 or 2 in one of the halves.
    """
    if setting < 1.0:
        return luck.spare_1 < setting
    if setting < 2.0:
        return (luck.spare_1 < setting - 1.0) != (luck.spare_2 < 0.5)
    return (luck.spare_1 < setting - 2.0) != (luck.spare_2 >= 0.5)


def notices_if_shown(client: Client, sensed: int, manner: int, p: Parameters, luck: SessionLuck) -> bool:
    """As the model has it where letting tears show was drawn; not at all where holding them back was.

    Tears that overwhelm show whatever is drawn. `leak_sensed` holds the setting: while tears are shown nothing else
    reads it.
    """
    if sensed < OVERWHELMED and not first_is_drawn(p.leak_sensed, luck):
        return False
    return rules.notices(client, sensed, manner, p, luck)


def speaks_if_drawn(_: Therapist, p: Parameters, luck: SessionLuck) -> bool:
    """Whether noticed tears are spoken of: as it was drawn, whatever the therapist's comfort."""
    return first_is_drawn(p.tears_spoken, luck)


class Prompt(NamedTuple):
    """How a prompt about an effect is lived: the rule that reads the draw, and the parameter that holds its setting."""

    rule: str
    does: Rule
    setting: str


PROMPTS: dict[EffectAsked, Prompt] = {
    "eyes_fill": Prompt("notices", notices_if_shown, "leak_sensed"),
    "spoken": Prompt("speaks", speaks_if_drawn, "tears_spoken"),
}


class Prompted(NamedTuple):
    """One pool of people who live what is drawn for them; arrays of shape (clients, weeks)."""

    drawn: Lives
    turned: tuple[Lives, ...]  # with the draws of one half of sessions turned round, for each half
    asked: NDArray[np.bool_]  # the decision points
    assigned: NDArray[np.bool_]  # whether the first strategy was drawn
    kept: NDArray[np.bool_]  # and kept to
    half: NDArray[np.int64]


def live_prompted(study: StudyFile, world: int, luck: int, therapists: int) -> Prompted:
    """A number of therapists and their clients in a world, under one luck, and what is drawn for them."""
    prompt, followed = PROMPTS[study.inquiry.effect], CHANCE_OF_FIRST * study.data.followed
    sets: dict[str, dict[str, Value]] = {
        str(turned): {**STRATEGIES["shown"].sets, prompt.setting: turned + followed} for turned in (0, *HALVES)
    }
    lives, replicates = lives_by_setting(study, world, luck, therapists, sets, ((prompt.rule, prompt.does),))
    draws = [
        LuckTables(study.diagnosis.seed, replicate).sessions(0, study.data.weeks, clients).T
        for replicate, clients in replicates
    ]
    first, which = (np.concatenate([one[name] for one in draws]) for name in ("spare_1", "spare_2"))
    return Prompted(
        lives["0"],
        tuple(lives[str(half)] for half in HALVES),
        decision_points(lives["0"], study.inquiry.effect),
        first < CHANCE_OF_FIRST,
        first < followed,
        np.where(which < 0.5, *HALVES),
    )


def decision_points(lives: Lives, effect: EffectAsked) -> NDArray[np.bool_]:
    """The sessions in which something is drawn: noticed tears to speak of, or tears that can still be held back."""
    if effect == "spoken":
        return lives.noticed
    return (lives.felt != NONE) & (lives.felt < OVERWHELMED)


def truth_of_prompts(lived: Prompted, study: StudyFile) -> Truth:
    """What the draw at one decision point does, a mean over all of them: a causal excursion effect.

    `E[Y(a_1, ..., a_(k-1), first) - Y(a_1, ..., a_(k-1), second)]`, later draws being as they come (Boruvka et al.
    2018, doi:10.1080/01621459.2017.1305274). Of each half of sessions the first decision point of a client has such a
    pair. The k-th of a client is the first of its half with a chance of `2^(1-k)`, and so counts `2^(k-1)` times.
    """
    asked, sums = study.inquiry, np.zeros(3)
    turn_of = np.cumsum(lived.asked, axis=1)
    for half, other in zip(HALVES, lived.turned, strict=True):
        here = lived.asked & (lived.half == half)
        client = np.flatnonzero(here.any(axis=1))
        week = here[client].argmax(axis=1)
        mine = outcome_after(lived.drawn.of(client), asked.outcome, week, asked.weeks)
        theirs = outcome_after(other.of(client), asked.outcome, week, asked.weeks)
        kept, counts = lived.kept[client, week], 2.0 ** (turn_of[client, week] - 1)
        both = np.isfinite(mine) & np.isfinite(theirs)
        first, second = np.where(kept, mine, theirs), np.where(kept, theirs, mine)
        sums += [np.sum(counts[both]), np.sum((counts * first)[both]), np.sum((counts * second)[both])]
    return Truth(*map(float, sums))
