"""A calibration from beginning to end, into one folder, where it can be stopped and gone on with.

DIR/
  calibration.json   what was found: settings, hashes, tests, what is left open, members; written last
  begun.json         which file, findings and model it was begun with; nothing else is ever added to it
  fitted.json        the fitted worlds, as the package holds them (`science/fitted.json`)
  parts/             every batch of worlds simulated: where they lie in the unit cube, and their findings
"""

from pathlib import Path

import numpy as np
from scipy.stats import qmc

from tearsim.evidence.measuring import Size, sessions_of_studies
from tearsim.evidence.patterns import patterns_hash
from tearsim.science.settings import checked
from tearsim.study.calibration.design import MOST_WORLDS, Calibration, targets
from tearsim.study.calibration.emulator import Emulator, centres, errors, on_scales
from tearsim.study.calibration.folder import begin_in, begun_with, write, write_worlds
from tearsim.study.calibration.members import (
    agrees,
    best_then_shuffled,
    confirmed,
    effective_size,
    left_open,
    mean_of_two,
    misfit,
    refuse_too_few,
    rounded,
)
from tearsim.study.calibration.outcome import (
    CalibrationOutcome,
    ChainOutcome,
    ChosenOutcome,
    EmulatorOutcome,
    FittedOutcome,
    KnownWorldsOutcome,
    MembersOutcome,
    RankOutcome,
    StagesOutcome,
)
from tearsim.study.calibration.posterior import (
    Evidence,
    Sample,
    first_draws,
    log_fit,
    log_likelihood,
    sample_posterior,
    thinned,
)
from tearsim.study.calibration.table import TOGETHER, CalibrationReport, simulate_worlds
from tearsim.study.calibration.trials import RankTest, learnt, perfect_models, rank_test, ranks_outcome
from tearsim.study.randomness import Streams
from tearsim.worlds.outcomes import Numbers

# Numbers of the seeds that libraries are given, far enough apart for what each purpose needs.
DESIGN, TRUTHS, ORDER, SPREAD, DRAWS = 0, 1, 2, 3, 4
FIRST_STAGE, KNOWN, SECOND, RANKS, RANKS_NEARER = 10_000, 20_000, 30_000, 40_000, 50_000
# True worlds of the perfect-model test.
KNOWN_WORLDS = 4


def calibrate(calibration: Calibration, folder: Path, workers: int, report: CalibrationReport) -> CalibrationOutcome:
    """Run a calibration, or go on with it; returns what `calibration.json` holds.

    Raises TearSimError if the folder was begun with something else, or nobody knows with what; or if fewer parameter
    sets agree than were asked for: with more draws in the file it goes on from those it has.
    """
    begun = begun_with(calibration.fingerprint(), calibration.model_dump())
    begin_in(begun, folder)
    for made_before in ("calibration.json", "fitted.json"):  # by fewer draws: no record of what comes now
        (folder / made_before).unlink(missing_ok=True)
    done = _Calibrating(calibration, folder, workers, report)
    outcome: CalibrationOutcome = {"title": calibration.title, **begun, **done.run()}
    write_worlds(folder / "fitted.json", done.fitted)
    write(folder / "calibration.json", outcome)
    return outcome


class _Calibrating:
    """One calibration on its way: what its stages share."""

    def __init__(self, calibration: Calibration, folder: Path, workers: int, report: CalibrationReport) -> None:
        self.c, self.workers, self.report = calibration, workers, report
        self.parts = folder / "parts"
        self.luck = Streams(calibration.seed)
        self.targets = targets()
        self.errors, self.centres = errors(self.targets), centres(self.targets)
        self.dimensions = len(calibration.parameters)
        self.sessions = 0
        self.fitted: FittedOutcome

    def run(self) -> StagesOutcome:
        """Every stage in turn."""
        unit = self.latin_hypercube()
        found = self.simulated("prior", unit, self.c.table.size)
        first = Emulator(unit, found)
        before = Evidence(self.centres, self.errors, first)
        trials = {"from the prior": self.ranks("synthetic", self.uniform(), first, [], RANKS)}
        known = self.known_worlds(first)

        sample = self.sample(before, FIRST_STAGE)
        points = thinned(sample, self.c.nearer + self.c.data_sets)
        spaced = np.zeros(len(points), bool)
        spaced[np.linspace(0, len(points) - 1, self.c.data_sets).round().astype(int)] = True
        near = points[~spaced]
        second = Emulator(near, self.simulated("nearer", near, self.c.check.size), first)
        trials["from the first posterior"] = self.ranks(
            "synthetic nearer", points[spaced], second, [before], RANKS_NEARER
        )
        evidence = Evidence(self.centres, self.errors, second)
        posterior = self.sample(evidence, SECOND)
        members = self.members(evidence, posterior)
        return {
            "emulators": [self._emulator(first), self._emulator(second)],
            "rank_tests": {name: _ranks(test, self.c.parameters) for name, test in trials.items()},
            "perfect_model": known,
            "nearer_lucks": -(-len(near) // TOGETHER["nearer"]),
            "sampling": {"first": _chain(sample), "second": _chain(posterior)},
            **members,
            "left_open": left_open(self.c, posterior.unit),
            "sessions": self.sessions,
        }

    # --- Stages ------------------------------------------------------------------------------------------------------

    def simulated(self, kind: str, unit: Numbers, size: Size) -> Numbers:
        """Findings of worlds of a kind, on their scales."""
        return on_scales(self.targets, self.raw(kind, unit, size))

    def raw(self, kind: str, unit: Numbers, size: Size) -> Numbers:
        """Findings of worlds, as published ones are written."""
        self.sessions += sessions_of_studies([checked(world) for world in self.c.worlds_at(unit)], size)
        return simulate_worlds(self.c, kind, unit, size, self.parts, self.workers, self.report)

    def ranks(self, kind: str, unit: Numbers, emulator: Emulator, before: list[Evidence], purpose: int) -> RankTest:
        """The rank test on synthetic data sets of the size that the emulator knows."""
        found = self.simulated(kind, unit, self.c.check.size if before else self.c.table.size)
        return rank_test(unit, found, self.errors, emulator, before, self.c.walkers, self.c.steps, self.luck, purpose)

    def known_worlds(self, emulator: Emulator) -> KnownWorldsOutcome:
        """The perfect-model test: a few true worlds spread over the prior, each seen by one study."""
        unit = self.spread_truths()
        found = self.simulated("known", unit, self.c.table.size)
        models = perfect_models(unit, found, self.errors, emulator, self.c.walkers, self.c.steps, self.luck, KNOWN)
        names = np.array(self.c.parameters)
        recovered = np.array([model.recovered for model, _ in models])
        wide = np.mean([widths for _, widths in models], axis=0)
        return {
            "recovered": int(recovered.sum()),
            "of": recovered.size,
            "worlds": [{"recovered": int(row.sum()), "not_recovered": names[~row].tolist()} for row in recovered],
            "width": {name: float(value) for name, value in zip(self.c.parameters, wide, strict=True)},
            "learnt": {name: learnt(float(value)) for name, value in zip(self.c.parameters, wide, strict=True)},
        }

    def members(self, evidence: Evidence, posterior: Sample) -> MembersOutcome:
        """Draws run in the real simulator: those that agree are kept, the best of them first.

        Two studies choose them, and flatter whom they choose: what is said of those kept comes from a third.
        """
        unit = first_draws(posterior, self.c.draws, self.luck, DRAWS)
        kept, misfits, chosen = self.chosen(unit)
        order = best_then_shuffled(misfits, self.luck, ORDER)
        self.fitted = {
            "parameters": self.c.parameters,
            "findings_sha256": patterns_hash(),
            "worlds": [list(world.values()) for world in rounded(self.c, kept[order])],
        }
        fresh = self.raw("confirmed", kept, self.c.check.size)
        told = confirmed(self.targets, fresh, TOGETHER["confirmed"])
        self._refuse_too_few(told["confirmed"], len(kept), "worlds kept, in a third study,")
        measured = np.isfinite(fresh).all(axis=1)  # a world in which a finding could not be measured weighs nothing
        guessed = log_likelihood(evidence, kept[measured])
        own_fit = log_fit(evidence, on_scales(self.targets, fresh[measured])) - guessed
        published_alone = -0.5 * misfit(self.targets, fresh[measured]) - guessed
        return {
            "members": len(kept),
            **chosen,
            **told,
            # What random draws are worth from a chain that is itself worth `effective` independent ones.
            "effective_members": 1.0 / (1.0 / len(kept) + 1.0 / posterior.effective),
            "effective_members_reweighted": effective_size(own_fit),
            "effective_members_by_published_errors_alone": effective_size(published_alone),
            "best": {
                t.finding.id: float(value) if np.isfinite(value) else None
                for t, value in zip(self.targets, fresh[order[0]], strict=True)
            },
        }

    def chosen(self, unit: Numbers) -> tuple[Numbers, Numbers, ChosenOutcome]:
        """Of draws, those that agree in one study and in its mean with a second; their misfits; how many were which."""
        # A walker that stood still is drawn twice: of those that agree, the first alone is kept.
        novel = np.zeros(len(unit), bool)
        novel[np.unique(unit, axis=0, return_index=True)[1]] = True
        found = self.raw("drawn", unit, self.c.check.size)
        agreed = agrees(self.targets, found)
        self._refuse_too_few(int((agreed & novel).sum()), len(unit))
        again = self.raw("again", unit[agreed], self.c.check.size)
        both = mean_of_two(found[agreed], again)
        lasting = agrees(self.targets, both) & novel[agreed]
        self._refuse_too_few(int(lasting.sum()), len(unit), "draws, in the mean of two studies,")
        return (
            unit[agreed][lasting],
            misfit(self.targets, both[lasting]),
            {
                "agreed": {"draws": len(unit), "agree": int(agreed.sum()), "different": int((agreed & novel).sum())},
                "agreed_again": {"draws": len(again), "agree": int(agrees(self.targets, again).sum())},
            },
        )

    def _refuse_too_few(self, agreeing: int, tried: int, what: str = "draws") -> None:
        """Refuse to go on with fewer agreeing parameter sets than were asked for."""
        or_else = ", more worlds and another folder, or findings that this model cannot hold together"
        refuse_too_few(agreeing, tried, self.c.members, what, or_else)

    # --- What they need ----------------------------------------------------------------------------------------------

    def sample(self, evidence: Evidence, purpose: int) -> Sample:
        """Draws from the posterior that one piece of evidence leaves."""
        return sample_posterior([evidence], self.dimensions, self.c.walkers, self.c.steps, self.luck, purpose)

    def latin_hypercube(self) -> Numbers:
        """The table's worlds, the first of a full one: there each of the equal slices of every range is used once."""
        seed = self.luck.derived_seed(DESIGN)
        return np.asarray(qmc.LatinHypercube(self.dimensions, rng=seed).random(MOST_WORLDS)[: self.c.worlds])

    def uniform(self) -> Numbers:
        """True parameters of synthetic data sets, from the prior."""
        return np.asarray(self.luck.library_generator(TRUTHS).random_sample((self.c.data_sets, self.dimensions)))

    def spread_truths(self) -> Numbers:
        """True worlds of the perfect-model test: every range in as many slices as there are worlds, each used once."""
        seed = self.luck.derived_seed(SPREAD)
        return np.asarray(qmc.LatinHypercube(self.dimensions, rng=seed).random(KNOWN_WORLDS))

    def _emulator(self, emulator: Emulator) -> EmulatorOutcome:
        """An emulator's error, finding by finding, in standard errors of the published one."""
        off = np.sqrt(np.diag(emulator.covariance)) / self.errors
        named = {t.finding.id: float(value) for t, value in zip(self.targets, off, strict=True)}
        return {"worlds": emulator.used, "error_in_published_errors": named}


def _chain(sample: Sample) -> ChainOutcome:
    """How well a chain has mixed: what the worth of its draws rests on."""
    return {
        "effective": sample.effective,
        "accepted": sample.accepted,
        "steps_kept": sample.steps,
        "autocorrelation_time": sample.time,
        "length_in_autocorrelation_times": sample.times,
    }


def _ranks(test: RankTest, parameters: list[str]) -> RankOutcome:
    """A rank test among draws of chains, in numbers that can be read."""
    return {
        **ranks_outcome(test, parameters),
        "shortest_chain_in_autocorrelation_times": test.times,
        "fewest_effective": test.effective,
    }
