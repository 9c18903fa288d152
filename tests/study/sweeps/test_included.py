"""Experiments that come with the package are run by name; a new one is a file that runs as it is."""

import json
import tomllib
from pathlib import Path

import pytest

import tearsim
from tearsim.errors import TearSimError
from tearsim.study.sweeps.experiment import read_experiment
from tearsim.study.sweeps.included import file_of, included, write_new


def test_every_experiment_of_the_repository_is_included_with_its_question(repository):
    names = {file.parent.name for file in (repository / "experiments").glob("*/experiment.toml")}
    assert set(included()) == names
    assert all(one.question and one.title and one.file.is_file() for one in included().values())


def test_what_lies_here_comes_before_what_is_included(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert read_experiment(Path("what_matters"))[1] == included()["what_matters"].file
    here = tmp_path / "what_matters"
    here.mkdir()
    (here / "experiment.toml").write_text(
        'title = "mine"\nquestion = "?"\n[design]\nreplicates = 1\n[design.vary]\ncaseload = [3]\n', encoding="utf-8"
    )
    experiment, _ = read_experiment(Path("what_matters"))
    assert experiment.title == "mine"


@pytest.mark.parametrize(("given", "words"), [
    ("tears_and_dropuot", 'no experiment of that name comes with TearSim. Did you mean "tears_and_dropout"?'),
    ("xyz", "Included: culture, experience, over_comforting, tears_and_dropout, waiting_and_matching, what_matters."),
    ("folder/xyz.toml", "there is no such file"),
])  # fmt: skip
def test_a_name_that_is_neither_a_file_nor_included_is_one_line(given, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TearSimError) as refused:
        tearsim.sweep(given)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_new_experiment_runs_as_it_is_and_says_what_its_lines_are_for(tmp_path):
    file = write_new("does_it-work", tmp_path)
    text = file.read_text(encoding="utf-8")
    assert tomllib.loads(text)["title"] == "Does it work"
    assert text.count("# ") > 8
    results = tearsim.sweep(file, out=tmp_path / "out", replicates=2)
    assert set(results.runs["tears"]) == {"shown", "held back"}
    uncommented = (
        text.replace("# estimates", "estimates").replace("# [record]", "[record]").replace("# episodes", "episodes")
    )
    file.write_text(uncommented, encoding="utf-8")
    experiment, _ = read_experiment(file)
    assert experiment.parameters["estimates"] == "fitted"
    assert "episodes" in experiment.tables


@pytest.mark.parametrize("name", ["", "a/b", "../up", ".hidden", "with space", "x" * 200, "-flag"])
def test_a_name_that_no_file_should_have_is_refused(name, tmp_path):
    with pytest.raises(TearSimError, match="A name has letters"):
        write_new(name, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_there_is_never_written_over(tmp_path):
    (tmp_path / "mine.toml").write_text("mine", encoding="utf-8")
    with pytest.raises(TearSimError, match="is there already; nothing was written"):
        write_new("mine", tmp_path)
    assert (tmp_path / "mine.toml").read_text(encoding="utf-8") == "mine"


def test_the_command_line_lists_them_and_says_its_version(said, tmp_path):
    listed = json.loads(said("experiments", "--json", cwd=tmp_path))
    assert [one["name"] for one in listed] == list(included())
    shown = said("experiments", cwd=tmp_path)
    assert all(name in shown for name in included())
    assert said("--version", cwd=tmp_path).startswith("TearSim 0.")


def test_the_command_line_writes_a_new_one_once(said, refused, tmp_path):
    assert "mine.toml is written" in said("new", "mine", cwd=tmp_path)
    assert refused("new", "mine", cwd=tmp_path) == "tearsim: mine.toml is there already; nothing was written."


def test_a_file_of_that_name_is_found_beside_or_within_the_package(tmp_path):
    assert file_of(tmp_path) == tmp_path / "experiment.toml"
    assert file_of(tmp_path / "x.toml") == tmp_path / "x.toml"
