"""Where the model can be solved on paper, it is: the simulation has to come to the same answer."""

from functools import cache
from math import exp, sqrt
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

import tearsim
from tearsim.science import luck
from tearsim.science.lives import begin_week
from tearsim.science.people import years_at_start
from tearsim.worlds.luck_tables import LuckTables
from tests.science.helpers import CLIENT_CRIES, a_client, a_therapist, held, parameters

# A sample this unlikely would be a surprise even once among all that is tested here.
UNLIKELY = 1e-4


# --- Leaving that is outside life alone ----------------------------------------------------------------------------

WEEKS, PEOPLE = 24, 2000
HAZARD = 1 / (1 + exp(3.2))


@cache
def first_episodes():
    """2000 people of a cohort, nobody ever better off enough or agreed on an end, every leaving a matter of outside life."""
    run = tearsim.simulate(
        seed=7,
        log=True,
        arrivals="cohort",
        therapists=50,
        caseload=40,
        weeks=WEEKS,
        leaving_exogenous=1.0,
        leaving_outside_life=-3.2,
        good_enough=-10.0,
        good_enough_spread=0.0,
        agreed_share=0.0,
    )
    log = run.sessions
    return log[log["episode"] == 1]


def test_dropout_from_outside_life_is_geometric():
    left = first_episodes().query("ending == 'left'")["session"]
    observed = np.bincount(left, minlength=WEEKS + 1)[1:]
    in_week = np.array([PEOPLE * HAZARD * (1 - HAZARD) ** k for k in range(WEEKS)])
    stayed = PEOPLE * (1 - HAZARD) ** WEEKS
    fit = stats.chisquare([*observed, PEOPLE - observed.sum()], [*in_week, stayed])
    assert fit.pvalue > UNLIKELY


def test_dropout_from_outside_life_has_the_hazard_of_its_log_odds():
    log = first_episodes()
    left = int((log["ending"] == "left").sum())
    assert len(log) > 25_000
    assert stats.binomtest(left, len(log), HAZARD).pvalue > UNLIKELY
    assert set(log["ending"].unique()) == {"goes on", "left"}


def test_dropout_from_outside_life_depends_neither_on_alliance_nor_on_tears():
    log = first_episodes()
    deep = log["alliance"] > log["alliance"].median()
    for group in (log[deep], log[~deep], log[log["client_tears"] != "none"]):
        left = int((group["ending"] == "left").sum())
        assert stats.binomtest(left, len(group), HAZARD).pvalue > UNLIKELY


# --- A bond that nothing disturbs ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("settling", "start"), [(0.072, -1.0), (0.2, 3.0), (1.0, 0.0), (0.0, 0.5)])
def test_an_undisturbed_bond_settles_geometrically(settling, start):
    p = parameters(bond_settling=settling, bond_gains=0.0)
    client, therapist = a_client(bond=start, settles_at=1.3), a_therapist()
    for n in range(1, 61):
        s = held(client, therapist, p)
        bond = 1.3 + (start - 1.3) * (1 - settling) ** n
        assert s.bond == pytest.approx(bond, rel=1e-12, abs=1e-12)
        assert client.alliance == pytest.approx(1 / (1 + exp(-bond)), rel=1e-12)


def test_a_bond_that_only_varies_has_the_variance_of_an_autoregression():
    """2000 bonds after 20 sessions: variance `spread^2 * (1 - kept^40) / (1 - kept^2)`, where .8 is kept."""
    p = parameters(bond_settling=0.2, bond_spread=0.3, bond_gains=0.0)
    draws = LuckTables(3).sessions(0, 20, 2000)["bond"].T.tolist()
    bonds = []
    for own in draws:
        client, therapist = a_client(settles_at=1.3, bond=1.3, distress=0.0), a_therapist()
        for z in own:
            held(client, therapist, p, bond=z)
        bonds.append(client.bond)
    expected = 0.3 * sqrt((1 - 0.8**40) / (1 - 0.8**2))
    assert stats.kstest(bonds, stats.norm(1.3, expected).cdf).pvalue > UNLIKELY


def test_distress_without_noise_falls_by_the_same_share_each_session():
    p = parameters(progress=0.06, progress_alliance=0.0, bond_gains=0.0)
    client, therapist = a_client(distress=2.0, responsiveness=1.5), a_therapist()
    for n in range(1, 31):
        assert held(client, therapist, p).distress == pytest.approx(2.0 * (1 - 0.06 * 1.5) ** n, rel=1e-12)


def test_a_rupture_left_open_fades_geometrically_and_openness_adds_up_to_a_geometric_sum():
    p = parameters(rupture_kept=0.8, openness_kept=0.6, eyes_fill_base=20.0, appraisal_base=20.0)
    client, therapist = a_client(open_rupture=0.9), a_therapist()
    for n in range(1, 21):
        s = held(client, therapist, p, eyes_fill=0.0, **CLIENT_CRIES)
        assert s.appraisal == pytest.approx(1.0, abs=1e-12)
        assert client.open_rupture == pytest.approx(0.9 * 0.8**n, rel=1e-12)
        assert client.openness == pytest.approx((1 - 0.6**n) / (1 - 0.6), rel=1e-12)


# --- Therapists' own lives -----------------------------------------------------------------------------------------


def test_strain_keeps_its_distribution_and_remembers_last_week():
    """5000 therapists for 80 weeks: standard normal at the start and at the end, correlated as strain persists."""
    p = parameters(strain_persistence=0.9)
    draws = LuckTables(11).therapist_weeks(0, 80, 5000)["strain"]
    therapist = a_therapist(strain=LuckTables(11).therapists(0, 1, 5000)["strain"][0])
    weeks = [therapist.strain]
    for z in draws:
        begin_week(therapist, p, SimpleNamespace(strain=z, grief=0.5))
        weeks.append(therapist.strain)
    for week in (0, 1, 80):
        assert stats.kstest(weeks[week], "norm").pvalue > UNLIKELY
    for apart in (1, 5, 40):
        remembered = np.corrcoef(weeks[80 - apart], weeks[80])[0, 1]
        assert remembered == pytest.approx(0.9**apart, abs=4 / sqrt(5000))


def test_grief_takes_up_its_share_of_a_life():
    """1000 therapists after 60 weeks: in the long run onset / (onset + end) of them grieve."""
    p = parameters(grief_onset=0.05, grief_end=0.2)
    last = []
    for own in LuckTables(5).therapist_weeks(0, 60, 1000)["grief"].T.tolist():
        therapist = a_therapist()
        for u in own:
            begin_week(therapist, p, SimpleNamespace(strain=0.0, grief=u))
        last.append(therapist.grieving)
    assert stats.binomtest(sum(last), 1000, 0.05 / 0.25).pvalue > UNLIKELY


def test_experience_at_the_start_is_a_cut_exponential():
    """20 000 therapists: mean `m - c / (exp(c/m) - 1)`, and the whole distribution."""
    p = parameters(therapist_experience=14.0, career_length=45.0)
    draws = LuckTables(2).therapists(0, 1, 20_000)["experience"][0].tolist()
    years = np.array([years_at_start(p, SimpleNamespace(experience=u)) for u in draws])
    mean = 14 - 45 / (exp(45 / 14) - 1)
    assert 0.0 < years.min() < years.max() < 45.0
    assert years.mean() == pytest.approx(mean, abs=4 * years.std() / sqrt(20_000))
    assert stats.kstest(years, stats.truncexpon(45 / 14, scale=14).cdf).pvalue > UNLIKELY


# --- Luck ----------------------------------------------------------------------------------------------------------

DRAWN_AS = {"events": stats.logistic.cdf, "normals": stats.norm.cdf, "uniforms": stats.uniform.cdf}
TABLES = {
    "session": (luck.RUNS["session"], lambda: LuckTables(1).sessions(0, 20, 500)),
    "therapist week": (luck.RUNS["therapist week"], lambda: LuckTables(1).therapist_weeks(0, 20, 500)),
    "client": (luck.RUNS["client"], lambda: LuckTables(1).clients(0, 20, 500)),
    "therapist": (luck.RUNS["therapist"], lambda: LuckTables(1).therapists(0, 20, 500)),
}


@pytest.mark.parametrize("kind", TABLES)
def test_every_column_of_luck_has_the_distribution_of_its_run(kind):
    """10 000 draws of each column."""
    runs, draw = TABLES[kind]
    table = draw()
    unlike = [
        name
        for drawn_as, names in runs
        for name in names
        if stats.kstest(table[name].ravel(), DRAWN_AS[drawn_as]).pvalue < UNLIKELY
    ]
    assert unlike == []


@pytest.mark.parametrize("kind", TABLES)
def test_columns_rows_and_weeks_of_luck_know_nothing_of_each_other(kind):
    """10 000 draws: rank correlations between columns, with the next row and with the next week."""
    runs, draw = TABLES[kind]
    table = draw()
    ranks = np.stack([stats.rankdata(table[name]).reshape(20, 500) for _, names in runs for name in names])
    flat = ranks.reshape(len(ranks), -1)
    between = np.corrcoef(flat)[np.triu_indices(len(flat), 1)]
    for correlations in (
        between,
        [np.corrcoef(column[:, 1:].ravel(), column[:, :-1].ravel())[0, 1] for column in ranks],
        [np.corrcoef(column[1:].ravel(), column[:-1].ravel())[0, 1] for column in ranks],
    ):
        assert np.abs(correlations).max() < 5 / sqrt(9500)


def test_an_event_happens_as_often_as_its_log_odds_say():
    """10 000 draws against log-odds of -2."""
    draws = LuckTables(4).sessions(0, 20, 500)["eyes_fill"]
    assert stats.binomtest(int((draws < -2.0).sum()), draws.size, 1 / (1 + exp(2.0))).pvalue > UNLIKELY
