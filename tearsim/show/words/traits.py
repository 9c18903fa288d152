"""Who people are, in words: traits in, sentences out.

A trait from 0 to 1 is described by fifths of its scale, and what varies around a mean by standard deviations; the
bounds are declared here, and the number stands beside the word.
"""

from bisect import bisect_right
from collections.abc import Mapping
from math import ceil

from tearsim.science.codes import ENDINGS_BY, FIXED_PLAN
from tearsim.science.declaration import Value
from tearsim.science.scales import WITHOUT_END
from tearsim.show.words.english import capital, number_of
from tearsim.show.words.units import CORE, core_points
from tearsim.study.people.dyad import ClientTraits, TherapistTraits

FIXED_PLAN_TOLD = ENDINGS_BY[FIXED_PLAN]
FIFTHS = (0.2, 0.4, 0.6, 0.8)  # of a scale from 0 to 1
DEVIATIONS = (-1.5, -0.5, 0.5, 1.5)  # of a standard normal
TIMES = (0.5, 0.8, 1.25, 2.0)  # of the mean

BOUNDARIES = ("hardly minds", "minds little", "minds somewhat", "minds a good deal", "minds very much")
WARMTH = (
    "expects a stoic professional", "expects a rather reserved professional",
    "expects neither a stoic professional nor a companion", "expects a rather warm professional", "expects a companion",
)  # fmt: skip
EMPATHY = (
    "hardly feels with the therapist", "feels little with the therapist", "feels somewhat with the therapist",
    "readily feels with the therapist", "very readily feels with the therapist",
)  # fmt: skip
CRIES = (
    "hardly ever cries", "does not cry easily", "cries about as easily as the typical client", "cries easily",
    "cries very easily",
)  # fmt: skip
RESPONDS = (
    "Therapy works for them far more slowly than for the average client",
    "Therapy works for them more slowly than for the average client",
    "Therapy works for them about as fast as for the average client",
    "Therapy works for them faster than for the average client",
    "Therapy works for them far faster than for the average client",
)
FOLLOWS = (
    "hardly follows what a client feels", "follows loosely what a client feels",
    "follows fairly well what a client feels", "follows closely what a client feels",
    "follows very closely what a client feels",
)  # fmt: skip
EYES = (
    "the therapist's eyes hardly ever fill", "the therapist's eyes do not fill easily",
    "the therapist's eyes fill as easily as those of the typical one", "the therapist's eyes fill easily",
    "the therapist's eyes fill very easily",
)  # fmt: skip
EASE = ("ill at ease", "rather ill at ease", "neither at ease nor ill at ease", "fairly at ease", "at ease")
SKILL = (
    "far less skilled than most", "less skilled than most", "about as skilled as most", "more skilled than most",
    "far more skilled than most",
)  # fmt: skip
LEAVE = ("far fewer clients leave {} than", "fewer clients leave {} than", "as many clients leave {} as",
         "more clients leave {} than", "far more clients leave {} than")  # fmt: skip
SCALE = (
    "Words go by fifths of a scale from 0 to 1, skill and leaving by standard deviations (bounds at half a one and one "
    "and a half), and how fast therapy works by times the average (bounds at 0.5, 0.8, 1.25 and 2). A rupture's number "
    "is its severity, 0 for none. Alliance is given as a client would rate it, from 1 to 7 (the WAI’s mean), distress "
    "roughly in points of the CORE-OM, from 0 to 40 (and 40 beyond), of which 10 and more is the clinical range."
)


def word(value: float, words: tuple[str, ...], bounds: tuple[float, ...] = FIFTHS) -> str:
    """The word for a value: the first below the first bound, the last from the last bound on.

    >>> word(0.2, EASE)
    'rather ill at ease'
    """
    return words[bisect_right(bounds, value)]


def client_in_words(number: int, traits: ClientTraits, parameters: Mapping[str, Value]) -> str:
    """Who a client is; `traits` are named as the parameters that make them, `parameters` those of the practice."""
    return " ".join(
        (
            f"Client {number} came with distress {core_points(traits.distress):.1f} of 40; the average of those who "
            f"come is {CORE.level(float(parameters['intake_distress'])):.1f}.",
            f"The client {word(traits.boundary_sensitivity, BOUNDARIES)} when roles blur (boundary sensitivity "
            f"{traits.boundary_sensitivity:.2f}), {word(traits.warmth_expected, WARMTH)} (expected warmth "
            f"{traits.warmth_expected:.2f}), {word(traits.empathy, EMPATHY)} (empathy {traits.empathy:.2f}) and "
            f"{word(traits.tear_propensity, CRIES)} (tear propensity {traits.tear_propensity:.2f}).",
            f"{word(traits.responsiveness, RESPONDS, TIMES)} ({traits.responsiveness:.2f} times).",
            _enough(traits, parameters),
        )
    )


def _enough(traits: ClientTraits, parameters: Mapping[str, Value]) -> str:
    if parameters["endings"] == FIXED_PLAN_TOLD:
        return f"What they plan is {number_of(int(agreed_on(traits.agreed_sessions, parameters)), 'session')}."
    enough = f"Good enough for them is a distress below {CORE.level(traits.good_enough):.1f}, wherever they began."
    if traits.good_enough <= 0.0:
        enough = "No distress is so low that it would be good enough for them."
    if traits.agreed_sessions == WITHOUT_END:
        return enough
    last = number_of(max(1, ceil(traits.agreed_sessions)), "session")
    return f"{enough} Agreed is that therapy ends after {last} in any case."


def agreed_on(sessions: float, parameters: Mapping[str, Value]) -> float:
    """The number of sessions at which a client's therapy ends in any case: what they agreed on, or the plan.

    >>> agreed_on(7.4, {"endings": "fixed plan", "planned_sessions": 12})
    12.0
    """
    return float(parameters["planned_sessions"]) if parameters["endings"] == FIXED_PLAN_TOLD else sessions


def therapist_in_words(name: str, traits: TherapistTraits, years: float, comfort: float) -> str:
    """Who a therapist is, with experience and comfort with own tears as the two met."""
    return " ".join(
        (
            f"Therapist {name} had {number_of(round(years), 'year')} of experience when they met,",
            f"{word(traits.empathy, FOLLOWS)} (empathy {traits.empathy:.2f}),",
            f"{word(traits.boundary_sensitivity, BOUNDARIES)} when roles blur",
            f"(boundary sensitivity {traits.boundary_sensitivity:.2f})",
            f"and is {word(traits.skill, SKILL, DEVIATIONS)} ({traits.skill:+.2f} SD).",
            f"{_eyes(traits.tear_propensity)}, and {name} was {word(comfort, EASE)} with own tears",
            f"(comfort {comfort:.2f}).",
            f"A client who cries is comforted too soon {100.0 * traits.comforting:.0f} times in 100.",
            f"All else equal, {word(traits.leaving, LEAVE, DEVIATIONS).format(name)} leave others",
            f"({traits.leaving:+.2f} SD).",
        )
    )


def _eyes(propensity: float) -> str:
    if propensity <= 0.0:
        return "The therapist never cries (tear propensity 0)"
    return f"{capital(word(propensity, EYES))} (tear propensity {propensity:.2f})"
