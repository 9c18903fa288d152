"""Means and intervals by hand; and where an outcome can lie, so can every mean of it: no interval reaches further."""

import io
import json
import math
import re
from functools import partial

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rich.console import Console

import tearsim
from tearsim.errors import TearSimError
from tearsim.show.figures import curves
from tearsim.show.terminal.sweep_tables import drawn as drawn_table
from tearsim.show.terminal.sweep_tables import told_at_the_end
from tearsim.show.words.differences import value_in_words
from tearsim.study.answers.answer import Answer
from tearsim.study.answers.by_level import by_level, effect_of_showing, overall_effect
from tearsim.study.answers.contrasts import by_levels
from tearsim.study.estimates import (
    MISSING,
    NORMAL,
    Estimate,
    estimate,
    limits_of,
    means_by,
    overall,
    range_over_points,
    ratio,
    share,
)
from tearsim.study.sweeps.runner import Progress
from tearsim.worlds.outcomes import OUTCOMES
from tests.sealing import sealed_again

TEARS = ["shown", "held back"]


def rows(values, outcome="unsettled_share"):
    """Three replicates of a practice with tears shown and held back, at two levels of a parameter."""
    points = [(p, tears) for p in (0.2, 0.8) for tears in TEARS]
    table = pd.DataFrame(
        [
            {"design_point": i, "replicate": r, "client_empathy": p, "tears": tears}
            for i, (p, tears) in enumerate(points)
            for r in range(3)
        ]
    )
    return table.assign(**{outcome: np.resize(np.asarray(values, float), len(table))})


def test_every_outcome_has_limits_and_keeps_them():
    """Over practices of all sizes, however few sessions there are to count."""
    for seed in range(5):
        done = tearsim.simulate(
            seed=seed, therapists=1 + seed, caseload=2, weeks=2 + 3 * seed, therapist_tear_propensity=0.95
        )
        for name, value in done.outcomes.items():
            low, high = OUTCOMES[name].limits
            assert math.isnan(value) or low <= value <= high, name


def test_differences_have_their_own_limits():
    assert limits_of("dropout_rate") == (0.0, 1.0)
    assert limits_of("dropout_rate", 1) == (-1.0, 1.0)
    assert limits_of("dropout_rate", 2) == (-2.0, 2.0)
    assert limits_of("ruptures_per_100_sessions", 1) == (-100.0, 100.0)
    assert limits_of("sessions", 1) == (-math.inf, math.inf)


@pytest.mark.parametrize("values", [[0.0, 0.0, 0.5], [1.0, 1.0, 0.4], [0.0, 1.0, 0.5]])
def test_a_share_of_three_replicates_is_never_told_above_all_or_below_nothing(values):
    """Student's t with two degrees of freedom reaches 1.2 above a mean of .17: to 228 per cent."""
    runs = rows(values)
    found = [
        *by_level(runs, "client_empathy", "unsettled_share").itertuples(index=False),
        *means_by(runs, ["client_empathy", "tears"], "unsettled_share").values(),
        overall(runs, "unsettled_share"),
        by_levels(runs, "client_empathy", "unsettled_share").ends.first,
    ]
    for one in found:
        assert 0.0 <= one.low <= one.mean <= one.high <= 1.0
    assert any(one.low == 0.0 or one.high == 1.0 for one in found)
    for one in effect_of_showing(
        runs.assign(unsettled_share=np.resize([*values, 0.0], len(runs))), "client_empathy", "unsettled_share"
    ).itertuples(index=False):
        assert -1.0 <= one.low <= one.high <= 1.0


def test_no_sentence_table_or_figure_reaches_further(tmp_path, small_experiment):
    file = tearsim.sweep(small_experiment, out=tmp_path / "out", replicates=3).folder / "runs.parquet"
    runs = pq.read_table(file)
    for name, values in (("dropout_rate", [0.0, 0.0, 1.0]), ("unsettled_share", [0.0, 0.5, 1.0])):
        at = runs.column_names.index(name)
        runs = runs.set_column(at, runs.schema.field(name), pa.array(np.resize(values, len(runs))))
    pq.write_table(runs, file)
    sealed_again(file.parent)
    results = tearsim.open_results(file.parent)
    console = Console(width=160, record=True, file=io.StringIO())
    answer = Answer(results)
    of_report = (drawn_table(table, results.experiment.varied, answer.runs) for table in answer.tables)
    for part in (*told_at_the_end(answer, Progress()), *of_report):
        console.print(part)
    said = console.export_text() + value_in_words("dropout_rate", overall(results.runs, "dropout_rate"))
    upper_ends = [float(end) for end in re.findall(r"\d to (\d+\.\d)\b", said)]
    assert max(upper_ends) == 100.0
    figure = json.loads(curves(results.runs, "dropout_rate", "therapist_tear_propensity").to_json())
    drawn = [y for trace in figure["data"] if isinstance(trace["y"], list) for y in trace["y"] if y is not None]
    assert len(drawn) > 10
    assert all(0.0 <= y <= 100.0 for y in drawn)


def test_columns_by_one_are_told_apart_by_tuples():
    """As pandas has it since its third version, whichever is there."""
    assert list(means_by(rows([0.5]), ["client_empathy"], "unsettled_share")) == [(0.2,), (0.8,)]
    assert next(iter(means_by(rows([0.5]), ["client_empathy", "tears"], "unsettled_share"))) == (0.2, "held back")


def test_a_practice_with_nobody_to_count_says_nothing_of_those_elsewhere():
    """Four practices, of which two have anyone: as sure as two are."""
    assert ratio([1.0, 3.0, 0.0, 0.0], [2, 4, 0, 0]) == ratio([1.0, 3.0], [2, 4])
    assert ratio([1.0, 0.0], [2, 0]).replicates == 1
    assert math.isnan(ratio([1.0, 0.0], [2, 0]).low)


# --- By hand: Student's t at 97.5 % is 12.706 with one degree of freedom, and 4.3027 with two ----------------------------

T1, T2 = 12.706204736, 4.3026527297
closely = partial(pytest.approx, rel=1e-7)


def nothing(one):
    return all(math.isnan(value) for value in one[:3])


def test_a_mean_over_replicates_by_hand_and_what_is_missing_is_no_replicate():
    """3, 5 and 10: squares about their mean of 6 add up to 26."""
    half = T2 * math.sqrt(26 / 2 / 3)
    assert estimate(pd.Series([3.0, np.nan, 5.0, 10.0])) == closely((6.0, 6.0 - half, 6.0 + half, 3))
    alone = estimate(pd.Series([3.0, np.nan]))
    assert (alone.mean, alone.replicates) == (3.0, 1)
    assert math.isnan(alone.low)
    assert math.isnan(alone.high)
    assert nothing(MISSING)
    assert estimate(pd.Series([np.nan])) is MISSING
    assert pytest.approx(1.959964) == NORMAL


def test_a_surer_interval_is_a_wider_one():
    """At 99 % with two degrees of freedom, 9.9248 standard errors."""
    mean, low, high, _ = estimate(pd.Series([3.0, 5.0, 10.0]), confidence=0.99)
    assert (mean - low, high - mean) == pytest.approx((9.9248432 * math.sqrt(26 / 6),) * 2)


@pytest.mark.parametrize("confidence", [0.0, 1.0, 1.5, -0.1, ".95", None, math.nan])
def test_an_interval_is_sure_by_more_than_nothing_and_less_than_all(confidence):
    with pytest.raises(TearSimError) as refused:
        estimate([3.0, 5.0], confidence=confidence)
    assert str(refused.value) == f"confidence lies between 0 and 1, like .95; {confidence!r} does not."


@pytest.mark.parametrize("values", ["many", ["many"], [[3.0, 5.0]], 3.0, None])
def test_what_are_not_numbers_have_no_mean(values):
    with pytest.raises(TearSimError) as refused:
        estimate(values)
    assert str(refused.value) == f"A mean is of numbers, one for each replicate; {values!r} are not."


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("values", [[math.inf, 1.0], [math.nan, -math.inf], [1.0, math.inf, -math.inf]])
def test_what_is_not_finite_has_no_mean(values):
    with pytest.raises(
        TearSimError, match=r"^A mean is of finite numbers, one for each replicate; -?inf is not finite\.$"
    ):
        tearsim.estimate(values)


@pytest.mark.filterwarnings("error")
def test_the_largest_numbers_have_a_mean_and_an_interval_that_is_infinite_only_where_no_number_could_hold_its_end():
    mean, low, high, _ = tearsim.estimate([1e308, -1e308, 1e308])
    assert mean == pytest.approx(1e308 / 3)
    assert (low, high) == (-math.inf, math.inf)
    assert tearsim.estimate([1e308] * 3)[:3] == (1e308, 1e308, 1e308)
    assert tearsim.estimate([1e308]).mean == 1e308
    small, large = (
        tearsim.estimate([0.7, 0.8, 0.9]),
        tearsim.estimate([math.ldexp(one, 1000) for one in (0.7, 0.8, 0.9)]),
    )
    assert [math.ldexp(end, 1000) for end in small[:3]] == list(large[:3]), "to the last bit"


def test_what_a_table_of_somebodys_own_writes_as_none_is_no_replicate():
    assert estimate([3.0, None, 5.0]) == estimate([3.0, 5.0])


def test_another_unit_changes_the_numbers_and_not_the_replicates():
    assert Estimate(0.5, 0.25, 1.5, 7).times(100.0) == (50.0, 25.0, 150.0, 7)


def test_a_mean_over_people_by_hand_counts_people_and_is_as_sure_as_there_are_practices():
    """1, 3 and 5 of 2, 4 and 4 people: .9 each; practices lie -.8, -.6 and 1.4 from that, squares add up to 2.96."""
    half = T2 * math.sqrt(3 / 2 * 2.96 / 10**2)
    assert ratio([1.0, 3.0, 5.0], [2, 4, 4]) == closely((0.9, 0.9 - half, 0.9 + half, 3))
    half = T1 * math.sqrt(2 * 2 / 9 / 6**2)
    assert ratio([1.0, 3.0, 0.0], [2, 4, 0]) == closely((2 / 3, 2 / 3 - half, 2 / 3 + half, 2))
    assert ratio([2.0, 3.0], [1, 1]).mean == 2.5, "one person in each is someone"
    assert ratio([0.0, 0.0], [0, 0]) is MISSING
    alone = ratio([3.0], [2])
    assert (alone.mean, alone.replicates) == (1.5, 1)
    assert math.isnan(alone.low)
    assert math.isnan(alone.high)


def test_a_share_of_people_is_as_sure_as_practices_are_alike():
    """5, 10 and 4 of 10, 20 and 10: practices lie .25, .5 and -.75 from the share of 19/40."""
    half = T2 * math.sqrt(3 / 2 * 0.875 / 40**2)
    assert share([5, 10, 4], [10, 20, 10]) == closely((0.475, 0.475 - half, 0.475 + half, 3))
    low, high = share([1, 3, 1], [2, 4, 4])[1:3]
    assert (low, high) == (0.0, 1.0), "further than that no share can lie"


def test_a_share_of_none_or_of_all_is_not_known_exactly():
    """Of 30 people: none is what 2.5 of 100 samples show at a share of 1 - .025^(1/30)."""
    assert share([0, 0], [10, 20]) == closely((0.0, 0.0, 1.0 - 0.025 ** (1 / 30), 2))
    assert share([10, 20], [10, 20]) == closely((1.0, 0.025 ** (1 / 30), 1.0, 2))


def test_a_share_of_one_practice_is_as_sure_as_so_many_people_are():
    """Three of ten; ends of Clopper & Pearson from their tables."""
    assert share([3], [10]) == pytest.approx((0.3, 0.0667395, 0.6524529, 1), rel=1e-5)


def drawn():
    """Two replicates of two draws of points, the second of two points."""
    values = {(0, 0): [200.0], (0, 1): [204.0, 205.0], (1, 0): [203.0], (1, 1): [207.0, 208.0]}
    rows = [(r, d, 0.2, one) for (r, d), each in values.items() for one in each]
    return pd.DataFrame(rows, columns=["replicate", "draw", "client_empathy", "sessions"])


def test_where_points_are_drawn_the_luck_of_the_draw_widens_the_interval():
    """Replicates' means are 203 and 206. The draws have sums of 403 and 824 over 2 and 4 runs: 204.5 each."""
    means = [203.0, 206.0]
    mean, of_replicates = sum(means) / 2, T1 * (means[1] - means[0]) / 2
    assert means_by(drawn(), ["client_empathy"], "sessions") == {
        (0.2,): closely((mean, mean - of_replicates, mean + of_replicates, 2))
    }
    of_draws = T1 * math.sqrt(2 * 2 * (403 - 2 * 204.5) ** 2) / 6
    half = math.hypot(of_replicates, of_draws)
    assert means_by(drawn(), ["client_empathy"], "sessions", drawn="draw") == {
        (0.2,): closely((mean, mean - half, mean + half, 2))
    }


def test_a_replicate_with_more_runs_counts_no_more_than_another():
    runs = pd.DataFrame({"replicate": [0, 0, 0, 1], "sessions": [1.0, 1.0, 1.0, 5.0]})
    assert overall(runs, "sessions").mean == 3.0
    assert overall(runs, "sessions").replicates == 2


def test_a_difference_is_cut_off_where_no_difference_can_lie():
    """Held back, all drop out; shown, nobody does in two replicates, and some in the third: between -1 and 1."""
    runs = rows([1.0])
    runs.loc[runs["tears"] == "shown", "unsettled_share"] = np.resize([0.0, 0.0, 0.6], 6)
    assert overall_effect(runs, "unsettled_share")[:2] == pytest.approx((-0.8, -1.0))
    assert effect_of_showing(runs, "client_empathy", "unsettled_share")["low"].tolist() == [-1.0, -1.0]
    key = ["client_empathy"]
    assert means_by(runs.assign(unsettled_share=-runs["unsettled_share"]), key, "unsettled_share", 1)[(0.2,)].mean < 0.0


def test_of_points_a_twentieth_lies_below_and_a_twentieth_above():
    """Of 21 points whose replicates lie to either side of their mean: the second from either end."""
    points = [{"design_point": i, "dropout_rate": i / 20 + own} for i in range(21) for own in (-0.5, 0.5)]
    assert range_over_points(pd.DataFrame(points), "dropout_rate") == pytest.approx([0.05, 0.95])


def test_a_manner_of_tears_that_no_run_has_is_not_told():
    """Choices are read back as categories, of which not all need occur."""
    runs = rows([0.1, 0.2, 0.3]).astype({"tears": pd.CategoricalDtype(["held back", "shown", "voiced"])})
    by = ["client_empathy", "tears"]
    expected = [(empathy, tears) for empathy in (0.2, 0.8) for tears in ("held back", "shown")]
    assert list(means_by(runs, by, "unsettled_share")) == expected
    drawn_in_two = runs.assign(draw=runs["replicate"] % 2)
    assert list(means_by(drawn_in_two, by, "unsettled_share", drawn="draw")) == expected
    assert not any(math.isnan(one.low) for one in means_by(drawn_in_two, by, "unsettled_share", drawn="draw").values())


def test_a_table_of_levels_names_its_columns_and_says_where_there_are_no_pairs():
    runs = rows([0.1, 0.2, 0.3])
    table = by_level(runs, "client_empathy", "unsettled_share")
    assert list(table) == ["mean", "low", "high", "replicates"]
    assert table.index.name == "client_empathy"
    unpaired = runs[(runs["client_empathy"] < 0.5) | (runs["tears"] == "shown")]
    effects = effect_of_showing(unpaired, "client_empathy", "unsettled_share")
    assert effects.index.tolist() == [0.2, 0.8]
    assert effects["replicates"].tolist() == [3, 0]
    assert effects["replicates"].dtype == int
    assert effects["mean"].isna().tolist() == [False, True]
    nowhere = unpaired[(unpaired["client_empathy"] > 0.5) | (unpaired["tears"] == "held back")]
    effects = effect_of_showing(nowhere, "client_empathy", "unsettled_share")
    assert effects["replicates"].tolist() == [0, 0], "tears are shown at one level, and held back at the other"
    assert effects["mean"].isna().all()
