"""What do repeated tears do to the same client?"""

from tearsim.science.alternatives.theory import NO_SOURCE, Theory
from tearsim.science.functions import exp
from tearsim.science.people import Client, Therapist
from tearsim.science.rules import Tears
from tearsim.science.rules import appraise as by_default
from tearsim.science.scales import REPEATS_THAT_COUNT
from tearsim.science.types import Parameters, SessionLuck

QUESTION = "What do repeats do?"
# How fast a response fades, or grows, with each earlier time, on the log scale (assumptions): by a quarter, by a fifth.
FADES, GROWS = 0.3, 0.2
HABITUATION = (
    "Groves & Thompson 1970, Psychological Review 77, 419-450; Rankin et al. 2009, doi:10.1016/j.nlm.2008.09.012"
)


def appraise_less(client: Client, therapist: Therapist, tears: Tears, p: Parameters, luck: SessionLuck) -> float:
    """Habituation: the response to tears, good or bad, fades with each that was noticed before.

    `appraisal * exp(-.3*earlier tears)`. (The parameter `appraisal_repeat` makes it better instead of weaker.)
    """
    return by_default(client, therapist, tears, p, luck) * exp(-FADES * client.noticed_before)


def appraise_more(client: Client, therapist: Therapist, tears: Tears, p: Parameters, luck: SessionLuck) -> float:
    """Sensitisation: the response to tears, good or bad, grows with each that was noticed before, up to four.

    `appraisal * exp(.2*earlier tears)`, from -1 to 1.
    """
    growth = exp(GROWS * min(client.noticed_before, REPEATS_THAT_COUNT))
    return max(-1.0, min(1.0, by_default(client, therapist, tears, p, luck) * growth))


THEORIES = (
    Theory("habituation", QUESTION, "the response fades, good or bad", HABITUATION, rules={"appraise": appraise_less}),
    Theory(
        "sensitisation", QUESTION, "the response grows, good or bad", HABITUATION, rules={"appraise": appraise_more}
    ),
    Theory("growing used", QUESTION, "tears are taken better each time", NO_SOURCE, {"appraisal_repeat": 0.2}),
    Theory("growing weary", QUESTION, "tears are taken worse each time", NO_SOURCE, {"appraisal_repeat": -0.2}),
    Theory("wearing off", QUESTION, "what lasts of being moved is less each time", NO_SOURCE, {"lasting_repeat": 0.25}),
)  # fmt: skip
