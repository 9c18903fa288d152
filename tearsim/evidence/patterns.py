"""The published findings (`patterns.toml`), their intervals by one rule, and the verdict on a simulated value.

**The rule.** A published interval, or a range that the literature states, is taken as it is. Samples that are listed
are pooled with the variance between them (`pooling.py`), and the interval is that of their mean. Otherwise the interval
is the value give or take its sampling error at the study's n (95 %), with n taken as `MOST_N` at most: from one sample
to the next findings differ by more than sampling error, so that no single study is believed more than one of 400. That
is the floor. Where n is unknown it is taken as `MOST_N` for a meta-analysis and as `UNKNOWN_N` otherwise.
"""

import hashlib
import json
import math
import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from tearsim.errors import TearSimError
from tearsim.evidence import course, lengths, questionnaire  # noqa: F401 - their instruments are declared as they are
from tearsim.evidence.instruments import INSTRUMENTS
from tearsim.evidence.pooling import LEAST, POOLED_MEASURES, Pooled, pooled
from tearsim.evidence.protocols import PooledSample, Protocol, Sure, whole

Role = Literal["cal", "val", "doubt"]
Measure = Literal["share", "correlation", "difference", "variance share", "mean", "length", "ratio", "log-odds", "sign"]
Verdict = Literal["inside", "outside", "not judged"]

FINDINGS_FILE = Path(__file__).with_name("patterns.toml")
ROLES: tuple[Role, ...] = ("cal", "val", "doubt")
MOST_N, UNKNOWN_N = 400, 100
# Standard errors to either side of a 95 % interval, rounded as studies round it: calibration has its errors from here.
ROUNDED_NORMAL = 1.96
BOUNDS = {"share": (0.0, 1.0), "variance share": (0.0, 1.0), "correlation": (-1.0, 1.0)}
# What a calibration reads of a finding, or is told of it; of its protocol the instrument is what decides.
DECLARED = {
    "id", "statement", "role", "measure", "source", "value", "interval", "n", "groups", "studies", "instrument", "doi",
    "reason", "not_judged", "note",
}  # fmt: skip


class Finding(BaseModel):
    """A published finding: what was found, by whom, in which interval it holds, and how it is measured here."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    id: str
    statement: str
    role: Role
    measure: Measure
    source: str
    sure: Sure
    value: float | None = None
    interval: tuple[float, float] | None = None
    n: int | None = None
    groups: int | None = None
    studies: int | None = None
    samples: tuple[PooledSample, ...] = ()
    least: int | None = None
    instrument: str | None = None
    protocol: Protocol | None = None
    doi: str = ""
    reason: str = ""
    not_judged: str = ""
    note: str = ""

    @model_validator(mode="before")
    @classmethod
    def _from_lists(cls, given: dict[str, object]) -> dict[str, object]:
        return {name: tuple(said) if isinstance(said, list) else said for name, said in given.items()}

    @model_validator(mode="after")
    def _says_enough(self) -> "Finding":
        """Refuse a finding that could not be judged, that says two things, or not how it is measured."""
        if self.instrument is not None and self.instrument not in INSTRUMENTS:
            raise ValueError(f'there is no instrument "{self.instrument}"')
        if self.role == "doubt" and not self.not_judged:
            raise ValueError("a doubtful finding says in not_judged why it is not judged")
        known = self.value is not None or self.interval is not None or bool(self.samples)
        if self.judged and (self.instrument is None or not known):
            raise ValueError("a finding that is judged has an instrument, and a value or an interval")
        if (self.instrument is None) != (self.protocol is None):
            raise ValueError("a finding has a protocol if it has an instrument, and only then")
        if self.samples and (self.value is not None or self.interval is not None or self.n is not None):
            raise ValueError("samples are pooled; value, interval and n follow from them")
        if self.samples and (len(self.samples) < LEAST or self.measure not in POOLED_MEASURES):
            raise ValueError(f"three or more samples of a {', '.join(POOLED_MEASURES)} can be pooled")
        if self.measure == "variance share" and not all(sample.groups for sample in self.samples):
            raise ValueError("a sample of a variance share needs groups")
        if self.value is None and self.n is not None:
            raise ValueError("n is of no use without a value")
        if (self.measure == "variance share") and self.n is not None and self.groups is None:
            raise ValueError("a variance share with n needs groups")
        if self.judged and self.interval is None and self.measure in ("mean", "length", "ratio", "log-odds", "sign"):
            raise ValueError(f"a {self.measure} needs an interval")
        return self

    @property
    def judged(self) -> bool:
        """Whether there is a verdict on it."""
        return not self.not_judged

    @property
    def found(self) -> float | None:
        """The value as published, or as pooled from its samples; None of a sign or an order."""
        return self.pooled.mean if self.samples else self.value

    @property
    def pooled(self) -> Pooled:
        """The samples pooled. Raises TearSimError if there are none."""
        error = _ERRORS[self.measure]
        return _pooled(
            self.measure, tuple((one.value, error(one.value, one.n, one.groups or 0)) for one in self.samples)
        )

    @property
    def low(self) -> float:
        """The lower end of the interval; missing where nothing was published."""
        return self._ends()[0]

    @property
    def high(self) -> float:
        """The upper end of the interval; infinite for "from here on"."""
        return self._ends()[1]

    @property
    def tolerance(self) -> str:
        """Where the interval comes from, in words."""
        if self.interval is not None:
            return self.reason or "published interval"
        if self.samples:
            each = ", ".join(f"{sample.source}: {sample.value:g} (n = {sample.n:,})" for sample in self.samples)
            more = f"; another sample would lie between {self.pooled.next_low:g} and {self.pooled.next_high:g}"
            return f"mean of {len(self.samples)} samples with the variance between them ({each}{more})"
        if self.value is None:
            return ""
        known = f"n = {self.n:,}" if self.n else "a meta-analysis" if self.studies else "n unknown"
        return f"sampling error at n = {self._n()} ({known})"

    def verdict(self, simulated: float) -> Verdict:
        """Whether a simulated value lies inside the interval; what cannot be measured in a world is outside.

        A sign or an order has to show: its interval holds neither end.
        """
        if not self.judged:
            return "not judged"
        if self.measure == "sign":
            return "inside" if self.low < simulated < self.high else "outside"
        return "inside" if self.low <= simulated <= self.high else "outside"

    def _ends(self) -> tuple[float, float]:
        if self.interval is not None:
            return self.interval
        if self.samples:
            return self.pooled.low, self.pooled.high
        if self.value is None or self.measure not in _ERRORS:
            return math.nan, math.nan
        least, most = BOUNDS.get(self.measure, (-math.inf, math.inf))
        half = ROUNDED_NORMAL * _ERRORS[self.measure](self.value, self._n(), self.groups or 0)
        return max(least, self.value - half), min(most, self.value + half)

    def _n(self) -> int:
        if self.n is None:
            return MOST_N if self.studies else UNKNOWN_N
        return min(self.n, MOST_N)


def _error_of_variance_share(share: float, n: int, groups: int) -> float:
    """Of an intraclass correlation with n/groups people to a group: `sqrt(2/(groups-1))*(share + (1-share)/size)`."""
    return math.sqrt(2.0 / (groups - 1)) * (share + (1.0 - share) * groups / n)


# Standard errors at n.
_ERRORS = {
    "share": lambda share, n, _: math.sqrt(share * (1.0 - share) / n),
    "correlation": lambda r, n, _: (1.0 - r * r) / math.sqrt(n - 1),
    "difference": lambda d, n, _: math.sqrt(4.0 / n + d * d / (2.0 * n)),
    "variance share": _error_of_variance_share,
}


def read_patterns(file: Path = FINDINGS_FILE) -> tuple[Finding, ...]:
    """The findings in a file. Raises TearSimError, in one line, for whatever is missing, unknown or there twice."""
    try:
        read = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TearSimError(f"{file}: cannot be read as TOML: {error}") from None
    found: dict[str, Finding] = {}
    for entry in read.get("finding", []):
        name = entry.get("id", "a finding without an id")
        try:
            finding = Finding.model_validate(whole(entry, read.get("protocol", {})))
        except ValidationError as error:
            problem = error.errors()[0]
            where = ".".join(map(str, problem["loc"]))
            raise TearSimError(f"{file}: {name}: {where}{': ' if where else ''}{problem['msg']}.") from None
        except ValueError as error:
            raise TearSimError(f"{file}: {name}: {error}.") from None
        if finding.id in found:
            raise TearSimError(f'{file}: there are two findings "{finding.id}".')
        found[finding.id] = finding
    return tuple(found.values())


@cache
def findings(role: Role | None = None) -> tuple[Finding, ...]:
    """The published findings, all or those of a role, in the order of the file."""
    return tuple(finding for finding in read_patterns() if role is None or finding.role == role)


def patterns_hash() -> str:
    """SHA-256 of the file of findings: a calibration records it before it begins."""
    return hashlib.sha256(FINDINGS_FILE.read_bytes()).hexdigest()


def targets_hash() -> str:
    """SHA-256 of the findings that may be fitted to: what is written of others does not change it."""
    declared = [
        finding.model_dump(include=DECLARED) | ({"samples": _samples(finding)} if finding.samples else {})
        for finding in findings("cal")
    ]
    return hashlib.sha256(json.dumps(declared, sort_keys=True).encode()).hexdigest()


def _samples(finding: Finding) -> list[dict[str, object]]:
    return [sample.model_dump() for sample in finding.samples]


_pooled = cache(pooled)
