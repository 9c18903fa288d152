"""Mesa's data collector for a practice: it can be pickled, and reporters may be added whenever one likes."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import mesa

from tearsim.worlds.outcomes import SERIES_COLUMNS


def attribute(name: str, agent: Any) -> Any:
    """An agent's attribute; None for one who has none of that name, as Mesa has it."""
    return getattr(agent, name, None)


def applied(function: Callable[..., Any], arguments: list[Any], agent: Any) -> Any:
    """A function of an agent and further arguments."""
    return function(agent, *arguments)


def of_this_week(name: str, practice: Any) -> float:
    """A column of the weekly series, as of the week just lived."""
    return float(practice.this_week[name])


class Collector(mesa.DataCollector):
    """Reports each week of a practice: its seed, the weekly series, and whatever else someone asks for.

    A reporter that is added later has None for the weeks before. Mesa's own collector turns the name of an attribute
    into a function that cannot be pickled; this one into one that can.
    """

    def __init__(self, model_reporters: Mapping[str, Any] | None = None,
                 agent_reporters: Mapping[str, Any] | None = None,
                 agenttype_reporters: Mapping[type, Mapping[str, Any]] | None = None) -> None:  # fmt: skip
        weekly = {name: partial(of_this_week, name) for name in SERIES_COLUMNS}
        super().__init__({"seed": "seed", **weekly, **(model_reporters or {})}, agent_reporters, agenttype_reporters)

    def _new_model_reporter(self, name: str, reporter: Any) -> None:
        super()._new_model_reporter(name, reporter)
        weeks = max(map(len, self.model_vars.values()))
        self.model_vars[name] = [None] * weeks

    def _new_agent_reporter(self, name: str, reporter: Any) -> None:
        super()._new_agent_reporter(name, _that_can_be_pickled(reporter))
        _make_room(self._agent_records)

    def _new_agenttype_reporter(self, agent_type: type, name: str, reporter: Any) -> None:
        super()._new_agenttype_reporter(agent_type, name, _that_can_be_pickled(reporter))
        for records in self._agenttype_records.values():
            _make_room({agent_type: records.get(agent_type, [])})


def _that_can_be_pickled(reporter: Any) -> Any:
    if isinstance(reporter, str):
        return partial(attribute, reporter)
    return partial(applied, reporter[0], reporter[1]) if isinstance(reporter, list) else reporter


def _make_room(records: Mapping[Any, list[tuple[Any, ...]]]) -> None:
    """Lengthen what was recorded of agents by a value that nobody asked for then."""
    for rows in records.values():
        rows[:] = [(*row, None) for row in rows]
