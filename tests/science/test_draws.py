"""What happens by a draw happens below its chance and not at it; and a client's tears are what moves a therapist to theirs."""

import pytest

from tearsim.science import rules
from tearsim.science.codes import (
    DISCOMFORT,
    LEAKING,
    MOVED,
    NEAR,
    NO_CHANGE,
    NO_TEARS,
    NONE,
    OPEN,
    RELEASE,
    SHOWN,
    UNMOVED,
    UNSETTLED,
)
from tests.science.helpers import PLAIN, SURELY, a_client, a_therapist, happens_below, luck, parameters

# A rule, with its draw exactly at its chance, and what it says then: that it did not happen.
EXACTLY = {
    "a client cries": (
        lambda p: rules.cries(a_client(), 0.6, p, luck(client_cries=-2.0)), {"client_cries_base": -2.0}, NO_TEARS,
    ),
    "tears are of release": (
        lambda p: rules.cries(a_client(alliance=0.5), 0.6, p, luck(client_cries=SURELY, release=0.25)),
        {"release_base": 0.25}, DISCOMFORT,
    ),
    "a therapist hushes": (lambda p: rules.hushes(a_therapist(comforting=0.5), p, luck(hushed=0.5)), {}, False),
    "eyes fill": (lambda p: rules.eyes_fill(a_therapist(), 0.6, NO_TEARS, p, luck(eyes_fill=0.0)), PLAIN, NONE),
    "tears are open": (lambda p: rules.eyes_fill(a_therapist(), 0.6, NO_TEARS, p, luck(eyes_fill=-1.0)), PLAIN, NEAR),
    "tears overwhelm": (lambda p: rules.eyes_fill(a_therapist(), 0.6, NO_TEARS, p, luck(eyes_fill=-2.0)), PLAIN, OPEN),
    "a leak is sensed": (
        lambda p: rules.notices(a_client(), NEAR, LEAKING, p, luck(noticed=0.25)), {"leak_sensed": 0.25}, False,
    ),
    "near tears are noticed": (
        lambda p: rules.notices(a_client(), NEAR, SHOWN, p, luck(noticed=0.25)), {"near_noticed": 0.25}, False,
    ),
    "what was noticed is believed to be": (
        lambda p: rules.believes_noticed(a_therapist(), True, p, luck(belief_noticed=0.75)),
        {"belief_noticed_hit": 0.75}, False,
    ),
    "a therapist speaks": (
        lambda p: rules.speaks(a_therapist(), p, luck(spoken=0.25)), {"tears_spoken": 0.25}, False,
    ),
    "displeasure shows": (
        lambda p: rules.believes(a_therapist(), UNSETTLED, p, luck(displeasure=0.25, belief=0.9)),
        {"belief_unsettled_shows": 0.25, "belief_improved_otherwise": 0.5}, NO_CHANGE,
    ),
    "being moved shows": (
        lambda p: rules.believes(a_therapist(), MOVED, p, luck(belief=0.75)), {"belief_moved_shows": 0.75}, NO_CHANGE,
    ),
    "nothing is taken for improvement": (
        lambda p: rules.believes(a_therapist(), UNMOVED, p, luck(belief=0.25)),
        {"belief_improved_otherwise": 0.25}, NO_CHANGE,
    ),
    "a rupture is repaired": (
        lambda p: rules.repairs(a_therapist(), a_client(), p, luck(repaired=-1.0)), {"repair_base": -1.0}, False,
    ),
    "a rupture opens": (
        lambda p: rules.new_rupture(a_client(), 0.0, UNMOVED, p, luck(rupture=-3.0)), {"rupture_base": -3.0}, 0.0,
    ),
    "a therapy that was enough ends": (
        lambda p: rules.ends_well(a_client(good_enough=1.0), 2, 0.5, p, luck(ends=0.25)),
        {"good_enough_ends": 0.25}, False,
    ),
    "a client leaves": (
        lambda p: rules.leaves(a_client(), a_therapist(), 1, 0.75, 0.0, 1.0, UNMOVED, p, luck(leaves=-3.0)),
        {"leaving_base": -3.0, "leaving_early": 0.0}, False,
    ),
    "outside life ends a therapy": (
        lambda p: rules.leaves(
            a_client(), a_therapist(), 1, 0.01, 9.0, 9.0, UNSETTLED, p,
            luck(outside_life=0.0, leaves=p.leaving_outside_life),
        ),
        {"leaving_exogenous": 0.5, "leaving_outside_life": -3.0}, False,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("decides", "given", "otherwise"), EXACTLY.values(), ids=EXACTLY)
def test_what_happens_by_a_draw_does_not_happen_at_exactly_its_chance(decides, given, otherwise):
    assert decides(parameters(**given)) == otherwise


def test_distress_at_the_good_enough_level_is_not_yet_below_it():
    """So that nobody whose level is 0 has ever had enough: distress never falls below 0."""
    client, p = a_client(good_enough=0.0), parameters(good_enough_ends=1.0)
    assert not rules.ends_well(client, 9, 0.0, p, luck(ends=0.0))
    assert rules.ends_well(a_client(good_enough=0.5), 9, 0.0, p, luck(ends=0.0))


@pytest.mark.parametrize(("client_tears", "crying"), [(NO_TEARS, 0.0), (RELEASE, 1.5), (DISCOMFORT, 1.5)])
def test_eyes_fill_the_sooner_when_the_client_cries_and_not_when_nobody_does(client_tears, crying):
    p = parameters(**(PLAIN | {"eyes_fill_base": -2.0, "eyes_fill_client_cries": 1.5}))
    fill = lambda draw: rules.eyes_fill(a_therapist(), 0.6, client_tears, p, luck(eyes_fill=draw)) != NONE  # noqa: E731
    assert happens_below(fill, -2.0 + crying)
