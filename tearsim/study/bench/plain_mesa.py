"""The same model as a Mesa tutorial would write it: the benchmark's yardstick, and a second hand's reading of it.

Agents with a `step` (`plain_agents.py`), `shuffle_do`, the model's own random numbers, a DataCollector on the model. It
covers an open practice with tears shown and random matching, which is what the benchmark runs, and counts all that the
ensemble counts.
"""

from math import inf

import mesa

from tearsim.science.tally import Tally
from tearsim.science.types import Parameters
from tearsim.study.bench.plain_agents import PlainClient, PlainTherapist, chance

# What the model counts: all that the ensemble's tallies do, by the same names.
COUNTED = tuple(Tally.__annotations__)


class PlainPractice(mesa.Model):
    """An open practice, one week a step."""

    def __init__(self, settings: Parameters, seed: int) -> None:
        super().__init__(rng=seed)
        self.p = settings
        self.week = 0
        self.count = dict.fromkeys(COUNTED, 0.0)
        self.therapists = [PlainTherapist(self) for _ in range(self.p.therapists)]
        self.datacollector = mesa.DataCollector(
            model_reporters={name: (lambda model, name=name: model.count[name]) for name in COUNTED}
        )
        self.fill_free_places()

    def trait(self, name: str) -> float:
        """A trait from 0 to 1."""
        median, spread = getattr(self.p, f"log_odds_of_{name}"), getattr(self.p, f"{name}_spread")
        return chance(median + spread * self.random.gauss(0, 1))

    def fill_free_places(self) -> None:
        """Let new people in."""
        for therapist in self.therapists:
            for _ in range(therapist.free_places):
                PlainClient(self, therapist)

    def step(self) -> None:
        """One week."""
        for therapist in self.therapists:
            therapist.begin_week()
        self.agents_by_type[PlainClient].shuffle_do("step")
        for therapist in list(self.therapists):
            therapist.step()
        self.week += 1
        self.fill_free_places()
        self.count["in_therapy"] += sum(len(therapist.clients) for therapist in self.therapists)
        self.count["looking"] += sum(client.ready < inf for client in self.agents_by_type[PlainClient])
        self.datacollector.collect(self)
