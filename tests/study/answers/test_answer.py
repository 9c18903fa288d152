"""All that a sweep says, from runs written out by hand: each part computed when it is asked for, and once."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from tearsim.errors import TearSimError
from tearsim.study.answers import answer as module
from tearsim.study.answers import sensitivity as indices
from tearsim.study.answers.answer import Answer
from tearsim.study.answers.contrasts import contrasts_of
from tearsim.study.answers.tables import in_tables, outcome_tables
from tearsim.study.estimates import MISSING, over_replicates
from tearsim.study.sweeps.experiment import make_experiment

GRID = {"vary": {"client_empathy": [0.1, 0.9], "tears": ["shown", "held back"]}}
MORRIS = {"kind": "morris", "samples": 4, "vary": ["client_empathy", "bond_moved"]}


def results_of(design, parameters=None, **values):
    """Open results of a design that no sweep has run; an outcome is 1 but where its value at a point is given."""
    content = {"title": "t", "question": "q", "parameters": parameters or {}, "design": {"replicates": 3, **design}}
    experiment = make_experiment(content, "here")
    rows = [
        {"design_point": i, "replicate": r, **own, **dict.fromkeys(in_tables(experiment), 1.0)}
        for i, own in enumerate(experiment.points.own)
        for r in range(3)
    ]
    runs = pd.DataFrame(rows)
    for outcome, value in values.items():
        runs[outcome] = [value(point, r) for point, r in zip(runs["design_point"], runs["replicate"], strict=True)]
    runs["whatever_else"] = 0.0
    provenance = {"replicates": 3, "design_points": len(experiment.points), "experiment_hash": experiment.fingerprint()}
    asked = []

    def table(name, columns):
        asked.append(name)
        return {"runs": runs}[name][columns]

    return SimpleNamespace(
        experiment=experiment, provenance=provenance, table=table, asked=asked, finished=True, is_shard=False, folder=""
    )


def test_tables_and_contrasts_are_those_of_the_runs_which_are_read_once():
    results = results_of(GRID, alliance_mean=lambda point, r: 0.1 * point + 0.01 * r**2)
    answer = Answer(results)
    assert list(answer.runs) == ["design_point", "replicate", *GRID["vary"], *in_tables(results.experiment)]
    assert answer.tables == outcome_tables(results.experiment, answer.runs)
    assert answer.contrasts == contrasts_of(answer.runs, results.experiment)
    assert answer.contrasts.effects["alliance_mean"].mean == pytest.approx(-0.1)
    assert answer.contrasts is answer.contrasts
    assert results.asked == ["runs"]


def test_runs_say_in_which_world_they_lived_where_there_are_several():
    assert Answer(results_of(GRID, parameters={"estimates": "open"})).runs["world"].nunique() > 1


def test_each_point_is_told_by_the_mean_of_its_replicates_and_as_missing_where_none_has_the_outcome():
    results = results_of(GRID, alliance_mean=lambda point, r: np.nan if point == 2 else 0.1 * point + 0.01 * r**2)
    points = Answer(results).points
    assert list(points) == [0, 1, 2, 3]
    assert all(tuple(there) == results.experiment.asked for there in points.values())
    assert points[3]["alliance_mean"] == pytest.approx(over_replicates(pd.Series([0.3, 0.31, 0.34])))
    np.testing.assert_equal(tuple(points[2]["alliance_mean"]), tuple(MISSING))


def test_runs_of_a_sample_come_with_their_draw_and_others_as_they_are():
    sample = {"kind": "latin", "samples": 4, "vary": ["client_empathy"], "cross": {"tears": ["shown", "held back"]}}
    drawn = Answer(results_of(sample))
    assert drawn.drawn_runs["draw"].tolist() == [point // 2 for point in range(8) for _ in range(3)]
    plain = Answer(results_of(GRID))
    assert plain.drawn_runs.equals(plain.runs)


@pytest.mark.parametrize("lacking", [(), ("alliance_mean",), ("dropout_rate",)])
def test_indices_are_told_of_each_outcome_in_question_that_has_them(monkeypatch, lacking):
    results = results_of(MORRIS, **{name: lambda point, r: np.nan for name in lacking})
    monkeypatch.setattr(indices, "open_results", lambda given: given)
    told = [one.outcome for one in Answer(results).sensitivity]
    assert told == [name for name in ("alliance_mean", "dropout_rate") if name not in lacking]


def test_a_design_that_is_not_made_for_indices_has_none():
    assert Answer(results_of(GRID)).sensitivity == []


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (TearSimError("They are of another version."), "behind these numbers. They are of another version."),
        (ValueError("no such rule"), "behind these numbers: ValueError: no such rule."),
    ],
)
def test_people_that_cannot_be_brought_back_leave_the_reason_in_one_line(monkeypatch, error, said):
    def refuse(results):
        raise error

    monkeypatch.setattr(module, "close_up", refuse)
    people = Answer(results_of(GRID)).people
    assert (people.near, people.saw, people.moved) == (None, None, ())
    assert people.why_not == f"There is no closer look at the people {said}"


def test_people_are_brought_back_when_they_are_asked_for_and_not_before(monkeypatch):
    near, saw, results = SimpleNamespace(parameters={"estimates": "open"}), object(), results_of(GRID)
    asked = []
    monkeypatch.setattr(module, "close_up", lambda given: asked.append(given) or near)
    monkeypatch.setattr(module, "those_who_saw", lambda *given: asked.append(given) or saw)
    monkeypatch.setattr(module, "moved_by", lambda *given: asked.append(given) or ["a parameter"])
    answer = Answer(results)
    assert (answer.people_so_far, asked) == ((None, None, "", ()), [])
    assert answer.people == (near, saw, "", ("a parameter",))
    assert answer.people_so_far is answer.people
    assert asked == [results, (results.experiment, near.parameters), (saw, "open", near.parameters)]
