"""The picture and the charts as sentences, for those who do not see them."""

from math import isnan

from tearsim.show.page.practice_and_twin import PracticeAndTwin
from tearsim.show.words.english import list_of, number, number_of
from tearsim.show.words.units import WAI
from tearsim.study.people.watched_practice import Week


def picture_in_words(practices: PracticeAndTwin) -> str:
    """What the picture shows, in two sentences."""
    rooms = number_of(practices.therapists, "therapist")
    if not practices.week:
        return f"The practice before the first session: {rooms}, each with their clients around them."
    last = practices.shown.weeks[-1]
    seen = sum(bool(row.noticed) for row in practices.sessions)
    tears = f"tears were seen in {number_of(seen, 'session')}" if seen else "no tears were seen"
    return (
        f"The practice in week {practices.week}: {rooms}, {number_of(last.in_therapy, 'client')} in therapy, "
        f"{last.looking} looking for someone new; {last.gave_up} gave up and {last.completed} completed so far. This "
        f"week {tears}."
    )


def charts_in_words(practices: PracticeAndTwin) -> str:
    """What the charts say of this week, tears shown beside held back."""
    if not practices.week:
        return "The charts are empty before the first session."
    shown, twin = practices.shown.weeks[-1], practices.twin.weeks[-1]
    felt = [f"{number_of(one, 'session')} {how}" for one, how in zip(shown.felt, _FELT, strict=True) if one]
    eyes = f"Eyes filled this week in {list_of(felt)}." if felt else "Nobody's eyes filled this week."
    return (
        f"Charts, week {practices.week}. Mean alliance {_alliance(shown)}; with tears held back {_alliance(twin)}. "
        f"{shown.gave_up} gave up and {shown.completed} completed so far; with tears held back {twin.gave_up} and "
        f"{twin.completed}. {eyes}"
    )


_FELT = ("near tears", "with open tears", "overwhelmed")


def _alliance(week: Week) -> str:
    return "unknown" if isnan(week.alliance) else f"{number(WAI.level(week.alliance), 2)} of 7"
