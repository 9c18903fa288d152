"""A link opens the same practice, week and person, to the digit; what is wrong in it is said, and the rest opens."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tearsim.science.parameters import PARAMETERS
from tearsim.show.page import address, controls, lesson
from tearsim.show.page.picture import Who
from tests.show.page.test_controller import idle, live, on_the_page

SETTABLE = sorted(set(PARAMETERS) - controls.NOT_SET_HERE)


@st.composite
def states(draw):
    """Anything that can be set on the page: a preset with some numbers moved, and where one looks."""
    values = controls.with_preset(draw(st.sampled_from(controls.PRESETS)), controls.start())
    for name in draw(st.lists(st.sampled_from(sorted(controls.CONTROL_LABELS)), max_size=4)):
        low, high = controls.limits(PARAMETERS[name])
        whole = PARAMETERS[name].kind == "whole number"
        value = draw(st.integers(int(low), int(high)) if whole else st.floats(low, high))
        values = controls.read_control(name, value, values)
    return address.Opened(
        values,
        draw(st.integers(0, controls.MOST_PAGE_SEED)),
        draw(st.integers(0, address.LATEST_WEEK)),
        draw(st.sampled_from(address.TABS)),
        draw(st.sampled_from(["", "137", "C", "C12"])),
        draw(st.integers(0, len(lesson.LESSON_STEPS))),
    )


@settings(max_examples=60, deadline=None)
@given(states())
def test_whatever_the_page_shows_its_address_opens_to_the_last_bit(state):
    opened, mistakes = address.read(address.query_of(state))
    assert mistakes == []
    assert opened == state


def test_every_setting_of_the_page_goes_through_an_address():
    values = controls.start()
    for name in SETTABLE:
        parameter = PARAMETERS[name]
        others = (
            [not values[name]]
            if isinstance(values[name], bool)
            else [choice for choice in parameter.choices if choice != values[name]]
            or [end for end in controls.limits(parameter) if end != values[name]]
        )
        for other in others[:1]:
            try:
                changed = controls.read_control(name, other, values)
            except address.TearSimError:
                continue  # two settings that exclude each other
            opened, mistakes = address.read(address.query_of(address.Opened(changed)))
            assert (opened.values, mistakes) == (changed, []), name


def test_only_what_differs_from_the_start_stands_in_the_address():
    start = address.Opened(controls.start())
    assert address.query_of(start) == ""
    assert address.read("") == (start, [])
    warm = controls.read_control(
        "client_warmth_expected", "0.85", controls.with_preset(controls.PRESETS[3], start.values)
    )
    told = address.query_of(start._replace(values=warm, week=52, tab="Story", person="137"))
    assert told == "?preset=tearful&set=client_warmth_expected:0.85&week=52&tab=story&person=137"


def test_a_lesson_alone_begins_with_its_own_practice():
    opened, mistakes = address.read("?lesson=1")
    assert (opened.values, opened.seed, opened.lesson, mistakes) == (lesson.practice(), lesson.SEED, 1, [])


WRONG = {
    "?seed=many": 'The link asks for seed "many"; a seed is a whole number from 0 to 4294967295.',
    "?seed=-1": 'The link asks for seed "-1"; a seed is a whole number from 0 to 4294967295.',
    "?week=5201": 'The link asks for week "5201"; a week is a whole number from 0 to 5200.',
    "?lesson=7": 'The link asks for step of the lesson "7"; a step of the lesson is a whole number from 1 to 6.',
    "?tab=board": 'The link asks for tab "board"; there are charts, story, compare.',
    "?preset=sad": 'The link asks for preset "sad"; there are fitted, stoic, companion, tearful, sensitive.',
    "?colour=red": 'The link says "colour", which means nothing here.',
    "?set=therapists:99": "The link's setting is left out: Therapists goes from 1 to 24; 99 is outside. Still 6.",
    "?set=weeks:3": 'The link\'s setting is left out: "weeks:3" is none of the page\'s, NAME:VALUE.',
    "?set=therapists": 'The link\'s setting is left out: "therapists" is none of the page\'s, NAME:VALUE.',
}  # fmt: skip


@pytest.mark.parametrize("query", WRONG)
def test_a_wrong_part_is_told_in_a_sentence_and_the_rest_opens(query):
    opened, mistakes = address.read(f"{query}&set=caseload:5")
    assert mistakes == [WRONG[query]]
    assert opened == address.Opened({**controls.start(), "caseload": 5})


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_no_address_stops_the_page_from_opening(query):
    opened, _ = address.read(query)
    assert set(opened.values) == set(controls.start())


@pytest.mark.parametrize("person", ["client", "therapist"])
def test_one_link_opens_the_same_week_and_person_on_another_page(person):
    """The week, the person, every session so far, and the address itself."""

    async def first(controller):
        controller.choose_preset("Tearful practice")
        await idle(controller)
        controller.change("client_warmth_expected", "0.1")
        await idle(controller)
        await live(controller, 20)
        number = int(controller.practices.sessions[7].client) if person == "client" else 3
        controller.choose(Who(person, number))

    there = on_the_page(first)

    async def second(controller):
        controller.open_address(there.address)
        await idle(controller)

    here = on_the_page(second)
    assert here.practices.week == 20
    assert (here.chosen, here.tab) == (there.chosen, "Story")
    assert here.practices.sessions == there.practices.sessions
    assert list(here.practices.shown.weeks) == list(there.practices.shown.weeks)
    assert here.address == there.address


def test_an_address_holds_while_the_weeks_are_still_lived():
    """Loaded again on the way, it opens the same."""

    async def doing(controller):
        query = "?preset=tearful&week=300&tab=story&person=7"
        controller.open_address(query)
        await asyncio.sleep(0)
        assert controller.practices.week < 300
        assert controller.address == query
        await idle(controller)
        assert controller.address == query

    on_the_page(doing)


@pytest.mark.parametrize("name", ["999999", "Z", "C9", "C0", "nobody", "-3", "٣"])
def test_a_person_who_is_not_there_is_told(name):
    async def doing(controller):
        controller.open_address(f"?week=2&tab=story&person={name}")
        await idle(controller)
        assert controller.practices.week == 2
        assert controller.chosen is None
        assert controller.mistakes["address"] == (
            f'The link asks for person "{name}"; there is nobody of that name in week 2 of this practice.'
        )

    on_the_page(doing)
