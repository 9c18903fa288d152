"""The tutorials: the notebooks of experiments/, run, with what they said, and Plotly.js once for all of them.

A run is kept in `docs/_build/executed` and taken again until the notebook or the package changes. The tests that run
the notebooks leave theirs there, too, where `KEEP_EXECUTED` names that folder: then nothing is run twice.
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from plotly.io import to_html
from plotly.offline import get_plotlyjs

DOCS = Path(__file__).parents[1]
ROOT = DOCS.parent
EXECUTED, PLOTLY_FOLDER = DOCS / "_build/executed", DOCS / "_build/plotly"
NOTEBOOKS = sorted((ROOT / "experiments").rglob("*.ipynb"))
PLOTLY_DATA = "application/vnd.plotly.v1+json"
PLOTLY_SCRIPT = '<script src="../_static/plotly.min.js"></script>'


def make_tutorials() -> None:
    """Write docs/tutorials/NAME.ipynb for every notebook, running those whose run is not kept."""
    for folder in (EXECUTED, PLOTLY_FOLDER):
        folder.mkdir(parents=True, exist_ok=True)
    _write(PLOTLY_FOLDER / "plotly.min.js", get_plotlyjs())
    with ThreadPoolExecutor(2) as at_once:
        for notebook, ran in zip(NOTEBOOKS, at_once.map(executed, NOTEBOOKS), strict=True):
            _write(DOCS / "tutorials" / notebook.name, nbformat.writes(lightened(ran, notebook.stem)))


def executed(notebook: Path) -> nbformat.NotebookNode:
    """The notebook with what it said: as kept, if that is newer than all that it rests on, or run now.

    Raises nbclient's CellExecutionError where a cell fails: that ends the build.
    """
    kept = EXECUTED / notebook.name
    rests_on = (notebook, *(ROOT / "tearsim").rglob("*.py"))
    if not kept.exists() or kept.stat().st_mtime < max(file.stat().st_mtime for file in rests_on):
        read = nbformat.read(notebook, as_version=4)
        # in its own folder, below that of the results, as Jupyter would
        client = NotebookClient(
            read, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(notebook.parent)}}
        )
        client.execute()
        nbformat.write(read, kept)
    return nbformat.read(kept, as_version=4)


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
    return to_html(data, full_html=False, include_plotlyjs=False, include_mathjax=False, div_id=name, validate=False)


def _write(file: Path, text: str) -> None:
    if not file.exists() or file.read_text(encoding="utf-8") != text:  # what is as it was is not built again
        file.write_text(text, encoding="utf-8")
