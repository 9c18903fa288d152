"""Six steps that can all be done, the first by waiting: and a tear where one is promised."""

import asyncio

import pytest

from tearsim.show.page import controls, lesson, panels, pinned_runs
from tearsim.show.page.picture import Who
from tests.show.page.test_controller import idle, live, on_the_page

SOON = 4  # weeks within which a tear is promised


@pytest.mark.parametrize("values", [controls.start(), lesson.practice()], ids=["as the page opens", "the lesson's"])
def test_what_to_try_first_leads_to_a_tear_within_four_weeks(values):
    async def doing(controller):
        controller.values = values
        controller.reset()
        await idle(controller)
        await live(controller, SOON)
        assert lesson.tears_were_seen(controller)

    on_the_page(doing)


def test_where_no_tear_is_known_to_fall_soon_the_lesson_is_what_to_try_first():
    async def doing(controller):
        assert panels.first_words(controller)["tryFirst"]
        controller.change("therapist_tear_propensity", "0")
        await idle(controller)
        assert panels.first_words(controller)["tryFirst"] == ""

    on_the_page(doing)


def test_every_step_of_the_lesson_can_be_done_as_it_says(monkeypatch):
    monkeypatch.setattr(pinned_runs, "PRACTICES", 10)

    def done(controller):
        return panels.first_words(controller)["done"]

    async def doing(controller):
        controller.set_speed("fast")
        for step in range(1, len(lesson.LESSON_STEPS) + 1):
            controller.go_to_lesson(step)
            await idle(controller)
            assert controller.tab == lesson.LESSON_STEPS[step - 1].tab
            assert not done(controller), f"step {step} is still to be done"
            if step == 1:
                controller.play()
                await idle(controller)
                assert 1 <= controller.practices.week <= SOON, "it stops as the drop falls"
                seen = next(row for row in controller.practices.sessions if row.noticed)
            elif step == 2:
                controller.choose(Who("client", seen.client))
            elif step == 3:
                await live(controller, 10)
                assert controller.chosen == Who("client", seen.client)
            elif step == 4:
                controller.change(lesson.CULTURE, "0")
            else:
                controller.ask_luck(of_worlds=step == 6)
            await idle(controller)
            assert done(controller), f"step {step} has been done"
        controller.go_to_lesson(0)
        assert controller.lesson == 0
        assert controller.practices.week > 10

    on_the_page(doing)


def test_outside_the_lesson_play_does_not_stop_at_a_tear():
    async def doing(controller):
        controller.choose_preset("Tearful practice")
        controller.set_speed("fast")
        controller.play()
        while controller.practices.week < 8:
            await asyncio.sleep(0.001)
        assert controller.playing
        assert lesson.tears_were_seen(controller)

    on_the_page(doing)
