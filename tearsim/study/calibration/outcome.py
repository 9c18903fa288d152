"""What `calibration.json` holds, part by part, as it is written and read by name."""

from typing import TypedDict


class BegunWith(TypedDict):
    """With which file, findings and model a calibration was begun."""

    fingerprint: str
    findings_sha256: str
    targets_sha256: str
    settings: dict[str, object]


class EmulatorOutcome(TypedDict):
    """An emulator: how many worlds it learnt from, and its errors in standard errors of the published findings."""

    worlds: int
    error_in_published_errors: dict[str, float]


class Coverage(TypedDict):
    """The share of data sets whose intervals hold the true value, with its 95 % interval."""

    mean: float
    low: float
    high: float


class RanksOutcome(TypedDict):
    """A rank test."""

    data_sets: int
    parameters: int
    small_p: list[list[str | float]]  # a parameter and its p value
    coverage: dict[str, Coverage]  # by the level of the intervals
    ranked_among: int
    mean_rank: float


class RankOutcome(RanksOutcome):
    """A rank test among draws of chains, and how long the worst of these was."""

    shortest_chain_in_autocorrelation_times: float
    fewest_effective: float


class KnownWorld(TypedDict):
    """How many true values of a known world lie in their intervals, and which do not."""

    recovered: int
    not_recovered: list[str]


class KnownWorldsOutcome(TypedDict):
    """The perfect-model test; widths are means over its worlds, beside the prior's."""

    recovered: int
    of: int
    worlds: list[KnownWorld]
    width: dict[str, float]
    learnt: dict[str, str]


class ChainOutcome(TypedDict):
    """How well a chain has mixed."""

    effective: float
    accepted: float
    steps_kept: int
    autocorrelation_time: float
    length_in_autocorrelation_times: float


class Agreed(TypedDict):
    """Of draws, how many agree with the findings in a first study, and how many of these are different."""

    draws: int
    agree: int
    different: int


class AgreedAgain(TypedDict):
    """Of those, how many agree once more."""

    draws: int
    agree: int


class ChosenOutcome(TypedDict):
    """How worlds were chosen, fitted ones and open ones alike."""

    agreed: Agreed
    agreed_again: AgreedAgain


class ConfirmedShare(TypedDict):
    """The share of fitted worlds that agree in a study that chose nobody; no interval over a single lot of luck."""

    mean: float
    low: float | None
    high: float | None
    lucks: int


class ConfirmedOutcome(TypedDict):
    """What a study that chose nobody says of the fitted worlds, and of each finding the share that has it inside."""

    confirmed: int
    confirmed_share: ConfirmedShare
    inside: dict[str, float]


class MembersOutcome(ChosenOutcome, ConfirmedOutcome):
    """The fitted worlds."""

    members: int
    effective_members: float
    effective_members_reweighted: float
    effective_members_by_published_errors_alone: float
    best: dict[str, float | None]


class LeftOpenOf(TypedDict):
    """What is left open of a parameter: its prior range, the posterior's median and 95 % interval, and its width."""

    prior: list[float]
    low: float
    median: float
    high: float
    width: float
    learnt: str


class LeftOpen(TypedDict):
    """What is left open; pairs that are correlated by half or more are two parameters and a correlation."""

    parameters: dict[str, LeftOpenOf]
    correlated: list[list[str | float]]


class StagesOutcome(MembersOutcome):
    """What the stages of a calibration found."""

    emulators: list[EmulatorOutcome]
    rank_tests: dict[str, RankOutcome]
    perfect_model: KnownWorldsOutcome
    nearer_lucks: int
    sampling: dict[str, ChainOutcome]
    left_open: LeftOpen
    sessions: int


class CalibrationOutcome(BegunWith, StagesOutcome):
    """All of it."""

    title: str


class FittedOutcome(TypedDict):
    """What `fitted.json` holds: the fitted worlds, each a value for each parameter."""

    parameters: list[str]
    findings_sha256: str
    worlds: list[list[float]]


class EffectOutcome(TypedDict):
    """What tears do to leaving, in 100 clients who saw tears; what shares of noticed tears moved and unsettled."""

    median: float
    middle_80: list[float]
    middle_95: list[float]
    share_above_0: float
    moved_middle_95: list[float]
    unsettled_middle_95: list[float]


class TrialOutcome(RanksOutcome):
    """The rank test of open worlds, and where the true effects of tears lay."""

    of_the_effect: list[float]


class OpenStages(ChosenOutcome, ConfirmedOutcome):
    """What the stages of an open block found."""

    draws: int
    members: int
    cores: int  # different ones among those kept
    effective_cores: float  # as many equally frequent ones
    all_about_tears: (
        float  # of those kept, the share with every finding about tears inside in a study that chose nobody
    )
    inside_of_draws: dict[str, float]  # of all draws, once solved
    at_a_limit: dict[str, float]  # of solved shares, how many draws have them at 0 or 1
    effect_on_leaving: EffectOutcome
    trials: TrialOutcome | None


class OpenOutcome(BegunWith, OpenStages):
    """All of it; the time is that of the last run of the command."""

    title: str
    sessions: int
    seconds: float
