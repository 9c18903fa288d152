"""Where an outcome can lie, and so can every mean of it: no interval is told to reach further."""

import io
import json
import math
import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rich.console import Console

import tearsim
from tearsim.show.figures import curves
from tearsim.show.terminal.sweep_tables import told_at_the_end
from tearsim.show.words.differences import value_in_words
from tearsim.study.answers.answer import Answer
from tearsim.study.answers.by_level import by_level, effect_of_showing
from tearsim.study.answers.contrasts import by_levels
from tearsim.study.estimates import limits_of, means_by, overall, ratio
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
    for part in told_at_the_end(Answer(results), Progress()):
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
