"""The open block: what is drawn, how the rest is solved, which draws are kept, and that it finds worlds it was shown."""

import json

import numpy as np
import pytest

from tearsim.errors import TearSimError
from tearsim.science.fitted import worlds_of
from tearsim.science.parameters import PARAMETERS
from tearsim.science.through_tears import is_free, is_through_tears
from tearsim.study.calibration import members, open_worlds, solving
from tearsim.study.calibration.design import targets
from tearsim.study.calibration.effects import TEARFUL, effects_of_tears
from tearsim.study.calibration.emulator import centres, errors, on_scales, to_scale
from tearsim.study.calibration.open_design import (
    CORE_ORDER,
    DRAWN_WEIGHTS,
    RATES,
    SOLVED,
    core_of,
    drawn_worlds,
    is_open,
    read_open,
    solved_of,
    with_solved,
)
from tearsim.study.calibration.open_worlds import OpenBlock, agrees_about_tears, calibrate_open, trial_of
from tearsim.study.calibration.solving import SHARES_OF_LATEST, Problem, about_tears, asked_of_therapists, solutions
from tearsim.study.calibration.trials import ranks_of
from tearsim.study.randomness import Streams

SMALL = """
block = "open"
title = "small"
seed = 3
cores = 3
draws = 4
surveyed = 20
[check]
clinic_therapists = 2
clinic_weeks = 46
surveyed = 10
"""
# A world in which tears harm, and in which therapists tell of their tears what therapists do.
HARM = {"appraisal_base": -0.8, "belief_improved_otherwise": 0.4, "belief_unsettled_shows": 0.014}


def read_small(folder, *changes):
    text = SMALL
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file = folder / "open.toml"
    file.write_text(text, encoding="utf-8")
    return read_open(file)


def drawn(c, number=None):
    return drawn_worlds(c, number or c.draws, Streams(c.seed), DRAWN_WEIGHTS, CORE_ORDER)


# --- What is drawn ---------------------------------------------------------------------------------------------------


def test_the_file_that_comes_with_the_project_is_one_of_the_open_block(repository):
    file = repository / "experiments/calibration/open.toml"
    assert is_open(file)
    assert not is_open(repository / "experiments/calibration/calibration.toml")
    c = read_open(file)
    assert c.members >= 300
    assert c.cores > 50
    assert c.data_sets >= 20


def test_every_free_number_is_drawn_solved_or_the_cores(tmp_path):
    ranges, core = read_small(tmp_path).ranges(), worlds_of("fitted")[0]
    free = {name for name, p in PARAMETERS.items() if is_free(p)}
    assert free == ranges.keys() | set(SOLVED) | core.keys()
    assert not ranges.keys() & set(SOLVED)
    for name, (low, high) in ranges.items():
        least, most = PARAMETERS[name].plausible
        if is_through_tears(name):
            assert (low, high) == (least, most), name
        else:
            assert name not in core
            assert least <= low <= PARAMETERS[name].default <= high <= most, name
            assert high - low <= 0.1000001 * (most - least), name


def test_each_draw_is_a_core_with_weights_from_their_priors(tmp_path):
    c = read_small(tmp_path, ("cores = 3", "cores = 2"))
    worlds, cores = drawn(c, 6), core_of(c, 6, Streams(c.seed))
    assert set(cores) == {0, 1}
    for world, core in zip(worlds, cores, strict=True):
        assert all(world[name] == value for name, value in worlds_of("fitted")[core].items() if name not in c.ranges())
        for name, (low, high) in c.ranges().items():
            assert low - 1e-4 * abs(low) <= world[name] <= high + 1e-4 * abs(high), name
    assert len({world["appraisal_base"] for world in worlds}) == 6


def test_more_draws_go_on_from_those_there_are(tmp_path):
    c = read_small(tmp_path)
    assert drawn(c, 7)[:4] == drawn(c, 4)
    more = read_small(tmp_path, ("draws = 4", "draws = 7"))
    assert more.fingerprint() == c.fingerprint()


@pytest.mark.parametrize(("change", "words"), [
    (("cores = 3", "cores = 0"), "cores"),
    (("draws = 4", "draws = 1"), "draws"),
    (("seed = 3", "seed = 3\ndata_sets = 900"), "data_sets times tried goes up to 4000"),
])  # fmt: skip
def test_a_file_that_cannot_be_run_is_refused_in_one_line(change, words, tmp_path):
    with pytest.raises(TearSimError, match=words) as refused:
        read_small(tmp_path, change)
    assert "\n" not in str(refused.value)


# --- How the rest is solved ------------------------------------------------------------------------------------------


def problem(slopes=None):
    asked = asked_of_therapists(targets())
    rates = Problem(asked, np.empty(0)).rates
    return Problem(asked, np.zeros((len(rates), len(RATES))) if slopes is None else slopes)


def a_world(**values):
    return {name: float(PARAMETERS[name].default) for name, p in PARAMETERS.items() if p.kind == "number"} | values


def test_findings_about_tears_are_told_by_their_ids():
    goals = targets()
    named = [t.finding.id for t, tears in zip(goals, about_tears(goals), strict=True) if tears]
    assert {"tcit-ever", "tcit-improved", "tcit-harmed"} <= set(named)
    assert not {"dropout", "client-tears"} & set(named)


def test_beliefs_and_noticing_are_solved_by_their_equations():
    """Told what a world would tell at known values, the solution is these values, whatever they were before."""
    near, moved_if, unsettled_if, other_moved, other_unsettled = 0.9, 0.3, 0.4, 0.02, 0.05
    true = {"near_noticed": 0.5, "belief_unsettled_shows": 0.04, "belief_improved_otherwise": 0.3}
    hit, false, shows = 0.8, 0.2, 0.9
    given = {"belief_noticed_hit": hit, "belief_noticed_false": false, "belief_moved_shows": shows}

    def shares(q):
        near_moved, near_unsettled = near * q * moved_if, near * q * unsettled_if
        return [near, near_moved + other_moved, near_moved, near_unsettled + other_unsettled, near_unsettled]

    _, moved, _, unsettled, _ = shares(true["near_noticed"])
    wanted = {
        "believed_noticed": false + (hit - false) * (1.0 - near + near * true["near_noticed"]),
        "believed_harmed": unsettled * true["belief_unsettled_shows"],
    }
    wanted["believed_improved"] = moved * shows + (1.0 - moved - wanted["believed_harmed"]) * 0.3
    p = problem()
    on_scale = [
        float(to_scale(t, wanted[t.finding.instrument])) if t.finding.instrument in wanted else float(centre)
        for t, centre in zip(p.asked, centres(p.asked), strict=True)
    ]
    world = a_world(**given, near_noticed=0.8, belief_unsettled_shows=0.5, belief_improved_otherwise=0.0)
    told = np.array([[*shares(0.8), *[t.centre for t in p.asked]]])
    solved = solutions(p, [world], told, np.array([on_scale]))
    assert solved[0, :3] == pytest.approx(list(true.values()))
    assert solved[0, 3:] == pytest.approx([world[name] for name in RATES])  # no slopes, no steps


def test_what_cannot_be_reached_stays_at_the_end_of_what_a_share_can_be():
    p = problem()
    told = np.array(
        [[0.9, 0.8, 0.8, 0.0, 0.0, *[t.centre for t in p.asked]]]
    )  # nearly everybody moved, nobody unsettled
    near_noticed, shows, otherwise = solutions(p, [a_world()], told, centres(p.asked)[None])[0, :3]
    assert 0.0 < near_noticed < 1.0
    assert shows in (0.0, 1.0)
    assert otherwise == 0.0


def test_a_step_brings_findings_that_answer_straight_to_where_they_are_wanted():
    """A ridge keeps it a little short of that; what is far off is gone towards, by half a plausible range at most."""
    asked = asked_of_therapists(targets())
    rates = Problem(asked, np.empty(0)).rates
    slopes = 20.0 * np.eye(len(rates), len(RATES))
    p, off = problem(slopes), np.zeros(len(asked))
    off[rates] = 2.0
    told = np.array([[0.9, 0.3, 0.3, 0.2, 0.2, *[t.centre for t in asked]]])
    world = a_world()
    wanted = on_scales(asked, told[:, len(SHARES_OF_LATEST) :]) + off * errors(asked)
    steps = solutions(p, [world], told, wanted)[0, 3:] - [world[name] for name in RATES]
    widths = [np.ptp(PARAMETERS[name].plausible) for name in RATES]
    assert steps / widths == pytest.approx(2.0 * 20.0 / (20.0**2 + 1.0))
    far = solutions(p, [world], told, wanted + 100.0 * off * errors(asked))[0, 3:] - [world[name] for name in RATES]
    assert far / widths == pytest.approx(solving.MOST_MOVED)


def test_what_is_solved_stays_within_hard_limits():
    world = with_solved([a_world()], np.array([[2.0, -1.0, 0.5, 99.0, -99.0, -1.0]]))[0]
    assert solved_of([world]).tolist() == [[1.0, 0.0, 0.5, 20.0, -20.0, 0.0]]


def test_a_world_in_which_nobody_had_tears_keeps_its_values():
    p = problem()
    told = np.full((1, len(SHARES_OF_LATEST) + len(p.asked)), np.nan)
    world = a_world()
    assert solutions(p, [world], told, centres(p.asked)[None]).tolist() == solved_of([world]).tolist()


# --- Which draws are kept --------------------------------------------------------------------------------------------


def test_agreeing_in_nine_of_ten_is_not_enough_where_what_fails_is_about_tears():
    goals = targets()
    tears = np.flatnonzero(about_tears(goals))
    found = np.tile([(t.finding.low + t.finding.high) / 2.0 for t in goals], (3, 1))
    found[1, tears[:1]] = np.inf
    found[2, tears[:2]] = np.inf
    assert members.agrees(goals, found).tolist() == [True, True, True]
    assert agrees_about_tears(goals, found).tolist() == [True, True, False]


def test_a_world_with_too_many_findings_outside_agrees_with_none_about_tears_missed():
    goals = targets()
    found = np.array([[np.inf if not tears else t.centre for t, tears in zip(goals, about_tears(goals), strict=True)]])
    assert not agrees_about_tears(goals, found).any()


def test_too_few_worlds_that_agree_are_refused(tmp_path):
    c = read_small(tmp_path, ("draws = 4", "draws = 2\nmembers = 5"))
    with pytest.raises(TearSimError, match="of 2 draws agree with the findings, and 5 are asked for"):
        calibrate_open(c, tmp_path / "out", 1, lambda progress: None)
    assert not (tmp_path / "out/open.json").exists()


def judging(c, folder, monkeypatch, found):
    """An open block whose studies find what `found` says by their kind, in the middle of every interval otherwise.

    `found` gives, of a kind, how many findings lie outside, world by world as they are drawn.
    """
    block = OpenBlock(c, folder, 1, lambda progress: None)
    at = np.array([t.centre for t in targets()])
    order = {}

    def judged(kind, worlds):
        names = [tuple(world.values()) for world in worlds]
        order.update({name: i for i, name in enumerate(names)} if kind == "judged" else {})
        rows = np.tile(at, (len(worlds), 1))
        for row, name in zip(rows, names, strict=True):
            row[: found.get(kind, [0] * len(order))[order[name]]] = 1000.0
        return rows

    monkeypatch.setattr(block, "judged", judged)
    monkeypatch.setattr(block, "slopes", lambda: np.zeros(0))
    monkeypatch.setattr(block, "solved", lambda who, problem, worlds, wanted: list(worlds))
    monkeypatch.setattr(block, "effects", lambda kind, worlds: np.zeros((len(worlds), 3)))
    return block, order


def test_a_draw_is_kept_if_it_agrees_in_one_study_and_in_its_mean_with_a_second(tmp_path, monkeypatch):
    """Of four draws the first agrees in neither, the second in the first alone, and the last two in both."""
    block, order = judging(
        read_small(tmp_path), tmp_path, monkeypatch, {"judged": [9, 0, 0, 0], "judged again": [0, 9, 0, 1]}
    )
    told = block.run()
    assert sorted(order[tuple(world.values())] for world in block.kept) == [2, 3]
    assert told["agreed"] == {"draws": 4, "agree": 3, "different": 3}
    assert told["agreed_again"] == {"draws": 3, "agree": 2}
    assert told["members"] == told["confirmed"] == 2


def test_the_third_study_chooses_no_open_world_and_is_what_is_told(tmp_path, monkeypatch):
    c = read_small(tmp_path)
    agreeing, _ = judging(c, tmp_path / "agreeing", monkeypatch, {})
    off, _ = judging(c, tmp_path / "off", monkeypatch, {"open confirmed": [9, 0, 9, 9]})
    told, told_off = agreeing.run(), off.run()
    assert agreeing.kept == off.kept
    assert (told["members"], told["confirmed"]) == (4, 4)
    assert (told_off["members"], told_off["confirmed"]) == (4, 1)
    assert told_off["inside"][targets()[0].finding.id] == 0.25


def test_no_open_world_that_agrees_in_the_mean_of_two_studies_is_refused_before_a_third(tmp_path, monkeypatch):
    block, _ = judging(read_small(tmp_path), tmp_path, monkeypatch, {"judged again": [9, 9, 9, 9]})
    with pytest.raises(TearSimError, match="Only 0 of 4 draws, in the mean of two studies, agree with the findings"):
        block.run()


def test_too_few_open_worlds_that_agree_in_the_third_study_are_refused(tmp_path, monkeypatch):
    c = read_small(tmp_path, ("draws = 4", "draws = 4\nmembers = 2"))
    block, _ = judging(c, tmp_path, monkeypatch, {"open confirmed": [9, 0, 9, 9]})
    with pytest.raises(TearSimError, match="Only 1 of 4 worlds kept, in a third study, agree with the findings, and 2"):
        block.run()


@pytest.fixture
def all_agree(monkeypatch):
    monkeypatch.setattr(members, "AGREES", 0.0)
    monkeypatch.setattr(open_worlds, "MOST_MISSED", 100)


def run_small(c, folder):
    outcome = calibrate_open(c, folder, 2, lambda progress: None)
    return {**outcome, "seconds": 0}, (folder / "open.json").read_bytes()


@pytest.mark.slow
def test_the_block_goes_on_where_it_was_stopped_and_comes_out_the_same(tmp_path, all_agree):
    c = read_small(tmp_path, ("cores = 3", "cores = 3\ndata_sets = 2\ntried = 4"))
    outcome, worlds = run_small(c, tmp_path / "out")
    for file in sorted((tmp_path / "out/parts").glob("*"))[::2]:
        file.unlink()
    assert run_small(c, tmp_path / "out") == (outcome, worlds)
    held = json.loads(worlds)
    assert len(held["worlds"]) == outcome["members"] == 4
    assert set(held["parameters"]) == {name for name, p in PARAMETERS.items() if is_free(p)}
    assert outcome["trials"]["data_sets"] == 2
    assert outcome["trials"]["parameters"] == len(c.ranges()) + len(SOLVED) + 1
    json.dumps(outcome, allow_nan=False)


def test_ranks_are_among_the_draws_of_their_own_data_set():
    known = np.array([[0.5], [2.0]])
    among = np.array([[[0.0], [1.0]], [[0.0], [1.0]]])
    assert ranks_of(known, among).tolist() == [[0.5], [1.0]]
    assert trial_of(known, among, ["one"])["of_the_effect"] == [0.5, 1.0]


# --- What it finds ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_open_worlds_of_a_world_in_which_tears_harm_cover_what_they_do_there(tmp_path):
    """The findings of one survey of 1,000 in that world, published as widely as the real ones; 24 draws over 12 cores,
    solved by surveys of 100: what tears truly do there lies in the middle 95 % of what they do in these."""
    c = read_small(
        tmp_path, ("cores = 3", "cores = 12"), ("draws = 4", "draws = 24"), ("surveyed = 20", "surveyed = 100")
    )
    block = OpenBlock(c, tmp_path / "parts", 2, lambda progress: None)
    truth = a_world(**HARM)
    large = OpenBlock(c.model_copy(update={"surveyed": 1000}), tmp_path / "truth", 2, lambda progress: None)
    study = on_scales(block.asked, large.surveyed("studied", [truth])[:, len(SHARES_OF_LATEST) :])
    wanted = block.within_errors(c.draws, 1) - centres(block.asked) + study
    solved = block.solved("open", Problem(block.asked, block.slopes()), drawn(c), wanted)
    smaller = {**TEARFUL, "therapists": 60}
    (there,), found = effects_of_tears([truth], 1, 0, smaller), effects_of_tears(solved, 1, 0, smaller)
    assert there[2] > 0.5, "most noticed tears unsettle there"
    low, high = np.quantile(found[:, 0], [0.025, 0.975])
    assert low <= there[0] <= high
    assert found[:, 2].min() < 0.2 < 0.6 < found[:, 2].max()


@pytest.mark.slow
def test_open_worlds_reach_from_tears_that_hardly_unsettle_to_tears_that_mostly_do():
    found = effects_of_tears(worlds_of("open")[:60], 1, 0, {**TEARFUL, "therapists": 20, "weeks": 52})
    assert np.nanmin(found[:, 2]) <= 0.2
    assert np.nanmax(found[:, 2]) >= 0.6
    assert np.nanmin(found[:, 0]) < 0.0 < np.nanmax(found[:, 0])


def test_open_worlds_have_many_cores():
    fitted_alone = [n for n in worlds_of("fitted")[0] if n not in SOLVED and not is_through_tears(n)]
    assert len({tuple(world[name] for name in fitted_alone) for world in worlds_of("open")}) >= 10


def test_the_effect_of_tears_is_missing_where_nobody_saw_any():
    nobody = {**TEARFUL, "therapists": 2, "caseload": 2, "weeks": 4, "eyes_fill_base": -20.0}
    assert np.isnan(effects_of_tears([a_world()], 1, 0, nobody)).all()
