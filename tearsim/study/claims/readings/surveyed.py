"""Readings of a survey of therapists, by the instruments that the published studies are imitated with."""

from scipy.stats import rankdata

from tearsim.evidence.estimators import correlation
from tearsim.evidence.questionnaire import tears_and_empathy, tears_and_experience
from tearsim.evidence.records import Survey
from tearsim.science.lives import WEEKS_A_YEAR
from tearsim.study.claims.practices import SURVEY
from tearsim.study.claims.readings.declared import Read, reading


@reading(SURVEY, "correlation")
def criers_are_more_empathic(survey: Survey) -> Read:
    """Correlation, among therapists, of self-reported empathy with ever having cried in a session."""
    return tears_and_empathy(survey), len(survey.years)


@reading(SURVEY, "correlation")
def the_experienced_cry_more(survey: Survey) -> Read:
    """Rank correlation, among therapists, of years in practice with sessions with tears in the past year."""
    return tears_and_experience(survey), len(survey.years)


@reading(SURVEY, "correlation")
def the_empathic_cry_more_often(survey: Survey) -> Read:
    """Rank correlation, among therapists, of self-reported empathy with sessions with tears in the past year."""
    lately = survey.count(survey.tears["weeks_ago"] < WEEKS_A_YEAR)
    return correlation(rankdata(survey.own_empathy), rankdata(lately)), len(survey.years)
