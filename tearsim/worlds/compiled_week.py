"""The compiled world: eight therapists' rooms abreast, tables in and tables out.

Nothing is decided here. The loops below ask the rules of `tearsim.science` in the same order as its plain practice
does, and the tests hold the worlds to the same bits. A lane is one room: the same room of eight design points where
there are as many, which then meet the same luck; else several rooms of fewer points, down to eight rooms of one
practice.
What happens in most rooms every week is done for eight of them at once (`abreast.py`), what is rare one by one: people
who leave a place, look for another, or come.
"""

from tearsim.science.codes import GOES_ON, KEEP_NONE
from tearsim.science.lives import asked_now
from tearsim.science.log import belongs_in_log
from tearsim.science.log_row import write_session
from tearsim.science.meeting import begin_session
from tearsim.science.people import Client, Therapist, enter_practice, start_with_someone
from tearsim.science.places import FREE, luck_row
from tearsim.science.rules import manner_of_tears
from tearsim.science.session import Session, hear, session, take_in
from tearsim.science.tally import Tally, count_ending, count_follow_up, count_session
from tearsim.science.types import Parameters, SessionLuck
from tearsim.worlds.books import (
    SESSION_LUCK_FIELDS,
    TALLY_FIELDS,
    WEEK_LUCK_FIELDS,
    OpenBooks,
    client_at,
    client_in,
    clients_abreast,
    counts_of,
    log_single,
    parameters_abreast,
    parameters_of,
    place_of,
    session_luck_abreast,
    tallies_abreast,
    tally_of,
    therapist_luck_single,
    therapist_of,
    therapists_abreast,
    week_luck_abreast,
)
from tearsim.worlds.lanes import LANES, bits_of_mask, mask_of_bits
from tearsim.worlds.memory import ABREAST, BYTES, float_at, lanes_at, put_lanes
from tearsim.worlds.numba_types import OnlyCompiled, OverLanes

# --- Sessions, eight abreast -----------------------------------------------------------------------------------------


def attend(client: Client, therapist: Therapist, week: int, p: Parameters, luck: SessionLuck, t: Tally) -> Session:
    """A session of one client: meet if it is the first, decide it all, live with it, and count it."""
    if client.first_week < 0:
        t.arrived += 1.0
    begin_session(client, therapist, week, p, luck)
    s = session(client, therapist, manner_of_tears(client, week, p), p, luck)
    take_in(client, s, p)
    hear(therapist, s, p)
    count_session(t, s)
    if s.ending != GOES_ON:
        count_ending(t, client, s)
    if asked_now(client, week):
        count_follow_up(t, client)
    return s


def hold_sessions(b: OpenBooks, week: int, attend_abreast: OnlyCompiled, one_session: OnlyCompiled) -> None:
    """One session for each client in therapy, room after room."""
    p, luck = parameters_abreast(b.parameters.address), session_luck_abreast(b.luck.address)
    for block in range(b.blocks):
        therapist = therapists_abreast(b.therapists[block].address)
        t = tallies_abreast(b.rooms_tallies[block].address)
        for c in range(b.caseload):
            bits = b.occupied[block, c]
            b.ended[block, c] = 0
            if bits == 0:
                continue
            draw(b, week, c, block, bits)
            s = attend_abreast(
                mask_of_bits(bits), clients_abreast(b.clients[block, c].address), therapist, week, p, luck, t
            )
            ended = bits_of_mask(s.ending != GOES_ON) & bits
            if ended != 0:
                b.ended[block, c] = ended
                put_lanes(b.endings[block, c].address, s.ending)
            if b.kept != KEEP_NONE:
                for lane in range(LANES):
                    if bits >> lane & 1:
                        write_down(b, week, c, block, lane, one_session(s, lane))


def draw(b: OpenBooks, week: int, c: int, block: int, bits: int) -> None:
    """Put the luck of the sessions of a block of rooms side by side."""
    drawn = b.session_luck[week - b.first_week]
    if b.luck_is_shared:
        source, target = drawn[c * b.rooms + block].address, b.luck.address
        for field in range(SESSION_LUCK_FIELDS):
            put_lanes(target + field * ABREAST, float_at(source + field * BYTES))
        return
    for lane in range(LANES):
        if bits >> lane & 1:
            place = place_of(b, c, block, lane)
            row = luck_row(client_at(b, c, block, lane), place, parameters_of(b, lane // b.beside))
            for field in range(SESSION_LUCK_FIELDS):
                b.luck[field, lane] = drawn[row, field]


def write_down(b: OpenBooks, week: int, c: int, block: int, lane: int, s: Session) -> None:
    """Keep a session in the log, where it belongs there."""
    if belongs_in_log(s, b.kept):
        i, place = lane // b.beside, place_of(b, c, block, lane)
        counts = counts_of(b, i)
        row = log_single(b.log[i, counts.logged].address, BYTES)
        write_session(row, week, place, client_at(b, c, block, lane), therapist_of(b, i, place % b.rooms), s)
        counts.logged += 1


# --- Therapists ------------------------------------------------------------------------------------------------------


def begin_weeks(b: OpenBooks, week: int, begin_abreast: OverLanes) -> None:
    """A week of the therapists' own lives."""
    p, luck = parameters_abreast(b.parameters.address), week_luck_abreast(b.week_luck.address)
    drawn = b.therapist_week_luck[week - b.first_week]
    for block in range(b.blocks):
        for lane in range(LANES):
            if b.in_use[block] >> lane & 1:
                for field in range(WEEK_LUCK_FIELDS):
                    b.week_luck[field, lane] = drawn[block * b.beside + lane % b.beside, field]
        begin_abreast(mask_of_bits(b.in_use[block]), therapists_abreast(b.therapists[block].address), p, luck)


def end_weeks(b: OpenBooks, learn_abreast: OverLanes) -> None:
    """Therapists learn from the week's tears, and grow older."""
    p = parameters_abreast(b.parameters.address)
    for block in range(b.blocks):
        learn_abreast(mask_of_bits(b.in_use[block]), therapists_abreast(b.therapists[block].address), p)


def retire(b: OpenBooks, retires_abreast: OverLanes) -> None:
    """A beginner takes over the room of whoever retires, and the clients who come to it."""
    p = parameters_abreast(b.parameters.address)
    for block in range(b.blocks):
        in_use = b.in_use[block]
        retired = (
            bits_of_mask(retires_abreast(mask_of_bits(in_use), therapists_abreast(b.therapists[block].address), p))
            & in_use
        )
        if retired != 0:
            for lane in range(LANES):
                if retired >> lane & 1:
                    replace(b, lane // b.beside, block * b.beside + lane % b.beside)


def replace(b: OpenBooks, i: int, room: int) -> None:
    """A beginner takes over a room."""
    therapist = therapist_of(b, i, room)
    holder = therapist.holder + 1
    luck = therapist_luck_single(b.therapist_luck[holder, room].address, BYTES)
    enter_practice(therapist, room + 1 + holder * b.rooms, holder, 0.0, parameters_of(b, i), luck)
    for row in range(counts_of(b, i).rows):
        b.left_before[i, row, room] = False
    for place in range(room, b.caseload * b.rooms, b.rooms):
        if b.seats[i, place] != FREE and client_in(b, i, place).sessions > 0:
            start_with_someone(client_in(b, i, place))


# --- The week --------------------------------------------------------------------------------------------------------


def clear_tallies(b: OpenBooks) -> None:
    """Begin to count anew."""
    for field in range(TALLY_FIELDS):
        put_lanes(b.point_tallies[field].address, 0.0)
        for block in range(b.blocks):
            put_lanes(b.rooms_tallies[block, field].address, 0.0)


def add_up(b: OpenBooks, week: int) -> None:
    """The week's tally: what happened outside of sessions, then room after room."""
    for field in range(TALLY_FIELDS):
        if b.beside == 1:
            total = lanes_at(b.point_tallies[field].address)
            for block in range(b.blocks):
                total = total + lanes_at(b.rooms_tallies[block, field].address)
            put_lanes(b.point_tallies[field].address, total)
        else:
            for i in range(b.points):
                one = b.point_tallies[field, i]
                for block in range(b.blocks):
                    for lane in range(i * b.beside, i * b.beside + min(b.beside, b.rooms - block * b.beside)):
                        one += b.rooms_tallies[block, field, lane]
                b.point_tallies[field, i] = one
    for i in range(b.points):
        t, counts = tally_of(b, i), counts_of(b, i)
        t.in_therapy = counts.in_therapy
        t.looking = counts.looking
        for field in range(TALLY_FIELDS):
            b.tallies[i, week, field] = b.point_tallies[field, i]


COMPLETE, NEEDS_ROWS, NEEDS_CLIENTS = range(3)


def lacks(b: OpenBooks) -> int:
    """What a week could need more of than there is: rows for people, or luck of those who come.

    Whoever comes takes a row; whoever ends therapy or gives up looking may be followed, though their row is free again.
    """
    for i in range(b.points):
        counts = counts_of(b, i)
        if b.rows_held - max(counts.rows - counts.unused, counts.followed + counts.looking) < b.caseload * b.rooms:
            return NEEDS_ROWS
        if counts.most_turns >= b.turns_held:
            return NEEDS_CLIENTS
    return COMPLETE
