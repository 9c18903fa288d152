"""Luck has addresses: nobody's luck depends on who else is there, how long one looks or how much is asked for."""

import numpy as np
import pytest

from tearsim.science import luck
from tearsim.science.luck import Luck
from tearsim.science.people import Client, Therapist
from tearsim.science.settings import checked, settings
from tearsim.science.tally import Tally

TABLES = {
    "session": (Luck.sessions, luck.SESSION),
    "therapist week": (Luck.therapist_weeks, luck.THERAPIST_WEEK),
    "client": (Luck.clients, luck.CLIENT),
    "therapist": (Luck.therapists, luck.THERAPIST),
}
of_every_kind = pytest.mark.parametrize(("table", "names"), TABLES.values(), ids=TABLES)


def plain(table):
    """The table without its column names: one more axis."""
    return table.view(np.float64).reshape(*table.shape, -1)


@of_every_kind
def test_the_same_address_brings_the_same_draw(table, names):
    once, again = (plain(table(Luck(5, 2), 3, 4, 6)) for _ in range(2))
    assert once.shape == (4, 6, len(names))
    assert np.array_equal(once, again)


@of_every_kind
def test_one_more_week_or_turn_changes_nothing_before_it(table, names):
    longer = plain(table(Luck(5), 0, 9, 6))
    assert np.array_equal(plain(table(Luck(5), 0, 8, 6)), longer[:8])
    assert np.array_equal(plain(table(Luck(5), 6, 3, 6)), longer[6:])


@of_every_kind
def test_one_more_row_changes_no_other_row(table, names):
    assert np.array_equal(plain(table(Luck(5), 0, 4, 6)), plain(table(Luck(5), 0, 4, 7))[:, :6])


@of_every_kind
def test_no_two_addresses_share_a_draw(table, names):
    draws = np.concatenate(
        [
            plain(table(Luck(seed, replicate), 0, 5, 7)).reshape(-1, len(names))
            for seed, replicate in ((0, 0), (1, 0), (0, 1), (1, 1))
        ]
    )
    assert [len(np.unique(column)) for column in draws.T] == [4 * 5 * 7] * len(names)


def test_kinds_of_luck_share_nothing():
    """The uniform columns of all kinds, as drawn: the same week, row and replicate, another kind."""
    drawn = [Luck(5)._uniforms(kind, 0, 3, 4, names) for kind, (_, names) in TABLES.items()]
    draws = np.concatenate([table.ravel() for table in drawn])
    assert len(np.unique(draws)) == len(draws)


def test_the_orders_in_which_luck_is_asked_for_do_not_matter():
    one, other = Luck(5), Luck(5)
    one.clients(0, 3, 4)
    first = one.sessions(2, 1, 4)
    assert np.array_equal(plain(first), plain(other.sessions(2, 1, 4)))


@of_every_kind
def test_no_draw_is_infinite_or_missing(table, names):
    assert np.isfinite(plain(table(Luck(8), 0, 40, 200))).all()


@pytest.mark.parametrize("extreme", [0.0, 1 - 2.0**-53])
def test_not_even_the_extremes_of_numpys_uniforms_make_an_infinite_draw(extreme, monkeypatch):
    class Extreme:
        def __init__(self, address):
            pass

        def random(self, out):
            out[:] = extreme

    monkeypatch.setattr(luck, "Generator", Extreme)
    for table, _ in TABLES.values():
        assert np.isfinite(plain(table(Luck(8), 0, 1, 2))).all()
    assert 0.0 < Luck(8).sessions(0, 1, 1)["wait"][0, 0] < 1.0


def test_stratified_therapists_are_quantiles_in_the_same_order_as_plain_ones():
    stratified = Luck(3).therapists(0, 1, 40, stratified=True)[0]
    usual = Luck(3).therapists(0, 1, 40)[0]
    middles = (np.arange(40) + 0.5) / 40
    for name in luck.THERAPIST:
        assert np.array_equal(np.argsort(stratified[name]), np.argsort(usual[name]))
    assert np.sort(stratified["experience"]) == pytest.approx(middles, rel=1e-12)
    assert np.sort(stratified["skill"])[[0, 39]] == pytest.approx([-2.241402727604947, 2.241402727604947], rel=1e-12)
    assert len({tuple(np.argsort(stratified[name])) for name in luck.THERAPIST}) == len(luck.THERAPIST)


@pytest.mark.parametrize(
    "names",
    [luck.SESSION, luck.THERAPIST_WEEK, luck.CLIENT, luck.THERAPIST, tuple(Client.__annotations__),
     tuple(Therapist.__annotations__), tuple(Tally.__annotations__), tuple(settings(checked({})))],
    ids=["session", "therapist week", "client luck", "therapist luck", "client", "therapist", "tally", "settings"],
)  # fmt: skip
def test_names_are_unique_identifiers_that_shadow_nothing_of_a_numpy_record(names):
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() for name in names)
    assert set(names) & set(dir(np.record)) == set()
    assert set(names) & set(dir(np.ndarray)) == set()


@of_every_kind
def test_rows_answer_to_the_names_of_their_columns(table, names):
    row = table(Luck(5), 0, 1, 1)[0, 0]
    assert [getattr(row, name) for name in names] == list(row)


def test_reports_have_luck_of_their_own_and_one_more_place_changes_nobody_elses():
    few, many = (Luck(1).reports(3, 2, places) for places in (4, 5))
    assert (few == many[:, :4]).all()
    assert not np.isin(few["view"], Luck(1).sessions(3, 2, 4)["depth"]).any()


def test_seeds_for_libraries_differ_by_purpose_seed_and_replicate_and_repeat():
    derived = {
        (seed, replicate, purpose): Luck(seed, replicate).derived_seed(purpose)
        for seed in (1, 2)
        for replicate in (0, 1)
        for purpose in (0, 1)
    }
    assert len(set(derived.values())) == 8
    assert derived[1, 0, 1] == Luck(1).derived_seed(1)
