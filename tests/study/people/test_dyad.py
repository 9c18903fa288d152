"""A life is the log's, whoever lives it; a selection finds whom its words say."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest

from tearsim.errors import TearSimError
from tearsim.science.codes import COMPLETED, GAVE_UP, GOES_ON, IN_THERAPY, LEFT, LOOKING, MOVED, UNSETTLED
from tearsim.study import arms
from tearsim.study.people import twins
from tearsim.study.people.dyad import Lived, choose, dyad_of, of_client
from tearsim.worlds.simulate import simulate

PRACTICE = {"therapists": 4, "caseload": 5, "weeks": 70, "therapist_tear_propensity": 0.97, "seeking_base": 1.0}


@pytest.fixture(scope="module")
def lived():
    return Lived(7, 2, PRACTICE)


@pytest.fixture(scope="module")
def ran():
    return simulate(7, world="ensemble", log=True, replicate=2, parameters=PRACTICE)


def test_a_life_is_what_the_compiled_world_logs_of_a_person(lived, ran):
    assert (lived.sessions == ran.log).all()
    for client, sessions in lived.everyone.items():
        assert [tuple(row) for row in sessions] == ran.log[ran.log["client"] == client].tolist()


def test_traits_are_those_that_the_episodes_tell(lived, ran):
    for row in ran.episodes.itertuples():
        came = lived.came[row.client]
        for trait in ("empathy", "boundary_sensitivity", "warmth_expected", "responsiveness", "good_enough"):
            assert getattr(came, trait) == pytest.approx(getattr(row, f"client_{trait}"))
        assert row.episode > 1 or came.distress == row.distress_at_start


def test_distress_after_a_year_is_what_the_outcome_is_the_mean_of(lived, ran):
    first = {client: rows[0].week for client, rows in lived.everyone.items()}
    assert set(lived.answered) == {client for client, week in first.items() if week + 51 <= 70}
    assert np.mean(list(lived.answered.values())) == pytest.approx(ran.outcomes["distress_at_a_year"])
    for client, distress in lived.answered.items():
        held = [row.distress for row in lived.everyone[client] if row.week == first[client] + 51]
        assert not held or held == [distress]


def test_where_everyone_stands_adds_up_to_the_practice(lived):
    standing = [lived.life(client).standing for client in lived.everyone]
    begun = sum(1 for client, rows in lived.everyone.items() if lived.life(client).standing == IN_THERAPY)
    newcomers = sum(1 for person in lived.people if person is not None and person.first_week < 0)
    assert begun + newcomers == lived.this_week["in_therapy"]
    assert standing.count(LOOKING) == lived.this_week["looking"]
    assert standing.count(GAVE_UP) == lived.this_week["gave_up"]
    assert standing.count(COMPLETED) == lived.this_week["completed"]


def test_therapists_who_take_over_are_known_from_their_first_week():
    lived = Lived(1, 0, {**PRACTICE, "career_length": 1.0, "therapist_experience": 0.5})
    assert len(lived.met) > 4
    for number, traits in lived.met.items():
        weeks = lived.sessions["week"][lived.sessions["therapist"] == number]
        assert traits.since == weeks.min()
        assert traits.years == 0.0 or number <= 4
        assert traits.years_in(weeks.max()) < 1.0 + 1 / 52


def score(rows, holds):
    return sum(bool(holds(row)) for row in rows)


@pytest.mark.parametrize(("selection", "count"), [
    ("most_moved", lambda rows: score(rows, lambda r: r.reception == MOVED)),
    ("most_unsettled", lambda rows: score(rows, lambda r: r.reception == UNSETTLED)),
    ("most_ruptured", lambda rows: score(rows, lambda r: r.rupture > 0)),
    ("most_tears", lambda rows: score(rows, lambda r: r.noticed)),
    ("longest", lambda rows: max(r.session for r in rows)),
])  # fmt: skip
def test_nobody_has_more_of_what_is_selected(lived, selection, count):
    chosen = choose(lived.everyone, selection)
    most = count(lived.everyone[chosen])
    assert most > 0
    assert all(count(rows) <= most for rows in lived.everyone.values())


def test_whoever_left_after_tears_had_noticed_them_in_that_therapy(lived):
    rows = lived.everyone[choose(lived.everyone, "left_after_tears")]
    left = [row for row in rows if row.ending == LEFT]
    seen = [(r.episode, r.session) for r in rows if r.noticed]
    assert any(r.episode == episode and 0 <= r.session - session <= 4 for r in left for episode, session in seen)


def a_therapy(number, noticed, appraisal=-0.5, ending=LEFT):
    """A therapy of a number of sessions, in one of which the client noticed tears."""
    return [
        SimpleNamespace(
            session=session,
            noticed=session == noticed,
            appraisal=appraisal if session == noticed else 0.0,
            ending=ending if session == number else GOES_ON,
        )
        for session in range(1, number + 1)
    ]


@pytest.mark.parametrize("since", range(5))
def test_whoever_leaves_by_the_fourth_session_after_tears_left_after_them(since):
    lives = {1: a_therapy(6, 1), 2: a_therapy(3 + since, 3), 3: a_therapy(9, 3, ending=COMPLETED)}
    assert choose(lives, "left_after_tears") == 2


def test_whoever_leaves_later_or_another_therapist_did_not_leave_after_tears():
    for life in (a_therapy(6, 1), a_therapy(2, 2, ending=COMPLETED) + a_therapy(2, None), a_therapy(3, None)):
        with pytest.raises(TearSimError, match="Nobody here left within 4 sessions of noticing a therapist's tears"):
            choose({1: life}, "left_after_tears")


def test_of_those_who_left_after_tears_the_one_is_chosen_who_left_soonest_and_took_them_worst():
    lives = {1: a_therapy(4, 2, -0.9), 2: a_therapy(9, 8, -0.2), 3: a_therapy(3, 2, -0.4), 4: a_therapy(5, 4, -0.3)}
    assert choose(lives, "left_after_tears") == 3


@pytest.mark.parametrize("selection", ["most_moved", "most_unsettled", "left_after_tears"])
def test_a_selection_that_matches_nobody_names_what_to_try(selection):
    lived = Lived(1, 0, {**PRACTICE, "weeks": 3, "therapist_tear_propensity": 0})
    with pytest.raises(
        TearSimError, match=r"Nobody here .* a therapist's tears: try .*--set therapist_tear_propensity=0\.9"
    ):
        choose(lived.everyone, selection)


def test_what_is_suggested_finds_somebody():
    """The settings named where nobody was found make somebody likely in a practice of the usual size."""
    suggested = {"therapist_tear_propensity": 0.9, "client_boundary_sensitivity": 0.9}
    lived = Lived(1, 0, {**suggested, "weeks": 20})
    for selection in ("most_moved", "most_unsettled", "left_after_tears"):
        assert choose(lived.everyone, selection)


def test_the_partner_is_the_same_person_in_the_same_week(lived):
    twin = Lived(7, 2, arms.held_back(PRACTICE))
    found = 0
    for client in lived.everyone:
        dyad = of_client(lived, twin, 7, 2, client)
        if dyad.held_back is not None:
            found += 1
            mine, theirs = dyad.life.sessions[0], dyad.held_back.sessions[0]
            assert (mine.home, mine.turn, mine.week) == (theirs.home, theirs.turn, theirs.week)
            assert not any(row.tears_shown for row in dyad.held_back.sessions)
    paired = twins.pair(twins.courses(lived.sessions), twins.courses(twin.sessions))
    assert found == len(paired.shown) > 20


def test_in_a_cohort_everybody_has_a_partner():
    cohort = {**PRACTICE, "arrivals": "cohort", "weeks": 20}
    lived, twin = Lived(1, 0, cohort), Lived(1, 0, arms.held_back(cohort))
    assert all(of_client(lived, twin, 1, 0, client).held_back for client in lived.everyone)


def test_where_tears_are_held_back_anyway_there_is_no_other_world():
    dyad = dyad_of(1, 0, {**PRACTICE, "weeks": 3, "tears": "held back"}, 1, "longest")
    assert dyad.held_back is None
    assert dyad.life.client == 1
    assert dataclasses.asdict(dyad)["parameters"]["tears"] == "held back"


def test_therapists_learn_nothing_from_their_tears_unless_somebody_says_so():
    given = {**PRACTICE, "weeks": 2}
    for asked, learns_from in ((given, "nothing"), ({**given, "comfort_learns_from": "truth"}, "truth")):
        assert dyad_of(1, 0, asked, 1, "longest").parameters["comfort_learns_from"] == learns_from


def test_a_number_nobody_has_is_refused_with_those_there_are():
    with pytest.raises(TearSimError, match=r"no client 900 .* in 3 weeks: they are numbered 1 to \d\d\."):
        dyad_of(1, 0, {**PRACTICE, "weeks": 3}, 900, "longest")


@pytest.mark.parametrize("estimates", ["fitted", "open"])
def test_a_world_is_the_replicates(estimates):
    given = {**PRACTICE, **arms.STEADY, "weeks": 2, "estimates": estimates}
    assert dyad_of(1, 3, given, 1, "longest").parameters == simulate(1, replicate=3, parameters=given).parameters


def test_those_who_go_on_are_in_therapy(lived):
    for client, rows in lived.everyone.items():
        if rows[-1].ending == GOES_ON:
            assert lived.life(client).standing == IN_THERAPY
