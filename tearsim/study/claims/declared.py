"""The file of a claim: what is said, what it would mean, where it is looked for, and what would be enough."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from tearsim.errors import TearSimError
from tearsim.evidence.patterns import findings
from tearsim.science.declaration import nearest
from tearsim.science.fitted import OPEN_WORLDS, worlds_of
from tearsim.science.parameters import PARAMETERS
from tearsim.study.claims.outcomes import SUBJECTS, Subject
from tearsim.study.claims.practices import CLAIM_PRACTICES
from tearsim.study.claims.readings import READINGS
from tearsim.study.sweeps.included import FOLDERS
from tearsim.study.sweeps.toml_file import read_toml

CLAIMS = "claims"
FOUND_BY_STUDIES = {one.id: one for one in findings()}
# Where, against the smallest difference, a claim is true in a world.
TrueWhere = Literal["above", "below", "within", "not above"]


class ClaimPart(BaseModel):
    """A part of a claim's file, in which nothing is left unread."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ReadWhere(ClaimPart):
    """A reading in a practice; minus the same reading in another, if that is named."""

    reading: str
    practice: str
    minus: str | None = None

    @model_validator(mode="after")
    def _there_is_such(self) -> "ReadWhere":
        """Refuse unknown readings and practices, and a reading that a practice does not have."""
        if self.reading not in READINGS:
            raise ValueError(f'there is no reading "{self.reading}".{nearest(self.reading, READINGS)}')
        for name in self.practices:
            if name not in CLAIM_PRACTICES:
                raise ValueError(f'there is no practice "{name}".{nearest(name, CLAIM_PRACTICES)}')
            if READINGS[self.reading].kind not in CLAIM_PRACTICES[name].read:
                raise ValueError(f'"{self.reading}" is not read in the practice "{name}"')
        return self

    @property
    def practices(self) -> tuple[str, ...]:
        """The practices that are lived for it."""
        return (self.practice,) if self.minus is None else (self.practice, self.minus)

    @property
    def measured(self) -> str:
        """The name of the outcome."""
        return READINGS[self.reading].outcome

    @property
    def outcome(self) -> Subject:
        """What is measured."""
        return SUBJECTS[self.measured]

    @property
    def limits(self) -> tuple[float, float]:
        """From where to where it can lie, in the unit measured."""
        most = self.outcome.most
        return (READINGS[self.reading].least, most) if self.minus is None else (-most, most)

    @property
    def in_words(self) -> str:
        """What is read, and where."""
        where = [CLAIM_PRACTICES[name].words for name in self.practices]
        return f"{READINGS[self.reading].meaning.rstrip('.')}, {', minus the same '.join(where)}"


class Region(ReadWhere):
    """A part of what there is, in which the claim is looked at by itself."""

    name: str


class Moderator(ClaimPart):
    """Something that differs between practices or people, and on which a claim may depend."""

    name: str  # in words, as in "what clients expect"
    regions: list[Region] = Field(min_length=2)


class Seen(ReadWhere):
    """Another number that stands beside the verdict, such as what a study without the other world would see."""

    words: str


class Claim(ClaimPart):
    """A claim of the essay, and how it is put to the test."""

    id: str = Field(pattern=r"^[a-z]+(-[a-z]+)*$")
    place: int = Field(ge=1, le=99)  # on the board, which goes as the essay goes
    sentence: str = Field(min_length=1)
    short: str = Field(min_length=1, max_length=45)  # the same in a few words
    told: str = Field(min_length=1, max_length=64)  # what the number is, in a few words
    ours: bool = False  # rather than the essay's
    means: str = Field(min_length=1)  # the estimand, or the association, in words
    setting: str = Field(min_length=1)  # in which worlds and practice
    value: ReadWhere
    true_where: TrueWhere
    smallest: float | None = Field(default=None, gt=0.0)  # instead of the outcome's own, in the unit measured
    why: str = ""  # that smallest difference
    assumed_from: list[str] = []  # weights, the sign of one of which would decide
    assumed: str = ""  # or what the model takes for granted, in words
    depends_on: list[Moderator] = []
    seen: list[Seen] = []
    no_claim: str = ""  # what in the sentence could not be tested, such as advice, and how it is read instead
    not_asked: str = ""  # what one might ask besides, and why it is not asked here
    published: list[str] = []  # findings that bear on it, by their names
    study: str = Field(min_length=1)  # that would tell

    @model_validator(mode="after")
    def _makes_sense(self) -> "Claim":
        """Refuse unknown weights and findings, and a smallest difference without a reason."""
        for name in self.assumed_from:
            if name not in PARAMETERS:
                raise ValueError(f'assumed_from: there is no parameter "{name}".{nearest(name, PARAMETERS)}')
        for name in self.published:
            if name not in FOUND_BY_STUDIES:
                raise ValueError(f'published: there is no finding "{name}".{nearest(name, FOUND_BY_STUDIES)}')
        if (self.smallest is None) != (not self.why):
            raise ValueError("smallest and why go together: a smallest difference of its own, and the reason")
        return self

    @property
    def outcome(self) -> Subject:
        """What it is about."""
        return self.value.outcome

    @property
    def matters_from(self) -> float:
        """The smallest difference that matters, in the unit measured."""
        return self.outcome.smallest if self.smallest is None else self.smallest

    @property
    def why_it_matters(self) -> str:
        """Why from there."""
        return self.why or self.outcome.why

    @cached_property
    def taken_for_granted(self) -> list[str]:
        """The weights whose sign decides and which the model takes as known: they have but one in the worlds asked."""
        return [name for name in self.assumed_from if not spans_zero(name)]

    @property
    def practices(self) -> list[str]:
        """The practices that are lived for it, each once."""
        regions = [region for moderator in self.depends_on for region in moderator.regions]
        return list(dict.fromkeys(name for where in (self.value, *regions, *self.seen) for name in where.practices))


def spans_zero(weight: str) -> bool:
    """Whether a weight has both signs in open worlds; of one that is alike in all, within its plausible range."""
    low, high = held_in_worlds(weight)
    return low < 0.0 < high


def held_in_worlds(weight: str) -> tuple[float, float]:
    """From where to where a weight goes over open worlds; of one that is alike in all, its plausible range."""
    values = [world[weight] for world in worlds_of(OPEN_WORLDS) if weight in world]
    return (min(values), max(values)) if values else PARAMETERS[weight].plausible


def read_claim(file: Path) -> Claim:
    """The claim in a file. Raises TearSimError, in one line, for whatever is no claim."""
    content = read_toml(file, "claim")
    try:
        claim = Claim.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        words = str(first["msg"]).removeprefix("Value error, ")
        raise TearSimError(f"{file}: {f'{where}: ' if where else ''}{words}") from None
    if claim.id != file.stem:
        raise TearSimError(f'{file}: id: the file of the claim "{claim.id}" is called {claim.id}.toml')
    return claim


def claims_folder() -> Path:
    """Where the claims that come with TearSim stand."""
    return next((folder / CLAIMS for folder in FOLDERS if (folder / CLAIMS).is_dir()), FOLDERS[-1] / CLAIMS)


def read_claims(folder: Path | None = None) -> dict[str, Claim]:
    """Every claim of a folder by id, in the order of the essay. Raises TearSimError for whatever is no claim."""
    folder = claims_folder() if folder is None else folder
    read = [read_claim(file) for file in sorted(folder.glob("*.toml"))]
    return {claim.id: claim for claim in sorted(read, key=lambda one: (one.place, one.id))}


def chosen(claims: Mapping[str, Claim], ids: list[str]) -> dict[str, Claim]:
    """Those asked for, or all. Raises TearSimError for an unknown id."""
    for name in ids:
        if name not in claims:
            raise TearSimError(f'There is no claim "{name}".{nearest(name, claims)} They are {", ".join(claims)}.')
    return {name: claim for name, claim in claims.items() if not ids or name in ids}
