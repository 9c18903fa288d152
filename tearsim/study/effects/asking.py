"""`tearsim.effects`: what tears do, estimand by estimand, over many practices and over worlds that fit the evidence."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from tearsim.arguments import MOST_REPEATED, several, to_call
from tearsim.errors import TearSimError
from tearsim.science.alternatives import with_theory
from tearsim.science.codes import ARRIVALS, COHORT
from tearsim.science.declaration import Value, whole_number
from tearsim.science.fitted import DEFAULT, LUCKS_A_WORLD, worlds_of
from tearsim.science.luck import checked_address
from tearsim.science.replacing import Rule
from tearsim.science.settings import all_given, checked
from tearsim.study.effects.estimands import ESTIMANDS, checked_estimands
from tearsim.study.effects.lives import clients_in, in_blocks, live_side_by_side
from tearsim.study.effects.outside import WeeklyLuck
from tearsim.study.effects.pairs import Followed, PracticeAsked, arms_of, followed
from tearsim.study.effects.profiles import Effect, profile
from tearsim.study.effects.strategies import SET_BY_STRATEGIES, STRATEGIES
from tearsim.study.effects.subgroups import checked_by, groups_of
from tearsim.study.sweeps.threads import threads

AT_WEEKS = (0, 1, 4, 12, 52)
MOST_WEEKS_AFTER = 520
PRACTICES_ASKED = 100


class Effects(NamedTuple):
    """What tears do, as `tearsim.effects` found it: rows, and on what they rest."""

    rows: list[Effect]
    estimands: list[str]
    parameters: dict[str, Value]
    seed: int
    practices: int
    clients: int  # who came while time zero could, in all practices
    weeks: tuple[int, ...]
    by: str | None
    replaced: tuple[str, ...]  # the rules in whose place stands a function

    @property
    def table(self) -> pd.DataFrame:
        """A row for each estimand, outcome and week (and group): mean, 95 % interval, people, and what worlds say."""
        rows = []
        for one in self.rows:
            row = {"estimand": one.estimand, "group": one.group, "outcome": one.outcome, "week": one.week}
            row |= {"mean": one.estimate.mean, "low": one.estimate.low, "high": one.estimate.high}
            row |= {"people": one.people, "unpaired": one.unpaired}
            if one.worlds is not None:
                row |= {f"worlds_{name}": value for name, value in one.worlds.as_dict().items()}
            rows.append(row)
        table = pd.DataFrame(rows)
        return table if self.by else table.drop(columns="group")

    @property
    def protocols(self) -> pd.DataFrame:
        """The target trial of each estimand: a column each, a row for each part of its protocol."""
        return pd.DataFrame({ESTIMANDS[name].title: ESTIMANDS[name].protocol() for name in self.estimands})


def effects(
    estimands: str | Sequence[str] | None = None,
    *,
    parameters: str | Mapping[str, object] | None = None,
    seed: int = 1,
    practices: int | None = None,
    at: Sequence[int] = AT_WEEKS,
    by: str | None = None,
    workers: int | None = None,
    report: Callable[[int, int], None] | None = None,
    theory: str | None = None,
    rules: Mapping[str, Rule] | None = None,
    **named: object,
) -> Effects:
    """What a therapist's tears do to clients: the same persons under two strategies, the one minus the other.

    `effect(t) = mean over persons of [Y(first strategy, t) - Y(second strategy, t)]`, t weeks after time zero, both
    under the same luck, so that with `effect_of_tears="none"` it is exactly 0. Practices are cohorts unless `arrivals`
    says otherwise: there everyone has a partner.

    Args:
        estimands: Which effects, by name (`tearsim effects --protocols` lists them); all where none are given.
        parameters: Parameters of the model by name, or the name of a set ("fitted", "open"); defaults for the rest.
        seed: Seed of all luck, from 0; the practices are its replicates from 0 on.
        practices: How many; by default 100, or two for each of the worlds of a set.
        at: Weeks after time zero at which people are looked at, from 0, the session itself.
        by: Split people by one of level, origin, spoken, prior_alliance, boundary_sensitivity, warmth_expected.
        workers: Threads; by default one for each processor. They change no number.
        report: Called with how many practices are done, and how many there are.
        theory: A rival theory by name (`tearsim theories`), whose parameters those that are given override.
        rules: Functions in the place of rules, by the rules' names, as in `simulate`.
        **named: Parameters, one by one.

    Returns:
        The effects, of each outcome and week, as mean and 95 % interval over practices (luck) in its own unit
        (shares, SD of intake, alliance from 0 to 1, ratings from 1 to 7); how many people, and how many had no sound
        partner; with worlds, what these say, luck apart. As a table: `table`; the target trials: `protocols`.

    Raises:
        TearSimError: For an unknown estimand, group, theory or parameter, a value outside its limits, weeks that are
            not whole numbers from 0, no practices, and for a parameter that the strategies themselves set.

    Target trials: Hernán & Robins 2016, doi:10.1093/aje/kwv254.

    >>> import tearsim
    >>> found = tearsim.effects("first_tear", practices=10, weeks=8, at=[0, 4], therapist_tear_propensity=0.95)
    >>> found.table[found.table["outcome"] == "left"]["week"].tolist(), found.practices
    ([0, 4], 10)
    """
    setting, names = _setting(parameters, named, seed, at, theory, rules), checked_estimands(estimands)
    by = checked_by(by, names)
    if report is not None:
        to_call("report", report)
    workers = threads(workers)
    _forced_by_the_models_own_rules(names, setting)
    estimates = str(setting.values["estimates"])
    number = _practices(practices, estimates)
    parts: dict[str, list[Followed]] = {label: [] for name in names for label in ESTIMANDS[name].labels(name)}
    clients = 0
    for done, practice in enumerate(_practices_lived(names, setting, number, workers), 1):
        clients += practice.clients
        for label, found in practice.found.items():
            parts[label] += found
        if report is not None:
            report(done, number)
    rows = [
        effect
        for label, found in parts.items()
        for effect in profile(label, found, setting.weeks, estimates, groups_of(by, found, setting) if by else None)
    ]
    weeks, replaced = tuple(setting.weeks), tuple(setting.rules)
    return Effects(rows, names, dict(setting.values), setting.seed, number, clients, weeks, by, replaced)


class _Practice(NamedTuple):
    clients: int
    found: dict[str, list[Followed]]


def _practices_lived(names: Sequence[str], setting: PracticeAsked, number: int, workers: int) -> Iterator[_Practice]:
    """What each practice says, in order; `workers` is the number of threads."""
    return in_blocks(lambda block: _block(names, setting, block), number, workers)


def _block(names: Sequence[str], setting: PracticeAsked, replicates: Sequence[int]) -> list[_Practice]:
    practices = []
    for lived in live_side_by_side(arms_of(names, setting), setting.seed, replicates, setting.rules):
        luck = WeeklyLuck(setting.seed, lived.replicate)
        found: dict[str, list[Followed]] = {}
        for name in names:
            found |= followed(name, lived, setting, luck)
        practices.append(_Practice(clients_in(next(iter(lived.logs.values())), setting.watched), found))
    return practices


def _setting(
    parameters: str | Mapping[str, object] | None,
    named: Mapping[str, object],
    seed: int,
    at: Sequence[int],
    theory: str | None,
    rules: Mapping[str, Rule] | None,
) -> PracticeAsked:
    seed, _ = checked_address(seed, 0)
    given, replaced = with_theory(theory, rules, {"arrivals": ARRIVALS[COHORT], **all_given(parameters, named)})
    for name in SET_BY_STRATEGIES:
        if name in given:
            raise TearSimError(f"{name} is set by the strategies that an effect compares: it cannot be given here.")
    weeks = sorted(
        {whole_number("week after time zero", week, 0, MOST_WEEKS_AFTER) for week in several("at", at, "weeks")}
    )
    if not weeks:
        raise TearSimError("at takes one week after time zero or more; 0 is the session itself.")
    return PracticeAsked(checked(given), seed, dict(replaced), weeks)


def _practices(practices: int | None, estimates: str) -> int:
    """How many practices: as many as asked for, or enough for every world of a set to be lived under two lucks."""
    if practices is not None:
        return whole_number("number of practices", practices, 1, MOST_REPEATED)
    if estimates == DEFAULT:
        return PRACTICES_ASKED
    return max(PRACTICES_ASKED, LUCKS_A_WORLD[estimates] * len(worlds_of(estimates)))


def _forced_by_the_models_own_rules(names: Sequence[str], setting: PracticeAsked) -> None:
    """Raise TearSimError where a rule is replaced that would have to do as a strategy says."""
    for name in names:
        for strategy in {strategy for pair in ESTIMANDS[name].contrasts for strategy in pair}:
            for rule in STRATEGIES[strategy].by_rules:
                if rule in setting.rules:
                    raise TearSimError(f"{name} forces the rule {rule}, in whose place another function stands.")
