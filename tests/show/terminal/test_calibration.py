"""A calibration in words: every share with its interval, and what it cannot be held to said."""

import json

import pytest

from tearsim.evidence.patterns import findings
from tearsim.show.terminal.calibration import (
    NEARLY,
    centres_markdown,
    fitted_markdown,
    open_summary,
    rank_test_in_words,
    summary,
)
from tearsim.study.calibration.design import targets


@pytest.fixture(scope="module")
def done(repository):
    """The record of the calibration that made the fitted worlds."""
    return json.loads((repository / "experiments/calibration/outcome.json").read_text(encoding="utf-8"))


def test_every_coverage_is_shown_with_its_interval_over_data_sets(done):
    test = {
        **done["rank_tests"]["from the prior"],
        "coverage": {"0.95": {"mean": 0.931, "low": 0.8512, "high": 1.0112}},
        "data_sets": 7,
    }
    assert (
        "7 data sets, true values 93.1% (85.1% to 100.0%) in 95% intervals (in brackets 95 % intervals over data sets)"
        in (rank_test_in_words("from the prior", test))
    )
    told = fitted_markdown({**done, "rank_tests": {"from the prior": test}})
    assert "with truths from the prior, 93.1% (95 % interval over 7 data sets 85.1% to 100.0%)" in told


def test_intervals_that_hold_too_few_or_too_many_beyond_chance_are_named(done):
    """Where the interval of the coverage does not reach the level itself; as far as it does, nothing is said."""
    shares = {"0.50": (0.49, 0.60), "0.80": (0.71, 0.78), "0.95": (0.91, 0.949)}

    def told(**changed):
        coverage = {
            level: {"mean": (low + high) / 2.0, "low": low, "high": high}
            for level, (low, high) in {**shares, **changed}.items()
        }
        test = {**done["rank_tests"]["from the prior"], "coverage": coverage}
        return rank_test_in_words("from the prior", test), fitted_markdown({**done, "rank_tests": {"so": test}})

    trial, paragraph = told()
    assert "over data sets); those of 80% and 95% hold fewer than they should; each is ranked" in trial
    assert "91.0% to 94.9%: fewer than they should)" in paragraph
    trial, paragraph = told(**{"0.50": (0.51, 0.60), "0.80": (0.7, 0.81), "0.95": (0.91, 0.96)})
    assert "those of 50% hold more than they should" in trial
    assert "fewer" not in trial + paragraph


def test_a_chain_shorter_than_advised_is_told_beside_what_rests_on_it(done):
    """Were its time twice as long, half as many draws would be independent: 1/(1/100 + 2/400)."""
    chain = {**done["sampling"]["second"], "length_in_autocorrelation_times": 12.4, "effective": 400.0}
    changed = {**done, "members": 100, "sampling": {**done["sampling"], "second": chain}}
    assert "a chain 12 times as long as it" in summary(changed)
    assert "where emcee advises 50" in summary(changed)
    assert "the figure would be 67." in summary(changed)
    assert "ran for 12 of its autocorrelation times" in fitted_markdown(changed)


def test_known_worlds_that_are_too_few_for_an_interval_are_told_one_by_one(done):
    known = {
        **done["perfect_model"],
        "of": 20,
        "recovered": 18,
        "worlds": [{"recovered": 8, "not_recovered": ["progress"]}, {"recovered": 10, "not_recovered": []}],
    }
    for told in (summary, fitted_markdown):
        assert "(8 to 10 of 10 a world; 2 worlds are too few for an interval)" in told({**done, "perfect_model": known})


def test_findings_that_are_not_held_to_their_published_values_are_all_named():
    """By their files' values and intervals alone: the middle of an interval is not the value."""
    told, _, nearly = centres_markdown(targets()).partition(f"Within {NEARLY:g} standard errors")
    off = {}
    for finding in findings("cal"):
        if finding.interval is not None and finding.value is not None:
            low, high = finding.interval
            off[finding.id] = abs((low + high) / 2.0 - finding.value) / ((high - low) / 2.0 / 1.96)
    moved = {name for name, errors in off.items() if errors > 1e-9}
    assert {name for name in moved if f"`{name}`" in told} == {name for name in moved if off[name] >= NEARLY}
    assert {name for name in off if f"`{name}`" in told + nearly} == moved
    assert "`sessions`, published 5.6 (5.0 to 10.0), is held to 7.5, 1.5 standard errors above" in told


def test_an_open_block_is_told_with_its_range_of_worlds_and_its_trials_where_there_were_any(repository):
    done = json.loads((repository / "experiments/calibration/open-outcome.json").read_text(encoding="utf-8"))
    told = open_summary({**done, "trials": None})
    assert f"{done['members']} open worlds were kept of {done['draws']} draws" in told
    assert "of 100 clients" in told.lower()
    assert "middle 80 % of worlds" in told
    assert "Rank test" not in told
    ranks = {
        "data_sets": 2, "parameters": 3, "small_p": [["appraisal_base", 0.01]], "ranked_among": 19, "mean_rank": 0.5,
        "coverage": {"0.95": {"mean": 0.9, "low": 0.8, "high": 1.0}}, "of_the_effect": [0.1, 0.9],
    }  # fmt: skip
    told = open_summary({**done, "trials": ranks})
    assert "Rank test, truths from open worlds: 2 data sets" in told
    assert "ranked among 19 draws" in told
    assert "chain" not in told
