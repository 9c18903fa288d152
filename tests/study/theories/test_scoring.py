"""Rival theories scored: which findings count, what a file may say, how answers are set beside each other, and resuming."""

import json

import numpy as np
import pytest

from tearsim.errors import TearSimError
from tearsim.evidence.instruments import INSTRUMENTS
from tearsim.evidence.patterns import findings
from tearsim.science.alternatives import THEORIES, Theory
from tearsim.science.codes import NO_TEARS
from tearsim.science.fitted import worlds_of
from tearsim.show.terminal.scored_theories import scored_markdown, scored_words
from tearsim.study.calibration import table
from tearsim.study.calibration.design import targets
from tearsim.study.calibration.effects import TEARFUL
from tearsim.study.theories.design import fitted_numbers, read_scoring
from tearsim.study.theories.leaving_out import difference
from tearsim.study.theories.refit import Refit, meant_by
from tearsim.study.theories.scoring import (
    AS_IT_IS,
    answers_to,
    beside_best,
    plain_name,
    questions_of,
    score_theories,
    scored_findings,
)

SMALL = """
title = "small"
seed = 3
worlds = "fitted"
members = 25
rounds = 2
[refit]
clinic_therapists = 3
clinic_weeks = 60
surveyed = 20
[check]
clinic_therapists = 3
clinic_weeks = 60
surveyed = 20
"""
LIFE = THEORIES["outside life"]


def written(folder, *changes):
    text = SMALL
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file = folder / "theories.toml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture(scope="module", autouse=True)
def small_practice():
    """What tears do is asked of a practice of a few therapists."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(TEARFUL, "therapists", 8)
        yield


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """A small scoring of two answers to one question, and its folder."""
    folder = tmp_path_factory.mktemp("scored")
    return score_theories(read_scoring(written(folder)), folder / "out", [LIFE]), folder


# --- What is scored, and what a file may say -----------------------------------------------------------------------------


def test_scores_are_of_all_that_is_fitted_to_and_of_no_finding_that_hangs_on_a_convention():
    scored = scored_findings()
    assert [t.finding.id for t in scored.fitted] == [f.id for f in findings("cal")]
    assert len(scored.compared) > 5
    for target in scored.compared:
        assert target.finding.role == "val"
        assert target.finding.judged
        assert not INSTRUMENTS[target.finding.instrument].conventions
        assert np.isfinite([target.centre, target.error]).all()


def test_no_refit_reads_a_finding_that_is_only_compared(monkeypatch, tmp_path):
    asked = []

    class Stopped(Exception):
        pass

    def measured(worlds, seed, replicate, instruments, *more, beside):
        asked.extend(instruments)
        raise Stopped

    monkeypatch.setattr(table, "measure", measured)
    c = read_scoring(written(tmp_path))
    with pytest.raises(Stopped):
        Refit(c, meant_by(LIFE, c.start()), tmp_path / "parts", 1, lambda _: None).members()
    assert set(asked) == {target.finding.instrument for target in targets()}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("members = 25", "members = 24", "members"),
        ("members = 25", "members = 9999", "there are as many fitted worlds"),
        ('worlds = "fitted"', 'worlds = "best"', "worlds"),
        ("rounds = 2", "rounds = 9", "rounds"),
        ("seed = 3", "seeds = 3", "seeds"),
    ],
)
def test_what_a_file_must_not_say_is_told_in_one_line(old, new, said, tmp_path):
    with pytest.raises(TearSimError, match=said) as refused:
        read_scoring(written(tmp_path, (old, new)))
    assert "\n" not in str(refused.value)


def test_the_file_that_comes_with_the_project_begins_with_worlds_that_differ_in_all_that_is_left_open(repository):
    text = (repository / "experiments/calibration/theories.toml").read_text(encoding="utf-8")
    assert 'worlds = "open"' in text


# --- What a theory means in a world --------------------------------------------------------------------------------------


def test_a_theory_that_sets_what_all_worlds_have_changes_nothing():
    worlds = worlds_of("fitted")[:5]
    assert meant_by(THEORIES["repair restores"], worlds).changes_nothing
    assert meant_by(THEORIES["repair scars"], worlds).parameters == {"repair_restores": 0.5}
    assert not meant_by(THEORIES["contagion"], worlds).changes_nothing
    self_serving = THEORIES["self-serving belief"]  # sets what is fitted, which differs from world to world
    assert meant_by(self_serving, worlds).parameters.keys() >= {"belief_unsettled_shows", "belief_improved_otherwise"}


def test_a_refit_leaves_alone_what_the_theory_sets(tmp_path):
    c = read_scoring(written(tmp_path))
    refit = Refit(c, meant_by(THEORIES["self-serving belief"], c.start()), tmp_path, 1, lambda _: None)
    assert set(refit.names) == set(fitted_numbers()) - {"belief_unsettled_shows", "belief_improved_otherwise"}


def test_every_question_has_the_answer_that_the_model_gives():
    worlds = worlds_of("fitted")[:5]
    change_nothing = {name: meant_by(theory, worlds).changes_nothing for name, theory in THEORIES.items()}
    asked = answers_to(list(THEORIES.values()), change_nothing)
    for question in {theory.question for theory in THEORIES.values()}:
        as_it_is = [one for one in asked if one.question == question and meant_by(one, worlds).changes_nothing]
        assert len(as_it_is) == 1, question


# --- Answers beside each other -------------------------------------------------------------------------------------------


def told(question, *scores, missed=()):
    named = {f"finding {i}": score for i, score in enumerate(scores)}
    return {"question": question, "scores": named, "score": sum(scores), "missed": list(missed)}


def test_the_evidence_prefers_an_answer_only_if_all_others_are_told_apart_from_it():
    clear = {"good": told("q", *[-1.0] * 8), "bad": told("q", *[-2.0] * 8), "near": told("q", *[-1.0] * 7, -1.2)}
    (asked,) = questions_of(clear)
    assert [one["theory"] for one in asked["answers"]] == ["good", "near", "bad"]
    assert asked["preferred"] == ["good", "near"]
    assert [one["behind"] for one in asked["answers"]] == pytest.approx([0.0, 0.2, 8.0])
    (asked,) = questions_of({"good": clear["good"], "bad": clear["bad"]})
    assert asked["preferred"] == ["good"]


def test_one_finding_alone_tells_no_theories_apart():
    """However far it is: whether it was an exception nobody could say."""
    best, other = told("q", *[-1.0] * 10), told("q", *[-1.0] * 9, -13.0, missed=["finding 9"])
    beside = beside_best("other", best, other)
    assert beside["behind"] == pytest.approx(12.0)
    assert not beside["told_apart"]
    assert beside["most"] == beside["missed"] == ["finding 9"]


def test_two_findings_that_only_one_theory_misses_tell_it_apart():
    both = ["finding 8", "finding 9"]
    best, other = told("q", *[-1.0] * 10), told("q", *[-1.0] * 8, -13.0, -13.0, missed=both)
    assert not difference(*(np.array(list(one["scores"].values())) for one in (best, other))).decides
    assert beside_best("other", best, other)["told_apart"]
    hardly_better = told("q", *[-1.0] * 9, -12.9)
    assert not beside_best("other", hardly_better, told("q", *[-1.0] * 8, -13.0, -13.0, missed=both))["told_apart"]


# --- A scoring ----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_scoring_tells_of_each_answer_all_that_is_asked(done):
    outcome, _ = done
    assert [plain_name(name) for name in outcome["theories"]] == [AS_IT_IS, "outside life"]
    for one in outcome["theories"].values():
        assert one["scores"].keys() == set(outcome["findings"]["cal"]) | set(outcome["findings"]["val"])
        assert one["score"] == pytest.approx(sum(one["scores"].values()))
        assert one["cal"]["judged"] == len(outcome["findings"]["cal"])
        assert 0 < one["val"]["judged"] <= len(findings("val"))
        effect = one["effect_on_leaving"]
        assert effect["middle_80"][0] <= effect["median"] <= effect["middle_80"][1]
        assert 0.0 <= effect["share_above_0"] <= 1.0
    (question,) = outcome["questions"]
    assert question["question"] == LIFE.question
    table = scored_markdown(outcome)
    assert "outside life" in table
    assert any(line.startswith(LIFE.question) for line in scored_words(outcome))


@pytest.mark.slow
def test_a_scoring_goes_on_to_the_same_bits(done, tmp_path):
    """What was cut off after a round, and what was changed since it was written, is lived again."""
    outcome, folder = done
    out = folder / "out"
    before = {file.relative_to(out): file.read_bytes() for file in out.rglob("*.parquet")}
    parts = sorted((out / "parts" / "outside_life").glob("*.parquet"))
    assert len(parts) == 10
    for file in parts:
        if not file.name.startswith("refit,_round_1"):
            file.unlink()
    parts[0].write_bytes(b"something else")
    again = score_theories(read_scoring(folder / "theories.toml"), out, [LIFE], workers=1)
    assert {file.relative_to(out): file.read_bytes() for file in out.rglob("*.parquet")} == before
    timed = {"seconds"}
    for name, one in outcome["theories"].items():
        assert {k: v for k, v in one.items() if k not in timed} == {
            k: v for k, v in again["theories"][name].items() if k not in timed
        }


@pytest.mark.slow
def test_what_was_scored_before_stays_beside_what_is_scored_later(done, tmp_path):
    _, folder = done
    more = score_theories(read_scoring(folder / "theories.toml"), folder / "out", [THEORIES["by-product"]])
    assert {one["question"] for one in more["questions"]} == {LIFE.question, THEORIES["by-product"].question}
    assert json.loads((folder / "out/theories.json").read_text(encoding="utf-8"))["theories"].keys() == (
        more["theories"].keys()
    )


def test_what_another_version_told_of_theories_is_told_anew(done):
    """Of batches that are there: nothing is lived again."""
    outcome, folder = done
    file = folder / "out/theories.json"
    held = json.loads(file.read_text(encoding="utf-8"))
    held["theories"]["outside life"] = {"question": LIFE.question}
    file.write_text(json.dumps({**held, "scored_by": "another"}), encoding="utf-8")
    again = score_theories(read_scoring(folder / "theories.toml"), folder / "out", [LIFE])
    assert again["theories"]["outside life"]["scores"] == outcome["theories"]["outside life"]["scores"]


def test_a_folder_of_another_scoring_is_refused(done, tmp_path):
    _, folder = done
    with pytest.raises(TearSimError, match="changed; choose another folder"):
        score_theories(read_scoring(written(tmp_path, ("seed = 3", "seed = 4"))), folder / "out", [LIFE])


def never_cries(client, depth, p, luck):
    return NO_TEARS


@pytest.mark.slow
def test_a_theory_that_is_plainly_wrong_is_told_from_the_model_as_it_is(tmp_path):
    """That clients never cry, however the rest is fitted again."""
    larger = ("clinic_therapists = 3\nclinic_weeks = 60\nsurveyed = 20", "clinic_therapists = 40\nsurveyed = 100")
    c = read_scoring(written(tmp_path, larger))
    wrong = Theory("dry eyes", "Do clients cry?", "never", "a test", rules={"cries": never_cries})
    outcome = score_theories(c, tmp_path / "out", [wrong])
    (question,) = outcome["questions"]
    best, other = question["answers"]
    assert plain_name(best["theory"]) == AS_IT_IS
    assert other["theory"] == "dry eyes"
    assert other["told_apart"]
    assert question["preferred"] == [best["theory"]]
    assert {"client-tears", "client-tears-alliance", "tcit-cocrying"} <= set(other["missed"])


# --- On the command line -------------------------------------------------------------------------------------------------


def test_the_command_goes_on_and_tells_as_json_or_as_a_table(done, ended, tmp_path):
    _, folder = done
    command = ["theories", "outside life", "--score", folder / "theories.toml", "--out", folder / "out", "--quiet"]
    code, output, errors = ended(*map(str, command), "--json", cwd=tmp_path)
    assert code == 0, errors
    found = json.loads(output)
    assert "outside life" in found["theories"]
    assert errors == ""
    code, output, _ = ended(*map(str, command), cwd=tmp_path)
    assert code == 0
    assert "Why do people leave?" in output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--score", "theories.toml"], "--out DIR"),
        (["--out", "somewhere"], "--score FILE"),
        (["--score", "nowhere.toml", "--out", "somewhere"], "nowhere.toml"),
        (["nothing like it", "--score", "theories.toml", "--out", "somewhere"], "No theory has"),
    ],
)
def test_what_cannot_be_scored_is_refused_in_one_line(arguments, said, refused, tmp_path):
    written(tmp_path)
    assert said in refused("theories", *arguments, cwd=tmp_path)
