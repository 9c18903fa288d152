"""The fitted and the open worlds: what they are, and that anything can be run in them."""

import numpy as np
import pytest

import tearsim
from tearsim.errors import TearSimError
from tearsim.science.fitted import in_world, world_of, worlds_of
from tearsim.science.parameters import PARAMETERS
from tearsim.science.settings import checked
from tearsim.study.sweeps.experiment import make_experiment

SMALL = {"therapists": 3, "caseload": 4, "weeks": 10}


def test_there_are_enough_and_each_is_plausible():
    assert len(worlds_of("fitted")) >= 80
    for world in worlds_of("fitted"):
        assert world.keys() == worlds_of("fitted")[0].keys()
        for name, value in world.items():
            low, high = PARAMETERS[name].plausible
            assert low <= value <= high, name


def test_the_defaults_are_the_best_of_them():
    assert worlds_of("fitted")[0] == {name: PARAMETERS[name].default for name in worlds_of("fitted")[0]}


def test_the_first_few_are_as_different_as_all_are():
    """What few replicates live in is a fair sample: as wide as the whole, and in its middle."""
    values = np.array([list(world.values()) for world in worlds_of("fitted")])
    few = values[:30]
    widths = few.std(axis=0, ddof=1) / values.std(axis=0, ddof=1)
    assert 0.9 < widths.mean() < 1.1
    assert widths.min() > 0.6
    away = (few.mean(axis=0) - values.mean(axis=0)) / (values.std(axis=0, ddof=1) / np.sqrt(30))
    assert (away**2).mean() < 1.5  # about 1, less what the few are of all
    later = values[1:].argsort(axis=0).argsort(axis=0)
    assert abs(np.corrcoef(np.arange(len(later)), later.mean(axis=1))[0, 1]) < 0.2


def test_no_two_are_alike():
    assert len({tuple(world.values()) for world in worlds_of("fitted")}) == len(worlds_of("fitted"))


def test_open_worlds_differ_in_all_that_fitted_ones_do_and_in_more():
    assert len(worlds_of("open")) >= 300
    for world in worlds_of("open"):
        assert world.keys() == worlds_of("open")[0].keys() > worlds_of("fitted")[0].keys()
        for name, value in world.items():
            low, high = PARAMETERS[name].limits
            assert low <= value <= high, name
    assert min(np.array([list(world.values()) for world in worlds_of("open")]).std(axis=0)) > 0.0


def test_open_worlds_are_lived_under_two_lucks_each_and_fitted_ones_under_one():
    many = len(worlds_of("open"))
    assert [world_of("open", replicate) for replicate in (0, 1, 2, 3, 2 * many, 2 * many + 2)] == [0, 0, 1, 1, 0, 1]
    assert [world_of("fitted", replicate) for replicate in (0, 1, len(worlds_of("fitted")))] == [0, 1, 0]
    assert world_of("default", 5) == 0
    first, second = (tearsim.simulate(1, replicate=replicate, estimates="open", **SMALL) for replicate in (0, 1))
    assert first.parameters == second.parameters
    assert first.outcomes != second.outcomes


@pytest.mark.parametrize("estimates", ["fitted", "open"])
@pytest.mark.parametrize("world", ["ensemble", "mesa"])
def test_each_replicate_runs_in_its_world(world, estimates):
    for replicate in (0, 3, 2 * len(worlds_of(estimates)) + 3):
        run = tearsim.simulate(1, world=world, replicate=replicate, parameters=estimates, **SMALL)
        chosen = worlds_of(estimates)[world_of(estimates, replicate)]
        assert {name: run.parameters[name] for name in chosen} == chosen
        assert run.outcomes == pytest.approx(
            tearsim.simulate(1, world=world, replicate=replicate, parameters=chosen, **SMALL).outcomes,
            nan_ok=True,
            rel=0,
        )


def test_what_is_given_wins_over_what_a_fitted_world_brings():
    run = tearsim.simulate(1, replicate=5, estimates="fitted", level_base=1.0, **SMALL)
    assert run.parameters["level_base"] == 1.0
    assert run.parameters["progress"] == worlds_of("fitted")[5]["progress"]
    # Even if it is the default.
    default = PARAMETERS["progress"].default
    assert (
        tearsim.simulate(1, replicate=5, estimates="fitted", progress=default, **SMALL).parameters["progress"]
        == default
    )


def test_values_that_are_all_there_stay_as_they_are():
    assert in_world(checked({}), 7) == checked({})


def test_a_sweep_over_the_fitted_worlds_carries_what_the_findings_leave_open(tmp_path):
    """Each replicate is a world; between them outcomes vary by more than luck."""
    large = {"therapists": 40, "caseload": 8, "weeks": 20}
    experiment = {
        "title": "t",
        "question": "q",
        "parameters": {"estimates": "fitted", **large},
        "design": {"replicates": 12, "vary": {"tears": ["shown", "held back"]}},
    }
    fitted = tearsim.sweep(experiment, out=tmp_path / "fitted").runs
    plain = tearsim.sweep({**experiment, "parameters": large}, out=tmp_path / "plain").runs
    spreads = [np.std(runs.query("tears == 'shown'")["ruptures_per_100_sessions"], ddof=1) for runs in (fitted, plain)]
    assert spreads[0] > 1.5 * spreads[1]
    alone = tearsim.simulate(1, replicate=4, parameters="fitted", **large)
    row = fitted.query("replicate == 4 and tears == 'shown'").iloc[0]
    assert row["ruptures_per_100_sessions"] == alone.outcomes["ruptures_per_100_sessions"]


def test_a_sweep_lives_its_sets_of_worlds_side_by_side(tmp_path):
    experiment = {
        "title": "t",
        "question": "q",
        "parameters": SMALL,
        "design": {"replicates": 4, "vary": {"estimates": ["default", "fitted", "open"]}},
    }
    runs = tearsim.sweep(experiment, out=tmp_path).runs.set_index(["estimates", "replicate"])
    for estimates in ("default", "fitted", "open"):
        alone = tearsim.simulate(1, replicate=3, estimates=estimates, **SMALL)
        assert runs.loc[(estimates, 3), "alliance_mean"] == alone.outcomes["alliance_mean"]


@pytest.mark.parametrize("estimates", ["fitted", "open"])
def test_an_experiment_may_say_where_its_estimates_come_from(estimates):
    design = {"replicates": 2, "vary": {"tears": ["shown", "held back"]}}
    given = make_experiment({"title": "t", "question": "q", "estimates": estimates, "design": design}, "the experiment")
    assert given.parameters == {"estimates": estimates}
    assert list(given.points) == [checked({"estimates": estimates, "tears": tears}) for tears in ("shown", "held back")]


def test_an_experiment_that_asks_for_worlds_otherwise_is_told_how_to():
    design = {"replicates": 2, "vary": {"tears": ["shown", "held back"]}}
    for key, words in (("estimates", "estimates is one of"), ("parameters", "is now written estimates = ")):
        with pytest.raises(TearSimError, match=words):
            make_experiment({"title": "t", "question": "q", key: "best", "design": design}, "the experiment")
    said = {"title": "t", "question": "q", "design": design}
    twice = {**said, "estimates": "fitted", "parameters": {"estimates": "fitted"}}
    with pytest.raises(TearSimError, match="one of the two"):
        make_experiment(twice, "the experiment")
    with pytest.raises(TearSimError, match=r'The parameter "worlds" is now called estimates\.'):
        make_experiment({**said, "parameters": {"worlds": "fitted"}}, "the experiment")


def test_an_unknown_kind_of_world_is_refused():
    with pytest.raises(TearSimError, match="estimates is one of"):
        tearsim.simulate(parameters="best")
