"""The causal diagram of the model: what people live through, as boxes, and what feeds what, as arrows.

The arrows are those of the rules (`causes.py`). What is declared here is only which attributes belong together in a
box, what the box is called, and where it stands: a session goes from top to bottom, the therapist stands on the left,
the client on the right, and what is between them in the middle.
"""

import textwrap
from functools import cache
from html import escape
from typing import NamedTuple

from docs.causes import DECIDED, Flow, flows, made_of_parameters, set_before_the_session
from tearsim.science.parameters import PARAMETERS

THERAPIST, CLIENT, BOTH = "therapist", "client", "both"


class Box(NamedTuple):
    """Something that people live through, and what in the rules stands for it."""

    words: str
    whose: str
    column: float  # 0 to 4: therapist to client
    row: float  # a session goes down
    holds: tuple[str, ...]


def _box(words: str, whose: str, column: float, row: float, holds: str) -> Box:
    return Box(words, whose, column, row, tuple(holds.split()))


BOXES: dict[str, Box] = {
    "fit": _box("fit of the two", BOTH, 1.15, 0.6, "client.fit"),
    "theme": _box("what occupies them", CLIENT, 4, 2, "client.theme"),
    "felt_empathy": _box("felt empathy", CLIENT, 3.2, 0.6, "client.felt_empathy"),
    "depth": _box("depth of talk", BOTH, 2, 1.6, "now.depth"),
    "client_tears": _box("client's tears", CLIENT, 3, 3, "now.client_tears"),
    "bad_news": _box("bad news", CLIENT, 4, 3.2, "now.has_bad_news"),
    "hushed": _box("comforted too soon", BOTH, 2, 4.1, "now.hushed"),
    "strain": _box("strain and grief", THERAPIST, 0, 3, "therapist.strain therapist.grieving"),
    "eyes_fill": _box("therapist's tears", THERAPIST, 1.1, 4, "now.felt now.origin"),
    "shown": _box(
        "shown or held back",
        THERAPIST,
        0.85,
        5.2,
        "now.manner_of_tears now.shown now.tears_shown now.sensed now.stopped",
    ),
    "noticed": _box("client notices", CLIENT, 3.2, 6, "now.noticed"),
    "spoken": _box("tears spoken of", BOTH, 2, 7, "now.spoken"),
    "appraisal": _box("appraisal: moved or unsettled", CLIENT, 3, 8.1, "now.appraisal now.reception"),
    "belief": _box(
        "therapist's belief",
        THERAPIST,
        0.68,
        10.1,
        "now.belief now.belief_noticed therapist.tears_this_week therapist.helped_this_week therapist.harmed_this_week",
    ),
    "repair": _box("repair", BOTH, 1, 8, "now.repaired"),
    "rupture": _box("rupture", BOTH, 2, 9.1, "now.rupture now.open_rupture client.open_rupture client.rupture_spoken"),
    "distress": _box("distress", CLIENT, 3.3, 10.2, "now.distress client.distress client.distress_at_start"),
    "level": _box("level the bond settles at", BOTH, 1.42, 10.1, "client.settles_at"),
    "bond": _box("bond", BOTH, 2, 11.2, "now.bond client.bond"),
    "alliance": _box("alliance", BOTH, 2, 12.1, "now.alliance client.alliance"),
    "rating": _box("client's rating", CLIENT, 1.2, 13, "now.rating"),
    "leaving": _box("leaving", CLIENT, 3, 13, "now.leaves"),
    "ending": _box("ending", CLIENT, 3, 14, "now.ends_well now.ending"),
    "looking": _box(
        "looking for someone new",
        CLIENT,
        3,
        15,
        "now.seeks_someone_new now.relapses client.standing client.leavings client.weeks_out client.wait "
        "client.precedence client.relapsed",
    ),
    "choice": _box("who comes to whom", BOTH, 0, 12, "now.choose_place"),
    "openness": _box("openness", CLIENT, 4, 8.9, "client.openness"),
    "seen": _box("tears seen before", CLIENT, 4, 7, "client.noticed_before client.lasting_weight"),
    "unsettled": _box("unsettled before", CLIENT, 4, 10.6, "client.unsettled_before client.unsettled_this_episode"),
    "sessions": _box("sessions so far", CLIENT, 4, 12, "now.number client.sessions client.early_risk"),
    "comfort": _box("comfort with own tears", THERAPIST, 0, 6.8, "therapist.comfort"),
    "experience": _box("experience", THERAPIST, 0, 8.4, "therapist.years"),
}

# Who people are for good: no boxes but a mark on whatever they feed. In the words of the table.
TRAITS: dict[str, str] = {
    "therapist.empathy": "empathy",
    "therapist.boundary_sensitivity": "boundary sensitivity",
    "therapist.comforting": "quickness to comfort",
    "therapist.tear_propensity": "tear propensity",
    "therapist.skill": "skill",
    "therapist.leaving": "own effect on leaving",
    "client.empathy_log_odds": "empathy",
    "client.boundary_sensitivity_log_odds": "boundary sensitivity",
    "client.warmth_expected_log_odds": "warmth expected",
    "client.tear_propensity": "tear propensity",
    "client.responsiveness": "responsiveness",
    "client.good_enough": "good-enough level",
    "client.agreed_sessions": "sessions agreed on",
    "client.bond_share": "own part in any bond",
}
# What tells people and places apart, and when; nothing that anybody lives through.
NO_BOX = (
    "client.number", "client.home", "client.turn", "client.episode", "client.first_week", "therapist.number",
    "therapist.holder",
)  # fmt: skip


ENDS_A_WEEK = ("learn", "live_outside")


class Arrow(NamedTuple):
    """One box feeds another: in the same session, or from one session or week to the next."""

    source: str
    target: str
    at_once: bool
    condition: bool  # tells only whether the other happens at all


@cache
def box_of() -> dict[str, str]:
    """The box that each name of the rules belongs to."""
    return {name: key for key, box in BOXES.items() for name in box.holds}


def at_once(flow: Flow) -> bool:
    """Whether something feeds another within a session; what ends a week, or was before, feeds the next."""
    of_now = flow.source.startswith(f"{DECIDED}.") or flow.source in set_before_the_session()
    return of_now and flow.rule not in ENDS_A_WEEK


@cache
def arrows() -> tuple[Arrow, ...]:
    """All arrows between boxes; of several between the same two, that of this session, and what says most."""
    found: dict[tuple[str, str], tuple[bool, bool]] = {}
    for flow in flows():
        source, target = box_of().get(flow.source), box_of().get(flow.target)
        if source and target and source != target:
            now, condition = found.get((source, target), (False, True))
            found[source, target] = now or at_once(flow), condition and flow.condition
    return tuple(Arrow(*ends, *kind) for ends, kind in sorted(found.items()))


def into(box: str) -> list[Flow]:
    """Everything that feeds a box, in order."""
    return sorted(flow for flow in flows() if box_of().get(flow.target) == box)


def traits_into(box: str, person: str) -> list[str]:
    """The traits of a person that feed a box, in words."""
    found = {flow.source for flow in into(box) if flow.source in TRAITS and flow.source.startswith(f"{person}.")}
    return [words for name, words in TRAITS.items() if name in found]


def table() -> str:
    """What each box follows from, as a Markdown table."""
    lines = [
        "| what | in the same session, from | from earlier, from | traits | parameters of | decided by |",
        "|---|---|---|---|---|---|",
    ]
    for key, box in BOXES.items():
        now, before = ([BOXES[a.source].words for a in arrows() if a[1:3] == (key, kind)] for kind in (True, False))
        itself = [box.words] if any(f.source in box.holds and not at_once(f) for f in into(key)) else []
        traits = [f"{who}'s {words}" for who in (THERAPIST, CLIENT) for words in traits_into(key, who)]
        rules = [f"`{rule}`" for rule in sorted({flow.rule for flow in into(key)})]
        cells = [", ".join(cell) for cell in (now, [*itself, *before], traits, groups_into(key), rules)]
        lines.append("| " + " | ".join([box.words, *cells]) + " |")
    return "\n".join(lines) + "\n"


def groups_into(box: str) -> list[str]:
    """The groups of parameters that feed a box, in the order in which they are declared."""
    read = {flow.source.removeprefix("p.") for flow in into(box) if flow.source.startswith("p.")}
    names = read.union(*(made_of_parameters().get(name, ()) for name in read))
    return list(dict.fromkeys(one.group for name, one in PARAMETERS.items() if name in names))


# --- Drawn ---------------------------------------------------------------------------------------------------------

COLUMN, ROW, WIDE, HIGH, MARGIN = 204.0, 64.0, 140.0, 36.0, 36.0
COLOURS = {THERAPIST: "#2f7fc1", CLIENT: "#c8731f", BOTH: "#7d62b5"}


class _Point(NamedTuple):
    x: float
    y: float


def _centre(box: Box) -> _Point:
    return _Point(MARGIN + WIDE / 2 + box.column * COLUMN, MARGIN + box.row * ROW + 24)


def _ports(side: str, key: str) -> dict[Arrow, float]:
    """Where along an edge of a box its arrows begin or end, from -1 to 1: in the order of what they lead to."""
    here = BOXES[key]

    def other(arrow: Arrow) -> Box:
        return BOXES[arrow.target if side == "out" else arrow.source]

    own = [a for a in arrows() if key == (a.source if side == "out" else a.target) and _drawn_down(a)]
    own.sort(key=lambda a: ((other(a).column - here.column) / max(1.0, abs(other(a).row - here.row)), other(a).column))
    return {a: (2 * (place + 1) / (len(own) + 1) - 1) * 0.92 for place, a in enumerate(own)}


def _drawn_down(arrow: Arrow) -> bool:
    return BOXES[arrow.target].row > BOXES[arrow.source].row


def _blocked(arrow: Arrow) -> bool:
    """Whether another box stands in the way of an arrow that goes nearly straight down."""
    source, target = BOXES[arrow.source], BOXES[arrow.target]
    if abs(source.column - target.column) > 0.75:
        return False
    for box in BOXES.values():
        way = (box.row - source.row) / (target.row - source.row)
        there = source.column + way * (target.column - source.column)
        if 0.0 < way < 1.0 and abs(box.column - there) < 0.45:
            return True
    return False


def _path(arrow: Arrow) -> str:
    """The course of an arrow: down from edge to edge; back up, or to the same height, from side to side."""
    source, target = BOXES[arrow.source], BOXES[arrow.target]
    a, b = _centre(source), _centre(target)
    if _drawn_down(arrow):
        start = _Point(a.x + _ports("out", arrow.source)[arrow] * WIDE / 2, a.y + HIGH / 2)
        end = _Point(b.x + _ports("in", arrow.target)[arrow] * WIDE / 2, b.y - HIGH / 2 - 2)
        rows = target.row - source.row
        bend = 0.0
        if _blocked(arrow):  # go round what stands between
            bend = (1 if start.x + end.x >= a.x + b.x else -1) * (70 + 8 * rows)
        pull = min(0.5 * (end.y - start.y), 30 + 14 * rows)
        first = _Point(start.x + bend, start.y + pull)
        second = _Point(end.x + bend, end.y - pull)
    else:
        outwards = 1 if target.column > source.column or (target.column == source.column and source.column >= 2) else -1
        inwards = -outwards if target.column != source.column else outwards
        start = _Point(a.x + outwards * WIDE / 2, a.y + 6 * (1 if target.row < source.row else 0))
        end = _Point(b.x + inwards * (WIDE / 2 + 2), b.y + 5)
        reach = min(26 + 6 * abs(source.row - target.row), 44)
        first, second = _Point(start.x + outwards * reach, start.y), _Point(end.x + inwards * reach, end.y)
    return "M{} {}C{} {} {} {} {} {}".format(
        *(f"{number:.1f}" for one in (start, first, second, end) for number in one)
    )


def svg() -> str:
    """The diagram, for a light and for a dark background; whatever one points at stands out with its arrows."""
    width = 2 * MARGIN + WIDE + 4 * COLUMN
    height = MARGIN + HIGH + 15 * ROW + 12
    lanes = zip((0, 2, 4), ("the therapist", "between the two", "the client"), (THERAPIST, BOTH, CLIENT), strict=True)
    heads = [
        f'<text x="{MARGIN + WIDE / 2 + column * COLUMN:.0f}" y="{MARGIN - 16:.0f}" style="fill:{COLOURS[whose]}" '
        f'class="lane">{words}</text>'
        for column, words, whose in lanes
    ]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="causes" viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
        f'aria-labelledby="causes-title">',
        '<title id="causes-title">What feeds what in the model: a causal diagram</title>',
        f"<style>{_style()}</style>",
        "<defs>",
        *(
            f'<marker id="head-{whose}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" '
            f'orient="auto"><path d="M0 0L8 4L0 8z" fill="{colour}"/></marker>'
            for whose, colour in COLOURS.items()
        ),
        "</defs>",
        *heads,
        *map(_drawn_arrow, sorted(arrows(), key=lambda arrow: arrow.at_once)),
        *map(_drawn_box, BOXES),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _style() -> str:
    """Colours follow the page's or, by itself, the reader's own; the arrows of what is pointed at stay, others pale."""
    near = "".join(f".causes:has(#box-{key}:hover) .arrow:not(.from-{key},.to-{key}){{opacity:.07}}" for key in BOXES)
    return (
        ".causes{color-scheme:light dark;max-width:100%;height:auto;font:13px system-ui,sans-serif}"
        ".causes text{fill:var(--color-foreground-primary,CanvasText);text-anchor:middle;dominant-baseline:central}"
        ".causes .lane{font-weight:600}"
        ".causes rect{fill:var(--color-background-primary,Canvas);stroke-width:1.6}"
        ".causes .trait{font-size:9px;font-weight:600}"
        ".causes .arrow{fill:none;stroke-width:1.3;opacity:.85}"
        ".causes .before{stroke-dasharray:5 3}.causes .condition{stroke-width:.7;opacity:.6}" + near
    )


def _drawn_arrow(arrow: Arrow) -> str:
    whose = BOXES[arrow.source].whose
    kind = ("at-once" if arrow.at_once else "before") + (" condition" if arrow.condition else "")
    return (
        f'<path class="arrow {kind} from-{arrow.source} to-{arrow.target}" d="{_path(arrow)}" '
        f'stroke="{COLOURS[whose]}" marker-end="url(#head-{whose})"/>'
    )


def _drawn_box(key: str) -> str:
    box = BOXES[key]
    x, y = _centre(box)
    marks = [
        f'<text class="trait" x="{x + side * (WIDE / 2 - 7):.1f}" y="{y - HIGH / 2 + 7:.1f}" '
        f'style="fill:{COLOURS[who]}">{who[0].upper()}</text>'
        for who, side in ((THERAPIST, -1), (CLIENT, 1))
        if traits_into(key, who)
    ]
    lines = textwrap.wrap(box.words, 18)
    words = "".join(
        f'<text x="{x:.1f}" y="{y + (place - (len(lines) - 1) / 2) * 14:.1f}">{escape(line)}</text>'
        for place, line in enumerate(lines)
    )
    return (
        f'<g id="box-{key}"><rect x="{x - WIDE / 2:.1f}" y="{y - HIGH / 2:.1f}" width="{WIDE:.0f}" '
        f'height="{HIGH:.0f}" rx="6" stroke="{COLOURS[box.whose]}"/>{words}{"".join(marks)}</g>'
    )
