"""Instruments that ask therapists, or their clients, about a therapist's tears: one moment, a whole career.

They are declared as those in `instruments.py` are. Therapists tell what they believe: whether the client noticed, what
the tears did. Near tears count as tears unless the name says otherwise.
"""

import numpy as np
from scipy.stats import rankdata

from tearsim.evidence.estimators import correlation, mean
from tearsim.evidence.instruments import reads
from tearsim.evidence.records import Survey
from tearsim.science.codes import HARMED, IMPROVED, NEAR, NO_TEARS, OPEN, OVERWHELMED
from tearsim.science.lives import WEEKS_A_YEAR

EIGHT_WEEKS = 8


@reads("survey", "near_counts")
def ever_cried(survey: Survey) -> float:
    """Share of therapists whose eyes ever filled in a session, over their whole career.

    As in Blume-Marcovici, Stolberg & Khademi 2013, doi:10.1037/a0031384.
    """
    return mean(survey.count() > 0) if survey.conventions["near_counts"] else ever_cried_openly(survey)


@reads("survey", "near_counts")
def ever_cried_in_practice(survey: Survey) -> float:
    """The same of practitioners alone, those in training left out.

    As 't Lam asked therapists with a year's experience or more, doi:10.1080/13642537.2018.1459767.
    """
    level = NEAR if survey.conventions["near_counts"] else OPEN
    return mean((survey.count(survey.tears["tears_felt"] >= level) > 0)[survey.practising])


@reads("survey")
def ever_cried_openly(survey: Survey) -> float:
    """The same, had therapists not counted near tears."""
    return mean(survey.count(survey.tears["tears_felt"] >= OPEN) > 0)


@reads("survey", "weeks_remembered")
def cried_in_four_weeks(survey: Survey) -> float:
    """Of those who ever did, the share whose eyes filled in the past four weeks (same study)."""
    return _lately(survey, int(survey.conventions["weeks_remembered"]))


@reads("survey")
def cried_in_eight_weeks(survey: Survey) -> float:
    """The same, were the past four weeks remembered as reaching back eight (telescoping)."""
    return _lately(survey, EIGHT_WEEKS)


@reads("survey")
def share_of_sessions_with_tears(survey: Survey) -> float:
    """Mean, over those who ever cried, of the share of their past year's sessions in which their eyes filled.

    As estimated by therapists in Blume-Marcovici et al. 2015, doi:10.1176/appi.psychotherapy.2015.69.4.399. Those who
    have practised for less than a year tell of all their weeks.
    """
    weeks = np.minimum(WEEKS_A_YEAR, survey.weeks)
    shares = survey.count(survey.tears["weeks_ago"] < WEEKS_A_YEAR) / (weeks * survey.sessions_a_week)
    return mean(shares[survey.count() > 0])


@reads("survey")
def tears_and_experience(survey: Survey) -> float:
    """Rank correlation of years in practice with sessions with tears in the past year (2013), from a year on.

    Ever having cried would rise with exposure alone, and a count of so long a tail hides what ranks show. Whoever has
    practised for less than a year has no such count.
    """
    asked = survey.weeks >= WEEKS_A_YEAR
    tears = survey.count(survey.tears["weeks_ago"] < WEEKS_A_YEAR)[asked]
    return correlation(rankdata(survey.years[asked]), rankdata(tears))


@reads("survey")
def tears_received(survey: Survey) -> float:
    """How clients took the tears that they noticed, on average, from -1 to 1.

    As recalled by clients in Tritt et al. 2015, doi:10.1037/a0038711.
    """
    return mean(survey.tears["appraisal"][survey.tears["noticed"]])


@reads("survey")
def tears_and_empathy(survey: Survey) -> float:
    """Correlation of self-reported trait empathy (reliability .8) with ever having cried (2013)."""
    return correlation(survey.own_empathy, survey.count() > 0)


@reads("survey")
def believed_improved(survey: Survey) -> float:
    """Latest tears that the therapist believes improved the relationship, each therapist once (2013)."""
    return mean(survey.latest["belief"] == IMPROVED)


@reads("survey")
def believed_harmed(survey: Survey) -> float:
    """Latest tears that the therapist believes harmed the relationship, each therapist once (2013)."""
    return mean(survey.latest["belief"] == HARMED)


@reads("survey")
def believed_noticed(survey: Survey) -> float:
    """Latest tears that the therapist believes the client noticed.

    As in Blume-Marcovici et al. 2015, doi:10.1176/appi.psychotherapy.2015.69.4.399.
    """
    return mean(survey.latest["belief_noticed"])


@reads("survey")
def client_cried_too(survey: Survey) -> float:
    """Latest tears at which the client was crying too (same study)."""
    return mean(survey.latest["client_tears"] != NO_TEARS)


@reads("survey")
def spoken_of_and_improved(survey: Survey) -> float:
    """Belief in an improvement: latest tears that were spoken of minus those that were not (same study)."""
    latest = survey.latest
    improved, spoken = latest["belief"] == IMPROVED, latest["spoken"]
    return mean(improved[spoken]) - mean(improved[~spoken])


@reads("survey")
def milder_tears_received_better(survey: Survey) -> float:
    """The smallest of three differences in what clients made of tears: near over open, open over overwhelming, and
    the last below none at all. Positive if the published order holds.

    As recalled by clients in Tritt et al. 2015, doi:10.1037/a0038711; a client can tell how they took it, from -1 to 1.
    """
    near, opened, overwhelmed = (_taken(survey, level) for level in (NEAR, OPEN, OVERWHELMED))
    return float(np.min([near - opened, opened - overwhelmed, -overwhelmed]))


@reads("survey")
def stronger_tears_received_better(survey: Survey) -> float:
    """What clients made of open tears minus what they made of near tears.

    As claimed by Caron-Besch 2012, against Tritt et al. 2015.
    """
    return _taken(survey, OPEN) - _taken(survey, NEAR)


def _lately(survey: Survey, weeks: int) -> float:
    cried = survey.count() > 0
    return mean((survey.count(survey.tears["weeks_ago"] < weeks) > 0)[cried])


def _taken(survey: Survey, level: int) -> float:
    """Mean appraisal of noticed tears that were shown at a level: what a client can see of them."""
    return mean(survey.tears["appraisal"][survey.tears["noticed"] & (survey.tears["tears_shown"] == level)])
