"""Who is compared with whom in a lived practice, estimand by estimand, and what became of them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tearsim.science.declaration import Value
from tearsim.science.replacing import Rule
from tearsim.study.effects.estimands import ESTIMANDS, Begins
from tearsim.study.effects.following import ByWeek, differences_after
from tearsim.study.effects.lives import (
    SideBySide,
    Subjects,
    first_noticed,
    first_unsettled,
    live_side_by_side,
    paired,
    sessions_of,
    since_first,
    under,
)
from tearsim.study.effects.outside import Surroundings, WeeklyLuck
from tearsim.study.randomness import Streams
from tearsim.worlds.tables import Table

# Of a practice with more tears than this, this many are held back one at a time, by lot.
MOST_AT_A_TIME = 4
ONE_AT_A_TIME: tuple[Begins, ...] = ("one tear", "beside another")
_BY_LOT = 1_000  # a purpose of its own among those that a seed is drawn for


class Followed(NamedTuple):
    """The pairs of one practice: what became of each, the first minus the second, and who they were."""

    replicate: int
    differences: Mapping[str, ByWeek]  # by outcome
    at_time_zero: Table  # the session of each under the first strategy
    unpaired: int  # those without a sound partner, who are left out


class PracticeAsked(NamedTuple):
    """A practice that is asked about: its parameters by name, how its luck is addressed, and its rules."""

    values: Mapping[str, Value]
    seed: int
    rules: Mapping[str, Rule]
    weeks: Sequence[int]  # after time zero, at which people are looked at

    @property
    def watched(self) -> int:
        """How long time zero may come."""
        return int(self.values["weeks"])

    def arm(self, strategy: str, learns: bool) -> dict[str, Value]:
        """The parameters of a strategy, watched until everybody has been followed."""
        return under(self.values, strategy, learns, max(self.weeks) + 1)


def arms_of(estimands: Sequence[str], setting: PracticeAsked) -> dict[str, dict[str, Value]]:
    """The arms that estimands need, by name: several ask for the same ones, which are then lived once."""
    return {
        _named(strategy, ESTIMANDS[name].learns): setting.arm(strategy, ESTIMANDS[name].learns)
        for name in estimands
        for pair in ESTIMANDS[name].contrasts
        for strategy in (pair[:1] if ESTIMANDS[name].begins in ONE_AT_A_TIME else pair)
    }


def _named(strategy: str, learns: bool) -> str:
    return f"{strategy}, learning" if learns else strategy


def followed(name: str, lived: SideBySide, setting: PracticeAsked, luck: WeeklyLuck) -> dict[str, list[Followed]]:
    """What an estimand says of a lived practice, by the label of each contrast."""
    estimand = ESTIMANDS[name]
    found = {}
    for label, pair in zip(estimand.labels(name), estimand.contrasts, strict=True):
        first, second = (_named(strategy, estimand.learns) for strategy in pair)
        one, other = (setting.arm(strategy, estimand.learns) for strategy in pair)
        compare = _Comparison(setting, lived.replicate, luck, lived.logs[first], one)
        if estimand.begins in ONE_AT_A_TIME:
            found[label] = list(_one_at_a_time(estimand.begins, compare))
        else:
            subjects = _subjects(estimand.begins, lived.logs[first], lived.logs[second], setting.watched)
            found[label] = [compare.with_other(lived.logs[second], other, subjects)]
    return found


def _subjects(begins: Begins, first: Table, second: Table, until: int) -> Subjects:
    if begins == "first tears":
        return first_noticed([first, second], until)
    if begins == "unsettled":
        return first_unsettled(first, until)
    return since_first(first[first["week"] <= until])


class _Comparison(NamedTuple):
    """A practice under one strategy, to be compared with itself under others."""

    setting: PracticeAsked
    replicate: int
    luck: WeeklyLuck
    log: Table
    values: Mapping[str, Value]

    def with_other(self, log: Table, values: Mapping[str, Value], subjects: Subjects) -> Followed:
        """What became of the subjects here, minus what became of them in another log."""
        pairs = paired(self.log, log, subjects)
        here, there = (
            Surroundings(one, self.replicate, self.luck, self.setting.rules) for one in (self.values, values)
        )
        found = differences_after(pairs.mine, pairs.theirs, pairs.subjects, self.setting.weeks, (here, there))
        return Followed(self.replicate, found, pairs.mine.at(pairs.subjects), pairs.unpaired)


def _one_at_a_time(begins: Begins, shown: _Comparison) -> Iterator[Followed]:
    """The tears of a practice held back one at a time, or all those of one client after another."""
    log, setting = shown.log, shown.setting
    tears = log[
        log["noticed" if begins == "one tear" else "tears_felt"].astype(bool) & (log["week"] <= setting.watched)
    ]
    if begins == "beside another":  # a therapist learns from tears that nobody noticed, too
        first = since_first(tears)
        tears = sessions_of(log, first).at(first)
    tears = tears[_by_lot(len(tears), setting.seed, shown.replicate)]
    arms = {
        str(i): {
            **shown.values,
            "hold_back_client": int(tear["client"]),
            "hold_back_week": int(tear["week"]) if begins == "one tear" else 0,
        }
        for i, tear in enumerate(tears)
    }
    if not arms:
        return
    (lived,) = live_side_by_side(arms, setting.seed, [shown.replicate], setting.rules)
    for i, (name, values) in enumerate(arms.items()):
        subjects = since_first(tears[i : i + 1] if begins == "one tear" else _others(log, tears[i]))
        yield shown.with_other(lived.logs[name], values, subjects)


def _others(log: Table, tear: np.record) -> Table:
    """The sessions of a therapist's other clients in the week of a tear."""
    there = (log["week"] == tear["week"]) & (log["therapist"] == tear["therapist"]) & (log["client"] != tear["client"])
    return log[there]


def _by_lot(number: int, seed: int, replicate: int) -> NDArray[np.int64]:
    """Which of a number of things are taken, by lot, in order."""
    if number <= MOST_AT_A_TIME:
        return np.arange(number)
    return np.sort(Streams(seed, replicate).library_generator(_BY_LOT).permutation(number)[:MOST_AT_A_TIME])
