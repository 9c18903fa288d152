"""The open block: worlds that agree with the findings, and differ in all that these leave open about tears.

Each draw has a core and weights from their priors (`open_design.py`); what surveys identify is solved for findings that
are themselves drawn within their published errors (`solving.py`), so that solved worlds are as wide as the evidence
is; a draw is kept if it agrees in a study that solved nothing and in its mean with a second one, and a third, which
chose nobody, tells how many of those kept agree.

DIR/
  calibration.json   what was found; written last
  begun.json         which file, findings and model it was begun with
  open.json          the open worlds, as the package holds them (`science/open.json`)
  parts/             every batch of worlds simulated: their parameters, and what was found there
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import truncnorm

from tearsim.evidence.instruments import INSTRUMENTS
from tearsim.evidence.measuring import Size, careers_of_studies, sessions_of_studies, surveys
from tearsim.evidence.patterns import ROUNDED_NORMAL, patterns_hash
from tearsim.science.settings import checked
from tearsim.study.calibration.design import Target, targets
from tearsim.study.calibration.effects import EFFECTS, SESSIONS_A_WORLD, effects_of_tears
from tearsim.study.calibration.emulator import centres, errors, on_scales
from tearsim.study.calibration.folder import begin_in, begun_with, write, write_worlds
from tearsim.study.calibration.members import agrees, confirmed, inside, mean_of_two, refuse_too_few
from tearsim.study.calibration.open_design import (
    CORE_ORDER,
    DRAWN_WEIGHTS,
    KEPT_ORDER,
    PUBLISHED_ERRORS,
    RATES,
    SOLVED,
    TRIED_WANTED,
    TRIED_WORLDS,
    TRUE_WANTED,
    TRUE_WORLDS,
    WANTED,
    OpenCalibration,
    OpenWorld,
    core_of,
    drawn_worlds,
    solved_of,
    with_solved,
)
from tearsim.study.calibration.outcome import ChosenOutcome, EffectOutcome, OpenOutcome, OpenStages, TrialOutcome
from tearsim.study.calibration.solving import (
    CORES_OF_SLOPES,
    SHARES_OF_LATEST,
    Problem,
    about_tears,
    asked_of_therapists,
    shares_of_latest,
    slopes_from,
    solutions,
    stepped,
)
from tearsim.study.calibration.table import (
    JUDGED,
    JUDGED_AGAIN,
    SOLVING_ROUNDS,
    TOGETHER,
    CalibrationReport,
    Studies,
    found_in,
    in_batches,
)
from tearsim.study.calibration.trials import rank_test_of, ranks_of, ranks_outcome
from tearsim.study.randomness import Streams
from tearsim.worlds.outcomes import Numbers

# Findings about therapists' tears that may lie outside: of all findings one in ten may, and those would be enough to
# miss every one of these.
MOST_MISSED = 1


def agrees_about_tears(goals: Sequence[Target], found: Numbers) -> NDArray[np.bool_]:
    """Which worlds agree with the evidence, and with all findings about therapists' tears but one at most."""
    missed = ~inside(goals, found)[:, about_tears(goals)]
    return agrees(goals, found) & (missed.sum(axis=1) <= MOST_MISSED)


def calibrate_open(c: OpenCalibration, folder: Path, workers: int, report: CalibrationReport) -> OpenOutcome:
    """Run the open block, or go on with it; returns what `calibration.json` holds.

    Raises TearSimError if the folder was begun with something else, or if fewer worlds than were asked for agree in one
    study, in its mean with a second, or in the third.
    """
    begun = begun_with(c.fingerprint(), c.model_dump())
    begin_in(begun, folder)
    for made_before in ("calibration.json", "open.json"):
        (folder / made_before).unlink(missing_ok=True)
    started = time.monotonic()
    block = OpenBlock(c, folder / "parts", workers, report)
    found = block.run()
    seconds = round(time.monotonic() - started, 1)
    outcome: OpenOutcome = {"title": c.title, **begun, **found, "sessions": block.sessions, "seconds": seconds}
    names = list(block.kept[0])
    rows = [[world[name] for name in names] for world in block.kept]
    write_worlds(folder / "open.json", {"parameters": names, "findings_sha256": patterns_hash(), "worlds": rows})
    write(folder / "calibration.json", outcome)
    return outcome


class OpenBlock:
    """One open block on its way: what its stages share."""

    def __init__(self, c: OpenCalibration, parts: Path, workers: int, report: CalibrationReport) -> None:
        self.c, self.workers, self.report = c, workers, report
        self.parts = parts
        self.luck = Streams(c.seed)
        self.goals = targets()
        self.asked = asked_of_therapists(self.goals)
        self.survey = Size(clinic_weeks=0, group_therapists=max(1, c.surveyed // Size().groups))
        self.sessions = 0
        self.kept: list[OpenWorld] = []

    def run(self) -> OpenStages:
        """Every stage in turn."""
        problem = Problem(self.asked, self.slopes())
        draws = drawn_worlds(self.c, self.c.draws, self.luck, DRAWN_WEIGHTS, CORE_ORDER)
        solved = self.solved("open", problem, draws, self.within_errors(len(draws), WANTED))
        judged = self.judged(JUDGED, solved)
        chosen, how = self.chosen(solved, judged)
        chosen = self.luck.library_generator(KEPT_ORDER).permutation(chosen)
        self.kept = [solved[i] for i in chosen]
        fresh = self.judged("open confirmed", self.kept)
        told = confirmed(self.goals, fresh, TOGETHER["open confirmed"], agrees_about_tears)
        refuse_too_few(told["confirmed"], len(chosen), self.c.members, "worlds kept, in a third study,")
        missed = ~inside(self.goals, fresh)[:, about_tears(self.goals)]
        core = np.bincount([core_of(self.c, len(draws), self.luck)[i] for i in chosen])
        return {
            "draws": len(draws),
            "members": len(self.kept),
            "cores": int((core > 0).sum()),
            "effective_cores": float(core.sum() ** 2 / (core**2).sum()),
            **how,
            **told,
            "all_about_tears": float((missed.sum(axis=1) == 0).mean()),
            "inside_of_draws": self.by_finding(inside(self.goals, judged).mean(axis=0)),
            "at_a_limit": {name: float(part) for name, part in zip(SOLVED, at_limits(solved), strict=True)},
            "effect_on_leaving": effect_outcome(self.effects("effects", self.kept)),
            "trials": self.trials(problem) if self.c.data_sets else None,
        }

    # --- Stages ------------------------------------------------------------------------------------------------------

    def slopes(self) -> Numbers:
        """How the rates move the findings that answer to them: means over a few draws, each under common luck."""
        points, steps = stepped(drawn_worlds(self.c, CORES_OF_SLOPES, self.luck, DRAWN_WEIGHTS, CORE_ORDER))
        found = on_scales(self.asked, self.surveyed("slopes", points)[:, len(SHARES_OF_LATEST) :])
        return slopes_from(self.asked, found.reshape(len(steps), len(RATES), 2, len(self.asked)), steps)

    def solved(self, who: str, problem: Problem, worlds: Sequence[OpenWorld], wanted: Numbers) -> list[OpenWorld]:
        """The worlds, solved for wanted findings of surveys, which are on their scales: the last two rounds' mean."""
        tried: list[Numbers] = []
        now = list(worlds)
        for kind in SOLVING_ROUNDS[who]:
            tried.append(solutions(problem, now, self.surveyed(kind, now), wanted))
            now = with_solved(now, tried[-1])
        return with_solved(now, (tried[-2] + tried[-1]) / 2.0)

    def chosen(self, solved: Sequence[OpenWorld], judged: Numbers) -> tuple[NDArray[np.intp], ChosenOutcome]:
        """Which draws agree in the study that judged them and in its mean with a second; and how many did what."""
        agreed = np.flatnonzero(agrees_about_tears(self.goals, judged))
        refuse_too_few(len(agreed), len(solved), self.c.members, "draws")
        again = self.judged(JUDGED_AGAIN, [solved[i] for i in agreed.tolist()])
        lasting = agreed[agrees_about_tears(self.goals, mean_of_two(judged[agreed], again))]
        refuse_too_few(len(lasting), len(solved), self.c.members, "draws, in the mean of two studies,")
        return lasting, {
            "agreed": {"draws": len(solved), "agree": len(agreed), "different": len(agreed)},
            "agreed_again": {"draws": len(agreed), "agree": int(agrees_about_tears(self.goals, again).sum())},
        }

    def trials(self, problem: Problem) -> TrialOutcome:
        """Open worlds of findings made in worlds whose numbers are known: do they cover these?

        Each data set is one survey of a solved world, published with an error; what is ranked are all drawn and solved
        numbers, and the effect of tears on leaving.
        """
        many, each = self.c.data_sets, self.c.tried
        truths = drawn_worlds(self.c, many, self.luck, TRUE_WORLDS, TRUE_WORLDS)
        truths = self.solved("true", problem, truths, self.within_errors(many, TRUE_WANTED))
        studied = on_scales(self.asked, self.surveyed("studied", truths)[:, len(SHARES_OF_LATEST) :])
        noise = self.luck.library_generator(PUBLISHED_ERRORS).standard_normal(studied.shape)
        published = np.repeat(studied + errors(self.asked) * noise, each, axis=0)
        tried = drawn_worlds(self.c, many * each, self.luck, TRIED_WORLDS, TRIED_WORLDS)
        wanted = published + self.within_errors(len(tried), TRIED_WANTED) - centres(self.asked)
        tried = self.solved("tried", problem, tried, wanted)
        names = [*self.c.ranges(), *SOLVED]
        known, drawn = (np.array([[world[name] for name in names] for world in of]) for of in (truths, tried))
        effects = self.effects("tried effects", [*truths, *tried])[:, 0]
        known = np.column_stack([known, effects[:many]])
        drawn = np.column_stack([drawn, effects[many:]]).reshape(many, each, -1)
        return trial_of(known, drawn, [*names, "effect on leaving"])

    # --- What they need ----------------------------------------------------------------------------------------------

    def within_errors(self, number: int, purpose: int) -> Numbers:
        """What surveys could have found, on scales: drawn within their published errors and intervals."""
        shares = self.luck.library_generator(purpose).random_sample((number, len(self.asked)))
        off = truncnorm.ppf(shares, -ROUNDED_NORMAL, ROUNDED_NORMAL)
        return np.asarray(centres(self.asked) + errors(self.asked) * off)

    def surveyed(self, kind: str, worlds: Sequence[OpenWorld]) -> Numbers:
        """Shares of latest tears, and findings, in a survey of each world; shape (worlds, shares + findings)."""
        points = [checked(world) for world in worlds]
        instruments = [target.finding.instrument or "" for target in self.asked]

        def run(batch: slice, luck: int) -> Numbers:
            asked = surveys(points[batch], self.c.seed, luck, self.survey)
            rows = [
                [*shares_of_latest(one).values(), *(INSTRUMENTS[name].measure(one) for name in instruments)]
                for one in asked
            ]
            return np.array(rows, float)

        names = [*SHARES_OF_LATEST, *(target.finding.id for target in self.asked)]
        return self.batches(kind, worlds, names, run, lambda batch: careers_of_studies(points[batch], self.survey))

    def judged(self, kind: str, worlds: Sequence[OpenWorld]) -> Numbers:
        """Every finding in worlds, clinic and survey, under fresh luck; shape (worlds, findings)."""
        points, size = [checked(world) for world in worlds], self.c.check.size
        instruments = [target.finding.instrument or "" for target in self.goals]

        def run(batch: slice, luck: int) -> Numbers:
            return found_in(points[batch], self.c.seed, luck, instruments, size)

        names = [target.finding.id for target in self.goals]
        return self.batches(kind, worlds, names, run, lambda batch: sessions_of_studies(points[batch], size))

    def effects(self, kind: str, worlds: Sequence[OpenWorld]) -> Numbers:
        """What tears do to leaving, and of noticed tears the shares that move and unsettle; shape (worlds, 3)."""

        def run(batch: slice, luck: int) -> Numbers:
            return effects_of_tears(worlds[batch], self.c.seed, luck)

        return self.batches(kind, worlds, EFFECTS, run, lambda batch: SESSIONS_A_WORLD * len(worlds[batch]))

    def batches(
        self,
        kind: str,
        worlds: Sequence[OpenWorld],
        names: Sequence[str],
        run: Callable[[slice, int], Numbers],
        sessions: Callable[[slice], int],
    ) -> Numbers:
        """What `run` finds in worlds, batch by batch, on disk at once."""
        studies = Studies(f"{self.c.fingerprint()}, {kind}", self.parts, self.workers, self.report)
        at = np.array([list(world.values()) for world in worlds], float)
        self.sessions += sessions(slice(None))
        return in_batches(studies, kind, list(worlds[0]), at, names, run, sessions)

    def by_finding(self, values: Numbers) -> dict[str, float]:
        """Values by the findings' ids."""
        return {target.finding.id: float(value) for target, value in zip(self.goals, values, strict=True)}


def at_limits(worlds: Sequence[OpenWorld]) -> Numbers:
    """Of each solved share, in which part of worlds it came to 0 or 1: there was no solution within."""
    values = solved_of(worlds)
    return np.asarray(((values == 0.0) | (values == 1.0)).mean(axis=0))


def effect_outcome(found: Numbers) -> EffectOutcome:
    """What tears do in open worlds: the median world, the middle 80 and 95 % of worlds, and the share above 0."""
    effect, moved, unsettled = found.T

    def middle(values: Numbers, level: float) -> list[float]:
        return [float(end) for end in np.nanquantile(values, [0.5 - level / 2.0, 0.5 + level / 2.0])]

    return {
        "median": float(np.nanmedian(effect)),
        "middle_80": middle(effect, 0.8),
        "middle_95": middle(effect, 0.95),
        "share_above_0": float((effect > 0.0).mean()),
        "moved_middle_95": middle(moved, 0.95),
        "unsettled_middle_95": middle(unsettled, 0.95),
    }


def trial_of(known: Numbers, drawn: Numbers, names: Sequence[str]) -> TrialOutcome:
    """Ranks of true values, shape (data sets, numbers), among those drawn, shape (data sets, draws, numbers)."""
    ranks = ranks_of(known, drawn)
    return {
        **ranks_outcome(rank_test_of(ranks, drawn.shape[1]), names),
        "of_the_effect": [float(rank) for rank in ranks[:, -1]],
    }
