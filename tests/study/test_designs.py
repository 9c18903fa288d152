"""Designs: what they sample, how a cube becomes values, and what is said of mistakes in them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tearsim.errors import TearSimError
from tearsim.science.parameters import PARAMETERS
from tearsim.study.designs import at, span
from tearsim.study.experiment import make_experiment, read_experiment
from tearsim.study.summary import with_draws

VARY = ["client_empathy", "therapists", "matching", "stratified_therapists"]


def experiment(kind, **design):
    content = {"title": "t", "question": "q", "design": {"kind": kind, "replicates": 2, "vary": VARY, **design}}
    return make_experiment(content, "here")


def drawn(kind, samples, vary, **cross):
    """The draws of the points of a design, in their order, and the points."""
    design = experiment(kind, samples=samples, vary=vary, **({"cross": cross} if cross else {}))
    points = pd.DataFrame(design.points.own)
    return with_draws(points.assign(design_point=range(len(points))), design)["draw"].tolist(), points


@pytest.mark.parametrize(("kind", "rows"), [("latin", 1), ("sobol", 5), ("morris", 4)])
def test_points_are_of_one_draw_if_they_are_of_one_row_block_or_trajectory(kind, rows):
    vary = ["client_empathy", "bond_moved", "client_warmth_expected"]
    draws, points = drawn(kind, 4, vary, tears=["shown", "held back"], stratified_therapists=[False, True])
    where = points.groupby(vary).ngroup()
    first = [where.tolist().index(here) // (rows * 4) for here in where]  # a grid may come to a point twice
    assert draws == first
    assert set(draws) == set(range(4))


def test_whoever_differs_in_the_tears_alone_is_of_one_draw():
    """Even where tears are sampled: what showing them did is a difference within a draw."""
    draws, points = drawn("latin", 40, {"matching": "plausible", "tears": ["shown", "held back"]})
    assert points.assign(draw=draws).groupby("matching")["draw"].nunique().tolist() == [1, 1]
    assert "draw" not in with_draws(
        pd.DataFrame({"design_point": [0]}),
        make_experiment(
            {"title": "t", "question": "q", "design": {"replicates": 1, "vary": {"caseload": [2, 3]}}}, "here"
        ),
    )


@pytest.mark.parametrize(
    ("kind", "samples", "points"), [("latin", 40, 40), ("sobol", 32, 32 * (4 + 2)), ("morris", 6, 6 * (4 + 1))]
)
def test_a_sample_stays_within_plausible_ranges_and_takes_every_kind_of_parameter(kind, samples, points):
    design = experiment(kind, samples=samples)
    assert len(design.points) == points
    assert design.runs == points * 2
    low, high = PARAMETERS["client_empathy"].plausible
    assert all(low <= point["client_empathy"] <= high for point in design.points)
    assert {point["matching"] for point in design.points} == {"random", "informed"}
    assert {point["stratified_therapists"] for point in design.points} == {True, False}
    assert all(6 <= point["therapists"] <= 40 and type(point["therapists"]) is int for point in design.points)


def test_a_latin_hypercube_has_one_point_in_each_slice_of_every_range():
    cube = experiment("latin", samples=25).cube
    assert (np.sort(np.floor(cube * 25), axis=0) == np.arange(25)[:, None]).all()


def test_a_saltelli_block_changes_one_parameter_at_a_time_between_two_points():
    blocks = experiment("sobol", samples=16).cube.reshape(16, 6, 4)
    first, last = blocks[:, 0], blocks[:, -1]
    for parameter in range(4):
        changed = blocks[:, 1 + parameter] != first
        assert (changed.sum(axis=1) == 1).all()
        assert (blocks[:, 1 + parameter, parameter] == last[:, parameter]).all()


def test_a_morris_trajectory_moves_one_parameter_a_step():
    trajectories = experiment("morris", samples=8).cube.reshape(8, 5, 4)
    moved = np.diff(trajectories, axis=1) != 0
    assert (moved.sum(axis=2) == 1).all()
    assert (moved.sum(axis=1) == 1).all()


def test_the_same_seed_draws_the_same_points_and_another_sampling_seed_others():
    one, same, other = (experiment("latin", samples=9, **more) for more in ({}, {}, {"sampling_seed": 8}))
    assert one.points == same.points
    assert one.points != other.points
    assert one.fingerprint() != other.fingerprint()


def test_a_sample_is_crossed_with_every_value_those_fastest():
    design = experiment("latin", samples=3, cross={"tears": ["shown", "held back"], "weeks": [4, 8]})
    assert len(design.points) == 3 * 4
    assert [(p["tears"], p["weeks"]) for p in design.points[:4]] == [
        ("shown", 4), ("shown", 8), ("held back", 4), ("held back", 8),
    ]  # fmt: skip
    assert len({point["client_empathy"] for point in design.points}) == 3
    assert design.varied == [*VARY, "tears", "weeks"]


@given(st.floats(0, 1), st.floats(0, 1))
def test_values_rise_with_the_share_of_the_way_and_never_leave_their_range(one, other):
    low, high = sorted((one, other))
    for name, levels in (("client_empathy", (0.2, 0.9)), ("weeks", (3, 7)), ("tears", ("shown", "voiced", "leaking"))):
        position = levels.index if name == "tears" else float
        assert position(at(name, levels, low)) <= position(at(name, levels, high))
        assert at(name, levels, 0.0) == levels[0]
        if name == "client_empathy":
            assert levels[0] <= at(name, levels, low) <= at(name, levels, 1.0) <= levels[-1]
            assert at(name, levels, 1.0) == pytest.approx(levels[-1], rel=1e-15)
        else:
            assert at(name, levels, 1.0) == levels[-1]


def test_whole_numbers_and_levels_are_equally_likely():
    shares = np.linspace(0, 1, 1001)[:-1] + 0.0005
    counts = np.unique([at("weeks", (3, 7), u) for u in shares], return_counts=True)[1]
    assert counts.tolist() == [200] * 5


def test_a_given_range_replaces_the_plausible_one():
    design = experiment("latin", samples=20, vary={"client_empathy": [0.4, 0.5], "tears": ["voiced", "shown"]})
    assert all(0.4 <= point["client_empathy"] <= 0.5 for point in design.points)
    assert {point["tears"] for point in design.points} == {"voiced", "shown"}
    assert span("tears", "plausible") == ("shown", "held back", "voiced", "leaking")


MISTAKES = {
    "no samples": ({"kind": "latin"}, 'a design of kind "latin" says how many samples it draws: samples = 64.'),
    "samples of a grid": ({"kind": "grid", "vary": {"weeks": [3]}, "samples": 3}, 'a design of kind "grid" takes vary; it would ignore samples.'),
    "levels of a latin": ({"kind": "latin", "samples": 3, "levels": 4}, "it would ignore levels."),
    "not a power of two": ({"kind": "sobol", "samples": 1000}, "a sobol design takes a power of two for samples, like 1024; 1000 is none."),
    "odd levels": ({"kind": "morris", "samples": 3, "levels": 5}, "an even number of levels."),
    "a range of one": ({"kind": "latin", "samples": 3, "vary": {"client_empathy": [0.5]}}, 'client_empathy takes [low, high], or "plausible", in a sampled design; [0.5] is neither.'),
    "three numbers": ({"kind": "latin", "samples": 3, "vary": {"weeks": [3, 4, 5]}}, "weeks takes [low, high]"),
    "upside down": ({"kind": "latin", "samples": 3, "vary": {"weeks": [9, 3]}}, "with low below high; [9, 3] is not."),
    "outside": ({"kind": "sobol", "samples": 4, "vary": {"client_empathy": [0.5, 1.5]}}, "client_empathy goes from 0 to 1; 1.5 is outside."),
    "unknown": ({"kind": "latin", "samples": 3, "vary": ["client_empaty"]}, 'no parameter "client_empaty". Did you mean "client_empathy"?'),
    "nothing varies": ({"kind": "latin", "samples": 3, "vary": []}, "The design has no points"),
    "nothing to cross": ({"kind": "latin", "samples": 3, "cross": {"weeks": []}}, "The design has no points: weeks lists no values."),
    "a point twice": ({"kind": "list", "points": [{"weeks": 9}, {"weeks": 9}]}, "The design lists a point twice"),
    "in both": ({"kind": "latin", "samples": 3, "cross": {"client_empathy": [0.5]}}, "client_empathy stands in both [design.vary] and [design.cross]"),
    "twice": ({"kind": "latin", "samples": 3, "cross": {"weeks": [3, 3]}}, "weeks has a value twice."),
    "one block": ({"kind": "sobol", "samples": 1}, "like 1024; 1 is none."),
    "named twice": ({"kind": "latin", "samples": 3, "vary": ["weeks", "weeks"]}, "design.vary names a parameter twice."),
    "a level twice": ({"kind": "latin", "samples": 3, "vary": {"tears": ["shown", "shown"]}}, "tears has a value twice."),
    "text to cross": ({"kind": "latin", "samples": 3, "cross": {"weeks": ["3"]}}, 'weeks takes a whole number; "3" is text.'),
    "too many": ({"kind": "sobol", "samples": 2**19}, "A design has up to 1,000,000 points; this one has 3,145,728."),
    "a grid of ranges": ({"kind": "grid"}, "client_empathy takes a list of values here; 'plausible' is none."),
    "a list that varies": ({"kind": "list"}, 'a design of kind "list" takes points, file; it would ignore vary.'),
    "values that do not go together": ({"kind": "list", "points": [{"therapists": 9}, {"hold_back_week": 2}]}, "hold_back_week needs hold_back_client"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_design_is_one_line_that_says_what_is_allowed(mistake):
    design, words = MISTAKES[mistake]
    varies = {} if "points" in design else {"vary": VARY}
    content = {"title": "t", "question": "q", "design": {"replicates": 2, **varies, **design}}
    with pytest.raises(TearSimError) as refusal:
        make_experiment(content, "here.toml")
    assert str(refusal.value).startswith("here.toml: ")
    assert words in str(refusal.value)
    assert "\n" not in str(refusal.value)


def listed(tmp_path, csv):
    (tmp_path / "points.csv").write_bytes(csv)
    file = tmp_path / "experiment.toml"
    file.write_text('title = "t"\nquestion = "q"\n[design]\nkind = "list"\nreplicates = 2\nfile = "points.csv"\n')
    return read_experiment(file)[0]


def test_points_can_be_listed_in_a_csv_file(tmp_path):
    points = listed(tmp_path, b"\xef\xbb\xbftherapists,tears,client_empathy\n3,held back,.25\n4,shown,0.5\n").points
    assert [(p["therapists"], p["tears"], p["client_empathy"]) for p in points] == [
        (3, "held back", 0.25), (4, "shown", 0.5),
    ]  # fmt: skip


CSV_MISTAKES = {
    "unknown column": (b"therapist\n3\n", 'points.csv line 2: There is no parameter "therapist". Did you mean "therapists"?'),
    "outside": (b"weeks\n3\n0\n", "points.csv line 3: weeks goes from 1 to 5200; 0 is outside."),
    "missing value": (b"weeks,tears\n3\n", "points.csv line 2: there is no value for tears."),
    "a value too many": (b"weeks\n3,4\n", "points.csv line 2: there are more values than columns."),
    "a column twice": (b"weeks,weeks\n3,4\n", "points.csv line 1: a column stands there twice."),
    "no name": (b",weeks\n0,3\n", "points.csv line 1: a column has no name"),
    "an open quote": (b'weeks\n"3\n', "points.csv cannot be read as CSV"),
    "header only": (b"weeks\n", "The design has no points: points.csv has no line below its header."),
    "empty": (b"", "The design has no points: points.csv has no line below its header."),
    "not text": (b"\xff\xfe\x00", "points.csv: is text in UTF-16: save it as UTF-8"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", CSV_MISTAKES)
def test_a_mistake_in_a_csv_file_names_file_and_line(tmp_path, mistake):
    content, words = CSV_MISTAKES[mistake]
    with pytest.raises(TearSimError) as refusal:
        listed(tmp_path, content)
    assert words in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "words"),
    [("nowhere.csv", "there is no nowhere.csv beside"), ("../points.csv", "names a file beside the experiment")],
)
def test_a_csv_file_stands_beside_the_experiment(name, words):
    design = {"kind": "list", "replicates": 1, "file": name}
    with pytest.raises(TearSimError, match=words):
        make_experiment({"title": "t", "question": "q", "design": design}, "here")
