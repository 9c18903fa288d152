"""Solving what surveys of therapists identify, in a world in which all else is drawn.

Of the latest tears of each therapist who was asked, let `a` be the share that were near tears, `m` and `u` those that
moved and unsettled the client. The therapist believes them noticed with probability `hit` if they were and `false` if
not; near tears are noticed with probability `q`, all others always. So, with what was published on the left,

    noticed  = false + (hit - false) * (1 - a + a*q)             gives q,
    harmed   = u * s                                             gives s, how often displeasure shows,
    improved = m * shows + (1 - m - harmed) * o                  gives o, how often other tears are taken for good,

m and u as they are with the new q. How often tears come, and with whom, answers to three more numbers, found by
Gauss-Newton steps with slopes that are learnt once from worlds under common luck. Therapists' comfort moves with what
they believe, so all is done in rounds; the mean of the last two rounds' solutions, which had other luck, is kept.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tearsim.evidence.instruments import INSTRUMENTS
from tearsim.evidence.records import Survey
from tearsim.science.codes import MOVED, NEAR, UNSETTLED
from tearsim.science.parameters import PARAMETERS
from tearsim.study.calibration.design import Target
from tearsim.study.calibration.emulator import errors, to_scale
from tearsim.study.calibration.open_design import CLOSED_FORM, RATES, SOLVED, OpenWorld, solved_of
from tearsim.worlds.outcomes import Numbers

# What is kept of the latest tears of a survey: shares of all of them.
SHARES_OF_LATEST = ("near", "moved", "near moved", "unsettled", "near unsettled")
# How far from a core a number is stepped for its slope, in plausible ranges, to either side.
SLOPE_STEP = 0.1
CORES_OF_SLOPES = 4
# The most that a number moves in a round, in plausible ranges: far off, slopes are others.
MOST_MOVED = 0.5


def about_tears(targets: Sequence[Target]) -> list[bool]:
    """Which findings are about therapists' tears: ids say so."""
    return [target.finding.id.startswith("tcit-") for target in targets]


def asked_of_therapists(targets: Sequence[Target]) -> list[Target]:
    """The findings about therapists' tears that a survey of therapists is asked for."""
    return [
        target
        for target, tears in zip(targets, about_tears(targets), strict=True)
        if tears and INSTRUMENTS[target.finding.instrument or ""].reads == "survey"
    ]


def shares_of_latest(survey: Survey) -> dict[str, float]:
    """Those shares of a survey's latest tears, by name; missing if nobody ever had any."""
    latest = survey.latest
    near = latest["tears_felt"] == NEAR
    moved, unsettled = (latest["reception"] == how for how in (MOVED, UNSETTLED))
    kinds = (near, moved, near & moved, unsettled, near & unsettled)
    shares = (float(which.mean()) if len(which) else np.nan for which in kinds)
    return dict(zip(SHARES_OF_LATEST, shares, strict=True))


class Problem(NamedTuple):
    """What is to be solved: the survey's findings, and how the rates move those that answer to them.

    `slopes` has the shape (findings that answer to rates, rates), each finding on its scale in published errors, each
    rate in plausible ranges.
    """

    asked: list[Target]
    slopes: Numbers

    @property
    def closed(self) -> dict[str, int]:
        """Where the findings are that shares alone give, by instrument."""
        return {t.finding.instrument: i for i, t in enumerate(self.asked) if t.finding.instrument in CLOSED_FORM}

    @property
    def rates(self) -> list[int]:
        """Where the findings are that answer to the rates."""
        return [i for i, target in enumerate(self.asked) if target.finding.instrument not in CLOSED_FORM]


def slopes_from(asked: Sequence[Target], found: Numbers, steps: Numbers) -> Numbers:
    """Mean slopes of the findings that answer to rates, from worlds stepped up and down in each of them.

    `found` has the shape (cores, rates, 2, findings), on scales; `steps` is by how much each pair differs, in plausible
    ranges, shape (cores, rates).
    """
    rates = Problem(list(asked), np.empty(0)).rates
    differences = (found[:, :, 1] - found[:, :, 0])[:, :, rates] / errors(asked)[rates]
    slopes = np.nanmean(differences / steps[:, :, None], axis=0)
    return np.asarray(slopes.T)


def stepped(worlds: Sequence[OpenWorld]) -> tuple[list[OpenWorld], Numbers]:
    """Each of these worlds stepped down and up in each rate, in this order, and how far apart each pair is."""
    points, steps = [], np.empty((len(worlds), len(RATES)))
    for i, world in enumerate(worlds):
        for j, name in enumerate(RATES):
            (low, high), width = PARAMETERS[name].limits, _width(name)
            ends = [min(high, max(low, world[name] + side * SLOPE_STEP * width)) for side in (-1, 1)]
            points += [{**world, name: end} for end in ends]
            steps[i, j] = (ends[1] - ends[0]) / width
    return points, steps


def solutions(problem: Problem, worlds: Sequence[OpenWorld], surveyed: Numbers, wanted: Numbers) -> Numbers:
    """Values of what is solved that would bring what is wanted, shape (worlds, solved), in the order of `SOLVED`.

    `surveyed` are shares and findings of each world, shape (worlds, shares + findings); `wanted` are findings
    on their scales, shape (worlds, findings). A world in which nobody had tears keeps its values.
    """
    shares, found = surveyed[:, : len(SHARES_OF_LATEST)], surveyed[:, len(SHARES_OF_LATEST) :]
    old = solved_of(worlds)
    closed = closed_form(problem, worlds, shares, wanted)
    on_scale = np.column_stack([to_scale(t, column) for t, column in zip(problem.asked, found.T, strict=True)])
    rates = problem.rates
    away = ((wanted - on_scale) / errors(problem.asked))[:, rates]
    # A ridge of one plausible range a unit of misfit: what a finding says little of stays near its core.
    gain = np.linalg.solve(problem.slopes.T @ problem.slopes + np.eye(len(RATES)), problem.slopes.T)
    moved = np.clip(away @ gain.T, -MOST_MOVED, MOST_MOVED) * np.array([_width(name) for name in RATES])
    new = np.column_stack([closed, old[:, len(CLOSED_FORM) :] + moved])
    return np.asarray(np.where(np.isfinite(new), new, old))


def closed_form(problem: Problem, worlds: Sequence[OpenWorld], shares: Numbers, wanted: Numbers) -> Numbers:
    """What the shares alone give (see above), shape (worlds, 3), from 0 to 1."""
    near, moved, near_moved, unsettled, near_unsettled = shares.T
    at = problem.closed
    noticed, harmed, improved = (np.sin(np.clip(wanted[:, at[name]], 0.0, np.pi / 2)) ** 2 for name in CLOSED_FORM)
    hit, false, shows, old = (
        np.array([world[name] for world in worlds])
        for name in ("belief_noticed_hit", "belief_noticed_false", "belief_moved_shows", "near_noticed")
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        seen = np.clip(((noticed - false) / (hit - false) - (1.0 - near)) / near, 0.0, 1.0)
        more = np.where(old > 0.0, seen / old, 1.0)
        moved_now = moved + near_moved * (more - 1.0)
        unsettled_now = unsettled + near_unsettled * (more - 1.0)
        displeasure = harmed / unsettled_now
        otherwise = (improved - moved_now * shows) / (1.0 - moved_now - harmed)
    solved = np.column_stack([seen, displeasure, otherwise])
    assert len(SOLVED) == solved.shape[1] + len(RATES)
    return np.asarray(np.clip(solved, 0.0, 1.0))


def _width(name: str) -> float:
    low, high = PARAMETERS[name].plausible
    return high - low
