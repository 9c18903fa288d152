"""The Mesa world: a practice that can be watched week by week, its people asked, and their behaviour replaced.

The week is that of `science.practice`, lived by Mesa agents; nothing is decided here. Same parameters and seed, same
numbers as in the compiled world.
"""

from collections.abc import Callable, Mapping
from typing import Any

import mesa
import numpy as np

from tearsim.errors import TearSimError, echoed
from tearsim.science import places
from tearsim.science.alternatives import with_theory
from tearsim.science.declaration import whole_number
from tearsim.science.fitted import in_world
from tearsim.science.luck import checked_address
from tearsim.science.parameters import PARAMETERS
from tearsim.science.practice import PracticeLife
from tearsim.science.replacing import Rule
from tearsim.science.settings import FOREVER, all_given, as_rules_read, checked, kept_by
from tearsim.worlds.agents import Client, Therapist, refuse_two_of_one, refuse_what_is_never_called
from tearsim.worlds.by_name import takes_parameters
from tearsim.worlds.collector import Collector
from tearsim.worlds.named_luck import named_luck
from tearsim.worlds.outcomes import outcomes, week_of_series
from tearsim.worlds.seeds import seed_of
from tearsim.worlds.tables import LOG, TALLIES, Table, as_table

MOST_WEEKS = int(PARAMETERS["weeks"].limits[1])  # run at once


class Practice(PracticeLife, mesa.Model):
    """A practice of therapists and clients, one week a `step()`.

    It stops `running` after as many weeks as the parameters say; whoever steps by hand may go on.

    Args:
        seed: Seed of all luck: the same seed gives the same numbers. Without one a fresh one is drawn and kept in
            `seed`, so that Mesa's `batch_run` gets another practice each time.
        rng: Mesa's newer name for the seed.
        replicate: Other luck of the same seed; with fitted or open worlds, another of them.
        log: Which sessions to keep: none, all (True), or "tears" for those in which the therapist's eyes filled.
        therapist_class: A subclass of `Therapist` with rules of its own.
        client_class: A subclass of `Client` with rules of its own.
        model_reporters: Mesa's: what its data collector is to keep of each week beside the weekly series.
        agent_reporters: Mesa's: what its data collector is to keep of each agent.
        agenttype_reporters: Mesa's: what its data collector is to keep of each agent of a type.
        theory: A rival theory by name (`tearsim theories`): parameters, which those given here override, and rules.
        rules: Functions in the place of rules, by the rules' names.
        scenario: Mesa's, from 3.5 on: it holds parameters by name, and is handed over when a page is reset.
        parameters: Parameters of the model by name, or the name of a set ("fitted", "open"); defaults for the rest.
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

    people: list[Any]  # agents, of the classes that are given
    therapists: list[Any]

    @takes_parameters
    def __init__(
        self,
        seed: object = None,
        *,
        rng: object = None,
        replicate: int = 0,
        log: bool | int | str = False,
        therapist_class: Callable[..., Therapist] = Therapist,  # a class; checkers take one as abstract by its state
        client_class: Callable[..., Client] = Client,
        model_reporters: Mapping[str, object] | None = None,
        agent_reporters: Mapping[str, object] | None = None,
        agenttype_reporters: Mapping[type, Mapping[str, object]] | None = None,
        theory: str | None = None,
        rules: Mapping[str, Rule] | None = None,
        scenario: object = None,
        parameters: str | Mapping[str, object] | None = None,
        **named: object,
    ) -> None:
        set_there = {} if scenario is None else _set_in(scenario)
        seeds = [given for given in (seed, rng, set_there.pop("rng", None)) if given is not None]
        if len(seeds) > 1:
            raise TearSimError("seed and rng, a scenario's too, are two names for one thing: give one of them.")
        refuse_what_is_never_called(therapist_class, Therapist)
        refuse_what_is_never_called(client_class, Client)
        given, replaced = with_theory(theory, rules, set_there | all_given(parameters, named))
        refuse_two_of_one(replaced, therapist_class, client_class)
        self.seed = seed_of(*seeds or [None])
        checked_address(self.seed, replicate)
        mesa.Model.__init__(self, rng=self.seed)  # Mesa's own random numbers, which nothing here uses
        self.replicate, self._agents_made = replicate, 0
        if scenario is not None:
            self.scenario = scenario
        self.parameters = in_world(checked(given), replicate)
        p = as_rules_read(self.parameters)
        p.watched_weeks = FOREVER
        self._tallies: list[Table] = []  # a row each week: packed, so that years take little memory
        super().__init__(
            p,
            named_luck(self.seed, replicate, p),
            replaced=replaced,
            kept=kept_by(log),
            therapist_class=therapist_class,
            client_class=client_class,
        )
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

    def step(self) -> None:
        """Live a week, and report it to Mesa's data collector."""
        self._tallies.append(as_table([self.live_a_week()], TALLIES))
        if self.week >= self.p.weeks:
            self.running = False
        self._collect()

    def run(self, weeks: int | None = None) -> None:
        """Run a number of weeks, by default as many as the parameters say.

        Raises TearSimError unless `weeks` is a whole number from 0 to what the parameter `weeks` goes up to; whoever
        wants to watch for longer runs it again.
        """
        for _ in range(self.p.weeks if weeks is None else whole_number("number of weeks", weeks, 0, MOST_WEEKS)):
            self.step()

    def next_agent(self) -> int:
        """The number of the next agent, from 1: kept here, so that a copy of the practice counts on."""
        self._agents_made += 1
        return self._agents_made

    def _let_go(self, index: int) -> None:
        """Forget someone, and let Mesa forget them."""
        self.people[index].remove()
        super()._let_go(index)

    # --- What it leaves ----------------------------------------------------------------------------------------------

    @property
    def tallies(self) -> Table:
        """Counts and sums of the weeks so far; shape (weeks,)."""
        return np.concatenate([as_table([], TALLIES), *self._tallies]).view(TALLIES)

    @property
    def log(self) -> Table:
        """The sessions so far, one row each (as many as `log` says)."""
        return as_table(self.logged, LOG)

    def take_log(self) -> Table:
        """The sessions since this was last called, handed over: the practice keeps them no longer."""
        taken, self.logged = self.log, []
        return taken

    def outcomes(self) -> dict[str, float]:
        """Every outcome of the weeks so far; missing ones are NaN."""
        return {name: float(values[0]) for name, values in outcomes(self.tallies[None, :]).items()}

    def _collect(self) -> None:
        """Report the week to Mesa's data collector, one model variable for each column of the weekly series."""
        self.this_week = week_of_series(self._tallies[-1], self.this_week)
        self.datacollector.collect(self)


def _set_in(scenario: object) -> dict[str, object]:
    """What a scenario of Mesa's holds, by name. Raises TearSimError for what holds nothing by name."""
    if isinstance(scenario, type) or not hasattr(scenario, "__dict__"):
        raise TearSimError(f"scenario takes one of Mesa's scenarios, not {echoed(scenario)}.")
    return dict(vars(scenario))


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
