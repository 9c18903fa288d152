"""The page's state in its address, so that a link opens it and a reload keeps it: only what differs from the start.

`?preset=tearful&seed=3&week=52&set=client_warmth_expected:0.85&tab=story&person=137`. A part that cannot be read is
told in a sentence and left out; the rest holds.
"""

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, quote

from tearsim.errors import TearSimError
from tearsim.science.declaration import Value
from tearsim.science.parameters import PARAMETERS
from tearsim.show.page import controls, lesson
from tearsim.show.page.picture import Who
from tearsim.show.page.practice_and_twin import PracticeAndTwin

TABS = ("Charts", "Story", "Compare")
# As long as any practice may be watched.
LATEST_WEEK = int(PARAMETERS["weeks"].limits[1])
LONGEST_QUOTED = 40  # characters of what was mistaken


class Opened(NamedTuple):
    """What an address opens."""

    values: dict[str, Value]
    seed: int = controls.START_SEED
    week: int = 0
    tab: str = TABS[0]
    person: str = ""  # as it stands in the address: who that is, the practice knows once it has lived so far
    lesson: int = 0  # the step of the lesson; 0 is none


def query_of(state: Opened) -> str:
    """The address of a state, from its question mark on; empty for the start.

    >>> query_of(Opened(controls.start()))
    ''
    >>> query_of(Opened(controls.start(), seed=8, week=52, tab="Story", person="C2"))
    '?seed=8&week=52&tab=story&person=C2'
    """
    preset, changed = _nearest_preset(tuple(state.values.items()))
    # A lesson alone opens with its own practice.
    parts = [("preset", _short(preset))] if preset is not controls.PRESETS[0] or state.lesson else []
    parts += [("set", f"{name}:{controls.shown(state.values[name])}") for name in changed]
    start = Opened(state.values)
    week = min(state.week, LATEST_WEEK)
    for name, value, usual in (
        ("seed", state.seed, start.seed),
        ("week", week, start.week),
        ("tab", state.tab.lower(), _usual_tab(state.lesson).lower()),
        ("person", state.person, start.person),
        ("lesson", state.lesson, start.lesson),
    ):
        if value != usual:
            parts.append((name, str(value)))
    return "?" + "&".join(f"{name}={quote(value, safe=':')}" for name, value in parts) if parts else ""


def read(query: str) -> tuple[Opened, list[str]]:
    """What an address opens, and a sentence for each part of it that cannot be.

    >>> state, mistakes = read("?seed=8&week=two&tab=story")
    >>> state.seed, state.week, state.tab
    (8, 0, 'Story')
    >>> mistakes
    ['The link asks for week "two"; a week is a whole number from 0 to 5200.']
    """
    given = parse_qsl(query.removeprefix("?"), keep_blank_values=True)
    mistakes: list[str] = []
    alone = [name for name, _ in given] == ["lesson"]
    values, seed = (lesson.practice(), lesson.SEED) if alone else (controls.start(), controls.START_SEED)
    changed: list[str] = []
    numbers: dict[str, int] = {}
    words: dict[str, str] = {}
    for name, value in given:
        try:
            if name == "preset":
                values = controls.with_preset(_preset(value), values)
            elif name == "set":
                changed.append(value)
            elif name in _NUMBERS:
                numbers[name] = _whole(value, *_NUMBERS[name])
            elif name == "tab":
                words[name] = _tab(value)
            elif name == "person":
                words[name] = value.strip()
            else:
                raise TearSimError(f'The link says "{_quoted(name)}", which means nothing here.')
        except TearSimError as mistake:
            mistakes.append(str(mistake))
    values, refused = _all_set(values, changed)
    opened = Opened(
        values,
        numbers.get("seed", seed),
        numbers.get("week", 0),
        words.get("tab", _usual_tab(numbers.get("lesson", 0))),
        words.get("person", ""),
        numbers.get("lesson", 0),
    )
    return opened, mistakes + refused


def _usual_tab(step: int) -> str:
    """The tab that is open where an address names none: the one that a step of the lesson needs, if there is one."""
    return lesson.LESSON_STEPS[step - 1].tab if step else TABS[0]


def name_of(who: Who | None, practices: PracticeAndTwin) -> str:
    """How a person stands in an address: a client's number, a therapist's letter; empty for nobody."""
    if who is None:
        return ""
    return str(who.number) if who.kind == "client" else practices.name(who.number)


def person_named(name: str, practices: PracticeAndTwin) -> Who:
    """The person who stands so in an address. Raises TearSimError if there is nobody of that name in the practice."""
    if name.isascii() and name.isdigit():
        number = int(name[:9])
        if practices.client(number) is not None or practices.shown.course_of(number) is not None:
            return Who("client", number)
    elif found := re.fullmatch(r"([A-Za-z])([0-9]{0,4})", name):
        room, holder = ord(found[1].upper()) - ord("A"), int(found[2] or 1) - 1
        number = 1 + room + holder * practices.therapists
        here = practices.therapist(number) is not None or len(practices.shown.sessions_of("therapist", number))
        if 0 <= room < practices.therapists and holder >= 0 and here:
            return Who("therapist", number)
    raise TearSimError(
        f'The link asks for person "{_quoted(name)}"; there is nobody of that name in week '
        f"{practices.week} of this practice."
    )


# --- Part by part ----------------------------------------------------------------------------------------------------


def _short(preset: controls.Preset) -> str:
    """A preset's name in an address."""
    return next(word for word, one in controls.PRESETS_BY_WORD.items() if one is preset)


def _preset(given: str) -> controls.Preset:
    if given.lower() not in controls.PRESETS_BY_WORD:
        there = ", ".join(controls.PRESETS_BY_WORD)
        raise TearSimError(f'The link asks for preset "{_quoted(given)}"; there are {there}.')
    return controls.PRESETS_BY_WORD[given.lower()]


@lru_cache(64)
def _nearest_preset(values: tuple[tuple[str, Value], ...]) -> tuple[controls.Preset, list[str]]:
    """The preset from which the fewest settings differ, and these; asked every week, of the same settings."""
    start = controls.start()
    differing = [
        (preset, controls.differing(dict(values), controls.with_preset(preset, start))) for preset in controls.PRESETS
    ]
    return min(differing, key=lambda one: len(one[1]))


def _all_set(values: dict[str, Value], changed: list[str]) -> tuple[dict[str, Value], list[str]]:
    """The values with every change made that can be; one that only others allow waits for them."""
    waiting = changed
    refused: list[str] = []
    while waiting:
        refused, still = [], []
        for change in waiting:
            try:
                values = _set(values, change)
            except TearSimError as mistake:
                refused.append(f"The link's setting is left out: {mistake}")
                still.append(change)
        if len(still) == len(waiting):
            break
        waiting = still
    return values, refused


def _set(values: dict[str, Value], change: str) -> dict[str, Value]:
    name, colon, value = change.partition(":")
    if not colon or name not in PARAMETERS or name in controls.NOT_SET_HERE:
        raise TearSimError(f'"{_quoted(change)}" is none of the page\'s, NAME:VALUE.')
    return controls.read_control(name, value, values)


# What is a whole number: what it is called, and its least and most.
_NUMBERS = {
    "seed": ("seed", 0, controls.MOST_PAGE_SEED),
    "week": ("week", 0, LATEST_WEEK),
    "lesson": ("step of the lesson", 1, len(lesson.LESSON_STEPS)),
}


def _whole(given: str, what: str, least: int, most: int) -> int:
    typed = given.strip()
    if typed.isascii() and typed.isdigit() and len(typed) < 12 and least <= int(typed) <= most:
        return int(typed)
    raise TearSimError(
        f'The link asks for {what} "{_quoted(given)}"; a {what} is a whole number from {least} to {most}.'
    )


def _tab(given: str) -> str:
    for tab in TABS:
        if tab.lower() == given.lower():
            return tab
    raise TearSimError(f'The link asks for tab "{_quoted(given)}"; there are {", ".join(TABS).lower()}.')


def _quoted(given: str) -> str:
    return given.strip()[:LONGEST_QUOTED]
