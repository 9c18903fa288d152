"""Runs that a page keeps in mind beside the one that is watched: pinned, on its way, or asked about."""

from dataclasses import dataclass
from typing import NamedTuple

from tearsim.science.declaration import Value
from tearsim.show.page.watch import World
from tearsim.study.is_it_luck import Answer


@dataclass
class Pinned:
    """A run to see others against: it lives on beside them, always as far as they have come."""

    title: str
    values: dict[str, Value]
    seed: int
    world: World

    def anew(self) -> World:
        """The same world before its first session."""
        return World(self.seed, self.values)


class Becoming(NamedTuple):
    """A practice on its way: its settings, and the week to come back to."""

    values: dict[str, Value]
    seed: int
    weeks: int


@dataclass
class LuckAsked:
    """The question "Is it luck?", on its way or answered, and of which practice it was asked."""

    title: str
    values: dict[str, Value]
    seed: int
    weeks: int
    done: int = 0
    answer: Answer | None = None
