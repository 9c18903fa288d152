"""The tutorials: the notebooks of experiments/, run, with what they said, and Plotly.js once for all of them.

A run is kept in `docs/_build/executed` and taken again until the notebook or the package changes. The tests that run
the notebooks leave theirs there, too, where `KEEP_EXECUTED` names that folder: then nothing is run twice.
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory

import nbformat
from nbclient import NotebookClient
from plotly.io import to_html
from plotly.offline import get_plotlyjs

import tearsim

DOCS = Path(__file__).parents[1]
ROOT = DOCS.parent
EXECUTED, PLOTLY_FOLDER = DOCS / "_build/executed", DOCS / "_build/plotly"
TUTORIALS = DOCS / "tutorials"  # not in git: made anew
NOTEBOOKS = sorted((ROOT / "experiments").rglob("*.ipynb"))
PLOTLY_DATA = "application/vnd.plotly.v1+json"
PLOTLY_SCRIPT = '<script src="../_static/plotly.min.js"></script>'


def make_tutorials() -> None:
    """Write docs/tutorials/NAME.ipynb for every notebook, running those whose run is not kept."""
    for folder in (EXECUTED, PLOTLY_FOLDER, TUTORIALS):
        folder.mkdir(parents=True, exist_ok=True)
    _write(PLOTLY_FOLDER / "plotly.min.js", get_plotlyjs())
    stale = [notebook for notebook in NOTEBOOKS if not is_kept(notebook)]
    if stale:
        with TemporaryDirectory() as folder, ThreadPoolExecutor(2) as at_once:
            tearsim.sweep(ROOT / "experiments/tears_and_dropout", out=Path(folder) / "results/tears_and_dropout")
            list(at_once.map(execute, stale, [folder] * len(stale)))
    for notebook in NOTEBOOKS:
        ran = nbformat.read(EXECUTED / notebook.name, as_version=4)
        _write(TUTORIALS / notebook.name, nbformat.writes(lightened(ran, notebook.stem)))


def is_kept(notebook: Path) -> bool:
    """Whether there is a run of the notebook that is newer than all that it rests on."""
    kept, rests_on = EXECUTED / notebook.name, (notebook, *(ROOT / "tearsim").rglob("*.py"))
    return kept.exists() and kept.stat().st_mtime > max(file.stat().st_mtime for file in rests_on)


def execute(notebook: Path, folder: str) -> None:
    """Run a notebook in a place of its own below the results it reads, beside what it stands beside, and keep it with
    what it said.

    Raises nbclient's CellExecutionError where a cell fails: that ends the build.
    """
    inside = Path(folder) / notebook.parent.relative_to(ROOT)
    inside.mkdir(parents=True, exist_ok=True)
    for beside in notebook.parent.glob("*.toml"):
        copy(beside, inside)
    read = nbformat.read(notebook, as_version=4)
    NotebookClient(read, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(inside)}}).execute()
    nbformat.write(read, EXECUTED / notebook.name)


def lightened(notebook: nbformat.NotebookNode, name: str) -> nbformat.NotebookNode:
    """The notebook with Plotly.js beside it instead of in it, and its figures drawn from their data: as Plotly writes
    them for notebooks, they ask another machine for MathJax.
    """
    figures = 0
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if PLOTLY_DATA in data:
                figures += 1
                data = {"text/html": drawn(data[PLOTLY_DATA], f"{name}-figure-{figures}")}
            elif get_plotlyjs() in data.get("text/html", ""):
                data = {"text/html": PLOTLY_SCRIPT}
            if data:
                output["data"] = data
    return notebook


def drawn(figure: dict[str, object], name: str) -> str:
    """A figure as HTML that needs no more than Plotly.js."""
    data = {part: figure[part] for part in ("data", "layout", "frames") if part in figure}
    quiet = {"displayModeBar": "hover", "displaylogo": False, "responsive": True}
    return to_html(
        data, config=quiet, full_html=False, include_plotlyjs=False, include_mathjax=False, div_id=name, validate=False
    )


def _write(file: Path, text: str) -> None:
    if not file.exists() or file.read_text(encoding="utf-8") != text:  # what is as it was is not built again
        file.write_text(text, encoding="utf-8")
