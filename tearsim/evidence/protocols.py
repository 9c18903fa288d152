"""How a finding was found, and how it is measured here: its protocol, and how sure its figures are.

A protocol is written down and dated before anything is measured by it; what is changed later says when and why.
"""

import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

# How the figures were seen: in the paper, in its abstract, or told by someone else.
Sure = Literal["full text", "abstract", "secondary"]
PROTOCOL_PARTS = ("population", "length", "time", "scale", "estimator", "missing")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Change(_Part):
    """A later change of a protocol: when, and why."""

    dated: datetime.date
    why: str = Field(min_length=1)


class Protocol(_Part):
    """Who is measured, therapies of which length, when, on which scale, by which estimator, and what missing means."""

    population: str = Field(min_length=1)
    length: str = Field(min_length=1)
    time: str = Field(min_length=1)
    scale: str = Field(min_length=1)
    estimator: str = Field(min_length=1)
    missing: str = Field(min_length=1)
    dated: datetime.date
    reason: str = Field(min_length=1)
    changed: tuple[Change, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _changes_from_a_list(cls, given: dict[str, object]) -> dict[str, object]:
        changed = given.get("changed")
        return {**given, "changed": tuple(changed)} if isinstance(changed, list) else given

    @model_validator(mode="after")
    def _changes_come_later(self) -> "Protocol":
        """Refuse a change that is older than what it changes."""
        dates = [self.dated, *(change.dated for change in self.changed)]
        if sorted(dates) != dates:
            raise ValueError("a change is dated after what it changes")
        return self


class PooledSample(_Part):
    """One sample of several that are pooled."""

    source: str = Field(min_length=1)
    value: float
    n: int = Field(ge=4)
    sure: Sure
    groups: int | None = Field(default=None, ge=2)  # therapists, for a variance share
    doi: str = ""


def whole(given: dict[str, object], shared: dict[str, dict[str, object]]) -> dict[str, object]:
    """A finding as in the file, its protocol in full: `like` names a shared one, of which the rest given differs.

    Raises ValueError if there is none of that name.
    """
    own = given.get("protocol")
    if isinstance(own, str):
        own = {"like": own}
    if not isinstance(own, dict) or "like" not in own:
        return given
    like = own["like"]
    if like not in shared:
        raise ValueError(f'there is no protocol "{like}"')
    return {**given, "protocol": {**shared[str(like)], **{name: said for name, said in own.items() if name != "like"}}}
