"""Which therapists cry: a trait, a few who never do, a grief of their own, or whoever sits with someone who cries?"""

from tearsim.science.alternatives.theory import NO_SOURCE, Theory
from tearsim.science.codes import NEAR, NO_TEARS, NONE, OPEN, OVERWHELMED
from tearsim.science.people import Therapist
from tearsim.science.rules import resonance
from tearsim.science.types import Parameters, SessionLuck

QUESTION = "Who cries?"
# How much further a client's crying goes when nothing else fills a therapist's eyes (log-odds, an assumption): tears
# are then about as frequent as by default.
CAUGHT = 1.5
NARROW = 1.5  # a spread of propensity that leaves room for another reason to cry or not


def eyes_fill_by_contagion(
    therapist: Therapist, depth: float, client_tears: int, p: Parameters, luck: SessionLuck
) -> int:
    """Tears are caught: a therapist's eyes fill only where the client cries, whatever else presses on the therapist.

    One draw against `base + propensity + resonance + caught`, in the steps of `rules.eyes_fill`.
    """
    if client_tears == NO_TEARS:
        return NONE
    h = p.eyes_fill_base + therapist.tear_propensity + resonance(therapist, depth, client_tears, p, luck) + CAUGHT
    if luck.eyes_fill >= h:
        return NONE
    if luck.eyes_fill >= h - p.open_step:
        return NEAR
    return OPEN if luck.eyes_fill >= h - p.open_step - p.overwhelmed_step else OVERWHELMED


THEORIES = (
    Theory(
        "skewed trait", QUESTION, "therapists differ widely in how easily they cry (the defaults)",
        "Blume-Marcovici, Stolberg & Khademi 2013, doi:10.1037/a0031384 (the spread is fitted)",
    ),
    Theory(
        "never-criers", QUESTION, "some never cry, the others differ little",
        "Blume-Marcovici, Stolberg & Khademi 2013, doi:10.1037/a0031384 (28 % report that they never did)",
        {"never_criers_share": 0.28, "therapist_tear_propensity_spread": NARROW},
    ),
    Theory(
        "clusters of grief", QUESTION, "whoever grieves cries for a while, the others differ little", NO_SOURCE,
        {"grief_onset": 0.01, "grief_end": 0.1, "eyes_fill_grief": 3.0, "therapist_tear_propensity_spread": NARROW},
    ),
    Theory(
        "contagion", QUESTION, "whoever sits with someone who cries: tears are caught, never the therapist's own doing",
        "Hatfield, Cacioppo & Rapson 1993 (emotional contagion); Blume-Marcovici et al. 2015, "
        "doi:10.1176/appi.psychotherapy.2015.69.4.399 (clients cried too in 73 %)",
        rules={"eyes_fill": eyes_fill_by_contagion},
    ),
)  # fmt: skip
