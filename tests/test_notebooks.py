"""The notebooks: stripped in git, run from the first cell to the last, and ending in an answer made from the data."""

import os
import re

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError

import tearsim
from docs import refresh
from tearsim.show.words.stay_or_seek import map_in_words
from tests.notebooks import NOTEBOOKS, ROOT, figures, figures_in_an_export, last_words, named, ran


def test_there_are_notebooks_for_a_sweep_for_one_run_and_to_begin_with():
    assert [notebook.stem for notebook in NOTEBOOKS] == ["one_run", "quickstart", "stay_or_seek", "analysis"]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.name)
def test_a_notebook_is_kept_without_what_a_run_leaves_in_it(notebook):
    read = nbformat.read(notebook, as_version=4)
    nbformat.validate(read)
    assert set(read.metadata) == {"kernelspec", "language_info"}
    assert set(read.metadata.language_info) == {"name"}
    for cell in read.cells:
        assert cell.metadata == {}
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.name)
def test_no_result_is_typed_into_a_notebooks_words(notebook):
    """What could go stale is computed: the words between the cells hold no figure, and an answer is the last of them."""
    read = nbformat.read(notebook, as_version=4)
    words = [cell.source for cell in read.cells if cell.cell_type == "markdown"]
    for text in words:
        assert not re.search(r"\d", text), text
    assert words[-1].startswith("## The answer")
    assert "never advice about a person" in words[0]


@pytest.fixture
def swept(tmp_path):
    """The results of the first experiment, all of them: the documentation shows what the notebook makes of them."""
    results = tmp_path / "results/tears_and_dropout"
    return tearsim.sweep(ROOT / "experiments/tears_and_dropout", out=results)


@pytest.mark.notebook
def test_the_analysis_reads_the_results_draws_them_and_answers(swept, tmp_path):
    inside = tmp_path / "experiments/tears_and_dropout"
    inside.mkdir(parents=True)  # Jupyter runs a notebook in its own folder, below that of the results
    cells = ran(named("analysis"), inside)
    assert len(figures(cells)) == figures_in_an_export(cells) == 9
    assert all(figure["data"] for figure in figures(cells))
    assert last_words(cells) == "\n\n".join(tearsim.answer_in_short(swept))
    assert "95 % interval" in last_words(cells)


@pytest.mark.notebook
def test_the_analysis_says_how_to_make_results_where_there_are_none(tmp_path):
    with pytest.raises(
        CellExecutionError, match=r"There are no results yet. `tearsim sweep experiments/tears_and_dropout`"
    ):
        ran(named("analysis"), tmp_path)


@pytest.mark.notebook
def test_the_one_run_notebook_answers_from_its_practice(tmp_path):
    cells = ran(named("one_run"), tmp_path)
    assert len(figures(cells)) == figures_in_an_export(cells) == 3
    settings = {"therapist_tear_propensity": 0.9, "arrivals": "cohort", "comfort_learns_from": "nothing"}
    answer = tearsim.is_it_luck(settings, seed=3, weeks=52, practices=60)
    effect = answer.effects["left"]
    assert f"among {answer.people:,} clients" in last_words(cells)
    assert f"{effect.mean:+.1f} in a hundred (95 % interval {effect.low:+.1f} to {effect.high:+.1f})" in last_words(
        cells
    )
    sessions = tearsim.simulate(3, log=True, **settings).sessions
    saw = sessions[sessions["noticed"]]["client"].unique()
    left = sessions[sessions["client"].isin(saw)].groupby("client")["ending"].last().eq("left").sum()
    assert f"In this one practice {left} of the {len(saw)} who saw tears left in the end" in last_words(cells)
    assert last_words(cells) in refresh.EXPERIMENTS.read_text(encoding="utf-8"), "python docs/refresh.py --notebooks"


@pytest.mark.notebook
def test_the_quickstart_runs_and_leaves_nothing_behind(tmp_path):
    cells = ran(named("quickstart"), tmp_path)
    assert len(figures(cells)) == figures_in_an_export(cells) == 2
    assert re.search(r"95 % interval [+-]0\.\d{3} to [+-]0\.\d{3}, over 20 replicates", last_words(cells))
    assert last_words(cells) in refresh.EXPERIMENTS.read_text(encoding="utf-8"), "python docs/refresh.py --notebooks"
    assert os.listdir(tmp_path) == []


@pytest.mark.notebook
def test_the_notebook_on_staying_draws_its_map_and_answers(tmp_path):
    """With fewer practices than its folder asks for, so that it takes seconds."""
    few = (
        (refresh.STAY_OR_SEEK / "map.toml")
        .read_text(encoding="utf-8")
        .replace("week = 26", "week = 26\npractices = 16")
    )
    (tmp_path / "map.toml").write_text(few, encoding="utf-8")
    cells = ran(named("stay_or_seek"), tmp_path)
    assert len(figures(cells)) == figures_in_an_export(cells) == 2
    assert last_words(cells) == "\n\n".join(map_in_words(tearsim.stay_or_seek(tmp_path / "map.toml")))
    assert "staying minus seeking someone new" in last_words(cells)
