"""A click is told by the drawing that the browser showed, which may be an earlier one than the server has made since."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

pytest.importorskip("solara", reason="the page needs the extra view")
pytestmark = pytest.mark.browser  # run where the extra is


def at_the_page(doing):
    """Run it in a thread, since the browser that other tests drive has the loop of this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(doing())).result()


def test_a_click_chooses_whoever_was_drawn_there_however_many_weeks_were_drawn_since():
    from tearsim.show.page.app import View

    async def doing():
        view = View()
        view.measured({"width": 1400, "height": 900, "dark": False, "query": ""})
        view.controller.choose_preset("Sensitive clients")
        while view.controller.is_busy:
            await asyncio.sleep(0.001)
        moved = 0
        for _ in range(25):
            number = view.number
            drawn = list(view.who[number]["clients"])
            view.controller._step()
            view.show()
            for point, who in enumerate(drawn):
                moved += view.who[view.number]["clients"][point : point + 1] != [who]
            view.controller.tab, view.controller.chosen = "Charts", None
            view.clicked({"number": number, "trace": "clients", "point": len(drawn) - 1})
            assert view.controller.chosen == drawn[-1]
        assert moved > 25, "people change places from week to week"
        view.controller.chosen = None
        view.clicked({"number": view.number + 1, "trace": "clients", "point": 0})
        view.clicked({"number": view.number, "trace": "clients", "point": 10_000})
        assert view.controller.chosen is None

    at_the_page(doing)


def test_pause_holds_at_whatever_moment_of_a_drawing_it_comes():
    """Also in the turn of the loop in which the browser has just said that it has drawn."""
    from tearsim.show.page.app import View

    async def doing():
        view = View()
        view.measured({"width": 1400, "height": 900, "dark": False, "query": ""})
        view.controller.set_speed("fast")
        for turns in range(6):
            week = view.controller.practices.week
            view.controller.play()
            while view.controller.practices.week < week + 3:
                view.drawn(view.number)
                await asyncio.sleep(0.001)
            while view.acknowledged is None or view.acknowledged.is_set():
                await asyncio.sleep(0)
            view.drawn(view.number)
            for _ in range(turns):
                await asyncio.sleep(0)
            view.controller.play()
            paused = view.controller.practices.week
            for _ in range(20):
                view.drawn(view.number)
                await asyncio.sleep(0.001)
            assert not view.controller.playing
            assert view.controller.practices.week == paused, f"paused {turns} turns after the browser had drawn"

    at_the_page(doing)


def test_no_more_drawings_are_kept_than_a_browser_can_lag_behind():
    from tearsim.show.page.app import DRAWINGS, View

    async def doing():
        view = View()
        view.measured({"width": 1400, "height": 900, "dark": False, "query": ""})
        for _ in range(DRAWINGS + 20):
            view.show()
        assert len(view.who) == DRAWINGS

    at_the_page(doing)


def test_a_click_on_a_practice_that_is_gone_chooses_nobody():
    """There the same number is another person."""
    from tearsim.show.page.app import View

    async def doing():
        view = View()
        view.measured({"width": 1400, "height": 900, "dark": False, "query": ""})
        number = view.number
        view.controller.new_luck()
        while view.controller.is_busy:
            await asyncio.sleep(0.001)
        view.clicked({"number": number, "trace": "clients", "point": 0})
        assert view.controller.chosen is None

    at_the_page(doing)
