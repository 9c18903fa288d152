"""A person's weeks in and out of therapy, lived again from their sessions: where they stand, and their distress.

A log holds sessions alone. What happens between them follows from the rules, the parameters and the same luck.
"""

from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import NamedTuple, cast

import numpy as np

from tearsim.science import lives, places
from tearsim.science.codes import COMPLETED, GAVE_UP, GOES_ON, IN_THERAPY, LOOKING, UNSETTLED
from tearsim.science.declaration import Value
from tearsim.science.fitted import in_world
from tearsim.science.people import Client
from tearsim.science.replaceable import SeeksSomeoneNew
from tearsim.science.settings import as_rules_read
from tearsim.science.types import Parameters, SessionLuck
from tearsim.worlds.luck_tables import LuckTables
from tearsim.worlds.tables import Table


class Week(NamedTuple):
    """The end of a person's week: where they stand (`codes.STANDING`), and their distress in SD of intake."""

    standing: int
    distress: float


class Surroundings:
    """What the weeks of a practice's people hang on: its parameters, and the luck of a replicate.

    Args:
        values: The practice's parameters by name.
        seed: Where all luck comes from.
        replicate: Which luck of that seed, and which of several worlds.
        seeks: The rule by which someone looks for a new therapist, where another function took its place.
    """

    def __init__(
        self,
        values: Mapping[str, Value],
        seed: int,
        replicate: int,
        seeks: SeeksSomeoneNew = places.seeks_someone_new,
    ) -> None:
        self.p: Parameters = as_rules_read(in_world(values, replicate))
        self.seeks = seeks
        self._seed, self._replicate = seed, replicate
        self._drawn: Table | None = None

    def luck(self, week: int, place: int) -> SessionLuck:
        """The luck of a place in a week, both counted from 0; all of it is drawn when first asked for."""
        if self._drawn is None:
            self._drawn = LuckTables(self._seed, self._replicate).sessions(0, self.p.weeks, self.p.places)
        row = self._drawn[week, place]
        return cast(SessionLuck, SimpleNamespace(**dict(zip(self._drawn.dtype.names or (), row.tolist(), strict=True))))


def weeks_of(sessions: Iterable[np.record], until: int, around: Surroundings) -> dict[int, Week]:
    """Every week of a person from their first session to a week, counted from 1.

    `sessions` are the rows of a log that are theirs, in order of week.
    """
    by_week = {int(row["week"]): row for row in sessions}
    first = min(by_week)
    client = _someone(by_week[first])
    told = {}
    for week in range(first, until + 1):
        if week in by_week:
            _after_session(client, by_week[week], around)
        else:
            _outside(client, week, around)
        if client.standing == LOOKING:
            if week + 1 in by_week:  # found a place at the end of this week
                client.standing = IN_THERAPY
            elif places.loses_patience(client, around.p):
                client.standing = GAVE_UP
        told[week] = Week(client.standing, client.distress)
    return told


def _someone(row: np.record) -> Client:
    """A client as the rules of places and of life out of therapy read them, before their first session."""
    return cast(
        Client,
        SimpleNamespace(
            home=int(row["home"]) - 1, standing=IN_THERAPY, distress=float(row["distress_before"]), leavings=0,
            unsettled_this_episode=False, unsettled_before=False, episode=0, weeks_out=0, wait=0.0,
            precedence=0.0, relapsed=False, distress_at_start=float(row["distress_before"]),
        ),
    )  # fmt: skip


def _after_session(client: Client, row: np.record, around: Surroundings) -> None:
    """Where a session left someone; whose end is the end of the week."""
    if row["episode"] != client.episode:
        client.unsettled_before = client.unsettled_before or client.unsettled_this_episode
        client.unsettled_this_episode = False
        client.episode, client.distress_at_start = int(row["episode"]), float(row["distress_before"])
        client.standing, client.weeks_out, client.relapsed = IN_THERAPY, 0, False
    client.distress = float(row["distress"])
    if row["reception"] == UNSETTLED:
        client.unsettled_this_episode = True
    if row["ending"] != GOES_ON:
        place = places.luck_row(client, int(row["place"]) - 1, around.p)
        places.end_episode(client, int(row["ending"]), around.p, around.luck(int(row["week"]) - 1, place), around.seeks)


def _outside(client: Client, week: int, around: Surroundings) -> None:
    """A week without a session."""
    luck = around.luck(week - 1, client.home)
    lives.live_outside(client, around.p, luck)
    if client.standing == LOOKING:
        places.look_on(client)
    elif client.standing == COMPLETED and lives.relapses(client, around.p, luck):
        places.looks_again(client, around.p, luck, around.seeks)
