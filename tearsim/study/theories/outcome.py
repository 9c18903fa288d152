"""What `theories.json` holds, part by part, as it is written and read by name."""

from typing import TypedDict

from tearsim.study.calibration.outcome import BegunWith, EffectOutcome


class InsideOutcome(TypedDict):
    """How many findings lie inside their intervals in the mean over members, of those with a verdict."""

    inside: int
    judged: int
    outside: list[str]


class TheoryOutcome(TypedDict):
    """What the refit of a theory found."""

    question: str
    refit: str  # whose refit it is: of theories that change nothing, that of the model as it is
    cal: InsideOutcome
    val: InsideOutcome
    score: float  # the sum of all scores
    scores: dict[str, float]  # by finding
    unreliable: list[str]  # findings whose weights have too heavy a tail for their score to be relied on
    missed: list[str]  # findings that are five standard errors off or more in half of the members
    effect_on_leaving: EffectOutcome | None  # none where nobody noticed tears
    sessions: int
    seconds: float


class RivalOutcome(TypedDict):
    """An answer beside the best of its question: how far its scores stay behind, and what that says."""

    theory: str
    behind: float
    error: float
    told_apart: bool
    most: list[str]  # the findings that set it apart most
    missed: list[str]  # those that it misses altogether, and the best predicts better by more than 4


class QuestionOutcome(TypedDict):
    """A question: its answers from the best score to the worst, and which the evidence cannot tell apart from it."""

    question: str
    answers: list[RivalOutcome]
    preferred: list[str]


class ScoringOutcome(BegunWith):
    """The scoring of rival theories."""

    title: str
    scored_by: str  # SHA-256 of what refits and scores: what another version told of theories is told anew
    members: int
    findings: dict[str, list[str]]  # whose scores are summed, by role
    theories: dict[str, TheoryOutcome]
    questions: list[QuestionOutcome]
    sessions: int
