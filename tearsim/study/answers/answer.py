"""The answer of a sweep: all that it says, computed once, to be told by the terminal, the report and whoever asks."""

from functools import cached_property
from typing import NamedTuple

import pandas as pd

from tearsim.errors import TearSimError
from tearsim.study.answers.by_level import with_draws
from tearsim.study.answers.contrasts import Contrasts, contrasts_of
from tearsim.study.answers.in_the_middle import InTheMiddle, in_the_middle
from tearsim.study.answers.sensitivity import Sensitivity, sensitivity
from tearsim.study.answers.sensitivity_estimators import MEASURES
from tearsim.study.answers.tables import OutcomeTable, in_tables, outcome_tables
from tearsim.study.answers.those_who_saw import Moved, ThoseWhoSaw, moved_by, those_who_saw
from tearsim.study.estimates import POINT, Estimate, means_by, with_worlds
from tearsim.study.people.close_up import CloseUp, close_up
from tearsim.study.sweeps.results import Results
from tearsim.worlds.outcomes import QUESTIONED


class People(NamedTuple):
    """The people behind one design point, and what tears did to those who saw them; or why there are none."""

    near: CloseUp | None
    saw: ThoseWhoSaw | None
    why_not: str = ""
    moved: tuple[Moved, ...] = ()  # what differs between worlds and goes with how many leave


class Answer:
    """All that the results of a sweep say; each part is computed when it is first asked for, and once.

    Raises TearSimError, when asked for a part, for results that cannot be read.
    """

    def __init__(self, results: Results) -> None:
        self.results = results
        self.experiment = results.experiment

    @cached_property
    def runs(self) -> pd.DataFrame:
        """The columns of the runs that everything is computed from: of a long sweep, only these are read."""
        columns = dict.fromkeys((POINT, "replicate", *self.experiment.varied, *in_tables(self.experiment)))
        runs = self.results.table("runs", list(columns))
        return with_worlds(runs, self.experiment.parameters)

    @cached_property
    def contrasts(self) -> Contrasts:
        """How outcomes change with what varies, and what the tears did."""
        return contrasts_of(self.runs, self.experiment)

    @cached_property
    def dropout_in_the_middle(self) -> InTheMiddle | None:
        """What showing the tears did to dropout in the practice whose people are looked at."""
        return in_the_middle(self.runs, self.experiment, QUESTIONED[1]) if self.contrasts.arms else None

    @cached_property
    def tables(self) -> list[OutcomeTable]:
        """Outcomes by each parameter that varies."""
        return outcome_tables(self.experiment, self.runs)

    @cached_property
    def drawn_runs(self) -> pd.DataFrame:
        """The runs with the draw that each point came with, where the design is a sample."""
        return with_draws(self.runs, self.experiment)

    @cached_property
    def points(self) -> dict[int, dict[str, Estimate]]:
        """The outcomes in question at each design point."""
        means = {outcome: means_by(self.runs, [POINT], outcome) for outcome in self.experiment.asked}
        points = sorted(self.runs[POINT].unique().tolist())
        return {point: {name: found[(point,)] for name, found in means.items()} for point in points}

    @cached_property
    def sensitivity(self) -> list[Sensitivity]:
        """Indices of the outcomes in question, where the design is made for them and has them."""
        if self.experiment.design.kind not in MEASURES:
            return []
        indices = []
        for outcome in self.experiment.asked:
            try:
                indices += sensitivity(self.results, outcome)
            except TearSimError:  # one replicate, or an outcome that is missing nearly everywhere
                continue
        return indices

    @cached_property
    def people(self) -> People:
        """The people behind one design point, as far as they can be brought back."""
        why_not = "There is no closer look at the people behind these numbers"
        try:
            near = close_up(self.results)
            saw = those_who_saw(self.experiment, near.parameters)
        except TearSimError as refusal:
            return People(None, None, f"{why_not}. {refusal}")
        except Exception as error:  # whatever made runs of the sweep fail makes these fail, too
            return People(None, None, f"{why_not}: {type(error).__name__}: {error}.")
        moved = moved_by(saw, str(near.parameters["estimates"]), near.parameters)
        return People(near, saw, moved=tuple(moved))

    @property
    def people_so_far(self) -> People:
        """The people, if they were asked for already: to bring them back takes longer than many a sweep."""
        return self.people if "people" in vars(self) else People(None, None)
