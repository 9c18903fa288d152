"""The house: one name a thing, nothing computed where it is told, and everything public by the same rules."""

import ast
import inspect
from collections import defaultdict

import pytest

import tearsim

# Names that stand in more than one module and mean the same: who is meant by a protocol and by the agent that keeps to
# it; a command and what it runs; what each module of theories declares; a finding and the outcome it is read from. (To
# plan a study is a command; to plan the chunks of a sweep decides numbers, so that its name stays.)
SHARED = {
    "Client", "Therapist", "calibrate", "check", "effects", "export", "merge", "plan", "sensitivity",
    "sweep", "verify", "QUESTION",
    "THEORIES", "mean_sessions",
}  # fmt: skip


def top_level_names(tree):
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name))


def test_no_name_at_the_top_of_a_module_has_two_meanings(repository):
    homes = defaultdict(list)
    for file in sorted((repository / "tearsim").rglob("*.py")):
        for name in set(top_level_names(ast.parse(file.read_text(encoding="utf-8")))):
            if not name.startswith("_"):
                homes[name].append(str(file.relative_to(repository)))
    assert {name: files for name, files in homes.items() if len(files) > 1 and name not in SHARED} == {}
    assert all(len(homes[name]) > 1 for name in SHARED)


def is_table(node):
    """Whether a node is a list of rows, two entries or more over some lines, or one row by position of a table."""
    entries = node.keys if isinstance(node, ast.Dict) else getattr(node, "elts", ())
    if isinstance(node, ast.Call):
        return len(node.args) > 20
    kind = isinstance(node, ast.Dict | ast.List | ast.Set | ast.Tuple)
    return kind and len(entries) > 1 and node.end_lineno > node.lineno


def test_the_formatter_has_its_way_with_all_but_tables(repository):
    for folder in ("tearsim", "tests", "docs"):
        for file in sorted((repository / folder).rglob("*.py")):
            text = file.read_text(encoding="utf-8")
            skipped = {number for number, line in enumerate(text.split("\n"), 1) if line.endswith("  # fmt: skip")}
            tables = {node.end_lineno for node in ast.walk(ast.parse(text)) if is_table(node)}
            assert skipped <= tables, f"{file.relative_to(repository)}: {sorted(skipped - tables)}"


# What makes a mean, an interval or a share of rows: `study` does it, `show` is handed the result.
COMPUTES = {"mean", "std", "var", "median", "quantile", "groupby", "pivot_table", "agg", "corr"}
OURS = {"estimate", "ratio", "share", "means_by", "overall", "by_level", "paired_differences"}


def test_what_is_shown_computes_no_mean(repository):
    for file in sorted((repository / "tearsim/show").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                own = isinstance(node.func, ast.Name)
                name = node.func.id if own else getattr(node.func, "attr", "")
                assert name not in (OURS if own else COMPUTES | OURS), (
                    f"{file.relative_to(repository)}:{node.lineno} {ast.unparse(node)[:80]}"
                )


FUNCTIONS = [
    getattr(owner, name)
    for owner in (tearsim, tearsim.figures)
    for name in owner.__all__
    if inspect.isfunction(getattr(owner, name))
]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_how_a_public_function_does_it_goes_by_name(function):
    """What it is about comes first and may go by place; whatever has a default, but for the first, goes by name."""
    first, *others = inspect.signature(function).parameters.values()
    for parameter in others:
        if parameter.default is not parameter.empty:
            assert parameter.kind is parameter.KEYWORD_ONLY, parameter
    assert first.kind is first.POSITIONAL_OR_KEYWORD


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_a_public_function_tells_its_arguments_and_what_it_raises(function):
    said = inspect.getdoc(function)
    assert said.splitlines()[0].endswith((".", ":")) or said.split("\n\n")[0].endswith(".")
    for name, parameter in inspect.signature(function).parameters.items():
        shown = f"**{name}" if parameter.kind is parameter.VAR_KEYWORD else name
        assert f"{shown}:" in said, f"{function.__name__} does not tell of {shown}"
    assert "Raises:" in said
    assert "Returns:" in said or inspect.signature(function).return_annotation in (None, "None")


def test_every_public_name_is_there_and_listed():
    for name in tearsim.__all__:
        assert getattr(tearsim, name) is not None
    assert "__version__" in dir(tearsim)
    assert set(tearsim.__all__) <= set(dir(tearsim))


def test_notebooks_import_nothing_private(repository):
    import json

    for file in sorted((repository / "experiments").rglob("*.ipynb")):
        cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
        code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tearsim"):
                assert node.module == "tearsim", f"{file.name}: {ast.unparse(node)}"
            if isinstance(node, ast.Import):
                assert not any(alias.name.startswith("tearsim.") for alias in node.names), file.name


def test_every_experiment_goes_with_the_package(repository):
    import tomllib

    build = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    sent = build["targets"]["wheel"]["force-include"]
    files = sorted((repository / "experiments").glob("*/experiment.toml"))
    folders = ["experiments/claims", "experiments/studies"]
    assert sorted(sent) == sorted([*folders, *(str(file.relative_to(repository)) for file in files)])
    assert all(sent[one] == f"tearsim/{one}" for one in sent)
