"""A lesson in six steps, from a blue drop to what nobody knows: one sentence to read, one thing to do, one to see."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from tearsim.science.declaration import Value
from tearsim.show.page import controls
from tearsim.show.page.pinned_runs import WhichAsked

if TYPE_CHECKING:
    from tearsim.show.page.controller import Controller

# A practice in which eyes fill often, so that somebody sees tears in the first weeks.
PRESET = next(preset for preset in controls.PRESETS if preset.name == "Tearful practice")
SEED = controls.START_SEED
CULTURE = "client_warmth_expected"
FOLLOWED = 10  # weeks lived until a life can be seen to part from the one without tears


class LessonStep(NamedTuple):
    """A step: what to read, do and see, the tab it needs, and when it has been done."""

    title: str
    read: str
    do: str
    see: str
    tab: str
    done: Callable[["Controller"], bool]


def practice() -> dict[str, Value]:
    """The settings that the lesson begins with."""
    return controls.with_preset(PRESET, controls.start())


def tears_were_seen(controller: "Controller") -> bool:
    """Whether any client has noticed tears so far."""
    return controller.practices.shown.tears_were_seen


def _chose_who_saw_tears(controller: "Controller") -> bool:
    who = controller.chosen
    if who is None or who.kind != "client" or controller.tab != "Story":
        return False
    course = controller.practices.shown.course_of(who.number)
    return course is not None and bool(course["saw_tears"] > 0)


def _followed(controller: "Controller") -> bool:
    return _chose_who_saw_tears(controller) and controller.practices.week >= FOLLOWED


def _changed_culture(controller: "Controller") -> bool:
    return controller.practices.parameters[CULTURE] != practice()[CULTURE]


def _answered(kind: WhichAsked) -> Callable[["Controller"], bool]:
    def answered(controller: "Controller") -> bool:
        asked = controller.questions.told(kind)
        return asked is not None and asked.is_answered

    return answered


LESSON_STEPS = (
    LessonStep(
        "Watch",
        "Each letter is a therapist, each dot a client; the nearer the dot, the stronger the bond.",
        "Press Play (or the space bar).",
        "It stops as the first blue drop falls: a therapist's eyes filled, and the client saw it.",
        "Charts",
        tears_were_seen,
    ),
    LessonStep(
        "One life",
        "How the client took the tears is for the client to say; the therapist can only guess.",
        "Click the client beside the drop, or choose them from the table under Story by Tears noticed.",
        "Their story: what the tears were over, whether they were spoken of, and what the bond did.",
        "Story",
        _chose_who_saw_tears,
    ),
    LessonStep(
        "The road not cried",
        "The dashed line is the same client under the same luck, with the same tears held back.",
        "Press +10 weeks and stay with this client.",
        "Where solid and dashed part, that is what the tears did. Often they hardly do.",
        "Story",
        _followed,
    ),
    LessonStep(
        "Culture",
        "Clients who expect a composed professional may take tears differently from those who expect a warm companion.",
        "Move Warmth clients expect to one end.",
        "The same weeks are lived again with the same people and luck: other rings, perhaps another ending.",
        "Charts",
        _changed_culture,
    ),
    LessonStep(
        "Luck",
        "One practice is one roll of the dice, and so is every client you have met here.",
        "Under Is it luck?, run two hundred practices like this.",
        "The interval says how far luck alone reaches. More practices would narrow it.",
        "Compare",
        _answered("luck"),
    ),
    LessonStep(
        "What nobody knows",
        "Many worlds fit what has been published, and differ in what was never measured.",
        "Under Is it the numbers?, ask worlds that fit the evidence.",
        "Where they disagree, more practices help nobody. What would tell is a study that asks clients after each "
        "session whether they saw tears and how they took them, and then follows who stays.",
        "Compare",
        _answered("numbers"),
    ),
)  # fmt: skip
