"""The luck of sessions in a cohort, drawn in compiled code as far as somebody reads it.

In an open practice somebody sits in every place, and eight of the nine blocks of a session's row are read every week:
rows are drawn whole, all at once (`luck_tables.py`). The places of a cohort empty. Whoever is still in therapy reads
the same eight blocks; of whoever is out of it, and of places that are free, a number or two are read, each drawn with
its block and turned by itself. Where people may relapse, who then perhaps look for a place, all is drawn of those who
are followed. What has been drawn of a row is noted as parts, so that practices side by side draw it once.

Numbers are those of their addresses, whoever draws them, and when. So a row of which a part is there may be drawn again
for a session: what is drawn for a week, or for those who choose, is turned before anything else is drawn, and nothing
is turned twice.

What is read is known of the science's own rules. For others, which may read anything, rows are drawn whole, and so they
are for more practices than stand abreast, of which one or another reads nearly all (`PracticesAbreast.reads_little`).
"""

from tearsim.science.codes import INFORMED
from tearsim.science.luck import KINDS_OF_LUCK, RUNS, SESSION
from tearsim.science.philox import WORDS_OF_A_BLOCK
from tearsim.science.places import luck_row
from tearsim.worlds.books import (
    HOME_FIELD,
    OUTSIDE_COLUMN,
    SESSION_LUCK_FIELDS,
    OpenBooks,
    client_at,
    counts_of,
    other,
    parameters_of,
    place_of,
)
from tearsim.worlds.lanes import LANES
from tearsim.worlds.luck_tables import draw_block, set_apart, turn_middle, turn_row, turn_set_apart
from tearsim.worlds.memory import BYTES
from tearsim.worlds.numba_types import OverLanes

# The parts of a row, as bits: what sessions read, what weeks out of therapy read, what changes of place read, and what
# those who choose a therapist hear of one. The first holds the second and the last, and draws them again.
FOR_SESSIONS, FOR_WEEKS_OUTSIDE, FOR_CHANGES, FOR_JUDGEMENT = 1, 2, 4, 8

SESSION_KIND, BLOCKS_OF_SESSION = KINDS_OF_LUCK["session"], SESSION_LUCK_FIELDS // WORDS_OF_A_BLOCK
OF_CHANGES = ("wait", "turn", "place_order", "relapse")
CHANGES_BLOCK = SESSION.index(OF_CHANGES[0]) // WORDS_OF_A_BLOCK
JUDGEMENT_COLUMN = SESSION.index("judgement")

# Where the runs of a row are that are turned: log-odds come first, normal numbers next, and more of them last.
EVENTS, NORMALS, _, LAST_NORMALS = (len(names) for _, names in RUNS["session"])
FIRST_OF_LAST = SESSION_LUCK_FIELDS - LAST_NORMALS


def draw_for_sessions(b: OpenBooks, week: int, logits: OverLanes, middle: OverLanes, tail: OverLanes) -> None:
    """Draw what this week's sessions read."""
    rows = 0
    for c in range(b.caseload):
        for block in range(b.blocks):
            bits = b.occupied[block, c]
            for lane in range(LANES):
                if bits >> lane & 1:
                    place = place_of(b, c, block, lane)
                    row = luck_row(client_at(b, c, block, lane), place, parameters_of(b, lane // b.beside))
                    rows = draw_for_session(b, week, row, rows)
    turn_for_sessions(b, week, rows, logits, middle, tail)


def draw_for_session(b: OpenBooks, week: int, row: int, rows: int) -> int:
    """Draw what a session reads, and note the row as one to be turned; returns how many rows are noted."""
    if not to_draw(b, week, row, FOR_SESSIONS):
        return rows
    for place in range(BLOCKS_OF_SESSION):
        if place != CHANGES_BLOCK:
            draw_one_block(b, week, row, place)
    b.rows_noted[rows] = row
    return rows + 1


def turn_for_sessions(
    b: OpenBooks, week: int, rows: int, logits: OverLanes, middle: OverLanes, tail: OverLanes
) -> None:
    """Turn the uniform numbers of the rows that are noted into what their columns hold.

    This comes well after they are drawn: a processor waits for eight numbers that it has only just written one by one.
    """
    number = 0
    for k in range(rows):
        address = b.session_luck[week - b.first_week, b.rows_noted[k]].address
        turn_row(address, EVENTS, logits)
        number = turn_middle(address + EVENTS * BYTES, NORMALS, b.apart.address, number, middle, tail)
        number = turn_middle(address + FIRST_OF_LAST * BYTES, LAST_NORMALS, b.apart.address, number, middle, tail)
    turn_set_apart(b.apart.address, number, tail)


def draw_for_weeks_outside(
    b: OpenBooks, i: int, week: int, logits: OverLanes, middle: OverLanes, tail: OverLanes, normals: OverLanes
) -> None:
    """Draw what the weeks of those out of therapy read; whoever may relapse may also begin to look."""
    counts, may_come_back, number, rows = counts_of(b, i), parameters_of(b, i).relapse > 0.0, 0, 0
    for k in range(counts.looking):
        home = other(b, i, b.looking[i, k]).home
        number = draw_normal(b, week, home, FOR_WEEKS_OUTSIDE, OUTSIDE_COLUMN, number, normals)
    number = turn_set_apart(b.apart.address, number, normals)
    for k in range(counts.followed):
        if b.still_followed[i, k // LANES] >> k % LANES & 1:
            home = int(b.outside[i, k // LANES, HOME_FIELD, k % LANES])
            if may_come_back:
                draw_for_change(b, week, home)
                rows = draw_for_session(b, week, home, rows)
            else:
                number = draw_normal(b, week, home, FOR_WEEKS_OUTSIDE, OUTSIDE_COLUMN, number, normals)
    turn_set_apart(b.apart.address, number, normals)
    turn_for_sessions(b, week, rows, logits, middle, tail)


def draw_for_change(b: OpenBooks, week: int, row: int) -> None:
    """Draw what somebody reads who leaves a place or looks for one."""
    if to_draw(b, week, row, FOR_CHANGES):
        draw_one_block(b, week, row, CHANGES_BLOCK)


def draw_for_choices(b: OpenBooks, i: int, week: int, normals: OverLanes) -> None:
    """Draw what those who look for a place read of all that are free."""
    number, informed = 0, parameters_of(b, i).matching == INFORMED
    for k in range(counts_of(b, i).free):
        place = b.free[i, k]
        draw_for_change(b, week, place)
        if informed:
            number = draw_normal(b, week, place, FOR_JUDGEMENT, JUDGEMENT_COLUMN, number, normals)
    turn_set_apart(b.apart.address, number, normals)


def draw_normal(b: OpenBooks, week: int, row: int, part: int, column: int, number: int, normals: OverLanes) -> int:
    """Draw one normal number of a row, and set it apart to be turned; returns how many there are now."""
    if b.parts_drawn[week - b.first_week, row] & FOR_SESSIONS or not to_draw(b, week, row, part):
        return number
    draw_one_block(b, week, row, column // WORDS_OF_A_BLOCK)
    here = b.session_luck[week - b.first_week, row].address + column * BYTES
    return set_apart(here, b.apart.address, number, normals)


def to_draw(b: OpenBooks, week: int, row: int, part: int) -> bool:
    """Whether a part of a row is yet to be drawn: whoever asks draws it, so that from now on it is not."""
    parts = b.parts_drawn[week - b.first_week, row]
    b.parts_drawn[week - b.first_week, row] = parts | part
    return parts & part == 0


def draw_one_block(b: OpenBooks, week: int, row: int, place: int) -> None:
    """Draw the `place`-th block of a row."""
    here = b.session_luck[week - b.first_week, row].address + place * WORDS_OF_A_BLOCK * BYTES
    draw_block(here, row * BLOCKS_OF_SESSION + place + 1, week, SESSION_KIND, b.key_0, b.key_1)
