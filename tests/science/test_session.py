"""One session put together: each rule is asked about what the rules before it decided, and about these two people."""

import inspect
from functools import partial

import pytest

from tearsim.science import codes as w
from tearsim.science import places, rules
from tearsim.science.replacing import IN_SESSION, REPLACEABLE
from tearsim.science.session import hear, session, tears_between
from tests.science.helpers import (
    CLIENT_CRIES,
    IS_MOVED,
    IS_UNSETTLED,
    NEAR_TEARS,
    OPEN_TEARS,
    PLAIN,
    SURELY,
    a_client,
    a_therapist,
    held,
    luck,
    parameters,
)
from tests.science.test_lives_by_hand import a_session

exactly = partial(pytest.approx, rel=1e-12)
P = parameters(**PLAIN)

# What each rule answers where all that can happen in a session does.
ANSWERS = {
    "depth_of_talk": 0.625, "cries": w.RELEASE, "hushes": True, "eyes_fill": w.OPEN, "notices": True, "speaks": True,
    "appraise": 0.875, "believes": w.IMPROVED, "repairs": True, "ends_well": False, "leaves": True,
}  # fmt: skip


def test_every_rule_is_asked_about_these_two_and_what_was_decided_before():
    asked = {}

    def asking(name):
        def answer(*given):
            asked[name] = inspect.signature(REPLACEABLE[name]).bind(*given).arguments
            return ANSWERS[name]

        return answer

    client, therapist, here = a_client(open_rupture=0.5, sessions=4), a_therapist(), luck()
    s = session(client, therapist, w.SHOWN, P, here, **{name: asking(name) for name in IN_SESSION})
    assert asked.keys() == set(IN_SESSION) == set(ANSWERS)
    tears = asked["appraise"]["tears"]
    assert tears == (w.OPEN, w.OPEN, w.OPEN, tears.origin, True, tears.belief_noticed, True)
    decided = {
        "client": client, "therapist": therapist, "p": P, "luck": here, "manner": w.SHOWN, "number": 5, "tears": tears,
        "depth": 0.625, "client_tears": w.RELEASE, "sensed": w.OPEN, "reception": w.MOVED, "distress": s.distress,
        "alliance": s.alliance, "open_rupture": s.open_rupture,
    }  # fmt: skip
    for name, arguments in asked.items():
        for argument, given in arguments.items():
            assert given is decided[argument] or given == decided[argument], f"{name}: {argument}"
    assert (s.ending, s.reception, s.belief, s.repaired) == (w.LEFT, w.MOVED, w.IMPROVED, True)


def test_no_tears_leave_nothing_to_sense_to_notice_or_to_speak_of():
    s = held(a_client(), a_therapist(), P)
    told = (s.tears_felt, s.tears_shown, s.origin, s.noticed, s.belief_noticed, s.spoken, s.appraisal, s.reception)
    assert told == (w.NONE, w.NONE, w.NO_ORIGIN, False, False, False, 0.0, w.NOT_RECEIVED)
    given = (a_client(), a_therapist(), 0.5, w.NO_TEARS, w.SHOWN, P, luck())
    none = tears_between(*given, lambda *_: w.NONE, rules.notices, rules.speaks)
    assert none == (w.NONE, w.NONE, w.NONE, w.NO_ORIGIN, False, False, False)


def test_where_no_end_is_left_untold_none_is_whatever_the_luck():
    p = parameters(**PLAIN, good_enough_ends=1.0, ends_untold=0.0)
    content = a_client(distress=0.1, good_enough=1.8)
    assert held(content, a_therapist(), p, ends=0.0, untold=0.0).ending == w.COMPLETED_TOLD


def test_eyes_fill_along_with_the_clients():
    p = parameters(**PLAIN | {"eyes_fill_client_cries": 1.0})
    for crying, felt in (({}, w.NONE), (CLIENT_CRIES, w.NEAR)):
        assert held(a_client(), a_therapist(), p, eyes_fill=0.5, **crying).tears_felt == felt


def test_tears_beside_a_crying_client_are_more_often_shared():
    # A burden of 1 beside a resonance of 0, and of 3 while the client cries: own always, and in one of four.
    p = parameters(**PLAIN | {"eyes_fill_client_cries": 3.0, "eyes_fill_strain": 1.0})
    origins = [
        held(a_client(), a_therapist(strain=1.0), p, eyes_fill=SURELY, origin=draw, **crying).origin
        for crying, draw in (({}, 0.99), (CLIENT_CRIES, 0.24), (CLIENT_CRIES, 0.26))
    ]
    assert origins == [w.OWN, w.OWN, w.SHARED]


@pytest.mark.parametrize(("noticed", "believed"), [(0.0, True), (1.0 - 1e-9, False)])
def test_therapists_believe_to_be_seen_more_often_where_they_are(noticed, believed):
    p = parameters(**PLAIN, belief_noticed_hit=0.8, belief_noticed_false=0.2)
    s = held(a_client(), a_therapist(), p, **NEAR_TEARS, noticed=noticed, belief_noticed=0.5)
    assert (s.noticed, s.belief_noticed) == (believed, believed)


def test_being_hushed_costs_those_who_expect_little_warmth_some_of_the_bond():
    p = parameters(**PLAIN, hush_bond=0.4, hush_release_kept=1.0)
    hasty = a_therapist(comforting=0.5)
    left_alone, hushed = (
        held(a_client(warmth_expected=0.25), hasty, p, **CLIENT_CRIES, release=SURELY, hushed=draw).bond
        for draw in (0.6, 0.4)
    )
    assert hushed - left_alone == exactly(0.4 * -0.25)


@pytest.mark.parametrize(("appraisal", "reception", "ending"), [
    (IS_MOVED, w.MOVED, w.GOES_ON), (IS_UNSETTLED, w.UNSETTLED, w.LEFT),
])  # fmt: skip
def test_whoever_is_unsettled_may_leave_at_once(appraisal, reception, ending):
    p = parameters(**PLAIN, leaving_unsettled=20.0, leaving_moved=0.0, rupture_unsettled=0.0, bond_moved=0.0)
    quiet = held(a_client(), a_therapist(), p, leaves=1.0)
    s = held(a_client(), a_therapist(), p, **OPEN_TEARS, noticed=0.0, leaves=1.0, **appraisal)
    assert (quiet.ending, s.reception, s.ending) == (w.GOES_ON, reception, ending)


def test_what_therapists_hear_adds_up_over_a_week():
    p, therapist = parameters(comfort_learns_from="belief"), a_therapist()
    for belief in (w.IMPROVED, w.IMPROVED, w.HARMED, w.IMPROVED, w.HARMED):
        hear(therapist, a_session(tears_shown=w.NEAR, belief=belief), p)
    assert (therapist.tears_this_week, therapist.helped_this_week, therapist.harmed_this_week) == (5, 3, 2)


def test_every_leaving_is_counted():
    client = a_client(leavings=2)
    places.end_episode(client, w.LEFT, parameters(), luck())
    assert client.leavings == 3
