"""Running a clinic and a survey in one or many worlds, and reading the instruments there.

A clinic is an open practice watched for two years, every session on record. A survey asks therapists whose careers are
simulated from their first week on; those equally long in practice form a group. One survey serves two populations: six
groups in ten are trainees and four practitioners, each at equal steps of its own distribution of experience, so that
all together are the mixed sample of one study and the practitioners alone that of another. Worlds measured together
share their luck, which makes each of them cheap.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from tearsim.evidence import course, lengths, questionnaire  # noqa: F401 - their instruments are declared as they are
from tearsim.evidence.conventions import CONVENTIONS
from tearsim.evidence.instruments import INSTRUMENTS
from tearsim.evidence.leaving import who_leaves
from tearsim.evidence.records import Clinic, Survey
from tearsim.science.codes import KEEP_ALL, KEEP_TEARS
from tearsim.science.declaration import Value
from tearsim.science.fitted import in_world
from tearsim.science.lives import WEEKS_A_YEAR
from tearsim.science.replacing import Replaced
from tearsim.worlds.ensemble import Ensemble
from tearsim.worlds.luck_tables import LuckTables

StudiedWorld = Mapping[str, Value]


# Those who answered in 2013 were "psychologists and trainees", 60 % of them in training (a newspaper's account); years
# in practice are exponential with these means, of practitioners from one year on ("with at least a year's experience").
TRAINEES = 0.6
TRAINEE_YEARS, PRACTITIONER_YEARS, PRACTITIONERS_FROM = 2.0, 15.0, 1.0


class Size(NamedTuple):
    """How large a clinic and a survey are."""

    clinic_therapists: int = 100
    clinic_caseload: int = 10
    clinic_weeks: int = 104
    groups: int = 20  # of equal experience
    group_therapists: int = 25
    # 15 clients a week in 44 of 52 weeks are 12.7 in each.
    survey_caseload: int = 13

    @property
    def trainee_groups(self) -> int:
        """Groups of those in training, six in ten; the only group there is are practitioners."""
        return min(max(1, round(TRAINEES * self.groups)), self.groups - 1)

    @property
    def surveyed(self) -> int:
        """Therapists who answer."""
        return self.groups * self.group_therapists


# Instruments are read from replicates of their own: a survey's never meet the luck of a clinic's.
SURVEYS_FROM = 1_000_000
# Sessions of clinics whose full logs are held at a time: half a gigabyte.
SESSIONS_TOGETHER = 1_700_000
# Experience with which a career is begun, in years (mean): weeks, rather than nothing, which no distribution has.
BEGINNERS = 0.1


def measure(
    worlds: Sequence[StudiedWorld],
    seed: int,
    replicate: int,
    instruments: Iterable[str],
    size: Size | None = None,
    replaced: Replaced = (),
    beside: bool = False,
) -> list[dict[str, float]]:
    """What these instruments find in each world, in one replicate; missing ones are NaN.

    `replaced` are functions in the place of rules, in every world. `beside` asks of the same records also what each
    instrument would have found under other conventions (`varied`), and who leaves (`leaving.LEAVING_TOLD`).
    """
    size = size or Size()
    worlds = [in_world(world, replicate) for world in worlds]
    chosen = list(instruments)
    found: list[dict[str, float]] = [{} for _ in worlds]
    asked = {record: [name for name in chosen if INSTRUMENTS[name].reads == record] for record in ("clinic", "survey")}
    if asked["clinic"]:
        for i, clinic in enumerate(clinics(worlds, seed, replicate, size, replaced)):
            found[i] |= _read(clinic, asked["clinic"], beside) | (who_leaves(clinic) if beside else {})
    if asked["survey"]:
        for i, survey in enumerate(surveys(worlds, seed, replicate, size, replaced)):
            found[i] |= _read(survey, asked["survey"], beside)
    return found


def varied(instrument: str) -> dict[str, tuple[str, float]]:
    """What an instrument is also measured as, by the name it then has: a convention, and what else it could be."""
    hangs_on = INSTRUMENTS[instrument].conventions
    others = ((name, value) for name in hangs_on for value in CONVENTIONS[name].others)
    return {f"{instrument}, {name} = {value:g}": (name, value) for name, value in others}


def _read(records: Clinic | Survey, instruments: Iterable[str], beside: bool) -> dict[str, float]:
    found = {}
    for name in instruments:
        measured = INSTRUMENTS[name].measure
        found[name] = measured(records)
        for other, (convention, value) in varied(name).items() if beside else ():
            found[other] = measured(records.under(**{convention: value}))
    return found


def clinics(
    worlds: Sequence[StudiedWorld], seed: int, replicate: int, size: Size, replaced: Replaced = ()
) -> Iterable[Clinic]:
    """The records of a clinic in each world."""
    shape = {"therapists": size.clinic_therapists, "caseload": size.clinic_caseload, "weeks": size.clinic_weeks}
    points = [{**world, **shape, "arrivals": "open"} for world in worlds]
    luck = LuckTables(seed, replicate)
    reports = luck.reports(0, size.clinic_weeks, size.clinic_therapists * size.clinic_caseload)
    together_at_most = max(1, SESSIONS_TOGETHER // (size.clinic_therapists * size.clinic_caseload * size.clinic_weeks))
    for start in range(0, len(points), together_at_most):
        together = points[start : start + together_at_most]
        ensemble = Ensemble(together, KEEP_ALL, dict(replaced))
        for point, ran in zip(together, ensemble.run(seed, replicate), strict=True):
            yield Clinic(ran.log, reports, point, luck)


def surveys(
    worlds: Sequence[StudiedWorld], seed: int, replicate: int, size: Size, replaced: Replaced = ()
) -> list[Survey]:
    """The answers of therapists in each world."""
    answers = [Survey() for _ in worlds]
    for group in range(size.groups):
        points = [{**world, **_career(world, group, size)} for world in worlds]
        turn = SURVEYS_FROM + replicate * size.groups + group
        luck = LuckTables(seed, turn)
        ensemble = Ensemble(points, KEEP_TEARS, dict(replaced))
        for survey, point, ran in zip(answers, points, ensemble.run(seed, turn), strict=True):
            survey.add(ran.log, point, luck, practising=group >= size.trainee_groups)
    return answers


def _career(world: StudiedWorld, group: int, size: Size) -> dict[str, Value]:
    """A practice of beginners, watched until they are as long in practice as this group of the sample."""
    return {
        "therapists": size.group_therapists,
        "caseload": size.survey_caseload,
        "arrivals": "open",
        "weeks": max(1, round(_years(group, size, float(world["career_length"])) * WEEKS_A_YEAR)),
        "therapist_experience": BEGINNERS,
    }


def _years(group: int, size: Size, most: float) -> float:
    """Years in practice of a group: trainees first, then practitioners, at equal steps of each distribution.

    `years = from - mean*log(1 - q*(1 - exp(-(most - from)/mean)))`, q the middle of the group's share.
    """
    trainees = size.trainee_groups
    if group < trainees:
        first, mean, quantile = 0.0, TRAINEE_YEARS, (group + 0.5) / trainees
    else:
        first, mean = PRACTITIONERS_FROM, PRACTITIONER_YEARS
        quantile = (group - trainees + 0.5) / (size.groups - trainees)
    first = min(first, most)
    return first - mean * math.log(1.0 - quantile * (1.0 - math.exp(-(most - first) / mean)))


def sessions_of_studies(worlds: Sequence[StudiedWorld], size: Size) -> int:
    """Sessions that measuring these worlds takes, in clinics and surveys."""
    clinic = size.clinic_therapists * size.clinic_caseload * size.clinic_weeks
    return clinic * len(worlds) + careers_of_studies(worlds, size)


def careers_of_studies(worlds: Sequence[StudiedWorld], size: Size) -> int:
    """Sessions of the careers that surveys of these worlds ask about."""
    careers = 0
    for world in worlds:
        for group in range(size.groups):
            career = _career(world, group, size)
            careers += int(career["weeks"]) * size.group_therapists * size.survey_caseload
    return careers
