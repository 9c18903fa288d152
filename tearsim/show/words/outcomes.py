"""How each outcome is told: its label, decimals, factor and unit, in words, tables and figures alike.

What is called small is said here, too, with the reason; `worlds.outcomes` defines what an outcome is.
"""

import math
from typing import NamedTuple

from tearsim.science.declaration import in_words
from tearsim.science.parameters import PARAMETERS
from tearsim.show.words.units import PER_CENT, SD_OF_INTAKE, TOLD_IN, WAI, Unit
from tearsim.study.estimates import Estimate
from tearsim.worlds.outcomes import OUTCOMES, QUESTIONED


class Told(NamedTuple):
    """How an outcome is told: in which unit, and in which words."""

    outcome: str
    name: str  # in a sentence
    label: str  # of a row of a table
    heading: str  # of a narrow column
    digits: int
    digits_of_difference: int
    heading_of_effect: str = ""
    small: float = math.nan  # a difference below it is called small: in the outcome's own unit, for the reason beside
    small_in_words: str = ""
    why_small: str = ""
    sentence: str = ""  # what it was at two levels of a parameter
    usual: tuple[float, float] | None = None  # where it lies in most practices: an axis shows at least this

    @property
    def scale(self) -> Unit:
        """The unit that it is told in; the size of an effect on distress (d) stays in standard deviations."""
        return SD_OF_INTAKE if self.outcome == "distress_change_d" else TOLD_IN[OUTCOMES[self.outcome].unit]

    @property
    def factor(self) -> float:
        """What differences are multiplied by to be told."""
        return self.scale.step

    def level(self, value: float) -> float:
        """A value as it is told."""
        return self.scale.level(value)

    def levels(self, one: Estimate) -> Estimate:
        """A mean and its interval as they are told."""
        return one._replace(mean=self.level(one.mean), low=self.level(one.low), high=self.level(one.high))

    @property
    def unit(self) -> str:
        """What follows a value in a sentence."""
        return " %" if self.scale is PER_CENT else ""

    @property
    def unit_of_difference(self) -> str:
        """What follows a difference in a sentence."""
        return " percentage points" if self.scale is PER_CENT else ""

    def axis(self, effect: bool = False) -> str:
        """The unit that stands on an axis, of the outcome or of an effect on it."""
        return self.scale.of_difference if effect else self.scale.axis


_rating_error = float(PARAMETERS["rating_error"].default)
_SPECIAL = (
    Told(
        "alliance_mean", "the alliance", "Mean alliance, rated 1 to 7", "alliance,\nrated 1 to 7", 2, 3,
        "what tears did\nto alliance", 0.01, f"{0.01 * WAI.step:.2f} points of a rating from 1 to 7",
        f"{0.01 * WAI.step:.2f} points on the seven-point scale of the Working Alliance Inventory, on which a single "
        f"rating by a client errs by {_rating_error:.2f} points (standard deviation)",
        usual=(0.5, 0.9),
    ),
    Told(
        "dropout_rate", "dropout", "Dropout: of those ended, by the client alone", "dropout\n%", 1, 2,
        "what tears did\nto dropout,\n% points", 0.01, "one therapy in a hundred",
        "one therapy in a hundred: a therapist who ends twenty therapies a year would meet it once in five years",
        usual=(0.0, 0.5),
    ),
    Told(
        "felt_per_100_sessions", "how often therapists’ eyes fill", "Eyes fill, in 100 sessions",
        "therapist's\neyes fill, in\n100 sessions", 2, 3,
        sentence="The therapist’s eyes filled in {first} of a hundred sessions {at_first} and in {last} {at_last}.",
    ),
    # Not the share of all noticed tears, of which some practices have many more than others.
    Told(
        "unsettled_share", "how many noticed tears unsettle", "Of seen tears, unsettled",
        "unsettled,\n% of noticed\ntears, mean\nof practices", 1, 2,
        sentence="In the average practice, {first} of the tears that clients noticed unsettled them {at_first} and "
        "{last} {at_last}.",
    ),
    Told("moved_share", "how many noticed tears move", "Of seen tears, moved", "moved,\n% of noticed\ntears", 1, 2),
    Told(
        "client_tears_per_100_sessions", "how often clients weep", "Clients weep, in 100 sessions",
        "clients weep,\nin 100 sessions", 1, 2,
    ),
    Told(
        "ruptures_per_100_sessions", "how often ruptures open", "Ruptures in 100 sessions",
        "ruptures, in\n100 sessions", 1, 2,
    ),
    Told(
        "mean_sessions", "the mean number of sessions", "Mean sessions of ended therapies",
        "sessions of\nended therapies", 1, 2,
    ),
)  # fmt: skip
# Decimals of all others, by unit.
_DIGITS = {"share": 1, "0 to 1": 2, "in 100 sessions": 2, "sessions": 1, "weeks": 1, "SD of intake": 2}


# What the others are called in a sentence, and in a row of a table.
_CALLED = {
    "sessions": ("the number of sessions held", "Sessions held"),
    "alliance_session3": ("the alliance after third sessions", "Alliance after third sessions"),
    "alliance_final": ("the alliance after last sessions", "Alliance after last sessions"),
    "left_rate": ("the share of therapies that clients left unfinished", "Left, not having had enough"),
    "completed_rate": ("the share of therapies completed in agreement", "Completed in agreement"),
    "switched_rate": ("how many who left found someone new", "Of those who left, found someone new"),
    "weeks_to_new_therapist": ("the wait for someone new", "Weeks until someone new"),
    "distress_change_d": ("the fall in distress over therapy", "Fall in distress over therapy (d)"),
    "distress_at_a_year": ("distress a year from the first session", "Distress a year from the first session"),
    "therapist_tears_per_100_sessions": ("how often therapists’ tears show", "Therapists’ tears, in 100 sessions"),
    "near_per_100_sessions": ("how often therapists are near to tears", "Near to tears, in 100 sessions"),
    "open_per_100_sessions": ("how often therapists weep openly", "Open tears, in 100 sessions"),
    "overwhelmed_per_100_sessions": ("how often tears overwhelm therapists", "Overwhelmed, in 100 sessions"),
    "noticed_share": ("how many tears clients notice", "Of tears felt, noticed"),
    "repaired_share": ("how many ruptures are repaired", "Of ruptures, repaired"),
}


def _plainly(outcome: str) -> Told:
    """An outcome that nothing more need be said of; one that nobody gave a name goes by its own, in words."""
    words = in_words(outcome)
    name, label = _CALLED.get(outcome, (words, words.capitalize()))
    digits = _DIGITS[OUTCOMES[outcome].unit]
    return Told(outcome, name, label, words.replace(" ", "\n"), digits, digits + 1)


_SAID = {one.outcome: one for one in _SPECIAL}
TOLD: dict[str, Told] = {name: _SAID.get(name) or _plainly(name) for name in OUTCOMES}
# The two that the model is asked about, and what stands beside them wherever a sweep is told.
ASKED = tuple(TOLD[name] for name in QUESTIONED)
