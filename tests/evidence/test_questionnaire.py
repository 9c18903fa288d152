"""What therapists answer, on careers made by hand."""

import numpy as np
import pytest

import tearsim
from tearsim.evidence.instruments import INSTRUMENTS
from tearsim.evidence.records import Survey
from tearsim.science.codes import HARMED, IMPROVED, NEAR, NO_CHANGE, NO_TEARS, OPEN, OVERWHELMED, RELEASE
from tearsim.science.settings import checked
from tearsim.worlds.luck_tables import LuckTables
from tearsim.worlds.tables import LOG
from tests.evidence.helpers import a_survey

NOW = 520  # the week of the survey, ten years after the first


def measured(name, *tears, **sample):
    return INSTRUMENTS[name].measure(a_survey(*tears, **sample))


def test_ever_crying_counts_therapists_and_not_tears():
    tears = [{"therapist": 1}, {"therapist": 1}, {"therapist": 3, "tears_felt": OPEN}]
    assert measured("ever_cried", *tears) == 2 / 4
    assert measured("ever_cried_openly", *tears) == 1 / 4


def test_practitioners_are_asked_by_themselves_too():
    survey = a_survey({"therapist": 1}, {"therapist": 2, "tears_felt": OPEN}, therapists=2)
    survey.add(*_more_years(1), practising=False)
    survey.add(*_more_years(1))
    assert INSTRUMENTS["ever_cried"].measure(survey) == 4 / 6
    assert INSTRUMENTS["ever_cried_in_practice"].measure(survey) == 3 / 4
    assert INSTRUMENTS["ever_cried_in_practice"].measure(survey.under(near_counts=0)) == 1 / 4


def test_the_past_four_weeks_end_with_the_survey_and_are_asked_of_those_who_ever_cried():
    tears = [{"therapist": 1, "week": NOW - 3}, {"therapist": 2, "week": NOW - 4}, {"therapist": 3, "week": 1}]
    assert measured("cried_in_four_weeks", *tears) == 1 / 3
    assert measured("cried_in_eight_weeks", *tears) == 2 / 3
    remembered = a_survey(*tears).under(weeks_remembered=8)
    assert INSTRUMENTS["cried_in_four_weeks"].measure(remembered) == 2 / 3


def test_the_share_of_sessions_is_of_the_past_year_and_of_those_who_ever_cried():
    tears = [{"therapist": 1, "week": NOW - week} for week in (0, 51, 52)] + [{"therapist": 2, "week": 1}]
    assert measured("share_of_sessions_with_tears", *tears) == pytest.approx((2 / (52 * 13) + 0) / 2)


def test_whoever_has_practised_for_less_than_a_year_tells_of_all_their_weeks():
    survey = Survey()
    log = np.zeros(1, LOG)
    log["therapist"], log["week"], log["tears_felt"] = 1, 9, NEAR
    survey.add(log, checked({"weeks": 10, "therapists": 2, "caseload": 13}), LuckTables(1))
    assert list(survey.weeks) == [10, 10]
    assert INSTRUMENTS["share_of_sessions_with_tears"].measure(survey) == pytest.approx(1 / (10 * 13))


def test_each_therapist_speaks_of_their_latest_tears():
    tears = [
        {"therapist": 1, "week": 5, "belief": HARMED, "belief_noticed": True, "client_tears": RELEASE},
        {"therapist": 1, "week": 9, "belief": IMPROVED, "belief_noticed": False, "client_tears": NO_TEARS},
        {"therapist": 2, "week": 7, "belief": HARMED, "belief_noticed": True, "client_tears": RELEASE},
    ]
    assert measured("believed_improved", *tears) == 1 / 2
    assert measured("believed_harmed", *tears) == 1 / 2
    assert measured("believed_noticed", *tears) == 1 / 2
    assert measured("client_cried_too", *tears) == 1 / 2


def test_tears_that_were_spoken_of_are_compared_with_those_that_were_not():
    """Whoever tells of their tears does not know whether the client noticed."""
    tears = [
        {"therapist": 1, "belief": IMPROVED, "spoken": True, "noticed": True},
        {"therapist": 2, "belief": IMPROVED, "spoken": True, "noticed": True},
        {"therapist": 3, "belief": NO_CHANGE, "noticed": True},
        {"therapist": 4, "belief": IMPROVED},
    ]
    assert measured("spoken_of_and_improved", *tears) == 0.5


def test_the_order_of_intensities_holds_if_each_step_does():
    taken = {NEAR: 0.5, OPEN: 0.3, OVERWHELMED: -0.4}
    tears = [
        {"tears_felt": OVERWHELMED, "tears_shown": level, "noticed": True, "appraisal": taken[level]} for level in taken
    ]  # a client sees what is shown
    unnoticed = {"tears_shown": OPEN, "appraisal": 0.0}
    assert measured("milder_tears_received_better", *tears, unnoticed) == pytest.approx(0.2)
    assert measured("stronger_tears_received_better", *tears, unnoticed) == pytest.approx(-0.2)
    assert measured("milder_tears_received_better", *tears[:2]) is not None
    assert np.isnan(measured("milder_tears_received_better", *tears[:2]))


def test_experience_goes_with_the_past_years_tears_by_rank_and_not_with_a_longer_career_alone():
    """Two of ten years, two of twenty, one of whom cried in the past year, thirty times or once."""
    for times in (1, 30):
        survey = a_survey({"therapist": 1, "week": 3}, therapists=2)
        survey.add(*_more_years(times))
        assert INSTRUMENTS["ever_cried"].measure(survey) == 2 / 4
        assert INSTRUMENTS["tears_and_experience"].measure(survey) == pytest.approx(1 / np.sqrt(3))


def test_whoever_has_not_practised_for_a_year_has_no_count_of_one():
    survey = a_survey({"therapist": 1, "week": 519}, therapists=2)
    survey.add(*_more_years(1))
    log = np.zeros(3, LOG)
    log["therapist"], log["week"], log["tears_felt"] = 1, 9, NEAR
    survey.add(log, checked({"weeks": 10, "therapists": 2, "caseload": 13}), LuckTables(1))
    alone = a_survey({"therapist": 1, "week": 519}, therapists=2)
    alone.add(*_more_years(1))
    name = "tears_and_experience"
    assert INSTRUMENTS[name].measure(survey) == INSTRUMENTS[name].measure(alone)


def test_what_clients_made_of_tears_is_asked_of_tears_that_they_noticed():
    seen = [{"noticed": True, "appraisal": taken} for taken in (0.5, -0.1)]
    assert measured("tears_received", *seen, {"appraisal": -1.0}) == pytest.approx(0.2)


def test_tears_of_a_successor_are_not_those_of_whoever_retired():
    """Successors are numbered on: with two rooms, therapist 3 follows 1 and therapist 6 follows 4, who followed 2."""
    theirs = {"therapist": 1, "week": 5, "belief": IMPROVED}
    later = [{"therapist": number, "week": NOW, "belief": HARMED} for number in (3, 6)]
    alone, followed = a_survey(theirs, therapists=2), a_survey(theirs, *later, therapists=2)
    assert followed.count().tolist() == [1, 0]
    for name, instrument in INSTRUMENTS.items():
        if instrument.reads == "survey":
            assert instrument.measure(followed) == pytest.approx(
                instrument.measure(alone), rel=0, abs=0, nan_ok=True
            ), name


def test_where_careers_end_during_the_watch_only_the_first_in_each_room_are_heard():
    values = {"therapists": 3, "caseload": 5, "weeks": 80, "career_length": 1.0, "eyes_fill_base": -3.0}
    log = tearsim.simulate(1, log="tears", **values).log
    firsts = log["therapist"] <= 3
    assert 0 < firsts.sum() < len(log)
    survey = Survey()
    survey.add(log, checked(values), LuckTables(1))
    assert survey.count().tolist() == np.bincount(log["therapist"][firsts] - 1, minlength=3).tolist()


def _more_years(times):
    """Two more therapists, twenty years in practice, one of whom cried so often last week."""
    log = np.zeros(times, LOG)
    log["therapist"], log["week"], log["tears_felt"] = 2, 52 * 20, NEAR
    return log, checked({"weeks": 52 * 20, "therapists": 2, "caseload": 13}), LuckTables(1)
