"""What stands where while practices run: the books of up to eight of one shape, and how people are found in them."""

from tearsim.science.people import Client, Therapist
from tearsim.science.tally import Tally
from tearsim.science.types import Parameters
from tearsim.worlds.memory import ABREAST, BYTES, books_of
from tearsim.worlds.numba_types import OnlyCompiled
from tearsim.worlds.records import (
    CLIENT_LUCK_RECORDS,
    CLIENT_RECORDS,
    COUNT_RECORDS,
    LOG_RECORDS,
    OUTSIDE_LUCK_RECORDS,
    OUTSIDE_RECORDS,
    PARAMETER_RECORDS,
    SESSION_LUCK_RECORDS,
    TALLY_RECORDS,
    THERAPIST_LUCK_RECORDS,
    THERAPIST_RECORDS,
    THERAPIST_WEEK_LUCK_RECORDS,
)

# Up to eight practices of one shape while they run, and the luck of a block of weeks.
BOOKS = books_of(
    {
        "points": int,
        "rooms": int,  # of each practice
        "caseload": int,
        "beside": int,  # rooms of a practice side by side, each in a lane: lane = point * beside + room % beside
        "blocks": int,  # of rooms, `beside` of each practice in a block
        "first_week": int,  # of this block of weeks
        "weeks": int,
        "kept": int,  # which sessions are logged
        "rows_held": int,  # how many rows there are for people, and places for those followed
        "turns_held": int,  # how many clients' luck there is room for, for each place
        "key_0": int,  # the key of the replicate's luck, in two words
        "key_1": int,
        "luck_is_shared": int,  # whether all lanes always meet the luck of one place
        "luck_is_whole": int,  # whether sessions' luck has been drawn whole, or is as it is read
        "week": (int, 1),  # the week that comes next, in the one entry of a table, as it changes
        "parameters": (float, 2),  # [field, lane]
        "therapists": (float, 3),  # [block, field, lane]
        "clients": (float, 4),  # [block, caseload, field, lane]: those in therapy
        "others": (float, 3),  # [point, row, field]: those who look, and those who may relapse
        "outside": (float, 4),  # [point, k // 8, field, k % 8]: those who are followed out of therapy for good
        "followed": (int, 2),  # [point, k]: their rows, or NO_ROW; the first counts.followed of them
        "still_followed": (int, 2),  # [point, k // 8]: who of them still is, as bits
        "left_before": (bool, 3),  # [point, row, room]
        "seats": (int, 2),  # [point, place]: a row, kept for when therapy ends, or FREE
        "in_use": (int, 1),  # [block]: the lanes that are rooms at all, as bits
        "occupied": (int, 2),  # [block, caseload]: the lanes with a client in therapy, as bits
        "ended": (int, 2),  # [block, caseload]: the lanes whose therapy ended this week, as bits
        "endings": (float, 3),  # [block, caseload, lane]: how it ended there
        "free": (int, 2),  # [point, k]: places that are free, the first counts.free of them
        "turns": (int, 2),  # [point, place]: how many people have come to it
        "looking": (int, 2),  # [point, k]: rows, the first counts.looking of them
        "unused": (int, 2),  # [point, k]: rows to be used again, the first counts.unused of them
        "counts": (float, 2),  # [point, field]: the numbers above, and those of people and of rows begun
        "rooms_tallies": (float, 3),  # [block, field, lane]: this week's
        "point_tallies": (float, 2),  # [field, point]: this week's, of what happens outside of sessions
        "tallies": (float, 3),  # [point, week, field]
        "log": (float, 3),  # [point, session, field], empty when nothing is logged
        "luck": (float, 2),  # [field, lane]: of the sessions held at the moment
        "week_luck": (float, 2),  # [field, lane]: of the therapists' weeks begun at the moment
        "outside_luck": (float, 3),  # [k // 8, field, k % 8]: of those who are followed at the moment
        "session_luck": (float, 3),  # [week of block, place, column], as far as it is drawn
        "parts_drawn": (int, 2),  # [week of block, place]: how far that is, as parts (`compiled_luck.py`)
        "rows_noted": (int, 1),  # [k]: rows that are drawn, and yet to be turned
        "apart": (float, 2),  # numbers that are yet to be turned, and where they stand
        "therapist_week_luck": (float, 3),  # [week of block, room, column]
        "client_luck": (float, 3),  # [turn, place, column], as far as it is drawn
        "client_drawn": (bool, 2),  # [turn, place]: how far that is
        "therapist_luck": (float, 3),  # [holder, room, column]
        "stratified_luck": (float, 2),  # [room, column]: of the first holders only
    }
)
OpenBooks = OnlyCompiled  # such books, opened

open_books = BOOKS.opened
clients_abreast, client_single, clients_listing = CLIENT_RECORDS.abreast, CLIENT_RECORDS.single, CLIENT_RECORDS.listing
therapists_abreast, therapist_single = THERAPIST_RECORDS.abreast, THERAPIST_RECORDS.single
therapists_listing, session_luck_listing = THERAPIST_RECORDS.listing, SESSION_LUCK_RECORDS.listing
tallies_abreast, tally_single = TALLY_RECORDS.abreast, TALLY_RECORDS.single
parameters_abreast, parameters_single = PARAMETER_RECORDS.abreast, PARAMETER_RECORDS.single
outside_abreast, outside_single = OUTSIDE_RECORDS.abreast, OUTSIDE_RECORDS.single
session_luck_abreast, outside_luck_abreast = SESSION_LUCK_RECORDS.abreast, OUTSIDE_LUCK_RECORDS.abreast
week_luck_abreast, client_luck_single = THERAPIST_WEEK_LUCK_RECORDS.abreast, CLIENT_LUCK_RECORDS.single
therapist_luck_single, log_single, counts_single = (
    THERAPIST_LUCK_RECORDS.single,
    LOG_RECORDS.single,
    COUNT_RECORDS.single,
)

# How many fields records have, and where some stand.
CLIENT_FIELDS, OUTSIDE_FIELDS, TALLY_FIELDS, SESSION_LUCK_FIELDS, WEEK_LUCK_FIELDS, CLIENT_LUCK_FIELDS = (
    len(one.fields)
    for one in (
        CLIENT_RECORDS,
        OUTSIDE_RECORDS,
        TALLY_RECORDS,
        SESSION_LUCK_RECORDS,
        THERAPIST_WEEK_LUCK_RECORDS,
        CLIENT_LUCK_RECORDS,
    )
)
CLIENT_ROW, THERAPIST_BLOCK, LUCK_ROW = CLIENT_RECORDS.row, THERAPIST_RECORDS.block, SESSION_LUCK_RECORDS.row
OUTSIDE_COLUMN, RELAPSE_COLUMN = (list(SESSION_LUCK_RECORDS.fields).index(name) for name in ("outside", "relapse"))
OUTSIDE_FIELD, RELAPSE_FIELD = (list(OUTSIDE_LUCK_RECORDS.fields).index(name) for name in ("outside", "relapse"))
HOME_FIELD = list(OUTSIDE_RECORDS.fields).index("home")
NO_ROW = -1


# --- Where things stand ----------------------------------------------------------------------------------------------


def whereabouts(b: OpenBooks, i: int, place: int) -> tuple[int, int, int]:
    """Where a place of a point stands: how many come before it in its room, its block of rooms, and its lane."""
    c = place // b.rooms
    room = place - c * b.rooms
    block = room // b.beside
    return c, block, i * b.beside + room - block * b.beside


def place_of(b: OpenBooks, c: int, block: int, lane: int) -> int:
    """The place that a lane stands for."""
    return c * b.rooms + block * b.beside + lane % b.beside


def client_at(b: OpenBooks, c: int, block: int, lane: int) -> Client:
    """The client in therapy in a lane."""
    return client_single(b.clients[block, c].address + lane * BYTES, ABREAST)


def client_in(b: OpenBooks, i: int, place: int) -> Client:
    """The client in therapy in a place."""
    c, block, lane = whereabouts(b, i, place)
    return client_at(b, c, block, lane)


def other(b: OpenBooks, i: int, row: int) -> Client:
    """Someone out of therapy, by row."""
    return client_single(b.others[i, row].address, BYTES)


def therapist_of(b: OpenBooks, i: int, room: int) -> Therapist:
    """The therapist in a room."""
    _, block, lane = whereabouts(b, i, room)
    return therapist_single(b.therapists[block].address + lane * BYTES, ABREAST)


def parameters_of(b: OpenBooks, i: int) -> Parameters:
    """The parameters of a point."""
    return parameters_single(b.parameters.address + i * b.beside * BYTES, ABREAST)


def tally_of(b: OpenBooks, i: int) -> Tally:
    """This week's tally of what happens outside of sessions."""
    return tally_single(b.point_tallies.address + i * BYTES, ABREAST)


def counts_of(b: OpenBooks, i: int) -> OnlyCompiled:
    """How many there are of this and that."""
    return counts_single(b.counts[i].address, BYTES)
