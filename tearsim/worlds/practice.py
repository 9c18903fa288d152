"""The Mesa world: a practice that can be watched week by week, its people asked, and their behaviour replaced.

The order of a week is that of `compiled_week.py`; nothing is decided here. Same parameters and seed, same numbers.
"""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import mesa
import numpy as np

from tearsim.errors import TearSimError
from tearsim.science import lives, people, places, tally
from tearsim.science.alternatives import with_theory
from tearsim.science.codes import GAVE_UP, GOES_ON, IN_THERAPY, LEFT, LOOKING, OPEN_PRACTICE
from tearsim.science.fitted import in_world
from tearsim.science.log import belongs_in_log
from tearsim.science.log_row import write_session
from tearsim.science.luck import Luck
from tearsim.science.replacing import Rule
from tearsim.science.session import Session
from tearsim.science.settings import all_given, as_rules_read, checked, kept_by
from tearsim.science.types import ClientLuck, SessionLuck, TherapistWeekLuck
from tearsim.worlds.agents import Client, Therapist, acting, refuse_two_of_one, refuse_what_is_never_called
from tearsim.worlds.by_name import takes_parameters
from tearsim.worlds.collector import Collector
from tearsim.worlds.outcomes import SO_FAR, outcomes, series
from tearsim.worlds.seeds import seed_of
from tearsim.worlds.tables import LOG, TALLIES, Table

FOREVER = 10**9  # weeks: nobody knows beforehand how long a practice will be watched


class Practice(mesa.Model):
    """A practice of therapists and clients, one week a `step()`.

    It stops `running` after as many weeks as the parameters say; whoever steps by hand may go on.

    Args:
        seed: Where all luck comes from. Without one it has a fresh one, which it keeps and tells: so Mesa's `batch_run`
            gets another practice each time.
        rng: Mesa's newer name for the seed.
        replicate: Other luck of the same seed; with fitted worlds, another of them.
        log: Which sessions to keep: none, all (True), or "tears" for those in which the therapist's eyes filled.
        therapist_class: A subclass of `Therapist` with rules of its own.
        client_class: A subclass of `Client` with rules of its own.
        model_reporters: Mesa's: what its data collector is to keep of each week beside the weekly series.
        agent_reporters: Mesa's, the same of agents.
        agenttype_reporters: Mesa's, the same of agents of a type.
        theory: A rival theory by name (`tearsim theories`): parameters, which those given here override, and rules.
        rules: Functions in the place of rules, by the rules' names.
        scenario: Mesa's, from 3.5 on: it holds parameters by name, and is handed over when a page is reset.
        parameters: Parameters of the model by name, or the name of a set ("fitted"); defaults for the rest.
        **named: Parameters, one by one.

    Raises:
        TearSimError: For parameters, a seed, a replicate, a log, a theory or rules that are not allowed, and for
            classes that override what is never called.

    >>> import tearsim
    >>> practice = tearsim.Practice(seed=3, therapists=4, caseload=5)
    >>> practice.run(weeks=10)
    >>> practice.outcomes()["sessions"]
    200.0
    """

    @takes_parameters
    def __init__(
        self,
        seed: Any = None,
        *,
        rng: Any = None,
        replicate: int = 0,
        log: bool | int | str = False,
        therapist_class: type[Therapist] = Therapist,
        client_class: type[Client] = Client,
        model_reporters: Mapping[str, Any] | None = None,
        agent_reporters: Mapping[str, Any] | None = None,
        agenttype_reporters: Mapping[type, Mapping[str, Any]] | None = None,
        theory: str | None = None,
        rules: Mapping[str, Rule] | None = None,
        scenario: Any = None,
        parameters: str | Mapping[str, Any] | None = None,
        **named: Any,
    ) -> None:
        set_there = {} if scenario is None else dict(vars(scenario))
        seeds = [given for given in (seed, rng, set_there.pop("rng", None)) if given is not None]
        if len(seeds) > 1:
            raise TearSimError("seed and rng, a scenario's too, are two names for one thing: give one of them.")
        refuse_what_is_never_called(therapist_class, Therapist)
        refuse_what_is_never_called(client_class, Client)
        given, self.replaced = with_theory(theory, rules, set_there | all_given(parameters, named))
        refuse_two_of_one(self.replaced, therapist_class, client_class)
        self.seed = seed_of(*seeds or [None])
        self.luck = Luck(self.seed, replicate)
        super().__init__(rng=self.seed)  # Mesa's own random numbers, which nothing here uses
        self.replicate, self._agents_made = replicate, 0
        if scenario is not None:
            self.scenario = scenario
        self.parameters = in_world(checked(given), replicate)
        self.p = as_rules_read(self.parameters)
        self.p.watched_weeks = FOREVER
        self.week = 0
        self.kept = kept_by(log)
        self._client_class = client_class
        self._newcomers: list[list[ClientLuck]] = []
        self._rows: list[SimpleNamespace] = []
        self._tallies: list[Table] = []  # a row each week: packed, so that years take little memory

        self.people: list[Any] = []
        self.left_before: list[list[bool]] = []
        self.seats = [places.FREE] * self.p.places
        self.turns = [0] * self.p.places
        self.looking: list[int] = []
        self.finished: list[int] = []
        self.therapists = [therapist_class(self, room) for room in range(self.p.therapists)]
        first = self.luck.therapists(0, 1, self.p.therapists, bool(self.p.stratified_therapists))[0]
        for therapist, row in zip(self.therapists, first, strict=True):
            people.enter_practice(therapist, therapist.room + 1, 0, people.years_at_start(self.p, row), self.p, row)
        for place in range(self.p.places):
            self._welcome_newcomer(place)
        self.this_week: dict[str, float] = {}
        self.datacollector = Collector(self, model_reporters, agent_reporters, agenttype_reporters)

    def __repr__(self) -> str:
        other = f", replicate {self.replicate}" if self.replicate else ""
        planned = f" of {self.p.weeks}" if self.week <= self.p.weeks else ""
        in_therapy = sum(seat != places.FREE for seat in self.seats)
        return (
            f"<{type(self).__name__}: seed {self.seed}{other}, week {self.week}{planned}, "
            f"{_counted(self.p.therapists, 'therapist')}, {_counted(in_therapy, 'client')} in therapy>"
        )

    # --- Luck, addressed ---------------------------------------------------------------------------------------------

    def luck_of_session(self, client: Client, place: int) -> SessionLuck:
        """This week's luck of a client who sits in a place."""
        return self._session_luck[places.luck_row(client, place, self.p)]

    def luck_of_place(self, place: int) -> SessionLuck:
        """This week's luck of a place."""
        return self._session_luck[place]

    def luck_of_therapist(self, room: int) -> TherapistWeekLuck:
        """This week's luck of the therapist in a room."""
        return self._therapist_luck[room]

    def luck_of_client(self, turn: int, place: int) -> ClientLuck:
        """The luck that makes the turn-th client who comes to a place."""
        while turn >= len(self._newcomers):
            self._newcomers += self.luck.clients(len(self._newcomers), 1, self.p.places)
        return self._newcomers[turn][place]

    # --- The week ----------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """One week: therapists' own lives, sessions, lives out of therapy, learning, places, retirement."""
        self._session_luck = self.luck.sessions(self.week, 1, self.p.places)[0]
        self._therapist_luck = self.luck.therapist_weeks(self.week, 1, self.p.therapists)[0]
        self.tally = SimpleNamespace(**dict.fromkeys(TALLIES.names or (), 0.0))
        for therapist in self.therapists:
            therapist.begin_week()
        vacated = self._hold_sessions()
        self._live_on()
        for therapist in self.therapists:
            therapist.end_week()
        self._change_places(vacated)
        self._replace_retired()
        self.tally.in_therapy = float(sum(seat != places.FREE for seat in self.seats))
        self.tally.looking = float(len(self.looking))
        self._tallies.append(_table([self.tally], TALLIES))
        self.week += 1
        if self.week >= self.p.weeks:
            self.running = False
        self._collect()

    def run(self, weeks: int | None = None) -> None:
        """Run so many weeks, or as many as the parameters say."""
        for _ in range(self.p.weeks if weeks is None else weeks):
            self.step()

    def _hold_sessions(self) -> list[tuple[int, Session]]:
        """One session for each client in therapy, in order of place; returns where therapy ended."""
        vacated = []
        for place, index in enumerate(self.seats):
            if index == places.FREE:
                continue
            client, therapist = self.people[index], self.therapists[place % self.p.therapists]
            if client.sessions == 0 and client.first_week < 0:
                self.tally.arrived += 1.0
            happened = client.attend(place, therapist)
            tally.count_session(self.tally, happened)
            if happened.ending != GOES_ON:
                vacated.append((place, happened))
                tally.count_ending(self.tally, client, happened)
            if lives.asked_now(client, self.week):
                tally.count_follow_up(self.tally, client)
            if belongs_in_log(happened, self.kept):
                row = SimpleNamespace()
                write_session(row, self.week, place, client, therapist, happened)
                self._rows.append(row)
        return vacated

    def _live_on(self) -> None:
        """A week for all those out of therapy; whoever relapses may begin to look, whoever was asked is let go."""
        for index in self.looking:
            client = self.people[index]
            client.live_outside()
            places.look_on(client)
            if lives.asked_now(client, self.week):
                tally.count_follow_up(self.tally, client)
        followed, self.finished = self.finished, []
        for index in followed:
            client = self.people[index]
            client.live_outside()
            if lives.asked_now(client, self.week):
                tally.count_follow_up(self.tally, client)
            if self._looks_again(client):
                self.looking.append(index)
            else:
                self._follow(index)

    def _looks_again(self, client: Client) -> bool:
        luck = self.luck_of_place(client.home)
        seeks = acting(client).seeks_someone_new
        return lives.relapses(client, self.p, luck) and places.looks_again(client, self.p, luck, seeks)

    def _change_places(self, vacated: list[tuple[int, Session]]) -> None:
        """Vacated places go to those who look, longest wait first, and in an open practice to new people."""
        for place, happened in vacated:
            index = self.seats[place]
            client = self.people[index]
            self.seats[place] = places.FREE
            luck, seeks = self.luck_of_session(client, place), acting(client).seeks_someone_new
            places.end_episode(client, happened.ending, self.p, luck, seeks)
            if happened.ending == LEFT:
                self.left_before[index][place % self.p.therapists] = True
            if client.standing == LOOKING:
                self.looking.append(index)
            else:
                if client.standing == GAVE_UP:
                    self.tally.gave_up += 1.0
                self._follow(index)
        places.match(
            self.people,
            self.looking,
            len(self.looking),
            self.left_before,
            self.seats,
            self.therapists,
            self._session_luck,
            self.p,
            self.tally,
            _choice_of_their_own,
        )
        self._keep_looking()
        if self.p.arrivals == OPEN_PRACTICE:
            for place, _ in vacated:
                if self.seats[place] == places.FREE:
                    self._welcome_newcomer(place)

    def _keep_looking(self) -> None:
        """Those who found no place look on, or lose patience."""
        looked, self.looking = self.looking, []
        for index in looked:
            client = self.people[index]
            if client.standing == IN_THERAPY:
                continue
            if places.loses_patience(client, self.p):
                client.standing = GAVE_UP
                self.tally.gave_up += 1.0
                self._follow(index)
            else:
                self.looking.append(index)

    def _replace_retired(self) -> None:
        """A beginner takes over the room of whoever retires, and the clients who come to it."""
        for therapist in self.therapists:
            if therapist.retires(self.p):
                room, holder = therapist.room, therapist.holder + 1
                luck = self.luck.therapists(holder, 1, self.p.therapists)[0][room]
                people.enter_practice(therapist, room + 1 + holder * self.p.therapists, holder, 0.0, self.p, luck)
                for left in filter(None, self.left_before):
                    left[room] = False
                for client in therapist.clients:
                    if client.sessions > 0:
                        people.start_with_someone(client)

    def _welcome_newcomer(self, place: int) -> None:
        """Fill a free place with someone new."""
        self.people.append(self._client_class(self, len(self.people) + 1, place, self.turns[place]))
        self.left_before.append([False] * self.p.therapists)
        self.turns[place] += 1
        self.seats[place] = len(self.people) - 1

    def _follow(self, index: int) -> None:
        """Follow someone out of therapy for good, if there is anything to learn from it."""
        if lives.is_followed(self.people[index], self.week, self.p):
            self.finished.append(index)
        else:
            self._let_go(index)

    def next_agent(self) -> int:
        """The number of the next agent, from 1: kept here, so that a copy of the practice counts on."""
        self._agents_made += 1
        return self._agents_made

    def _let_go(self, index: int) -> None:
        """Forget someone who leaves no further trace, so that a practice can be watched for as long as one likes."""
        self.people[index].remove()
        self.people[index] = None
        self.left_before[index] = []

    # --- What it leaves ----------------------------------------------------------------------------------------------

    @property
    def tallies(self) -> Table:
        """Counts and sums of the weeks so far; shape (weeks,)."""
        return np.concatenate([_table([], TALLIES), *self._tallies]).view(TALLIES)

    @property
    def log(self) -> Table:
        """The sessions so far, one row each (as many as `log` says)."""
        return _table(self._rows, LOG)

    def take_log(self) -> Table:
        """The sessions since this was last called, handed over: the practice keeps them no longer."""
        taken, self._rows = self.log, []
        return taken

    def outcomes(self) -> dict[str, float]:
        """Every outcome of the weeks so far; missing ones are NaN."""
        return {name: float(values[0]) for name, values in outcomes(self.tallies[None, :]).items()}

    def _collect(self) -> None:
        """Report the week to Mesa's data collector, one model variable for each column of the weekly series."""
        week = series(self._tallies[-1][None, :])
        before = self.this_week
        self.this_week = {name: float(values[0, 0]) for name, values in week.items()}
        for name in ("week", *SO_FAR):
            self.this_week[name] += before.get(name, 0.0)
        self.datacollector.collect(self)


def _choice_of_their_own(client: Any, *situation: Any) -> int:
    """Let each client, an agent, choose in their own way."""
    choice: int = acting(client).choose_place(client, *situation)
    return choice


def _table(rows: list[SimpleNamespace], kind: np.dtype) -> Table:
    return np.array([tuple(getattr(row, name) for name in kind.names or ()) for row in rows], kind)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
