"""What do therapists believe that their tears did?"""

from tearsim.science.alternatives.theory import NO_SOURCE, Theory
from tearsim.science.codes import HARMED, IMPROVED, NO_CHANGE
from tearsim.science.people import Therapist
from tearsim.science.types import Parameters, SessionLuck

QUESTION = "What do therapists believe?"


def believes_as_they_feel(therapist: Therapist, reception: int, p: Parameters, luck: SessionLuck) -> int:
    """Therapists read their own comfort: those at ease with their tears think that they helped, others that they hurt.

    Improved with a probability of `comfort`, harmed with one of `(1 - comfort)^2`, whatever the client made of it.
    """
    if luck.belief < therapist.comfort:
        return IMPROVED
    return HARMED if luck.displeasure < 1.0 - therapist.comfort else NO_CHANGE


THEORIES = (
    Theory(
        "accurate belief", QUESTION, "what happened", NO_SOURCE,
        {"belief_moved_shows": 1.0, "belief_unsettled_shows": 1.0, "belief_improved_otherwise": 0.0},
    ),
    Theory(
        "deference", QUESTION, "what clients let them see, who hide that they mind",
        "Rennie 1994, Journal of Counseling Psychology 41, 427-437 (clients defer; how often is assumed)",
        {"belief_moved_shows": 1.0, "belief_unsettled_shows": 0.1, "belief_improved_otherwise": 0.3},
    ),
    Theory(
        "self-serving belief", QUESTION, "that they helped",
        "Walfish et al. 2012, doi:10.2466/02.07.17.PR0.110.2.639-644 (providers overrate their results)",
        {"belief_moved_shows": 1.0, "belief_unsettled_shows": 0.0, "belief_improved_otherwise": 0.7},
    ),
    Theory(
        "projection", QUESTION, "what they feel about their own tears", NO_SOURCE,
        rules={"believes": believes_as_they_feel},
    ),
)  # fmt: skip
