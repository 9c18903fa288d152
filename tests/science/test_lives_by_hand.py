"""Who people are, what a session leaves in them, life between sessions and changes of place: worked out by hand."""

from functools import partial
from math import exp, log, sqrt
from types import SimpleNamespace

import pytest

from tearsim.science import codes as w
from tearsim.science import lives, people, places
from tearsim.science.scales import log_odds, logistic
from tearsim.science.session import Session, hear, session, take_in
from tearsim.science.tally import Tally
from tests.science.helpers import (
    a_client,
    a_therapist,
    as_it_was,
    happens_below,
    luck,
    luck_of_a_client,
    luck_of_a_therapist,
    luck_of_a_therapist_week,
    parameters,
)

exactly = partial(pytest.approx, rel=1e-12)


def a_session(**changes):
    """An uneventful session, as its account says; nothing in it was worked out by a rule."""
    usual = dict.fromkeys(Session._fields, 0) | {"number": 1, "alliance": 0.75, "bond": log(3.0), "distress": 1.0}
    return Session(**(usual | changes))


def test_log_odds_and_shares_turn_into_each_other():
    assert logistic(0.0) == 0.5
    assert logistic(1.25) == exactly(1 / (1 + exp(-1.25)))
    assert log_odds(0.2) == exactly(log(0.2 / 0.8))
    assert (log_odds(0.0), log_odds(1.0)) == (-700.0, 700.0)
    assert (logistic(1e9), logistic(700.0), logistic(-1e9)) == (1.0, 1.0, 1 / (1 + exp(700.0)))


# --- What a session leaves -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("draw", "rating"), [(-0.5, 1 + 6 * 0.8 - 0.3 * 0.5), (9.0, 7.0), (-99.0, 1.0)])
def test_a_rating_by_hand(draw, rating):
    p = parameters(rating_error=0.3)
    client = a_client(bond=log(4.0), settles_at=log(4.0), alliance=0.8, distress=0.0)
    assert session(client, a_therapist(), w.SHOWN, p, luck(rating=draw)).rating == exactly(rating)


def test_what_a_client_takes_in_by_hand():
    p = parameters(openness_kept=0.8, leaving_early_sessions=2.0, lasting_moved=0.2, lasting_repeat=0.6)
    client = a_client(sessions=3, openness=0.5, early_risk=0.4, settles_at=1.2, lasting_weight=0.5, noticed_before=1)
    moved = a_session(
        number=4,
        bond=1.7,
        alliance=0.84,
        distress=0.9,
        open_rupture=0.1,
        appraisal=0.7,
        noticed=True,
        reception=w.MOVED,
    )
    take_in(client, moved, p)
    assert (client.sessions, client.bond, client.alliance, client.distress) == (4, 1.7, 0.84, 0.9)
    assert (client.openness, client.early_risk) == exactly((0.8 * 0.5 + 0.7, 0.4 * exp(-0.5)))
    assert (client.settles_at, client.lasting_weight) == exactly((1.2 + 0.2 * 0.7 * 0.5, 0.5 * 0.6))
    assert (client.open_rupture, client.noticed_before, client.unsettled_this_episode) == (0.1, 2, False)


@pytest.mark.parametrize("spoken", [False, True])
def test_being_unsettled_is_remembered_for_the_episode_and_so_is_whether_it_was_spoken_of(spoken):
    p = parameters(openness_kept=0.8, lasting_repeat=0.6)
    client = a_client(openness=0.5, settles_at=1.2)
    unsettled = a_session(open_rupture=0.6, appraisal=-0.6, noticed=True, spoken=spoken, reception=w.UNSETTLED)
    take_in(client, unsettled, p)
    assert client.openness == exactly(0.8 * 0.5)
    assert (client.unsettled_this_episode, client.rupture_spoken, client.settles_at) == (True, spoken, 1.2)
    take_in(client, a_session(open_rupture=0.48), p)
    assert (client.unsettled_this_episode, client.rupture_spoken) == (True, spoken)
    take_in(client, a_session(repaired=True, rupture=0.3, open_rupture=0.3), p)  # another rupture, not of tears
    assert (client.unsettled_this_episode, client.rupture_spoken) == (True, False)


@pytest.mark.parametrize(
    ("learns_from", "belief", "reception", "heard"),
    [
        ("belief", w.IMPROVED, w.UNSETTLED, (1, 0)),
        ("belief", w.HARMED, w.UNSETTLED, (0, 1)),
        ("belief", w.NO_CHANGE, w.MOVED, (0, 0)),
        ("truth", w.IMPROVED, w.UNSETTLED, (0, 1)),
        ("truth", w.NO_CHANGE, w.MOVED, (1, 0)),
        ("truth", w.IMPROVED, w.UNMOVED, (0, 0)),
        ("nothing", w.IMPROVED, w.MOVED, (0, 0)),
    ],
)
def test_what_a_therapist_hears(learns_from, belief, reception, heard):
    therapist, s = a_therapist(), a_session(tears_shown=w.NEAR, belief=belief, reception=reception)
    hear(therapist, s, parameters(comfort_learns_from=learns_from))
    assert (therapist.helped_this_week, therapist.harmed_this_week, therapist.tears_this_week) == (*heard, 1)


def test_a_therapist_hears_nothing_of_tears_without_a_belief_or_an_effect():
    for s, p in (
        (a_session(tears_shown=w.NEAR, belief=w.NO_BELIEF, reception=w.MOVED), parameters(comfort_learns_from="truth")),
        (a_session(tears_shown=w.NEAR, belief=w.IMPROVED), parameters(effect_of_tears="none")),
    ):
        therapist = a_therapist()
        hear(therapist, s, p)
        assert vars(therapist) == vars(a_therapist())


def test_words_instead_of_tears_are_heard_but_are_no_tears():
    therapist = a_therapist()
    hear(therapist, a_session(tears_felt=w.OPEN, belief=w.IMPROVED), parameters())
    assert (therapist.helped_this_week, therapist.tears_this_week) == (1, 0)


# --- Lives ---------------------------------------------------------------------------------------------------------


def test_a_therapists_week_begins_by_hand():
    p = parameters(strain_persistence=0.6, grief_onset=0.02, grief_end=0.1)
    therapist = a_therapist(strain=1.5, tears_this_week=2, helped_this_week=1, harmed_this_week=1)
    lives.begin_week(therapist, p, luck_of_a_therapist_week(strain=-0.5))
    assert therapist.strain == exactly(0.6 * 1.5 + 0.8 * -0.5)
    assert (therapist.tears_this_week, therapist.helped_this_week, therapist.harmed_this_week) == (0, 0, 0)


@pytest.mark.parametrize(("before", "draw", "after"), [
    (False, 0.019, True), (False, 0.02, False), (True, 0.1, True), (True, 0.099, False),
])  # fmt: skip
def test_grief_begins_and_ends_by_chance(before, draw, after):
    therapist = a_therapist(grieving=before)
    lives.begin_week(therapist, parameters(grief_onset=0.02, grief_end=0.1), luck_of_a_therapist_week(grief=draw))
    assert therapist.grieving == after


def test_a_therapist_learns_by_hand():
    p = parameters(comfort_learning=0.1, tears_relief=0.25)
    therapist = a_therapist(
        comfort=0.6, strain=1.2, years=4.0, helped_this_week=3, harmed_this_week=1, tears_this_week=1
    )
    lives.learn(therapist, p)
    assert therapist.comfort == exactly(0.6 + 0.1 * (3 * 0.4 - 1 * 0.6))
    assert (therapist.strain, therapist.years) == exactly((0.75 * 1.2, 4.0 + 1 / 52))


def test_learning_stays_within_bounds_and_calm_or_dry_eyes_relieve_nothing():
    p = parameters(comfort_learning=1.0, tears_relief=0.25)
    crowded, harmed = a_therapist(comfort=0.6, helped_this_week=9), a_therapist(comfort=0.6, harmed_this_week=9)
    calm = a_therapist(strain=-1.2, tears_this_week=1)
    for therapist in (crowded, harmed, calm):
        lives.learn(therapist, p)
    assert (crowded.comfort, harmed.comfort, crowded.strain, calm.strain) == (1.0, 0.0, 0.0, -1.2)
    dry = a_therapist(comfort=0.6, strain=1.2, helped_this_week=9)
    lives.learn(dry, parameters(comfort_learns_from="nothing", tears_relief=0.25))
    assert (dry.comfort, dry.strain) == (0.6, 1.2)


def test_a_career_ends_at_its_length():
    p = parameters(career_length=30.0)
    assert [lives.retires(a_therapist(years=years), p) for years in (29.99, 30.0)] == [False, True]


def test_a_week_outside_by_hand():
    p = parameters(distress_outside=-0.02, distress_spread=0.2, distress_spread_at_zero=0.3)
    client = a_client(distress=1.2)
    lives.live_outside(client, p, luck(outside=0.7))
    assert client.distress == exactly(1.2 - 0.02 * 1.2 + 0.2 * sqrt(0.3 + 0.7 * 0.6) * 0.7)
    lives.live_outside(client, p, luck(outside=-40.0))
    assert client.distress == 0.0


def test_only_those_who_completed_fall_back():
    p = parameters(relapse=0.01)
    assert happens_below(lambda u: lives.relapses(a_client(standing=w.COMPLETED), p, luck(relapse=u)), 0.01)
    assert not lives.relapses(a_client(standing=w.COMPLETED), p, luck(relapse=0.01))
    for standing in (w.IN_THERAPY, w.LOOKING, w.GAVE_UP):
        assert not lives.relapses(a_client(standing=standing), p, luck(relapse=0.0))


def test_people_are_asked_in_the_52nd_week_from_that_of_their_first_session():
    for first_week in (0, 4):
        asked = [week for week in range(200) if lives.asked_now(a_client(first_week=first_week), week)]
        assert asked == [first_week + 51]
    assert not any(lives.asked_now(a_client(first_week=-1), week) for week in range(200))


@pytest.mark.parametrize(("weeks", "relapse", "standing", "followed"), [
    (56, 0.0, w.COMPLETED, [54]),
    (55, 0.0, w.COMPLETED, []),
    (55, 0.01, w.COMPLETED, [54, 55, 56]),
    (55, 0.01, w.GAVE_UP, []),
    (56, 0.01, w.GAVE_UP, [54]),
])  # fmt: skip
def test_people_are_followed_while_they_may_be_asked_or_may_fall_back(weeks, relapse, standing, followed):
    p, client = parameters(weeks=weeks, relapse=relapse), a_client(first_week=4, standing=standing)
    assert [week for week in (54, 55, 56) if lives.is_followed(client, week, p)] == followed


# --- Places --------------------------------------------------------------------------------------------------------


def test_luck_stays_with_the_person_in_a_cohort_and_with_the_place_in_an_open_practice():
    assert places.luck_row(a_client(home=3), 8, parameters(arrivals="cohort")) == 3
    assert places.luck_row(a_client(home=3), 8, parameters(arrivals="open")) == 8


@pytest.mark.parametrize(("unsettled", "added"), [(False, 0.0), (True, -0.5)])
def test_seeking_someone_new_by_hand(unsettled, added):
    p = parameters(seeking_base=-0.8, seeking_distress=0.4, seeking_leavings=-0.6, seeking_unsettled=-0.5)
    client = a_client(distress=2.5, leavings=2, unsettled_this_episode=unsettled)
    chance = -0.8 + 0.4 * 1.5 - 0.6 * 2 + added
    assert happens_below(lambda x: places.seeks_someone_new(client, p, luck(seeks=x)), chance)


def test_where_someone_stands_after_an_ending():
    p = parameters(seeking_base=0.0, seeking_distress=0.0, seeking_leavings=-1.0, seeking_wait=4.0)
    for ending in (w.COMPLETED_TOLD, w.COMPLETED_UNTOLD):
        client = a_client()
        places.end_episode(client, ending, p, luck(seeks=-9.0))
        assert (client.standing, client.leavings) == (w.COMPLETED, 0)
    stays_away = a_client()
    places.end_episode(stays_away, w.LEFT, p, luck(seeks=0.1))
    assert (stays_away.standing, stays_away.leavings) == (w.GAVE_UP, 1)
    looks = a_client(weeks_out=7)  # the leaving just now does not count as an earlier one
    places.end_episode(looks, w.LEFT, p, luck(seeks=-0.1, wait=0.2, turn=0.9))
    assert (looks.standing, looks.leavings, looks.weeks_out, looks.precedence) == (w.LOOKING, 1, 0, 0.9)
    assert looks.wait == exactly(-4.0 * log(0.2))


def test_falling_back_brings_the_old_distress_back_whether_or_not_someone_looks_again():
    p = parameters(seeking_base=0.0, seeking_distress=0.0)
    for draw, looks, standing in ((0.1, False, w.COMPLETED), (-0.1, True, w.LOOKING)):
        client = a_client(standing=w.COMPLETED, distress=0.4, distress_at_start=2.1)
        assert places.looks_again(client, p, luck(seeks=draw)) == looks
        assert (client.distress, client.standing, client.relapsed) == (2.1, standing, looks)
    worse = a_client(standing=w.COMPLETED, distress=3.0, distress_at_start=2.1)
    places.looks_again(worse, p, luck(seeks=0.1))
    assert worse.distress == 3.0


def test_patience_runs_from_the_week_someone_is_ready():
    p = parameters(patience=10)
    assert [places.loses_patience(a_client(wait=2.5, weeks_out=n), p) for n in (12, 13)] == [False, True]
    assert places.loses_patience(a_client(wait=3.0, weeks_out=13), p)
    client = a_client(weeks_out=12)
    places.look_on(client)
    assert client.weeks_out == 13


def test_what_a_therapist_promises_by_hand():
    p = parameters(
        appraisal_comfort=0.8,
        appraisal_boundary=-1.6,
        level_spread=0.5,
        client_share_of_bond=0.36,
        congruence_of_fit=0.25,
    )
    client = a_client(boundary_sensitivity=0.9, warmth_expected=0.8)
    therapist = a_therapist(comfort=0.7, boundary_sensitivity=0.2, comforting=0.45)
    fits = 0.5 * 0.8 * 0.5 * (0.17 - 0.2**2 - 0.7**2) / 0.153
    assert places.promise(client, therapist, p) == exactly(0.8 * 0.2 + 1.6 * 0.4 * -0.3 + fits)


ORDERS = (0.6, 0.2, 0.7, 0.5, 0.1, 0.9)  # of places 0 to 5: two for each of three therapists


def situation(matching="random", taken=(), left=(), judgements=(0.0,) * 6, **changes):
    """Three therapists of two places, those that are free, therapists of rising comfort, and this week's order."""
    p = parameters(therapists=3, caseload=2, matching=matching, informed_error=1.0, appraisal_comfort=1.0, **changes)
    free = [place for place in range(6) if place not in taken]
    rows = [luck(place_order=order, judgement=z) for order, z in zip(ORDERS, judgements, strict=True)]
    return [j in left for j in range(3)], free, [a_therapist(comfort=0.3 + 0.2 * j) for j in range(3)], rows, p


@pytest.mark.parametrize(("changes", "place"), [
    ({}, 4), ({"taken": (4,)}, 1), ({"left": (1,)}, 3), ({"left": (0, 1)}, 2), ({"left": (0, 1, 2)}, places.NOWHERE),
    ({"taken": (0, 1, 2, 3, 4, 5)}, places.NOWHERE), ({"taken": (2, 5), "left": (0, 1)}, places.NOWHERE),
])  # fmt: skip
def test_a_random_choice_is_the_first_free_place_in_the_weeks_order_never_with_someone_they_left(changes, place):
    left, free, therapists, rows, p = situation(**changes)
    for listed in (free, free[::-1]):  # in whatever order they are listed
        assert places.choose_place(a_client(), left, listed, len(free), therapists, rows, p) == place
        assert places.next_free(-1.0, left, listed, len(free), rows, p) == place


@pytest.mark.parametrize(("changes", "place"), [
    ({"informed_choices": 3}, 2),  # the first free places in order are 4, 3 and 2, of therapists 1, 0 and 2
    ({"informed_choices": 2}, 4),
    ({"informed_choices": 1}, 4),
    ({"informed_choices": 3, "left": (2,)}, 4),
    ({"informed_choices": 3, "left": (0, 1, 2)}, places.NOWHERE),
    ({"informed_choices": 2, "judgements": (0.0, 9.0, 0.0, 0.5, 0.0, 0.0)}, 3),  # judged at the room's first place only
    ({"informed_choices": 3, "taken": (2, 4)}, 5),
])  # fmt: skip
def test_an_informed_choice_is_the_best_promise_of_the_first_few_therapists(changes, place):
    left, free, therapists, rows, p = situation("informed", **changes)
    for listed in (free, free[::-1]):
        assert places.choose_place(a_client(), left, listed, len(free), therapists, rows, p) == place


def test_a_place_is_the_first_of_its_room_when_the_other_is_taken_or_later():
    _, free, _, rows, p = situation()
    first = [place for place in range(6) if places.is_first_of_room(place, free, 6, rows, p)]
    assert first == [2, 3, 4]
    assert places.is_first_of_room(0, [0, 1, 2, 4, 5, 3], 5, rows, p), "place 3 stands behind those that are free"


def test_a_place_that_is_taken_stands_behind_the_free_ones_which_keep_their_order():
    free = [4, 1, 3, 5, 0]
    assert places.without(1, free, 4) == 3
    assert free == [4, 3, 5, 1, 0], "and what stood behind them stays there"
    assert places.without(2, free, 3) == 3
    assert places.without(places.NOWHERE, free, 3) == 3
    assert free == [4, 3, 5, 1, 0]


def seekers():
    """Three who look and are ready, and two who have looked for longer and are not."""
    out = [(5, 0.7), (5, 0.3), (2, 0.1), (9, 0.2), (8, 0.4)]
    clients = [a_client(standing=w.LOOKING, weeks_out=n, wait=1.0, precedence=turn) for n, turn in out]
    clients[3].wait = clients[4].wait = 9.5
    return clients


def test_who_has_looked_longest_is_first_in_line_and_luck_breaks_ties():
    clients, looking = seekers(), [3, 2, 0, 1, 4]
    assert places.comes_before(clients[0], clients[2])
    assert places.comes_before(clients[1], clients[0])
    assert not places.comes_before(clients[0], clients[1])
    places.line_up(clients, looking, 5)
    assert looking == [3, 4, 1, 0, 2]
    looking = [2, 0, 1, 3]
    places.line_up(clients, looking, 3)
    assert looking == [1, 0, 2, 3]


def test_someone_is_ready_once_their_wait_is_over():
    assert [places.is_ready(a_client(weeks_out=n, wait=3.0)) for n in (2, 3, 4)] == [False, True, True]


def test_matching_seats_people_in_line_and_counts_who_begins_anew():
    _, free, therapists, rows, p = situation(taken=(0, 2, 5))  # left are 4, 1 and 3, in this order
    seats = [places.FREE if place in free else 9 for place in range(6)]
    clients = seekers()
    clients[2].relapsed = True
    left_before = [[False] * 3, [False, True, False], [False] * 3, [False] * 3, [False] * 3]
    tally = SimpleNamespace(**dict.fromkeys(Tally.__annotations__, 0.0))
    assert places.match(clients, [3, 2, 0, 1, 4], 5, left_before, seats, free, 3, therapists, rows, p, tally) == 0
    assert seats == [9, 2, 9, 1, 0, 9]  # the first in line left therapist 1, so takes place 3
    assert (tally.switched, tally.weeks_to_new) == (2.0, 5.0 + 5.0)
    assert [client.standing for client in clients[:4]] == [w.IN_THERAPY] * 3 + [w.LOOKING]
    assert [client.episode for client in clients] == [2, 2, 2, 1, 1]


def test_a_rule_that_names_a_place_which_is_not_free_seats_nobody():
    _, free, therapists, rows, p = situation(taken=(0, 2, 5))
    seats = [places.FREE if place in free else 9 for place in range(6)]
    clients = seekers()
    tally = SimpleNamespace(**dict.fromkeys(Tally.__annotations__, 0.0))
    for place in (places.NOWHERE, 0):
        args = [clients, [0, 1], 2, [[False] * 3] * 2, seats, free, 3, therapists, rows, p, tally]
        assert places.match(*args, choose=lambda *_, place=place: place) == 3
    assert seats == [9, places.FREE, 9, places.FREE, places.FREE, 9]
    assert [client.standing for client in clients[:2]] == [w.LOOKING] * 2
    assert tally.switched == 0.0


# --- Who people are ------------------------------------------------------------------------------------------------


def test_a_therapist_is_made_by_hand():
    p = parameters(
        therapist_empathy=0.6,
        therapist_empathy_spread=0.8,
        therapist_boundary_sensitivity=0.4,
        therapist_boundary_sensitivity_spread=1.1,
        therapist_comforting=0.3,
        therapist_comforting_spread=0.9,
        therapist_tear_propensity=0.2,
        therapist_tear_propensity_spread=2.5,
        never_criers_share=0.1,
        comfort_base=-0.7,
        comfort_experience=0.04,
        comfort_boundary=-1.2,
        comfort_spread=0.6,
    )
    drawn = {
        "empathy": 0.5,
        "boundary_sensitivity": -0.4,
        "comforting": 1.3,
        "tear_propensity": 0.7,
        "skill": 1.6,
        "leaving": -0.2,
        "comfort": 0.9,
        "strain": -1.4,
    }
    therapist = SimpleNamespace()
    people.enter_practice(therapist, 7, 2, 12.0, p, luck_of_a_therapist(**drawn, never_cries=0.1))
    boundary = 1 / (1 + exp(-(log(0.4 / 0.6) - 1.1 * 0.4)))
    assert vars(therapist) == exactly(
        {
            "number": 7,
            "holder": 2,
            "empathy": 1 / (1 + exp(-(log(0.6 / 0.4) + 0.8 * 0.5))),
            "boundary_sensitivity": boundary,
            "comforting": 1 / (1 + exp(-(log(0.3 / 0.7) + 0.9 * 1.3))),
            "tear_propensity": log(0.2 / 0.8) + 2.5 * 0.7,
            "skill": 1.6,
            "leaving": -0.2,
            "years": 12.0,
            "comfort": 1 / (1 + exp(-(-0.7 + 0.04 * 12.0 - 1.2 * (boundary - 0.5) + 0.6 * 0.9))),
            "strain": -1.4,
            "grieving": False,
            "tears_this_week": 0,
            "helped_this_week": 0,
            "harmed_this_week": 0,
        }
    )
    people.enter_practice(therapist, 7, 2, 12.0, p, luck_of_a_therapist(**drawn, never_cries=0.099))
    assert therapist.tear_propensity == -700.0


@pytest.mark.parametrize("u", [0.1, 0.5, 0.999])
def test_experience_at_the_start_by_hand(u):
    p = parameters(therapist_experience=12.0, career_length=40.0)
    years = people.years_at_start(p, luck_of_a_therapist(experience=u))
    assert years == exactly(-12.0 * log(1 - u * (1 - exp(-40.0 / 12.0))))


def test_a_client_arrives_by_hand():
    p = parameters(
        client_empathy=0.6,
        client_empathy_spread=0.8,
        client_boundary_sensitivity=0.4,
        client_boundary_sensitivity_spread=1.1,
        client_tear_propensity=0.3,
        client_tear_propensity_spread=1.2,
        client_warmth_expected=0.7,
        client_warmth_expected_spread=0.9,
        responsiveness_spread=0.5,
        good_enough=1.7,
        good_enough_spread=0.4,
        agreed_share=0.3,
        agreed_sessions=7.0,
        agreed_sessions_spread=0.6,
        intake_distress=2.1,
        intake_distress_spread=0.9,
    )
    drawn = {
        "empathy": 0.5,
        "boundary_sensitivity": -0.4,
        "tear_propensity": 1.3,
        "warmth_expected": 0.7,
        "responsiveness": 1.6,
        "good_enough": -0.2,
        "bond_share": 0.8,
        "distress": -1.1,
        "agreed_sessions": -0.5,
    }
    client = SimpleNamespace()
    people.arrive(client, 31, 4, 2, p, luck_of_a_client(**drawn, agrees=0.299))
    expected = as_it_was(a_client(number=31, home=4, turn=2, first_week=-1, bond=0.0, alliance=0.5, settles_at=0.0))
    expected.empathy_log_odds = log(0.6 / 0.4) + 0.8 * 0.5
    expected.boundary_sensitivity_log_odds = log(0.4 / 0.6) - 1.1 * 0.4
    expected.tear_propensity = log(0.3 / 0.7) + 1.2 * 1.3
    expected.warmth_expected_log_odds = log(0.7 / 0.3) + 0.9 * 0.7
    expected.responsiveness = exp(0.5 * 1.6 - 0.5 * 0.25)
    expected.good_enough, expected.bond_share = 1.7 - 0.4 * 0.2, 0.8
    expected.agreed_sessions = 7.0 * exp(0.6 * -0.5)
    expected.distress = expected.distress_at_start = 2.1 - 0.9 * 1.1
    assert vars(client) == exactly(vars(expected))
    people.arrive(client, 31, 4, 2, p, luck_of_a_client(distress=-9.0, agrees=0.3))
    assert (client.distress, client.distress_at_start, client.agreed_sessions) == (0.0, 0.0, 1e6)


def test_a_new_episode_begins_afresh_but_for_what_lasts():
    client = a_client(
        standing=w.LOOKING,
        sessions=9,
        fit=1.3,
        felt_empathy=0.9,
        theme=-0.7,
        agreed_sessions=8.5,
        distress=1.4,
        open_rupture=0.5,
        rupture_spoken=True,
        openness=0.7,
        early_risk=0.01,
        noticed_before=3,
        lasting_weight=0.1,
        unsettled_this_episode=True,
        leavings=1,
        relapsed=True,
        weeks_out=5,
        wait=2.0,
        precedence=0.3,
    )
    people.start_with_someone(client)
    assert vars(client) == vars(
        a_client(
            episode=2,
            distress=1.4,
            distress_at_start=1.4,
            bond=0.0,
            alliance=0.5,
            settles_at=0.0,
            agreed_sessions=8.5,
            leavings=1,
            unsettled_before=True,
        )
    )
    people.start_with_someone(client)
    assert (client.unsettled_before, client.unsettled_this_episode) == (True, False)
