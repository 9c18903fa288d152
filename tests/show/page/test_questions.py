"""Open worlds are asked twice: a few people in each at once, and then as many as luck needs to be small beside them."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from tearsim.show.page import controls, panels, pinned_runs, questions
from tearsim.show.page.controller import Controller
from tearsim.show.page.pinned_runs import LuckAsked, practices_enough
from tearsim.study.answers.over_worlds import OverWorlds
from tearsim.study.effects.profiles import Effect
from tearsim.study.estimates import Estimate

EVERYWHERE = 1016  # each of 508 worlds under two lucks
WEEKS = 52


def asked(luck_share, of_worlds=True, people=100, **values):
    """Worlds that were asked, under two lucks each, and in which luck was that share of how far they lie apart."""
    question = LuckAsked("A practice", {**controls.start(), **values}, 1, WEEKS, of_worlds)
    worlds = OverWorlds(508, 0.03, 0.01, (0.0, 0.1), (0.0, 0.1), 0.9, 0.01, 0.1, (0.1,) * 508, luck_share)
    mean = Estimate(0.03 if people else float("nan"), 0.0, 0.1, 508)
    question.over_time = SimpleNamespace(
        rows=[Effect("first_tear", "left", 12, mean, people, 0, worlds)], practices=EVERYWHERE
    )
    return question


@pytest.mark.parametrize(("luck_share", "rounds"), [(0.0, 0), (0.1, 0), (1 / 6, 0), (1 / 3, 3), (0.5, 5), (0.6, 8)])
def test_worlds_are_asked_until_luck_is_a_fifth_of_what_they_differ_by(luck_share, rounds):
    """Of a share of 1/3 it is half of that, so of two and a half times as many practices a fifth: three rounds of all."""
    assert practices_enough(asked(luck_share)) == rounds * EVERYWHERE


@pytest.mark.parametrize("luck_share", [0.98, 1.0])
def test_but_no_more_than_somebody_waits_for(luck_share, monkeypatch):
    a_practice = 6 * 8 * (WEEKS + 13)
    monkeypatch.setattr(pinned_runs, "MOST_CLIENT_WEEKS", 7 * EVERYWHERE * a_practice + 1)
    assert practices_enough(asked(luck_share)) == 7 * EVERYWHERE
    assert practices_enough(asked(luck_share, therapists=24)) == 0, "so large a practice is asked once"
    assert practices_enough(asked(luck_share, therapists=12)) == 3 * EVERYWHERE


def test_nobody_more_is_asked_where_nobody_saw_tears_or_there_are_no_worlds():
    assert practices_enough(asked(1.0, people=0)) == 0
    assert practices_enough(asked(1.0, of_worlds=False)) == 0
    assert practices_enough(LuckAsked("Not answered yet", controls.start(), 1, WEEKS, True)) == 0


def answers(monkeypatch, most_rounds, then):
    """What the page said of the worlds, each time that other people had been asked; `then` is done each time."""
    monkeypatch.setattr(pinned_runs, "MOST_CLIENT_WEEKS", most_rounds * EVERYWHERE * 6 * 8 * (6 + 13))
    said = []

    async def doing():
        async def drawn():
            await asyncio.sleep(0)

        def hear():
            told = panels.comparison(controller)["numbers"]
            if told["words"] and told["about"] not in [about for about, *_ in said]:
                said.append((told["about"], told["words"], told["asking"]))
                then(controller)

        controller = Controller(hear, lambda: None, drawn)
        for change in (lambda: controller.choose_preset("Tearful practice"), lambda: controller.jump(6)):
            change()
            while controller.is_busy:
                await asyncio.sleep(0.001)
        controller.ask_luck(of_worlds=True)
        while controller.is_busy:
            await asyncio.sleep(0.001)
        assert panels.comparison(controller)["numbers"]["words"] == said[-1][1]
        assert not panels.comparison(controller)["numbers"]["asking"]

    asyncio.run(doing())
    return said


def test_what_a_few_people_say_stands_while_more_are_asked(monkeypatch):
    (first, words, asking), (last, more_words, _) = answers(monkeypatch, 4, lambda controller: None)
    assert asking
    assert "each under 2 lucks" in first
    assert "too much to tell one from another" in words
    assert "each under 8 lucks" in last
    assert more_words != words


def test_who_stops_asking_more_people_keeps_what_a_few_said(monkeypatch):
    (only,) = answers(monkeypatch, 40, lambda controller: controller.ask_luck())
    assert "each under 2 lucks" in only[0]


def test_everybody_has_a_first_answer_before_more_people_are_asked_for_anybody(monkeypatch):
    """So that a class that asks at once waits no longer for it."""
    order = []
    monkeypatch.setattr(questions, "_ANSWERING", ThreadPoolExecutor(1))
    monkeypatch.setattr(questions, "many_practices", lambda asked, _: order.append(f"few for {asked.title}"))
    monkeypatch.setattr(questions, "more_people", lambda asked, _: order.append(f"more for {asked.title}"))
    monkeypatch.setattr(questions, "practices_enough", lambda _: EVERYWHERE)

    async def a_class():
        pages = [questions.Questions(lambda: None) for _ in range(3)]
        for page, title in zip(pages, "ABC", strict=True):
            page.ask(LuckAsked(title, controls.start(), 1, WEEKS, True))
        while any(page.is_asking for page in pages):
            await asyncio.sleep(0.001)

    asyncio.run(a_class())
    assert order == [f"{how} for {title}" for how in ("few", "more") for title in "ABC"]
