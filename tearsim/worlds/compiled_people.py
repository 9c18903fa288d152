"""People who come, leave, look for someone, live on outside or give up: what the compiled world does one by one.

Only the weeks outside of therapy are lived eight abreast. The order is that of `science/practice.py`.
"""

from collections.abc import Sequence

from tearsim.science.codes import GAVE_UP, IN_THERAPY, LEFT, LOOKING, OPEN_PRACTICE
from tearsim.science.lives import asked_now, is_followed, live_outside
from tearsim.science.luck import KINDS_OF_LUCK, RUNS
from tearsim.science.people import Client, arrive, enter_practice, years_at_start
from tearsim.science.places import FREE, look_on, looks_again, loses_patience, luck_row, match
from tearsim.science.places import end_episode as end_therapy
from tearsim.science.replaceable import ChoosePlace, SeeksSomeoneNew
from tearsim.science.tally import count_follow_up
from tearsim.science.types import SessionLuck
from tearsim.worlds.books import (
    CLIENT_FIELDS,
    CLIENT_LUCK_FIELDS,
    CLIENT_ROW,
    HOME_FIELD,
    NO_ROW,
    OUTSIDE_COLUMN,
    OUTSIDE_FIELD,
    OUTSIDE_FIELDS,
    RELAPSE_COLUMN,
    RELAPSE_FIELD,
    THERAPIST_BLOCK,
    OpenBooks,
    client_at,
    client_luck_single,
    clients_listing,
    counts_of,
    other,
    outside_abreast,
    outside_luck_abreast,
    outside_single,
    parameters_of,
    place_of,
    tally_of,
    therapist_luck_single,
    therapist_of,
    therapists_listing,
    whereabouts,
)
from tearsim.worlds.compiled_luck import draw_for_change, draw_for_choices
from tearsim.worlds.lanes import LANES, bits_of_mask, mask_of_bits
from tearsim.worlds.luck_tables import draw_row, turn_row
from tearsim.worlds.memory import ABREAST, BYTES, put_float
from tearsim.worlds.numba_types import OverLanes

# What is drawn of a client who comes: what is not a uniform number comes first.
CLIENT_KIND = KINDS_OF_LUCK["client"]
CLIENT_NORMALS = len(RUNS["client"][0][1])


# --- Who comes -------------------------------------------------------------------------------------------------------


def open_doors(b: OpenBooks, normals: OverLanes) -> None:
    """Before the first week: therapists enter the practice and every place gets its first client."""
    for i in range(b.points):
        p = parameters_of(b, i)
        for room in range(b.rooms):
            address = b.therapist_luck[0, room].address
            if p.stratified_therapists:
                address = b.stratified_luck[room].address
            luck = therapist_luck_single(address, BYTES)
            enter_practice(therapist_of(b, i, room), room + 1, 0, years_at_start(p, luck), p, luck)
        for place in range(b.caseload * b.rooms):
            welcome_newcomer(b, i, place, normals)


def welcome_newcomer(b: OpenBooks, i: int, place: int, normals: OverLanes) -> None:
    """Fill a free place with someone new."""
    counts, turn, (c, block, lane) = counts_of(b, i), b.turns[i, place], whereabouts(b, i, place)
    row = new_row(b, i)
    counts.people += 1
    if not b.client_drawn[turn, place]:
        draw_newcomer(b, turn, place, normals)
    luck = client_luck_single(b.client_luck[turn, place].address, BYTES)
    arrive(client_at(b, c, block, lane), counts.people, place, turn, parameters_of(b, i), luck)
    b.turns[i, place] = turn + 1
    counts.most_turns = max(counts.most_turns, turn + 1)
    b.seats[i, place] = row
    sit_down(b, i, c, block, lane)


def draw_newcomer(b: OpenBooks, turn: int, place: int, normals: OverLanes) -> None:
    """Draw the luck of the turn-th client to come to a place: few come of all who could."""
    address = b.client_luck[turn, place].address
    draw_row(address, CLIENT_LUCK_FIELDS, b.key_0, b.key_1, turn, CLIENT_KIND, place)
    turn_row(address, CLIENT_NORMALS, normals)
    b.client_drawn[turn, place] = True


def new_row(b: OpenBooks, i: int) -> int:
    """A row nobody uses."""
    counts = counts_of(b, i)
    if counts.unused > 0:
        counts.unused -= 1
        row = b.unused[i, counts.unused]
    else:
        row = counts.rows
        counts.rows += 1
    flags = b.left_before[i, row].address
    for word in range((b.rooms + BYTES - 1) // BYTES):  # eight flags at a time: the row is whole words
        put_float(flags + word * BYTES, 0.0)
    return row


def sit_down(b: OpenBooks, i: int, c: int, block: int, lane: int) -> None:
    """Take a place."""
    b.occupied[block, c] = b.occupied[block, c] | 1 << lane
    counts_of(b, i).in_therapy += 1


def let_go(b: OpenBooks, i: int, row: int) -> None:
    """Give up a row, to be used again."""
    counts = counts_of(b, i)
    b.unused[i, counts.unused] = row
    counts.unused += 1


# --- Lives outside ---------------------------------------------------------------------------------------------------


def live_on(
    b: OpenBooks,
    i: int,
    week: int,
    week_luck: Sequence[SessionLuck],
    seeks: SeeksSomeoneNew,
    live_abreast: OverLanes,
    asked_abreast: OverLanes,
    relapses_abreast: OverLanes,
    is_followed_abreast: OverLanes,
) -> None:
    """A week for all those out of therapy; whoever relapses may begin to look, whoever has been asked is let go."""
    p, counts, t = parameters_of(b, i), counts_of(b, i), tally_of(b, i)
    for k in range(counts.looking):
        client = other(b, i, b.looking[i, k])
        live_outside(client, p, week_luck[client.home])
        look_on(client)
        if asked_now(client, week):
            count_follow_up(t, client)
    lay_out_luck(b, i, week)
    for block in range((counts.followed + LANES - 1) // LANES):
        bits = b.still_followed[i, block]
        if bits == 0:
            continue
        those = b.outside[i, block].address
        client, live, luck = (
            outside_abreast(those),
            mask_of_bits(bits),
            outside_luck_abreast(b.outside_luck[block].address),
        )
        live_abreast(live, client, p, luck)
        asked = bits_of_mask(asked_abreast(live, client, week)) & bits
        if asked != 0:
            for lane in range(LANES):
                if asked >> lane & 1:
                    count_follow_up(t, outside_single(those + lane * BYTES, ABREAST))
        gone = bits & ~bits_of_mask(is_followed_abreast(live, client, week, p))
        if p.relapse > 0.0:
            fallen_back = bits_of_mask(relapses_abreast(live, client, p, luck)) & bits
            for lane in range(LANES):
                if fallen_back >> lane & 1:
                    gone = fall_back(b, i, block, lane, gone, week_luck, seeks)
        if gone != 0:
            b.still_followed[i, block] = bits & ~gone
            for lane in range(LANES):
                if gone >> lane & 1:
                    counts.gone += 1
                    row = b.followed[i, block * LANES + lane]
                    if row != NO_ROW:
                        let_go(b, i, row)
    if counts.gone * 4 > counts.followed:
        close_ranks(b, i)


def lay_out_luck(b: OpenBooks, i: int, week: int) -> None:
    """Put the luck of all who are followed side by side, well before it is read.

    A processor waits for eight numbers that it has only just written one by one. What stands in the lanes of those who
    are followed no longer is read by nobody.
    """
    drawn, may_come_back = b.session_luck[week - b.first_week], parameters_of(b, i).relapse > 0.0
    for block in range((counts_of(b, i).followed + LANES - 1) // LANES):
        if b.still_followed[i, block] == 0:
            continue
        for lane in range(LANES):
            home = int(b.outside[i, block, HOME_FIELD, lane])
            b.outside_luck[block, OUTSIDE_FIELD, lane] = drawn[home, OUTSIDE_COLUMN]
            if may_come_back:
                b.outside_luck[block, RELAPSE_FIELD, lane] = drawn[home, RELAPSE_COLUMN]


def fall_back(
    b: OpenBooks, i: int, block: int, lane: int, gone: int, week_luck: Sequence[SessionLuck], seeks: SeeksSomeoneNew
) -> int:
    """Someone who had completed falls back, and perhaps looks for a therapist again; returns who is gone."""
    row = b.followed[i, block * LANES + lane]
    client, outside = other(b, i, row), outside_single(b.outside[i, block].address + lane * BYTES, ABREAST)
    client.distress = outside.distress
    if looks_again(client, parameters_of(b, i), week_luck[client.home], seeks):
        join_those_looking(b, i, row)
        b.followed[i, block * LANES + lane] = NO_ROW  # theirs is kept
        return gone | 1 << lane
    outside.distress = client.distress
    return gone


def follow(b: OpenBooks, i: int, row: int, client: Client, week: int) -> bool:
    """Follow someone out of therapy for good, if there is anything to learn from it; returns whether there is."""
    if not is_followed(client, week, parameters_of(b, i)):
        let_go(b, i, row)
        return False
    counts, may_come_back = counts_of(b, i), parameters_of(b, i).relapse > 0.0
    k = counts.followed
    b.followed[i, k] = row if may_come_back else NO_ROW
    if not may_come_back:
        let_go(b, i, row)
    block, lane = k // LANES, k % LANES
    if lane == 0:
        b.still_followed[i, block] = 0
    b.still_followed[i, block] = b.still_followed[i, block] | 1 << lane
    outside = outside_single(b.outside[i, block].address + lane * BYTES, ABREAST)
    outside.home = client.home
    outside.first_week = client.first_week
    outside.distress = client.distress
    outside.standing = client.standing
    counts.followed += 1
    return True


def close_ranks(b: OpenBooks, i: int) -> None:
    """Those who are still followed move up, in their order."""
    counts, kept = counts_of(b, i), 0
    for k in range(counts.followed):
        if b.still_followed[i, k // LANES] >> k % LANES & 1:
            b.followed[i, kept] = b.followed[i, k]
            for field in range(OUTSIDE_FIELDS):
                b.outside[i, kept // LANES, field, kept % LANES] = b.outside[i, k // LANES, field, k % LANES]
            kept += 1
    for block in range((counts.followed + LANES - 1) // LANES):
        b.still_followed[i, block] = (1 << max(0, min(LANES, kept - block * LANES))) - 1
    counts.followed = kept
    counts.gone = 0


def join_those_looking(b: OpenBooks, i: int, row: int) -> None:
    """Add someone to those who look."""
    counts = counts_of(b, i)
    b.looking[i, counts.looking] = row
    counts.looking += 1


# --- Places that change hands, one by one ----------------------------------------------------------------------------


def end_episodes(b: OpenBooks, week: int, week_luck: Sequence[SessionLuck], seeks: SeeksSomeoneNew) -> None:
    """Those whose therapy ended this week leave their places, in order of place."""
    for c in range(b.caseload):
        for block in range(b.blocks):
            bits = b.ended[block, c]
            if bits != 0:
                b.occupied[block, c] = b.occupied[block, c] & ~bits
                for lane in range(LANES):
                    if bits >> lane & 1:
                        leave_place(b, c, block, lane, week, week_luck, seeks)


def leave_place(
    b: OpenBooks, c: int, block: int, lane: int, week: int, week_luck: Sequence[SessionLuck], seeks: SeeksSomeoneNew
) -> None:
    """Someone leaves a place, and looks for another, gives up, or has completed."""
    i, place, ending = lane // b.beside, place_of(b, c, block, lane), int(b.endings[block, c, lane])
    counts, p, client = counts_of(b, i), parameters_of(b, i), client_at(b, c, block, lane)
    row = b.seats[i, place]
    b.seats[i, place] = FREE
    b.free[i, counts.free] = place
    counts.free += 1
    counts.in_therapy -= 1
    lived = luck_row(client, place, p)
    if not b.luck_is_whole:
        draw_for_change(b, week, lived)
    end_therapy(client, ending, p, week_luck[lived], seeks)
    if ending == LEFT:
        b.left_before[i, row, place % b.rooms] = True
    if client.standing == GAVE_UP:
        tally_of(b, i).gave_up += 1.0
    looks = client.standing == LOOKING
    followed = False
    if looks:
        join_those_looking(b, i, row)
    else:
        followed = follow(b, i, row, client, week)
    # Only of those who may come back is more kept than the weeks outside need.
    if looks or (p.relapse > 0.0 and followed):
        for field in range(CLIENT_FIELDS):
            b.others[i, row, field] = b.clients[block, c, field, lane]


def fill_places(
    b: OpenBooks, i: int, week: int, week_luck: Sequence[SessionLuck], choose: ChoosePlace, normals: OverLanes
) -> None:
    """Vacated places go to those who look, longest wait first, and in an open practice to new people."""
    p, counts = parameters_of(b, i), counts_of(b, i)
    if counts.looking > 0:
        if not b.luck_is_whole:
            draw_for_choices(b, i, week, normals)
        rows = clients_listing(b.others[i].address, 1, CLIENT_ROW, BYTES)
        address = b.therapists.address + i * b.beside * BYTES
        therapists = therapists_listing(address, b.beside, THERAPIST_BLOCK, ABREAST)
        counts.free = match(
            rows,
            b.looking[i],
            counts.looking,
            b.left_before[i],
            b.seats[i],
            b.free[i],
            counts.free,
            therapists,
            week_luck,
            p,
            tally_of(b, i),
            choose,
        )
        keep_looking(b, i, week)
    if p.arrivals == OPEN_PRACTICE:
        for k in range(counts.free):
            welcome_newcomer(b, i, b.free[i, k], normals)
        counts.free = 0


def keep_looking(b: OpenBooks, i: int, week: int) -> None:
    """Those who found a place begin there; the others look on, or lose patience."""
    counts, kept = counts_of(b, i), 0
    for k in range(counts.looking):
        row = b.looking[i, k]
        client = other(b, i, row)
        if client.standing == IN_THERAPY:
            begin(b, i, row)
        elif loses_patience(client, parameters_of(b, i)):
            client.standing = GAVE_UP
            tally_of(b, i).gave_up += 1.0
            follow(b, i, row, client, week)
        else:
            b.looking[i, kept] = row
            kept += 1
    counts.looking = kept


def begin(b: OpenBooks, i: int, row: int) -> None:
    """Someone begins therapy in the place that they were given: the places taken stand behind those still free."""
    k = counts_of(b, i).free
    while b.seats[i, b.free[i, k]] != row:
        k += 1
    c, block, lane = whereabouts(b, i, b.free[i, k])
    for field in range(CLIENT_FIELDS):
        b.clients[block, c, field, lane] = b.others[i, row, field]
    sit_down(b, i, c, block, lane)
