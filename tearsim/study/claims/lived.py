"""Living the practices that claims need, in every world, under several lucks: batches on disk at once, sealed.

The worlds of a batch share their luck, and so do all practices. What is there already is read rather than lived, if
it holds what it held when it was written and was made by this version of the model and of the readings.
"""

import hashlib
import inspect
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tearsim import evidence
from tearsim.evidence.measuring import Size, surveys
from tearsim.science.codes import KEEP_ALL
from tearsim.science.declaration import Value
from tearsim.science.settings import checked
from tearsim.study.calibration.table import Batches, Studies, found_in_batches
from tearsim.study.claims.practices import CASELOAD, CLAIM_PRACTICES, SURVEY, ClaimPractice
from tearsim.study.claims.readings import READINGS, read_practice
from tearsim.study.claims.readings.declared import LivedArms, Read, read_all
from tearsim.study.effects import following, lives, outside, strategies
from tearsim.study.effects.outside import WeeklyLuck
from tearsim.study.estimates import WORLD
from tearsim.study.people import exposed, twins
from tearsim.study.sweeps.identity import digest_of, source_hash
from tearsim.worlds.compiling import sources_hash
from tearsim.worlds.ensemble import Ensemble
from tearsim.worlds.outcomes import Numbers

PARTS_FOLDER = "parts"
SHARING_LUCK = 8  # worlds that share their luck
# Where luck begins: beyond that of calibrations, so far apart that no two lucks of a world meet.
FIRST_LUCK, A_LUCK = 500_000, 1_000
READ_WITH = (exposed, twins, following, lives, outside, strategies)  # modules that readings are made by, too
OF = " of"  # after a reading's name: how many it is the mean of


class ClaimsLived(NamedTuple):
    """How much is lived: worlds by their numbers, therapists in a practice and in a survey, lucks and their seed."""

    worlds: tuple[Mapping[str, Value], ...]
    therapists: int = 120
    surveyed: int = 120
    lucks: int = 2
    seed: int = 1
    given: tuple[tuple[str, Value], ...] = ()  # what is set in all practices besides

    def fingerprint(self) -> str:
        """SHA-256 over all that decides what is read in a world, but for which worlds are asked."""
        said = [self.therapists, self.surveyed, self.lucks, self.seed, list(self.given)]
        decides = [said, source_hash(), sources_hash(evidence), _readings_hash()]
        return hashlib.sha256(json.dumps(decides).encode()).hexdigest()


@cache
def _readings_hash() -> str:
    """SHA-256 over what lives and reads practices here."""
    here = Path(__file__)
    shared = [Path(inspect.getfile(module)) for module in READ_WITH]
    return digest_of([here, here.with_name("practices.py"), *here.parent.glob("readings/*.py"), *shared])


class ClaimsProgress(NamedTuple):
    """How far it is: worlds lived, of all practices and lucks, and in which practice it is."""

    done: int
    worlds: int
    practice: str


ClaimsReport = Callable[[ClaimsProgress], None]


def column(practice: str, reading: str) -> str:
    """The name of what is read in a practice."""
    return f"{practice}: {reading}"


def live_practices(
    lived: ClaimsLived, practices: Iterable[str], folder: Path, workers: int, report: ClaimsReport
) -> pd.DataFrame:
    """What is read in each world under each luck: a row a world and luck, a column a reading and practice.

    Columns: "world" (by position), "luck", and for each reading its value and of how many it is the mean.
    """
    chosen = list(practices)
    total = len(chosen) * lived.lucks * len(lived.worlds)
    tables: list[list[pd.DataFrame]] = [[] for _ in range(lived.lucks)]
    done = 0
    for name in chosen:
        for luck in range(lived.lucks):

            def tell(now: int, name: str = name, before: int = done) -> None:
                report(ClaimsProgress(before + now, total, CLAIM_PRACTICES[name].words))

            tables[luck].append(live_practice(lived, name, luck, folder, workers, tell))
            done += len(lived.worlds)
    position = pd.DataFrame({WORLD: range(len(lived.worlds))})
    rows = [pd.concat([position.assign(luck=luck), *of], axis=1) for luck, of in enumerate(tables)]
    return pd.concat(rows, ignore_index=True)


def shared_luck(rows: pd.DataFrame) -> NDArray[np.int64]:
    """Which luck each row of what was read had: the worlds of a batch share it."""
    return (rows[WORLD] // SHARING_LUCK * (rows["luck"].max() + 1) + rows["luck"]).to_numpy(np.int64)


def live_practice(
    lived: ClaimsLived, name: str, luck: int, folder: Path, workers: int, tell: Callable[[int], None]
) -> pd.DataFrame:
    """What is read in each world of one practice under one luck; `tell` hears in how many worlds so far."""
    practice = CLAIM_PRACTICES[name]
    whose = f"{lived.fingerprint()}, {name}, luck {luck}"
    studies = Studies(whose, folder / PARTS_FOLDER, workers, lambda now: tell(now.done))
    readings = [one for one, declared in READINGS.items() if declared.kind in practice.read]
    at = np.array([[float(world[number]) for number in lived.worlds[0]] for world in lived.worlds])
    batches = Batches(f"{name.replace(',', '')} luck {luck}", SHARING_LUCK, FIRST_LUCK + A_LUCK * luck)
    read = _surveyed if SURVEY in practice.read else _practised

    def run(batch: slice, replicate: int) -> Numbers:
        found = read(lived, practice, lived.worlds[batch], replicate)
        return np.array([[end for one in readings for end in world[one]] for world in found], float)

    columns = [f"{column(name, one)}{end}" for one in readings for end in ("", OF)]
    values = found_in_batches(studies, batches, list(lived.worlds[0]), at, columns, run, lambda _: 0)
    return pd.DataFrame(values, columns=columns)


def _practised(
    lived: ClaimsLived, practice: ClaimPractice, worlds: Sequence[Mapping[str, Value]], replicate: int
) -> list[dict[str, Read]]:
    """Every reading of a practice in each of some worlds."""
    shape: dict[str, Value] = {"therapists": lived.therapists, "caseload": CASELOAD}
    settings = [checked({**world, **practice.settings, **dict(lived.given), **shape}) for world in worlds]
    # What an arm sets is forced, also beyond what a practice may be set to.
    points = [{**of_world, **arm} for of_world in settings for arm in practice.arms.values()]
    ran, luck = Ensemble(points, KEEP_ALL).run(lived.seed, replicate), WeeklyLuck(lived.seed, replicate)
    names, found = list(practice.arms), []
    for first in range(0, len(points), len(names)):
        arms = dict(zip(names, ran[first:], strict=False))
        values = dict(zip(names, points[first:], strict=False))
        found.append(read_practice(practice.read, LivedArms(arms, values, luck)))
    return found


def _surveyed(
    lived: ClaimsLived, practice: ClaimPractice, worlds: Sequence[Mapping[str, Value]], replicate: int
) -> list[dict[str, Read]]:
    """Every reading of a survey in each of some worlds."""
    points = [checked({**world, **practice.settings, **dict(lived.given)}) for world in worlds]
    asked = surveys(points, lived.seed, replicate, survey_size(lived))
    return [read_all(SURVEY, one) for one in asked]


def survey_size(lived: ClaimsLived) -> Size:
    """How many therapists are surveyed, as measuring takes it."""
    return Size(clinic_weeks=0, group_therapists=max(1, lived.surveyed // Size().groups))
