"""The documentation: its links lead somewhere, its commands, experiments, Python and patches are true, and what is
public has a place in it. Of the built pages, which `poe docs` makes: that they ask nothing of another machine.
"""

import inspect
import os
import re
import shlex
import subprocess
import tomllib
from functools import cached_property
from html import unescape
from itertools import pairwise
from pathlib import Path

import pytest
import tomli_w
import typer

import tearsim
from tearsim.cli.app import app
from tearsim.science import lives, people, places, rules
from tearsim.science.parameters import PARAMETERS
from tearsim.science.replacing import REPLACEABLE
from tearsim.study.sweeps.experiment import read_experiment

ROOT = Path(__file__).parents[1]
DOCS, BUILT = ROOT / "docs", ROOT / "docs/_build/html"
PAGES = [page for page in sorted(DOCS.rglob("*.md")) if "_build" not in page.parts]
READ_FIRST = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "experiments/README.md"]
EVERYWHERE = [pytest.param(page, id=str(page.relative_to(ROOT))) for page in (*READ_FIRST, *PAGES)]


def text_of(page):
    return page.read_text(encoding="utf-8")


def blocks(page, language):
    """The code blocks of a language, those within lists included."""
    return re.findall(rf"^ *```{language}\n(.*?)^ *```", text_of(page), re.DOTALL | re.MULTILINE)


def without_code(text):
    return re.sub(r"^ *```.*?^ *```", "", text, flags=re.DOTALL | re.MULTILINE)


# --- Links ---------------------------------------------------------------------------------------------------------


def anchors(page):
    """The anchors of a page's headings, as the site and the places where repositories are read make them."""
    headings = re.findall(r"^#+ (.*)$", without_code(text_of(page)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", EVERYWHERE)
def test_every_link_of_a_page_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", without_code(text_of(page))):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        file = page.parent / path if path else page
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), target


def test_files_named_in_the_readme_and_the_docs_exist():
    for page in (*READ_FIRST, *PAGES):
        for name in re.findall(r"`((?:tearsim|tests|experiments|docs)/[\w./]+\.\w+|tearsim/[\w/]+/)`", text_of(page)):
            assert (ROOT / name).exists() or name.startswith("docs/_build"), (page.name, name)


def test_every_page_is_in_the_contents_and_every_entry_is_a_page():
    contents = re.findall(r"```\{toctree\}\n(.*?)```", text_of(DOCS / "index.md"), re.DOTALL)
    entries = {line for part in contents for line in part.splitlines() if line and not line.startswith(":")}
    tutorials = {f"tutorials/{notebook.stem}" for notebook in (ROOT / "experiments").rglob("*.ipynb")}
    pages = {str(page.relative_to(DOCS).with_suffix("")) for page in PAGES} - {"index"}
    assert entries == pages | tutorials


def test_what_is_taken_over_from_other_files_is_there():
    for page in PAGES:
        for file, options in re.findall(r"```\{include\} (\S+)\n(.*?)```", text_of(page), re.DOTALL):
            taken = text_of(page.parent / file)
            marks = re.findall(r':(?:start-after|end-before): "(.*)"', options)
            places_of_marks = [taken.find(mark) for mark in marks]
            assert -1 not in places_of_marks, (page.name, marks)
            assert places_of_marks == sorted(places_of_marks), (page.name, marks)


# --- What is public, and where rules live --------------------------------------------------------------------------


def test_every_public_name_has_an_entry():
    described = set(
        re.findall(r"^\.\. (?:auto\w+|py:data|py:module):: tearsim\.(\w+)\b", text_of(DOCS / "api.md"), re.M)
    )
    assert described - {"show"} == set(tearsim.__all__)


def described_by_type():
    """What napoleon reads up to a colon as a type: first lines of properties, and of what a function returns."""
    owners = [
        (owner.__name__, name, getattr(owner, name)) for owner in (tearsim, tearsim.figures) for name in owner.__all__
    ]
    things = [(f"{owner}.{name}", thing) for owner, name, thing in owners if callable(thing)]
    classes = [(name, thing) for name, thing in things if inspect.isclass(thing)]
    things += [
        (f"{name}.{inner}", one) for name, thing in classes for inner, one in vars(thing).items() if inner[0] != "_"
    ]
    for name, thing in things:
        text = inspect.getdoc(thing) or ""
        if isinstance(thing, property | cached_property):
            yield name, text.partition("\n")[0]
        elif returns := re.search(r"^Returns:\n +(.*)", text, re.MULTILINE):
            yield name, returns[1]


def test_no_description_is_torn_apart_at_a_colon():
    described = list(described_by_type())
    assert len(described) > 20
    for name, line in described:
        assert ":" not in re.sub(r"`[^`]*`", "", line), name


def test_every_rule_is_in_the_table_of_where_rules_live():
    table = text_of(DOCS / "model/where.md")
    for module in (rules, lives, places, people):
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                assert f"~{module.__name__}.{name}`" in table, name


def test_the_table_of_where_rules_live_tells_which_can_be_replaced():
    told = set()
    for line in text_of(DOCS / "model/where.md").splitlines():
        if "{py:func}" in line:
            _, _, functions, _, can, *_ = (cell.strip() for cell in line.split("|"))
            names = re.findall(r"\.(\w+)`", functions)
            those = [name for name in names if name in REPLACEABLE]
            some = f"yes, {', '.join(f'`{name}`' for name in those)}" if those else ""
            assert can == ("yes" if those == names else some), names
            told.update(those)
    assert told == set(REPLACEABLE)


def test_the_page_on_theories_lists_the_rules_that_can_be_replaced_with_their_arguments():
    text = text_of(DOCS / "theories.md")
    told = re.findall(r"^\| \{py:func\}`~([\w.]+)` \|.*\| `\((.*)\)` \|$", text, re.MULTILINE)
    assert told == [
        (f"{rule.__module__}.{name}", ", ".join(inspect.signature(rule).parameters))
        for name, rule in REPLACEABLE.items()
    ]
    assert f"There are {len(REPLACEABLE)}." in text


def test_the_table_of_commands_is_complete():
    told = set(re.findall(r"^\| `tearsim ([\w-]+)", text_of(DOCS / "commands.md"), re.MULTILINE))
    assert told == set(COMMANDS)


# --- Commands ------------------------------------------------------------------------------------------------------

COMMANDS = typer.main.get_command(app).commands
TASKS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["poe"]["tasks"]


def options_of(command):
    return {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}


def shown_commands(page):
    """The words after `tearsim` of every command that a page shows, in blocks and within sentences."""
    lines = [line for block in blocks(page, "sh") for line in re.split(r"\n|&&", block)]
    inside = re.findall(r"`((?:\S*/)?tearsim [a-z][^`]*)`", without_code(text_of(page)))
    for line in (*lines, *inside):
        found = re.search(r"(?:^|/|\s)tearsim (.*)$", line)
        if found and not line.strip().startswith("#"):
            yield shlex.split(found[1], comments=True)


@pytest.mark.parametrize("page", EVERYWHERE)
def test_every_command_that_a_page_shows_exists_with_its_options(page):
    for name, *words in shown_commands(page):
        if name.startswith("-"):
            assert name in ("--help", "--version")
        elif name != "COMMAND":
            options = options_of(COMMANDS[name]) | {"--help"}
            for word in words:
                assert not word.startswith("-") or word in options, (name, word)
            for word in (value for option, value in pairwise(words) if option == "--set"):
                parameter, _, value = word.partition("=")
                if f'"{parameter}"' not in "".join(blocks(page, "diff")):
                    PARAMETERS[parameter].check(value)


def test_every_task_that_contributors_are_told_of_exists():
    told = {task for page in (*READ_FIRST, *PAGES) for task in re.findall(r"`poe (\w+)", text_of(page))}
    told |= {task for page in (*READ_FIRST, *PAGES) for task in re.findall(r"^poe (\w+)", text_of(page), re.MULTILINE)}
    assert told == set(TASKS)


# --- Blocks that are run -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", EVERYWHERE)
def test_every_experiment_that_a_page_shows_can_be_run(page, tmp_path):
    """What begins with a title is whole; what does not is read with the last whole one around it."""
    whole = {"title": "t", "question": "q", "design": {"replicates": 1, "vary": {"caseload": [1]}}}
    for block in blocks(page, "toml"):
        shown = tomllib.loads(block)
        whole = shown if "title" in shown else {**whole, **shown}
        (tmp_path / "shown.toml").write_text(tomli_w.dumps(whole), encoding="utf-8")
        experiment, _ = read_experiment(tmp_path / "shown.toml")
        assert experiment.points


ELSEWHERE = {"mesa"}  # tests/worlds/test_mesa_driver.py
WITH_PYTHON = [page for page in EVERYWHERE if blocks(page.values[0], "python") and page.values[0].stem not in ELSEWHERE]


@pytest.mark.parametrize("page", WITH_PYTHON)
def test_the_python_of_a_page_runs(page, tmp_path, monkeypatch, swept):
    if page.parent.name == "contributing":
        pytest.skip("shows what a patch adds; it is run where the patch is tried")
    monkeypatch.chdir(swept)
    names: dict[str, object] = {}
    for block in blocks(page, "python"):
        if page.stem == "theories":  # as agents, who need no compiling: to the same bits (tests/worlds)
            block = block.replace("simulate(seed=1,", 'simulate(seed=1, world="mesa",')
        exec(block, names)


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    """A folder with results/tears_and_dropout, small ones."""
    folder = tmp_path_factory.mktemp("docs")
    experiment = tomllib.loads((ROOT / "experiments/tears_and_dropout/experiment.toml").read_text(encoding="utf-8"))
    experiment["parameters"] |= {"therapists": 2, "weeks": 8}
    tearsim.sweep(experiment, out=folder / "results/tears_and_dropout", replicates=2)
    return folder


WITH_PATCHES = [page for page in EVERYWHERE if blocks(page.values[0], "diff")]


def test_five_pages_show_contributors_a_patch():
    assert [page.values[0].stem for page in WITH_PATCHES] == ["claim", "finding", "outcome", "parameter", "rule"]


@pytest.mark.parametrize("page", WITH_PATCHES)
def test_every_patch_that_a_page_shows_can_be_applied(page):
    for patch in blocks(page, "diff"):
        done = subprocess.run(
            ["git", "apply", "--check", "--recount", "-"], input=patch, cwd=ROOT, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr


# --- The built pages -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def built():
    """The built pages. Where BUILT_DOCS is "required" they have to be there."""
    if not (BUILT / "index.html").exists():
        assert os.environ.get("BUILT_DOCS") != "required", "poe docs"
        pytest.skip("the documentation has not been built here: poe docs")
    return sorted(BUILT.rglob("*.html"))


def test_a_built_page_asks_nothing_of_another_machine(built):
    asks = re.compile(
        r"<(?:script|img|iframe|source|video|audio|embed|object)\b[^>]*\b(?:src|data)=[\"'](?:https?:)?//"
        r"|<link\b[^>]*\bhref=[\"'](?:https?:)?//"
    )
    for page in built:
        assert not asks.search(page.read_text(encoding="utf-8")), page
    for style in BUILT.rglob("*.css"):
        assert not re.search(r"url\([\"']?(?:https?:)?//|@import", style.read_text(encoding="utf-8")), style


def test_every_link_of_a_built_page_leads_somewhere(built):
    ids = {}
    for page in built:
        text = page.read_text(encoding="utf-8")
        ids[page] = set(re.findall(r"\b(?:id|name)=\"([^\"]+)\"", text))
    for page in built:
        for target in set(re.findall(r"<a\b[^>]*\bhref=\"([^\"]+)\"", page.read_text(encoding="utf-8"))):
            if re.match(r"[a-z]+:", target):
                continue
            path, _, anchor = target.partition("#")
            file = (page.parent / path).resolve() if path else page
            assert file.exists(), (page.name, target)
            assert not anchor or file not in ids or anchor in ids[file], (page.name, target)


def test_the_built_tutorials_show_their_figures(built):
    figures = {"analysis": 9, "one_run": 3, "quickstart": 2}
    for name, number in figures.items():
        text = (BUILT / f"tutorials/{name}.html").read_text(encoding="utf-8")
        assert text.count("Plotly.newPlot") == number
        assert 0 < text.index("_static/plotly.min.js") < text.index("Plotly.newPlot")
    assert (BUILT / "_static/plotly.min.js").stat().st_size > 1_000_000


def test_no_built_page_shows_the_marks_of_its_markdown(built):
    for page in built:
        if "_modules" in page.parts:  # code, as it stands
            continue
        text = re.sub(r"<(script|style)\b.*?</\1>|<!--.*?-->", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        shown = unescape(re.sub(r"<[^>]*>", "", text))
        assert "```" not in shown, page
        assert "<!--" not in shown, page


def test_the_built_pages_name_no_registry_and_no_path_of_this_machine(built):
    for page in built:
        text = page.read_text(encoding="utf-8")
        hosts = [f"{name}." for name in ("pypi", "conda")]
        folders = [f"/{name}/" for name in ("root", "home", "tmp")]
        for told in (*hosts, *folders, str(ROOT)):
            assert told not in text, (page.name, told)
