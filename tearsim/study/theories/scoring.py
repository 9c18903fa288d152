"""Scoring rival theories: each refitted, studied under fresh luck, and set beside the other answers to its question.

DIR/
  theories.json      what was found; written anew after each theory
  begun.json         which file, findings and model it was begun with
  parts/             by refit, every batch of worlds simulated: their numbers, and what was found there
"""

import json
import math
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tearsim.evidence.instruments import INSTRUMENTS
from tearsim.evidence.patterns import Finding, findings
from tearsim.science.alternatives import THEORIES, Theory
from tearsim.study import theories as theories_package
from tearsim.study.calibration.design import Target, target_of, targets
from tearsim.study.calibration.emulator import centres, errors, on_scales
from tearsim.study.calibration.folder import begin_in, begun_with, write
from tearsim.study.calibration.open_worlds import effect_outcome
from tearsim.study.calibration.table import CalibrationProgress
from tearsim.study.check import Judged, judged_by
from tearsim.study.theories.design import Scoring
from tearsim.study.theories.leaving_out import (
    ENOUGH_MISSED,
    LEAST_DIFFERENCE,
    Scores,
    difference,
    distances,
    left_out,
    never_shown,
)
from tearsim.study.theories.outcome import (
    InsideOutcome,
    QuestionOutcome,
    RivalOutcome,
    ScoringOutcome,
    TheoryOutcome,
)
from tearsim.study.theories.refit import Refit, meant_by
from tearsim.worlds.compiling import sources_hash
from tearsim.worlds.outcomes import Numbers

AS_IT_IS = "as by default"  # what a question is answered by where no theory of it changes nothing
FINDINGS_NAMED = 3  # findings that tell a rival apart most
TheoryReport = Callable[[str, CalibrationProgress], None]


def default_answer(question: str) -> Theory:
    """The model as it is, as the answer to a question of which no named theory is that."""
    return Theory(AS_IT_IS, question, "as the model has it", "the defaults")


class Scored(NamedTuple):
    """The findings whose scores are summed: those fitted to, each left out in turn, and those that are only compared.

    Of the latter those with an interval, no sign alone, that hang on no convention of measuring: on a free convention
    rests no score.
    """

    fitted: list[Target]
    compared: list[Target]

    @property
    def ids(self) -> list[str]:
        """Their names, in the order of scores."""
        return [target.finding.id for target in (*self.fitted, *self.compared)]


def scored_findings() -> Scored:
    """The findings that theories are scored by."""
    return Scored(targets(), [target_of(finding) for finding in findings("val") if _can_be_scored(finding)])


def _can_be_scored(finding: Finding) -> bool:
    measured = finding.judged and finding.measure != "sign" and math.isfinite(finding.low + finding.high)
    return measured and not INSTRUMENTS[finding.instrument or ""].conventions


def scores_of(scored: Scored, studies: Sequence[Sequence[Mapping[str, float]]]) -> Scores:
    """The score of each finding, given what two studies found in each member: first of those that were fitted to.

    A member is known by the mean of its two studies, whose noise adds to the published error.
    """
    parts = []
    for goals, score in zip(scored, (left_out, never_shown), strict=True):
        first, second = (on_scales(goals, _found(goals, study)) for study in studies)
        wide = np.sqrt(errors(goals) ** 2 + noise_of_mean(first, second) ** 2)
        parts.append(score(distances((first + second) / 2.0, centres(goals), wide), wide))
    return Scores(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def noise_of_mean(first: Numbers, second: Numbers) -> Numbers:
    """How far luck moves the mean of two studies of a world, as a standard deviation; shape (findings,).

    `sqrt(mean((f1 - f2)^2)/4)` over worlds, shape (worlds, findings); 0 where no world has both.

    >>> noise_of_mean(np.array([[1.0], [2.0]]), np.array([[3.0], [2.0]])).round(3).tolist()
    [0.707]
    """
    squared = (first - second) ** 2
    measured = np.isfinite(squared)
    total = np.where(measured, squared, 0.0).sum(axis=0)
    return np.asarray(np.sqrt(total / np.maximum(measured.sum(axis=0), 1)) / 2.0)


def _found(goals: Sequence[Target], studied: Sequence[Mapping[str, float]]) -> Numbers:
    return np.array([[row[target.finding.instrument or ""] for target in goals] for row in studied], float)


def mean_of(first: Mapping[str, float], second: Mapping[str, float]) -> dict[str, float]:
    """What two studies of a world find together; missing where one of them misses it."""
    return {name: (value + second[name]) / 2.0 for name, value in first.items()}


def score_theories(
    c: Scoring,
    folder: Path,
    theories: Iterable[Theory] | None = None,
    workers: int = 2,
    report: TheoryReport | None = None,
) -> ScoringOutcome:
    """Refit and score theories, or go on with it; returns what `theories.json` holds.

    Beside each theory that is asked for, the answer that the model gives by default is scored. Theories that are in the
    folder already stay in what is told.

    Args:
        c: How hard each is refitted.
        folder: Where all goes; the same call goes on from there.
        theories: Those to score; all without.
        workers: Threads, from 1.
        report: Hears how far the refit of a theory has come.

    Raises:
        TearSimError: If the folder was begun with something else, and without the libraries of `tearsim[calibrate]`.
    """
    begun = begun_with(c.fingerprint(), c.model_dump())
    begin_in(begun, folder)
    rivals = list(THEORIES.values()) if theories is None else list(theories)
    start, scored = c.start(), scored_findings()
    asked = answers_to(rivals, {theory.name: meant_by(theory, start).changes_nothing for theory in rivals})
    found: dict[str, TheoryOutcome] = _kept(folder)
    refits: dict[str, TheoryOutcome] = {}
    for theory in asked:
        meant = meant_by(theory, start)
        whose = AS_IT_IS if meant.changes_nothing else theory.name
        if whose not in refits:
            refit = Refit(c, meant, folder / "parts" / _as_file(whose), workers, _heard(report, whose))
            refits[whose] = told_of(refit, scored)
        found[_key(theory)] = {**refits[whose], "question": theory.question, "refit": whose}
        outcome: ScoringOutcome = {
            "title": c.title,
            **begun,
            "scored_by": sources_hash(theories_package),
            "members": c.members,
            "findings": {
                "cal": [target.finding.id for target in scored.fitted],
                "val": [target.finding.id for target in scored.compared],
            },
            "theories": found,
            "questions": questions_of(found),
            "sessions": sum({told["refit"]: told["sessions"] for told in found.values()}.values()),
        }
        write(folder / "theories.json", outcome)
    return outcome


def answers_to(theories: Sequence[Theory], change_nothing: Mapping[str, bool]) -> list[Theory]:
    """Theories, and for each question that none of them answers as the model does, the model as it is, first."""
    answered = {theory.question for theory in theories if change_nothing[theory.name]}
    questions = dict.fromkeys(theory.question for theory in theories if theory.question not in answered)
    return [*map(default_answer, questions), *theories]


def told_of(refit: Refit, scored: Scored) -> TheoryOutcome:
    """What the refit of a theory finds; the question it answers is filled in by who asks."""
    began = time.monotonic()
    judged = [finding for finding in findings() if finding.judged]
    members = refit.members()
    instruments = list(dict.fromkeys(finding.instrument or "" for finding in judged))
    studies = refit.studied(members, instruments)
    scores = scores_of(scored, studies)
    asked = len(studies) * refit.c.check.surveyed * len(members)
    verdicts = judged_by(judged, list(map(mean_of, *studies)), asked)
    effects = refit.effects(members)
    return {
        "question": "",
        "refit": "",
        "cal": inside_outcome([one for one in verdicts if one.finding.role == "cal"]),
        "val": inside_outcome([one for one in verdicts if one.finding.role == "val"]),
        "score": float(scores.score.sum()),
        "scores": dict(zip(scored.ids, scores.score.tolist(), strict=True)),
        "unreliable": [name for name, reliable in zip(scored.ids, scores.reliable, strict=True) if not reliable],
        "missed": [name for name, missed in zip(scored.ids, scores.missed, strict=True) if missed],
        "effect_on_leaving": effect_outcome(effects) if np.isfinite(effects).any() else None,
        "sessions": refit.sessions,
        "seconds": round(time.monotonic() - began, 1),
    }


def inside_outcome(verdicts: Sequence[Judged]) -> InsideOutcome:
    """How many findings are inside, of those with a verdict."""
    given = {one.finding.id: one.lies for one in verdicts if one.lies != "not judged"}
    outside = [name for name, verdict in given.items() if verdict == "outside"]
    return {"inside": len(given) - len(outside), "judged": len(given), "outside": outside}


def questions_of(theories: Mapping[str, TheoryOutcome]) -> list[QuestionOutcome]:
    """Each question's answers beside the best of them, and those that the evidence cannot tell apart from it."""
    questions: list[QuestionOutcome] = []
    for question in dict.fromkeys(told["question"] for told in theories.values()):
        ranked = sorted(
            (name for name, told in theories.items() if told["question"] == question),
            key=lambda name: -theories[name]["score"],
        )
        answers = [beside_best(name, theories[ranked[0]], theories[name]) for name in ranked]
        preferred = [answer["theory"] for answer in answers if not answer["told_apart"]]
        questions.append({"question": question, "answers": answers, "preferred": preferred})
    return questions


def beside_best(name: str, best: TheoryOutcome, told: TheoryOutcome) -> RivalOutcome:
    """How far a theory stays behind the best, and by which findings most."""
    ahead = np.array([best["scores"][finding] - score for finding, score in told["scores"].items()])
    gap = difference(ahead, np.zeros_like(ahead))
    most = [list(told["scores"])[i] for i in np.argsort(-np.abs(ahead))[:FINDINGS_NAMED] if ahead[i] != 0.0]
    by = dict(zip(told["scores"], ahead, strict=True))
    missed = [finding for finding in told["missed"] if by[finding] > LEAST_DIFFERENCE]
    return {
        "theory": name,
        "behind": gap.total,
        "error": gap.error,
        "told_apart": gap.decides or len(missed) >= ENOUGH_MISSED,
        "most": most,
        "missed": missed,
    }


def _key(theory: Theory) -> str:
    """A theory's name; of the model as it is, with the question that it answers."""
    return f"{AS_IT_IS}: {theory.question}" if theory.name == AS_IT_IS else theory.name


def plain_name(key: str) -> str:
    """The name of a theory in `theories.json`, without the question."""
    return key.partition(": ")[0]


def _as_file(name: str) -> str:
    return re.sub(r"[^a-z]+", "_", name.lower())


def _kept(folder: Path) -> dict[str, TheoryOutcome]:
    """What was told of theories in this folder, which is one of the same scoring; nothing told by another version."""
    try:
        held = json.loads((folder / "theories.json").read_text(encoding="utf-8"))
        return dict(held["theories"]) if held["scored_by"] == sources_hash(theories_package) else {}
    except (OSError, ValueError, TypeError, KeyError):  # not there, or cut off: batches are
        return {}


def _heard(report: TheoryReport | None, whose: str) -> Callable[[CalibrationProgress], None]:
    return (lambda now: report(whose, now)) if report is not None else (lambda _: None)
