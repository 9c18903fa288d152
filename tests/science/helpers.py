"""People, parameters and scripted luck for short stories.

Every factory starts from a neutral middle, so that a story names only what it is about: at the anchors of the rules
slopes add nothing, and with neutral luck nothing happens that chance could bring.
"""

import math
from types import SimpleNamespace

from tearsim.science import luck as addresses
from tearsim.science.codes import IN_THERAPY, NEAR, SHARED, SHOWN
from tearsim.science.people import Client, Therapist
from tearsim.science.scales import WITHOUT_END, log_odds
from tearsim.science.session import Tears, hear, session, take_in
from tearsim.science.settings import checked, settings

SHARES = ("empathy", "boundary_sensitivity", "warmth_expected")
NEVER, SURELY = 1e9, -1e9
NEUTRAL = {"events": NEVER, "normals": 0.0, "uniforms": 0.5}

_CLIENT = {
    "number": 1, "home": 0, "turn": 0, "first_week": 0, "episode": 1, "standing": IN_THERAPY, "sessions": 0,
    "empathy_log_odds": 0.0, "boundary_sensitivity_log_odds": 0.0, "warmth_expected_log_odds": 0.0,
    "tear_propensity": 0.0, "bond_share": 0.0, "fit": 0.0, "felt_empathy": 0.0, "theme": 0.0,
    "responsiveness": 1.0, "good_enough": 0.0, "agreed_sessions": WITHOUT_END, "distress": 1.0, "distress_at_start": 2.0,
    "alliance": 0.75, "bond": math.log(3.0), "settles_at": math.log(3.0), "open_rupture": 0.0, "rupture_spoken": False,
    "openness": 0.0, "early_risk": 1.0, "noticed_before": 0, "lasting_weight": 1.0, "unsettled_this_episode": False,
    "unsettled_before": False, "leavings": 0, "relapsed": False, "weeks_out": 0, "wait": 0.0, "precedence": 0.0,
}  # fmt: skip
_THERAPIST = {
    "number": 1, "holder": 0, "empathy": 0.65, "boundary_sensitivity": 0.5, "comforting": 0.0, "tear_propensity": 0.0,
    "skill": 0.0, "leaving": 0.0, "comfort": 0.5, "strain": 0.0, "grieving": False, "years": 10.0,
    "tears_this_week": 0, "helped_this_week": 0, "harmed_this_week": 0,
}  # fmt: skip

# What happens in a story because the story says so, not because chance would have it. With PLAIN parameters a
# therapist's eyes fill by the draw alone, in steps of one, and an appraisal follows its draw.
PLAIN = {
    "eyes_fill_base": 0.0, "eyes_fill_depth": 0.0, "eyes_fill_client_cries": 0.0, "eyes_fill_boundary": 0.0,
    "eyes_fill_comfort": 0.0, "eyes_fill_strain": 0.0, "open_step": 1.0, "overwhelmed_step": 1.0,
    "appraisal_spread": 1.0,
}  # fmt: skip
CLIENT_CRIES = {"client_cries": SURELY}
NEAR_TEARS, OPEN_TEARS, OVERWHELMING_TEARS = {"eyes_fill": -0.5}, {"eyes_fill": -1.5}, {"eyes_fill": -2.5}
IS_MOVED, IS_UNSETTLED = {"appraisal": 50.0}, {"appraisal": -50.0}


def a_client(**changes):
    """A client at every anchor, in a first session with someone they have met; traits are given from 0 to 1."""
    kept = {f"{trait}_log_odds": log_odds(changes.pop(trait)) for trait in SHARES if trait in changes}
    return _made(_CLIENT, Client.__annotations__, changes | kept)


def a_therapist(**changes):
    """A therapist at every anchor, who never comforts too soon."""
    return _made(_THERAPIST, Therapist.__annotations__, changes)


def parameters(**given):
    """What rules read as `p`: defaults but for what is given."""
    return SimpleNamespace(**settings(checked(given)))


def luck(**scripted):
    """Luck of a session: nothing happens and nothing varies, but for what is scripted."""
    return _neutral(addresses.RUNS["session"], scripted)


def luck_of_a_therapist_week(**scripted):
    return _neutral(addresses.RUNS["therapist week"], scripted)


def luck_of_a_client(**scripted):
    return _neutral(addresses.RUNS["client"], scripted)


def luck_of_a_therapist(**scripted):
    return _neutral(addresses.RUNS["therapist"], scripted)


def tears(**changes):
    """Near tears, shared, shown and noticed."""
    usual = Tears(NEAR, NEAR, NEAR, SHARED, noticed=True, belief_noticed=True, spoken=False)
    return usual._replace(**changes)


def held(client, therapist, p, manner=SHOWN, **scripted):
    """One session, lived through by both: what happened in it."""
    happened = session(client, therapist, manner, p, luck(**scripted))
    take_in(client, happened, p)
    hear(therapist, happened, p)
    return happened


def happens_below(decides, log_odds):
    """Whether an event happens for draws just below these log-odds and for none above: 1e-12 apart."""
    return bool(decides(log_odds - 1e-12)) and not decides(log_odds + 1e-12)


def as_it_was(person):
    """A copy of someone's state, to compare with later."""
    return SimpleNamespace(**vars(person))


def _made(usual, declared, changes):
    if usual.keys() != declared.keys() or changes.keys() - declared.keys():
        raise TypeError(f"not as declared: {usual.keys() ^ declared.keys() | changes.keys() - declared.keys()}")
    return SimpleNamespace(**(usual | changes))


def _neutral(runs, scripted):
    row = {name: NEUTRAL[drawn_as] for drawn_as, names in runs for name in names}
    if scripted.keys() - row.keys():
        raise TypeError(f"no such luck: {scripted.keys() - row.keys()}")
    return SimpleNamespace(**(row | scripted))
