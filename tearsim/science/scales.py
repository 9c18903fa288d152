"""From probabilities to log-odds and back, without ever overflowing: every rule is total within its limits."""

from math import exp, log

# Log-odds beyond which an event is as good as certain, or impossible: logistic(700) is exactly 1.
CERTAINTY = 700.0


def logistic(log_odds: float) -> float:
    """The probability that goes with log-odds x: `1 / (1 + exp(-x))`."""
    return 1.0 / (1.0 + exp(min(-log_odds, CERTAINTY)))


def log_odds(share: float) -> float:
    """The log-odds of a share: `log(share / (1 - share))`; -700 for 0 and 700 for 1, so that both are legal medians."""
    if share <= 0.0:
        return -CERTAINTY
    if share >= 1.0:
        return CERTAINTY
    return log(share / (1.0 - share))
