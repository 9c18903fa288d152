"""The weeks of practices, compiled for a set of rules."""

import re
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numba import types
from numpy.typing import NDArray

from tearsim.science import functions, lives, log, log_row, meeting, people, places, rules, scales, tally
from tearsim.science.replacing import REPLACEABLE, Replaced
from tearsim.worlds import books, compiled_luck, compiled_people, compiled_week
from tearsim.worlds.abreast import abreast
from tearsim.worlds.books import LUCK_ROW, counts_of, open_books, session_luck_listing
from tearsim.worlds.compiled_luck import draw_for_sessions, draw_for_weeks_outside
from tearsim.worlds.compiled_people import end_episodes, fill_places, live_on, open_doors
from tearsim.worlds.compiled_rules import ready, source_of_all
from tearsim.worlds.compiled_week import (
    COMPLETE,
    add_up,
    attend,
    begin_weeks,
    clear_tallies,
    end_weeks,
    hold_sessions,
    lacks,
    retire,
)
from tearsim.worlds.compiling import awaits_compiler, compiled, within_compiled
from tearsim.worlds.lane_by_lane import one_session
from tearsim.worlds.memory import BYTES
from tearsim.worlds.numba_types import FromOutside

MOST_LETTERS = 150  # of a file's name, before what is added to it

# What happens to few in a week is called as it is. Written out, each in the next, it makes the code of a week larger
# than a processor keeps at hand, and takes a seventh of the time that compiling takes.
HAPPENS_TO_FEW = (
    compiled_people.open_doors, compiled_people.welcome_newcomer, compiled_people.draw_newcomer,
    compiled_people.live_on, compiled_people.end_episodes, compiled_people.leave_place,
    compiled_people.fill_places, compiled_people.keep_looking, places.match, compiled_week.replace,
    compiled_luck.draw_for_weeks_outside, compiled_luck.draw_for_session, compiled_luck.draw_for_choices,
)  # fmt: skip
within_compiled(*HAPPENS_TO_FEW, written_out=False)
within_compiled(functions, scales, rules, meeting, people, lives, places, tally, log, log_row)
within_compiled(books, compiled_luck, compiled_people, compiled_week)


def run_block_by(replaced: Replaced = ()) -> Callable[[NDArray[np.int64]], int]:
    """A function that runs practices to the end of a block of weeks, with these rules replaced; compiled when called.

    It takes the books of the practices (`books.BOOKS`), and returns COMPLETE; or, stopping on the way, what it
    needs: with that, the same call goes on where it stopped.

    Raises TearSimError for a function that cannot be compiled in the place of a rule.
    """
    made = tuple((name, ready(name, function)) for name, function in replaced)
    return _run_block(made, source_of_all(replaced))


def awaits_compiling() -> bool:
    """Whether practices by the science's own rules would have to wait for the compiler: a dozen seconds, once."""
    return awaits_compiler(run_block_by(), (types.int64[::1],))


@lru_cache(maxsize=64)
def _run_block(replaced: Replaced, sources: str | None) -> Callable[[NDArray[np.int64]], int]:
    rules_now: dict[str, FromOutside] = {**REPLACEABLE, **dict(replaced)}
    learn, seeks, choose = (rules_now[name] for name in ("learn", "seeks_someone_new", "choose_place"))
    attends, begin, learns, retires = (
        abreast(attend, replaced), abreast(lives.begin_week), abreast(learn, (), lives.learn),
        abreast(lives.retires),
    )  # fmt: skip
    live, asked, relapses, followed = map(
        abreast, (lives.live_outside, lives.asked_now, lives.relapses, lives.is_followed)
    )
    one = one_session()
    logits, normals, middle, tail = map(
        abreast, (functions.logit, functions.inverse_normal, functions.middle_normal, functions.tail_normal)
    )

    def run_block(books):  # type: ignore[no-untyped-def]
        """The weeks in order: therapists' own lives, sessions, lives outside, learning, places, retirement."""
        b = open_books(books)
        if counts_of(b, 0).people == 0:
            open_doors(b, normals)
        while b.week[0] < b.first_week + b.weeks:
            needed = lacks(b)
            if needed != COMPLETE:
                return needed
            week = b.week[0]
            week_luck = session_luck_listing(b.session_luck[week - b.first_week].address, 1, LUCK_ROW, BYTES)
            clear_tallies(b)
            if not b.luck_is_whole:
                draw_for_sessions(b, week, logits, middle, tail)
            begin_weeks(b, week, begin)
            hold_sessions(b, week, attends, one)
            for i in range(b.points):
                if not b.luck_is_whole:
                    draw_for_weeks_outside(b, i, week, logits, middle, tail, normals)
                live_on(b, i, week, week_luck, seeks, live, asked, relapses, followed)
            end_weeks(b, learns)
            end_episodes(b, week, week_luck, seeks)
            for i in range(b.points):
                fill_places(b, i, week, week_luck, choose, normals)
            retire(b, retires)
            add_up(b, week)
            b.week[0] = week + 1
        return COMPLETE

    name = "-".join(["run_block", *(f"{rule}={function.__qualname__}" for rule, function in replaced)])
    return compiled(run_block, re.sub(r"[^\w=.-]", "_", name)[:MOST_LETTERS], sources if replaced else "")
