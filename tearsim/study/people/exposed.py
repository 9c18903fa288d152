"""Those who saw tears: what became of the clients of a close-up who noticed them, beside themselves without them."""

from typing import NamedTuple

import pandas as pd

from tearsim.science.codes import ENDING, LEFT
from tearsim.study.estimates import Estimate, limits_of, ratio
from tearsim.study.people.close_up import CloseUp

WHO = ["replicate", "home", "turn"]


class ThoseWhoSaw(NamedTuple):
    """How many clients noticed tears, and what showing them did to these: alliance (0 to 1) and leaving (shares).

    Intervals take practices as the independent units; leaving is leaving any therapist as the last thing on record.
    """

    clients: int
    saw: int
    practices: int
    alliance: Estimate  # at the last session on record, shown minus held back
    left: Estimate  # the share who left without having had enough, tears shown
    left_more: Estimate  # shown minus held back


def those_who_saw(near: CloseUp) -> ThoseWhoSaw:
    """What became of those who noticed tears, in that world and in the one where the same tears were held back."""
    shown, held_back = (_courses(sessions) for sessions in (near.shown, near.held_back))
    both = shown[shown["saw"]].join(held_back.add_suffix("_held_back"), how="inner")
    left, left_else = ((both[name] == ENDING[LEFT]).astype(float) for name in ("ending", "ending_held_back"))
    return ThoseWhoSaw(
        len(shown),
        len(both),
        near.replicates,
        _mean(both["alliance"] - both["alliance_held_back"]).within(limits_of("alliance_final", 1)),
        _mean(left).within(limits_of("left_rate")),
        _mean(left - left_else).within(limits_of("left_rate", 1)),
    )


def _courses(sessions: pd.DataFrame) -> pd.DataFrame:
    """One row a person: the alliance and the ending of the last session, and whether any tears were noticed."""
    by_person = sessions.sort_values("week", kind="stable").groupby(WHO)
    return by_person[["alliance", "ending"]].last().assign(saw=by_person["noticed"].any())


def _mean(values: pd.Series) -> Estimate:
    by = values.groupby(level="replicate").agg(["sum", "size"])
    return ratio(by["sum"].tolist(), by["size"].tolist())
