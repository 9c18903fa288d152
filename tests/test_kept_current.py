"""What is made from the code is what the code makes now; if not, `python docs/refresh.py`."""

import ast
import json
import re
import tomllib

import pytest

from docs import causal_diagram, refresh

OWN_EXPERIMENT = refresh.ROOT / "docs/own-experiment.md"
WAYS = refresh.ROOT / "docs/ways.md"


def test_the_tables_in_the_model_description_are_current():
    assert refresh.odd() == refresh.ODD.read_text(encoding="utf-8")


def test_the_types_and_the_rows_of_the_log_are_those_of_the_declarations():
    """A new parameter, draw or field of a session is declared once; a row of the log lacks none of them."""
    assert refresh.types_module() == refresh.TYPES.read_text(encoding="utf-8")
    assert refresh.log_row_module() == refresh.LOG_ROW.read_text(encoding="utf-8")


def test_a_session_gives_each_of_its_fields_what_is_called_so(repository):
    """The fields are filled by position: each by a name of its own, or by what the tears or the client are called by."""
    from tearsim.science.session import Session

    names = {f"tears.{name}": f"tears_{name}" for name in ("felt", "shown")}
    names |= {f"tears.{name}": name for name in ("origin", "noticed", "belief_noticed", "spoken")}
    names |= {f"client.{name}": f"{name}_before" for name in ("alliance", "distress")}
    names |= {"client.open_rupture": "rupture_before", "client.felt_empathy": "felt_empathy"}
    tree = ast.parse((repository / "tearsim/science/session.py").read_text(encoding="utf-8"))
    (made,) = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "Session")
    given = [ast.unparse(argument) for argument in made.args]
    assert [names.get(argument, argument) for argument in given] == list(Session._fields)


def test_the_answers_in_the_readme_the_docs_and_of_the_experiments_are_current():
    for page, text in refresh.pages().items():
        assert text == page.read_text(encoding="utf-8"), page
    assert refresh.experiments() == refresh.EXPERIMENTS.read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_answers_of_the_experiments_that_are_asked_first_are_current():
    assert refresh.experiments(**refresh.answers_in_seconds()) == refresh.EXPERIMENTS.read_text(encoding="utf-8")


def test_the_board_of_claims_and_the_essays_sentences_are_current():
    for page, text in refresh.claims_pages().items():
        assert text == page.read_text(encoding="utf-8"), page


def test_the_trace_page_is_current():
    assert refresh.trace_page() == refresh.TRACE.read_text(encoding="utf-8")


def test_the_causal_diagram_and_the_table_beside_it_are_current():
    assert refresh.DIAGRAM.read_text(encoding="utf-8") == causal_diagram.svg()
    assert refresh.DIAGRAM_PAGE.read_text(encoding="utf-8") == refresh.diagram_page()


@pytest.mark.slow
def test_the_check_in_the_docs_is_current():
    page = refresh.PAGES["check"]
    assert refresh.pages(check=refresh.checked())[page] == page.read_text(encoding="utf-8")


def test_the_fitted_worlds_are_those_of_the_calibration_on_record(repository):
    from tearsim.evidence.patterns import targets_hash
    from tearsim.science.fitted import WORLD_FILES, worlds_of

    done, fitted = refresh.calibrated(), json.loads(WORLD_FILES["fitted"].read_text(encoding="utf-8"))
    assert done["members"] == len(worlds_of("fitted"))
    assert f"{done['members']} parameter sets" in refresh.PAGES["fitted"].read_text(encoding="utf-8")
    assert fitted["parameters"] == done["settings"]["parameters"] == list(done["left_open"]["parameters"])
    assert fitted["findings_sha256"] == done["findings_sha256"]
    assert done["targets_sha256"] == targets_hash()  # the rest of the file may have been mended since
    file = tomllib.loads((repository / "experiments/calibration/calibration.toml").read_text(encoding="utf-8"))
    assert done["settings"].items() >= {name: file[name] for name in ("seed", "worlds", "draws", "data_sets")}.items()


def test_the_open_worlds_are_those_of_the_block_on_record(repository):
    from tearsim.evidence.patterns import targets_hash
    from tearsim.science.fitted import WORLD_FILES, worlds_of

    done, held = refresh.opened(), json.loads(WORLD_FILES["open"].read_text(encoding="utf-8"))
    assert done["members"] == len(worlds_of("open"))
    assert held["findings_sha256"] == done["findings_sha256"]
    assert done["targets_sha256"] == targets_hash()


def test_the_scored_theories_are_those_of_the_findings_and_the_file_of_the_project(repository):
    """Or the page says that there is no scoring: it never shows a stub."""
    from tearsim.evidence.patterns import targets_hash

    page = refresh.PAGES["scored"].read_text(encoding="utf-8")
    assert (refresh.NOT_SCORED in page) != refresh.SCORED.exists()
    if refresh.SCORED.exists():
        done = json.loads(refresh.SCORED.read_text(encoding="utf-8"))
        file = tomllib.loads((repository / "experiments/calibration/theories.toml").read_text(encoding="utf-8"))
        assert done["targets_sha256"] == targets_hash()
        assert done["settings"].items() >= {name: file[name] for name in ("seed", "worlds", "members")}.items()


def test_no_block_of_the_readme_or_the_docs_is_empty(repository):
    pages = (refresh.README, *(repository / "docs").rglob("*.md"))
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    blocks = re.findall(r"```(?:text|sh|toml|python|diff)\n(.*?)```", text, re.DOTALL)
    assert len(blocks) > 40
    assert all(block.strip() for block in blocks)


def test_the_model_description_names_every_rule(repository):
    """Whoever reads of a mechanism finds its function."""
    text = refresh.ODD.read_text(encoding="utf-8")
    for module in ("rules", "meeting"):
        tree = ast.parse((repository / f"tearsim/science/{module}.py").read_text(encoding="utf-8"))
        for function in (node.name for node in tree.body if isinstance(node, ast.FunctionDef)):
            assert f"{function}`" in text, function


def test_the_model_description_names_every_kind_of_luck():
    from tearsim.science.luck import KINDS_OF_LUCK

    table = refresh.ODD.read_text(encoding="utf-8").split("| Kind | One table for each")[1].split("\n\n")[0]
    assert re.findall(r"^\| ([a-z ]+) \|", table, re.MULTILINE) == list(KINDS_OF_LUCK)


def test_slopes_start_at_anchors_that_have_a_name(repository):
    """As the model description says: no rule subtracts a bare number from what someone is or has."""
    for module in ("rules", "meeting", "places", "people", "lives", "session"):
        text = (repository / f"tearsim/science/{module}.py").read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) and isinstance(node.right, ast.Constant):
                assert isinstance(node.right.value, int), f"{module}.py: {ast.unparse(node)}"


def test_the_experiments_in_the_docs_run(tmp_path):
    import tearsim

    grid, asks, points, latin = map(
        tomllib.loads, re.findall(r"```toml\n(.*?)```", OWN_EXPERIMENT.read_text(encoding="utf-8"), re.DOTALL)[:4]
    )
    small = {"therapists": 2, "weeks": 4}
    written = (("grid", {**grid, **asks}, 12), ("list", {**grid, **points}, 4), ("latin", {**grid, **latin}, 800))
    for name, experiment, runs in written:
        experiment = {**experiment, "parameters": small, "design": {**experiment["design"], "replicates": 2}}
        assert len(tearsim.sweep(experiment, out=tmp_path / name).runs) == runs
    assert set(asks["outcomes"]) <= set(tearsim.open_results(tmp_path / "grid").runs.columns)
    assert len(tearsim.open_results(tmp_path / "list").sessions) == 4 * 2 * 10 * 4


def test_the_experiment_in_ten_lines_runs(tmp_path):
    import tearsim

    (example,) = re.findall(r"```toml\n(.*?)```", refresh.EXPERIMENTS.read_text(encoding="utf-8"), re.DOTALL)
    assert len(example.splitlines()) == 10
    file = tmp_path / "speaking.toml"
    file.write_text(example, encoding="utf-8")
    results = tearsim.sweep(file, out=tmp_path / "speaking", replicates=2)
    assert len(results.runs) == 2 * len(results.experiment.points)
    assert set(results.runs["tears"]) == {"shown", "held back"}
    assert tearsim.answer_in_short(results)


def test_every_experiment_has_its_question_and_an_answer(repository):
    text = refresh.EXPERIMENTS.read_text(encoding="utf-8")
    blocks = dict(re.findall(r"<!-- (?:answer|question) of (\w+):.*?-->\n(.*?)<!-- end of", text, re.DOTALL))
    notebooks = {"one_run", "quickstart"}
    assert set(blocks) == {
        "tears_and_dropout", *refresh.ASKED_FIRST, "what_matters", "calibration", "open", "stay_or_seek", *notebooks,
    }  # fmt: skip
    assert all(len(block.split()) > 20 for block in blocks.values())
    for folder in (repository / "experiments").iterdir():
        assert folder.name == "README.md" or folder.name in text
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        assert (repository / "experiments" / link).exists(), link


def test_the_python_in_the_docs_runs(tmp_path, monkeypatch, repository):
    import tearsim

    monkeypatch.chdir(tmp_path)
    small = {"title": "t", "question": "q", "design": {"replicates": 1, "vary": {"therapist_tear_propensity": [0.5]}}}
    tearsim.sweep({**small, "parameters": {"therapists": 2}}, out=tmp_path / "results/tears_and_dropout")
    blocks = re.findall(r"```python\n(.*?)```", WAYS.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 2
    names: dict[str, object] = {}
    for block in blocks:
        exec(block, names)
    assert len(names["practice"].tallies) == 52
    assert len(names["shown"].sessions) == 10400
    (block,) = re.findall(
        r"```python\n(.*?)```", (repository / "docs/results.md").read_text(encoding="utf-8"), re.DOTALL
    )
    exec(block, names)
    assert (
        names["schema"].field("dropout_rate").metadata[b"meaning"].startswith(b"Ended episodes that the client ended")
    )


def test_versions_agree(repository):
    version = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"version: {version}" in (repository / "CITATION.cff").read_text(encoding="utf-8")
    assert f"## {version}" in (repository / "CHANGELOG.md").read_text(encoding="utf-8")


def test_no_module_is_long_and_no_function_must_be_scrolled(repository):
    for file in sorted((repository / "tearsim").rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        assert text.count("\n") <= 420, file
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno - node.lineno < 75, f"{file}: {node.name}"
