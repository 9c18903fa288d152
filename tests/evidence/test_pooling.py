"""Samples that disagree, pooled."""

import math

import numpy as np
import pytest
from statsmodels.stats.meta_analysis import combine_effects

from tearsim.errors import TearSimError
from tearsim.evidence.pooling import POOLED_MEASURES, pooled, pooled_on_scale

# The example of statsmodels' documentation (Borenstein's six studies; Hedges' g and its variance).
EFFECTS = (0.095, 0.277, 0.367, 0.664, 0.462, 0.185)
VARIANCES = (0.033, 0.031, 0.050, 0.011, 0.043, 0.023)


def test_the_documented_example_pools_as_statsmodels_has_it():
    found = pooled_on_scale(EFFECTS, VARIANCES)
    theirs = combine_effects(np.array(EFFECTS), np.array(VARIANCES), method_re="iterated", use_t=True)
    assert (found.low, found.high) == pytest.approx(tuple(theirs.conf_int()[3]))
    assert found.mean == pytest.approx(0.358, abs=0.01)  # .3582 by DerSimonian and Laird, Borenstein et al. 2009, p. 88
    assert found.spread == pytest.approx(math.sqrt(theirs.tau2))


def test_another_sample_may_lie_further_off_than_the_mean():
    found = pooled_on_scale(EFFECTS, VARIANCES)
    assert found.next_low < found.low < found.mean < found.high < found.next_high


def test_samples_that_agree_have_no_variance_between_them():
    assert pooled("share", [(0.2, 0.02)] * 4).spread == 0.0


@pytest.mark.parametrize("measure", POOLED_MEASURES)
def test_a_mean_lies_among_its_samples_on_every_scale(measure):
    found = pooled(measure, [(0.2, 0.02), (0.3, 0.03), (0.4, 0.02)])
    assert 0.2 < found.mean < 0.4
    assert found.low < found.mean < found.high


def test_shares_are_pooled_as_log_odds_so_that_no_interval_leaves_the_scale():
    found = pooled("share", [(0.01, 0.005), (0.02, 0.01), (0.2, 0.05)])
    assert 0.0 <= found.next_low < found.low < found.high < found.next_high <= 1.0


@pytest.mark.parametrize(("measure", "samples"), [("share", [(0.2, 0.1)] * 2), ("sign", [(0.2, 0.1)] * 3)])
def test_what_cannot_be_pooled_is_refused(measure, samples):
    with pytest.raises(TearSimError, match="Three or more samples"):
        pooled(measure, samples)
