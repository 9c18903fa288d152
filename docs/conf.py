"""How the documentation is built: `poe docs`, or `sphinx-build -W --keep-going -n docs docs/_build/html`.

It asks nothing of the internet, neither when it is built nor when it is read: no fonts, scripts or inventories from
elsewhere.
"""

import re
import sys
import tomllib
from pathlib import Path

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS / "_ext"))

from tutorials import PLOTLY_FOLDER, make_tutorials  # noqa: E402

_project = tomllib.loads((DOCS.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]

project = "TearSim"
author = _project["authors"][0]["name"]
release = version = _project["version"]
copyright = author

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode"]
exclude_patterns = ["_build", "_ext", ".jupyter_cache"]
nitpicky = True
# Types in signatures need not lead anywhere; every function, class and page that a text names has to.
nitpick_ignore_regex = [("py:(class|obj|data)", ".*")]

# Markdown. Headings can be linked to: [words](page.md#the-heading).
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]
nb_execution_mode = "off"  # make_tutorials runs them, and keeps a run until the code changes
nb_output_stderr = "remove"  # what libraries say of the machine they run on

# Docstrings are plain text with `code` in it, and sections called Args, Returns and Raises.
default_role = "code"
smartquotes = False
napoleon_numpy_docstring = False
add_module_names = False
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
maximum_signature_line_length = 160

html_theme = "furo"
html_title = f"TearSim {version}"
html_static_path = ["static", str(PLOTLY_FOLDER)]
html_css_files = ["tearsim.css"]
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False
pygments_style = "tango"


def _says_nothing(*event: object) -> bool | None:
    """Leave out the fields of a named tuple, of which Python says where they stand: the signature names them."""
    _app, _what, _name, one, *_ = event
    return True if str(getattr(one, "__doc__", "")).startswith("Alias for field number") else None


def _to_tutorials(*event: object) -> None:
    """Links to notebooks, which lead to files where the repository is read, lead to the tutorials made of them here."""
    _app, _page, text = event
    assert isinstance(text, list)
    text[0] = re.sub(r"\]\(\.\./experiments/(?:\w+/)*(\w+\.ipynb)\)", r"](tutorials/\1)", text[0])


def setup(app: Sphinx) -> None:
    """Run the notebooks before anything is read; SPSS has no colours of its own."""
    app.connect("autodoc-skip-member", _says_nothing)
    app.connect("source-read", _to_tutorials)
    app.add_lexer("spss", TextLexer)
    make_tutorials()
