"""What the buttons do, without a browser."""

import asyncio
import csv
import io
import tomllib

import pytest

import tearsim
from tearsim.science.codes import GAVE_UP, LEFT
from tearsim.show.page import controls, panels, pinned_runs
from tearsim.show.page.controller import Desk
from tearsim.show.page.downloads import experiment_file, log_file
from tearsim.show.page.people_table import Asked
from tearsim.show.page.picture import Who
from tearsim.study.sweeps.experiment import make_experiment
from tearsim.worlds.simulate import simulate


def at_the_desk(doing):
    """Run what someone does at a desk; returns the desk."""

    async def run():
        async def drawn():
            await asyncio.sleep(0)

        desk = Desk(lambda: None, drawn)
        await doing(desk)
        return desk

    return asyncio.run(run())


async def idle(desk):
    """Until nothing is under way."""
    while desk.is_busy:
        await asyncio.sleep(0.001)


async def live(desk, weeks):
    desk.jump(weeks)
    await idle(desk)


async def play_to(desk, week):
    """Play until a week is reached; it plays on."""
    desk.set_speed("fast")
    desk.play()
    while desk.watch.week < week:
        await asyncio.sleep(0.001)


def test_step_and_jump_live_weeks_and_reset_goes_back():
    async def doing(desk):
        desk.step()
        await idle(desk)
        assert desk.watch.week == 1
        await live(desk, 10)
        assert desk.watch.week == 11
        desk.reset()
        await idle(desk)
        assert desk.watch.week == 0

    at_the_desk(doing)


def test_play_goes_on_until_it_is_paused():
    async def doing(desk):
        await play_to(desk, 5)
        assert desk.playing
        desk.play()
        week = desk.watch.week
        await asyncio.sleep(0.05)
        assert desk.watch.week == week
        assert not desk.playing

    at_the_desk(doing)


@pytest.mark.parametrize("seed", [3, 8])
def test_the_page_shows_the_numbers_of_tearsim_run(seed):
    async def doing(desk):
        desk.change_seed(str(seed))
        await idle(desk)
        await live(desk, 25)
        run = simulate(seed, weeks=25, **{name: desk.values[name] for name in controls.START})
        for row, name in zip(panels.comparison(desk)["rows"], panels.COMPARED, strict=True):
            assert row["mine"] == panels.written(name, run.outcomes[name])

    at_the_desk(doing)


def test_a_jump_pressed_twice_goes_twice_as_far():
    async def doing(desk):
        desk.jump(30)
        await asyncio.sleep(0)
        desk.jump(10)
        await idle(desk)
        assert desk.watch.week == 40
        await live(desk, 5)
        assert desk.watch.week == 45

    at_the_desk(doing)


def test_asking_whether_it_is_luck_again_right_after_stop_is_a_question_of_its_own(monkeypatch):
    monkeypatch.setattr("tearsim.show.page.controller.PRACTICES", 5)

    async def doing(desk):
        await live(desk, 3)
        desk.ask_luck()
        await asyncio.sleep(0)
        desk.ask_luck()
        desk.ask_luck()
        assert desk.is_asking
        await idle(desk)
        assert desk.luck.answer.practices == 5
        assert "luck" not in desk.mistakes

    at_the_desk(doing)


def test_a_changed_setting_lives_the_same_weeks_again_with_the_same_people():
    async def doing(desk):
        await live(desk, 20)
        before = desk.watch
        desk.change("client_boundary_sensitivity", "0.9")
        await idle(desk)
        assert desk.watch is not before
        assert desk.watch.week == 20
        assert [c.empathy for c in desk.watch.shown.practice.people[:5] if c] == [
            c.empathy for c in before.shown.practice.people[:5] if c
        ]
        expected = simulate(3, weeks=20, client_boundary_sensitivity=0.9, **controls.START).outcomes
        assert desk.watch.shown.practice.outcomes()["alliance_mean"] == expected["alliance_mean"]

    at_the_desk(doing)


def test_the_latest_of_many_changes_wins_and_the_week_is_kept():
    async def doing(desk):
        await live(desk, 30)
        for value in ("0.1", "0.4", "0.7", "0.95"):
            desk.change("therapist_tear_propensity", value)
            await asyncio.sleep(0)
        await idle(desk)
        assert desk.watch.week == 30
        assert desk.watch.parameters["therapist_tear_propensity"] == 0.95

    at_the_desk(doing)


@pytest.mark.parametrize("meanwhile", ["change", "change again", "pin", "step", "reset"])
def test_a_jump_gets_where_it_was_heading_whatever_is_done_on_the_way(meanwhile):
    """Under the new settings, if they changed; Step goes one week further; Reset alone gives it up."""

    async def doing(desk):
        desk.change("therapists", "2")
        desk.jump(60)
        while desk.watch.week < 10:
            await asyncio.sleep(0)
        assert desk.watch.week < 60
        {"pin": desk.pin, "step": desk.step, "reset": desk.reset}.get(
            meanwhile, lambda: desk.change("client_empathy", "0.7")
        )()
        if meanwhile == "change again":
            await asyncio.sleep(0)
            desk.change("client_empathy", "0.6")
        await idle(desk)
        assert desk.watch.week == {"step": 61, "reset": 0}.get(meanwhile, 60)
        assert desk.watch.parameters["client_empathy"] == desk.values["client_empathy"]
        await live(desk, 1)
        assert desk.watch.week == {"step": 62, "reset": 1}.get(meanwhile, 61)

    at_the_desk(doing)


@pytest.mark.parametrize("then", ["change", "step", "play", "reset", "jump"])
def test_a_run_is_kept_as_it_was_whatever_is_pressed_while_it_is_being_kept(then, monkeypatch):
    monkeypatch.setattr(pinned_runs, "BREATH", -1.0)  # a turn for others after every week

    async def doing(desk):
        await live(desk, 40)
        was = dict(desk.values)
        desk.pin()
        await asyncio.sleep(0)
        assert desk.pinned is None, "it is still being lived again"
        {
            "change": lambda: desk.change("client_empathy", "0.7"), "step": desk.step, "play": desk.play,
            "reset": desk.reset, "jump": lambda: desk.jump(10),
        }[then]()  # fmt: skip
        while desk.pinned is None or (desk.is_busy and then != "play"):
            await asyncio.sleep(0.001)
        desk.stop()
        assert desk.pinned.values == was
        assert desk.pinned.world.practice.week == desk.watch.week
        expected = simulate(3, weeks=max(1, desk.watch.week), **controls.START).outcomes["alliance_mean"]
        if desk.watch.week:
            assert desk.pinned.world.practice.outcomes()["alliance_mean"] == expected

    at_the_desk(doing)


def test_a_run_that_is_being_kept_can_be_let_go(monkeypatch):
    monkeypatch.setattr(pinned_runs, "BREATH", -1.0)

    async def doing(desk):
        await live(desk, 40)
        desk.pin()
        await asyncio.sleep(0)
        assert panels.tabs(desk)["pinned"]
        desk.pin()
        await idle(desk)
        assert desk.pinned is None
        assert not panels.tabs(desk)["pinned"]

    at_the_desk(doing)


def test_a_chosen_therapist_is_never_taken_for_another_when_their_number_changes():
    async def doing(desk):
        await live(desk, 10)
        for therapist, rooms, then in ((6, 4, None), (3, 4, 3), (3, 10, 3)):
            desk.change("therapists", "6")
            await idle(desk)
            desk.choose(Who("therapist", therapist))
            desk.change("therapists", str(rooms))
            await idle(desk)
            assert desk.chosen == (Who("therapist", then) if then else None)

    at_the_desk(doing)


def test_a_successor_keeps_the_letter_of_the_room():
    """B2 of six rooms is number 8; of ten rooms number 12, and number 8 is somebody else."""

    async def doing(desk):
        for name, value in (("career_length", "1"), ("caseload", "1")):
            desk.change(name, value)
        await idle(desk)
        await live(desk, 120)
        number = next(t.number for t in desk.watch.shown.practice.therapists if t.number > 6)
        letter = desk.watch.name(number)
        desk.choose(Who("therapist", int(number)))
        desk.change("therapists", "10")
        await idle(desk)
        assert desk.chosen is None or desk.watch.name(desk.chosen.number) == letter
        assert desk.chosen != Who("therapist", int(number))

    at_the_desk(doing)


def test_pinning_while_playing_plays_on():
    async def doing(desk):
        await play_to(desk, 5)
        desk.pin()
        while desk.pinned is None or desk.watch.week < 12:
            await asyncio.sleep(0.001)
        assert desk.playing
        desk.stop()
        assert len(panels.told(desk).pinned) == desk.watch.week

    at_the_desk(doing)


def test_what_a_lost_connection_left_behind_is_ended_and_the_browser_told():
    """Its event loop is gone, and with it Play; what is under way on a loop that runs goes on."""
    told = []

    async def drawn():
        await asyncio.sleep(0)

    desk = Desk(lambda: told.append(desk.playing), drawn)
    lost = asyncio.new_event_loop()

    async def play():
        desk.play()
        await asyncio.sleep(0.01)

    lost.run_until_complete(play())
    left = asyncio.all_tasks(lost)
    lost.close()
    assert desk.playing

    async def come_back():
        seen = desk.presses
        desk.look_after()
        assert not desk.playing
        assert not told[-1]
        assert desk.presses > seen  # or the button would go on saying what the browser saw last
        desk.play()
        desk.look_after()
        assert desk.playing
        desk.stop()

    asyncio.run(come_back())
    for task in left:  # it can never end: let it not be mourned
        task._log_destroy_pending = False


def test_a_button_that_lost_its_connection_and_still_says_pause_pauses():
    async def doing(desk):
        desk.play(True)
        await idle(desk)
        assert not desk.playing
        assert desk.watch.week == 0

    at_the_desk(doing)


@pytest.mark.parametrize("then", ["step", "play", "pause", "pin"])
def test_whatever_is_pressed_right_after_a_change_the_practice_is_that_of_the_settings(then):
    async def doing(desk):
        await live(desk, 60)
        if then == "pause":
            desk.play()
            await asyncio.sleep(0.01)
        desk.change("client_empathy", "0.7")
        await asyncio.sleep(0)
        {"step": desk.step, "play": desk.play, "pause": desk.play, "pin": desk.pin}[then]()
        while desk.watch.parameters["client_empathy"] != 0.7 or (desk.is_busy and then != "play"):
            await asyncio.sleep(0.001)
        assert desk.watch.week >= 60
        assert desk.playing == (then == "play")
        desk.stop()
        expected = simulate(3, weeks=desk.watch.week, client_empathy=0.7, **controls.START).outcomes
        assert desk.watch.shown.practice.outcomes()["alliance_mean"] == expected["alliance_mean"]

    at_the_desk(doing)


def test_whoever_was_playing_plays_on_after_a_change():
    async def doing(desk):
        await play_to(desk, 5)
        desk.change("client_empathy", "0.7")
        desk.change("client_empathy", "0.8")
        while desk.watch.week < 12:
            await asyncio.sleep(0.001)
        assert desk.playing
        assert desk.watch.parameters["client_empathy"] == 0.8
        desk.stop()

    at_the_desk(doing)


def test_nonsense_leaves_the_practice_as_it_was():
    async def doing(desk):
        await live(desk, 3)
        watch = desk.watch
        desk.change("caseload", "99")
        desk.change("bond_gains", "x")
        desk.change_seed("abc")
        assert set(desk.mistakes) == {"caseload", "bond_gains", "seed"}
        assert desk.watch is watch
        desk.change("caseload", "9")
        assert set(desk.mistakes) == {"bond_gains", "seed"}

    at_the_desk(doing)


def test_what_breaks_on_the_way_becomes_words():
    async def doing(desk):
        def broken():
            raise ZeroDivisionError("division by zero")

        desk.watch.step = broken
        desk.step()
        await idle(desk)
        assert desk.mistakes["practice"].startswith("Something went wrong in week 1; the practice stopped there.")
        assert "ZeroDivisionError" in desk.mistakes["practice"]
        desk.reset()
        await idle(desk)
        assert "practice" not in desk.mistakes
        await live(desk, 2)
        assert desk.watch.week == 2

    at_the_desk(doing)


def test_a_pinned_run_lives_on_beside_the_next_one():
    async def doing(desk):
        await live(desk, 10)
        desk.pin()
        await idle(desk)
        desk.choose_preset("Tearful practice")
        await idle(desk)
        await live(desk, 5)
        assert desk.pinned.world.practice.week == 15
        panel = panels.comparison(desk)
        assert [row["label"] for row in panel["differing"]] == ["How easily their eyes fill"]
        expected = simulate(3, weeks=15, **controls.START).outcomes
        assert [row["pinned"] for row in panel["rows"]] == [panels.written(n, expected[n]) for n in panels.COMPARED]
        assert len(panels.told(desk).pinned) == 15
        desk.pin()
        assert desk.pinned is None

    at_the_desk(doing)


def test_a_run_pinned_late_is_there_again_from_the_first_week_after_a_reset():
    """Later than all weeks that are kept."""

    async def doing(desk):
        desk.change("therapists", "1")
        desk.change("caseload", "2")
        await live(desk, 175)
        desk.pin()
        await idle(desk)
        assert panels.told(desk).pinned[0].week > 1
        desk.reset()
        desk.choose_preset("Tearful practice")
        await idle(desk)
        assert desk.pinned.world.practice.week == desk.watch.week == 0
        await live(desk, 6)
        pinned = panels.told(desk).pinned
        assert [week.week for week in pinned] == [1, 2, 3, 4, 5, 6]
        expected = simulate(3, weeks=6, therapists=1, caseload=2)
        assert [week.alliance for week in pinned] == list(expected.series["alliance"])
        shown = [row["pinned"] for row in panels.comparison(desk)["rows"]]
        assert shown == [panels.written(name, expected.outcomes[name]) for name in panels.COMPARED]

    at_the_desk(doing)


def test_is_it_luck_answers_with_an_interval_and_can_be_stopped(monkeypatch):
    monkeypatch.setattr("tearsim.show.page.controller.PRACTICES", 20)

    async def doing(desk):
        desk.ask_luck()
        assert desk.luck is None
        desk.choose_preset("Tearful practice")
        await idle(desk)
        await live(desk, 12)
        desk.ask_luck()
        assert desk.is_asking
        await idle(desk)
        panel = panels.comparison(desk)["luck"]
        assert panel["about"].startswith("20 practices with these settings (Tearful practice), 12 weeks each")
        assert all(" to " in row["interval"] for row in panel["rows"])
        assert not panel["stale"]
        desk.change("client_empathy", "0.6")
        await idle(desk)
        assert panels.comparison(desk)["luck"]["stale"]
        desk.ask_luck()
        desk.ask_luck()
        assert desk.luck is None
        assert not desk.is_asking

    at_the_desk(doing)


def test_a_story_can_be_read_of_anyone_and_of_nobody():
    async def doing(desk):
        assert panels.one_story(desk, 384)["text"].startswith("Click a person")
        desk.choose(Who("client", 5))
        assert panels.one_story(desk, 384)["text"] == "No session yet."
        await live(desk, 30)
        for which in ("here", "therapists"):
            desk.ask_table(Asked(which))
            for person in panels.table(desk)["rows"]:
                desk.choose(panels.chosen_from(person["key"]))
                kind = desk.chosen.kind.capitalize()
                assert panels.one_story(desk, 384)["title"] == f"{kind} {person['cells'][0]}"
        for client in (1, 7, 48, 60, 100):
            desk.choose(Who("client", client))
            panel = panels.one_story(desk, 384)
            assert panel["entries"]
            assert panel["chart"].startswith("<svg")
        desk.choose(Who("client", 10**6))
        assert panels.one_story(desk, 384)["text"] == "There is no such person in this practice."
        assert panels.chosen_from("nobody") is panels.chosen_from("client x") is None

    at_the_desk(doing)


def test_the_chosen_person_stays_the_same_person_whatever_is_changed():
    """A newcomer has another number where others left in other weeks; another seed has other people."""

    async def doing(desk):
        desk.choose_preset("Sensitive clients")
        await idle(desk)
        await live(desk, 60)
        before = desk.watch
        renumbered = 0
        for number in (60, 75, 90, 100):
            desk.choose(Who("client", number))
            person = desk.watch.person(number)
            desk.change(
                "therapist_tear_propensity", "0.6" if desk.values["therapist_tear_propensity"] != 0.6 else "0.99"
            )
            await idle(desk)
            if desk.chosen is not None:
                assert desk.watch.person(desk.chosen.number) == person
                renumbered += desk.chosen.number != number
        assert desk.watch is not before
        assert renumbered
        desk.choose(Who("client", 5))
        desk.new_luck()
        await idle(desk)
        assert desk.chosen is None

    at_the_desk(doing)


def test_a_week_counts_those_who_left_to_look_by_the_door_they_took():
    """Whoever gives up in the waiting room left in an earlier week: they are not taken off this week's."""

    async def doing(desk):
        desk.choose_preset("Sensitive clients")
        desk.change("patience", "0")
        desk.change("leaving_base", "-4.5")
        desk.change("seeking_base", "1")  # many leave, look, and find no place
        await idle(desk)
        apart = 0
        for _ in range(40):
            await live(desk, 1)
            ended = [row for row in desk.watch.sessions if row.ending == LEFT]
            looking = sum(desk.watch.standing(row.client) != GAVE_UP for row in ended)
            assert f"{looking} left to look" in panels.this_week(desk.watch)["text"]
            apart += looking != len(ended) - desk.watch.gave_up_this_week
        assert apart

    at_the_desk(doing)


def test_someone_long_gone_still_has_a_place():
    """Whoever is not followed any more stands where their last session left them."""

    async def doing(desk):
        desk.change("therapists", "2")
        await idle(desk)
        await live(desk, 230)
        gone = [n for n in range(1, 40) if desk.watch.client(n) is None]
        assert gone
        desk.choose(Who("client", gone[0]))
        assert "Their last session was in week" in panels.one_story(desk, 384)["text"]

    at_the_desk(doing)


# --- Taking away ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tears", ["shown", "held back", "voiced"])
def test_the_saved_settings_are_an_experiment_that_runs(tmp_path, tears):
    values = {**controls.with_preset(controls.PRESETS[1], controls.start()), "tears": tears}
    file = experiment_file("Mine", values, 3, 5)
    assert file.name == "experiment.toml"
    (tmp_path / file.name).write_text(file.text, encoding="utf-8")
    experiment = make_experiment(tomllib.loads(file.text), file.name)
    assert {**experiment.points[0], "weeks": 52} == {**values, "tears": "shown" if tears == "held back" else tears}
    results = tearsim.sweep(tmp_path / file.name, out=tmp_path / "out", replicates=2)
    assert len(results.runs) == 2 * 2


def test_the_first_replicate_of_the_saved_experiment_is_the_practice_watched(tmp_path):
    async def doing(desk):
        desk.choose_preset("Sensitive clients")
        await idle(desk)
        await live(desk, 8)
        desk.save_settings()

    desk = at_the_desk(doing)
    results = tearsim.sweep(tomllib.loads(desk.file.text), out=tmp_path / "out", replicates=1)
    mine = results.runs[(results.runs["replicate"] == 0) & (results.runs["tears"] == "shown")]
    watched = desk.watch.shown.practice.outcomes()
    for name in ("alliance_mean", "felt_per_100_sessions", "sessions"):
        assert mine[name].item() == watched[name]


def test_the_saved_sessions_are_those_that_were_watched():
    async def doing(desk):
        desk.save_log()
        assert desk.mistakes["save"] == "No session yet: there is nothing to save."
        await live(desk, 6)
        desk.save_log()
        while desk.file is None:
            await asyncio.sleep(0.01)

    desk = at_the_desk(doing)
    saved = list(csv.DictReader(io.StringIO(desk.file.text)))
    watched = [row for rows in desk.watch.shown.rows for row in rows]
    assert len(saved) == len(watched) == 6 * 48
    for row, kept in zip(watched, saved, strict=True):
        assert int(kept["client"]) == row.client
        assert float(kept["alliance"]) == row.alliance


def test_more_sessions_than_a_browser_can_be_handed_are_refused_with_another_way():
    with pytest.raises(tearsim.TearSimError, match=r"too many for a browser to save .* tearsim run --log"):
        log_file({**controls.start(), "therapists": 24, "caseload": 20}, 3, 1000)
