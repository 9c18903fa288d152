"""Whatever kind of thing is handed to a public function, what is not taken is refused in one line of the project's."""

import contextlib
import copy
import inspect
import re

import pandas as pd
import pytest

import tearsim

FUNCTIONS = {
    name: getattr(owner, name)
    for owner in (tearsim, tearsim.figures)
    for name in owner.__all__
    if inspect.isfunction(getattr(owner, name))
}
GRID = {
    "title": "A grid", "question": "?", "parameters": {"weeks": 4, "therapists": 2},
    "design": {"replicates": 3, "vary": {"client_empathy": [0.3, 0.7], "tears": ["shown", "held back"]}},
}  # fmt: skip
MORRIS = {
    "title": "A sample", "question": "?", "parameters": {"weeks": 6, "therapists": 2},
    "design": {"kind": "morris", "samples": 4, "replicates": 3, "vary": ["client_empathy", "progress"]},
}  # fmt: skip
STUDY = {
    "title": "A study", "question": "?", "estimates": "default",
    "inquiry": {"effect": "training_in_restraint", "outcome": "left", "weeks": 2},
    "data": {"kind": "training", "clients": 2, "weeks": 4}, "answer": {"estimator": "difference"},
    "diagnosis": {"therapists": [8], "studies": 2},
}  # fmt: skip
SMALL = {"weeks": 4, "therapists": 2}

LONGEST = 300  # characters of a refusal, whatever was given

# A value of each kind, and the words of an annotation that takes it.
KINDS = {
    "a number": (3, r"\b(int|float)\b"),
    "a fraction": (1.5, r"\bfloat\b"),
    "text": ("neither a name nor a file", r"\b(str|Path|Literal)\b"),
    "bytes": (b"bytes", r"(?!)"),
    "nothing": (None, r"\b(None|Optional)\b"),
    "a list of numbers": ([3], r"\b(Sequence|Iterable)\b"),
    "a list of words": (["x"], r"\b(Sequence|Iterable)\b"),
    "a mapping": ({"x": 3}, r"\bMapping\b"),
    "a mapping of a number": ({3: 4}, r"(?!)"),
    "a mapping of nothing": ({None: None}, r"(?!)"),
    "an empty list": ([], r"\b(Sequence|Iterable)\b"),
    "an empty mapping": ({}, r"\bMapping\b"),
    "no number": (float("nan"), r"\bfloat\b"),
    "a table": (pd.DataFrame({"a": [1, 2]}), r"\b(DataFrame|Iterable|Mapping)\b"),
    "too long a name": ("x" * 5000, r"\bstr\b"),
    "no character": ("\ud800", r"\bstr\b"),
    "an object": (object(), r"(?!)"),
}


@pytest.fixture(scope="module")
def as_it_should_be(tmp_path_factory):
    """Arguments of every public function that it takes, by its name."""
    folder = tmp_path_factory.mktemp("wrong_kinds")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        results, sample = tearsim.sweep(GRID, out=folder / "grid"), tearsim.sweep(MORRIS, out=folder / "sample")
        size = tearsim.Size(clinic_therapists=4, clinic_weeks=26, groups=2, group_therapists=4)
        judged = tearsim.check(role="val", replicates=2, size=size)
        lived = tearsim.simulate(log=True, weeks=30, arrivals="cohort", therapist_tear_propensity=0.95)
        figure = tearsim.figures.curves(results, "alliance_mean", "client_empathy")
        indices = {"results": sample, "outcome": "alliance_mean", "resamples": 20}
        a_map = {
            "title": "A map", "question": "?", "week": 4, "practices": 2, "repair_base": [0.6], "seeking_wait": [4.0],
            "parameters": SMALL,
        }  # fmt: skip
        drawn = {"results": results, "outcome": "alliance_mean"}
        yield {
            "answer_in_short": {"results": results},
            "check": {"role": "val", "replicates": 2, "size": size},
            "close_up": {"results": results},
            "convergence": indices,
            "describe": {"what": "runs"},
            "effects": {"estimands": ["first_tear"], "practices": 1, **SMALL},
            "estimate": {"by_replicate": [0.1, 0.2]},
            "export": {"results": results, "to": "csv", "overwrite": True},
            "findings_table": {"judged": judged},
            "is_it_luck": {"practices": 1, **SMALL},
            "merge": {"shards": [folder / "grid"]},
            "open_results": {"folder": folder / "grid"},
            "plan": {"study": STUDY, "out": folder / "plan"},
            "seen_by_studies": {"practices": 2, **SMALL},
            "sensitivity": indices,
            "simulate": SMALL,
            "stay_or_seek": {"experiment": a_map},
            "story_of": SMALL,
            "sweep": {"experiment": GRID, "out": folder / "grid"},
            "sweep_until_precise": {
                "experiment": GRID, "wanted": {"alliance_mean": 0.5}, "out": folder / "precise", "most_replicates": 12,
            },
            "verdict_in_words": {"judged": judged},
            "verify": {"results": results},
            "alliance_around_tears": {"shown": lived.sessions},
            "break_even_map": {"found": tearsim.stay_or_seek(a_map)},
            "caption_of": {"figure": figure},
            "convergence_lines": {"found": tearsim.convergence(**indices)},
            "curves": {**drawn, "parameter": "client_empathy"},
            "effect_profile": {"found": tearsim.effects("first_tear", practices=2, **SMALL)},
            "finished": {"figure": figure, "title": "A title", "caption": "A caption."},
            "forest_plot": {"judged": judged},
            "heat_map": {**drawn, "x": "client_empathy", "y": "tears"},
            "save": {"figure": figure, "path": folder / "figure.html"},
            "sensitivity_bars": {"found": tearsim.sensitivity(**indices)},
            "small_multiples": {**drawn, "x": "client_empathy", "panels": "tears"},
            "survival": {"episodes": lived.episodes},
            "tears_by_level": {"sessions": lived.sessions},
            "truth_beside_studies": {"found": tearsim.seen_by_studies(practices=2, **SMALL)},
        }  # fmt: skip


def arguments():
    """Every argument of every public function; of those without a name of their own, one of them."""
    for function in FUNCTIONS.values():
        for one in inspect.signature(function).parameters.values():
            name, takes = one.name, str(one.annotation)
            if one.kind is one.VAR_KEYWORD:
                name, takes = ("theory", "str | None") if function is tearsim.sweep_until_precise else ("weeks", "int")
            yield pytest.param(function, name, takes, id=f"{function.__name__}-{name}")


def refusal(function, given):
    """What is said against arguments; None if they are taken."""
    try:
        function(**given)
    except tearsim.TearSimError as error:
        return str(error)
    return None


@pytest.mark.parametrize(("function", "name", "takes"), list(arguments()))
def test_what_an_argument_does_not_take_is_refused_in_one_line(function, name, takes, as_it_should_be):
    given = as_it_should_be[function.__name__]
    for kind, (value, of_kind) in KINDS.items():
        takes_it = re.search(of_kind, takes)
        if value is None and takes_it:  # as a rule the default
            continue
        said = refusal(function, {**given, name: value})
        if said is None:
            assert takes_it, f"{function.__name__} takes {kind} for {name}"
        else:
            assert len(said.splitlines()) == 1
            assert len(said) <= LONGEST


def test_a_refusal_says_what_is_taken_and_what_was_given(as_it_should_be):
    for call, words in {
        lambda: tearsim.merge(3): "shards takes the folders of shards, not 3.",
        lambda: tearsim.merge([3]): "Results are a folder, or results that are open; 3 is neither.",
        lambda: tearsim.sweep(GRID, out=3): "out takes a path, as text or a pathlib.Path, not 3.",
        lambda: tearsim.sweep(GRID, out="a\0b"): "out takes a path, as text or a pathlib.Path, not 'a\\x00b'.",
        lambda: tearsim.sweep(GRID, report=3): "report takes a function, not 3.",
        lambda: tearsim.findings_table([3]): "judged takes what tearsim.check returns; 3 is none of these.",
        lambda: tearsim.figures.forest_plot("x"): "judged takes what tearsim.check returns, not 'x'.",
        lambda: tearsim.figures.survival(3): "episodes takes a table (a pandas DataFrame), not 3.",
        lambda: tearsim.story_of(None): "client takes a number or a choice, not None.",
        lambda: tearsim.Results(3): "folder takes a path, as text or a pathlib.Path, not 3.",
    }.items():
        with pytest.raises(tearsim.TearSimError) as refused:
            call()
        assert str(refused.value) == words
    exported = as_it_should_be["export"]
    assert refusal(tearsim.export, {**exported, "tables": 3}) == "tables takes names of tables, not 3."
    assert refusal(tearsim.export, {**exported, "overwrite": "no"}) == "overwrite takes true or false, not 'no'."


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("nothing", "an empty list")])
def test_results_refuse_what_is_no_table_column_outcome_parameter_or_pair_of_arms(kind, as_it_should_be):
    value, _ = KINDS[kind]
    results = as_it_should_be["curves"]["results"]
    for asked in (
        lambda: results.table(value),
        lambda: results.table("runs", value),
        lambda: results.declared(value),
        lambda: results.effect(value),
        lambda: results.effect("alliance_mean", by=value),
        lambda: results.effect("alliance_mean", arms=value),
    ):
        with pytest.raises(tearsim.TearSimError, match=r"\A.*\Z"):
            asked()


MANY = ("practices", "replicates", "most_replicates", "workers")


@pytest.mark.parametrize(
    ("function", "name"),
    [(f, name) for f in FUNCTIONS.values() for name in inspect.signature(f).parameters if name in MANY],
    ids=lambda one: getattr(one, "__name__", one),
)
def test_more_than_anybody_waits_for_is_refused_at_once_with_the_whole_range(function, name, as_it_should_be):
    said = refusal(function, {**as_it_should_be[function.__name__], name: 10**12})
    assert re.fullmatch(r"The [a-z ]+ is a whole number from \d+ to \d+; 10{12} is not\.", said)


def test_numpys_own_are_taken_for_pythons(as_it_should_be):
    import numpy as np

    drawn = as_it_should_be["curves"]
    assert refusal(tearsim.figures.curves, {**drawn, "effect": np.True_}) is None
    assert refusal(tearsim.close_up, {**as_it_should_be["close_up"], "point": np.int64(1)}) is None
    assert tearsim.estimate(np.array([0.1, 0.2]), confidence=np.float64(0.9)).replicates == 2


def test_a_table_without_the_columns_that_are_needed_is_told_which(as_it_should_be):
    sessions = as_it_should_be["tears_by_level"]["sessions"]
    runs = as_it_should_be["curves"]["results"].runs
    for call, column in {
        lambda: tearsim.figures.alliance_around_tears(
            sessions, held_back=sessions.drop(columns="alliance")
        ): "alliance",
        lambda: tearsim.figures.tears_by_level(sessions.drop(columns="therapist")): "therapist",
        lambda: tearsim.figures.curves(runs.drop(columns="replicate"), "alliance_mean", "client_empathy"): "replicate",
    }.items():
        with pytest.raises(tearsim.TearSimError, match=f'a column "{column}"'):
            call()


@pytest.mark.parametrize("declared", [tearsim.PARAMETERS, tearsim.OUTCOMES])
def test_what_is_declared_can_be_read_and_not_changed(declared):
    assert declared == dict(declared)
    with pytest.raises(TypeError, match="does not support item assignment"):
        declared["weeks"] = declared["dropout_rate"] = 3


ODD = [value for value, _ in KINDS.values() if value is not None]
OF_A_PRACTICE = [
    name for name in inspect.signature(tearsim.Practice.__init__).parameters if name not in ("self", "named")
]


@pytest.mark.parametrize("name", OF_A_PRACTICE)
def test_a_practice_refuses_in_one_line_what_it_does_not_take(name):
    for value in ODD:
        with contextlib.suppress(tearsim.TearSimError):
            tearsim.Practice(**{"weeks": 4, "therapists": 1, "caseload": 1, name: value})


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("a number", "nothing")])
def test_a_practice_runs_a_number_of_weeks_and_nothing_else(kind):
    with pytest.raises(tearsim.TearSimError, match=r"\A.*\Z"):
        tearsim.Practice(weeks=4, therapists=1, caseload=1).run(KINDS[kind][0])


# What an experiment, given as a mapping, may say of anything: nothing is run, since one value beside it is refused.
KEYS = ("title", "question", "theory", "rules", "parameters", "design", "record", "estimates")
KEYS_OF_DESIGN = ("kind", "replicates", "seed", "vary", "cross", "samples", "levels", "sampling_seed", "second_order",
                  "groups", "points", "file")  # fmt: skip


@pytest.mark.parametrize("key", [*KEYS, *(f"design.{key}" for key in KEYS_OF_DESIGN), "design.vary.progress"])
def test_whatever_an_experiment_says_is_refused_in_one_line(key, tmp_path):
    outside = {**GRID, "design": {**GRID["design"], "vary": {"client_empathy": [10**9]}}}
    for value in ODD:
        said = copy.deepcopy(outside)
        *within, last = key.split(".")
        part = said
        for name in within:
            part = part[name]
        part[last] = value
        if key in ("design", "design.vary"):  # what is refused beside it must not go
            said["parameters"] = {"client_empathy": 10**9}
        with pytest.raises(tearsim.TearSimError) as refused:
            tearsim.sweep(said, out=tmp_path / "out")
        assert len(str(refused.value).splitlines()) == 1
        assert len(str(refused.value)) <= LONGEST
    with pytest.raises(tearsim.TearSimError, match="there is no key"):
        tearsim.sweep({**GRID, "x" * 5000: 1}, out=tmp_path / "out")
