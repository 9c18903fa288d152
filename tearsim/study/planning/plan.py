"""Planning a study: it is tried in many worlds, pool by pool, each on disk as soon as it is done; then diagnosed.

What comes out depends on the study alone: not on workers, or on being stopped and continued.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from tearsim.arguments import path, several, to_call
from tearsim.errors import TearSimError, echoed
from tearsim.safe_files import refusals_in_words, seal_holds, write_json, write_table
from tearsim.science.declaration import whole_number
from tearsim.study.estimates import WORLD, Estimate
from tearsim.study.planning.answers_given import STUDY_ESTIMATORS, StudyEstimator
from tearsim.study.planning.diagnosing import Diagnosed, diagnose, truths_by_world
from tearsim.study.planning.inquiries import OUTCOMES_ASKED
from tearsim.study.planning.lived import Truth
from tearsim.study.planning.sample_size import Smallest, smallest
from tearsim.study.planning.study_file import StudyFile, make_study, read_study
from tearsim.study.planning.tried import Tried, try_in
from tearsim.study.sweeps.identity import digest_of, source_hash
from tearsim.study.sweeps.included import study_files_of
from tearsim.study.sweeps.threads import Writing, in_order, threads

POOLS = "pools"
STUDY_NOTED, PLAN_LOCK = "study.json", ".lock"
# The modules of `study` that decide what a pool says, beside the model.
DECIDES = (
    *(f"planning/{name}.py" for name in ("answers_given", "data", "inquiries", "lived", "prompts", "tried")),
    *(f"effects/{name}.py" for name in ("strategies", "studies/estimators", "studies/records")),
    "randomness.py",
)
POOL_MARK, TRUTH_MARK = "tearsim_pool", "tearsim_truth"


class PlanProgress(NamedTuple):
    """How many pools of people have been tried, those kept from before included, and of how many."""

    done: int
    kept: int
    pools: int


Address = tuple[int, int]  # a world and a luck
PlanReport = Callable[[PlanProgress], None]


def hear_nothing(progress: PlanProgress) -> None:
    """Report to nobody."""


@dataclass(frozen=True)
class PlannedStudy:
    """A study that has been tried: what each number of therapists would find."""

    study: StudyFile
    folder: Path
    studies: pd.DataFrame  # a row a study: world, luck, n, study, estimate, low, high, rows
    truths: pd.DataFrame  # a row a world and luck: pairs, and sums of the outcome under either strategy

    @property
    def estimator(self) -> StudyEstimator:
        """How it answers."""
        return STUDY_ESTIMATORS[self.study.answer.estimator]

    @property
    def matters(self) -> float:
        """The smallest difference that matters, in the unit of the outcome."""
        return OUTCOMES_ASKED[self.study.inquiry.outcome].matters

    @cached_property
    def curve(self) -> list[Diagnosed]:
        """The diagnosis for each number of therapists, from few to many."""
        return diagnose(self.studies, self.truths, self.estimator.scale, self.matters)

    @property
    def largest(self) -> Diagnosed:
        """The diagnosis for the largest number of therapists."""
        return self.curve[-1]

    @cached_property
    def smallest(self) -> Smallest:
        """The smallest number of therapists for the power that is wanted."""
        return smallest(self.curve, self.studies, self.study.diagnosis.power, self.study.answer.level)

    @cached_property
    def truth_by_world(self) -> "pd.Series[float]":
        """The effect that is asked about, in each world."""
        return truths_by_world(self.truths, "difference")

    def as_dict(self) -> dict[str, object]:
        """For programs: the diagnosis at the largest number of therapists, and the curve where several were tried."""
        told = {"title": self.study.title, "inquiry": self.study.inquiry.model_dump(), **self._of(self.largest)}
        found, prices = self.smallest, self.study.prices
        told["smallest_n"] = {
            "power": found.power, "value": found.n, "low": found.low, "high": found.high,
            "extrapolated": found.extrapolated,
        }  # fmt: skip
        if len(self.curve) > 1:
            told["curve"] = [self._of(one) for one in self.curve]
        if prices is not None:
            told["currency"] = prices.currency
        return told

    def _of(self, one: Diagnosed) -> dict[str, object]:
        diagnoses = {
            name: _plain(getattr(one, name))
            for name in (
                "truth",
                "power",
                "bias",
                "coverage",
                "rmse",
                "wrong_sign",
                "exaggeration",
                "right",
                "answers",
                "tells_apart",
                "where_it_matters",
            )
        }
        prices = self.study.prices
        return {
            "n": one.n,
            "clients": one.n * self.study.data.clients,
            **diagnoses,
            "power_by_world": None if one.worlds is None else one.worlds.as_dict(),
            "cost": None if prices is None else prices.cost(one.n, self.study.data.clients),
        }


def _plain(one: Estimate) -> dict[str, float]:
    return {"value": one.mean, "low": one.low, "high": one.high}


def plan(
    study: str | Path | Mapping[str, object] | StudyFile,
    *,
    out: str | Path | None = None,
    therapists: Sequence[int] | None = None,
    workers: int | None = None,
    report: PlanReport | None = None,
) -> PlannedStudy:
    """What a study would find, tried many times in worlds whose truth is known; a folder with part of it is continued.

    Args:
        study: A file (`tearsim new-study` writes one), the name of a study that comes with TearSim (`tearsim studies`
            lists them), or a dictionary of what a file would say.
        out: The folder for results; by default `results/plans/` and the name of the file.
        therapists: Numbers of therapists to try, instead of those in the file.
        workers: Threads; by default one for each processor.
        report: Called with a `PlanProgress`: how many pools of people have been tried, and of how many.

    Returns:
        The plan, whose `curve` has a diagnosis for each number of therapists; `as_dict()` tells the same to programs.

    Raises:
        TearSimError: For a study that cannot be tried, and for a folder of another one.

    >>> import tearsim, tempfile
    >>> small = {"title": "Small", "question": "?", "estimates": "default",
    ...          "inquiry": {"effect": "training_in_restraint", "outcome": "left", "weeks": 2},
    ...          "data": {"kind": "training", "clients": 2, "weeks": 4}, "answer": {"estimator": "difference"},
    ...          "diagnosis": {"therapists": [8, 16], "studies": 4}}
    >>> [one.n for one in tearsim.plan(small, out=tempfile.mkdtemp()).curve]
    [8, 16]
    """
    declared, name = _declared(study)
    if therapists is not None:
        numbers = several("therapists", therapists, "whole numbers from 4")
        declared = declared.with_numbers([whole_number("number of therapists", one, 4) for one in numbers])
    number = threads(workers)
    if report is not None:
        to_call("report", report)
    folder = Path("results") / "plans" / name if out is None else path("out", out)
    return plan_together([(declared, folder)], number, report or hear_nothing)[0]


def plan_together(studies: Sequence[tuple[StudyFile, Path]], workers: int, report: PlanReport) -> list[PlannedStudy]:
    """Several studies, each with its folder: world by world, so that people asked by several are simulated once.

    Raises TearSimError for a folder of another study, or of anything else.
    """
    with ExitStack() as held:
        for study, folder in studies:
            held.enter_context(_held(folder, study))
        tried = _tried(studies, workers, report)
    return [_put_together(study, folder, found) for (study, folder), found in zip(studies, tried, strict=True)]


def _put_together(study: StudyFile, folder: Path, found: Mapping[Address, Tried]) -> PlannedStudy:
    tried = sorted(found.items())
    studies = pd.concat([one.studies.assign(**{WORLD: world, "luck": luck}) for (world, luck), one in tried])
    truths = pd.DataFrame([{WORLD: world, "luck": luck, **one.truth._asdict()} for (world, luck), one in tried])
    return PlannedStudy(study, folder, studies.reset_index(drop=True), truths)


def _declared(study: object) -> tuple[StudyFile, str]:
    if isinstance(study, StudyFile):
        return study, "study"
    if isinstance(study, Mapping):
        return make_study(study, "the study"), "study"
    if not isinstance(study, (str, Path)):
        raise TearSimError(f"A study is a file, or a dictionary of what a file would say; {echoed(study)} is neither.")
    files = study_files_of(path("study", study))
    if len(files) > 1:
        raise TearSimError(f"One study is planned at a time; {study} names {len(files)}.")
    return read_study(files[0]), files[0].stem


@contextmanager
def _held(folder: Path, study: StudyFile) -> Iterator[None]:
    """Hold the folder, new or of the same study. Raises TearSimError for one of another study, or of anything else."""
    noted = folder / STUDY_NOTED
    with refusals_in_words(folder, then=" Name another folder with --out."):
        if folder.exists() and not folder.is_dir():
            raise TearSimError(f"{folder} is a file; a plan needs a folder.")
        there = {one.name for one in folder.iterdir()} if folder.exists() else set()
        if there - {PLAN_LOCK} and not noted.exists():
            raise TearSimError(f"{folder} holds files that are no plan; choose another folder with --out.")
        if noted.exists() and _noted(noted) != study.fingerprint():
            raise TearSimError(f"{folder} holds the plan of another study; choose another folder with --out.")
        (folder / POOLS).mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / PLAN_LOCK, blocking=False, fallback_to_soft=False)
        try:
            lock.acquire()
        except Timeout:
            raise TearSimError(f"{folder} is being written to by another plan; wait for it to end.") from None
        try:
            write_json(noted, study.content())
            yield
        finally:
            lock.release()


def _noted(file: Path) -> str:
    """The fingerprint of the study that a folder is of; empty where that cannot be read."""
    try:
        return make_study(json.loads(file.read_text(encoding="utf-8")), str(file)).fingerprint()
    except (OSError, ValueError):
        return ""


def _tried(studies: Sequence[tuple[StudyFile, Path]], workers: int, report: PlanReport) -> list[dict[Address, Tried]]:
    """What each pool says of each study; those on disk are read."""
    by = f"{source_hash()} {_planned_by()}"
    whose = [f"{study.fingerprint()} {by}" for study, _ in studies]
    asked = [[(world, luck) for world in study.asked for luck in range(study.diagnosis.lucks)] for study, _ in studies]
    found: list[dict[Address, Tried]] = [{} for _ in studies]
    for held, pools, mark, (_, folder) in zip(found, asked, whose, studies, strict=True):
        held.update({pool: one for pool in pools if (one := _read(folder / POOLS, pool, mark)) is not None})
    kept, number = sum(map(len, found)), sum(map(len, asked))
    report(PlanProgress(kept, kept, number))

    def at(pool: Address) -> None:
        """Try, one after the other, the studies that have not been tried in a pool."""
        for held, pools, mark, (study, folder) in zip(found, asked, whose, studies, strict=True):
            if pool in pools and pool not in held and not writing.is_over:
                tried = try_in(study, *pool)
                if writing.done(partial(_keep, tried, pool, folder / POOLS, mark)):
                    held[pool] = tried

    writing = Writing()
    missing = {pool for held, pools in zip(found, asked, strict=True) for pool in pools if pool not in held}
    try:
        with in_order(at, sorted(missing), workers) as done:
            for _ in done:
                report(PlanProgress(sum(map(len, found)), kept, number))
    finally:
        writing.end()
    return found


def _planned_by() -> str:
    """SHA-256 of what tries studies: what another version found is computed again."""
    return digest_of([Path(__file__).parents[1] / one for one in DECIDES])


def _file(folder: Path, pool: tuple[int, int]) -> Path:
    return folder / f"world-{pool[0]:04d}-luck-{pool[1]:04d}.parquet"


def _keep(tried: Tried, pool: tuple[int, int], folder: Path, whose: str) -> None:
    about = {POOL_MARK: f"{whose} {pool}", TRUTH_MARK: " ".join(map(repr, tried.truth))}
    table = pa.Table.from_pandas(tried.studies, preserve_index=False)
    with refusals_in_words(folder):
        write_table(_file(folder, pool), [table], about, sealed=True)


def _read(folder: Path, pool: tuple[int, int], whose: str) -> Tried | None:
    """A pool that was tried; None if it is not there, is another's or was changed: all comes out the same once more."""
    file = _file(folder, pool)
    try:
        metadata = pq.read_metadata(file)
        said = metadata.metadata or {}
        if said.get(POOL_MARK.encode(), b"").decode() != f"{whose} {pool}" or not seal_holds(file, metadata):
            return None
        pairs, first, second = said[TRUTH_MARK.encode()].decode().split()
        return Tried(pd.read_parquet(file), Truth(float(pairs), float(first), float(second)))
    except (OSError, ValueError, KeyError):  # pyarrow's errors are kinds of the first two
        return None
