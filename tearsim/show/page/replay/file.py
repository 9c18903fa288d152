"""The file that replays a practice: what was recorded, what it is, and the script that plays it."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from shlex import join
from typing import TYPE_CHECKING

from tearsim.errors import TearSimError
from tearsim.science.declaration import Value
from tearsim.show.page import controls, texts
from tearsim.show.page.legend import legend
from tearsim.show.page.palette import css_variables
from tearsim.show.page.practice_and_twin import PracticeAndTwin
from tearsim.show.page.replay import sayings
from tearsim.show.page.replay.recording import Recording
from tearsim.show.words.english import lower_first, number_of
from tearsim.study.people.watched_practice import KEPT_WEEKS

if TYPE_CHECKING:
    from jinja2 import Template

HERE = Path(__file__).parent
REPLAY_FILE = "practice.html"
MOST_REPLAYED = 16_000  # about a kilobyte each: more would not go with a letter


def refuse_too_much(values: Mapping[str, Value], weeks: int) -> None:
    """Raise TearSimError for more weeks or sessions than one file can replay."""
    if not 1 <= weeks <= KEPT_WEEKS:
        raise TearSimError(f"A file replays 1 to {KEPT_WEEKS} weeks; {weeks} are outside.")
    sessions = int(values["therapists"]) * int(values["caseload"]) * weeks
    if sessions > MOST_REPLAYED:
        raise TearSimError(
            f"{sessions:,} sessions are too many for one file to replay ({MOST_REPLAYED:,} at most): take fewer weeks, "
            "therapists or places with each."
        )


def replay_html(
    values: Mapping[str, Value], seed: int, weeks: int, report: Callable[[int], object] = lambda _: None
) -> str:
    """The file: the first weeks of a practice, lived once more, as the page shows them.

    `report` is told each week that is done. Raises TearSimError for what cannot be run, and for too much.
    """
    refuse_too_much(values, weeks)
    practices = PracticeAndTwin(seed, values)
    recording = Recording(practices)
    recording.note()
    for week in range(1, weeks + 1):
        practices.step()
        recording.note()
        report(week)
    start = controls.start()
    here = practices.parameters | {name: start[name] for name in controls.NOT_SET_HERE}
    preset, changed = controls.preset_of(here), controls.differing(here, start)
    given = [f"--set={name}={controls.shown(here[name])}" for name in changed]
    return _template().render(
        title=preset.name if preset else "A practice",
        size=f"{number_of(practices.therapists, 'therapist')} with {number_of(int(values['caseload']), 'place')} each, "
        f"{number_of(weeks, 'week')}",
        seed=seed,
        line_of_seed=lower_first(controls.line_of_seed(here, seed)),
        changed=[
            (controls.label(name), *(controls.value_told(name, at[name]) for at in (here, start))) for name in changed
        ],
        command=join(["tearsim", "replay", REPLAY_FILE, f"--seed={seed}", f"--weeks={weeks}", *given]),
        version=version("tearsim"),
        texts=texts,
        sayings=sayings,
        variables=css_variables(),
        style=_beside("replay.css"),
        legend=legend(),
        script=_beside("replay.js"),
        data=_data(recording),
        last=weeks,
    )


def _data(recording: Recording) -> str:
    """What was recorded, as JSON that can stand within a page."""
    written = json.dumps(recording.data(), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return written.replace("<", "\\u003c")


def _beside(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


@cache
def _template() -> "Template":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("replay.html.jinja")
