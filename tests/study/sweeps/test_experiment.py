"""Experiment files: what they may say, and what is said of mistakes in them."""

from collections import Counter

import pytest

from tearsim.errors import TearSimError
from tearsim.science.fitted import LUCKS_A_WORLD, world_of, worlds_of
from tearsim.study.sweeps.chunks import plan, sessions_at_most
from tearsim.study.sweeps.experiment import make_experiment, read_experiment

MINIMAL = {
    "title": "t", "question": "q", "parameters": {"weeks": 5},
    "design": {"kind": "grid", "replicates": 2, "vary": {"therapists": [1, 2], "tears": ["shown", "voiced"]}},
}  # fmt: skip


def with_design(**changes):
    return {**MINIMAL, "design": {**MINIMAL["design"], **changes}}


def test_a_grid_runs_through_all_combinations_last_parameter_fastest():
    points = make_experiment(MINIMAL, "here").points
    assert [(p["therapists"], p["tears"], p["weeks"]) for p in points] == [
        (1, "shown", 5),
        (1, "voiced", 5),
        (2, "shown", 5),
        (2, "voiced", 5),
    ]


def test_a_list_gives_its_points_one_by_one():
    design = {"kind": "list", "replicates": 1, "points": [{"therapists": 3}, {"tears": "leaking"}]}
    experiment = make_experiment({**MINIMAL, "design": design}, "here")
    assert [(p["therapists"], p["tears"]) for p in experiment.points] == [(3, "shown"), (20, "leaking")]
    assert experiment.varied == ["therapists", "tears"]


@pytest.mark.parametrize("estimates", ["fitted", "open"])
def test_where_worlds_are_named_and_no_number_is_said_there_is_a_replicate_for_each_luck_of_each_world(estimates):
    """Whatever number of worlds comes with the package: none is left out, and none is lived oftener than another."""
    design = {"kind": "grid", "vary": {"therapists": [1, 2]}}
    experiment = make_experiment({**MINIMAL, "estimates": estimates, "design": design}, "here")
    lived = Counter(world_of(estimates, replicate) for replicate in range(experiment.design.replicates))
    assert set(lived) == set(range(len(worlds_of(estimates))))
    assert set(lived.values()) == {LUCKS_A_WORLD[estimates]}
    assert make_experiment(experiment.content(), "there").design.replicates == experiment.design.replicates


MISTAKES = {
    "a key too many": ({**MINIMAL, "tilte": "t"}, 'there is no key "tilte". Did you mean "title"?'),
    "a design key too many": (with_design(replicate=3), 'there is no key "design.replicate". Did you mean "replicates"?'),
    "no title": ({k: v for k, v in MINIMAL.items() if k != "title"}, 'the key "title" is missing.'),
    "no number of them in one world": (
        {**MINIMAL, "design": {"vary": {"therapists": [1, 2]}}}, 'the key "design.replicates" is missing.'
    ),
    "no number of them in worlds there are not": (
        {**MINIMAL, "estimates": "opn", "design": {"vary": {"therapists": [1, 2]}}}, 'estimates is one of "default", ',
    ),
    "no replicates": (with_design(replicates=0), '"design.replicates": input should be greater than or equal to 1; 0 is not.'),
    "text for a number": (with_design(replicates="ten"), "\"design.replicates\": input should be a valid integer; 'ten' is not."),
    "unknown design": (with_design(kind="cube"), "\"design.kind\": input should be 'grid', 'list', 'latin', 'sobol' or 'morris'; 'cube' is not."),
    "both a grid and a list": (with_design(points=[{"therapists": 3}]), 'a design of kind "grid" takes vary; it would ignore points.'),
    "fixed and varied": (with_design(vary={"weeks": [1, 2]}), "weeks is fixed in [parameters] and varies in the design; it can do one of the two."),
    "a value twice": (with_design(vary={"therapists": [2, 2]}), "therapists has a value twice."),
    "an unknown fixed parameter": ({**MINIMAL, "parameters": {"week": 5}}, 'no parameter "week". Did you mean "weeks"?'),
    "nothing varies": (with_design(vary={}), "The design has no points"),
    "an empty list": (with_design(vary={"therapists": []}), "The design has no points: therapists lists no values."),
    "unknown parameter": (with_design(vary={"therapist": [1]}), 'no parameter "therapist". Did you mean "therapists"?'),
    "a value outside": (with_design(vary={"therapist_empathy": [0.5, 2]}), "therapist_empathy goes from 0 to 1; 2 is outside."),
    "a fixed value of the wrong type": ({**MINIMAL, "parameters": {"weeks": "long"}}, 'weeks takes a whole number; "long" is text.'),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_names_the_file_the_key_and_what_is_allowed(mistake):
    content, words = MISTAKES[mistake]
    with pytest.raises(TearSimError) as refusal:
        make_experiment(content, "here.toml")
    assert str(refusal.value).startswith("here.toml: ")
    assert words in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_broken_file_is_refused_in_one_line(tmp_path):
    file = tmp_path / "broken.toml"
    file.write_text("title = 'never closed", encoding="utf-8")
    with pytest.raises(TearSimError, match=r"broken\.toml: cannot be read as TOML: "):
        read_experiment(file)
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TearSimError, match=r"broken\.toml: is text in UTF-16: save it as UTF-8\."):
        read_experiment(file)


def test_what_decides_the_numbers_decides_the_fingerprint():
    same = make_experiment({**MINIMAL, "title": "another title"}, "here")
    assert same.fingerprint() == make_experiment(MINIMAL, "here").fingerprint()
    for changed in (with_design(seed=2), with_design(replicates=3), {**MINIMAL, "parameters": {"weeks": 6}}):
        assert make_experiment(changed, "here").fingerprint() != same.fingerprint()


def test_an_experiment_with_the_replicates_and_seed_it_has_is_the_same_and_takes_no_other_kind():
    one = make_experiment(MINIMAL, "here")
    assert one.with_design(one.design.replicates, one.design.seed) is one
    assert one.with_design(one.design.replicates + 1, None).design.replicates == one.design.replicates + 1
    with pytest.raises(TearSimError, match="seed"):
        one.with_design(None, True)


@pytest.mark.parametrize(("weeks", "replicates"), [(1, 7), (52, 30), (5200, 3)])
def test_chunks_cover_every_run_once(weeks, replicates):
    points = list(make_experiment({**MINIMAL, "parameters": {"weeks": weeks}}, "here").points) * 300
    chunks = plan(points, replicates)
    covered = [
        (point, replicate)
        for c in chunks
        for point in range(c.first_point, c.first_point + c.points)
        for replicate in range(c.first_replicate, c.first_replicate + c.replicates)
    ]
    assert sorted(covered) == [(point, replicate) for point in range(1200) for replicate in range(replicates)]
    assert [c.number for c in chunks] == list(range(len(chunks)))
    for c in chunks:
        sessions = sum(map(sessions_at_most, points[c.first_point : c.first_point + c.points])) * c.replicates
        assert sessions <= 12_000_000 or c.points == c.replicates == 1
