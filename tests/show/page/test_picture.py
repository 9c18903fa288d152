"""The picture: where people stand, and that everything a week holds is drawn once."""

from math import atan2, dist

import pytest

from tearsim.science.codes import GOES_ON, MOVED, NEAR, NONE, OPEN, OVERWHELMED, UNMOVED, UNSETTLED
from tearsim.show.page import geometry as g
from tearsim.show.page.palette import LIGHT
from tearsim.show.page.picture import (
    DOORS,
    PICTURE_TRACES,
    TO_COMPLETED,
    TO_GAVE_UP,
    TO_LOOKING,
    Scene,
    Seat,
    Who,
    picture,
    picture_layout,
    picture_styles,
)
from tearsim.show.page.practice_and_twin import PracticeAndTwin

SIZES = [(630.0, 566.0, 84.0), (420.0, 404.0, 74.0)]
SHAPES = [(1, 1), (6, 8), (20, 15), (24, 20), (7, 3), (1, 20), (24, 1)]
ALLIANCES = [0.0, 0.25, 0.5, 0.75, 1.0]


@pytest.fixture(scope="module")
def practices():
    """A tearful practice after a year."""
    watched = PracticeAndTwin(3, {"therapists": 6, "caseload": 8, "therapist_tear_propensity": 0.99})
    for _ in range(52):
        watched.step()
    return watched


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("therapists", "places"), SHAPES)
def test_everyone_has_room(size, therapists, places):
    """Rooms do not touch, clients stay in their room and off their therapist, the corridor stays free."""
    p = g.floor_plan(*size, therapists, places)
    assert len(p.rooms) == therapists
    assert p.smallest < p.largest
    for room in p.rooms:
        assert room.left >= 0
        assert room.left + room.width <= p.width
        assert room.top + room.height <= p.corridor.top
    for i, a in enumerate(p.rooms):
        for b in p.rooms[:i]:
            assert a.left >= b.left + b.width or b.left >= a.left + a.width or a.top >= b.top + b.height
    for place in range(therapists * places):
        room = p.rooms[place % therapists]
        for alliance in ALLIANCES:
            x, y = g.seat_at(place, alliance, p)
            assert room.left + p.largest / 2 < x < room.left + room.width - p.largest / 2
            assert room.top + p.largest / 2 < y < room.top + room.height - p.largest / 2
            assert dist((x, y), room.middle) > p.hub


@pytest.mark.parametrize(("therapists", "places"), [(6, 8), (20, 15)])
def test_neighbours_of_equal_alliance_do_not_cover_each_other(therapists, places):
    p = g.floor_plan(630.0, 566.0, 84.0, therapists, places)
    for alliance in (0.3, 0.5, 0.75):
        a, b = (g.seat_at(seat * therapists, alliance, p) for seat in (0, 1))
        assert dist(a, b) > g.diameter(2.0, p)


def test_distance_is_alliance_and_size_is_distress():
    p = g.floor_plan(630.0, 566.0, 84.0, 6, 8)
    distances = [g.distance(alliance / 20, p) for alliance in range(5, 21)]
    assert distances == sorted(distances, reverse=True)
    areas = [g.diameter(distress, p) ** 2 for distress in (0.0, 1.0, 2.0, 3.0)]
    assert areas[2] - areas[1] == pytest.approx(areas[1] - areas[0]) == pytest.approx(areas[3] - areas[2])


def test_a_client_keeps_one_angle_whatever_the_alliance():
    p = g.floor_plan(630.0, 566.0, 84.0, 6, 8)
    for place in range(48):
        x, y = p.rooms[place % 6].middle
        angles = {round(atan2(at[1] - y, at[0] - x), 9) for at in (g.seat_at(place, a, p) for a in ALLIANCES)}
        assert len(angles) == 1


def test_a_rupture_breaks_the_bond_the_wider_the_graver():
    gaps = [dist(*g.broken((0.0, 0.0), (100.0, 0.0), severity)) for severity in (0.2, 0.5, 1.0)]
    assert gaps == pytest.approx([15.6, 24.0, 38.0])


def test_what_a_week_held_is_drawn_once(practices):
    """Counts of dots, rings, drops and arrows are those of the log."""
    p = g.floor_plan(630.0, 566.0, 84.0, 6, 8)
    scene = practices.scene()
    drawn = picture(scene, p, LIGHT)
    rows = practices.shown.rows[-1]
    stay, go = rows[rows["ending"] == GOES_ON], rows[rows["ending"] != GOES_ON]
    in_corridor = len(scene.gave_up) + len(scene.looking) + len(scene.completed)
    assert len(drawn["clients"].x) == len(stay) + in_corridor
    assert sum(len(drawn[f"going {door}"].x) for door in ("gave up", "looking", "completed")) == len(go)
    assert len(drawn["hubs"].x) == len(drawn["names"].x) == 6
    outlines = {name: drawn[name].x.count(None) + bool(drawn[name].x) for name in ("unseen", "near", "open")}
    seen = rows[rows["noticed"]]
    assert outlines["unseen"] == sum((rows["tears_felt"] != NONE) & ~rows["noticed"])
    assert outlines["near"] == sum(seen["tears_felt"] == NEAR)
    assert outlines["open"] == sum(seen["tears_felt"] > NEAR) + sum(seen["tears_felt"] == OVERWHELMED)
    bonds = sum(drawn[f"bond {i}"].x.count(None) + bool(drawn[f"bond {i}"].x) for i in range(5))
    broken = (drawn["rupture"].x.count(None) + bool(drawn["rupture"].x)) / 2
    assert bonds + broken == len(stay)
    assert broken == sum(stay["open_rupture"] > 0.15)


def test_a_last_session_is_drawn_with_its_tears_and_whoever_leaves_keeps_the_ring_of_the_chosen():
    """Each kind of door; drops, the client's own tears and how tears were taken."""
    p = g.floor_plan(630.0, 566.0, 84.0, 6, 8)
    therapists = [(n, "ABCDEF"[n - 1]) for n in range(1, 7)]
    for door in (TO_GAVE_UP, TO_LOOKING, TO_COMPLETED):
        seat = Seat(4, 77, 9, 0.6, 1.5, 0.0, UNSETTLED, 12, True, OPEN, True, door)
        scene = Scene(12, therapists, [seat], [], [], [1] * 6, [], [], [], (0, 0, 0))
        drawn = picture(scene, p, LIGHT, [Who("client", 77)])
        for name in ("open", "client drops", "unsettled", "chosen", "shafts"):
            assert drawn[name].x, (name, door)
        assert drawn["chosen"].x == drawn[f"going {DOORS[door]}"].x
        assert not drawn["clients"].x


def test_a_faint_drop_lies_beside_the_client_it_fell_for():
    """Whoever holds the place saw tears there, in this episode, in the two weeks before."""
    watched = PracticeAndTwin(3, {"therapists": 6, "caseload": 8, "therapist_tear_propensity": 0.99})
    moved_on = 0
    for _ in range(40):
        watched.step()
        expected = set()
        for rows in list(watched.shown.rows)[-3:-1]:
            for row in rows[rows["noticed"]]:
                now = next((s for s in watched.sessions if s.place == row["place"]), None)
                if now is not None and (now.client, now.episode) == (row["client"], row["episode"]):
                    expected.add(int(row["place"]) - 1)
                else:
                    moved_on += 1
        assert watched.scene().faint == sorted(expected)
    assert moved_on > 0


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("therapists", "places"), [(6, 8), (20, 15), (24, 20)])
def test_no_drop_touches_the_therapist_however_short_the_bond(size, therapists, places):
    """Of any kind, at any angle."""
    p = g.floor_plan(*size, therapists, places)
    names = [(n + 1, "A") for n in range(therapists)]
    for alliance in (0.1, 0.6, 0.85, 1.0):
        for tears, noticed in ((NEAR, False), (NEAR, True), (OPEN, True), (OVERWHELMED, True)):
            seats = [
                Seat(seat * therapists, seat + 1, 9, alliance, 3.0, 0.0, UNMOVED, 12, False, tears, noticed, 0)
                for seat in range(places)
            ]
            faint = [seat.place for seat in seats]
            drawn = picture(Scene(12, names, seats, [], faint, [1] * therapists, [], [], [], (0, 0, 0)), p, LIGHT)
            for kind in ("unseen", "near", "open", "faint"):
                for x, y in zip(drawn[kind].x, drawn[kind].y, strict=True):
                    if x is not None:
                        assert dist((x, y), p.rooms[0].middle) > p.hub + 0.5
                        assert 0 < x < p.rooms[0].left + p.rooms[0].width


def test_rings_tell_the_latest_tears_of_the_episode(practices):
    scene = practices.scene()
    for seat in scene.seats:
        mine = practices.shown.sessions_of("client", seat.client)
        noticed = mine[mine["noticed"] & (mine["episode"] == mine["episode"][-1])]
        assert seat.took == (noticed["reception"][-1] if len(noticed) else 0)
        assert seat.took in (0, MOVED, UNMOVED, UNSETTLED)


def test_those_in_the_corridor_are_those_who_left_and_those_who_look(practices):
    scene = practices.scene()
    assert {leaver.client for leaver in scene.looking} == {
        practices.shown.practice.people[index].number for index in practices.shown.practice.looking
    }
    ended = [rows[(rows["ending"] == 1) | (rows["ending"] == 2)] for rows in list(practices.shown.rows)[-4:]]
    assert sorted(leaver.client for leaver in scene.completed) == sorted(
        int(c) for rows in ended for c in rows["client"]
    )
    assert [leaver.weeks_ago for leaver in scene.completed] == sorted(leaver.weeks_ago for leaver in scene.completed)
    assert scene.counts == (practices.shown.weeks[-1].gave_up, len(scene.looking), practices.shown.weeks[-1].completed)


def test_every_point_that_can_be_clicked_is_somebody(practices):
    drawn = picture(practices.scene(), g.floor_plan(630.0, 566.0, 84.0, 6, 8), LIGHT)
    for name in ("clients", "hubs", "going completed", "going gave up", "going looking"):
        assert len(drawn[name].who) == len(drawn[name].x)
        assert all(text for text in drawn[name].more.get("text", []))


def test_the_chosen_one_has_a_ring(practices):
    p = g.floor_plan(630.0, 566.0, 84.0, 6, 8)
    seat = next(seat for seat in practices.scene().seats if seat.door == 0)
    drawn = picture(practices.scene(), p, LIGHT, [Who("client", seat.client)])
    assert (drawn["chosen"].x, drawn["chosen"].y) == tuple(
        [round(v, 1)] for v in g.seat_at(seat.place, seat.alliance, p)
    )
    drawn = picture(practices.scene(), p, LIGHT, [Who("therapist", 2)])
    assert (drawn["chosen"].x[0], drawn["chosen"].y[0]) == pytest.approx(p.rooms[1].middle, abs=0.1)


def test_a_frame_has_a_look_for_every_trace_and_a_room_for_every_therapist():
    p = g.floor_plan(630.0, 566.0, 84.0, 20, 15)
    assert [style["name"] for style in picture_styles(p, LIGHT)] == list(PICTURE_TRACES)
    assert sum(shape["type"] == "rect" for shape in picture_layout(p, LIGHT)["shapes"]) == 21


def test_in_a_cohort_empty_seats_stay_in_sight():
    watched = PracticeAndTwin(1, {"therapists": 3, "caseload": 4, "arrivals": "cohort"})
    for _ in range(60):
        watched.step()
    scene = watched.scene()
    assert len(scene.seats) + len(scene.empty) == 12
    assert len(scene.empty) > 3
    picture(scene, g.floor_plan(630.0, 566.0, 84.0, 3, 4), LIGHT)
