"""How does the intensity of a therapist's tears matter to the client?"""

from tearsim.science.alternatives.theory import NO_SOURCE, Theory
from tearsim.science.codes import NEAR, SHARED
from tearsim.science.people import Client, Therapist
from tearsim.science.rules import Tears
from tearsim.science.rules import appraise as by_default
from tearsim.science.types import Parameters, SessionLuck

QUESTION = "How does intensity matter?"


def appraise_by_whose_it_is(
    client: Client, therapist: Therapist, tears: Tears, p: Parameters, luck: SessionLuck
) -> float:
    """Intensity as such is nothing; it carries further whose feeling it was.

    Shared tears are taken as near tears are. Of the therapist's own, each level beyond near divides what good they do,
    by 2 and 3, and multiplies what harm.
    """
    as_near = Tears(tears.felt, tears.shown, NEAR, tears.origin, tears.noticed, tears.belief_noticed, tears.spoken)
    appraisal = by_default(client, therapist, as_near, p, luck)
    if tears.origin == SHARED:
        return appraisal
    levels = 1.0 + (tears.sensed - NEAR)
    return appraisal / levels if appraisal > 0.0 else max(-1.0, appraisal * levels)


THEORIES = (
    Theory(
        "linear intensity", QUESTION, "each level is taken worse by as much", NO_SOURCE,
        {"appraisal_intensity": -0.5, "appraisal_open_peak": 0.0, "appraisal_overwhelmed": 0.0},
    ),
    Theory(
        "threshold", QUESTION, "only being overwhelmed is too much",
        "Tritt, Kelly & Waller 2015, doi:10.1037/a0038711 (the last level judged negative)",
        {"appraisal_intensity": 0.0, "appraisal_open_peak": 0.0, "appraisal_overwhelmed": -1.2},
    ),
    Theory(
        "inverted U", QUESTION, "open tears are best, less or more is worse", NO_SOURCE,
        {"appraisal_intensity": 0.0, "appraisal_open_peak": 0.5, "appraisal_overwhelmed": -1.2},
    ),
    Theory(
        "the more the better", QUESTION, "each level is taken better by as much", "Caron-Besch 2012, dissertation",
        {"appraisal_intensity": 0.25, "appraisal_open_peak": 0.0, "appraisal_overwhelmed": 0.0},
    ),
    Theory(
        "whose feeling", QUESTION, "it matters only where the feeling is the therapist's own", NO_SOURCE,
        rules={"appraise": appraise_by_whose_it_is},
    ),
)  # fmt: skip
