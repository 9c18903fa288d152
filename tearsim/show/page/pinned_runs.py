"""Runs that a page keeps in mind beside the one that is watched: pinned, on its way, or asked about."""

import asyncio
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from tearsim.science.declaration import Value
from tearsim.science.fitted import OPEN_WORLDS, lucks_of_all_worlds
from tearsim.science.parameters import PARAMETERS
from tearsim.show.words.over_time import of_outcome
from tearsim.study.answers.those_who_saw import MOST_CLIENT_WEEKS, SMALL_BESIDE
from tearsim.study.effects.asking import Effects, effects
from tearsim.study.effects.strategies import SET_BY_STRATEGIES
from tearsim.study.people.many_practices import PRACTICES, ManyPractices, is_it_luck
from tearsim.study.people.two_settings import TwoSettings, one_minus_other
from tearsim.study.people.watched_practice import WatchedPractice

# Seconds of work between looks at what else is asked for, and between drawings on a long way.
BREATH, GLANCE = 0.05, 0.7
PROFILED_AT = (0, 1, 4, 12)  # weeks after the first tears that a client sees


async def live_until(there: Callable[[], bool], step: Callable[[], object], glance: Callable[[], None]) -> None:
    """Live weeks until one is there, letting others have their turn; on a long way `glance` says how far it is."""
    began = looked = time.monotonic()
    while not there():
        step()
        now = time.monotonic()
        if now - looked > BREATH:
            if now - began > GLANCE:
                glance()
            await asyncio.sleep(0)
            looked = time.monotonic()


@dataclass
class Pinned:
    """A run to see others against: it lives on beside them, always as far as they have come."""

    title: str
    values: dict[str, Value]
    seed: int
    world: WatchedPractice

    def anew(self) -> WatchedPractice:
        """The same world before its first session."""
        return WatchedPractice(self.seed, self.values)


class Becoming(NamedTuple):
    """A practice on its way: its settings, and the week to come back to."""

    values: dict[str, Value]
    seed: int
    weeks: int


# The questions of many practices: under other luck, of this run minus the pinned one, and in open worlds.
WhichAsked = Literal["luck", "pinned", "numbers"]


@dataclass
class LuckAsked:
    """The question "Is it luck?" or "Is it the numbers?", on its way or answered; of which practice it was asked.

    Of a run beside another, "Is it luck?" asks what one is minus the other.
    """

    title: str
    values: dict[str, Value]
    seed: int
    weeks: int
    of_worlds: bool = False  # whether the practices live in open worlds: "Is it the numbers?"
    other: Pinned | None = None  # the run that this one is asked to be told from
    has_begun: bool = False  # before that it waits its turn
    done: int = 0
    practices: int = PRACTICES
    answer: ManyPractices | None = None  # of practices in one world
    over_time: Effects | None = None  # what tears do to those who see them, from their first on
    apart: TwoSettings | None = None  # this run minus the other

    @property
    def kind(self) -> WhichAsked:
        """Which of the three questions it is."""
        return "pinned" if self.other is not None else "numbers" if self.of_worlds else "luck"

    @property
    def is_answered(self) -> bool:
        """Whether there is an answer."""
        return self.over_time is not None or self.apart is not None

    @property
    def parameters(self) -> dict[str, Value]:
        """What the practices are run with: of open worlds, all that nobody set is theirs."""
        if not self.of_worlds:
            return {**self.values, "weeks": self.weeks}
        own = {name: value for name, value in self.values.items() if value != PARAMETERS[name].default}
        return {**own, "estimates": OPEN_WORLDS, "weeks": self.weeks}


class _NotWanted(Exception):  # noqa: N818 - no error: nobody waits for the answer any more
    """Ends what is under way."""


def many_practices(asked: LuckAsked, keep_going: Callable[[], bool]) -> None:
    """Run many practices like this, in one world under many lucks or in open worlds, until told to stop."""
    report = _Report(asked, keep_going)
    asked.has_begun = True
    try:
        if asked.other is not None:
            other = {**asked.other.values, "weeks": asked.weeks}
            asked.apart = one_minus_other(asked.parameters, other, seed=asked.seed, practices=PRACTICES, report=report)
            return
        if not asked.of_worlds:
            asked.answer = is_it_luck(asked.parameters, seed=asked.seed, practices=PRACTICES, report=report)
        asked.over_time = _over_time(asked, None if asked.of_worlds else PRACTICES, report)
    except _NotWanted:
        return


def more_people(asked: LuckAsked, keep_going: Callable[[], bool]) -> None:
    """Ask more people in each open world, until told to stop: what few have said stands until then."""
    asked.has_begun = True
    try:
        asked.over_time = _over_time(asked, practices_enough(asked), _Report(asked, keep_going))
    except _NotWanted:
        return


def practices_enough(asked: LuckAsked) -> int:
    """How many practices in open worlds would make luck small beside how these differ in who leaves, but no more than a
    person waits for; 0 where those that were lived are enough, and where nobody in them saw tears."""
    found = asked.over_time
    left = of_outcome(found.rows, "left") if found is not None and asked.of_worlds else []
    if found is None or not left:
        return 0
    share = math.nan if left[-1].worlds is None else left[-1].worlds.luck_share
    # Luck in a world's mean shrinks, as a variance, as one over the number of its practices.
    enough = math.inf if not share < 1.0 else found.practices * share / (1.0 - share) / SMALL_BESIDE
    a_practice = int(asked.values["therapists"]) * int(asked.values["caseload"]) * (asked.weeks + PROFILED_AT[-1] + 1)
    everywhere = lucks_of_all_worlds(OPEN_WORLDS)
    rounds = min(MOST_CLIENT_WEEKS // a_practice // everywhere, math.ceil(min(enough, MOST_CLIENT_WEEKS) / everywhere))
    return rounds * everywhere if rounds * everywhere > found.practices else 0


@dataclass(frozen=True)
class _Report:
    """Notes how far an answer is, and ends it once nobody waits for it."""

    asked: LuckAsked
    keep_going: Callable[[], bool]

    def __call__(self, done: int, number: int = 0) -> None:
        if not self.keep_going():
            raise _NotWanted
        self.asked.done, self.asked.practices = done, number or PRACTICES


def _over_time(asked: LuckAsked, practices: int | None, report: Callable[[int, int], None]) -> Effects:
    """What the first tears that a client sees do from then on; by default each open world is lived under two lucks."""
    settled = (*SET_BY_STRATEGIES, "arrivals")  # a cohort: there everyone has a partner
    return effects(
        "first_tear",
        parameters={name: value for name, value in asked.parameters.items() if name not in settled},
        seed=asked.seed,
        practices=practices,
        at=PROFILED_AT,
        workers=1,  # the other processors are left to those who play
        report=report,
    )


def end(task: asyncio.Task[None]) -> None:
    """Cancel a task. One whose event loop is closed has ended with it: its browser had lost the connection."""
    loop = task.get_loop()
    if loop is asyncio.get_running_loop():
        task.cancel()
    elif not loop.is_closed():
        loop.call_soon_threadsafe(task.cancel)
