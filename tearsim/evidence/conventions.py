"""Conventions of the instruments: what no source decides, each with what else it could have been.

A study decides many things that its paper does not tell, and whoever imitates it has to decide them again. Such a
choice is written down here with the values that could as well have been chosen. `tearsim check` measures under all of
them, on the same records; where the verdict turns, there is none (`study/check.py`).
"""

from collections.abc import Mapping
from typing import NamedTuple

# Errors of measurement of an outcome questionnaire, and the change beyond them.
DISTRESS_ERROR = 0.3  # SD of intake: a reliability of .92, as outcome questionnaires have
RELIABLE_INDEX = 1.96  # from which a change is called reliable, as published (Jacobson & Truax 1991)
RELIABLE = RELIABLE_INDEX * 2.0**0.5 * DISTRESS_ERROR  # SD of intake: a change beyond the questionnaire's error


class Convention(NamedTuple):
    """A choice of an instrument: what is taken, what could as well be, what it decides and why there is a choice."""

    value: float
    others: tuple[float, ...]
    meaning: str
    reason: str


# 1 and 0 stand for yes and no.
CONVENTIONS: dict[str, Convention] = {
    "untold_counts": Convention(
        1, (0,), "whether staying away content, without telling, counts as dropping out",
        "most studies let therapists judge, who cannot know it from leaving; others go by the client's reason",
    ),
    "visits_to_count": Convention(
        3, (1, 2, 4), "visits from which a therapist counts someone as a client they could lose",
        "the study asked for a share and did not say of whom",
    ),
    "untold_recalled": Convention(
        0, (1,), "whether a therapist remembers someone who stayed away content as lost", "nobody has asked",
    ),
    "reported_from": Convention(
        0.25, (0.1, 0.5), "severity from which a client would speak of a rupture",
        "questionnaires ask for tension or a breakdown, without a size",
    ),
    "near_counts": Convention(
        1, (0,), "whether a therapist asked about crying counts eyes that filled without running over",
        "the questionnaire's wording was not seen",
    ),
    "weeks_remembered": Convention(
        4, (8,), "weeks that a therapist remembers as the past four", "memory draws what is further back nearer",
    ),
    "tears_ever_from": Convention(
        12, (8, 20), "sessions from which a therapy is as long as those of the clients who were asked",
        "in one sample those who had never cried were at their 19th session on average, the others at their 64th",
    ),
    "sensed": Convention(
        0.5, (0.2, 1.0), "log-odds by which a therapist's view of the alliance moves with a SD of what they sense",
        "no source says how much of a client's alliance a therapist can sense",
    ),
    "improved_from": Convention(
        RELIABLE, (0.5,), "fall in distress, in SD of intake, from which someone has improved",
        "the paper pooled criteria of fifteen samples",
    ),
    "confirmed": Convention(
        1, (0,), "whether an improvement has to be there at the next report too",
        "a report errs, and the first of many to fall below a line may do so by error alone",
    ),
    "cutoff_below_intake": Convention(
        1.16, (0.83,), "how far below the mean at intake the functional range begins, in SD of intake",
        "by the CORE-OM's general population (9.9; at intake 18.6, SD 7.5); by its first cut-offs less",
    ),
    "sudden_from": Convention(
        RELIABLE, (0.6, 1.0), "fall between two sessions, in SD of intake, that can be a sudden gain",
        "7 points of the BDI at first, a reliable change elsewhere",
    ),
    "early_by": Convention(
        4, (3, 6), "session by which a response is early", "the first four weeks in most studies, not in all",
    ),
    "low_distress": Convention(
        0.3, (0.2, 0.5), "distress reported at intake, in SD, up to which there is next to none",
        "no study draws the line there",
    ),
}  # fmt: skip

AS_TAKEN: Mapping[str, float] = {name: convention.value for name, convention in CONVENTIONS.items()}
