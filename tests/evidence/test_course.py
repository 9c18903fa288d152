"""Instruments of course, length and leaving, on records made by hand, where the answer can be counted."""

import numpy as np
import pytest

from tearsim.evidence import patterns  # noqa: F401 - every instrument is declared as it is imported
from tearsim.evidence.instruments import INSTRUMENTS
from tearsim.evidence.leaving import LEAVING_TOLD, who_leaves
from tearsim.science.codes import COMPLETED_TOLD, COMPLETED_UNTOLD, LEFT
from tearsim.study.randomness import Streams
from tests.evidence.helpers import a_clinic, therapy


def measured(name, clinic):
    return INSTRUMENTS[name].measure(clinic)


def reporting(reports, ending, rating=None):
    """A therapy whose distress is reported so before each session, and after the last as before it."""
    sessions = therapy(len(reports), ending)
    for i, session in enumerate(sessions):
        session |= {"distress_before": reports[i], "distress": reports[min(i + 1, len(reports) - 1)]}
        session |= {"rating": rating[i]} if rating else {}
    return sessions


# --- Length ----------------------------------------------------------------------------------------------------------


def lengths(*sessions):
    return a_clinic(*(therapy(number, COMPLETED_TOLD) for number in sessions))


def test_lengths_have_a_mode_medians_and_a_top_tenth():
    clinic = lengths(1, 1, 1, 2, 2, 3, 4, 5, 6, 25)
    assert measured("commonest_length", clinic) == 1
    assert measured("median_sessions", clinic) == 2.5
    assert measured("median_of_three_or_more", clinic) == 5
    assert measured("sessions_of_the_top_tenth", clinic) == 25 / 50
    assert measured("sessions_of_the_top_fifth", clinic) == 31 / 50
    assert measured("came_once", clinic) == 3 / 10


def test_those_with_next_to_no_distress_are_set_against_the_others():
    well = therapy(6, COMPLETED_TOLD, first={"distress_before": 0.1})
    others = [therapy(number, COMPLETED_TOLD) for number in (2, 4)]
    assert measured("length_with_little_distress", a_clinic(well, *others)) == 6 / 3
    assert np.isnan(measured("length_with_little_distress", a_clinic(*others)))


def test_more_distress_and_more_sessions_are_set_side_by_side_in_planned_endings_from_above_the_cut_off():
    """Of those who ended as planned; one who left and one who began in the functional range do not count."""
    planned = [
        therapy(number, COMPLETED_TOLD, first={"distress_before": begun})
        for begun, number in ((2, 2), (2.5, 4), (3, 6))
    ]
    left = therapy(30, LEFT, first={"distress_before": 2.0})
    well = therapy(30, COMPLETED_TOLD, first={"distress_before": 0.0})
    assert measured("distress_and_length", a_clinic(*planned, left, well)) == pytest.approx(1.0)


def test_leaving_is_told_in_log_odds_a_standard_deviation():
    """Of three begun at 1, one left; of three begun at 3, two: log-odds of -ln 2 and ln 2, two SD apart."""
    endings = ((1.0, LEFT), (1.0, COMPLETED_TOLD), (1.0, COMPLETED_TOLD))
    endings += ((3.0, LEFT), (3.0, LEFT), (3.0, COMPLETED_TOLD))
    clinic = a_clinic(*(therapy(2, ending, first={"distress_before": begun}) for begun, ending in endings))
    assert measured("leaving_and_distress", clinic) == pytest.approx(np.log(2.0))


def test_alliances_of_those_who_came_once_are_set_against_others_in_their_spread():
    once = [therapy(1, LEFT, rating=rating) for rating in (2.0, 6.0)]
    others = [therapy(2, LEFT, first={"rating": rating}) for rating in (4.0, 5.0)]
    found = measured("once_comers_alliance_spread", a_clinic(*once, *others))
    assert found == pytest.approx(np.sqrt(8.0) - np.sqrt(0.5))


# --- Better and worse ------------------------------------------------------------------------------------------------


def changing(begun, end, ending=COMPLETED_TOLD, sessions=3):
    return therapy(sessions, ending, first={"distress_before": begun}, last={"distress": end})


def test_better_and_worse_are_counted_beyond_the_questionnaires_error():
    clinic = a_clinic(changing(2.0, 3.0), changing(2.0, 2.5), changing(2.0, 1.0), changing(2.0, 1.0, sessions=1))
    assert measured("reliably_worse", clinic) == 1 / 3  # who came once is not asked
    assert measured("reliably_better", clinic) == 2 / 4


def test_improvement_by_survival_leaves_out_of_sight_whoever_ended():
    """Two improve at sessions 2 and 4, one leaves after the third: 1 - 2/3 * 0 of those still there."""
    early = reporting([2.0, 2.0, 1.0, 1.0, 1.0, 1.0], COMPLETED_TOLD)
    late = reporting([2.0, 2.0, 2.0, 2.0, 1.0, 1.0], COMPLETED_TOLD)
    gone = reporting([2.0, 2.0, 2.0], LEFT)
    clinic = a_clinic(early, late, gone)
    assert measured("improved_by_session_8", clinic) == pytest.approx(1.0)
    stays = reporting([2.0] * 9, COMPLETED_TOLD)
    assert measured("improved_by_session_8", a_clinic(early, late, gone, stays)) == pytest.approx(1 - 3 / 4 * 1 / 2)


def test_an_improvement_has_to_be_there_at_the_next_report_by_convention():
    fleeting = reporting([2.0, 2.0, 1.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0], COMPLETED_TOLD)
    fleeting[1]["distress"], fleeting[2]["distress_before"] = 1.0, 2.0
    clinic = a_clinic(fleeting)
    assert measured("improved_by_session_8", clinic) == 0.0
    assert measured("improved_by_session_8", clinic.under(confirmed=0)) == 1.0
    half = reporting([2.0, 1.4, 1.4, 1.4], COMPLETED_TOLD)
    assert measured("improved_by_session_8", a_clinic(half)) == 0.0
    assert measured("improved_by_session_8", a_clinic(half).under(improved_from=0.5)) == 1.0


def test_to_recover_is_to_change_and_to_come_into_the_functional_range():
    """One begins at .5 and five at 3, mean 2.58 and SD .93: the functional range begins at 1.5, and three come there."""
    well = [reporting([3.0, 3.0, 0.5, 0.5, 0.5], COMPLETED_TOLD)] * 3
    better = [reporting([3.0, 3.0, 2.0, 2.0, 2.0], COMPLETED_TOLD)] * 2
    mild = reporting([0.5, 0.1], COMPLETED_TOLD)
    assert measured("recovered_by_session_17", a_clinic(*well, *better, mild)) == pytest.approx(3 / 5)


def test_short_plans_are_set_against_long_ones_by_how_many_recover():
    """Everyone begins at 3 or 1: to end below .84 is to recover, if it is a change."""
    short = [changing(3.0, end, sessions=4) for end in (0.5, 0.5, 2.0)]
    long = [changing(3.0, end, sessions=9) for end in (0.5, 2.0, 2.0)]
    mild = [changing(1.0, 0.9, sessions=2) for _ in range(6)]
    left = [changing(1.0, 1.0, LEFT)] * 6 + [changing(3.0, 0.1, LEFT)] * 6
    found = measured("short_plans_recover_as_often", a_clinic(*short, *long, *mild, *left))
    assert found == pytest.approx((2 + 6 * 0) / (3 + 6 * 1) - 1 / 3)


def test_planned_endings_from_above_the_cut_off_recover_or_not():
    """One begins below the cut-off, all others above; of four planned endings from above two recover, one changes too little, one stays above."""
    planned = [changing(begun, end) for begun, end in ((3.0, 0.5), (3.4, 0.5), (3.0, 2.8), (3.4, 2.0))]
    others = [changing(3.0, 0.0, LEFT), changing(0.5, 0.0), *([changing(1.0, 1.0, LEFT)] * 4)]
    clinic = a_clinic(*planned, *others)
    assert measured("planned_recovered", clinic) == 2 / 4
    spread = np.std([3.0, 3.4, 3.0, 3.4], ddof=1)
    assert measured("planned_effect", clinic) == pytest.approx(np.mean([2.5, 2.9, 0.2, 1.4]) / spread)


# --- Sudden gains, early response ------------------------------------------------------------------------------------


SUDDEN = [3.0, 2.9, 3.0, 1.5, 1.4, 1.5, 1.5, 1.5]


def test_a_sudden_gain_is_large_and_lasts():
    lost_again = [3.0, 2.9, 3.0, 1.5, 3.0, 2.9, 3.0, 3.0]
    gradual = [3.0, 2.7, 2.4, 2.1, 1.8, 1.5, 1.2, 0.9]
    clinic = a_clinic(*(reporting(course, COMPLETED_TOLD) for course in (SUDDEN, lost_again, gradual)))
    assert measured("sudden_gains", clinic) == 1 / 3
    assert measured("sudden_gains", a_clinic(reporting(SUDDEN, COMPLETED_TOLD)).under(sudden_from=1.6)) == 0.0


def test_what_is_left_after_a_sudden_gain_is_set_against_the_others():
    again = [3.2, 3.1, 3.2, 1.7, 1.6, 1.7, 1.7, 1.7]
    without = [[2.0] * 8, [2.2] * 8]
    clinic = a_clinic(*(reporting(course, COMPLETED_TOLD) for course in (SUDDEN, again, *without)))
    assert measured("sudden_gains_and_outcome", clinic) == pytest.approx(0.5 / np.sqrt(0.02))


def test_early_responders_are_those_reliably_better_before_the_fifth_session():
    early = [reporting([3.0, 3.0, 2.0, 2.0, 2.0, end], COMPLETED_TOLD) for end in (1.0, 1.2)]
    late = [reporting([3.0, 3.0, 3.0, 3.0, 3.0, end], COMPLETED_TOLD) for end in (2.0, 2.2)]
    short = reporting([3.0, 1.0, 1.0], COMPLETED_TOLD)
    clinic = a_clinic(*early, *late, short)
    assert measured("early_response_and_outcome", clinic) == pytest.approx(1.0 / np.sqrt(0.02))


# --- Session by session ----------------------------------------------------------------------------------------------


def test_a_better_alliance_is_followed_by_less_distress_within_clients():
    """Distress before a session follows the last rating alone; how clients differ in their means is nothing."""
    noise = Streams(1).library_generator(1).standard_normal((180, 11))
    courses = []
    for level, (first, *moved) in zip((0.0, 5.0, -3.0) * 60, noise, strict=True):
        rated = 4.0 + level + np.array(moved)
        distress = 20.0 + level - 0.8 * np.array([first, *moved[:-1]])
        courses.append(reporting(distress.tolist(), COMPLETED_TOLD, rated.tolist()))
    found = measured("alliance_then_distress", a_clinic(*courses))
    assert found < -0.9
    assert abs(measured("distress_then_alliance", a_clinic(*courses))) < 0.3


def test_the_alliance_rises_by_its_slope_within_clients():
    rising = reporting([2.0] * 8, COMPLETED_TOLD, [4.0 + 0.1 * number for number in range(8)])
    falling = reporting([2.0] * 8, COMPLETED_TOLD, [7.0 - 0.02 * number for number in range(8)])
    short = reporting([2.0] * 3, COMPLETED_TOLD, [1.0, 4.0, 7.0])
    assert measured("alliance_rises_a_session", a_clinic(rising, falling, short)) == pytest.approx(0.04)


def test_an_average_of_ratings_goes_with_improvement():
    """Sessions 1 and 2 do not count; of each pair that began alike, the one rated better on average ends better."""
    made = []
    for begun, rating, end in ((2.0, 5.0, 1.5), (2.0, 6.0, 1.0), (3.0, 5.0, 2.5), (3.0, 6.0, 2.0)):
        rated = [7.0, 7.0, rating - 1.0, rating + 1.0, *([rating] * 5)]
        sessions = reporting([begun] * 9, COMPLETED_TOLD, rated)
        sessions[-1]["distress"] = end
        made.append(sessions)
    assert measured("alliance_averaged_and_outcome", a_clinic(*made)) == pytest.approx(1.0)


# --- Who leaves ------------------------------------------------------------------------------------------------------


def test_who_leaves_is_told_by_distress_by_length_and_by_response():
    left = [changing(begun, begun, LEFT, 1) for begun in (1.0, 1.1, 1.2)]
    stayed = [changing(begun, begun - 1.0, sessions=4) for begun in (2.0, 2.1, 2.2, 3.0, 3.1, 3.2)]
    found = who_leaves(a_clinic(*left, *stayed))
    assert set(found) == set(LEAVING_TOLD)
    assert [found[f"distress {name}"] for name in ("low", "middle", "high")] == [1.0, 0.0, 0.0]
    assert [found[name] for name in ("session 1", "session 2", "sessions 3-5")] == [3 / 9, 0.0, 0.0]
    assert np.isnan(found["sessions 12+"])
    assert found["response better"] == 0.0
    assert found["log-odds length"] < 0.0


def test_whoever_stays_away_content_is_among_those_who_leave():
    found = who_leaves(a_clinic(therapy(2, COMPLETED_UNTOLD), therapy(2, COMPLETED_TOLD)))
    assert found["session 2"] == 0.5
    assert found["session 1"] == 0.0
