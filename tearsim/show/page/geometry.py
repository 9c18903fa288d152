"""Where things stand in the picture, in pixels from its top left corner: rooms, seats, bonds, drops, doors."""

from collections.abc import Sequence
from math import atan2, ceil, cos, hypot, pi, sin, sqrt
from typing import NamedTuple

Spot = tuple[float, float]

CLEAR = 1.5  # between a drop and the circle of the therapist
STEPS_OUT, MOST_OUT = 12, 1.15  # how finely, and how far beyond a client, a place for drops is looked for

GAP = 6.0  # between rooms
MARGIN = 4.0
BIG = 170.0  # a room whose square is larger is drawn at ease; in a smaller one everything is tight
MARKED_ALLIANCE = 0.5  # whose distance from the therapist is drawn as a circle
MOST_DISTRESS = 4.0  # SD of intake: nobody is drawn larger than this


class Room(NamedTuple):
    """A therapist's room: its box and its middle."""

    left: float
    top: float
    width: float
    height: float

    @property
    def middle(self) -> Spot:
        """Where the therapist sits."""
        return self.left + self.width / 2, self.top + self.height / 2


class Plan(NamedTuple):
    """The whole picture: its size, its rooms, and the sizes that all rooms share."""

    width: float
    height: float
    corridor: Room
    rooms: list[Room]
    places: int  # in each room
    square: float  # side of the largest square in a room
    hub: float  # radius of a therapist
    nearest: float  # distance of a client at an alliance of 1
    farthest: float  # at an alliance of .25 or less
    smallest: float  # diameters of a client without distress, and with much
    largest: float

    @property
    def is_big(self) -> bool:
        """Whether rooms are large enough to draw at ease."""
        return self.square > BIG


def floor_plan(width: float, height: float, corridor: float, therapists: int, places: int) -> Plan:
    """A plan with a room for each therapist in a picture of that size, with a corridor along its foot."""
    inner, above = width - 2 * MARGIN, height - corridor - 2 * MARGIN
    columns = max(range(1, therapists + 1), key=lambda n: _square(inner, above, n, ceil(therapists / n)))
    rows = ceil(therapists / columns)
    wide, high = (inner + GAP) / columns, above / rows
    rooms = [
        Room(MARGIN + (i % columns) * wide, MARGIN + (i // columns) * high, wide - GAP, high - GAP)
        for i in range(therapists)
    ]
    square = min(wide, high) - GAP
    hub = min(17.0, max(9.0, 0.085 * square))
    if square > BIG:
        smallest, largest = 8.0, 22.0 if places <= 10 else 18.0
    else:
        smallest, largest = max(4.5, 0.045 * square), max(9.0, 0.125 * square)
    farthest = square / 2 - 3 - largest / 2 - (9.0 if square > BIG else 3.5)
    apart = places * 0.86 * largest / (2 * pi)
    nearest = min(0.74 * farthest, max(hub + largest / 2 + (20.0 if square > BIG else 9.0), apart))
    foot = Room(MARGIN, height - corridor, inner, corridor - MARGIN)
    return Plan(width, height, foot, rooms, places, square, hub, nearest, farthest, smallest, largest)


def _square(width: float, height: float, columns: int, rows: int) -> float:
    return min((width + GAP) / columns, height / rows)


def distance(alliance: float, p: Plan) -> float:
    """How far from the therapist a client sits: `nearest + (farthest - nearest)*(1 - alliance)/.75`, within both."""
    return p.nearest + (p.farthest - p.nearest) * min(1.0, max(0.0, (1.0 - alliance) / 0.75))


def angle(seat: int, p: Plan) -> float:
    """The angle of a seat, kept for a whole episode: from the top, clockwise, half a step on."""
    return 2 * pi * (seat + 0.5) / p.places - pi / 2


def seat_at(place: int, alliance: float, p: Plan) -> Spot:
    """Where the client of a place (from 0, round robin over rooms) sits at that alliance."""
    rooms = len(p.rooms)
    x, y = p.rooms[place % rooms].middle
    turn, far = angle(place // rooms, p), distance(alliance, p)
    return x + far * cos(turn), y + far * sin(turn)


def diameter(distress: float, p: Plan) -> float:
    """A client's diameter: the area grows evenly with distress."""
    share = min(1.0, max(0.0, distress / MOST_DISTRESS))
    return sqrt(p.smallest**2 + (p.largest**2 - p.smallest**2) * share)


def between(start: Spot, end: Spot, share: float) -> Spot:
    """The point that far along the way."""
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def bond(hub: Spot, client: Spot, client_diameter: float, p: Plan) -> tuple[Spot, Spot]:
    """The ends of a bond: from the edge of the therapist to the edge of the client."""
    length = hypot(client[0] - hub[0], client[1] - hub[1])
    return between(hub, client, p.hub / length), between(hub, client, 1 - (client_diameter / 2) / length)


def broken(start: Spot, end: Spot, rupture: float) -> tuple[Spot, Spot]:
    """The inner ends of a bond that a rupture has broken: the gap is `.10 + .28*rupture` of its length."""
    half = (0.10 + 0.28 * min(1.0, rupture)) / 2
    return between(start, end, 0.5 - half), between(start, end, 0.5 + half)


def drop(tip_at: Spot, size: float) -> list[Spot]:
    """A drop as a closed outline, tip up; `size` is the radius of its round part, `tip_at` the middle of that."""
    x, y = tip_at
    outline = [(x, y - 2.1 * size)]
    for i in range(11):
        turn = -0.19 * pi + i * (1.38 * pi) / 10
        outline.append((x + size * cos(turn), y + size * sin(turn)))
    return [*outline, outline[0]]


def drop_place(hub: Spot, client: Spot, share: float, drops: Sequence[tuple[float, float, float]], p: Plan) -> Spot:
    """Where on the way to a client drops fall: that far along, or as much further as keeps them off the therapist.

    `drops` are how far right and down of the place each lies, and its size.
    """
    for further in range(STEPS_OUT + 1):
        at = between(hub, client, share + (MOST_OUT - share) * further / STEPS_OUT)
        outlines = (drop((at[0] + right, at[1] + down), size) for right, down, size in drops)
        if all(hypot(x - hub[0], y - hub[1]) > p.hub + CLEAR for outline in outlines for x, y in outline):
            break
    return at


def arrow(start: Spot, target: Spot, p: Plan) -> tuple[Spot, Spot, list[Spot]]:
    """A short arrow from the edge of a ring towards a target: where it starts, where its shaft ends, and its head."""
    gap, length, head = (6.0, 15.0, 4.5) if p.is_big else (4.0, 6.0, 3.2)
    turn = atan2(target[1] - start[1], target[0] - start[0])
    ahead, aside = (cos(turn), sin(turn)), (-sin(turn), cos(turn))
    first = (start[0] + gap * ahead[0], start[1] + gap * ahead[1])
    neck = (first[0] + length * ahead[0], first[1] + length * ahead[1])
    tip = (neck[0] + 1.6 * head * ahead[0], neck[1] + 1.6 * head * ahead[1])
    left = (neck[0] + head * aside[0], neck[1] + head * aside[1])
    right = (neck[0] - head * aside[0], neck[1] - head * aside[1])
    return first, neck, [left, tip, right, left]


class Stand(NamedTuple):
    """A stretch of the corridor in which people stand in rows, in order from one side."""

    left: float
    right: float
    top: float
    bottom: float
    from_right: bool


def stands(p: Plan) -> tuple[Stand, Stand, Stand]:
    """Where in the corridor those who gave up, those looking and those who completed stand."""
    c = p.corridor
    top, bottom, third = c.top + 30, c.top + c.height - 4, c.width / 3
    return (
        Stand(c.left + 46, c.left + third - 4, top, bottom, False),
        Stand(c.left + third + 4, c.left + 2 * third - 4, top, bottom, False),
        Stand(c.left + 2 * third + 4, c.left + c.width - 46, top, bottom, True),
    )


STEP = 13.0  # between people who stand in the corridor


def standing_places(stand: Stand, people: int) -> list[Spot]:
    """Where people stand, row by row: as many of them as there is room for."""
    columns = max(1, int((stand.right - stand.left) // STEP))
    rows = max(1, int((stand.bottom - stand.top) // STEP))
    spots = []
    for i in range(min(people, columns * rows)):
        across, down = (i % columns + 0.5) * STEP, (i // columns + 0.5) * STEP
        spots.append((stand.right - across if stand.from_right else stand.left + across, stand.top + down))
    return spots


def door(p: Plan, right: bool) -> tuple[list[Spot], list[Spot]]:
    """A door of the corridor: its frame, and its leaf standing open."""
    c = p.corridor
    middle, high, wide = c.top + c.height / 2, min(40.0, c.height - 28), 22.0
    outer = c.left + c.width - 12 if right else c.left + 12
    inner = outer - wide if right else outer + wide
    top, foot = middle - high / 2, middle + high / 2
    frame = [(outer, top), (inner, top), (inner, foot), (outer, foot), (outer, top)]
    edge = inner + 14.0 if right else inner - 14.0
    leaf = [(inner, top), (edge, top + 4), (edge, foot + 5), (inner, foot), (inner, top)]
    return frame, leaf


def door_middle(p: Plan, door_number: int) -> Spot:
    """Where people head for: the door on the left (1), the waiting room (2), the door on the right (3)."""
    c = p.corridor
    share = {1: 0.03, 2: 0.5, 3: 0.97}[door_number]
    return c.left + share * c.width, c.top + c.height / 2
