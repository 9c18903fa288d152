"""A study file: an inquiry, a data strategy, an answer strategy, and how hard it is tried; checked key by key."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from tearsim.errors import TearSimError, shortened
from tearsim.science.declaration import Value, nearest
from tearsim.science.fitted import DEFAULT, LUCKS_A_WORLD, worlds_of
from tearsim.science.settings import checked
from tearsim.study.planning.answers_given import STUDY_ESTIMATORS
from tearsim.study.planning.inquiries import INQUIRIES, EffectAsked, OutcomeAsked
from tearsim.study.sweeps.experiment import as_in_a_file
from tearsim.study.sweeps.toml_file import read_toml
from tearsim.study.sweeps.what_is_wrong import first_problem

KindOfStudy = Literal["survey", "cohort", "diary", "case-crossover", "prompt", "training"]
KINDS_OF_STUDY: dict[KindOfStudy, str] = {
    "survey": "therapists are asked once about their latest tears",
    "cohort": "clients are followed from their first session on, and rate every session",
    "diary": "therapists note every session in which their eyes filled; the clients of these sessions are asked",
    "case-crossover": "sessions after which a client left, beside the therapist's other sessions of that week",
    "prompt": "each time that tears come, a prompt, drawn anew at random, says what to do with them in that session",
    "training": "therapists drawn at random are trained, the others later",
}
# What sets each kind of study up; anything else would be ignored.
SET_BY_PLANS = ("therapists", "caseload", "weeks", "arrivals", "tears", "hold_back_client", "hold_back_week")
MOST_CLIENTS = 100_000  # clients of a study: more would fill memory

Share = Annotated[float, Field(gt=0.0, le=1.0)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Inquiry(_Part):
    """What is asked: an effect, on which outcome, and how many weeks after time zero."""

    effect: EffectAsked
    outcome: OutcomeAsked
    weeks: int = Field(default=4, ge=0, le=260)


class DataStrategy(_Part):
    """Who is asked what, and when."""

    kind: KindOfStudy
    clients: int = Field(default=10, ge=1, le=200)
    weeks: int = Field(default=26, ge=2, le=260)
    answers: Share = 1.0
    rated: Share = 1.0
    recalled: Share = 1.0
    rating_error: float = Field(default=0.0, ge=0.0, le=6.0)
    followed: Share = 1.0
    comfort: float = Field(default=1.0, ge=-20.0, le=20.0)


class AnswerStrategy(_Part):
    """What is estimated from the data, and at which level it is tested."""

    estimator: str
    level: float = Field(default=0.05, gt=0.0, lt=0.5)


class Diagnosis(_Part):
    """How many therapists take part, and how often the study is tried in how many worlds."""

    therapists: list[Annotated[int, Field(ge=4, le=20_000)]] = Field(min_length=1, max_length=40)
    power: float = Field(default=0.8, gt=0.0, lt=1.0)
    worlds: int = Field(default=36, ge=1, le=10_000)
    lucks: int = Field(default=2, ge=1, le=10_000)
    studies: int = Field(default=20, ge=1, le=10_000)
    seed: int = Field(default=1, ge=0, le=2**64 - 1)


class Prices(_Part):
    """What a study costs: begun at all, for each therapist, and for each client."""

    begun: float = Field(default=0.0, ge=0.0)
    therapist: float = Field(default=0.0, ge=0.0)
    client: float = Field(default=0.0, ge=0.0)
    currency: str = "EUR"

    def cost(self, therapists: int, clients: int) -> float:
        """`begun + therapist*therapists + client*therapists*clients`, clients being those of each therapist."""
        return self.begun + self.therapist * therapists + self.client * therapists * clients


class StudyFile(_Part):
    """A study as it is declared; `parameters` and `estimates` say in which worlds it is tried."""

    title: str
    question: str
    estimates: Literal["default", "fitted", "open"] = "open"
    parameters: dict[str, object] = {}
    inquiry: Inquiry
    data: DataStrategy
    answer: AnswerStrategy
    diagnosis: Diagnosis
    prices: Prices | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> "StudyFile":
        """Refuse an estimator that the data cannot feed, an outcome outside the watch, and what would be ignored."""
        if self.answer.estimator not in STUDY_ESTIMATORS:
            known = ", ".join(STUDY_ESTIMATORS)
            meant = nearest(self.answer.estimator, list(STUDY_ESTIMATORS))
            raise ValueError(f'there is no estimator "{shortened(self.answer.estimator)}".{meant} Known here: {known}')
        estimator = STUDY_ESTIMATORS[self.answer.estimator]
        if self.data.kind not in estimator.reads:
            takes = [name for name, one in STUDY_ESTIMATORS.items() if self.data.kind in one.reads]
            raise ValueError(
                f'the estimator "{self.answer.estimator}" reads data of a {" or a ".join(estimator.reads)}; of a '
                f"{self.data.kind} can be analysed by: {', '.join(takes)}"
            )
        if self.inquiry.outcome not in estimator.outcomes:
            raise ValueError(
                f'the estimator "{self.answer.estimator}" is of {" or ".join(estimator.outcomes)}; '
                f'"{self.inquiry.outcome}" is none of these'
            )
        self._check_what_is_drawn()
        if self.data.kind == "case-crossover" and self.inquiry.weeks != 0:
            raise ValueError("a case-crossover asks about the week of the tears itself: weeks = 0 in [inquiry]")
        if self.inquiry.weeks >= self.data.weeks:
            raise ValueError(
                f"the outcome is read {self.inquiry.weeks} weeks later, and clients are followed for "
                f"{self.data.weeks}: let data.weeks be more"
            )
        return self

    def _check_what_is_drawn(self) -> None:
        """Refuse a trial that does not draw what the effect compares."""
        effect, kind = self.inquiry.effect, self.data.kind
        drawn = {
            "training": [name for name, one in INQUIRIES.items() if one.among == "everybody"],
            "prompt": [name for name, one in INQUIRIES.items() if one.at_each],
        }.get(kind)
        if drawn is not None and effect not in drawn:
            whom = "therapists for good" if kind == "training" else "anew each time that tears come"
            raise ValueError(
                f'a {kind} draws {whom}, which says nothing of the effect "{effect}"; it can ask of: {", ".join(drawn)}'
            )

    @model_validator(mode="after")
    def _can_be_tried(self) -> "StudyFile":
        """Refuse more people than can be simulated, and worlds that do not exist."""
        sizes = self.diagnosis.therapists
        if len(set(sizes)) < len(sizes):
            raise ValueError("diagnosis.therapists names a number twice")
        if max(sizes) * self.data.clients > MOST_CLIENTS:
            raise ValueError(
                f"{max(sizes):,} therapists with {self.data.clients} clients each are more than {MOST_CLIENTS:,} "
                "clients, which a plan goes up to"
            )
        for name in SET_BY_PLANS:
            if name in self.parameters:
                raise ValueError(f"{name} cannot stand in [parameters]: the study itself sets it")
        if "estimates" in self.parameters:
            raise ValueError("estimates stands beside the question, not in [parameters]")
        return self

    @property
    def sizes(self) -> list[int]:
        """Numbers of therapists, from few to many."""
        return sorted(self.diagnosis.therapists)

    @property
    def asked(self) -> list[int]:
        """The numbers, from 0, of the worlds that it is tried in."""
        known = 1 if self.estimates == DEFAULT else len(worlds_of(self.estimates))
        return list(range(min(self.diagnosis.worlds, known)))

    @property
    def values(self) -> dict[str, Value]:
        """The parameters of its practices, as a run takes them but for those that a world brings."""
        return checked({**self.parameters, "estimates": self.estimates, "arrivals": "cohort"})

    def world(self, number: int) -> int:
        """A replicate that lives in a world, by the world's number."""
        return number * (1 if self.estimates == DEFAULT else LUCKS_A_WORLD[self.estimates])

    def content(self) -> dict[str, object]:
        """All it says, as in a file."""
        return self.model_dump(exclude_unset=True, exclude_none=True)

    def fingerprint(self) -> str:
        """SHA-256 over all that decides what comes out of a world; prices, words and the number of worlds do not."""
        decides = self.model_dump(exclude={"title", "question", "prices"})
        for name in ("power", "worlds"):
            decides["diagnosis"].pop(name)
        return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()

    def with_numbers(self, therapists: list[int] | None = None, **diagnosis: int | None) -> "StudyFile":
        """The same study with other numbers of therapists, worlds, lucks, studies or another seed.

        Raises TearSimError if they are not allowed.
        """
        changes: dict[str, object] = {name: value for name, value in diagnosis.items() if value is not None}
        if therapists is not None:
            changes["therapists"] = therapists
        said = self.model_dump(exclude_unset=True)
        return make_study({**said, "diagnosis": {**said["diagnosis"], **changes}}, "the study")


def make_study(content: Mapping[str, object], where: str) -> StudyFile:
    """A study from the content of a file; `where` names it in messages.

    Raises TearSimError, in one line, for whatever is missing, unknown or not allowed.
    """
    try:
        study = StudyFile.model_validate({name: as_in_a_file(value) for name, value in content.items()})
        _ = study.values
    except ValidationError as error:
        raise TearSimError(f"{where}: {first_problem(error, StudyFile)}") from None
    except TearSimError as error:
        raise TearSimError(f"{where}: {error}") from None
    return study


def read_study(path: Path) -> StudyFile:
    """The study in a file. Raises TearSimError if there is no such file, or no study in it that could be tried."""
    return make_study(read_toml(path, "study"), str(path))
