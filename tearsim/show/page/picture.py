"""The practice drawn: a scene of one week in, the arrays of the picture's traces out.

Traces come in one fixed order, and a week replaces their arrays only: that is what keeps Play fluent. Nothing moves
between weeks but what the week moved.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from math import copysign, dist
from typing import Literal, NamedTuple

from tearsim.science.codes import MOVED, NEAR, NONE, NOT_RECEIVED, OVERWHELMED, RECEPTION, UNMOVED, UNSETTLED
from tearsim.show.page import geometry as g
from tearsim.show.page.palette import FONT, Palette
from tearsim.show.page.payload import Look
from tearsim.show.words.sessions import distress_in_words
from tearsim.show.words.units import WAI

Kind = Literal["client", "therapist"]


class Who(NamedTuple):
    """A person: a client or a therapist, by number."""

    kind: Kind
    number: int


# Where someone whose therapy ended this week heads for.
STAYS, TO_GAVE_UP, TO_LOOKING, TO_COMPLETED = range(4)


class Seat(NamedTuple):
    """A client in a place, after this week's session."""

    place: int  # from 0
    client: int
    session: int  # 0 before the first
    alliance: float
    distress: float
    rupture: float
    took: int  # the latest tears noticed, as in codes.RECEPTION
    took_in: int  # the week of them
    cried: bool
    tears: int  # the therapist's, felt, as in codes.LEVEL
    noticed: bool
    door: int


class Leaver(NamedTuple):
    """Someone in the corridor."""

    client: int
    distress: float
    took: int
    weeks_ago: int


@dataclass(frozen=True)
class Scene:
    """All that a picture shows."""

    week: int
    therapists: list[tuple[int, str]]  # number and name, by room
    seats: list[Seat]
    empty: list[int]  # places
    faint: list[int]  # places where who sits there now saw tears in the two weeks before
    lately: list[int]  # tears in eight weeks, by room
    gave_up: list[Leaver]
    looking: list[Leaver]
    completed: list[Leaver]
    counts: tuple[int, int, int]  # so far: gave up, looking now, completed


# Severity from which a rupture is drawn, and the alliances that part a weak bond from a strong one.
DRAWN_RUPTURE = 0.15
BOND_STEPS = (0.45, 0.60, 0.75, 0.87)
BOND_WIDTHS = (1.0, 1.8, 2.8, 4.0, 5.4)
FADING = (1.0, 0.72, 0.5, 0.32)  # of someone in the corridor, by weeks since they left


@dataclass
class Arrays:
    """The arrays of one trace, and who its points are."""

    x: list[float | None] = field(default_factory=list)
    y: list[float | None] = field(default_factory=list)
    more: dict[str, list[float | str]] = field(default_factory=dict)  # "marker.size" and so on
    who: list[Who] = field(default_factory=list)

    def point(self, at: g.Spot, **more: float | str) -> None:
        """Add a point; `__` in a name stands for a dot."""
        self.x.append(round(at[0], 1))
        self.y.append(round(at[1], 1))
        for name, value in more.items():
            self.more.setdefault(name.replace("__", "."), []).append(value)

    def line(self, points: Iterable[g.Spot]) -> None:
        """Add a line, or an outline, apart from those before it."""
        if self.x:
            self.x.append(None)
            self.y.append(None)
        for at in points:
            self.x.append(round(at[0], 1))
            self.y.append(round(at[1], 1))


RINGS = {MOVED: "moved", UNMOVED: "unmoved", UNSETTLED: "unsettled"}
# In the order they are drawn. Those who can be clicked are "clients" and "hubs".
PICTURE_TRACES = (
    "empty", *(f"bond {i}" for i in range(5)), "rupture", "shafts", "heads completed", "heads gave up", "heads looking",
    "going completed", "going gave up", "going looking", "faint", "clients", "moved", "unmoved", "unsettled",
    "client drops", "unseen", "near", "open", "hubs", "names", "signs", "chosen",
)  # fmt: skip
LEAVING_MARK = {
    True: 9.0,
    False: 6.0,
}  # the size of the ring of someone who leaves, in a large picture and in a small one
DOORS = {TO_GAVE_UP: "gave up", TO_LOOKING: "looking", TO_COMPLETED: "completed"}


def picture(scene: Scene, p: g.Plan, colours: Palette, chosen: Container[Who | None] = ()) -> dict[str, Arrays]:
    """The arrays of every trace, by its name; whoever is chosen has a ring around them."""
    drawn = {name: Arrays() for name in PICTURE_TRACES}
    for place in scene.empty:
        drawn["empty"].point(g.seat_at(place, 0.5, p))
    names = [name for _, name in scene.therapists]
    for seat in scene.seats:
        _draw_seat(drawn, seat, names[seat.place % len(p.rooms)], p, chosen)
    for place in scene.faint:
        hub = p.rooms[place % len(p.rooms)].middle
        size = _drop_size(p)
        drawn["faint"].line(g.drop(g.drop_place(hub, g.seat_at(place, 0.75, p), 0.66, [(0.0, 0.0, size)], p), size))
    _draw_hubs(drawn, scene, p, colours, chosen)
    _draw_corridor(drawn, scene, p, chosen)
    return drawn


def _drop_size(p: g.Plan) -> float:
    return 4.6 if p.is_big else max(2.2, 0.027 * p.square)


def _draw_seat(drawn: dict[str, Arrays], seat: Seat, therapist: str, p: g.Plan, chosen: Container[Who | None]) -> None:
    hub = p.rooms[seat.place % len(p.rooms)].middle
    if seat.door != STAYS:
        _draw_leaving(drawn, seat, hub, p, chosen)
        return
    at, size = g.seat_at(seat.place, seat.alliance, p), g.diameter(seat.distress, p)
    if seat.session:
        start, end = g.bond(hub, at, size, p)
        if seat.rupture > DRAWN_RUPTURE:
            near, far = g.broken(start, end, seat.rupture)
            drawn["rupture"].line((start, near))
            drawn["rupture"].line((far, end))
        else:
            drawn[f"bond {sum(seat.alliance >= step for step in BOND_STEPS)}"].line((start, end))
    drawn["clients"].point(at, marker__size=size, marker__opacity=1.0, text=_about(seat, therapist))
    drawn["clients"].who.append(Who("client", seat.client))
    _draw_signs(drawn, seat, hub, at, size, p, chosen)


def _draw_signs(
    drawn: dict[str, Arrays], seat: Seat, hub: g.Spot, at: g.Spot, size: float, p: g.Plan, chosen: Container[Who | None]
) -> None:
    """What is drawn around a client of that size: how they took tears, that they are chosen, and tears of this week."""
    if seat.took in RINGS:
        drawn[RINGS[seat.took]].point(at, marker__size=_ring(size, seat.took, p))
    _draw_ring(drawn, Who("client", seat.client), at, size + (16.0 if p.is_big else 11.0), chosen)
    if seat.cried:
        away = max(1.0, dist(hub, at))
        beyond = 1 + (size / 2 + (9.0 if p.is_big else 4.5)) / away
        drawn["client drops"].line(g.drop(g.between(hub, at, beyond), 0.55 * _drop_size(p)))
    if seat.tears != NONE:
        _draw_tears(drawn, seat, hub, at, p)


def _draw_ring(drawn: dict[str, Arrays], who: Who, at: g.Spot, size: float, chosen: Container[Who | None]) -> None:
    """The ring around somebody who is chosen."""
    if who in chosen:
        drawn["chosen"].point(at, marker__size=size)
        drawn["chosen"].who.append(who)


def _draw_tears(drawn: dict[str, Arrays], seat: Seat, hub: g.Spot, at: g.Spot, p: g.Plan) -> None:
    """Tears of this week, on the bond they fell on."""
    size = _drop_size(p)
    drops = [(0.0, 0.0, size)]
    if seat.noticed and seat.tears == OVERWHELMED:  # a large one, and a small one on the side away from the therapist
        drops = [(0.0, 0.0, 1.3 * size), (copysign(2.1 * size, at[0] - hub[0]), 0.7 * size, 0.6 * size)]
    x, y = g.drop_place(hub, at, 0.52, drops, p)
    kind = "unseen" if not seat.noticed else "near" if seat.tears == NEAR else "open"
    for right, down, each in drops:
        drawn[kind].line(g.drop((x + right, y + down), each))


def _draw_leaving(drawn: dict[str, Arrays], seat: Seat, hub: g.Spot, p: g.Plan, chosen: Container[Who | None]) -> None:
    """A ring where they sat this week with all that their last session held, and an arrow towards their door."""
    at, door = g.seat_at(seat.place, 0.4, p), DOORS[seat.door]
    _draw_signs(drawn, seat, hub, at, LEAVING_MARK[p.is_big], p, chosen)
    first, neck, head = g.arrow(at, g.door_middle(p, seat.door), p)
    drawn[f"going {door}"].point(at, text=f"Client {seat.client}: {door} this week, after session {seat.session}")
    drawn[f"going {door}"].who.append(Who("client", seat.client))
    drawn["shafts"].line((first, neck))
    drawn[f"heads {door}"].line(head)


def _ring(size: float, took: int, p: g.Plan) -> float:
    """The size of a ring that stays clear of the dot inside it."""
    clear = 9.0 if p.is_big else 5.5
    return size + clear + (3.5 if took == UNSETTLED else 0.0)


def _about(seat: Seat, therapist: str) -> str:
    if not seat.session:
        begins = f"Client {seat.client}, about to begin with therapist {therapist}"
        return f"{begins}<br>distress {distress_in_words(seat.distress)}"
    lines = [
        f"Client {seat.client} with therapist {therapist}, session {seat.session}",
        f"alliance {WAI.level(seat.alliance):.1f} of 7, distress {distress_in_words(seat.distress)}",
    ]
    if seat.rupture > DRAWN_RUPTURE:
        lines.append(f"open rupture {seat.rupture:.2f}")
    if seat.took != NOT_RECEIVED:
        lines.append(f"saw tears in week {seat.took_in}: {RECEPTION[seat.took]}")
    return "<br>".join(lines)


def _draw_hubs(
    drawn: dict[str, Arrays], scene: Scene, p: g.Plan, colours: Palette, chosen: Container[Who | None]
) -> None:
    now = {seat.place % len(p.rooms) for seat in scene.seats if seat.tears != NONE}
    for room, (number, name) in enumerate(scene.therapists):
        lately = scene.lately[room]
        drawn["hubs"].point(
            p.rooms[room].middle,
            marker__color=colours.lately[0 if not lately else 1 if lately == 1 else 2 if lately <= 3 else 3],
            marker__line__color=colours.tear if room in now else colours.ink,
            marker__line__width=3.0 if room in now else 1.2,
            text=f"Therapist {name}<br>tears in the last eight weeks: {lately}",
        )
        drawn["hubs"].who.append(Who("therapist", number))
        drawn["names"].point(p.rooms[room].middle, text=f"<b>{name}</b>")
        size = 2 * p.hub + (14.0 if p.is_big else 8.0)
        _draw_ring(drawn, Who("therapist", number), p.rooms[room].middle, size, chosen)


def _draw_corridor(drawn: dict[str, Arrays], scene: Scene, p: g.Plan, chosen: Container[Who | None]) -> None:
    gave_up, looking, completed = g.stands(p)
    c, wait = p.corridor, "Looking for someone new" if p.width > 500 else "Looking"
    signs = zip(("Gave up", wait, "Completed"), scene.counts, strict=True)
    middles = ((stand.left + stand.right) / 2 for stand in (gave_up, looking, completed))
    for (words, count), x in zip(signs, middles, strict=True):
        drawn["signs"].point((x, c.top + 14), text=f"<b>{words}</b>  {count}")
    here = (
        ("gave up", scene.gave_up, gave_up),
        ("looking for someone new", scene.looking, looking),
        ("completed", scene.completed, completed),
    )
    for where, people, stand in here:
        for leaver, at in zip(people, g.standing_places(stand, len(people)), strict=False):
            size = 4.5 + 6.5 * min(1.0, leaver.distress / g.MOST_DISTRESS)
            said = f"Client {leaver.client}: {where}<br>distress {distress_in_words(leaver.distress)}"
            drawn["clients"].point(at, marker__size=size, marker__opacity=FADING[min(3, leaver.weeks_ago)], text=said)
            drawn["clients"].who.append(Who("client", leaver.client))
            if leaver.took in RINGS and leaver.weeks_ago == 0:
                drawn[RINGS[leaver.took]].point(at, marker__size=size + (7.0 if leaver.took == UNSETTLED else 4.5))
            _draw_ring(drawn, Who("client", leaver.client), at, size + 8.0, chosen)


# --- How it looks: set once, and again for another theme or another plan ---------------------------------------------


def _markers(colour: str, symbol: str = "circle", size: float = 8.0, line: float = 0.0, line_colour: str = "") -> Look:
    return {
        "mode": "markers",
        "hoverinfo": "text",
        "marker": {
            "color": colour,
            "symbol": symbol,
            "size": size,
            "opacity": 1,
            "line": {"width": line, "color": line_colour or colour},
        },
    }


def _lines(colour: str, width: float, dash: str = "solid") -> Look:
    return {"mode": "lines", "hoverinfo": "skip", "line": {"color": colour, "width": width, "dash": dash}}


def _drops(fill: str, line: str, width: float, dash: str = "solid") -> Look:
    return {**_lines(line, width, dash), "fill": "toself", "fillcolor": fill}


def _open_rings(colour: str, symbol: str, width: float) -> Look:
    return {**_markers(colour, symbol, 8.0, width), "hoverinfo": "skip"}


def picture_styles(p: g.Plan, c: Palette, words: float = 0.0) -> list[Look]:
    """The traces without their arrays, in order; words are at least `words` pixels large."""
    big = p.is_big
    thin = 1.0 if big else 0.62 if p.square > 95 else 0.5
    pen = 1.8 if big else 1.2
    door = {"gave up": c.rupture, "looking": c.looking, "completed": c.moved}
    looks: dict[str, Look] = {
        "empty": _open_rings(c.empty_seat, "circle-open", 1.0),
        **{f"bond {i}": _lines(c.bonds[i], width * thin) for i, width in enumerate(BOND_WIDTHS)},
        "rupture": _lines(c.rupture, 2.4 if big else 1.6),
        "shafts": _lines(c.second_ink, 1.2 if big else 1.0, "dot"),
        **{f"heads {name}": _drops(colour, colour, 0.5) for name, colour in door.items()},
        **{f"going {name}": _markers(colour, "circle-open", LEAVING_MARK[big], pen) for name, colour in door.items()},
        "faint": _drops(c.lately[2], c.lately[2], 0.5),
        "clients": _markers(c.client, line=0.8, line_colour=c.room),
        "moved": _open_rings(c.moved, "circle-open", pen),
        "unmoved": _open_rings(c.unmoved, "circle-open", pen),
        "unsettled": _open_rings(c.rupture, "diamond-open", pen),
        "client drops": _drops(c.client_tear, c.client_tear, 0.5),
        "unseen": _drops(c.room, c.tear, pen * 0.8, "dot"),
        "near": _drops(c.room, c.tear, pen),
        "open": _drops(c.tear, c.tear, 0.5),
        "hubs": _markers(c.lately[0], size=2 * p.hub, line=1.2, line_colour=c.ink),
        "names": _words(c.ink, max(words, 13 if big else 11)),
        "signs": _words(c.ink, max(words, 12)),
        "chosen": _open_rings(c.ink, "circle-open", 2.2),
    }
    return [
        {"type": "scatter", "name": name, "x": [], "y": [], "showlegend": False, **looks[name]}
        for name in PICTURE_TRACES
    ]


def _words(colour: str, size: float) -> Look:
    return {"mode": "text", "hoverinfo": "skip", "textfont": {"size": size, "color": colour, "family": FONT}}


def picture_layout(p: g.Plan, c: Palette, words: float = 0.0) -> Look:
    """The picture's frame: rooms, the circles of the alliance that is marked, the corridor and its doors."""
    shapes = [_box(room, c.room) for room in (*p.rooms, p.corridor)]
    far = g.distance(g.MARKED_ALLIANCE, p)
    for room in p.rooms:
        x, y = room.middle
        shapes.append(
            {
                "type": "circle",
                "x0": x - far,
                "x1": x + far,
                "y0": y - far,
                "y1": y + far,
                "layer": "below",
                "line": {"color": c.hairline, "width": 1, "dash": "dot"},
            }
        )
    for right, colour in ((False, c.rupture), (True, c.moved)):
        frame, leaf = g.door(p, right)
        shapes.append(_path(frame, colour, "rgba(0,0,0,0)"))
        shapes.append(_path(leaf, colour, colour))
    axis = {"visible": False, "fixedrange": True}
    return {
        "width": p.width,
        "height": p.height,
        "autosize": False,
        "margin": dict.fromkeys("lrtb", 0),
        "shapes": shapes,
        "xaxis": {**axis, "range": [0, p.width]},
        "yaxis": {**axis, "range": [p.height, 0]},
        "paper_bgcolor": c.panel,
        "plot_bgcolor": c.panel,
        "hovermode": "closest",
        "dragmode": False,
        "hoverlabel": {
            "bgcolor": c.panel,
            "bordercolor": c.hairline,
            "font": {"color": c.ink, "size": max(words, 12), "family": FONT},
        },
        "font": {"family": FONT, "color": c.ink},
    }


def _box(room: g.Room, colour: str) -> Look:
    return {
        "type": "rect",
        "x0": room.left,
        "x1": room.left + room.width,
        "y0": room.top,
        "y1": room.top + room.height,
        "layer": "below",
        "fillcolor": colour,
        "line": {"width": 0},
    }


def _path(points: Sequence[g.Spot], line: str, fill: str) -> Look:
    path = "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points) + "Z"
    return {"type": "path", "path": path, "layer": "below", "fillcolor": fill, "line": {"color": line, "width": 1.5}}
