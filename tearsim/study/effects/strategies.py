"""The strategies that effects compare: what is done about a therapist's tears, as settings of a practice.

All can be lived side by side, under the same luck. What is forced is forced by numbers that the model's own rules read,
so that nothing is compiled anew; some lie beyond what a practice may be set to, for they are no practice's.
"""

from collections.abc import Mapping
from typing import NamedTuple

from tearsim.science.declaration import Value
from tearsim.science.scales import CERTAINTY, MIDDLE
from tearsim.study import arms


class Strategy(NamedTuple):
    """What is done about a therapist's tears."""

    words: str
    sets: Mapping[str, Value]
    by_rules: tuple[str, ...] = ()  # the rules that do as `sets` says, if they are the model's own


# What the strategies set: nobody else can.
SET_BY_STRATEGIES = ("tears", "hold_back_client", "hold_back_week")
_SHOWN: dict[str, Value] = {"tears": "shown"}
_NOTICED: dict[str, Value] = {**_SHOWN, "near_noticed": 1.0}
_BY_LEVEL = ("eyes_fill", "notices")
STRATEGIES: dict[str, Strategy] = {
    "shown": Strategy("shown", _SHOWN),
    "held back": Strategy("held back", arms.held_back({})),
    "voiced": Strategy("kept from showing and put into words, dry-eyed", {"tears": "voiced"}),
    # Speaking has a probability of tears_spoken*(.5 + comfort): 1 and more for the least comfort, or 0 for any.
    "spoken of": Strategy("shown, and spoken of", {**_SHOWN, "tears_spoken": 1.0 / MIDDLE}, ("speaks",)),
    "not spoken of": Strategy("shown, and not spoken of", {**_SHOWN, "tears_spoken": 0.0}, ("speaks",)),
    # A step from one level to the next that nobody takes, or that everybody does.
    "near": Strategy("near tears, and noticed", {**_NOTICED, "open_step": CERTAINTY}, _BY_LEVEL),
    "open": Strategy("open tears", {**_NOTICED, "open_step": 0.0, "overwhelmed_step": CERTAINTY}, _BY_LEVEL),
    "overwhelmed": Strategy("tears that overwhelm", {**_NOTICED, "open_step": 0.0, "overwhelmed_step": 0.0}, _BY_LEVEL),
    # What a client does after tears that unsettle: nobody leaves for it, or everybody does, and looks for someone new.
    "staying": Strategy("staying", {**_SHOWN, "leaving_unsettled": -CERTAINTY}, ("leaves",)),
    "seeking someone new": Strategy(
        "leaving, and looking for someone new",
        {**_SHOWN, "leaving_unsettled": CERTAINTY, "seeking_unsettled": CERTAINTY},
        ("leaves", "seeks_someone_new"),
    ),
}
# What keeps one client's tears from reaching another: therapists neither learn from their tears nor are relieved.
APART: dict[str, Value] = {**arms.STEADY, "tears_relief": 0.0}
