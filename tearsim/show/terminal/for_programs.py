"""The answer of a sweep for programs (`--json`): effects, differences by parameter and those who saw tears, each with
what it is over worlds; null for one set of estimates."""

import math

from tearsim.show.words.measures import SAW
from tearsim.study.answers.answer import Answer
from tearsim.study.answers.over_worlds import OverWorlds
from tearsim.study.estimates import Estimate


def answer_for_programs(answer: Answer) -> dict[str, object]:
    """What showing the tears did, how outcomes in question change with what varies, and those who saw tears.

    In each outcome's own unit: alliance from 0 to 1, leaving and dropout as shares. Those who saw tears are there if
    their people were brought back, as a report does.
    """
    found, seen = answer.contrasts, answer.people_so_far.saw
    return {
        "effects": {name: _told(one, found.effects_over_worlds.get(name)) for name, one in found.effects.items()},
        "differences": [
            {"parameter": parameter, "outcome": outcome, "from": one.first_level, "to": one.last_level}
            | _told(one.difference, one.worlds)
            for (parameter, outcome), dependence in found.shown.items()
            if outcome in found.asked
            for one in dependence.contrasts
        ],
        "those_who_saw": None
        if seen is None
        else {
            "clients": seen.clients,
            "saw": seen.saw,
            "practices": seen.practices,
            **{name: _told(seen.effects[name], seen.worlds.get(name)) for name in SAW},
        },
    }


def _told(one: Estimate, worlds: OverWorlds | None) -> dict[str, object]:
    ends = (("mean", one.mean), ("low", one.low), ("high", one.high))
    mean = {name: None if math.isnan(value) else value for name, value in ends}
    return {**mean, "worlds": None if worlds is None else worlds.as_dict()}
