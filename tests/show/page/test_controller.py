"""What the buttons do, without a browser."""

import asyncio
import csv
import io
import threading
import tomllib
from html import unescape

import pytest

import tearsim
from tearsim.science.codes import GAVE_UP, LEFT
from tearsim.show.page import controls, panels, pinned_runs, questions, telling
from tearsim.show.page.controller import Controller
from tearsim.show.page.downloads import experiment_file, log_file
from tearsim.show.page.people_table import Asked
from tearsim.show.page.picture import Who
from tearsim.study.sweeps.experiment import make_experiment
from tearsim.worlds.simulate import simulate


def on_the_page(doing):
    """Run what someone does on the page; returns the controller."""

    async def run():
        async def drawn():
            await asyncio.sleep(0)

        controller = Controller(lambda: None, lambda: None, drawn)
        await doing(controller)
        return controller

    return asyncio.run(run())


async def idle(controller):
    """Until nothing is under way."""
    while controller.is_busy:
        await asyncio.sleep(0.001)


async def live(controller, weeks):
    controller.jump(weeks)
    await idle(controller)


async def play_to(controller, week):
    """Play until a week is reached; it plays on."""
    controller.set_speed("fast")
    controller.play()
    while controller.practices.week < week:
        await asyncio.sleep(0.001)


def test_step_and_jump_live_weeks_and_reset_goes_back():
    async def doing(controller):
        controller.step()
        await idle(controller)
        assert controller.practices.week == 1
        await live(controller, 10)
        assert controller.practices.week == 11
        controller.reset()
        await idle(controller)
        assert controller.practices.week == 0

    on_the_page(doing)


def test_play_goes_on_until_it_is_paused():
    async def doing(controller):
        await play_to(controller, 5)
        assert controller.playing
        controller.play()
        week = controller.practices.week
        await asyncio.sleep(0.05)
        assert controller.practices.week == week
        assert not controller.playing

    on_the_page(doing)


@pytest.mark.parametrize("seed", [3, 8])
def test_the_page_shows_the_numbers_of_tearsim_run(seed):
    async def doing(controller):
        controller.change_seed(str(seed))
        await idle(controller)
        await live(controller, 25)
        run = simulate(seed, weeks=25, **{name: controller.values[name] for name in controls.START_VALUES})
        for row, name in zip(panels.comparison(controller)["rows"], panels.COMPARED, strict=True):
            assert row["mine"] == panels.outcome_written(name, run.outcomes[name])

    on_the_page(doing)


def test_a_jump_pressed_twice_goes_twice_as_far():
    async def doing(controller):
        controller.jump(30)
        await asyncio.sleep(0)
        controller.jump(10)
        await idle(controller)
        assert controller.practices.week == 40
        await live(controller, 5)
        assert controller.practices.week == 45

    on_the_page(doing)


def test_asking_whether_it_is_luck_again_right_after_stop_is_a_question_of_its_own(monkeypatch):
    monkeypatch.setattr("tearsim.show.page.pinned_runs.PRACTICES", 5)

    async def doing(controller):
        await live(controller, 3)
        controller.ask_luck()
        await asyncio.sleep(0)
        controller.ask_luck()
        controller.ask_luck()
        assert controller.questions.is_asking
        await idle(controller)
        assert controller.luck.answer.practices == 5
        assert controller.questions.mistake == ""

    on_the_page(doing)


def test_a_changed_setting_lives_the_same_weeks_again_with_the_same_people():
    async def doing(controller):
        await live(controller, 20)
        before = controller.practices
        controller.change("client_boundary_sensitivity", "0.9")
        await idle(controller)
        assert controller.practices is not before
        assert controller.practices.week == 20
        assert [c.empathy for c in controller.practices.shown.practice.people[:5] if c] == [
            c.empathy for c in before.shown.practice.people[:5] if c
        ]
        expected = simulate(
            controls.START_SEED, weeks=20, client_boundary_sensitivity=0.9, **controls.START_VALUES
        ).outcomes
        assert controller.practices.shown.outcomes()["alliance_mean"] == expected["alliance_mean"]

    on_the_page(doing)


def test_the_latest_of_many_changes_wins_and_the_week_is_kept():
    async def doing(controller):
        await live(controller, 30)
        for value in ("0.1", "0.4", "0.7", "0.95"):
            controller.change("therapist_tear_propensity", value)
            await asyncio.sleep(0)
        await idle(controller)
        assert controller.practices.week == 30
        assert controller.practices.parameters["therapist_tear_propensity"] == 0.95

    on_the_page(doing)


@pytest.mark.parametrize("meanwhile", ["change", "change again", "pin", "step", "reset"])
def test_a_jump_gets_where_it_was_heading_whatever_is_done_on_the_way(meanwhile):
    """Under the new settings, if they changed; Step goes one week further; Reset alone gives it up."""

    async def doing(controller):
        controller.change("therapists", "2")
        controller.jump(60)
        while controller.practices.week < 10:
            await asyncio.sleep(0)
        assert controller.practices.week < 60
        {"pin": controller.pin, "step": controller.step, "reset": controller.reset}.get(
            meanwhile, lambda: controller.change("client_empathy", "0.7")
        )()
        if meanwhile == "change again":
            await asyncio.sleep(0)
            controller.change("client_empathy", "0.6")
        await idle(controller)
        assert controller.practices.week == {"step": 61, "reset": 0}.get(meanwhile, 60)
        assert controller.practices.parameters["client_empathy"] == controller.values["client_empathy"]
        await live(controller, 1)
        assert controller.practices.week == {"step": 62, "reset": 1}.get(meanwhile, 61)

    on_the_page(doing)


@pytest.mark.parametrize("then", ["change", "step", "play", "reset", "jump"])
def test_a_run_is_kept_as_it_was_whatever_is_pressed_while_it_is_being_kept(then, monkeypatch):
    monkeypatch.setattr(pinned_runs, "BREATH", -1.0)  # a turn for others after every week

    async def doing(controller):
        await live(controller, 40)
        was = dict(controller.values)
        controller.pin()
        await asyncio.sleep(0)
        assert controller.pinned is None, "it is still being lived again"
        {
            "change": lambda: controller.change("client_empathy", "0.7"),
            "step": controller.step,
            "play": controller.play,
            "reset": controller.reset,
            "jump": lambda: controller.jump(10),
        }[then]()
        while controller.pinned is None or (controller.is_busy and then != "play"):
            await asyncio.sleep(0.001)
        controller.stop()
        assert controller.pinned.values == was
        assert controller.pinned.world.week == controller.practices.week
        expected = simulate(
            controls.START_SEED, weeks=max(1, controller.practices.week), **controls.START_VALUES
        ).outcomes["alliance_mean"]
        if controller.practices.week:
            assert controller.pinned.world.outcomes()["alliance_mean"] == expected

    on_the_page(doing)


def test_a_run_that_is_being_kept_can_be_let_go(monkeypatch):
    monkeypatch.setattr(pinned_runs, "BREATH", -1.0)

    async def doing(controller):
        await live(controller, 40)
        controller.pin()
        await asyncio.sleep(0)
        assert panels.tabs(controller)["pinned"]
        controller.pin()
        await idle(controller)
        assert controller.pinned is None
        assert not panels.tabs(controller)["pinned"]

    on_the_page(doing)


def test_a_chosen_therapist_is_never_taken_for_another_when_their_number_changes():
    async def doing(controller):
        await live(controller, 10)
        for therapist, rooms, then in ((6, 4, None), (3, 4, 3), (3, 10, 3)):
            controller.change("therapists", "6")
            await idle(controller)
            controller.choose(Who("therapist", therapist))
            controller.change("therapists", str(rooms))
            await idle(controller)
            assert controller.chosen == (Who("therapist", then) if then else None)

    on_the_page(doing)


def test_a_successor_keeps_the_letter_of_the_room():
    """B2 of six rooms is number 8; of ten rooms number 12, and number 8 is somebody else."""

    async def doing(controller):
        for name, value in (("career_length", "1"), ("caseload", "1")):
            controller.change(name, value)
        await idle(controller)
        await live(controller, 120)
        number = next(t.number for t in controller.practices.shown.practice.therapists if t.number > 6)
        letter = controller.practices.name(number)
        controller.choose(Who("therapist", int(number)))
        controller.change("therapists", "10")
        await idle(controller)
        assert controller.chosen is None or controller.practices.name(controller.chosen.number) == letter
        assert controller.chosen != Who("therapist", int(number))

    on_the_page(doing)


def test_pinning_while_playing_plays_on():
    async def doing(controller):
        await play_to(controller, 5)
        controller.pin()
        while controller.pinned is None or controller.practices.week < 12:
            await asyncio.sleep(0.001)
        assert controller.playing
        controller.stop()
        assert len(panels.charts_told(controller).pinned) == controller.practices.week

    on_the_page(doing)


def test_play_is_one_week_ahead_of_what_the_browser_has_drawn_and_no_more():
    """That week is lived and drawn up meanwhile. Whoever is chosen before it is shown has their ring in it."""
    made, shown = [], []

    async def playing():
        has_drawn = asyncio.Event()

        async def drawn():
            await has_drawn.wait()
            has_drawn.clear()

        controller = Controller(
            lambda: made.append((controller.practices.week, controller.chosen)), lambda: shown.append(made[-1]), drawn
        )
        controller.set_speed("fast")
        controller.play()
        for week in range(1, 4):
            while made[-1][0] < week:
                await asyncio.sleep(0)
            for _ in range(20):
                await asyncio.sleep(0)
            assert (made[-1][0], shown[-1][0], controller.practices.week) == (week, week - 1, week)
            has_drawn.set()
        while made[-1][0] < 4:
            await asyncio.sleep(0)
        controller.choose(Who("client", 1))
        has_drawn.set()
        while made[-1][0] < 5:
            await asyncio.sleep(0)
        assert shown[-1] == (4, Who("client", 1))
        controller.play()
        for _ in range(20):
            await asyncio.sleep(0)
        assert not controller.playing
        assert shown[-1] == (5, Who("client", 1))
        assert controller.practices.week == 5

    asyncio.run(playing())


def test_what_a_lost_connection_left_behind_is_ended_and_the_browser_told():
    """Its event loop is gone, and with it Play; what is under way on a loop that runs goes on."""
    told = []

    async def drawn():
        await asyncio.sleep(0)

    controller = Controller(lambda: None, lambda: told.append(controller.playing), drawn)
    lost = asyncio.new_event_loop()

    async def play():
        controller.play()
        await asyncio.sleep(0.01)

    lost.run_until_complete(play())
    left = asyncio.all_tasks(lost)
    lost.close()
    assert controller.playing

    async def come_back():
        seen = controller.presses
        controller.look_after()
        assert not controller.playing
        assert not told[-1]
        assert controller.presses > seen  # or the button would go on saying what the browser saw last
        controller.play()
        controller.look_after()
        assert controller.playing
        controller.stop()

    asyncio.run(come_back())
    for task in left:  # it can never end: let it not be mourned
        task._log_destroy_pending = False


def test_a_button_that_lost_its_connection_and_still_says_pause_pauses():
    async def doing(controller):
        controller.play(True)
        await idle(controller)
        assert not controller.playing
        assert controller.practices.week == 0

    on_the_page(doing)


@pytest.mark.parametrize("then", ["step", "play", "pause", "pin"])
def test_whatever_is_pressed_right_after_a_change_the_practice_is_that_of_the_settings(then):
    async def doing(controller):
        await live(controller, 60)
        if then == "pause":
            controller.play()
            await asyncio.sleep(0.01)
        controller.change("client_empathy", "0.7")
        await asyncio.sleep(0)
        {"step": controller.step, "play": controller.play, "pause": controller.play, "pin": controller.pin}[then]()
        while controller.practices.parameters["client_empathy"] != 0.7 or (controller.is_busy and then != "play"):
            await asyncio.sleep(0.001)
        assert controller.practices.week >= 60
        assert controller.playing == (then == "play")
        controller.stop()
        expected = simulate(
            controls.START_SEED, weeks=controller.practices.week, client_empathy=0.7, **controls.START_VALUES
        ).outcomes
        assert controller.practices.shown.outcomes()["alliance_mean"] == expected["alliance_mean"]

    on_the_page(doing)


def test_whoever_was_playing_plays_on_after_a_change():
    async def doing(controller):
        await play_to(controller, 5)
        controller.change("client_empathy", "0.7")
        controller.change("client_empathy", "0.8")
        while controller.practices.week < 12:
            await asyncio.sleep(0.001)
        assert controller.playing
        assert controller.practices.parameters["client_empathy"] == 0.8
        controller.stop()

    on_the_page(doing)


def test_nonsense_leaves_the_practice_as_it_was():
    async def doing(controller):
        await live(controller, 3)
        practices = controller.practices
        controller.change("caseload", "99")
        controller.change("bond_gains", "x")
        controller.change_seed("abc")
        assert set(controller.mistakes) == {"caseload", "bond_gains", "seed"}
        assert controller.practices is practices
        controller.change("caseload", "9")
        assert set(controller.mistakes) == {"bond_gains", "seed"}

    on_the_page(doing)


def test_what_breaks_on_the_way_becomes_words():
    async def doing(controller):
        def broken():
            raise ZeroDivisionError("division by zero")

        controller.practices.step = broken
        controller.step()
        await idle(controller)
        assert controller.mistakes["practice"].startswith("Something went wrong in week 1; the practice stopped there.")
        assert "ZeroDivisionError" in controller.mistakes["practice"]
        controller.reset()
        await idle(controller)
        assert "practice" not in controller.mistakes
        await live(controller, 2)
        assert controller.practices.week == 2

    on_the_page(doing)


def test_a_pinned_run_lives_on_beside_the_next_one():
    async def doing(controller):
        await live(controller, 10)
        controller.pin()
        await idle(controller)
        controller.choose_preset("Tearful practice")
        await idle(controller)
        await live(controller, 5)
        assert controller.pinned.world.week == 15
        panel = panels.comparison(controller)
        assert [row["label"] for row in panel["differing"]] == ["How easily their eyes fill"]
        expected = simulate(controls.START_SEED, weeks=15, **controls.START_VALUES).outcomes
        assert [row["pinned"] for row in panel["rows"]] == [
            panels.outcome_written(n, expected[n]) for n in panels.COMPARED
        ]
        assert len(panels.charts_told(controller).pinned) == 15
        controller.pin()
        assert controller.pinned is None

    on_the_page(doing)


def test_a_run_pinned_late_is_there_again_from_the_first_week_after_a_reset():
    """Later than all weeks that are kept."""

    async def doing(controller):
        controller.change("therapists", "1")
        controller.change("caseload", "2")
        await live(controller, 175)
        controller.pin()
        await idle(controller)
        assert panels.charts_told(controller).pinned[0].week > 1
        controller.reset()
        controller.choose_preset("Tearful practice")
        await idle(controller)
        assert controller.pinned.world.week == controller.practices.week == 0
        await live(controller, 6)
        pinned = panels.charts_told(controller).pinned
        assert [week.week for week in pinned] == [1, 2, 3, 4, 5, 6]
        expected = simulate(controls.START_SEED, weeks=6, therapists=1, caseload=2)
        assert [week.alliance for week in pinned] == list(expected.series["alliance"])
        shown = [row["pinned"] for row in panels.comparison(controller)["rows"]]
        assert shown == [panels.outcome_written(name, expected.outcomes[name]) for name in panels.COMPARED]

    on_the_page(doing)


def test_is_it_luck_answers_with_an_interval_and_can_be_stopped(monkeypatch):
    monkeypatch.setattr("tearsim.show.page.pinned_runs.PRACTICES", 20)

    async def doing(controller):
        controller.ask_luck()
        assert controller.luck is None
        controller.choose_preset("Tearful practice")
        await idle(controller)
        await live(controller, 12)
        controller.ask_luck()
        assert controller.questions.is_asking
        await idle(controller)
        panel = panels.comparison(controller)["luck"]
        assert panel["about"].startswith("20 practices with these settings (Tearful practice), 12 weeks each")
        assert all(" to " in row["interval"] for row in panel["rows"])
        assert [row["when"] for row in panel["weeks"]] == ["at once", "1 week", "4 weeks", "12 weeks"]
        assert all(cell["ends"] for row in panel["weeks"] for cell in row["cells"])
        assert panel["words"].startswith("In the default world, one of many that fit the evidence, of 100 clients")
        assert panel["words"] in unescape(panel["profile"]), "the drawing says the same to whoever does not see it"
        assert not panel["stale"]
        controller.change("client_empathy", "0.6")
        await idle(controller)
        assert panels.comparison(controller)["luck"]["stale"]
        controller.ask_luck()
        controller.ask_luck()
        assert controller.luck is None
        assert not controller.questions.is_asking

    on_the_page(doing)


def test_what_luck_does_stays_beside_what_the_worlds_say_until_it_is_asked_again(monkeypatch):
    monkeypatch.setattr("tearsim.show.page.pinned_runs.PRACTICES", 20)
    monkeypatch.setattr("tearsim.show.page.pinned_runs.MOST_CLIENT_WEEKS", 0)

    async def doing(controller):
        controller.choose_preset("Tearful practice")
        await idle(controller)
        await live(controller, 12)
        controller.ask_luck()
        await idle(controller)
        of_luck = panels.comparison(controller)["luck"]
        controller.ask_luck(of_worlds=True)
        on_the_way = panels.comparison(controller)
        assert (on_the_way["luck"]["words"], on_the_way["luck"]["busy"]) == (of_luck["words"], True)
        assert (on_the_way["luck"]["asking"], on_the_way["numbers"]["asking"]) == (False, True)
        controller.questions.stop()
        controller.ask_luck(of_worlds=True)
        await idle(controller)
        both = panels.comparison(controller)
        assert both["luck"]["words"] == of_luck["words"] != both["numbers"]["words"] != ""
        controller.ask_luck()
        assert panels.comparison(controller)["luck"]["words"] == "", "asked again, it waits for the new answer"
        controller.ask_luck()
        assert panels.comparison(controller)["luck"]["words"] == of_luck["words"], "stopped, the old one stands"

    on_the_page(doing)


def test_is_it_the_numbers_asks_open_worlds_and_ends_in_a_sentence_by_the_rule_of_all(monkeypatch):
    monkeypatch.setattr("tearsim.show.page.pinned_runs.PRACTICES", 40)
    monkeypatch.setattr("tearsim.show.page.pinned_runs.MOST_CLIENT_WEEKS", 8 * 508 * 48 * (12 + 13))

    async def doing(controller):
        controller.choose_preset("Tearful practice")
        await idle(controller)
        await live(controller, 12)
        controller.ask_luck(of_worlds=True)
        asked = controller.luck.parameters
        assert asked["estimates"] == "open"
        assert "appraisal_base" not in asked, "what nobody set is the worlds' own"
        assert asked["therapist_tear_propensity"] == controller.values["therapist_tear_propensity"]
        assert panels.comparison(controller)["luck"]["busy"], "one question at a time"
        await idle(controller)
        told = panels.comparison(controller)
        assert told["luck"]["rows"] == []
        words = told["numbers"]["words"]
        assert "worlds that fit the published evidence" in words
        assert "luck alone moves the mean of them by" in words
        assert "each under 8 lucks" in told["numbers"]["about"]

    on_the_page(doing)


def test_a_story_can_be_read_of_anyone_and_of_nobody():
    async def doing(controller):
        assert panels.one_story(controller, 384)["text"].startswith("Click a person")
        controller.choose(Who("client", 5))
        assert panels.one_story(controller, 384)["text"] == "No session yet."
        await live(controller, 30)
        for which in ("here", "therapists"):
            controller.ask_table(Asked(which))
            for person in panels.table(controller)["rows"]:
                controller.choose(panels.chosen_from(person["key"]))
                kind = controller.chosen.kind.capitalize()
                assert panels.one_story(controller, 384)["title"] == f"{kind} {person['cells'][0]}"
        for client in (1, 7, 48, 60, 100):
            controller.choose(Who("client", client))
            panel = panels.one_story(controller, 384)
            assert panel["entries"]
            assert panel["chart"].startswith("<svg")
        controller.choose(Who("client", 10**6))
        assert panels.one_story(controller, 384)["text"] == "There is no such person in this practice."
        assert panels.chosen_from("nobody") is panels.chosen_from("client x") is None

    on_the_page(doing)


def test_the_chosen_person_stays_the_same_person_whatever_is_changed():
    """A newcomer has another number where others left in other weeks; another seed has other people."""

    async def doing(controller):
        controller.choose_preset("Sensitive clients")
        await idle(controller)
        await live(controller, 60)
        before = controller.practices
        renumbered = 0
        for number in (60, 75, 90, 100):
            controller.choose(Who("client", number))
            person = controller.practices.person(number)
            controller.change(
                "therapist_tear_propensity", "0.6" if controller.values["therapist_tear_propensity"] != 0.6 else "0.99"
            )
            await idle(controller)
            if controller.chosen is not None:
                assert controller.practices.person(controller.chosen.number) == person
                renumbered += controller.chosen.number != number
        assert controller.practices is not before
        assert renumbered
        controller.choose(Who("client", 5))
        controller.new_luck()
        await idle(controller)
        assert controller.chosen is None

    on_the_page(doing)


def test_a_week_counts_those_who_left_to_look_by_the_door_they_took():
    """Whoever gives up in the waiting room left in an earlier week: they are not taken off this week's."""

    async def doing(controller):
        controller.choose_preset("Sensitive clients")
        controller.change("patience", "0")
        controller.change("leaving_base", "-3")
        controller.change("seeking_base", "1")  # many leave, look, and find no place
        await idle(controller)
        apart = 0
        for _ in range(40):
            await live(controller, 1)
            ended = [row for row in controller.practices.sessions if row.ending == LEFT]
            looking = sum(controller.practices.standing(row.client) != GAVE_UP for row in ended)
            assert f"{looking} left to look" in telling.this_week(controller.practices)["text"]
            apart += looking != len(ended) - controller.practices.gave_up_this_week
        assert apart

    on_the_page(doing)


def test_someone_long_gone_still_has_a_place():
    """Whoever is not followed any more stands where their last session left them."""

    async def doing(controller):
        controller.change("therapists", "2")
        await idle(controller)
        await live(controller, 230)
        gone = [n for n in range(1, 40) if controller.practices.client(n) is None]
        assert gone
        controller.choose(Who("client", gone[0]))
        assert "Their last session was in week" in panels.one_story(controller, 384)["text"]

    on_the_page(doing)


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
    async def doing(controller):
        controller.choose_preset("Sensitive clients")
        await idle(controller)
        await live(controller, 8)
        controller.save_settings()

    controller = on_the_page(doing)
    results = tearsim.sweep(tomllib.loads(controller.file.text), out=tmp_path / "out", replicates=1)
    mine = results.runs[(results.runs["replicate"] == 0) & (results.runs["tears"] == "shown")]
    watched = controller.practices.shown.outcomes()
    for name in ("alliance_mean", "felt_per_100_sessions", "sessions"):
        assert mine[name].item() == watched[name]


def test_the_saved_sessions_are_those_that_were_watched():
    async def doing(controller):
        controller.save_log()
        assert controller.mistakes["save"] == "No session yet: there is nothing to save."
        await live(controller, 6)
        controller.save_log()
        while controller.file is None:
            await asyncio.sleep(0.01)

    controller = on_the_page(doing)
    saved = list(csv.DictReader(io.StringIO(controller.file.text)))
    watched = [row for rows in controller.practices.shown.rows for row in rows]
    assert len(saved) == len(watched) == 6 * 48
    for row, kept in zip(watched, saved, strict=True):
        assert int(kept["client"]) == row.client
        assert float(kept["alliance"]) == row.alliance


def test_the_saved_replay_ends_in_the_week_that_is_watched():
    async def doing(controller):
        controller.save_replay()
        assert controller.mistakes["save"] == "No session yet: there is nothing to save."
        await live(controller, 3)
        controller.save_replay()
        while controller.file is None:
            await asyncio.sleep(0.01)

    controller = on_the_page(doing)
    assert controller.file.name == "practice.html"
    assert 'max="3" value="0"' in controller.file.text
    assert telling.this_week(controller.practices)["text"] in controller.file.text


def test_more_sessions_than_a_browser_can_be_handed_are_refused_with_another_way():
    with pytest.raises(tearsim.TearSimError, match=r"too many for a browser to save .* tearsim run --log"):
        log_file({**controls.start(), "therapists": 24, "caseload": 20}, 3, 1000)


def test_is_it_luck_also_answers_this_run_minus_the_pinned_one_and_ends_in_a_sentence(monkeypatch):
    monkeypatch.setattr("tearsim.show.page.pinned_runs.PRACTICES", 12)

    async def doing(controller):
        await live(controller, 10)
        controller.pin()
        await idle(controller)
        controller.change("therapist_empathy", "0.9")
        await idle(controller)
        controller.ask_luck(minus_pinned=True)
        assert panels.comparison(controller)["luck"]["busy"], "one question at a time"
        await idle(controller)
        told = panels.comparison(controller)
        assert told["luck"]["rows"] == []
        apart = told["apart"]
        assert apart["about"].startswith("12 practices of this run (Your own settings) and as many of the pinned one")
        assert [row["label"] for row in apart["rows"]] == [
            "Mean alliance, rated 1 to 7",
            "Dropout: of those ended, by the client alone",
        ]
        assert all(" to " in row["interval"] for row in apart["rows"])
        assert apart["words"].startswith("This run rather than the pinned one raised the alliance by ")
        assert apart["words"].endswith(".")
        assert not apart["stale"]

    on_the_page(doing)


def test_questions_of_many_pages_wait_their_turn_and_all_are_answered(monkeypatch):
    monkeypatch.setattr("tearsim.show.page.pinned_runs.PRACTICES", 3)
    release, answering = threading.Event(), questions.many_practices

    def held_up(asked, wanted):
        asked.has_begun = True
        release.wait(60)
        answering(asked, wanted)

    monkeypatch.setattr(questions, "many_practices", held_up)

    async def a_class():
        async def drawn():
            await asyncio.sleep(0)

        pages = [Controller(lambda: None, lambda: None, drawn) for _ in range(questions.AT_ONCE + 3)]
        for page in pages:
            await live(page, 2)
        for page in pages:
            page.ask_luck()
        while sum(page.luck.has_begun for page in pages) < questions.AT_ONCE:
            await asyncio.sleep(0.001)
        assert sum(panels.comparison(page)["luck"]["waits"] for page in pages) == 3
        release.set()
        for page in pages:
            await idle(page)
            assert page.luck.answer.practices == 3
            assert panels.comparison(page)["luck"]["words"].endswith(".")

    asyncio.run(a_class())
