"""A person's weeks in and out of therapy, lived again from their sessions: where they stand, and their distress.

A log holds sessions alone. What happens between them follows from the rules, the parameters and the same luck.
"""

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import NamedTuple, cast

from tearsim.science import lives, places
from tearsim.science.codes import COMPLETED, GAVE_UP, GOES_ON, IN_THERAPY, LOOKING, UNSETTLED
from tearsim.science.declaration import Value
from tearsim.science.fitted import in_world
from tearsim.science.people import Client
from tearsim.science.replaceable import SeeksSomeoneNew
from tearsim.science.replacing import Rule
from tearsim.science.settings import as_rules_read
from tearsim.science.types import Parameters, SessionLuck
from tearsim.worlds.luck_tables import LuckTables
from tearsim.worlds.outcomes import Numbers
from tearsim.worlds.tables import Table


class EndOfWeek(NamedTuple):
    """The end of a person's week: where they stand (`codes.STANDING`), and their distress in SD of intake."""

    standing: int
    distress: float


class WeeklyLuck:
    """The luck of a replicate's weeks, all of which is drawn when first asked for."""

    def __init__(self, seed: int, replicate: int) -> None:
        self._seed, self._replicate = seed, replicate
        self._drawn: Mapping[str, Numbers] = {}
        self._weeks = 0
        self._of_place: dict[int, list[SessionLuck]] = {}

    def row(self, week: int, place: int, p: Parameters) -> SessionLuck:
        """The luck of a place in a week of a practice, both counted from 0."""
        if self._weeks < p.weeks:
            table = LuckTables(self._seed, self._replicate).sessions(0, p.weeks, p.places)
            self._drawn, self._weeks = {name: table[name] for name in table.dtype.names or ()}, p.weeks
            self._of_place = {}
        if place not in self._of_place:
            self._of_place[place] = self._rows_of(place)
        return self._of_place[place][week]

    def _rows_of(self, place: int) -> list[SessionLuck]:
        outside, relapse = (self._drawn[name][:, place].tolist() for name in ("outside", "relapse"))
        rows = [_Row(self._drawn, week, place, outside[week], relapse[week]) for week in range(self._weeks)]
        return cast(list[SessionLuck], rows)


class _Row:
    """A row of luck: what every week out of therapy reads as it is, the rest when it is asked for, as plain numbers."""

    __slots__ = ("_drawn", "_place", "_week", "outside", "relapse")

    def __init__(self, drawn: Mapping[str, Numbers], week: int, place: int, outside: float, relapse: float) -> None:
        self._drawn, self._week, self._place = drawn, week, place
        self.outside, self.relapse = outside, relapse

    def __getattr__(self, name: str) -> float:
        return float(self._drawn[name][self._week, self._place])


class Surroundings:
    """What the weeks of a practice's people depend on: its parameters, its luck, and functions in the place of rules.

    Args:
        values: The practice's parameters by name.
        replicate: Which of several worlds it lived in.
        luck: That of the same replicate.
        rules: Functions in the place of rules, by the rules' names.
    """

    def __init__(
        self, values: Mapping[str, Value], replicate: int, luck: WeeklyLuck, rules: Mapping[str, Rule] | None = None
    ) -> None:
        self.p: Parameters = as_rules_read(in_world(values, replicate))
        self.seeks = cast(SeeksSomeoneNew, (rules or {}).get("seeks_someone_new", places.seeks_someone_new))
        self._luck = luck

    def luck(self, week: int, place: int) -> SessionLuck:
        """The luck of a place in a week, both counted from 0."""
        return self._luck.row(week, place, self.p)


def weeks_of(sessions: Table, weeks: Sequence[int], around: Surroundings) -> list[EndOfWeek]:
    """A person at the end of each of some weeks, counted from 1, in order, the first no earlier than a session.

    `sessions` are the rows of a log that are theirs, in order of week.
    """
    held = {name: sessions[name].tolist() for name in _READ}
    at = {week: position for position, week in enumerate(held["week"])}
    client, told = _someone(held), []
    wanted = set(weeks)
    for week in range(held["week"][0], weeks[-1] + 1):
        if week in at:
            _after_session(client, held, at[week], around)
        else:
            _outside(client, week, around)
        if client.standing == LOOKING:
            if week + 1 in at:  # found a place at the end of this week
                client.standing = IN_THERAPY
            elif places.loses_patience(client, around.p):
                client.standing = GAVE_UP
        if week in wanted:
            told.append(EndOfWeek(client.standing, client.distress))
    return told


_READ = ("week", "home", "place", "episode", "distress_before", "distress", "reception", "ending")
_Held = Mapping[str, list[float]]  # columns of a person's sessions


def _someone(held: _Held) -> Client:
    """A client as the rules of places and of life out of therapy read them, before their first session."""
    return cast(
        Client,
        SimpleNamespace(
            home=int(held["home"][0]) - 1,
            standing=IN_THERAPY,
            distress=held["distress_before"][0],
            leavings=0,
            unsettled_this_episode=False,
            unsettled_before=False,
            episode=0,
            weeks_out=0,
            wait=0.0,
            precedence=0.0,
            relapsed=False,
            distress_at_start=held["distress_before"][0],
        ),
    )


def _after_session(client: Client, held: _Held, position: int, around: Surroundings) -> None:
    """Where a session left someone; whose end is the end of the week."""
    if held["episode"][position] != client.episode:
        client.unsettled_before = client.unsettled_before or client.unsettled_this_episode
        client.unsettled_this_episode = False
        client.episode, client.distress_at_start = int(held["episode"][position]), held["distress_before"][position]
        client.standing, client.weeks_out, client.relapsed = IN_THERAPY, 0, False
    client.distress = held["distress"][position]
    if held["reception"][position] == UNSETTLED:
        client.unsettled_this_episode = True
    ending = int(held["ending"][position])
    if ending != GOES_ON:
        place = places.luck_row(client, int(held["place"][position]) - 1, around.p)
        luck = around.luck(int(held["week"][position]) - 1, place)
        places.end_episode(client, ending, around.p, luck, around.seeks)


def _outside(client: Client, week: int, around: Surroundings) -> None:
    """A week without a session."""
    luck = around.luck(week - 1, client.home)
    lives.live_outside(client, around.p, luck)
    if client.standing == LOOKING:
        places.look_on(client)
    elif client.standing == COMPLETED and lives.relapses(client, around.p, luck):
        places.looks_again(client, around.p, luck, around.seeks)
