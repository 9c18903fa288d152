"""The Mesa world, as someone who knows Mesa would use it."""

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
    assert list(collected) == list(SERIES_COLUMNS)
    np.testing.assert_array_equal(collected.to_numpy(float), run.series.to_numpy(float))


def test_every_client_in_therapy_sits_with_the_therapist_who_counts_them():
    practice = tearsim.Practice(seed=3, **SMALL)
    practice.run(weeks=8)
    seated = [client for therapist in practice.therapists for client in therapist.clients]
    assert len(seated) == 12
    assert all(client in practice.agents for client in seated)


def test_people_who_are_gone_leave_the_model():
    """Agents are those in therapy, those looking and those still followed; nobody else."""
    practice = tearsim.Practice(seed=3, weeks=30, **SMALL)
    practice.run()
    assert len(practice.people) > 30
    assert len(practice.agents_by_type[tearsim.Client]) == 12 + len(practice.looking)


def test_bad_parameters_are_refused_in_words():
    with pytest.raises(tearsim.TearSimError, match='Did you mean "caseload"'):
        tearsim.Practice(case_load=3)
    with pytest.raises(ValueError, match="goes from 0 to 1"):
        tearsim.Practice(client_empathy=-0.1)
