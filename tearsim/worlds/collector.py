"""Mesa's data collector for a practice: it can be pickled, and reporters may be added whenever one likes."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Protocol

import mesa

from tearsim.errors import TearSimError, echoed
from tearsim.science.declaration import nearest
from tearsim.worlds.outcomes import SERIES_COLUMNS


class LivesByWeek(Protocol):
    """A practice, as far as its week is told."""

    this_week: dict[str, float]


def attribute(name: str, agent: object) -> object:
    """An agent's attribute; None for one who has none of that name, as Mesa has it."""
    return getattr(agent, name, None)


def applied(function: Callable[..., object], arguments: list[object], agent: object) -> object:
    """A function of an agent and further arguments."""
    return function(agent, *arguments)


def of_this_week(name: str, practice: LivesByWeek) -> float:
    """A column of the weekly series, as of the week just lived."""
    return float(practice.this_week[name])


class Collector(mesa.DataCollector):
    """Reports each week of a practice: its seed, the weekly series, and whatever else someone asks for.

    A reporter that is added later has None for the weeks before. Mesa's own collector turns the name of an attribute
    into a function that cannot be pickled; this one into one that can.

    Raises TearSimError for the name of an attribute that no agent has, and for reporters that are no mapping.
    """

    def __init__(
        self,
        practice: mesa.Model,
        model_reporters: Mapping[str, object] | None = None,
        agent_reporters: Mapping[str, object] | None = None,
        agenttype_reporters: Mapping[type, Mapping[str, object]] | None = None,
    ) -> None:
        _refuse_other_than_mappings("model_reporters", model_reporters)
        _refuse_other_than_mappings("agent_reporters", agent_reporters)
        _refuse_other_than_mappings("agenttype_reporters", agenttype_reporters)
        for of_type in (agenttype_reporters or {}).values():
            _refuse_other_than_mappings("agenttype_reporters of a class", of_type)
        by_class = {kind: of_type or {} for kind, of_type in (agenttype_reporters or {}).items()}
        self._practice = practice
        weekly = {name: partial(of_this_week, name) for name in SERIES_COLUMNS}
        super().__init__({"seed": "seed", **weekly, **(model_reporters or {})}, agent_reporters, by_class)

    def _new_model_reporter(self, name: str, reporter: object) -> None:
        super()._new_model_reporter(name, reporter)
        weeks = max(map(len, self.model_vars.values()))
        self.model_vars[name] = [None] * weeks

    def _new_agent_reporter(self, name: str, reporter: object) -> None:
        if name not in self.agent_reporters:
            _make_room(self._agent_records.values())
        super()._new_agent_reporter(name, self._that_can_be_pickled(reporter, mesa.Agent))

    def _new_agenttype_reporter(self, agent_type: type, name: str, reporter: object) -> None:
        if name not in self.agenttype_reporters.get(agent_type, ()):
            for records in self._agenttype_records.values():
                _make_room([records.get(agent_type, [])])
        super()._new_agenttype_reporter(agent_type, name, self._that_can_be_pickled(reporter, agent_type))

    def _that_can_be_pickled(self, reporter: object, agent_type: type) -> object:
        if isinstance(reporter, str):
            one_of_each = {type(agent): agent for agent in self._practice.agents if isinstance(agent, agent_type)}
            if not any(hasattr(agent, reporter) for agent in one_of_each.values()):
                known = [name for agent in one_of_each.values() for name in dir(agent) if not name.startswith("_")]
                raise TearSimError(
                    f"No agent has the attribute {echoed(reporter)} to report.{nearest(reporter, known)}"
                )
            return partial(attribute, reporter)
        if not isinstance(reporter, list):
            return reporter
        if len(reporter) != 2 or not callable(reporter[0]) or not isinstance(reporter[1], list):
            raise TearSimError(
                f"A reporter that is a list holds a function and its arguments; {echoed(reporter)} does not."
            )
        return partial(applied, reporter[0], reporter[1])


def _refuse_other_than_mappings(name: str, given: object) -> None:
    if given is not None and not isinstance(given, Mapping):
        raise TearSimError(f"{name} takes a mapping of names to reporters, not {echoed(given)}.")


def _make_room(records: Iterable[list[tuple[object, ...]]]) -> None:
    """Lengthen what was recorded of agents by a value that nobody asked for then."""
    for rows in records:
        rows[:] = [(*row, None) for row in rows]
