"""How many replicates are enough: the sweep goes on until its intervals are as narrow as was asked for."""

import json
import math

import numpy as np
import pytest
from scipy.special import stdtrit

import tearsim
from tearsim.errors import TearSimError
from tearsim.show.terminal.precision import precision_in_words
from tearsim.study.estimates import estimate
from tearsim.study.randomness import generator_for
from tearsim.study.sweeps.precision import FEWEST_REPLICATES, precisions, replicates_needed, sweep_until_precise


def half_width(spread, number):
    return stdtrit(number - 1, 0.975) * spread / math.sqrt(number)


@pytest.mark.parametrize(
    ("spread", "now", "wanted"), [(1.0, 10, 0.1), (0.02, 12, 0.005), (3.0, 2, 0.5), (0.3, 50, 0.05)]
)
def test_the_number_needed_is_the_smallest_that_would_do(spread, now, wanted):
    needed = replicates_needed(spread, now, wanted)
    assert half_width(spread, needed) <= wanted
    assert needed == now + 1 or half_width(spread, needed - 1) > wanted


def test_a_sweep_goes_on_until_the_widest_interval_is_narrow_enough(small_experiment, tmp_path):
    results, (found,) = sweep_until_precise(small_experiment, {"alliance_mean": 0.01}, out=tmp_path / "out")
    widths = [
        estimate(values).high - estimate(values).mean
        for _, values in results.runs.groupby("design_point")["alliance_mean"]
    ]
    assert found.reached
    assert found.half_width == pytest.approx(max(widths), rel=1e-12)
    assert found.half_width <= 0.01
    assert found.point == int(np.argmax(widths))
    assert results.experiment.design.replicates == found.replicates > FEWEST_REPLICATES
    whole = tearsim.sweep(small_experiment, out=tmp_path / "whole", replicates=found.replicates)
    assert results.runs.equals(whole.runs)
    fewer = tearsim.sweep(small_experiment, out=tmp_path / "fewer", replicates=FEWEST_REPLICATES)
    assert next(precisions(fewer, {"alliance_mean": 0.01})).half_width > 0.01


def test_a_cap_ends_it_and_says_what_it_would_still_take(small_experiment, tmp_path):
    wanted = {"dropout_rate": 0.01, "sessions": 1000.0}
    results, (dropout, sessions) = sweep_until_precise(
        small_experiment, wanted, out=tmp_path / "out", most_replicates=12
    )
    assert (results.experiment.design.replicates, dropout.reached, sessions.reached) == (12, False, True)
    assert dropout.needed > 100
    assert dropout.seconds > 0
    said = precision_in_words(dropout)
    assert f"{dropout.half_width:.3g} to either side; 0.01 was asked for" in said
    assert f"--most-replicates {dropout.needed}" in said
    assert "would do" not in precision_in_words(sessions)
    first = results.runs
    done = sweep_until_precise(small_experiment, {"dropout_rate": 0.05}, out=tmp_path / "out", most_replicates=5_000)[0]
    assert done.runs.query("replicate < 12").reset_index(drop=True).equals(first)


def test_interrupted_it_comes_to_the_same_end(small_experiment, tmp_path):
    wanted = {"alliance_mean": 0.01}
    whole, _ = sweep_until_precise(small_experiment, wanted, out=tmp_path / "whole")

    def stop(progress):
        if progress.runs > 60 and progress.done > progress.kept + 60:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep_until_precise(small_experiment, wanted, out=tmp_path / "out", report=stop)
    assert not tearsim.open_results(tmp_path / "out").finished
    again, _ = sweep_until_precise(small_experiment, wanted, out=tmp_path / "out")
    assert (tmp_path / "out/runs.parquet").read_bytes() == (tmp_path / "whole/runs.parquet").read_bytes()
    assert again.provenance["replicates"] == whole.provenance["replicates"]


def test_intervals_that_were_waited_for_still_hold_the_truth_nearly_as_often():
    """Of 2,000 normal outcomes, begun with ten replicates and stopped at a half-width of .3: 92 % or more."""
    draw, held = generator_for("resampling", 5), 0
    for _ in range(2_000):
        values = draw.normal(size=FEWEST_REPLICATES)
        while (half := half_width(values.std(ddof=1), len(values))) > 0.3:
            more = min(4 * len(values), replicates_needed(values.std(ddof=1), len(values), 0.3)) - len(values)
            values = np.append(values, draw.normal(size=more))
        held += abs(values.mean()) <= half
    assert 0.92 <= held / 2_000 <= 0.97


def test_an_outcome_that_hardly_any_run_has_is_said_to_have_no_interval(tmp_path):
    nobody_cries = {
        "title": "t",
        "question": "q",
        "parameters": {"therapists": 2, "caseload": 2, "weeks": 3},
        "design": {"replicates": 3, "vary": {"tears": ["held back"]}},
    }
    _, (found,) = sweep_until_precise(nobody_cries, {"unsettled_share": 0.1}, out=tmp_path / "out")
    assert (found.half_width, found.point, found.points_without, found.reached) == (None, None, 1, False)
    assert "no interval" in precision_in_words(found)


def test_what_cannot_be_asked_for_is_refused(small_experiment, tmp_path, refused):
    for wanted, words in (
        ({"dropout": 0.1}, 'no outcome "dropout". Did you mean'),
        ({"dropout_rate": 0.0}, "number above 0"),
        ({"dropout_rate": math.nan}, "number above 0"),
    ):
        with pytest.raises(TearSimError, match=words):
            sweep_until_precise(small_experiment, wanted, out=tmp_path / "out")
    with pytest.raises(TearSimError, match="10 replicates to begin with, more than the 9 allowed"):
        sweep_until_precise(small_experiment, {"dropout_rate": 0.1}, out=tmp_path / "out", most_replicates=9)
    assert not (tmp_path / "out").exists()
    for given, words in (
        (["--precision", "dropout_rate"], "takes OUTCOME=HALF_WIDTH"),
        (["--precision", "dropout_rate=narrow"], "takes OUTCOME=HALF_WIDTH"),
        (["--precision", "sessions=1", "--precision", "sessions=2"], "twice"),
        (["--precision", "sessions=1", "--shard", "1/2"], "--shard"),
        (["--precision", "sessions=1", "--dry-run"], "--dry-run"),
        (["--most-replicates", "50"], "--precision"),
    ):
        assert words in refused("sweep", small_experiment, *given, cwd=tmp_path)


def test_the_command_says_how_precise_it_has_become(small_experiment, tmp_path, said):
    how = ("sweep", small_experiment, "--precision", "alliance_mean=0.01", "--no-report")
    assert "alliance_mean: with " in said(*how, cwd=tmp_path)
    (told,) = json.loads(said(*how, "--json", cwd=tmp_path))["precision"]
    assert told["reached"]
    assert told["half_width"] <= 0.01
