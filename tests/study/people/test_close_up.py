"""The people behind a design point: the same practices, in both worlds, with everyone in both."""

import json

import numpy as np
import pytest

import tearsim
from tearsim.errors import TearSimError
from tearsim.study.people.close_up import close_up, middle
from tearsim.study.sweeps.experiment import make_experiment
from tearsim.study.sweeps.results import Results

CONTENT = {
    "title": "Close", "question": "Who?", "parameters": {"therapists": 3, "caseload": 4, "weeks": 8},
    "design": {"kind": "grid", "replicates": 2, "seed": 9, "vary": {
        "therapist_tear_propensity": [0.2, 0.6, 0.97], "tears": ["held back", "shown"]}},
}  # fmt: skip


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return tearsim.sweep(CONTENT, out=tmp_path_factory.mktemp("results") / "close")


@pytest.fixture(scope="module")
def close(results):
    return close_up(results)


def test_the_middle_of_a_design_is_half_way_up_with_tears_shown(results):
    point = results.experiment.points[middle(results.experiment)]
    assert point["therapist_tear_propensity"] == 0.6
    assert point["tears"] == "shown"


def test_the_middle_of_a_sample_is_the_point_nearest_to_it():
    sampled = CONTENT | {"design": {"kind": "latin", "replicates": 1, "samples": 9, "vary": ["therapist_empathy"]}}
    experiment = make_experiment(sampled, "the experiment")
    values = [point["therapist_empathy"] for point in experiment.points]
    assert values[middle(experiment)] == sorted(values)[4]


def test_everyone_is_in_both_worlds_and_is_the_same_person(close):
    who = ["replicate", "client", "client_boundary_sensitivity", "client_empathy"]
    shown, held_back = (
        close.episodes[(close.episodes["tears"] == arm) & (close.episodes["episode"] == 1)][who].reset_index(drop=True)
        for arm in ("shown", "held back")
    )
    assert len(shown) == 12 * close.replicates
    assert shown.equals(held_back)


def test_a_practice_is_the_one_that_a_run_of_its_own_would_be(close):
    alone = tearsim.simulate(
        seed=9, replicate=3, log=True, parameters={**close.parameters, "arrivals": "cohort", "tears": "held back"}
    )
    here = close.held_back[close.held_back["replicate"] == 3].drop(columns="replicate").reset_index(drop=True)
    assert here.equals(alone.sessions)
    mine = close.episodes.query("replicate == 3 and tears == 'held back'").reset_index(drop=True)
    for column in ("client", "episode", "sessions", "client_boundary_sensitivity"):
        assert mine[column].tolist() == alone.episodes[column].tolist()


def test_it_says_what_was_run(close):
    assert "point 3, the nearest to the middle of the design (therapist tear propensity 0.6), " in close.words
    assert f"{close.replicates} practices of 3 therapists with 4 clients each, 8 weeks" in close.words


def test_a_point_that_was_asked_for_is_not_called_the_middle(results):
    for point in (1, np.int64(1)):  # as a table of results has it
        assert "record: point 1 (therapist tear propensity 0.2), " in close_up(results, point=point).words


def test_therapists_learn_nothing_from_their_tears_there_as_it_says(close):
    assert "therapists learn nothing from their tears" in close.words
    of_a_therapist = close.shown.groupby(["replicate", "therapist"])["comfort"]
    assert (of_a_therapist.nunique() == 1).all()
    assert len(of_a_therapist) >= 3 * close.replicates


def test_people_of_another_version_of_the_model_are_not_made_up(results, tmp_path):
    provenance = json.loads((results.folder / "provenance.json").read_text(encoding="utf-8"))
    (tmp_path / "provenance.json").write_text(json.dumps({**provenance, "source_hash": "0"}), encoding="utf-8")
    with pytest.raises(TearSimError, match="another version"):
        close_up(Results(tmp_path))


def test_a_point_that_is_not_there_is_refused(results):
    with pytest.raises(TearSimError, match="from 0 to 5"):
        close_up(results, point=6)
