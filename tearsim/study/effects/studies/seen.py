"""`tearsim.seen_by_studies`: what studies would have seen of a world, beside what tears do in it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from tearsim.arguments import MOST_REPEATED, to_call
from tearsim.errors import TearSimError
from tearsim.science.alternatives import with_theory
from tearsim.science.codes import ARRIVALS, COHORT
from tearsim.science.declaration import Value, whole_number
from tearsim.science.fitted import DEFAULT, LUCKS_A_WORLD, world_of, worlds_of
from tearsim.science.luck import checked_address
from tearsim.science.replacing import Rule
from tearsim.science.settings import all_given, checked
from tearsim.study.answers.over_worlds import OverWorlds, told_apart
from tearsim.study.effects.lives import in_blocks, live_side_by_side, under
from tearsim.study.effects.strategies import SET_BY_STRATEGIES
from tearsim.study.effects.studies.declared import ON_RECORD, PARTS_OF_BIAS, STUDIES, Chain
from tearsim.study.effects.studies.estimators import interval_of
from tearsim.study.effects.studies.records import StudyRecords, records_of_practice, together
from tearsim.study.estimates import Estimate
from tearsim.study.randomness import Streams
from tearsim.study.sweeps.threads import threads
from tearsim.worlds.luck_tables import LuckTables

_LATER = 4
_MOST_LATER = 52
STUDIED, STUDIED_A_WORLD = 100, 10  # practices: of one world, and of each of several
_ARMS = ("shown", "held back")
_BY_LOT = 1_100  # a purpose of its own among those that a seed is drawn for


class SeenByStudy(NamedTuple):
    """What one study says beside the effect, all in the outcome's own unit."""

    study: str
    outcome: str
    when: str
    weeks: int | None  # after time zero; None for as long as there are records
    says: Estimate  # with the interval that the study would give: over its therapists
    effect: Estimate  # tears shown minus the same tears held back, over practices
    bias: Estimate  # what the study says minus the effect, over practices
    parts: dict[str, Estimate]  # of the bias, which they add up to; over practices
    worlds: OverWorlds | None = None  # what worlds say of the bias; None of one world, or where nothing can be told


class SeenByStudies(NamedTuple):
    """What studies would have seen in one world or over several, and on what it rests."""

    rows: list[SeenByStudy]
    parameters: dict[str, Value]
    seed: int
    practices: int
    clients: int
    saw: int  # clients who noticed tears
    later: int

    @property
    def table(self) -> pd.DataFrame:
        """A row for each study, outcome and time, with what its number is."""
        rows = []
        for one in self.rows:
            row: dict[str, object] = {"study": STUDIES[one.study].title, "is": STUDIES[one.study].is_a}
            row |= {"outcome": one.outcome, "when": one.when, "weeks": one.weeks}
            for name, value in (("says", one.says), ("effect", one.effect), ("bias", one.bias), *one.parts.items()):
                row |= {name: value.mean, f"{name}_low": value.low, f"{name}_high": value.high}
            if one.worlds is not None:
                row |= {f"bias_worlds_{name}": value for name, value in one.worlds.as_dict().items()}
            rows.append(row)
        return pd.DataFrame(rows)


def seen_by_studies(
    parameters: str | Mapping[str, object] | None = None,
    *,
    seed: int = 1,
    practices: int | None = None,
    later: int = _LATER,
    workers: int | None = None,
    report: Callable[[int, int], None] | None = None,
    theory: str | None = None,
    rules: Mapping[str, Rule] | None = None,
    **named: object,
) -> SeenByStudies:
    """What studies would have seen of tears, beside what tears do in the same world, and where the difference is from.

    `says = effect + who tells + who stays + who is exposed`: a chain of estimands from the effect in those who notice
    tears, from the first on, to what the study says. All studies are done on the same clients, in as many practices,
    so that their bias is seen rather than their luck. With `estimates="open"`, they are done anew in each world, on the
    half and the other half of its practices, and what these say of the bias is told over worlds, luck apart.

    Args:
        parameters: Parameters of the model by name, or the name of a set ("fitted", "open"); defaults for the rest.
        seed: Seed of all luck, from 0; the practices are its replicates from 0 on.
        practices: How many; by default 100, or ten for each of the worlds of a set.
        later: Weeks from time zero to what is asked about later.
        workers: Threads; by default one for each processor. They change no number.
        report: Called with how many practices are done, and how many there are.
        theory: A rival theory by name (`tearsim theories`), whose parameters those that are given override.
        rules: Functions in the place of rules, by the rules' names, as in `simulate`.
        **named: Parameters, one by one.

    Returns:
        A row for each study, outcome and time, in the outcome's own unit (shares; ratings from 1 to 7); `table` has
        them as a table. What a study says has the interval that it would give, over therapists; all else one over
        practices. With worlds, each row has what these say of its bias.

    Raises:
        TearSimError: For an unknown theory or parameter, a value outside its limits, fewer practices or weeks than
            one, and for a parameter that the comparison itself sets.

    Emulated trials: Hernán & Robins 2016, doi:10.1093/aje/kwv254.

    >>> import tearsim
    >>> seen = tearsim.seen_by_studies(practices=4, weeks=12, therapist_tear_propensity=0.95)
    >>> sorted(set(seen.table["outcome"]))
    ['better', 'left', 'rating']
    """
    seed, _ = checked_address(seed, 0)
    given, replaced = with_theory(theory, rules, {"arrivals": ARRIVALS[COHORT], **all_given(parameters, named)})
    for name in SET_BY_STRATEGIES:
        if name in given:
            raise TearSimError(f"{name} is set by what is compared: it cannot be given here.")
    values = checked(given)
    if values["arrivals"] != ARRIVALS[COHORT]:
        raise TearSimError(f'Studies follow a cohort, in which everyone has a twin: arrivals is "{ARRIVALS[COHORT]}".')
    estimates = str(values["estimates"])
    number = _practices(practices, estimates)
    later = whole_number("number of weeks", later, 1, _MOST_LATER)
    if report is not None:
        to_call("report", report)
    workers = threads(workers)
    found = []
    for done, one in enumerate(records_of(values, seed, number, later, dict(replaced), workers), 1):
        found.append(one)
        if report is not None:
            report(done, number)
    records = together(found)
    rows = seen_in(records, np.arange(number), later)
    if estimates != DEFAULT:
        rows = _over(rows, found, estimates, later)
    clients, saw = len(records.clients["saw"]), len(records.tears["believed"])
    return SeenByStudies(rows, dict(values), seed, number, clients, saw, later)


def _practices(practices: int | None, estimates: str) -> int:
    """How many practices: as many as asked for, of worlds two lucks or more."""
    if estimates == DEFAULT:
        return STUDIED if practices is None else whole_number("number of practices", practices, 2, MOST_REPEATED)
    if practices is None:
        return STUDIED_A_WORLD * len(worlds_of(estimates))
    return whole_number("number of practices", practices, 2 * LUCKS_A_WORLD[estimates], MOST_REPEATED)


def _over(rows: list[SeenByStudy], found: list[StudyRecords], estimates: str, later: int) -> list[SeenByStudy]:
    """The rows with what worlds say of each bias: in each world studies are done twice, on half of its practices."""
    halves: dict[tuple[int, int], list[int]] = {}
    turns: dict[int, int] = {}
    for practice in range(len(found)):
        world = world_of(estimates, practice)
        turns[world] = turns.get(world, -1) + 1
        halves.setdefault((world, turns[world] % 2), []).append(practice)
    biases, saw = [], []
    for practices in halves.values():
        of_half = together([found[practice] for practice in practices])
        biases.append([one.bias.mean for one in seen_in(of_half, np.array(practices), later)])
        saw.append(len(of_half.tears["believed"]))
    worlds = [world for world, _ in halves]
    told = zip(rows, np.array(biases).T, strict=True)
    return [row._replace(worlds=told_apart(values, worlds, saw)) for row, values in told]


def seen_in(
    records: StudyRecords, practices: np.ndarray[tuple[int], np.dtype[np.int64]], later: int
) -> list[SeenByStudy]:
    """What every study says of records, beside the effect, over the practices that they are of."""
    weeks = {"at once": 0, "later": later, ON_RECORD: None}
    return [
        _told(name, outcome, when, weeks[when], chain(records, practices))
        for name, study in STUDIES.items()
        for (outcome, when), chain in study.chains.items()
    ]


def _told(study: str, outcome: str, when: str, weeks: int | None, chain: Chain) -> SeenByStudy:
    links = (chain.effect, *chain.steps)
    nothing = np.zeros(len(chain.effect.influence))
    parts = {part: interval_of(0.0, nothing) for part in PARTS_OF_BIAS}
    for before, after in pairwise(links):
        parts[after.part] = interval_of(after.mean - before.mean, after.influence - before.influence)
    first, last = links[0], links[-1]
    return SeenByStudy(
        study,
        outcome,
        when,
        weeks,
        chain.says.over(chain.therapist),
        interval_of(first.mean, first.influence),
        interval_of(last.mean - first.mean, last.influence - first.influence),
        parts,
    )


def records_of(
    values: Mapping[str, Value], seed: int, number: int, later: int, rules: Mapping[str, Rule], workers: int
) -> Iterator[StudyRecords]:
    """The records of each practice, in order; `workers` is the number of threads."""
    return in_blocks(lambda block: _block(values, seed, block, later, rules), number, workers)


def _block(
    values: Mapping[str, Value], seed: int, replicates: Sequence[int], later: int, rules: Mapping[str, Rule]
) -> list[StudyRecords]:
    arms = {strategy: under(values, strategy, longer=later + 1) for strategy in _ARMS}
    watched, places = int(values["weeks"]), int(values["therapists"]) * int(values["caseload"])
    found = []
    for lived in live_side_by_side(arms, seed, replicates, rules):
        reports = LuckTables(seed, lived.replicate).reports(0, watched + later + 1, places)
        drawn = Streams(seed, lived.replicate).library_generator(_BY_LOT).random_sample(len(lived.logs["shown"]))
        found.append(records_of_practice(lived.logs, reports, watched, later, lived.replicate, drawn))
    return found
