"""Each instrument on records made by hand, where the answer can be counted."""

import numpy as np
import pytest

from tearsim.evidence.conventions import AS_TAKEN, CONVENTIONS, DISTRESS_ERROR
from tearsim.evidence.instruments import INSTRUMENTS
from tearsim.evidence.measuring import Size, clinics
from tearsim.evidence.records import Clinic
from tearsim.science.codes import COMPLETED_TOLD, COMPLETED_UNTOLD, GOES_ON, LEFT, RELEASE
from tearsim.science.luck import REPORT
from tearsim.science.settings import checked
from tearsim.worlds.luck_tables import LuckTables
from tearsim.worlds.tables import LOG, record_type
from tests.evidence.helpers import a_clinic, a_survey, therapy


def measured(name, clinic):
    return INSTRUMENTS[name].measure(clinic)


FIVE = (
    therapy(1, LEFT),
    therapy(2, LEFT),
    therapy(4, LEFT),
    therapy(5, COMPLETED_UNTOLD),
    therapy(8, COMPLETED_TOLD),
)


def test_dropout_is_counted_by_each_definition():
    clinic = a_clinic(*FIVE)
    assert measured("dropout", clinic) == 4 / 5
    assert measured("dropout_if_all_told", clinic) == 3 / 5
    assert measured("dropout_early", clinic) == 2 / 4
    assert measured("dropout_before_the_median", clinic) == 2 / 5
    assert measured("mean_sessions", clinic) == 20 / 5


def test_therapists_recall_only_clients_who_came_three_times():
    clinic = a_clinic(*FIVE)
    assert measured("dropout_as_therapists_recall_it", clinic) == 1 / 3
    assert measured("dropout_as_therapists_recall_it", clinic.under(visits_to_count=1)) == 3 / 5
    assert measured("dropout_as_therapists_recall_it", clinic.under(untold_recalled=1)) == 2 / 3


def test_contentment_that_nobody_was_told_of_is_dropout_by_convention():
    clinic = a_clinic(*FIVE)
    assert measured("dropout", clinic.under(untold_counts=0)) == measured("dropout_if_all_told", clinic)
    assert measured("dropout", clinic) == 4 / 5  # the records themselves stay as they are


def test_therapies_that_began_too_late_to_be_seen_through_do_not_count():
    late = therapy(2, LEFT)
    for number, session in enumerate(late):
        session["week"] = 61 + number
    assert measured("dropout", a_clinic(therapy(3, COMPLETED_TOLD), late)) == 0.0
    for number, session in enumerate(late):
        session["week"] = 60 + number  # 45 weeks before the records end, this one included
    assert measured("dropout", a_clinic(therapy(3, COMPLETED_TOLD), late)) == 0.5


def test_therapies_that_go_on_are_nobodys_dropout():
    assert measured("dropout", a_clinic([{}, {}, {}], therapy(2, LEFT))) == 1.0


def test_a_change_is_reliable_beyond_the_questionnaires_error():
    small, large = (therapy(3, COMPLETED_TOLD, last={"distress": 2.0 - fall}) for fall in (0.8, 0.9))
    assert measured("dropout_without_change", a_clinic(small, large)) == 0.5


def test_the_alliance_is_rated_at_the_third_session():
    clinic = a_clinic([{}, {}, {"rating": 6.0}], [{}, {}, {"rating": 5.0}, {"rating": 1.0}], [{}, {"rating": 2.0}])
    assert measured("alliance_rated", clinic) == 5.5
    assert measured("alliance_rated_spread", clinic) == pytest.approx(np.sqrt(0.5))


def with_third_rating(rating, ending, **last):
    made = therapy(4, ending, last=last)
    made[2]["rating"] = rating
    return made


def test_stayers_are_compared_with_dropouts_in_pooled_standard_deviations():
    stayers = [with_third_rating(rating, COMPLETED_TOLD) for rating in (5.0, 6.0)]
    dropouts = [with_third_rating(4.0, LEFT), with_third_rating(5.0, COMPLETED_UNTOLD)]
    assert measured("alliance_and_dropout", a_clinic(*stayers, *dropouts)) == pytest.approx(1 / np.sqrt(0.5))


def test_outcome_is_the_fall_in_distress_given_distress_at_intake():
    """Two began well and two badly; within each pair, the better alliance goes with the lower end."""
    pairs = [
        therapy(3, COMPLETED_TOLD, first={"distress_before": begun}, last={"distress": end, "rating": rating})
        for begun, end, rating in ((1.0, 0.5, 6.0), (1.0, 1.0, 5.0), (3.0, 1.5, 6.0), (3.0, 2.0, 5.0))
    ]
    assert measured("alliance_and_outcome", a_clinic(*pairs)) == pytest.approx(1.0)


def test_empathy_and_outcome_reads_what_was_felt_at_the_third_session():
    """What was felt at other sessions, and how the alliance was rated, is nothing to it."""
    therapies = []
    for felt, begun in ((-0.5, 2.0), (0.1, 1.0), (0.4, 3.0), (1.2, 2.0)):
        sessions = therapy(4, COMPLETED_TOLD, first={"distress_before": begun}, last={"distress": begun - felt})
        for session, seemed in zip(sessions, (9.0 - felt, 4.0, felt, -felt), strict=True):
            session |= {"felt_empathy": seemed, "rating": 5.0 - felt}
        therapies.append(sessions)
    assert measured("empathy_and_outcome", a_clinic(*therapies)) > 0.9


def test_change_in_care_leaves_out_single_visits():
    once = therapy(1, LEFT, first={"distress_before": 9.0})
    others = [
        therapy(2, COMPLETED_TOLD, first={"distress_before": begun}, last={"distress": 0.0}) for begun in (1.0, 3.0)
    ]
    assert measured("change_in_care", a_clinic(once, *others)) == pytest.approx(2.0 / np.sqrt(2.0))


def test_improvement_carried_forward_counts_the_last_report_of_those_who_ended():
    """Half a standard deviation at intake is .71 here."""
    early = therapy(2, COMPLETED_TOLD, first={"distress_before": 1.0}, last={"distress": 0.2})
    slow = therapy(30, COMPLETED_TOLD, first={"distress_before": 3.0})
    for number, session in enumerate(slow, 1):
        session["distress"] = 3.0 - 0.05 * number
    clinic = a_clinic(early, slow)
    assert measured("improved_by_session_8_carried", clinic) == 0.5
    assert measured("improved_by_session_26_carried", clinic) == 1.0


def test_client_tears_are_counted_over_sessions_and_over_therapies():
    cries = {"client_tears": RELEASE}
    clinic = a_clinic(therapy(12, LEFT, first=cries), therapy(12, LEFT), therapy(8, LEFT, first=cries, last=cries))
    assert measured("client_tears", clinic) == 3 / 32
    assert measured("client_tears_ever", clinic) == 1 / 2
    assert measured("client_tears_ever", clinic.under(tears_ever_from=8)) == 2 / 3


def test_clients_in_therapy_are_asked_of_the_past_four_weeks():
    """Three are in therapy in week 104: one cried twice in four weeks and once before, one never, one a year ago."""
    cries = {"client_tears": RELEASE}
    lately = [{"week": 100, **cries}, {"week": 101, **cries}, {"week": 104, "distress": 1.0, **cries}]
    never, long_ago = [{"week": 104}], [{"week": 50, **cries}, *({"week": week} for week in range(51, 105))]
    ended = therapy(2, COMPLETED_TOLD, first=cries)
    clinic = a_clinic(lately, never, long_ago, ended)
    assert measured("client_tears_in_a_month", clinic) == (2 + 0) / 2
    assert measured("client_tears_and_length", clinic) == (3 + 55) / 2 - 1
    assert measured("client_tears_and_change", clinic) == pytest.approx((1.0 + 0.0) / 2 - 0.0)


def test_crying_twice_running_is_a_ratio_of_risks():
    cries = {"client_tears": RELEASE}
    both = [[cries, cries]] * 2 + [[cries, {}]] * 2 + [[{}, cries]] + [[{}, {}]] * 3
    assert measured("client_tears_persist", a_clinic(*both)) == pytest.approx(0.5 / 0.25)
    assert np.isnan(measured("client_tears_persist", a_clinic([cries, cries], [{}, {}])))


def test_crying_and_alliance_are_compared_within_the_second_session():
    cries = {"client_tears": RELEASE}
    clinic = a_clinic(
        [{"rating": 1.0, **cries}, {"rating": 6.0, **cries}], [{}, {"rating": 5.0}], [{}, {"rating": 6.0, **cries}]
    )
    assert measured("client_tears_and_alliance", clinic) == pytest.approx(1.0)


def test_clients_report_ruptures_that_are_grave_before_repair():
    repaired = {"rupture_before": 0.3, "repaired": True}
    sessions = [{"rupture": 0.3}, repaired, {"rupture": 0.2}, {"rupture_before": 0.16}]
    assert measured("ruptures_reported", a_clinic(sessions)) == 2 / 4


def test_a_rating_series_shows_a_rupture_where_it_falls_by_more_than_a_point():
    ratings = (5.0, 3.9, 3.0, 6.0)
    clinic = a_clinic([{"rating": rating} for rating in ratings], [{"rating": 1.0}])
    assert measured("ruptures_in_ratings", clinic) == 1 / 3


@pytest.mark.parametrize(("repaired_in", "together"), [(3, 1.0), (4, None)])
def test_a_rupture_counts_as_repaired_if_it_is_before_the_final_session(repaired_in, together):
    mended = therapy(4, COMPLETED_TOLD, last={"distress": 0.5})
    mended[1] |= {"rupture": 0.5}
    mended[repaired_in - 1] |= {"rupture_before": 0.5, "repaired": True}
    open_still = [
        therapy(4, LEFT, last={"distress": end}, first={"distress_before": begun})
        for begun, end in ((1.9, 1.5), (2.1, 1.6))
    ]
    for episode in open_still:
        episode[1] |= {"rupture": 0.5}
    found = measured("repair_and_outcome", a_clinic(mended, *open_still))
    if together is None:
        assert np.isnan(found)  # nobody's was repaired in time
    else:
        assert found > 0.5


def test_a_rupture_that_opens_after_a_repair_is_the_one_that_counts():
    again = therapy(5, COMPLETED_TOLD, last={"distress": 0.5})
    again[0] |= {"rupture": 0.5}
    again[1] |= {"rupture_before": 0.5, "repaired": True}
    again[2] |= {"rupture": 0.5}
    others = [
        therapy(4, LEFT, last={"distress": 2.0, "rupture": 0.4}, first={"distress_before": 1.9 + i}) for i in (0, 1)
    ]
    assert np.isnan(measured("repair_and_outcome", a_clinic(again, *others)))


def test_tears_seen_by_clients_are_counted_once_a_therapy():
    seen = therapy(3, LEFT, noticed=True)
    assert measured("clients_who_saw_tears", a_clinic(seen, therapy(3, LEFT))) == 0.5


@pytest.fixture(scope="module")
def a_simulated_clinic():
    return next(iter(clinics([checked({})], 3, 0, Size(clinic_therapists=60))))


def test_felt_empathy_is_asked_with_a_reliability_of_four_fifths(a_simulated_clinic):
    """Within 4 standard errors: what is felt is about a standard score, and the error half of that."""
    clinic = a_simulated_clinic
    everywhere = np.arange(len(clinic.sessions["week"]))
    error = clinic.perceived_empathy(everywhere) - clinic._felt_empathy
    assert error.std() == pytest.approx(0.5, rel=4 / np.sqrt(2 * len(error)))
    assert abs(np.corrcoef(error, clinic._felt_empathy)[0, 1]) < 4 / np.sqrt(len(error))


def test_reports_err_by_as_much_as_the_questionnaire_does(a_simulated_clinic):
    clinic = a_simulated_clinic
    following = np.flatnonzero(np.diff(clinic.of_session) == 0)
    # What ends one session and what begins the next is the same distress, asked twice.
    twice = clinic.sessions["distress"][following] - clinic.sessions["distress_before"][following + 1]
    assert np.std(twice) == pytest.approx(np.sqrt(2) * DISTRESS_ERROR, rel=0.02)


def test_therapists_have_a_bond_of_their_own_that_never_sees_the_rating(a_simulated_clinic):
    clinic = a_simulated_clinic
    chosen = np.flatnonzero(clinic.length >= 3)
    seen = clinic.therapist_rating(chosen, 3)
    blind = clinic.under()
    blind.sessions = {**clinic.sessions, "rating": np.zeros_like(clinic.sessions["rating"])}
    assert (blind.therapist_rating(chosen, 3) == seen).all()
    more, less = (measured("alliance_by_two_raters", clinic.under(sensed=much)) for much in (2.0, 0.0))
    assert abs(less) < 0.06 < more


def test_empathy_is_reported_as_it_was_experienced_where_the_log_keeps_that():
    """Of two pairs begun alike, whoever experienced more empathy at the third session ends better."""
    courses = ((2.0, 1.0, 0.5), (2.0, -1.0, 1.5), (3.0, 1.0, 1.5), (3.0, -1.0, 2.5))
    kept = np.dtype([*(one for one in LOG.descr if one[0] != "felt_empathy"), ("felt_empathy", float)])
    rows = np.zeros(3 * len(courses), kept)
    for client, (begun, felt, end) in enumerate(courses):
        for number in range(3):
            row = rows[3 * client + number]
            row["client"], row["therapist"], row["place"], row["episode"] = client + 1, 1, 1, 1
            row["week"] = row["session"] = number + 1
            row["distress_before"], row["distress"] = begun, end if number == 2 else begun
            row["felt_empathy"], row["ending"] = (
                felt if number == 2 else 0.0,
                COMPLETED_TOLD if number == 2 else GOES_ON,
            )
    reports = np.zeros((104, 4), record_type(REPORT))
    values = checked({"weeks": 104, "therapists": 2, "caseload": 2})
    assert measured("empathy_and_outcome", Clinic(rows, reports, values, LuckTables(1))) == pytest.approx(1.0)


def test_what_a_therapist_senses_is_depth_tears_and_no_falling_out():
    """Three sessions that differ in one thing each from the first."""
    sessions = [{"depth": 0.5}, {"depth": 0.7}, {"depth": 0.5, "client_tears": RELEASE}, {"depth": 0.5, "rupture": 0.4}]
    plain, deep, tearful, ruptured = a_clinic(sessions).sensed
    assert deep > plain
    assert tearful > plain
    assert ruptured < plain


def test_an_instrument_hangs_on_the_conventions_that_it_declares_and_on_no_others(a_simulated_clinic):
    class Watched(dict):
        def __getitem__(self, name):
            read.add(name)
            return super().__getitem__(name)

    for name, declared in INSTRUMENTS.items():
        read = set()
        records = a_simulated_clinic.under() if declared.reads == "clinic" else a_survey({"belief_noticed": True})
        records.conventions = Watched(AS_TAKEN)
        declared.measure(records)
        assert read == set(declared.conventions), name


def test_what_a_convention_could_as_well_be_is_something_else():
    for name, convention in CONVENTIONS.items():
        assert convention.others, name
        assert convention.value not in convention.others, name
        assert convention.meaning, name
        assert convention.reason, name
    assert {name for declared in INSTRUMENTS.values() for name in declared.conventions} == set(CONVENTIONS)


# What one session without tears or ruptures, of a therapy that goes on, has an answer to.
MEASURED_IN_ONE_SESSION = {
    "client_tears",
    "ruptures_reported",
    "improved_by_session_8",
    "improved_by_session_26",
    "recovered_by_session_17",
}


@pytest.mark.parametrize("name", [name for name, declared in INSTRUMENTS.items() if declared.reads == "clinic"])
def test_every_instrument_measures_a_clinic_and_is_missing_where_there_is_nothing_to_measure(name, a_simulated_clinic):
    assert np.isfinite(measured(name, a_simulated_clinic))
    with np.errstate(all="raise"):
        found = measured(name, a_clinic([{}]))
    if name in MEASURED_IN_ONE_SESSION:
        assert found == 0.0
    else:
        assert np.isnan(found)


def test_nobody_is_called_improved_where_one_client_says_nothing_of_how_they_differ():
    """Half a standard deviation of one is nothing that anyone could know, however much better they are."""
    better, another = (
        therapy(8, COMPLETED_TOLD, first={"distress_before": begun}, last={"distress": 0.0}) for begun in (3.0, 2.0)
    )
    assert np.isnan(measured("improved_by_session_8_carried", a_clinic(better)))
    assert measured("improved_by_session_8_carried", a_clinic(better, another)) == 1.0
