"""Designs: what they sample, how a cube becomes values, and what is said of mistakes in them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tearsim.errors import TearSimError
from tearsim.science.parameters import PARAMETERS
from tearsim.show.report.tables import varied_rows
from tearsim.study.answers.by_level import with_draws
from tearsim.study.answers.contrasts import dependences
from tearsim.study.sweeps.designs import LogRange, at, span
from tearsim.study.sweeps.experiment import make_experiment, read_experiment

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
    for name in ("tears", "caseload"):  # one that is crossed, and one that all points share
        assert design.points.values_of(name) == [point[name] for point in design.points]
    assert [(p["tears"], p["weeks"]) for p in design.points[:4]] == [
        ("shown", 4),
        ("shown", 8),
        ("held back", 4),
        ("held back", 8),
    ]
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


@pytest.mark.parametrize("fixed", [{}, {"estimates": "fitted"}])
def test_what_some_points_leave_to_their_world_and_others_give_is_refused(fixed):
    """At the first point it would be another number in each replicate, where a table has one for the point."""
    given = [{"estimates": "fitted"} if not fixed else {"weeks": 5}, {"weeks": 5, "eyes_fill_base": -4.0}]
    design = {"kind": "list", "replicates": 2, "points": given}
    with pytest.raises(TearSimError, match=r"^here: eyes_fill_base is given at some points; at one with") as one:
        make_experiment({"title": "t", "question": "q", "parameters": fixed, "design": design}, "here")
    assert "\n" not in str(one.value)


def test_whole_numbers_and_levels_are_equally_likely():
    shares = np.linspace(0, 1, 1001)[:-1] + 0.0005
    counts = np.unique([at("weeks", (3, 7), u) for u in shares], return_counts=True)[1]
    assert counts.tolist() == [200] * 5


def test_a_given_range_replaces_the_plausible_one():
    design = experiment("latin", samples=20, vary={"client_empathy": [0.4, 0.5], "tears": ["voiced", "shown"]})
    assert all(0.4 <= point["client_empathy"] <= 0.5 for point in design.points)
    assert {point["tears"] for point in design.points} == {"voiced", "shown"}
    assert span("tears", "plausible") == ("shown", "held back", "voiced", "leaking")


def test_a_range_on_a_log_scale_is_drawn_evenly_over_its_logarithms():
    """One point of a Latin hypercube in each of 40 equal ratios; and Morris's grid at equal ratios, ends included."""
    on_log = {"range": [0.001, 0.1], "scale": "log"}
    drawn = [
        point["therapist_tear_propensity"]
        for point in experiment("latin", samples=40, vary={"therapist_tear_propensity": on_log}).points
    ]
    assert np.sort(np.floor(20 * (np.log10(drawn) + 3))).tolist() == list(range(40))
    vary = {"therapist_tear_propensity": on_log, "client_empathy": "plausible"}
    grid = {point["therapist_tear_propensity"] for point in experiment("morris", samples=20, vary=vary).points}
    assert sorted(grid) == pytest.approx([0.001, 0.1 ** (7 / 3), 0.1 ** (5 / 3), 0.1])
    design = experiment("sobol", samples=4, vary=vary)
    assert make_experiment(design.content(), "again").points == design.points


def test_whole_numbers_on_a_log_scale_are_as_likely_as_their_ratio_to_the_next():
    span_of = span("caseload", {"range": [1, 7], "scale": "log"})
    counts = np.unique([at("caseload", span_of, u) for u in (np.arange(30_000) + 0.5) / 30_000], return_counts=True)
    assert counts[0].tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert counts[1] / 30_000 == pytest.approx(np.diff(np.log2(np.arange(1, 9))) / 3, abs=1e-4)
    assert [at("caseload", span_of, u) for u in (0.0, 1.0)] == [1, 7]
    assert type(at("caseload", span_of, 0.5)) is int


def test_a_plausible_range_can_be_on_a_log_scale_and_a_linear_one_is_as_without_a_scale():
    assert span("therapist_tear_propensity", {"scale": "log"}) == LogRange(
        *span("therapist_tear_propensity", "plausible")
    )
    assert span("therapist_tear_propensity", {"range": "plausible", "scale": "log"}) == span(
        "therapist_tear_propensity", {"scale": "log"}
    )
    plain = experiment("latin", samples=9, vary={"client_empathy": [0.4, 0.5]})
    for said in ({"range": [0.4, 0.5]}, {"range": [0.4, 0.5], "scale": "linear"}):
        assert experiment("latin", samples=9, vary={"client_empathy": said}).fingerprint() == plain.fingerprint()


@given(st.floats(0, 1), st.floats(0, 1))
def test_values_on_a_log_scale_rise_with_the_share_of_the_way_and_never_leave_their_range(one, other):
    low, high = sorted((one, other))
    for name, levels in (("therapist_tear_propensity", LogRange(0.003, 0.3)), ("weeks", LogRange(3, 700))):
        assert levels.low <= at(name, levels, low) <= at(name, levels, high) <= levels.high
        assert at(name, levels, 0.0) == levels.low


def test_a_change_over_a_log_range_is_a_straight_line_over_its_logarithms():
    name = "therapist_tear_propensity"
    design = experiment("latin", samples=20, vary={name: {"range": [0.01, 1.0], "scale": "log"}})
    points = pd.DataFrame(design.points.own)
    values = 0.3 + 0.1 * np.log10(points[name])
    runs = pd.concat([points.assign(design_point=range(20), replicate=i, alliance_mean=values) for i in range(2)])
    ends = dependences(with_draws(runs, design), design, [name], ["alliance_mean"])[name, "alliance_mean"].ends
    assert (ends.first_level, ends.last_level) == (0.01, 1.0)
    assert ends.difference.mean == pytest.approx(0.2)
    assert varied_rows(design)[0]["value"] == "0.01 to 1, sampled on a log scale"


def on_log(name="client_empathy", **said):
    return {"kind": "latin", "samples": 3, "vary": {name: said}}


def test_a_block_for_second_order_indices_also_changes_one_parameter_at_a_time_the_other_way():
    design = experiment("sobol", samples=16, second_order=True)
    assert len(design.points) == 16 * (2 * 4 + 2)
    blocks = design.cube.reshape(16, 10, 4)
    first, last = blocks[:, :1], blocks[:, -1:]
    swapped = np.eye(4, dtype=bool)
    assert (blocks[:, 1:5] == np.where(swapped, last, first)).all()
    assert (blocks[:, 5:9] == np.where(swapped, first, last)).all()


@pytest.mark.parametrize(("kind", "rows"), [("sobol", 4), ("morris", 3)])
def test_parameters_of_a_group_are_moved_at_once_and_the_others_by_themselves(kind, rows):
    design = experiment(kind, samples=8, groups={"people": ["client_empathy", "matching", "stratified_therapists"]})
    assert design.dimensions == ["people", "therapists"]
    blocks = design.cube.reshape(8, rows, 4)
    steps = blocks[:, 1:] != blocks[:, :-1] if kind == "morris" else blocks[:, 1:-1] != blocks[:, :1]
    grouped = steps[..., [0, 2, 3]]
    assert (grouped.all(axis=2) == grouped.any(axis=2)).all()
    assert (grouped.any(axis=2) ^ steps[..., 1]).all()
    assert make_experiment(design.content(), "again").fingerprint() == design.fingerprint()
    assert design.spans.keys() == set(VARY)


MISTAKES = {
    "second order of morris": ({"kind": "morris", "samples": 4, "second_order": True}, "it would ignore second_order."),
    "groups of latin": ({"kind": "latin", "samples": 4, "groups": {"a": VARY[:2]}}, "it would ignore groups."),
    "second order of one": ({"kind": "sobol", "samples": 4, "vary": VARY[:1], "second_order": True}, "design.second_order needs two parameters that vary, or two groups."),
    "too many of second order": ({"kind": "sobol", "samples": 2**17, "second_order": True}, "this one has 1,310,720."),
    "second order as text": ({"kind": "sobol", "samples": 4, "second_order": "yes"}, '"design.second_order": input should be a valid boolean'),
    "an unknown member": ({"kind": "sobol", "samples": 4, "groups": {"a": ["client_empaty"]}}, 'There is no parameter "client_empaty". Did you mean "client_empathy"?'),
    "a member that does not vary": ({"kind": "sobol", "samples": 4, "groups": {"a": ["weeks"]}}, "design.groups: weeks, of a, does not stand in [design.vary]."),
    "in two groups": ({"kind": "sobol", "samples": 4, "groups": {"a": VARY[:2], "b": VARY[1:3]}}, "design.groups: therapists stands in a and in b."),
    "twice in a group": ({"kind": "morris", "samples": 4, "groups": {"a": [VARY[0], VARY[0]]}}, "design.groups: client_empathy stands in a twice."),
    "an empty group": ({"kind": "sobol", "samples": 4, "groups": {"a": []}}, 'design.groups takes a name and parameters; "a" has none.'),
    "a group called like a parameter": ({"kind": "sobol", "samples": 4, "groups": {"weeks": VARY[:2]}}, "design.groups: weeks is a parameter; call the group something else."),
    "all in one group": ({"kind": "morris", "samples": 4, "groups": {"all": VARY}}, "design.groups puts all that varies into one group"),
    "a group that is no list": ({"kind": "sobol", "samples": 4, "groups": {"a": "client_empathy"}}, '"design.groups.a": input should be a valid list'),
    "log of nothing": (on_log(range=[0, 0.5], scale="log"), "client_empathy takes a range above 0 on a log scale; this one begins at 0.0."),
    "plausible from below 0": (on_log("appraisal_boundary", scale="log"), "appraisal_boundary takes a range above 0 on a log scale; its plausible range begins at "),
    "another scale": (on_log(range=[0.1, 0.5], scale="ln"), """client_empathy takes scale = "linear" or "log"; 'ln' is neither."""),
    "a key of its own": (on_log(range=[0.1, 0.5], log=True), 'client_empathy takes range and scale here, like { range = [low, high], scale = "log" }; there is no key "log".'),
    "a scale of levels": (on_log("tears", scale="log"), "tears is a choice: its levels stand in a list, and have no scale."),
    "a table in a table": (on_log(range={"range": [1, 2]}), "client_empathy takes range = [low, high], or"),
    "log upside down": (on_log(range=[0.5, 0.1], scale="log"), "with low below high; [0.5, 0.1] is not."),
    "half a log range": (on_log(range=0.1, scale="log"), 'client_empathy takes [low, high], or "plausible", in a sampled design; 0.1 is neither.'),
    "text in a log range": (on_log(range=["0.1", 0.5], scale="log"), 'client_empathy takes a number; "0.1" is text.'),
    "a log scale in a grid": ({"kind": "grid", "vary": {"weeks": {"scale": "log"}}}, "weeks takes a list of values here; {'scale': 'log'} is not one."),
    "no samples": ({"kind": "latin"}, 'a design of kind "latin" says how many samples it draws: samples = 64.'),
    "samples of a grid": ({"kind": "grid", "vary": {"weeks": [3]}, "samples": 3}, 'a design of kind "grid" takes vary; it would ignore samples.'),
    "levels of a latin": ({"kind": "latin", "samples": 3, "levels": 4}, "it would ignore levels."),
    "not a power of two": ({"kind": "sobol", "samples": 1000}, "a sobol design takes a power of two for samples, like 1024; 1000 is not one."),
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
    "one block": ({"kind": "sobol", "samples": 1}, "like 1024; 1 is not one."),
    "named twice": ({"kind": "latin", "samples": 3, "vary": ["weeks", "weeks"]}, "design.vary names a parameter twice."),
    "a level twice": ({"kind": "latin", "samples": 3, "vary": {"tears": ["shown", "shown"]}}, "tears has a value twice."),
    "text to cross": ({"kind": "latin", "samples": 3, "cross": {"weeks": ["3"]}}, 'weeks takes a whole number; "3" is text.'),
    "too many": ({"kind": "sobol", "samples": 2**19}, "A design has up to 1,000,000 points; this one has 3,145,728."),
    "a grid of ranges": ({"kind": "grid"}, "client_empathy takes a list of values here; 'plausible' is not one."),
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
        (3, "held back", 0.25),
        (4, "shown", 0.5),
    ]


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
