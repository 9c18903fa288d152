"""What can be taken away: the settings as an experiment for `tearsim sweep`, every session so far, and a replay."""

from collections.abc import Mapping
from typing import NamedTuple

import tomli_w

from tearsim.errors import TearSimError
from tearsim.science.declaration import Value
from tearsim.science.parameters import PARAMETERS
from tearsim.show.page.replay.file import REPLAY_FILE, replay_html
from tearsim.study.people.many_practices import PRACTICES
from tearsim.study.people.watched_practice import sessions_until

MOST_SESSIONS_SAVED = 250_000  # sessions that a browser is handed as one file


class File(NamedTuple):
    """A file for the browser to save."""

    name: str
    text: str


def experiment_file(title: str, values: Mapping[str, Value], seed: int, weeks: int) -> File:
    """These settings as an experiment: as many practices like it as "Is it luck?" runs, tears shown and held back."""
    manner = values["tears"]
    fixed = {name: value for name, value in values.items() if value != PARAMETERS[name].default and name != "tears"}
    content = {
        "title": title,
        "question": "What do tears do in a practice like this, compared with the same tears held back?",
        "parameters": {**fixed, "therapists": values["therapists"], "caseload": values["caseload"], "weeks": weeks},
        "design": {
            "kind": "grid",
            "replicates": PRACTICES,
            "seed": seed,
            "vary": {"tears": ["shown" if manner == "held back" else manner, "held back"]},
        },
    }
    return File("experiment.toml", tomli_w.dumps(content))


def log_file(values: Mapping[str, Value], seed: int, weeks: int) -> File:
    """Every session of the weeks so far.

    Raises TearSimError if there are more than a browser can be handed; it says how to get them.
    """
    sessions = int(values["therapists"]) * int(values["caseload"]) * weeks
    if sessions > MOST_SESSIONS_SAVED:
        raise TearSimError(
            f"{sessions:,} sessions are too many for a browser to save ({MOST_SESSIONS_SAVED:,} at most). Save the "
            "settings, and see tearsim run --log, which writes any number."
        )
    return File("sessions.csv", sessions_until(values, seed, weeks))


def replay_file(values: Mapping[str, Value], seed: int, weeks: int) -> File:
    """The weeks so far, to be replayed without Python.

    Raises TearSimError for more than one file can replay.
    """
    return File(REPLAY_FILE, replay_html(values, seed, weeks))
