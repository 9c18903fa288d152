"""From probabilities to log-odds and back, without ever overflowing; and the anchors from which rules read slopes."""

from tearsim.science.functions import MOST_EXPONENT, exp, logit

# Anchors (design): the typical values at which intercepts are read and slopes start. Where an anchor has an intercept
# beside it, moving the one is undone by moving the other.
TYPICAL_ALLIANCE = 0.75
TYPICAL_ALLIANCE_FOR_PROGRESS = 0.7
TYPICAL_DEPTH = 0.6
TYPICAL_EMPATHY = 0.65
TYPICAL_DISTRESS = 1.0
TYPICAL_EXPERIENCE = 10.0
TYPICAL_LEVEL = 1.3
INTAKE_DISTRESS = 2.0
MIDDLE = 0.5
REPEATS_THAT_COUNT = 4
TYPICAL_COMFORTING = 0.35
EMPATHY_SPREAD = 0.17  # of therapists' empathy: what makes a standard score of it
# Squared distance of a client's expectations from a therapist's style (`meeting.congruence`): mean and standard
# deviation over typical people.
TYPICAL_DISTANCE = 0.17
DISTANCE_SPREAD = 0.153

# Sessions beyond any therapy: nothing is agreed on.
WITHOUT_END = 1e6

# Log-odds beyond which an event is as good as certain, or impossible: logistic(700) is exactly 1.
CERTAINTY = MOST_EXPONENT
LEAST_SHARE = exp(-CERTAINTY)


def logistic(log_odds: float) -> float:
    """The probability that goes with log-odds x: `1 / (1 + exp(-x))`."""
    return 1.0 / (1.0 + exp(-log_odds))


def log_odds(share: float) -> float:
    """The log-odds of a share: `log(share / (1 - share))`; -700 for 0 and 700 for 1, so that both are legal medians."""
    if share <= LEAST_SHARE:
        return -CERTAINTY
    if share >= 1.0:
        return CERTAINTY
    return logit(share)
