"""Running the notebooks of experiments/, and reading what they say."""

import os
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from plotly.offline import get_plotlyjs

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "experiments").rglob("*.ipynb"))
PLOTLY = "application/vnd.plotly.v1+json"


def named(name: str) -> Path:
    """The notebook of that name."""
    (found,) = (notebook for notebook in NOTEBOOKS if notebook.stem == name)
    return found


def ran(notebook: Path, folder: Path) -> list[Any]:
    """The code cells of a notebook that has been run in a folder, as a reader's kernel would."""
    read = nbformat.read(notebook, as_version=4)
    NotebookClient(read, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(folder)}}).execute()
    if kept := os.environ.get("KEEP_EXECUTED"):  # for the documentation, which shows them
        nbformat.write(read, Path(kept) / notebook.name)
    return [cell for cell in read.cells if cell.cell_type == "code"]


def figures(cells: list[Any]) -> list[Any]:
    """Plotly's figures in the cells."""
    return [output.data[PLOTLY] for cell in cells for output in cell.outputs if PLOTLY in output.get("data", {})]


def figures_in_an_export(cells: list[Any]) -> int:
    """How many of the cells' figures HTML made of them shows without a network: drawn after Plotly.js itself."""
    shown, plotly_is_there = 0, False
    for html in (output.data.get("text/html", "") for cell in cells for output in cell.outputs if "data" in output):
        plotly_is_there |= get_plotlyjs() in html
        shown += plotly_is_there and "Plotly.newPlot" in html and "plotly-graph-div" in html
    return shown


def last_words(cells: list[Any]) -> str:
    """The last thing that the cells say in words."""
    said = [output.data for cell in cells for output in cell.outputs if "text/markdown" in output.get("data", {})]
    return str(said[-1]["text/markdown"])
