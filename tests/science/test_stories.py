"""Short stories of people in sessions, each with its luck scripted and read as a claim."""

from types import SimpleNamespace

import numpy as np
import pytest

from tearsim.science import codes as w
from tearsim.science import meeting, people, places, rules
from tearsim.science.lives import learn
from tearsim.science.session import session
from tearsim.science.tally import Tally
from tests.science.helpers import (
    CLIENT_CRIES,
    IS_MOVED,
    IS_UNSETTLED,
    NEAR_TEARS,
    NEVER,
    OPEN_TEARS,
    OVERWHELMING_TEARS,
    PLAIN,
    SURELY,
    a_client,
    a_therapist,
    held,
    luck,
    parameters,
)

P = parameters(**PLAIN)
NOTICED, UNNOTICED = {"noticed": 0.0}, {"noticed": 1 - 1e-9}


def a_pair(**client):
    return a_client(**client), a_therapist()


def test_a_client_who_cries_in_a_strong_bond_is_relieved_and_in_a_weak_one_discomforted():
    p = parameters(**PLAIN, release_base=0.0, release_alliance=4.0, distress_release=-0.1, distress_discomfort=0.1)
    after = {}
    for alliance in (0.9, 0.1):
        dry = held(*a_pair(alliance=alliance), p)
        crying = held(*a_pair(alliance=alliance), p, **CLIENT_CRIES, release=0.0)
        after[alliance] = crying.client_tears, crying.distress - dry.distress
    assert after == {0.9: (w.RELEASE, pytest.approx(-0.1)), 0.1: (w.DISCOMFORT, pytest.approx(0.1))}


def test_a_hushed_client_is_less_relieved_and_nobody_hushes_a_client_who_does_not_cry():
    p = parameters(**PLAIN, hush_release_kept=0.5, distress_release=-0.1, hush_bond=0.0, bond_gains=0.0)
    hasty = a_therapist(comforting=0.9)
    release = CLIENT_CRIES | {"release": SURELY}
    dry, left_alone, hushed = (
        held(a_client(), hasty, p, hushed=draw, **tears) for draw, tears in ((0.1, {}), (0.95, release), (0.1, release))
    )
    assert (dry.hushed, left_alone.hushed, hushed.hushed) == (False, False, True)
    assert left_alone.distress - dry.distress == pytest.approx(-0.1)
    assert hushed.distress - dry.distress == pytest.approx(-0.05)


def test_tears_unnoticed_do_nothing_to_the_client():
    dry_eyed, tearful = a_client(), a_client()
    held(dry_eyed, a_therapist(), P, **IS_MOVED)
    s = held(tearful, a_therapist(), P, **NEAR_TEARS, **UNNOTICED, **IS_MOVED)
    assert (s.tears_shown, s.noticed, s.spoken, s.reception) == (w.NEAR, False, False, w.NOT_RECEIVED)
    assert tearful == dry_eyed


def test_an_overwhelmed_therapist_stops_the_session_and_no_progress_is_made():
    p = parameters(**PLAIN, progress=0.1, distress_rupture=0.0)
    whole = held(*a_pair(), p, **OPEN_TEARS)
    stopped = held(*a_pair(), p, **OVERWHELMING_TEARS)
    assert (whole.stopped, stopped.stopped) == (False, True)
    assert whole.distress < stopped.distress == stopped.distress_before


def test_overwhelming_tears_held_back_or_put_into_words_stop_no_session():
    whole = held(*a_pair(), P)
    for manner in (w.HELD_BACK, w.VOICED, w.LEAKING):
        s = held(*a_pair(), P, manner, **OVERWHELMING_TEARS)
        assert (s.tears_felt, s.tears_shown, s.stopped, s.distress) == (w.OVERWHELMED, w.NONE, False, whole.distress)


def test_a_session_that_stops_counts_as_whole_when_tears_have_no_effect():
    p = parameters(**PLAIN, effect_of_tears="none")
    client, therapist = a_pair()
    s = held(client, therapist, p, **OVERWHELMING_TEARS, **IS_UNSETTLED, belief=0.0)
    assert (s.tears_shown, s.noticed, s.reception, s.stopped) == (w.OVERWHELMED, True, w.UNMOVED, False)
    assert s.distress == held(*a_pair(), p).distress
    assert therapist == a_therapist()


def test_tears_nobody_appraises_still_stop_a_session_and_teach_the_therapist():
    p = parameters(**PLAIN, effect_of_tears="not appraised")
    client, therapist = a_pair()
    s = held(client, therapist, p, **OVERWHELMING_TEARS, **IS_UNSETTLED, belief=0.0)
    assert (s.appraisal, s.reception, s.stopped) == (0.0, w.UNMOVED, True)
    assert (s.belief, therapist.helped_this_week) == (w.IMPROVED, 1)


def test_a_client_moved_by_tears_is_closer_at_once_and_settles_at_a_higher_level_less_so_each_time():
    p = parameters(**PLAIN, lasting_moved=0.2, lasting_repeat=0.5, bond_moved=0.15)
    client, therapist = a_pair()
    levels = [client.settles_at]
    for _ in range(3):
        dry = session(client, therapist, w.SHOWN, p, luck())
        moved = held(client, therapist, p, **OPEN_TEARS, **IS_MOVED)
        assert moved.reception == w.MOVED
        assert moved.bond - dry.bond == pytest.approx(0.15)
        levels.append(client.settles_at)
    assert np.diff(levels) == pytest.approx([0.2, 0.1, 0.05])


def test_being_moved_opens_a_client_to_their_own_tears_for_a_while():
    p = parameters(**PLAIN, client_cries_base=0.0, client_cries_depth=0.0, client_cries_openness=1.0, openness_kept=0.5)
    client, therapist = a_pair()
    cries = []
    for tearful in (False, True, False, False):
        cries.append(held(client, therapist, p, client_cries=0.4, **(OPEN_TEARS | IS_MOVED if tearful else {})))
    assert [s.client_tears != w.NO_TEARS for s in cries] == [False, False, True, True]
    assert held(client, therapist, p, client_cries=0.4).client_tears == w.NO_TEARS


def test_an_unsettled_client_hides_it_and_the_therapist_believes_nothing_changed():
    client, therapist = a_pair()
    s = held(client, therapist, P, **OPEN_TEARS, **IS_UNSETTLED, displeasure=0.9, belief=0.9)
    learn(therapist, P)
    assert (s.reception, s.belief, client.unsettled_this_episode) == (w.UNSETTLED, w.NO_CHANGE, True)
    assert s.rupture > 0.0
    assert therapist.comfort == 0.5


def test_a_therapist_who_sees_the_harm_grows_less_comfortable_and_one_who_sees_thanks_more():
    p = parameters(**PLAIN, comfort_learning=0.1, belief_unsettled_shows=0.2, belief_moved_shows=1.0)
    comfort = []
    for taken in (IS_UNSETTLED, IS_MOVED):
        client, therapist = a_pair()
        held(client, therapist, p, **OPEN_TEARS, **taken, belief=0.1, displeasure=0.1)
        learn(therapist, p)
        comfort.append(therapist.comfort)
    assert comfort == pytest.approx([0.45, 0.55])


def test_tears_held_back_leave_the_client_exactly_as_if_nothing_had_been_felt():
    dry_eyed, with_tears = a_client(), a_client()
    therapist = a_therapist()
    held(dry_eyed, a_therapist(), P, **IS_MOVED)
    s = held(with_tears, therapist, P, w.HELD_BACK, **OPEN_TEARS, **NOTICED, **IS_MOVED)
    assert (s.tears_felt, s.tears_shown, s.noticed, s.belief) == (w.OPEN, w.NONE, False, w.NO_BELIEF)
    assert with_tears == dry_eyed
    assert therapist == a_therapist()


def test_warmth_put_into_words_is_always_noticed_and_counts_as_spoken_of():
    p = parameters(**PLAIN, near_noticed=0.0, tears_spoken=0.0, belief_noticed_hit=0.0)
    s = held(*a_pair(), p, w.VOICED, **NEAR_TEARS, **UNNOTICED, **IS_MOVED)
    assert (s.tears_shown, s.noticed, s.belief_noticed, s.spoken, s.reception) == (w.NONE, True, True, True, w.MOVED)


def test_a_leak_is_sensed_dimly_never_spoken_of_and_the_therapist_never_knows():
    p = parameters(**PLAIN, leak_sensed=0.3, tears_spoken=1.0)
    for draw, sensed in ((0.29, True), (0.31, False)):
        client, therapist = a_pair()
        s = held(client, therapist, p, w.LEAKING, **OPEN_TEARS, noticed=draw, **IS_UNSETTLED, spoken=0.0, belief=0.0)
        assert (s.noticed, s.spoken, s.belief_noticed, s.belief) == (sensed, False, False, w.NO_BELIEF)
        assert client.unsettled_this_episode == sensed
        assert therapist == a_therapist()


def test_only_noticed_tears_are_spoken_of():
    p = parameters(**PLAIN, tears_spoken=1.0)
    spoken = [held(*a_pair(), p, **NEAR_TEARS, **seen, spoken=0.0).spoken for seen in (NOTICED, UNNOTICED)]
    assert spoken == [True, False]


def test_a_therapist_may_be_wrong_about_having_been_noticed():
    p = parameters(**PLAIN, belief_noticed_hit=0.8, belief_noticed_false=0.2)
    seen = held(*a_pair(), p, **NEAR_TEARS, **NOTICED, belief_noticed=0.9)
    unseen = held(*a_pair(), p, **NEAR_TEARS, **UNNOTICED, belief_noticed=0.1)
    assert [(s.noticed, s.belief_noticed) for s in (seen, unseen)] == [(True, False), (False, True)]


def test_a_rupture_fades_a_repair_closes_it_and_the_bond_gets_back_what_the_rupture_still_cost():
    p = parameters(
        **PLAIN,
        rupture_severity=0.5,
        rupture_kept=0.8,
        rupture_drop=0.8,
        repair_restores=1.0,
        bond_settling=0.0,
        bond_gains=0.0,
    )
    client, therapist = a_pair()
    bonds = [client.bond]
    opens, waits, mends = (
        held(client, therapist, p, **events)
        for events in ({"rupture": SURELY, "repaired": SURELY}, {}, {"repaired": SURELY})
    )
    bonds += [s.bond for s in (opens, waits, mends)]
    assert [s.repaired for s in (opens, waits, mends)] == [False, False, True]  # nothing to repair when it opens
    assert [s.open_rupture for s in (opens, waits, mends)] == pytest.approx([0.5, 0.4, 0.0])
    assert np.diff(bonds) == pytest.approx([-0.4, 0.0, 0.32])


@pytest.mark.parametrize("severity_of_unsettling", [0.0, 1.0])
def test_a_rupture_that_is_gone_is_not_remembered_as_spoken_of(severity_of_unsettling):
    p = parameters(**PLAIN, rupture_kept=0.0, rupture_unsettled=severity_of_unsettling, tears_spoken=1.0)
    client, therapist = a_pair()
    held(client, therapist, p, **OPEN_TEARS, **IS_UNSETTLED, spoken=0.0)
    held(client, therapist, p)
    assert (client.open_rupture, client.rupture_spoken) == (0.0, False)
    held(client, therapist, p, rupture=SURELY)
    assert client.open_rupture > 0.0
    assert not client.rupture_spoken


def test_of_two_ruptures_the_graver_stays_open():
    p = parameters(**PLAIN, rupture_severity=0.5, rupture_kept=0.8)
    for before, after in ((1.0, 0.8), (0.3, 0.5)):
        assert held(*a_pair(open_rupture=before), p, rupture=SURELY).open_rupture == pytest.approx(after)


def test_whoever_has_had_enough_ends_before_they_could_leave_and_may_not_tell():
    p = parameters(**PLAIN, good_enough_ends=0.5, ends_untold=0.1)
    for number, distress, untold, ending in (
        (1, 0.1, 0.5, w.COMPLETED_TOLD),
        (0, 0.1, 0.5, w.COMPLETED_TOLD),
        (0, 0.1, 0.05, w.COMPLETED_UNTOLD),
        (1, 3.0, 0.5, w.LEFT),
    ):
        content = a_client(sessions=number, distress=distress, good_enough=1.8)
        s = held(content, a_therapist(), p, ends=0.4, untold=untold, leaves=SURELY)
        assert (s.number, s.ending) == (number + 1, ending)


def test_an_agreed_end_comes_whatever_the_distress_and_needs_no_telling():
    p = parameters(**PLAIN, good_enough_ends=0.5, ends_untold=1.0)
    client, therapist = a_pair(distress=3.0, good_enough=0.5, agreed_sessions=3.0)
    endings = [held(client, therapist, p, ends=0.9, untold=0.0).ending for _ in range(3)]
    assert endings == [w.GOES_ON, w.GOES_ON, w.COMPLETED_TOLD]


def test_a_rupture_hurts_in_its_own_session_and_while_it_stays_open_and_not_once_repaired():
    p = parameters(**PLAIN, distress_rupture=0.2, rupture_severity=0.5, rupture_kept=0.8, progress=0.0)
    client, therapist = a_pair(distress=1.0)
    rises = [
        s.distress - s.distress_before
        for s in (
            held(client, therapist, p, rupture=SURELY),
            held(client, therapist, p),
            held(client, therapist, p, repaired=SURELY),
            held(client, therapist, p),
        )
    ]
    assert rises == pytest.approx([0.2 * 0.5, 0.2 * 0.4, 0.0, 0.0])


def test_a_client_unsettled_by_one_therapist_meets_the_next_with_more_reserve():
    p = parameters(**PLAIN, first_unsettled=-0.3)
    first_bonds = []
    for taken in (IS_MOVED, IS_UNSETTLED):
        client, therapist = a_pair()
        held(client, therapist, p, **OPEN_TEARS, **taken)
        people.start_with_someone(client)
        meeting.meet(client, a_therapist(number=2), 9, p, luck())
        first_bonds.append(client.bond)
    assert first_bonds[1] - first_bonds[0] == pytest.approx(-0.3)


def a_practice(freed, **given):
    """Two therapists with two places each (0 and 2, 1 and 3), all taken but those freed."""
    p = parameters(**PLAIN, therapists=2, caseload=2, **given)
    seats = [places.FREE if place in freed else 9 for place in range(4)]
    tally = SimpleNamespace(**dict.fromkeys(Tally.__annotations__, 0.0))
    rows = [luck(place_order=0.1 * (k + 1)) for k in range(4)]
    return p, seats, sorted(freed), [a_therapist(), a_therapist(number=2)], rows, tally


@pytest.mark.parametrize("matching", ["random", "informed"])
def test_nobody_goes_back_to_a_therapist_they_left_even_if_no_one_else_is_free(matching):
    p, seats, free, therapists, rows, tally = a_practice(freed={0, 2}, matching=matching)
    client = a_client()
    places.end_episode(client, w.LEFT, p, luck(seeks=SURELY, wait=1 - 1e-9))
    for _ in range(3):
        places.look_on(client)
        assert places.match([client], [0], 1, [[True, False]], seats, free, 2, therapists, rows, p, tally) == 2
    assert (client.standing, tally.switched) == (w.LOOKING, 0.0)
    seats[3] = places.FREE
    assert places.match([client], [0], 1, [[True, False]], seats, [*free, 3], 3, therapists, rows, p, tally) == 2
    assert (client.standing, seats, tally.switched) == (w.IN_THERAPY, [-1, 9, -1, 0], 1.0)


def test_who_has_waited_longest_chooses_first_and_the_others_wait_on():
    p, seats, free, therapists, rows, tally = a_practice(freed={3})
    clients = [a_client(standing=w.LOOKING, weeks_out=n, wait=0.5) for n in (4, 6, 5)]
    places.match(clients, [0, 1, 2], 3, [[False] * 2] * 3, seats, free, 1, therapists, rows, p, tally)
    assert seats[3] == 1
    assert [client.standing for client in clients] == [w.LOOKING, w.IN_THERAPY, w.LOOKING]


def test_two_who_fell_back_with_the_same_luck_are_both_seated():
    p, seats, free, therapists, rows, tally = a_practice(freed={1, 2})
    twins = [a_client(standing=w.LOOKING, weeks_out=5, wait=1.0, precedence=0.3) for _ in range(2)]
    places.match(twins, [0, 1], 2, [[False] * 2] * 2, seats, free, 2, therapists, rows, p, tally)
    assert (seats, tally.switched) == ([9, 0, 1, 9], 2.0)


def test_an_informed_client_who_minds_boundaries_chooses_a_therapist_who_minds_them_too():
    p, _, free, therapists, rows, _ = a_practice(freed={0, 1}, matching="informed", informed_error=0.0)
    therapists[0].boundary_sensitivity, therapists[1].boundary_sensitivity = 0.1, 0.9
    chosen = [
        places.choose_place(a_client(boundary_sensitivity=b), [False] * 2, free, 2, therapists, rows, p)
        for b in (0.1, 0.9)
    ]
    assert chosen == [0, 1]


def test_one_client_and_week_with_tears_held_back_leaves_everything_before_it_alone():
    p = parameters(**PLAIN, hold_back_client=1, hold_back_week=2)
    other, twin = a_client(number=2), a_client(number=1)
    for week in range(3):
        alike = other.bond == twin.bond and other.openness == twin.openness
        theirs, ours = (
            held(client, a_therapist(), p, rules.manner_of_tears(client, week, p), **OPEN_TEARS, **IS_MOVED)
            for client in (other, twin)
        )
        assert (theirs.tears_shown, ours.tears_shown) == (w.OPEN, w.NONE if week == 1 else w.OPEN)
        assert alike == (week < 2)


def test_a_client_who_is_no_better_after_a_while_is_readier_to_leave():
    p = parameters(
        **PLAIN,
        no_better_after=3,
        leaving_no_better=1.0,
        leaving_early=0.0,
        leaving_base=-2.0,
        leaving_alliance=0.0,
        progress=0.0,
    )
    stays = []
    for start in (0.5, 2.0):
        client, therapist = a_pair(distress=1.0, distress_at_start=start)
        stays.append([held(client, therapist, p, leaves=-1.5).ending == w.GOES_ON for _ in range(4)])
    assert stays == [[True, True, False, False], [True] * 4]


def test_with_neutral_luck_nothing_happens():
    client, therapist = a_pair()
    s = held(client, therapist, P, eyes_fill=NEVER)
    assert (s.client_tears, s.tears_felt, s.rupture, s.repaired, s.ending) == (
        w.NO_TEARS,
        w.NONE,
        0.0,
        False,
        w.GOES_ON,
    )
    assert (s.noticed, s.belief_noticed, s.spoken, s.origin) == (False, False, False, w.NO_ORIGIN)
    assert (s.appraisal, s.reception, s.belief) == (0.0, w.NOT_RECEIVED, w.NO_BELIEF)
    assert therapist == a_therapist()
