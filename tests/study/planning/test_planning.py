"""A study is declared, tried in worlds whose truth is known, and judged: what people and programs can rely on."""

import json
import math
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import stdtrit

import tearsim
from tearsim.errors import TearSimError
from tearsim.show.words.plans import people_in_words, what_it_finds
from tearsim.study.planning.answers_given import STUDY_ESTIMATORS, least_squares, mean_against_0
from tearsim.study.planning.data import STUDY_COLUMNS, Pool, drawn_study, pool_of
from tearsim.study.planning.diagnosing import tells_apart
from tearsim.study.planning.lived import live_pool, outcome_after, time_zero, truth_in
from tearsim.study.planning.new_study import write_new_study
from tearsim.study.planning.plan import POOLS
from tearsim.study.planning.sample_size import Smallest, smallest
from tearsim.study.planning.study_file import KINDS_OF_STUDY, Prices, make_study, read_study
from tearsim.study.planning.teaching import teaches
from tearsim.study.planning.tried import pool_and_truth
from tearsim.study.randomness import generator_for

SMALL = {
    "title": "Small", "question": "?", "parameters": {"therapist_tear_propensity": 0.95},
    "inquiry": {"effect": "eyes_fill", "outcome": "rating", "weeks": 1},
    "data": {"kind": "prompt", "clients": 5, "weeks": 8},
    "answer": {"estimator": "adjusted difference"},
    "diagnosis": {"therapists": [20, 40], "worlds": 4, "studies": 4},
}  # fmt: skip
OF_KIND = {
    "survey": ("first_tear", "rating", 1, "what therapists believe"),
    "cohort": ("first_tear", "rating", 1, "exposed against unexposed"),
    "diary": ("first_tear", "rating", 1, "noticed against unnoticed"),
    "case-crossover": ("first_tear", "left", 0, "conditional log odds"),
    "prompt": ("eyes_fill", "rating", 1, "difference"),
    "training": ("training_in_comfort", "left", 4, "difference"),
}


def with_parts(content, **parts):
    """The content of a study file with keys of its parts changed."""
    return {**content, **{name: {**content[name], **keys} for name, keys in parts.items()}}


def of_kind(kind, **data):
    """A small study of a kind."""
    effect, outcome, weeks, estimator = OF_KIND[kind]
    return with_parts(
        SMALL,
        inquiry={"effect": effect, "outcome": outcome, "weeks": weeks},
        data={"kind": kind, **data},
        answer={"estimator": estimator},
    )


@pytest.fixture(scope="module")
def small_plan(tmp_path_factory):
    return tearsim.plan(SMALL, out=tmp_path_factory.mktemp("plan") / "small")


# --- The file ------------------------------------------------------------------------------------------------------

REFUSED = {
    "effect": (with_parts(SMALL, inquiry={"effect": "first_tears"}), 'Did you mean "first_tear"?'),
    "estimator": (with_parts(SMALL, answer={"estimator": "diference"}), 'Did you mean "difference"'),
    "other kind": (with_parts(SMALL, answer={"estimator": "conditional log odds"}), "reads data of a case-crossover"),
    "key": (with_parts(SMALL, data={"client": 5}), 'Did you mean "clients"?'),
    "nobody": (with_parts(SMALL, diagnosis={"therapists": []}), "diagnosis.therapists"),
    "too many": (with_parts(SMALL, diagnosis={"therapists": [20_000]}, data={"clients": 50}), "more than 100,000"),
    "too late": (with_parts(SMALL, inquiry={"weeks": 8}), "let data.weeks be more"),
    "share": (with_parts(SMALL, data={"answers": 1.5}), "data.answers"),
    "parameter": ({**SMALL, "parameters": {"therapist_tear_propensty": 0.9}}, "therapist_tear_propensity"),
    "set by the study": ({**SMALL, "parameters": {"weeks": 9}}, "the study itself sets it"),
    "once and for all": (with_parts(SMALL, inquiry={"effect": "first_tear"}), "draws anew each time that tears come"),
    "whom": (with_parts(SMALL, inquiry={"effect": "policy"}), "it can ask of: eyes_fill, spoken"),
    "missing": ({name: part for name, part in SMALL.items() if name != "inquiry"}, '"inquiry" is missing'),
}


@pytest.mark.parametrize("name", list(REFUSED))
def test_a_bad_study_is_refused_in_one_line_that_says_what_and_where(name):
    content, said = REFUSED[name]
    with pytest.raises(TearSimError) as refused:
        make_study(content, "mine.toml")
    words = str(refused.value)
    assert words.startswith("mine.toml: ")
    assert "\n" not in words
    assert said in words


def test_the_study_to_begin_with_can_be_tried_as_it_is(tmp_path):
    file = write_new_study("mine", tmp_path)
    study = read_study(file)
    assert study.data.kind == "cohort"
    keys = [line for line in file.read_text(encoding="utf-8").splitlines() if " = " in line]
    assert [line.split(" = ")[0] for line in keys if "#" not in line] == ["question"], (
        "all others say what they are for"
    )
    with pytest.raises(TearSimError, match="is there already"):
        write_new_study("mine", tmp_path)


def test_eight_studies_are_ready_to_be_tried_and_of_every_kind(repository):
    files = sorted((repository / "experiments" / "studies").glob("*.toml"))
    studies = [read_study(file) for file in files]
    assert len(studies) == 8
    assert {study.data.kind for study in studies} == set(KINDS_OF_STUDY)
    assert all(study.estimates == "open" and study.prices is not None for study in studies)


# --- Data and answers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(KINDS_OF_STUDY))
def test_each_kind_of_study_holds_columns_that_the_codebook_tells_of_and_nobody_s_two_lives(kind):
    study = make_study(of_kind(kind), "the study")
    pool, _ = pool_and_truth(study, 0, 0)
    table = drawn_study(pool, np.arange(40), generator_for("planned studies", 2))
    assert set(table) <= set(STUDY_COLUMNS)
    assert len({len(column) for column in table.values()}) == 1
    assert (np.diff(table["therapist"]) >= 0).all()


def test_a_smaller_study_is_the_beginning_of_a_larger_one():
    study = make_study(of_kind("training"), "the study")
    pool = pool_of(live_pool(study, 0, 0, 40), study, generator_for("planned studies", 1))
    order = generator_for("planned studies", 3).permutation(40)
    few, many = (drawn_study(pool, order[:n], generator_for("planned studies", 2)) for n in (20, 40))
    among = np.isin(many["client"], few["client"])
    for name, column in few.items():
        np.testing.assert_array_equal(column, many[name][among])
    assert 2 * few["assigned"].sum() == len(few["assigned"])  # pairs of therapists with as many clients each


def test_where_tears_do_nothing_the_truth_is_exactly_0():
    for kind in ("cohort", "prompt"):
        content = of_kind(kind)
        study = make_study({**content, "parameters": {**SMALL["parameters"], "effect_of_tears": "none"}}, "the study")
        found = truth_in(live_pool(study, 0, 0, 40), study)
        assert found.pairs > 5
        assert found.difference == 0.0


def test_both_lives_of_a_client_are_the_same_until_time_zero():
    study = make_study(SMALL, "the study")
    lived = live_pool(study, 0, 0, 40)
    since = time_zero(lived.first, "noticed")
    for client in np.flatnonzero(since > 0):
        before = slice(0, since[client])
        np.testing.assert_array_equal(lived.first.rating[client, before], lived.second.rating[client, before])


def test_leaving_is_unknown_where_the_watch_ends_before_it():
    study = make_study(SMALL, "the study")
    lives = live_pool(study, 0, 0, 20).first
    late = np.full(len(lives.left), lives.weeks - 2)
    assert np.isnan(outcome_after(lives, "left", late, 4)).all()
    assert np.isfinite(outcome_after(lives, "left", late, 1)).all()


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(5, 30))
def test_a_therapist_pulls_as_far_as_the_estimate_of_statsmodels_moves_without_them(seed, therapists):
    """The interval is the jackknife's: `sqrt((G - 1)/G * sum of squares of how far each of G moves it)`."""
    import statsmodels.api as sm

    luck = np.random.default_rng(seed)  # noqa: TID251 - any numbers will do
    who = np.repeat(np.arange(therapists), luck.integers(2, 5, therapists))
    y, x, z = luck.standard_normal((3, len(who)))
    design = np.column_stack([x, z, np.ones(len(y))])
    mine, whole = least_squares(y, [x, z], who, 0.05), sm.OLS(y, design).fit().params[0]
    moves = [sm.OLS(y[who != one], design[who != one]).fit().params[0] - whole for one in range(therapists)]
    half = stdtrit(therapists - 1, 0.975) * np.sqrt((therapists - 1) / therapists * np.sum(np.square(moves)))
    np.testing.assert_allclose(mine, [whole, whole - half, whole + half], rtol=1e-6, atol=1e-9)
    mean, alone = mean_against_0(y, who, 0.05), sm.OLS(y, np.ones(len(y)))
    fitted = alone.fit(cov_type="cluster", cov_kwds={"groups": who}, use_t=True)
    np.testing.assert_allclose(mean.high - mean.estimate, fitted.conf_int()[0, 1] - fitted.params[0], rtol=1e-6)


def test_the_case_crossover_gives_back_a_known_odds_ratio():
    """Pairs of a case and a control, exposed as 30 and 10 discordant ones are: the estimate is log(30/10).

    Its variance is 1/30 + 1/10, of 45 independent therapists.
    """
    saw = np.array([1, 0] * 30 + [0, 1] * 10 + [1, 1] * 5)
    left = np.array([1, 0] * 45)
    table = {"left": left, "saw": saw, "stratum": np.repeat(np.arange(45), 2), "therapist": np.repeat(np.arange(45), 2)}
    found = STUDY_ESTIMATORS["conditional log odds"].answer(table, 0.05)
    assert found.estimate == pytest.approx(np.log(3.0), abs=1e-9)
    half = stdtrit(44, 0.975) * np.sqrt(45 / 44 * (1 / 30 + 1 / 10))
    assert [found.low, found.high] == pytest.approx([np.log(3.0) - half, np.log(3.0) + half], abs=1e-9)


def test_the_case_crossover_takes_therapists_for_its_units():
    """The same pairs, of three to a therapist who are all alike: three times the variance, of a third of the units."""
    pairs = [1, 0] * 10 + [0, 1] * 4
    saw, left = np.array(pairs * 3), np.array([1, 0] * 42)
    therapist = np.tile(np.repeat(np.arange(14), 2), 3)
    order = np.argsort(therapist, kind="stable")
    stratum = np.repeat(np.arange(42), 2)
    table = {"left": left, "saw": saw, "stratum": stratum, "therapist": therapist}
    found = STUDY_ESTIMATORS["conditional log odds"].answer({name: one[order] for name, one in table.items()}, 0.05)
    half = stdtrit(13, 0.975) * np.sqrt(14 / 13 * (1 / 10 + 1 / 4))
    assert [found.estimate, found.high] == pytest.approx([np.log(2.5), np.log(2.5) + half], abs=1e-9)


def test_too_little_data_gives_no_answer_rather_than_a_wrong_one():
    nothing = {name: np.zeros(0) for name in STUDY_COLUMNS}
    for estimator in STUDY_ESTIMATORS.values():
        assert np.isnan(estimator.answer(nothing, 0.05).estimate)


# --- Plans ---------------------------------------------------------------------------------------------------------


def test_a_plan_is_told_to_programs_with_every_diagnosis_and_its_interval(small_plan):
    told = small_plan.as_dict()
    for name in ("truth", "power", "bias", "coverage", "rmse", "wrong_sign", "exaggeration"):
        assert set(told[name]) == {"value", "low", "high"}
    assert told["n"] == 40
    assert told["title"] == "Small"
    assert [one["n"] for one in told["curve"]] == [20, 40]
    assert told["power"]["low"] <= told["power"]["value"] <= told["power"]["high"]


def test_a_plan_says_how_often_there_would_be_too_few_tears_to_estimate_anything(small_plan):
    def told_where(answered):
        studies = small_plan.studies.assign(estimate=lambda tried: tried["estimate"].fillna(0.0).where(answered(tried)))
        return [line for line in what_it_finds(replace(small_plan, studies=studies)) if "any estimate" in line]

    # None of 32 studies, and all of them: 1 - 0.025 ** (1 / 32) = 0.11 (Clopper and Pearson).
    assert told_where(lambda tried: tried["n"] == 40) == [
        "It has enough tears to give any estimate with 20 therapists 0 [0, 11] % of the time and with 40 therapists "
        "100 [89, 100] % of the time; where it has not, it has found nothing."
    ]
    assert told_where(lambda tried: tried["n"] > 0) == []


@pytest.mark.parametrize(
    ("ends", "told"),
    [
        ((14_000.0, 550_000.0), "that is about 12,000,000 EUR (3,500,000 to 140,000,000)."),
        ((14_000.0, math.inf), "that is about 12,000,000 EUR (3,500,000 to more than there is)."),
    ],
)
def test_what_a_study_would_cost_is_told_no_more_precisely_than_how_many_people_it_takes(small_plan, ends, told):
    prices = Prices(begun=20_000.0, therapist=100.0, client=15.0)
    data = small_plan.study.data.model_copy(update={"clients": 10})
    plan = replace(small_plan, study=small_plan.study.model_copy(update={"prices": prices, "data": data}))
    vars(plan)["smallest"] = Smallest(0.8, 49_225.0, *ends, True)
    assert "about 49,000 therapists (14,000 to " in people_in_words(plan)
    assert people_in_words(plan).endswith(told)


@pytest.mark.slow
def test_the_study_to_begin_with_finds_more_as_it_grows_and_its_intervals_hold_the_truth_less_often(tmp_path):
    """As its comments say; both by more than luck and how worlds differ."""
    few, _, many = tearsim.plan(write_new_study("mine", tmp_path), out=tmp_path / "found").curve
    assert many.power.low > few.power.high
    assert many.coverage.high < few.coverage.low


def test_a_plan_goes_on_from_what_is_there_and_comes_out_the_same(small_plan, tmp_path):
    copy = tmp_path / "again"
    shutil.copytree(small_plan.folder, copy)
    pools = sorted((copy / POOLS).iterdir())
    pools[0].unlink()
    pools[1].write_bytes(pools[1].read_bytes()[:-40])  # cut short, as by a full disk
    heard = []
    again = tearsim.plan(SMALL, out=copy, workers=1, report=heard.append)
    assert heard[0].done == heard[0].kept == len(pools) - 2
    pd.testing.assert_frame_equal(again.studies, small_plan.studies)
    pd.testing.assert_frame_equal(again.truths, small_plan.truths)


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(TearSimError, match="no plan"):
        tearsim.plan(SMALL, out=tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["letter.txt"]


def worlds_with(effects, results, studies=40, lucks=2, seed=7):
    """Results of a study in made-up worlds: each world's mean result, and its effect."""
    luck = generator_for("planned studies", seed)
    rows = [
        (world, turn, 40, number, result + 0.2 * luck.standard_normal(), effect)
        for world, (effect, result) in enumerate(zip(effects, results, strict=True))
        for turn in range(lucks)
        for number in range(studies)
    ]
    return pd.DataFrame(rows, columns=["world", "luck", "n", "study", "estimate", "plain"])


def test_a_study_of_the_effect_tells_worlds_apart_and_one_of_nothing_does_not():
    effects = np.linspace(-1.0, 1.0, 21)
    sees, blind = worlds_with(effects, effects), worlds_with(effects, np.zeros(21))
    assert tells_apart(sees).low > 0.9
    assert tells_apart(blind).low < 0.5 < tells_apart(blind).high


def test_a_study_of_the_effect_teaches_more_than_one_that_sees_nothing_of_it(small_plan):
    from dataclasses import replace

    effects = np.linspace(-1.0, 1.0, 12)
    truths = pd.DataFrame(
        [(w, r, 100, 100 * e, 0.0) for w, e in enumerate(effects) for r in range(2)],
        columns=["world", "luck", "pairs", "first", "second"],
    )
    study = small_plan.study.with_numbers([40], worlds=12, studies=40)
    plans = [
        replace(
            small_plan,
            study=study.model_copy(update={"title": title}),
            truths=truths,
            studies=table.assign(low=table["estimate"] - 0.4, high=table["estimate"] + 0.4, rows=40),
        )
        for title, table in (("blind", worlds_with(effects, np.zeros(12))), ("sees", worlds_with(effects, effects)))
    ]
    first, last = teaches(plans)
    assert (first.title, last.title) == ("sees", "blind")
    assert first.own.low > 0.4
    assert last.own.low < 0.1
    assert first.claims.now == last.claims.now
    assert last.claims.new.mean < 0.05, "what says nothing brings no claim to a verdict"
    assert first.other_widths[0].mean > 0.4


def test_the_smallest_number_is_read_off_the_curve_or_carried_on_beyond_it(small_plan):
    [one] = small_plan.curve[:1]
    rising = [
        one._replace(n=n, power=one.power._replace(mean=p, low=p - 0.05, high=p + 0.05))
        for n, p in ((100, 0.2), (400, 0.7), (900, 0.95))
    ]
    found = smallest(rising, small_plan.studies, 0.8, 0.05)
    assert found.n == pytest.approx((20 + 10 * 0.1 / 0.25) ** 2)
    assert found.low < found.n < found.high
    assert not found.extrapolated
    table = pd.DataFrame({"world": 0, "n": 900, "estimate": 0.1 + 0.1 * np.tile([-1.0, 1.0], 50)})
    spread = table["estimate"].std()
    for wide in (1.96 * spread, 4.0 * spread):  # intervals as wide as estimates vary, and wider ones, which find less
        held = table.assign(low=table["estimate"] - wide, high=table["estimate"] + wide)
        beyond = smallest([rising[0], rising[2]._replace(power=rising[0].power)], held, 0.8, 0.05)
        assert beyond.extrapolated
        assert beyond.n == pytest.approx(900 * ((wide + 0.8416 * spread) / 0.1) ** 2, rel=0.01)


def test_where_the_largest_studies_take_in_everybody_nothing_is_said_of_larger_ones(small_plan):
    alike = small_plan.studies[small_plan.studies["n"] == small_plan.curve[-1].n].assign(estimate=0.1)
    too_weak = [small_plan.curve[-1]._replace(power=small_plan.curve[-1].power._replace(mean=0.1))]
    found = smallest(too_weak, alike, 0.8, 0.05)
    assert math.isnan(found.n), "studies that do not vary do not tell how much larger ones would"
    assert not found.known


def test_who_is_not_drawn_leaves_no_row():
    table = {"therapist": np.array([0, 0, 1, 2, 2]), "believed": np.array([1, 0, 1, -1, 0])}
    held = drawn_study(Pool(table, 3), np.array([2, 0]), generator_for("planned studies", 1))
    assert held["therapist"].tolist() == [0, 0, 2, 2]


def test_the_command_writes_a_report_data_sets_and_json(tmp_path):
    import tomli_w
    from typer.testing import CliRunner

    from tearsim.cli.app import app

    file = tmp_path / "small.toml"
    file.write_text(tomli_w.dumps(with_parts(SMALL, diagnosis={"therapists": [20], "worlds": 2, "studies": 2})))
    done = CliRunner().invoke(app, ["plan", str(file), "--out", str(tmp_path / "out"), "--json", "--data", "--quiet"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["n"] == 20
    assert (tmp_path / "out" / "report.html").read_text(encoding="utf-8").count("<h2") == 4
    assert {one.rsplit(".", 1)[1] for one in told["data"]} == {"csv", "sav"}


@pytest.mark.slow
def test_a_plan_that_was_killed_goes_on_and_comes_out_to_the_same_bytes(tmp_path):
    """`kill -9` after the first pools; the same command again, beside one that nobody killed."""
    import signal
    import subprocess
    import sys
    import time

    import tomli_w

    file = tmp_path / "small.toml"
    file.write_text(tomli_w.dumps(with_parts(SMALL, diagnosis={"worlds": 40})), encoding="utf-8")
    command = [sys.executable, "-m", "tearsim", "plan", str(file), "--no-report", "--quiet", "--out"]
    killed = subprocess.Popen([*command, str(tmp_path / "killed")])
    pools = tmp_path / "killed" / POOLS
    while killed.poll() is None and len(list(pools.glob("*.parquet"))) < 3:
        time.sleep(0.05)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    there = len(list(pools.glob("*.parquet")))
    assert 3 <= there < 80
    for where in ("killed", "whole"):
        subprocess.run([*command, str(tmp_path / where)], check=True)
    whole = {one.name: one.read_bytes() for one in (tmp_path / "whole" / POOLS).iterdir()}
    assert len(whole) == 80
    assert {one.name: one.read_bytes() for one in pools.glob("*.parquet")} == whole
