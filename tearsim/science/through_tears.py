"""Which numbers can change what a therapist's tears do: all that open worlds have to differ in.

- *Through tears*: such a number changes what befalls clients by way of a therapist's tears alone. Where tears are held
  back, and choice is at random, nobody's life is another one with it. A therapist's tears are rare, so these numbers
  hardly touch a finding that is not about them.
- *Behind tears*: such a number changes lives that no therapist's tear is part of, and with them what tears do: how
  often clients cry, how fast bonds settle, who leaves anyway.

- *Both ways*: sensitivity to boundaries decides how tears are taken, and, as part of the congruence of two people, how
  well they fit without any. It is tears by which it moves most, so open worlds draw it as widely as what is through
  tears alone, and the findings judge what comes of the rest.

A number that is through tears is declared so here, once; tests find by running which are, and that open worlds differ
in every number of all kinds that is no choice of design.

- *Confounding* is none of these: such numbers make tears and what becomes of clients come of one cause. With them
  tears do much the same, but studies see another thing. They are 0 in every fitted and every open world, so that what
  the findings leave open of tears is told without them, and are set by whoever asks what a study would be fooled by.
"""

from tearsim.science.declaration import Parameter
from tearsim.science.parameters import PARAMETERS

CONFOUNDING = frozenset({name for name, p in PARAMETERS.items() if p.group == "Confounding"})
# Nothing follows from what therapists believe was noticed: surveys ask for it.
ASKED_ALONE = frozenset({"belief_noticed_hit", "belief_noticed_false"})
BOTH_WAYS = frozenset({f"{who}_boundary_sensitivity{of}" for who in ("therapist", "client") for of in ("", "_spread")})
THROUGH_TEARS = BOTH_WAYS | frozenset(
    {name for name, p in PARAMETERS.items() if p.group in ("Therapist tears", "Appraisal")} - ASKED_ALONE
    | {
        # who comes near to tears
        "therapist_tear_propensity",
        "therapist_tear_propensity_spread",
        "never_criers_share",
        "strain_persistence",
        "grief_onset",
        "grief_end",
        # how a therapist stands to their own
        "comfort_base",
        "comfort_experience",
        "comfort_boundary",
        "comfort_spread",
        "comfort_learning",
        # who takes them how
        "client_empathy",
        "client_empathy_spread",
        # what follows from how they were taken
        "client_cries_openness",
        "openness_kept",
        "bond_moved",
        "lasting_moved",
        "lasting_repeat",
        "first_unsettled",
        "rupture_unsettled",
        "repair_spoken",
        "leaving_unsettled",
        "leaving_moved",
        "seeking_unsettled",
    }
)


def is_free(parameter: Parameter) -> bool:
    """Whether it is a number that no design sets: the evidence speaks of it, or leaves it open.

    What confounds is set by whoever makes a confounded world.
    """
    numbers = parameter.kind in ("number", "whole number")
    return numbers and parameter.status != "design" and parameter.name not in CONFOUNDING


def is_through_tears(name: str) -> bool:
    """Whether a number acts by way of a therapist's tears, or is asked about them alone."""
    return name in THROUGH_TEARS or name in ASKED_ALONE
