"""What the page says of itself."""

from tearsim.science.parameters import PARAMETERS
from tearsim.show.words.units import CORE, WAI

PAGE_NAME = "TearSim"
QUESTION = "When a therapist's eyes fill, what happens to the relationship?"
FIRST_WORDS = (
    "This is a made-up therapy practice: letters are therapists, dots are their clients, and now and then a "
    "therapist's eyes fill. Watch what that does to the bond between them, and to who stays."
)
TRY_FIRST = "press Play until a large blue drop falls, then click the client beside it."
NOT_ADVICE = "It is a model, not advice about any person."

HOW_IT_WORKS = (
    ("What you see", "One room for each therapist. The nearer a client sits and the thicker the bond, the stronger the "
     "alliance between the two; the larger a dot, the more distress. Each client has one session a week. A large "
     "blue drop is a therapist's tear, a small one a client's own; a ring tells how the client took it. Those who "
     "leave go to the corridor below. Completed are all who had enough; dropout counts those of them who "
     "stayed away without a word."),
    ("The dashed lines", "Beside this practice runs its twin: the same people and the same luck, week by week, with "
     "the same tears held back. Only the tears differ, so the gap between a line and its dashed twin is what the tears "
     "did; once someone leaves in another week, whoever comes after them meets other luck too. So that nothing else "
     "differs, therapists here come to cry neither more nor less by what they believe their tears did, unless you set "
     "that under More settings (Comfort learns from). Those who saw tears are compared with themselves in the twin, "
     "never with clients who saw none. Whoever comes in another week of the twin has no fair match there; so the "
     "bars of those who saw tears are drawn from a cohort beside the practice: the clients of week 1, with nobody "
     "after them."),
    ("Trying things out", "Change a setting and the weeks so far are lived again with the same people and luck. Pin a "
     "run to lay the next one over it. One practice is one roll of the dice: under Compare, two hundred others say how "
     "far it can be trusted, with an interval."),
    ("The numbers", f"Alliance is given as {WAI.source}. Distress is given in {CORE.source}. A rupture's "
     f"severity is 0 for none and {PARAMETERS['rupture_severity'].default:g} for an ordinary one, on average. "
     "Settings are given in such units where they have one; a setting's help says what number the model itself uses."),
    ("What it is not", "A model to think with. Many of its numbers have never been measured; each setting's help says "
     "whether it is an estimate from published findings, an assumption, or a matter of design. It says nothing about "
     "you, your therapist or your client, and it is not advice."),
)  # fmt: skip

NOT_BEGUN = "Before the first session."
PRESS = "Press Step for one week, Play to let it run."
CLICK = "Click a person in the picture, or choose one from the table."
OF_THE_TABLE = (
    "Press a heading to sort by its column, and again to reverse the order. Alliance is as clients rate it, from 1 to "
    "7, distress roughly in points of the CORE-OM, of 40; comfort and empathy go from 0 to 1."
)
OF_THE_NUMBERS = (
    "Practices with these settings ({title}) in worlds that fit the published evidence and differ in what it "
    "leaves open about tears, each under {lucks} lucks: {people:,} clients who saw tears; worlds in which nobody did "
    "are not counted. What you set stays as it is."
)
COUNTS_OF_ONE = "Counts of one practice, so without intervals: what luck alone can do is asked below."
NO_PARTNER_HERE = (
    "Where tears are held back this person came in another week, and so met other luck: there is no sound comparison."
)
WITHOUT = "The same person and luck, with the tears held back:"
HELD_BACK_IN_WORDS = "held back"  # of the parameter `tears`: what all else is compared with


def solid_and_dashed(manner: str) -> str:
    """What the lines of a client's drawing are, for a practice in which tears are dealt with in that manner."""
    if manner == HELD_BACK_IN_WORDS:
        return "Tears are held back here, so that solid and dashed coincide."
    return f"Solid: tears {manner}. Dashed: the same person and luck, held back."


def large_and_small_drops(therapists: bool, clients: bool, manner: str) -> str:
    """Whose tears the drops of a client's drawing are: large ones stand above it, small ones within it; only of those
    drops that are there.

    >>> large_and_small_drops(False, True, "shown")
    "Small drops: the client's own tears."
    """
    large = f"the therapist's tears{', as felt' if manner == HELD_BACK_IN_WORDS else ''}"
    if therapists and clients:
        return f"Large drops: {large}. Small ones: the client's own."
    if therapists:
        return f"Large drops: {large}."
    return "Small drops: the client's own tears." if clients else ""


def one_roll(in_cohort: bool, practices: int) -> str:
    """The note under the charts: who the last bars are of, and how little one practice says."""
    who = "The last bars are of the clients of week 1 with nobody after them, so that each has a fair match. "
    return f"{who if in_cohort else ''}One practice is one roll of the dice. What would {practices} others do?"
