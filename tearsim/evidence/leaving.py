"""Who leaves: by distress at intake, by how long they have come, and by how they have responded so far.

No one study has published all of it, and none of it is judged. It is shown beside the check, because a world can meet
every finding about how many leave while the wrong people do.
"""

from typing import NamedTuple

import numpy as np

from tearsim.evidence.conventions import RELIABLE
from tearsim.evidence.estimators import Array, logistic_weights, mean
from tearsim.evidence.records import Clinic


class Leaving(NamedTuple):
    """A group, and what is told of it."""

    group: str
    meaning: str


# Shares of ended therapies that the client ended alone, by thirds of distress; shares of sessions after which they
# did so, by the session's number and by the response so far; log-odds a standard deviation, each given the others.
LEAVING_TOLD: dict[str, Leaving] = {
    "distress low": Leaving("least distressed third at intake", "therapies ended by leaving"),
    "distress middle": Leaving("middle third", "therapies ended by leaving"),
    "distress high": Leaving("most distressed third", "therapies ended by leaving"),
    "session 1": Leaving("first session", "sessions left after"),
    "session 2": Leaving("second session", "sessions left after"),
    "sessions 3-5": Leaving("sessions 3 to 5", "sessions left after"),
    "sessions 6-11": Leaving("sessions 6 to 11", "sessions left after"),
    "sessions 12+": Leaving("session 12 and later", "sessions left after"),
    "response worse": Leaving("reliably worse so far", "sessions left after"),
    "response none": Leaving("no reliable change so far", "sessions left after"),
    "response better": Leaving("reliably better so far", "sessions left after"),
    "log-odds distress": Leaving("distress at intake", "log-odds a standard deviation"),
    "log-odds length": Leaving("log of sessions so far", "log-odds a standard deviation"),
    "log-odds response": Leaving("fall in distress so far", "log-odds a standard deviation"),
}
_SESSIONS = {
    "session 1": (1, 1), "session 2": (2, 2), "sessions 3-5": (3, 5), "sessions 6-11": (6, 11),
    "sessions 12+": (12, np.inf),
}  # fmt: skip


def who_leaves(clinic: Clinic) -> dict[str, float]:
    """Leaving by distress at intake, length and response so far, a number for each of `LEAVING_TOLD`.

    After every session someone leaves or does not: `log-odds(leaves) = a + b*z(intake) + c*z(log session) +
    d*z(fall so far)`, of therapies that began early enough to be seen through.
    """
    chosen = clinic.ended_after(1)
    begun, left = clinic.begun[chosen], clinic.dropped_out[chosen]
    third = np.searchsorted(np.quantile(begun, [1 / 3, 2 / 3]), begun) if len(begun) else np.zeros(0, int)
    found = {f"distress {name}": mean(left[third == i]) for i, name in enumerate(("low", "middle", "high"))}
    at = np.flatnonzero(clinic.began_early[clinic.of_session])
    owner, number = clinic.of_session[at], clinic.sessions["session"][at]
    leaves = clinic.dropped_out[owner] & (clinic.last[owner] == at)
    fall = clinic.begun[owner] - clinic.sessions["distress"][at]
    for name, (first, last) in _SESSIONS.items():
        found[name] = mean(leaves[(number >= first) & (number <= last)])
    found["response worse"] = mean(leaves[fall <= -RELIABLE])
    found["response none"] = mean(leaves[np.abs(fall) < RELIABLE])
    found["response better"] = mean(leaves[fall >= RELIABLE])
    weights = _weights(leaves, np.column_stack([clinic.begun[owner], np.log(number), fall]))
    return found | {f"log-odds {name}": w for name, w in zip(("distress", "length", "response"), weights, strict=True)}


def _weights(happened: Array, columns: Array) -> list[float]:
    if len(columns) < 2 or (columns.std(axis=0) == 0).any():
        return [float("nan")] * columns.shape[1]
    return [float(weight) for weight in logistic_weights(happened, columns / columns.std(axis=0))]
