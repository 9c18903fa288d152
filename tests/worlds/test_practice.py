"""The Mesa world, as someone who knows Mesa would use it."""

import math

import mesa
import numpy as np
import pytest

import tearsim
from tearsim.worlds.outcomes import SERIES_COLUMNS

SMALL = {"therapists": 3, "caseload": 4, "eyes_fill_base": -3.0}


def test_it_is_a_mesa_model_with_agents_of_two_kinds():
    practice = tearsim.Practice(seed=3, **SMALL)
    assert isinstance(practice, mesa.Model)
    assert len(practice.agents_by_type[tearsim.Therapist]) == 3
    assert len(practice.agents_by_type[tearsim.Client]) == 12


def test_stepping_equals_running():
    stepped, run = tearsim.Practice(seed=3, **SMALL), tearsim.Practice(seed=3, weeks=10, **SMALL)
    for _ in range(10):
        stepped.step()
    run.run()
    assert (stepped.tallies == run.tallies).all()


def test_the_data_collector_holds_the_weekly_series():
    run = tearsim.simulate(seed=3, weeks=10, **SMALL)
    practice = tearsim.Practice(seed=3, weeks=10, **SMALL)
    practice.run()
    collected = practice.datacollector.get_model_vars_dataframe()
    assert list(collected) == ["seed", *SERIES_COLUMNS]
    assert set(collected.pop("seed")) == {3}
    np.testing.assert_array_equal(collected.to_numpy(float), run.series.to_numpy(float))


def test_every_client_in_therapy_sits_with_the_therapist_who_counts_them():
    practice = tearsim.Practice(seed=3, **SMALL)
    practice.run(weeks=8)
    seated = [client for therapist in practice.therapists for client in therapist.clients]
    assert len(seated) == 12
    assert all(client in practice.agents for client in seated)


def test_people_who_are_gone_leave_the_model():
    """Agents are those in therapy, those looking, and those whose year since their first session is not over."""
    practice = tearsim.Practice(seed=3, **SMALL)
    practice.run(weeks=80)
    clients = practice.agents_by_type[tearsim.Client]
    assert len(practice.people) > 60
    assert len(clients) == 12 + len(practice.looking) + len(practice.finished)
    followed = [practice.people[index] for index in practice.finished]
    assert followed
    assert all(client.first_week > 80 - 52 for client in followed)


def test_watching_longer_than_planned_equals_having_planned_it():
    """Whoever left therapy before is asked all the same."""
    planned, went_on = tearsim.Practice(seed=3, weeks=70, **SMALL), tearsim.Practice(seed=3, weeks=20, **SMALL)
    planned.run()
    went_on.run(weeks=70)
    assert (planned.tallies == went_on.tallies).all()
    assert (planned.tallies == tearsim.simulate(seed=3, weeks=70, **SMALL).tallies).all()


def test_bad_parameters_are_refused_in_words():
    with pytest.raises(tearsim.TearSimError, match='Did you mean "caseload"'):
        tearsim.Practice(case_load=3)
    with pytest.raises(ValueError, match="goes from 0 to 1"):
        tearsim.Practice(client_empathy=-0.1)


@pytest.mark.parametrize("seed", [-1, 2**64, 1.5, "a", True])
def test_bad_seeds_are_refused_alike_in_both_worlds(seed):
    with pytest.raises(tearsim.TearSimError, match="The seed is a whole number from 0 to"):
        tearsim.Practice(seed=seed)
    with pytest.raises(tearsim.TearSimError, match="The seed is a whole number from 0 to"):
        tearsim.simulate(seed=seed)
    with pytest.raises(tearsim.TearSimError, match="The replicate is a whole number from 0 to"):
        tearsim.simulate(seed=1, replicate=-1)


@pytest.mark.parametrize("replicate", ["x", 2.5, None, True, 2**32])
@pytest.mark.parametrize("estimates", ["default", "fitted", "open"])
def test_bad_replicates_are_refused_alike_in_both_worlds_and_all_fitted_ones(replicate, estimates):
    for run in (tearsim.Practice, tearsim.simulate):
        with pytest.raises(tearsim.TearSimError, match=r"^The replicate is a whole number from 0 to 4294967295; .*\.$"):
            run(seed=1, replicate=replicate, estimates=estimates)


@pytest.mark.parametrize("given", [3, ["caseload"], True])
def test_parameters_that_are_no_mapping_are_refused(given):
    with pytest.raises(
        tearsim.TearSimError, match=r'^Parameters are a mapping of names to values, or "fitted" or "open"; .*neither'
    ):
        tearsim.simulate(parameters=given)


@pytest.mark.parametrize(
    ("log", "kept"),
    [(False, "none"), ("none", "none"), (True, "all"), ("all", "all"), ("tears", "tears")],
)
def test_what_a_log_keeps_is_said_alike_to_both_worlds(log, kept):
    given = {**SMALL, "weeks": 10}
    practice, everything = (tearsim.Practice(seed=3, log=asked, **given) for asked in (log, True))
    for one in (practice, everything):
        one.run()
    wept = everything.log["tears_felt"] > 0
    assert 0 < wept.sum() < len(everything.log) == 10 * 12
    rows = {"none": [], "all": everything.log.tolist(), "tears": everything.log[wept].tolist()}[kept]
    assert practice.log.tolist() == rows
    for world in ("ensemble", "mesa"):
        assert tearsim.simulate(3, world=world, log=log, **given).log.tolist() == rows


@pytest.mark.parametrize("log", ["tear", 3, None, 0.5])
def test_a_log_that_nobody_knows_is_refused_alike_in_both_worlds(log):
    for run in (tearsim.Practice, tearsim.simulate):
        with pytest.raises(tearsim.TearSimError, match=r"^log is true, false or one of none, all, tears; .* is not\.$"):
            run(seed=1, log=log)


def test_numbers_of_numpy_are_numbers():
    given = {"weeks": np.int64(3), "client_empathy": np.float32(0.5), "therapists": np.int32(2), "caseload": 2}
    assert tearsim.simulate(seed=np.int64(1), **given).outcomes["sessions"] == 12
    assert len(tearsim.simulate(seed=1, replicate=np.uint8(2), log=np.bool_(True), **given).log) == 12


def test_a_clients_traits_read_from_0_to_1_and_can_be_set_so():
    practice = tearsim.Practice(seed=1, therapists=1, caseload=50, client_empathy=0.7)
    assert sorted(client.empathy for client in practice.people)[25] == pytest.approx(0.7, abs=0.1)
    client = practice.people[0]
    client.boundary_sensitivity, client.warmth_expected = 0.9, 1.0
    assert client.boundary_sensitivity == pytest.approx(0.9)
    assert client.warmth_expected == pytest.approx(1.0)
    assert client.boundary_sensitivity_log_odds == pytest.approx(math.log(9.0))


def test_people_who_leave_no_further_trace_are_forgotten():
    practice = tearsim.Practice(seed=3, **SMALL)
    practice.run(weeks=150)
    kept = [person for person in practice.people if person is not None]
    assert len(practice.people) > 100
    assert len(kept) == 12 + len(practice.looking) + len(practice.finished)


def test_a_retirement_after_people_are_forgotten_changes_no_number():
    """A successor is met afresh by whoever is still there."""
    given = {**SMALL, "career_length": 2.0, "weeks": 150}
    practice = tearsim.Practice(seed=3, **given)
    practice.run()
    assert any(therapist.holder for therapist in practice.therapists)
    compiled = tearsim.simulate(seed=3, **given)
    assert (practice.tallies == compiled.tallies).all()


def test_a_log_can_be_taken_week_by_week_and_is_kept_no_longer():
    whole, taken = (tearsim.Practice(seed=3, log=True, **SMALL) for _ in range(2))
    whole.run(weeks=20)
    parts = []
    for _ in range(20):
        taken.step()
        parts.append(taken.take_log())
    assert [row for part in parts for row in part.tolist()] == whole.log.tolist()
    assert len(taken.log) == 0


@pytest.mark.parametrize("weeks", ["4", 2.5, 4.0, -1, True, [4], math.inf, np.float64(3), "four\nweeks", 5201, 10**30])
def test_a_number_of_weeks_that_is_none_is_refused_in_one_line_and_nothing_is_lived(weeks):
    practice = tearsim.Practice(seed=3, **SMALL)
    with pytest.raises(
        tearsim.TearSimError, match=r"^The number of weeks is a whole number from 0 to 5200; .* is not\.$"
    ):
        practice.run(weeks=weeks)
    assert practice.week == 0


def test_a_number_of_weeks_may_be_numpys():
    practice = tearsim.Practice(seed=3, **SMALL)
    practice.run(weeks=np.int64(2))
    practice.run(weeks=0)
    assert practice.week == 2
