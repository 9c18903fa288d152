"""The table to choose a person from: everyone once, with the numbers of the log, in any order."""

from math import isnan

import numpy as np
import pytest

from tearsim.science.codes import GAVE_UP, LOOKING, NONE
from tearsim.show.page import panels, people_table
from tearsim.show.page.controller import Controller
from tearsim.show.page.people_table import Asked
from tearsim.show.page.picture import Who
from tearsim.show.page.practice_and_twin import LATELY, PracticeAndTwin


@pytest.fixture(scope="module")
def practices():
    """A tearful practice in which some look for someone new."""
    watched = PracticeAndTwin(
        3, {"therapists": 4, "caseload": 5, "therapist_tear_propensity": 0.97, "leaving_base": -3.5}
    )
    for _ in range(40):
        watched.step()
    return watched


@pytest.fixture(scope="module")
def log(practices):
    rows = np.concatenate(list(practices.shown.rows))
    return {client: rows[rows["client"] == client] for client in sorted(set(rows["client"]))}


def controller(practices):
    async def drawn():
        pass

    at = Controller(lambda: None, lambda: None, drawn)
    at.practices = practices
    return at


def test_everyone_stands_in_the_table_once_with_the_numbers_of_the_log(practices, log):
    table = {row["number"]: row for row in people_table.rows(practices, "everyone")}
    assert [client for client in table if table[client]["sessions"]] == list(log)
    for client, sessions in log.items():
        row, last = table[client], sessions[-1]
        assert row["who"] == Who("client", client)
        assert row["sessions"] == len(sessions)
        assert row["saw_tears"] == sessions["noticed"].sum()
        assert row["alliance"] == last["alliance"]
        assert row["therapist"] == practices.name(last["therapist"])
        if row["stands"] != people_table.STANDS[LOOKING]:
            assert row["distress"] == last["distress"]
    assert {row["stands"] for row in table.values()} >= {
        "in therapy",
        "completed",
        "gave up",
        "looking for someone new",
    }


def test_those_here_are_those_who_have_a_place_or_look_for_one(practices):
    practice = practices.shown.practice
    expected = {practice.people[index].number for index in (*practice.seats, *practice.looking)}
    table = people_table.rows(practices, "here")
    assert {row["number"] for row in table} == expected
    looking = {practice.people[index].number for index in practice.looking}
    assert {row["number"] for row in table if row["stands"] == "looking for someone new"} == looking
    gave_up = {row["number"] for row in people_table.rows(practices, "everyone") if row["stands"] == "gave up"}
    assert all(practices.standing(number) == GAVE_UP for number in gave_up)


def test_therapists_have_their_clients_and_their_tears(practices):
    rows = np.concatenate(list(practices.shown.rows)[-LATELY:])
    for row in people_table.rows(practices, "therapists"):
        mine = rows[rows["therapist"] == row["who"].number]
        assert row["tears"] == (mine["tears_felt"] != NONE).sum()
        clients = practices.therapist(row["who"].number).clients
        assert row["clients"] == len(clients)
        assert row["alliance"] == pytest.approx(np.mean([c.alliance for c in clients if c.sessions]))


@pytest.mark.parametrize("which", people_table.TABLES)
def test_every_column_orders_the_table_both_ways(practices, which):
    table = people_table.rows(practices, which)
    for by in people_table.table_columns(which):
        up, down = (people_table.ordered(table, Asked(which, by, descending)) for descending in (False, True))
        assert len(up) == len(down) == len(table)
        key = "order" if by == "number" else by
        for rows, sign in ((up, 1), (down, -1)):
            values = [row[key] for row in rows]
            known = [value for value in values if not (isinstance(value, float) and isnan(value))]
            assert values[: len(known)] == known
            assert known == sorted(known, reverse=sign < 0)


def test_pressing_a_heading_again_turns_the_order_round():
    asked = people_table.asked_again(Asked("everyone"), "distress")
    assert asked == Asked("everyone", "distress", False)
    assert people_table.asked_again(asked, "distress") == Asked("everyone", "distress", True)
    assert people_table.asked_again(asked, "no such column") == asked


def test_alliance_is_written_as_it_is_rated_and_distress_in_points_of_the_core_om():
    columns = people_table.CLIENT_COLUMNS
    assert people_table.cell_written(columns["alliance"], 0.75) == "5.50"
    assert people_table.cell_written(columns["distress"], 2.0) == "19"  # 18.6, as people come
    assert people_table.cell_written(columns["distress"], 6.0) == "40"  # where that scale ends
    assert people_table.cell_written(people_table.THERAPIST_COLUMNS["alliance"], 0.75) == "5.50"
    assert people_table.cell_written(people_table.THERAPIST_COLUMNS["comfort"], 0.75) == "0.75"
    assert "rated 1 to 7" in columns["alliance"].help
    assert "CORE-OM" in columns["distress"].help


def test_before_the_first_session_all_are_about_to_begin():
    table = people_table.rows(PracticeAndTwin(3, {"therapists": 2, "caseload": 3}), "here")
    assert [row["number"] for row in table] == [1, 2, 3, 4, 5, 6]
    assert {row["stands"] for row in table} == {people_table.TO_BEGIN}
    assert people_table.cell_written(people_table.CLIENT_COLUMNS["alliance"], table[0]["alliance"]) == "–"


def test_the_open_table_is_in_the_order_asked_for_and_says_what_it_leaves_out(practices, monkeypatch):
    at = controller(practices)
    assert panels.table(at) == {"open": False, "which": "", "choices": [], "columns": [], "rows": [], "note": ""}
    at.ask_table(Asked("everyone", "saw_tears", True))
    monkeypatch.setattr(people_table, "MOST_PEOPLE", 7)
    panel = panels.table(at)
    everyone = people_table.rows(practices, "everyone")
    assert panel["note"].startswith(f"The first 7 of {len(everyone)}, in this order.")
    tears = [int(row["cells"][list(people_table.CLIENT_COLUMNS).index("saw_tears")]) for row in panel["rows"]]
    assert tears == sorted((row["saw_tears"] for row in everyone), reverse=True)[:7]
    assert [column["sort"] for column in panel["columns"] if column["name"] == "saw_tears"] == ["descending"]
    at.choose(panels.chosen_from(panel["rows"][2]["key"]))
    assert panels.one_story(at, 384)["title"] == f"Client {panel['rows'][2]['cells'][0]}"
    assert not panels.table(at)["open"]
    at.ask_table(Asked("everyone", "saw_tears", True))
    assert [row["chosen"] for row in panels.table(at)["rows"]].index(True) == 2
