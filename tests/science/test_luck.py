"""Luck has addresses: nobody's luck depends on who else is there, how long one looks or how much is asked for."""

import copy
import pickle
from itertools import chain

import numpy as np
import pytest

from tearsim.science import luck
from tearsim.science.luck import Luck, RowOfLuck
from tearsim.science.people import Client, Therapist
from tearsim.science.philox import block
from tearsim.science.settings import checked, settings
from tearsim.science.tally import Tally

ROWS = {
    "session": (Luck.sessions, luck.SESSION),
    "therapist week": (Luck.therapist_weeks, luck.THERAPIST_WEEK),
    "client": (Luck.clients, luck.CLIENT),
    "therapist": (Luck.therapists, luck.THERAPIST),
    "report": (Luck.reports, luck.REPORT),
}
of_every_kind = pytest.mark.parametrize(("rows", "names"), ROWS.values(), ids=ROWS)


def plain(weeks, names):
    """Draws in the order of their columns, [week][row][column]."""
    return [[[getattr(row, name) for name in names] for row in week] for week in weeks]


def all_of(weeks, names):
    return list(chain.from_iterable(chain.from_iterable(plain(weeks, names))))


@of_every_kind
def test_the_same_address_brings_the_same_draw(rows, names):
    once, again = (plain(rows(Luck(5, 2), 3, 4, 6), names) for _ in range(2))
    assert once == again
    assert [[len(row) for row in week] for week in once] == [[len(names)] * 6] * 4


@of_every_kind
def test_one_more_week_or_turn_changes_nothing_before_it(rows, names):
    longer = plain(rows(Luck(5), 0, 9, 6), names)
    assert plain(rows(Luck(5), 0, 8, 6), names) == longer[:8]
    assert plain(rows(Luck(5), 6, 3, 6), names) == longer[6:]


@of_every_kind
def test_one_more_row_changes_no_other_row(rows, names):
    assert plain(rows(Luck(5), 0, 4, 6), names) == [week[:6] for week in plain(rows(Luck(5), 0, 4, 7), names)]


@of_every_kind
def test_no_two_addresses_share_a_draw(rows, names):
    addresses = ((0, 0), (1, 0), (0, 1), (1, 1))
    drawn = chain.from_iterable(plain(rows(Luck(seed, replicate), 0, 5, 7), names) for seed, replicate in addresses)
    columns = list(zip(*chain.from_iterable(drawn), strict=True))
    assert [len(set(column)) for column in columns] == [4 * 5 * 7] * len(names)


def test_kinds_of_luck_share_nothing():
    """The numbers of all kinds, as drawn: the same week, row and replicate, another kind."""
    drawn = [
        row.uniform_in(column)
        for rows, names in ROWS.values()
        for row in rows(Luck(5), 0, 1, 4)[0]
        for column in range(len(names))
    ]
    assert len(set(drawn)) == len(drawn)


def test_the_orders_in_which_luck_is_asked_for_do_not_matter():
    one, other = Luck(5), Luck(5)
    one.clients(0, 3, 4)
    assert plain(one.sessions(2, 1, 4), luck.SESSION) == plain(other.sessions(2, 1, 4), luck.SESSION)


@of_every_kind
def test_nor_do_the_orders_in_which_a_row_is_read(rows, names):
    forwards, backwards = (rows(Luck(5), 1, 1, 2)[0][1] for _ in range(2))
    there = [getattr(forwards, name) for name in names]
    assert [getattr(backwards, name) for name in reversed(names)] == there[::-1]


def test_only_the_blocks_that_are_read_are_drawn(monkeypatch):
    drawn = []
    monkeypatch.setattr(luck, "block", lambda *address: drawn.append(address[:4]) or block(*address))
    row = Luck(5).sessions(3, 1, 8)[0][7]
    assert drawn == []
    assert row.eyes_fill != row.rupture
    assert row.eyes_fill == row.eyes_fill
    assert row.wait != row.relapse
    blocks_of_a_row = len(luck.SESSION) // 4
    assert drawn == [(7 * blocks_of_a_row + number + 1, 3, 0, 0) for number in (0, luck.SESSION.index("wait") // 4)]


@of_every_kind
@pytest.mark.parametrize("extreme", [0, 2**64 - 1])
def test_not_even_the_extremes_of_what_can_be_drawn_make_an_infinite_draw(rows, names, extreme, monkeypatch):
    monkeypatch.setattr(luck, "block", lambda *_: (extreme,) * 4)
    assert all(-40.0 < draw < 40.0 for draw in all_of(rows(Luck(8), 0, 1, 2), names))
    assert 0.0 < Luck(8).sessions(0, 1, 1)[0][0].wait < 1.0


def test_stratified_therapists_are_quantiles_in_the_same_order_as_plain_ones():
    (stratified,), (usual,) = Luck(3).therapists(0, 1, 40, stratified=True), Luck(3).therapists(0, 1, 40)

    def drawn(therapists, name):
        return [getattr(therapist, name) for therapist in therapists]

    def order(therapists, name):
        return sorted(range(40), key=drawn(therapists, name).__getitem__)

    for name in luck.THERAPIST:
        assert order(stratified, name) == order(usual, name)
    assert sorted(drawn(stratified, "experience")) == [(rank + 0.5) / 40 for rank in range(40)]
    skills = sorted(drawn(stratified, "skill"))
    assert skills[0] == pytest.approx(-2.241402727604947, rel=1e-12)
    assert skills[-1] == pytest.approx(2.241402727604947, rel=1e-12)
    assert len({tuple(order(stratified, name)) for name in luck.THERAPIST}) == len(luck.THERAPIST)


@pytest.mark.parametrize(
    "names",
    [
        luck.SESSION,
        luck.THERAPIST_WEEK,
        luck.CLIENT,
        luck.THERAPIST,
        tuple(Client.__annotations__),
        tuple(Therapist.__annotations__),
        tuple(Tally.__annotations__),
        tuple(settings(checked({}))),
    ],
    ids=["session", "therapist week", "client luck", "therapist luck", "client", "therapist", "tally", "settings"],
)
def test_names_are_unique_identifiers_that_shadow_nothing_of_a_row(names):
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() for name in names)
    assert set(names) & set(dir(np.record)) == set()
    assert set(names) & set(dir(np.ndarray)) == set()
    assert set(names) & set(dir(RowOfLuck)) == set()


@of_every_kind
def test_rows_answer_to_the_names_of_their_columns_and_to_no_other(rows, names):
    row = rows(Luck(5), 0, 1, 1)[0][0]
    assert all(isinstance(getattr(row, name), float) for name in names)
    assert [hasattr(row, name) for name in ("weather", "_weather", "spare_9")] == [False] * 3


def test_rows_are_copied_and_kept_as_any_object():
    row = Luck(5).sessions(0, 1, 1)[0][0]
    assert row.leaves != row.seeks
    for other in (copy.deepcopy(row), pickle.loads(pickle.dumps(row))):
        assert (other.leaves, other.depth, other.relapse) == (row.leaves, row.depth, row.relapse)


def test_reports_have_luck_of_their_own():
    reported = {row.view for week in Luck(1).reports(3, 2, 4) for row in week}
    assert not reported & {row.depth for week in Luck(1).sessions(3, 2, 4) for row in week}


def test_every_kind_of_luck_fills_whole_blocks_of_words():
    """So that a row can be drawn without those before it."""
    assert {kind: len(names) % 4 for kind, (_, names) in ROWS.items()} == dict.fromkeys(luck.KINDS_OF_LUCK, 0)
