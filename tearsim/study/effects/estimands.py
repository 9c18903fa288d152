"""The seven effects of tears, and one of what a client does after them, each declared as the protocol of a target
trial: the one place where they are said.

Hernán & Robins (2016), doi:10.1093/aje/kwv254; for agent-based models Murray, Marshall & Buchanan (2021),
doi:10.1093/aje/kwab040. Tables of protocols, the documentation, and what is lived are made from these.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from tearsim.arguments import several
from tearsim.errors import TearSimError, echoed
from tearsim.science.declaration import nearest

# Whose lives are compared, and from when: from the first tears that would be noticed under either strategy, from
# the first session, from one noticed tear, from the first tears with another client of the same therapist, or
# from the first tears that unsettle.
Begins = Literal["first tears", "first session", "one tear", "beside another", "unsettled"]


class Estimand(NamedTuple):
    """What is compared with what, among whom, from when and how: the rows of a protocol, and how they are lived."""

    title: str
    eligible: str
    strategies: str
    time_zero: str
    follow_up: str
    outcome: str
    contrast: str
    analysis: str
    note: str
    begins: Begins
    contrasts: tuple[tuple[str, str], ...]  # pairs of `strategies.STRATEGIES`
    learns: bool = False  # whether therapists learn from their tears, as the practice is set
    of_tears: bool = True  # rather than of what somebody does after them

    def labels(self, name: str) -> list[str]:
        """How its contrasts are called, under the name that it has among ESTIMANDS."""
        if len(self.contrasts) == 1:
            return [name]
        return [f"{name}: {first} / {second}" for first, second in self.contrasts]

    def protocol(self) -> dict[str, str]:
        """The rows of the protocol, by their names."""
        return {part.replace("_", "-" if part == "follow_up" else " "): getattr(self, part) for part in PROTOCOL}


PROTOCOL = ("eligible", "strategies", "time_zero", "follow_up", "outcome", "contrast", "analysis")

_WEEKS = "a year, looked at after the session of time zero and 1, 4, 12 and 52 weeks later"
_OUTCOMES = (
    "of everybody: left and completed, as competing risks (cumulative incidence of the first ending), looking for "
    "someone new, distress, in therapy or out of it; of those who still come to that therapist under both strategies: "
    "alliance, as it is and as the client rates it, and whether a rupture is open"
)
_PAIRS = (
    "each person minus the same person under the other strategy; means over persons with 95 % intervals over "
    "practices, or over worlds that fit the evidence; whoever has another history before time zero is left out, and "
    "counted"
)
_EITHER = "the session of these tears; until then nobody noticed any under either strategy"
ESTIMANDS: dict[str, Estimand] = {
    "first_tear": Estimand(
        title="From the first tear on",
        eligible="everybody of a cohort with whom, with tears shown, tears are noticed at least once while watched",
        strategies="from the first tears that would be noticed on: shown; held back",
        time_zero=_EITHER,
        follow_up=_WEEKS,
        outcome=_OUTCOMES,
        contrast="difference within the same persons, shown minus held back",
        analysis=_PAIRS,
        note="Tears held back before time zero would not have been noticed anyway, so “held back from then on” and "
        "“held back always” are here the same strategy. An effect in the exposed: it says nothing of those who never "
        "saw any tears.",
        begins="first tears",
        contrasts=(("shown", "held back"),),
    ),
    "policy": Estimand(
        title="Practice policy",
        eligible="everybody who is in the practice, or comes to be",
        strategies="tears shown whenever they come, with everybody; tears held back whenever they come",
        time_zero="each person’s first session",
        follow_up=_WEEKS,
        outcome=_OUTCOMES,
        contrast="difference within the same persons, shown minus held back",
        analysis=_PAIRS,
        note="The effect of a rule for everyone, diluted by all who never see tears; therapists learn from their "
        "tears as the practice is set, so that what one client saw may reach others. Of a practice as a whole, with "
        "newcomers, {py:meth}`tearsim.Results.effect` tells the same: [the main job](../answer.md).",
        begins="first session",
        contrasts=(("shown", "held back"),),
        learns=True,
    ),
    "one_tear": Estimand(
        title="One tear",
        eligible="sessions of a cohort in which tears are noticed; of a practice with more than four, four by lot",
        strategies="as lived, tears shown; that one session’s tears held back, all others as they come",
        time_zero="that session",
        follow_up=_WEEKS,
        outcome=_OUTCOMES,
        contrast="difference within the same persons, as lived minus that one held back",
        analysis=_PAIRS,
        note="For a single client {py:func}`tearsim.simulate` with `hold_back_client` and `hold_back_week` lives the "
        "two courses: a single pair under one luck is a story, and no mean. {py:func}`tearsim.story_of` and the page "
        "tell the neighbouring contrast for one client: this life, and the same with all tears in the practice held "
        "back.",
        begins="one tear",
        contrasts=(("shown", "held back"),),
    ),
    "dry_eyed": Estimand(
        title="Dry-eyed",
        eligible="everybody of a cohort with whom a therapist’s eyes fill at least once while watched, and would be "
        "noticed under either strategy",
        strategies="from then on: put into words, dry-eyed; shown. The same; held back",
        time_zero="the session of the first tears that would be noticed under either strategy: words always are",
        follow_up=_WEEKS,
        outcome=_OUTCOMES,
        contrast="difference within the same persons, voiced minus shown; voiced minus held back",
        analysis=_PAIRS,
        note="Among more persons than from the first tear on: near tears that nobody would see are put into words too.",
        begins="first tears",
        contrasts=(("voiced", "shown"), ("voiced", "held back")),
    ),
    "spoken": Estimand(
        title="Spoken of",
        eligible="everybody of a cohort with whom, with tears shown, tears are noticed at least once while watched",
        strategies="from the first noticed tears on: shown, and always spoken of; shown, and never spoken of",
        time_zero=_EITHER,
        follow_up=_WEEKS,
        outcome=_OUTCOMES,
        contrast="difference within the same persons, spoken of minus not spoken of",
        analysis=_PAIRS,
        note="Speaking is forced, whatever the therapist’s comfort: it is not what those do who are at ease.",
        begins="first tears",
        contrasts=(("spoken of", "not spoken of"),),
    ),
    "intensity": Estimand(
        title="Intensity",
        eligible="everybody of a cohort with whom a therapist’s eyes fill at least once while watched",
        strategies="from then on, whenever eyes fill: near tears; open tears; tears that overwhelm; all noticed",
        time_zero="the first session in which eyes fill: the same moment at every level",
        follow_up=_WEEKS,
        outcome=_OUTCOMES,
        contrast="difference within the same persons, open minus near; overwhelmed minus open",
        analysis=_PAIRS,
        note="The level is forced, not the feeling: whether eyes fill at all is as it comes. A session in which tears "
        "overwhelm stops, and makes no progress.",
        begins="first tears",
        contrasts=(("open", "near"), ("overwhelmed", "open")),
    ),
    "spill_over": Estimand(
        title="Spill-over",
        eligible="the other clients of a therapist, in the week in which the therapist’s eyes first fill with one "
        "client; of a practice with more than four such clients, those beside four by lot",
        strategies="with everybody else tears shown; with that one client shown as well, or held back always",
        time_zero="that week: until then nothing can have been learnt from these tears",
        follow_up=_WEEKS,
        outcome=_OUTCOMES,
        contrast="difference within the same other persons, shown minus held back with the one",
        analysis=_PAIRS,
        note="What one client’s tears do to others (interference), by way of what the therapist comes to believe of "
        "tears, and of who is given a free place. It is 0 where therapists learn nothing from their tears and nobody "
        "changes places.",
        begins="beside another",
        contrasts=(("shown", "held back"),),
        learns=True,
    ),
    "stay_or_seek": Estimand(
        title="Stay, or seek someone new",
        eligible="everybody of a cohort whom a therapist’s tears unsettle at least once while watched, and whose "
        "therapy does not end in that very session as agreed, or with enough",
        strategies="whenever tears unsettle: staying; leaving, and looking for someone new",
        time_zero="the first session in which tears unsettle",
        follow_up=_WEEKS,
        outcome=_OUTCOMES,
        contrast="difference within the same persons, staying minus seeking someone new",
        analysis=_PAIRS,
        note="Not an effect of tears, but of what a client does after them. Whoever stays may still leave later, for "
        "any other reason; whoever leaves waits, and may find nobody. Alliance with that therapist is told of "
        "nobody: who left has none.",
        begins="unsettled",
        contrasts=(("staying", "seeking someone new"),),
        of_tears=False,
    ),
}


def checked_estimands(names: Sequence[str] | str | None) -> list[str]:
    """The names of estimands, in their order; the seven effects of tears where none are given.

    >>> checked_estimands(["policy", "first_tear"])
    ['first_tear', 'policy']

    Raises TearSimError, which suggests the nearest, for a name that none has.
    """
    named = [names] if isinstance(names, str) else [] if names is None else names
    given = several("estimands", named, "names of estimands")
    for name in given:
        if not isinstance(name, str) or name not in ESTIMANDS:
            raise TearSimError(
                f"There is no estimand {echoed(name)}; it is one of {', '.join(ESTIMANDS)}."
                f"{nearest(name, list(ESTIMANDS))}"
            )
    return [name for name in ESTIMANDS if name in given] or [name for name in ESTIMANDS if ESTIMANDS[name].of_tears]
