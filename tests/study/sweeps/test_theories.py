"""Sweeps, checks and commands under another theory, or with rules replaced: as it is run, so it is told."""

import json
import tomllib
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

import tearsim
from tearsim import TearSimError
from tearsim.evidence.measuring import Size
from tearsim.science import replacing
from tearsim.science.alternatives import theory_named
from tearsim.science.replacing import source_of
from tearsim.study.arms import STEADY
from tearsim.study.people.close_up import close_up
from tearsim.study.people.dyad import dyad_of
from tearsim.study.sweeps.experiment import make_experiment
from tests.worlds import rules_of_a_user as mine

CONTENT = {
    "title": "t", "question": "q", "parameters": {"therapists": 3, "caseload": 4, "weeks": 8, "eyes_fill_base": -1.0},
    "design": {"replicates": 2, "vary": {"therapist_tear_propensity": [0.3, 0.7]}},
}  # fmt: skip
APPRAISE = {"appraise": mine.appraise}


def experiment(**changes):
    return make_experiment({**CONTENT, **changes}, "here")


def with_design(**vary):
    return {**CONTENT["design"], "vary": {**CONTENT["design"]["vary"], **vary}}


def provenance(folder):
    return json.loads((folder / "provenance.json").read_text(encoding="utf-8"))


# --- An experiment says it -----------------------------------------------------------------------------------------------


def test_a_theory_sets_parameters_that_nobody_gave():
    theory = theory_named("never-criers")
    points = experiment(theory=theory.name).points
    assert all(point.items() >= theory.parameters.items() for point in points)
    given = {**CONTENT["parameters"], "never_criers_share": 0.1}
    assert {point["never_criers_share"] for point in experiment(theory=theory.name, parameters=given).points} == {0.1}
    varied = experiment(theory=theory.name, design=with_design(never_criers_share=[0.0, 0.2])).points
    assert {point["never_criers_share"] for point in varied} == {0.0, 0.2}


def test_the_fingerprint_tells_a_theory_and_what_rules_say():
    plain, faded, grown = (
        experiment(**how).fingerprint() for how in ({}, {"theory": "habituation"}, {"theory": "sensitisation"})
    )
    of_mine = experiment().with_rules(None, APPRAISE).fingerprint()
    of_another = experiment().with_rules(None, {"appraise": mine.fixed_at(0.2)}).fingerprint()
    assert len({plain, faded, grown, of_mine, of_another}) == 5
    assert experiment().with_rules("habituation", None).fingerprint() == faded
    assert experiment().with_rules(None, APPRAISE).fingerprint() == of_mine
    by_hand = {**CONTENT["parameters"], **theory_named("never-criers").parameters}
    assert experiment(theory="never-criers").fingerprint() == experiment(parameters=by_hand).fingerprint()


def test_a_theory_that_there_is_not_is_told_in_the_same_words_wherever_it_is_asked_for(tmp_path):
    said = "There is no theory 'x'. They are listed by: tearsim theories."
    asked = {
        said: lambda: tearsim.sweep(CONTENT, out=tmp_path / "out", theory="x"),
        f"the experiment: {said}": lambda: tearsim.sweep({**CONTENT, "theory": "x"}, out=tmp_path / "out"),
    }
    for words, ask in asked.items():
        with pytest.raises(TearSimError) as refused:
            ask()
        assert str(refused.value) == words


NOTED = {"function": "mine.appraise", "sha256": "0" * 64}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"theory": "habituatoin"}, r"There is no theory 'habituatoin'. Did you mean \"habituation\""),
        ({"theory": ["habituation"]}, '"theory": input should be a valid string'),
        ({"theoy": "habituation"}, 'there is no key "theoy". Did you mean "theory"'),
        ({"rules": {"apraise": NOTED}}, "no rule 'apraise' to replace. Did you mean"),
        ({"rules": {"appraise": "mine.appraise"}}, "rules.appraise"),
        ({"rules": {"appraise": {**NOTED, "sha256": "5"}}}, "rules.appraise.sha256"),
        ({"theory": "habituation", "rules": {"appraise": NOTED}}, "replaces the rule appraise itself"),
    ],
)
def test_what_an_experiment_cannot_say_is_told_in_one_line(changes, said):
    with pytest.raises(TearSimError, match=said) as told:
        experiment(**changes)
    assert "\n" not in str(told.value)


def test_a_note_of_a_function_loads_none():
    """A file that names a function brings nothing about: what is run is given by whoever runs it."""
    noted = experiment(rules={"appraise": {"function": "os.system", "sha256": "0" * 64}})
    with pytest.raises(TearSimError, match=r"os.system, in the place of the rule appraise, is not at hand"):
        _ = noted.replaced


# --- Sweeps --------------------------------------------------------------------------------------------------------------


def test_a_sweep_under_a_theory_is_its_runs(tmp_path):
    results = tearsim.sweep({**CONTENT, "theory": "habituation"}, out=tmp_path / "out")
    row = results.runs.iloc[0]
    alone = tearsim.simulate(
        1, parameters=CONTENT["parameters"], therapist_tear_propensity=0.3, theory="habituation"
    ).outcomes
    assert row["alliance_mean"] == alone["alliance_mean"]
    assert provenance(tmp_path / "out")["theory"] == "habituation"
    assert provenance(tmp_path / "out")["rules"] == {
        "appraise": source_of(theory_named("habituation").rules["appraise"])
    }
    assert results.experiment.theory == "habituation"
    assert tearsim.verify(results, rerun=2).good
    plain = tearsim.sweep(CONTENT, out=tmp_path / "plain").runs
    assert not plain["alliance_mean"].equals(results.runs["alliance_mean"])
    assert {"theory", "rules"}.isdisjoint(provenance(tmp_path / "plain"))
    with pytest.raises(TearSimError, match=r"holds other results .*theory is not given there, habituation here"):
        tearsim.sweep(CONTENT, out=tmp_path / "plain", theory="habituation")


@pytest.mark.slow  # compiles a week of its own
def test_a_sweep_with_functions_of_a_user_goes_on_with_them_alone(tmp_path):
    out = tmp_path / "out"
    results = tearsim.sweep(CONTENT, out=out, rules=APPRAISE)
    noted = tomllib.loads((out / "experiment.toml").read_text(encoding="utf-8"))["rules"]["appraise"]
    assert noted == {"function": "tests.worlds.rules_of_a_user.appraise", "sha256": source_of(mine.appraise)}
    assert tearsim.verify(results, rerun=1).good
    assert len(tearsim.sweep(CONTENT, out=out, rules=APPRAISE, replicates=3).runs) == 6
    with pytest.raises(TearSimError, match=r"holds other results .*rules.appraise.* is tests.worlds"):
        tearsim.sweep(CONTENT, out=out)
    with pytest.raises(TearSimError, match="holds other results"):
        tearsim.sweep(CONTENT, out=out, rules={"appraise": mine.fixed_at(0.3)})


@pytest.mark.slow
def test_whoever_looks_closer_gives_the_functions_again(tmp_path, monkeypatch):
    results = tearsim.sweep(CONTENT, out=tmp_path / "out", rules=APPRAISE)
    lived = tearsim.close_up(results, point=0).shown
    monkeypatch.setattr(replacing, "_at_hand", {})  # as in another process
    not_at_hand = "rules_of_a_user.appraise, in the place of the rule appraise, is not at hand"
    assert not_at_hand in tearsim.verify(results, rerun=1).problems[0]
    with pytest.raises(TearSimError, match=not_at_hand):
        tearsim.close_up(results, point=0)
    assert tearsim.verify(results, rerun=1, rules=APPRAISE).good
    assert tearsim.close_up(results, point=0, rules=APPRAISE).shown.equals(lived)
    for given, said in (
        ({"appraise": mine.fixed_at(0.3)}, "said something else than tests.worlds.rules_of_a_user.fixed_at"),
        ({"learn": replacing.REPLACEABLE["appraise"]}, "cannot take the place of the rule learn"),
    ):
        for look in (tearsim.verify, tearsim.close_up):
            with pytest.raises(TearSimError, match=said):
                look(results, rules=given)
    plain = tearsim.sweep(CONTENT, out=tmp_path / "plain")
    with pytest.raises(TearSimError, match="No function took the place of the rule appraise in these results"):
        tearsim.verify(plain, rules=APPRAISE)


def test_a_story_is_told_under_a_theory_or_with_rules_replaced():
    small = {"therapists": 2, "caseload": 3, "weeks": 12, "eyes_fill_base": -1.0}
    alone = tearsim.simulate(log=True, **STEADY, **small, theory="habituation").sessions
    dyad = dyad_of(1, 0, small, 1, "longest", "habituation")
    assert [row.alliance for row in dyad.life.sessions] == alone[alone["client"] == 1]["alliance"].tolist()
    assert "Other rules than the model's own: appraise." in tearsim.story_of(1, **small, theory="habituation").world
    assert "Other rules than the model's own: appraise." in tearsim.story_of(1, **small, rules=APPRAISE).world
    assert "Other rules" not in tearsim.story_of(1, **small).world
    with pytest.raises(TearSimError, match="replaces the rule appraise itself"):
        tearsim.story_of(1, **small, theory="habituation", rules=APPRAISE)


def test_a_theory_beside_a_file_is_kept_with_the_results(small_experiment, tmp_path):
    tearsim.sweep(small_experiment, out=tmp_path / "out", theory="contagion", replicates=2)
    assert tomllib.loads((tmp_path / "out/experiment.toml").read_text(encoding="utf-8"))["theory"] == "contagion"
    assert tearsim.open_results(tmp_path / "out").experiment.theory == "contagion"


@pytest.mark.slow
def test_processes_import_the_functions_by_name_or_nothing_is_begun(tmp_path):
    with ProcessPoolExecutor(1, get_context("spawn")) as executor:
        there = tearsim.sweep(CONTENT, out=tmp_path / "there", rules=APPRAISE, executor=executor)
        with pytest.raises(TearSimError, match=r"cannot be imported by its name") as told:
            tearsim.sweep(CONTENT, out=tmp_path / "nowhere", rules={"appraise": mine.fixed_at(0.3)}, executor=executor)
    assert "\n" not in str(told.value)
    assert not (tmp_path / "nowhere").exists()
    assert there.runs.equals(tearsim.sweep(CONTENT, out=tmp_path / "here", rules=APPRAISE).runs)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"rules": {"appraise": mine.of_an_import}}, "cannot be compiled"),
        ({"rules": {"appraise": mine.too_few}}, "cannot take the place of the rule appraise"),
        ({"theory": "habituatoin"}, "There is no theory"),
        ({"theory": "habituation", "rules": APPRAISE}, "replaces the rule appraise itself"),
    ],
)
def test_what_a_sweep_cannot_run_is_refused_before_anything_is_written(how, said, tmp_path):
    with pytest.raises(TearSimError, match=said):
        tearsim.sweep(CONTENT, out=tmp_path / "out", **how)
    assert not (tmp_path / "out").exists()


def test_a_function_whose_source_nobody_can_read_is_refused(tmp_path):
    space = {}
    exec("def appraise(client, therapist, tears, p, luck):\n    return 0.9", space)
    with pytest.raises(TearSimError, match="cannot be read"):
        tearsim.sweep(CONTENT, out=tmp_path / "out", rules={"appraise": space["appraise"]})


def test_a_closer_look_is_at_the_people_of_the_same_theory(tmp_path):
    small = {**CONTENT, "parameters": {**CONTENT["parameters"], "weeks": 4}, "theory": "contagion"}
    shown = close_up(tearsim.sweep(small, out=tmp_path / "out"), point=0).shown
    cried = shown["client_tears"] != "none"
    assert (shown["tears_felt"] != "none").any()
    assert not (shown["tears_felt"] != "none")[~cried].any()


def test_a_check_takes_a_theory(tmp_path):
    tiny = Size(clinic_therapists=4, clinic_weeks=60, groups=2, group_therapists=4)
    plain, caught = (
        {one.finding.id: one.simulated.mean for one in tearsim.check(replicates=2, size=tiny, theory=theory)}
        for theory in (None, "contagion")
    )
    assert caught["tcit-cocrying"] == 1.0
    assert plain["tcit-cocrying"] != 1.0
    by_rule = tearsim.check(replicates=2, size=tiny, rules=theory_named("contagion").rules)
    assert {one.finding.id: one.simulated.mean for one in by_rule} == pytest.approx(caught, nan_ok=True)


# --- On the command line -------------------------------------------------------------------------------------------------


def test_theories_are_listed(ended, tmp_path):
    code, output, _ = ended("theories", "--json", cwd=tmp_path)
    listed = {one["name"]: one for one in json.loads(output)}
    assert (code, listed["outside life"]["parameters"]) == (0, {"leaving_exogenous": 0.5})
    code, output, _ = ended("theories", "repeats", cwd=tmp_path)
    assert code == 0
    assert "What do repeats do?" in output
    assert "sensitisation" in output
    assert "outside life" not in output


def test_a_run_takes_a_theory(ended, tmp_path):
    arguments = ["run", "--world", "mesa", "--set", "therapists=2", "--weeks", "3", "--json"]
    _, output, errors = ended(*arguments, "--theory", "outside life", cwd=tmp_path)
    told = json.loads(output)
    assert (told["theory"], told["parameters"]["leaving_exogenous"]) == ("outside life", 0.5), errors


def test_a_sweep_takes_a_theory(ended, small_experiment, tmp_path):
    command = [
        "sweep",
        small_experiment,
        "--theory",
        "growing used",
        "--replicates",
        "1",
        "--no-report",
        "--out",
        "out",
    ]
    code, _, errors = ended(*command, cwd=tmp_path)
    assert code == 0, errors
    assert provenance(tmp_path / "out")["parameters"]["appraisal_repeat"] == 0.2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "--theory", "habituatoin"], 'Did you mean "habituation"?'),
        (["check", "--theory", "habituatoin"], 'Did you mean "habituation"?'),
        (["sweep", "small", "--theory", "habituatoin"], 'Did you mean "habituation"?'),
        (["theories", "habituatoin"], 'Did you mean "habituation"?'),
    ],
)
def test_a_misspelt_theory_is_refused_in_one_line(arguments, said, refused, small_experiment, tmp_path):
    assert said in refused(*arguments, cwd=tmp_path)


def test_a_theory_holds_at_points_of_a_list_that_do_not_name_its_parameter():
    points = [{"weeks": 4}, {"weeks": 5, "leaving_exogenous": 0.1}]
    design = {"kind": "list", "replicates": 1, "points": points}
    said = {"title": "t", "question": "q", "theory": "outside life", "design": design}
    experiment = make_experiment(said, "the experiment")
    assert [point["leaving_exogenous"] for point in experiment.points] == [0.5, 0.1]
