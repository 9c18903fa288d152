"""The compiled world: many design points under one replicate's luck, arrays in and arrays out.

Nothing is decided here. The loops below ask the rules of `tearsim.science` in the same order as its `practice.py` does,
and the tests hold the two worlds to the same bits. Compilation is numba's; the rules themselves know nothing of it.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tearsim.science import functions, lives, log_row, people, places, rules, scales, session, tally
from tearsim.science import log as science_log
from tearsim.science.codes import (
    GAVE_UP,
    GOES_ON,
    IN_THERAPY,
    LEFT,
    LOOKING,
    OPEN_PRACTICE,
)
from tearsim.science.people import Client, Therapist
from tearsim.science.replaceable import ChoosePlace, Learn, Listed, SeeksSomeoneNew
from tearsim.science.replacing import REPLACEABLE, Replaced
from tearsim.science.tally import Tally
from tearsim.science.types import Parameters, SessionLuck
from tearsim.worlds.compiled_rules import held_by, ready, source_of_all
from tearsim.worlds.compiling import compiled, within_compiled
from tearsim.worlds.tables import TALLIES, Table

within_compiled(functions, scales, rules, people, lives, places, tally, science_log, log_row, session)


Hold = Callable[[Client, Therapist, int, Parameters, SessionLuck], session.Session]


class Books(NamedTuple):
    """One practice while it runs; every table is a view, so that what is written here stays written."""

    p: Parameters  # a record
    therapists: Table
    clients: Table  # rows are reused once a person is no longer followed
    left_before: NDArray[np.bool_]  # [client row, therapist]
    seats: NDArray[np.int64]  # [place] a client row, or FREE
    endings: NDArray[np.int64]  # [place] how this week's session ended, where it ended the therapy
    vacated: NDArray[np.int64]  # places whose therapy ended this week, the first counts.vacated of them
    turns: NDArray[np.int64]  # [place] how many people have come to it
    looking: NDArray[np.int64]  # client rows, the first counts.looking of them
    finished: NDArray[np.int64]  # likewise: completed or gave up, and still followed
    unused: NDArray[np.int64]  # client rows to be used again, the first counts.unused of them
    counts: Any  # a record of the numbers above
    tallies: Table  # [week]
    log: Table  # [session], empty when nothing is logged


class Fortune(NamedTuple):
    """The luck of a block of weeks, shared by every practice of a replicate."""

    sessions: Table  # [week of block, place]
    therapist_weeks: Table  # [week of block, therapist]
    clients: Table  # [turn, place]
    therapists: Table  # [holder, therapist]
    stratified_therapists: Table  # [therapist], the first holders only


def open_doors(b: Books, luck: Fortune) -> None:
    """Before the first week: therapists enter the practice and every place gets its first client."""
    for j in range(b.p.therapists):
        row = luck.stratified_therapists[j] if b.p.stratified_therapists else luck.therapists[0, j]
        people.enter_practice(b.therapists[j], j + 1, 0, people.years_at_start(b.p, row), b.p, row)
    for place in range(b.p.places):
        welcome_newcomer(b, place, luck)


def welcome_newcomer(b: Books, place: int, luck: Fortune) -> None:
    """Fill a free place with someone new."""
    row = new_row(b)
    b.counts.people += 1
    people.arrive(b.clients[row], b.counts.people, place, b.turns[place], b.p, luck.clients[b.turns[place], place])
    b.turns[place] += 1
    b.counts.most_turns = max(b.counts.most_turns, b.turns[place])
    b.seats[place] = row


def new_row(b: Books) -> int:
    """A client row nobody uses."""
    if b.counts.unused > 0:
        b.counts.unused -= 1
        row = b.unused[b.counts.unused]
    else:
        row = b.counts.rows
        b.counts.rows += 1
    for j in range(b.p.therapists):
        b.left_before[row, j] = False
    return row


def hold_sessions(
    b: Books, week: int, week_luck: Listed[SessionLuck], rooms: Listed[Tally], kept: int, hold: Hold
) -> None:
    """One session for each client in therapy, in order of place."""
    b.counts.vacated = 0
    place = -1
    for _ in range(b.p.caseload):
        for j in range(b.p.therapists):
            place += 1
            if b.seats[place] == places.FREE:
                continue
            client, therapist, t = b.clients[b.seats[place]], b.therapists[j], rooms[j]
            luck = week_luck[places.luck_row(client, place, b.p)]
            if client.sessions == 0:
                if client.first_week < 0:
                    t.arrived += 1.0
                rules.meet(client, therapist, week, b.p, luck)
            s = hold(client, therapist, rules.manner_of_tears(client, week, b.p), b.p, luck)
            session.take_in(client, s, b.p)
            session.hear(therapist, s, b.p)
            tally.count_session(t, s)
            if s.ending != GOES_ON:
                b.endings[place] = s.ending
                b.vacated[b.counts.vacated] = place
                b.counts.vacated += 1
                tally.count_ending(t, client, s)
            if lives.asked_now(client, week):
                tally.count_follow_up(t, client)
            if science_log.belongs_in_log(s, kept):
                log_row.write_session(b.log[b.counts.logged], week, place, client, therapist, s)
                b.counts.logged += 1


def live_on(b: Books, week: int, week_luck: Listed[SessionLuck], t: Tally, seeks: SeeksSomeoneNew) -> None:
    """A week for all those out of therapy; whoever relapses may begin to look, whoever has been asked is let go."""
    for k in range(b.counts.looking):
        client = b.clients[b.looking[k]]
        lives.live_outside(client, b.p, week_luck[client.home])
        places.look_on(client)
        if lives.asked_now(client, week):
            tally.count_follow_up(t, client)
    kept = 0
    for k in range(b.counts.finished):
        row = b.finished[k]
        client = b.clients[row]
        luck = week_luck[client.home]
        lives.live_outside(client, b.p, luck)
        if lives.asked_now(client, week):
            tally.count_follow_up(t, client)
        if lives.relapses(client, b.p, luck) and places.looks_again(client, b.p, luck, seeks):
            join_those_looking(b, row)
        elif lives.is_followed(client, week, b.p):
            b.finished[kept] = row
            kept += 1
        else:
            let_go(b, row)
    b.counts.finished = kept


def join_those_looking(b: Books, row: int) -> None:
    """Add someone to those who look."""
    b.looking[b.counts.looking] = row
    b.counts.looking += 1


def join_those_finished(b: Books, row: int, week: int) -> None:
    """Follow someone who is out of therapy for good, if there is anything to learn from it."""
    if lives.is_followed(b.clients[row], week, b.p):
        b.finished[b.counts.finished] = row
        b.counts.finished += 1
    else:
        let_go(b, row)


def let_go(b: Books, row: int) -> None:
    """Give up a client row, to be used again."""
    b.unused[b.counts.unused] = row
    b.counts.unused += 1


def change_places(
    b: Books,
    week: int,
    week_luck: Listed[SessionLuck],
    luck: Fortune,
    t: Tally,
    seeks: SeeksSomeoneNew,
    choose: ChoosePlace,
) -> None:
    """Vacated places go to those who look, longest wait first, and in an open practice to new people."""
    for k in range(b.counts.vacated):
        place = b.vacated[k]
        row = b.seats[place]
        client = b.clients[row]
        b.seats[place] = places.FREE
        places.end_episode(client, b.endings[place], b.p, week_luck[places.luck_row(client, place, b.p)], seeks)
        if b.endings[place] == LEFT:
            b.left_before[row, place % b.p.therapists] = True
        if client.standing == LOOKING:
            join_those_looking(b, row)
        else:
            if client.standing == GAVE_UP:
                t.gave_up += 1.0
            join_those_finished(b, row, week)
    if b.counts.looking > 0:
        places.match(
            b.clients, b.looking, b.counts.looking, b.left_before, b.seats, b.therapists, week_luck, b.p, t, choose
        )
        keep_looking(b, week, t)
    if b.p.arrivals == OPEN_PRACTICE:
        for k in range(b.counts.vacated):
            if b.seats[b.vacated[k]] == places.FREE:
                welcome_newcomer(b, b.vacated[k], luck)


def keep_looking(b: Books, week: int, t: Tally) -> None:
    """Those who found no place look on, or lose patience."""
    kept = 0
    for k in range(b.counts.looking):
        row = b.looking[k]
        client = b.clients[row]
        if client.standing == IN_THERAPY:
            continue
        if places.loses_patience(client, b.p):
            client.standing = GAVE_UP
            t.gave_up += 1.0
            join_those_finished(b, row, week)
        else:
            b.looking[kept] = row
            kept += 1
    b.counts.looking = kept


def end_week_of_therapists(b: Books, learn: Learn) -> None:
    """Therapists learn from the week's tears, and grow older."""
    for j in range(b.p.therapists):
        learn(b.therapists[j], b.p)


def replace_retired(b: Books, luck: Fortune) -> None:
    """A beginner takes over the room of whoever retires, and the clients who come to it."""
    for j in range(b.p.therapists):
        therapist = b.therapists[j]
        if lives.retires(therapist, b.p):
            holder = therapist.holder + 1
            people.enter_practice(
                therapist, j + 1 + holder * b.p.therapists, holder, 0.0, b.p, luck.therapists[holder, j]
            )
            for row in range(b.counts.rows):
                b.left_before[row, j] = False
            for place in range(j, b.p.places, b.p.therapists):
                if b.seats[place] != places.FREE and b.clients[b.seats[place]].sessions > 0:
                    people.start_with_someone(b.clients[b.seats[place]])


def live_a_week(
    b: Books,
    week: int,
    week_of_block: int,
    luck: Fortune,
    kept: int,
    hold: Hold,
    learn: Learn,
    seeks: SeeksSomeoneNew,
    choose: ChoosePlace,
) -> None:
    """The week in order: therapists' own lives, sessions, lives out of therapy, learning, places, retirement.

    The functions after `kept` are the rules that can be replaced.
    """
    t = b.tallies[week]
    week_luck = luck.sessions[week_of_block]
    for j in range(b.p.therapists):
        lives.begin_week(b.therapists[j], b.p, luck.therapist_weeks[week_of_block, j])
    rooms = np.zeros(b.p.therapists, TALLIES)  # what happens in each room's sessions
    hold_sessions(b, week, week_luck, rooms, kept, hold)
    live_on(b, week, week_luck, t, seeks)
    end_week_of_therapists(b, learn)
    change_places(b, week, week_luck, luck, t, seeks, choose)
    replace_retired(b, luck)
    in_therapy = 0
    for place in range(b.p.places):
        if b.seats[place] != places.FREE:
            in_therapy += 1
    t.in_therapy = in_therapy
    t.looking = b.counts.looking
    for j in range(b.p.therapists):
        tally.add_room(t, rooms[j])


within_compiled(
    open_doors, welcome_newcomer, new_row, hold_sessions, live_on, join_those_looking, join_those_finished, let_go,
    change_places, keep_looking, end_week_of_therapists, replace_retired, live_a_week,
)  # fmt: skip


# Weeks that one practice runs before the next has its turn: their luck then stays in a processor's cache.
WEEKS_AT_ONCE = 2

COMPLETE, NEEDS_ROWS, NEEDS_CLIENTS = range(3)


def run_block(
    p: Any,
    therapists: Any,
    clients: Any,
    left_before: Any,
    looking: Any,
    finished: Any,
    unused: Any,
    seats: Any,
    endings: Any,
    vacated: Any,
    turns: Any,
    counts: Any,
    tallies: Any,
    log: Any,
    luck: Fortune,
    first_week: int,
    weeks: int,
    kept: int,
    hold: Hold,
    learn: Learn,
    seeks: SeeksSomeoneNew,
    choose: ChoosePlace,
) -> int:
    """Run every design point to the end of a block of weeks; the first axis of each table is the design point.

    Returns COMPLETE; or, stopping on the way, what it needs: with that, the same call goes on where it stopped.
    """
    for start in range(first_week, first_week + weeks, WEEKS_AT_ONCE):
        for i in range(len(p)):
            b = Books(
                p[i],
                therapists[i],
                clients[i],
                left_before[i],
                seats[i],
                endings[i],
                vacated[i],
                turns[i],
                looking[i],
                finished[i],
                unused[i],
                counts[i],
                tallies[i],
                log[i],
            )
            if b.counts.people == 0:
                open_doors(b, luck)
            while b.counts.week < min(start + WEEKS_AT_ONCE, first_week + weeks):
                if len(b.clients) - b.counts.rows + b.counts.unused < b.p.places:
                    return NEEDS_ROWS
                if b.counts.most_turns >= len(luck.clients):
                    return NEEDS_CLIENTS
                live_a_week(b, b.counts.week, b.counts.week - first_week, luck, kept, hold, learn, seeks, choose)
                b.counts.week += 1
    return COMPLETE


def run_block_by(kept: int, replaced: Replaced = ()) -> Callable[..., int]:
    """`run_block` for a log of this kind and with these rules replaced; compiled when first called.

    Raises TearSimError for a function that cannot be compiled in the place of a rule.
    """
    made = tuple((name, ready(name, function)) for name, function in replaced)
    return _run_block(kept, made, source_of_all(replaced))


@lru_cache(maxsize=64)
def _run_block(kept: int, replaced: Replaced, sources: str | None) -> Callable[..., int]:
    rules_now = {**REPLACEABLE, **dict(replaced)}
    hold = held_by(replaced)
    learn, seeks, choose = (rules_now[name] for name in ("learn", "seeks_someone_new", "choose_place"))

    def run(*arguments):  # type: ignore[no-untyped-def]
        return run_block(*arguments, hold, learn, seeks, choose)  # type: ignore[call-arg] # the rest in `arguments`

    name = "-".join(["run_block", *(f"{rule}={function.__qualname__}" for rule, function in replaced)])
    return compiled(run, kept, re.sub(r"[^\w=.-]", "_", name)[:MOST_LETTERS], sources if replaced else "")


within_compiled(run_block)
MOST_LETTERS = 150  # of a file's name, before what is added to it
