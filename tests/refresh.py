"""Bring up to date what is made from the code: `python tests/refresh.py`; `--bench` for what takes minutes, too,
`--check` for the README's table of findings, and `--picture` for its picture of the page (which needs the extra "view",
and Chromium).

The tables in ODD.md, the answer in README.md and the golden run (`tests/golden.json`). A change of the golden run is a
change of the model: say so in the commit.
"""

import json
import re
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from tearsim.evidence.patterns import findings
from tearsim.science.parameters import PARAMETERS
from tearsim.show.calibration import fitted_markdown, left_open_markdown, summary_lines
from tearsim.show.evidence import patterns_markdown
from tearsim.show.tables import outcomes_markdown, parameters_markdown
from tearsim.worlds.simulate import simulate

ROOT = Path(__file__).parents[1]
ODD, README, GOLDEN = ROOT / "tearsim/science/ODD.md", ROOT / "README.md", ROOT / "tests/golden.json"
PICTURE = ROOT / "tearsim/show/page/practice.png"
CALIBRATED = ROOT / "experiments/calibration/outcome.json"

# A practice in which everything happens, small enough to run at every test.
GOLDEN_RUN = {"therapists": 8, "caseload": 6, "weeks": 60, "eyes_fill_base": -5.0, "relapse": 0.01, "grief_onset": 0.02}


def filled(text: str, block: str, content: str) -> str:
    """The text with new content between the markers of a block."""
    pattern = re.compile(rf"(<!-- {block}:.*?-->\n).*?(<!-- end of {block} -->)", re.DOTALL)
    assert len(pattern.findall(text)) == 1, block
    return pattern.sub(lambda found: found[1] + content + found[2], text)


def odd() -> str:
    """ODD.md as it should be."""
    text = filled(ODD.read_text(encoding="utf-8"), "parameters", "\n" + parameters_markdown(PARAMETERS) + "\n")
    text = filled(text, "patterns", "\n" + patterns_markdown(findings()) + "\n")
    text = filled(text, "trials", "\n" + "".join(f"- {line}\n" for line in summary_lines(calibrated())) + "\n")
    text = filled(text, "left open", "\n" + left_open_markdown(calibrated()) + "\n")
    return filled(text, "outcomes", "\n" + outcomes_markdown() + "\n")


def calibrated() -> dict[str, Any]:
    """What the calibration found that made the fitted worlds."""
    return json.loads(CALIBRATED.read_text(encoding="utf-8"))


def command_output(*arguments: str) -> str:
    """What a command prints, run from an empty folder."""
    tearsim = Path(sysconfig.get_path("scripts")) / "tearsim"
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([tearsim, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def answer() -> str:
    """The part of the main job's output that the README shows: the last table and the sentence after it."""
    output = command_output("sweep", str(ROOT / "experiments/tears_and_dropout"))
    shown = output[output.index("By client_boundary_sensitivity") : output.index("2,400 runs in")]
    return "\n".join(line.rstrip() for line in shown.rstrip().splitlines())


def readme(**blocks: str) -> str:
    """README.md as it should be; what takes minutes only if given."""
    text = filled(README.read_text(encoding="utf-8"), "fitted", fitted_markdown(calibrated()))
    for block, content in {"answer": answer(), **blocks}.items():
        lines = "\n".join(line.rstrip() for line in content.rstrip().splitlines())
        text = filled(text, block, f"```text\n{lines}\n```\n")
    return text


def slow_blocks() -> dict[str, str]:
    """Timings of this machine, and the answer of a sweep of minutes."""
    with tempfile.TemporaryDirectory() as folder:
        out = f"{folder}/what_matters"
        swept = json.loads(command_output("sweep", str(ROOT / "experiments/what_matters"), "--out", out, "--json"))
        indices = command_output("sensitivity", out, "--outcome", "dropout_rate")
    indices = indices[: indices.index("The same as a figure")]
    took = (
        f"{swept['runs']:,} runs, {swept['sessions']:,} sessions: {swept['seconds']:.0f} s on two cores "
        f"({swept['cpu_seconds']:.0f} s of one core), {swept['sessions_per_second'] / 1e6:.1f} million sessions a second"
    )
    return {
        "sensitivity": indices,
        "took": took,
        "bench": command_output("bench"),
        "bench-sweep": command_output("bench", "--sweep"),
    }


def checked() -> str:
    """What `tearsim check` prints, but for its last line."""
    return "\n".join(command_output("check").strip("\n").splitlines()[:-1])


def golden() -> dict[str, float | None]:
    """The golden run's outcomes; missing ones are None."""
    outcomes = simulate(seed=2024, **GOLDEN_RUN).outcomes
    return {name: None if value != value else value for name, value in outcomes.items()}


def picture() -> None:
    """Take the README's picture: the tearful practice after 30 weeks, in a window of 1400 x 900."""
    from tests.browser.driving import Tab, browsing, serving

    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as server, browsing() as browser:
        tab = Tab(browser, server.url)
        tab.press("Tearful practice")
        tab.live(30)
        tab.wait_until_drawn()
        tab.page.mouse.move(0, 0)
        tab.page.screenshot(path=PICTURE)


if __name__ == "__main__":
    ODD.write_text(odd(), encoding="utf-8")
    blocks = slow_blocks() if "--bench" in sys.argv else {}
    blocks |= {"check": checked()} if "--check" in sys.argv else {}
    README.write_text(readme(**blocks), encoding="utf-8")
    GOLDEN.write_text(json.dumps(golden(), indent=2) + "\n", encoding="utf-8")
    if "--picture" in sys.argv:
        picture()
