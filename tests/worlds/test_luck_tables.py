"""Luck as tables is the luck of the science, to the last bit, however it is asked for."""

import numpy as np
import pytest
from numpy.random import Generator, Philox  # noqa: TID251 - what ours is held to

from tearsim.science import luck
from tearsim.science.luck import KINDS_OF_LUCK, MOST_REPLICATE, MOST_SEED, RUNS, Luck, columns_of_kind
from tearsim.science.philox import key_of
from tearsim.science.scales import MIDDLE
from tearsim.worlds import luck_tables
from tearsim.worlds.luck_tables import LuckTables, room_for

TABLES = {
    "session": "sessions",
    "therapist week": "therapist_weeks",
    "client": "clients",
    "therapist": "therapists",
    "report": "reports",
}
of_every_kind = pytest.mark.parametrize("kind", KINDS_OF_LUCK)


def plain(table):
    """The table without its column names: one more axis."""
    return table.view(np.float64).reshape(*table.shape, -1)


def as_table(weeks, kind):
    return np.array([[[getattr(row, name) for name in columns_of_kind(RUNS[kind])] for row in week] for week in weeks])


@of_every_kind
@pytest.mark.parametrize(("seed", "replicate"), [(0, 0), (5, 2), (MOST_SEED, MOST_REPLICATE)])
@pytest.mark.parametrize("size", [(4, 13), (2, 600)], ids=["few", "more than are set apart at a time"])
def test_tables_hold_the_rows_of_the_science(kind, seed, replicate, size):
    table = getattr(LuckTables(seed, replicate), TABLES[kind])(3, *size)
    rows = getattr(Luck(seed, replicate), TABLES[kind])(3, *size)
    assert plain(table).tobytes() == as_table(rows, kind).tobytes()
    assert table.dtype.names == columns_of_kind(RUNS[kind])


def test_luck_is_written_where_room_is_and_nowhere_else():
    room = room_for("session", 5, 7)
    room[:] = MIDDLE
    LuckTables(3).draw_sessions(room[:4], 9)
    assert room[:4].tobytes() == plain(LuckTables(3).sessions(9, 4, 7)).tobytes()
    assert (room[4] == MIDDLE).all()


def test_stratified_tables_hold_the_rows_of_the_science():
    table = LuckTables(3).therapists(0, 2, 40, stratified=True)
    assert plain(table).tobytes() == as_table(Luck(3).therapists(0, 2, 40, stratified=True), "therapist").tobytes()


@of_every_kind
def test_what_is_left_as_drawn_is_what_numpy_draws(kind):
    table = getattr(LuckTables(7, 1), TABLES[kind])(51, 1, 3000)[0]
    counter = np.array([0, 51, KINDS_OF_LUCK[kind], 0], np.uint64)
    drawn = Generator(Philox(key=np.array(key_of(7, 1), np.uint64), counter=counter)).random(plain(table).shape)
    held = [drawn_as for drawn_as, names in luck.RUNS[kind] for _ in names]
    uniform = np.array(held) == "uniforms"
    assert np.array_equal(plain(table)[:, uniform], np.maximum(drawn, 2.0**-54)[:, uniform])


@of_every_kind
def test_one_more_week_or_row_changes_nothing(kind):
    def drawn(*size):
        return plain(getattr(LuckTables(5), TABLES[kind])(*size))

    longer = drawn(0, 9, 7)
    assert np.array_equal(drawn(0, 8, 7), longer[:8])
    assert np.array_equal(drawn(6, 3, 7), longer[6:])
    assert np.array_equal(drawn(0, 9, 6), longer[:, :6])


@of_every_kind
def test_no_draw_is_infinite_or_missing(kind):
    assert np.isfinite(plain(getattr(LuckTables(8), TABLES[kind])(0, 40, 200))).all()


def test_the_first_number_a_generator_can_draw_is_lifted():
    assert [luck_tables.lifted(word) for word in (0, 2**11 - 1, 2**11, 2**64 - 1)] == [
        2.0**-54, 2.0**-54, 2.0**-53, 1.0 - 2.0**-53,
    ]  # fmt: skip


@pytest.mark.parametrize("kind", [kind for kind in KINDS_OF_LUCK if kind != "report"])
def test_rows_that_rules_read_answer_to_the_names_of_their_columns(kind):
    row = getattr(LuckTables(5), TABLES[kind])(0, 1, 1)[0, 0]
    assert [getattr(row, name) for name in row.dtype.names] == list(row)
