"""What is told of a practice as of a week, as plain data for a template: the week in a sentence, and one person."""

from collections.abc import Sequence

from tearsim.science.codes import LEFT
from tearsim.science.scales import logistic
from tearsim.science.types import LogRow
from tearsim.show.page import texts
from tearsim.show.page.payload import Panel
from tearsim.show.page.picture import Who
from tearsim.show.page.practice_and_twin import PracticeAndTwin
from tearsim.show.page.story_chart import client_chart, drops_in, therapist_chart
from tearsim.show.words.english import number_of
from tearsim.show.words.sessions import Entry, client_story, therapist_story, week_in_words, where_now
from tearsim.show.words.traits import agreed_on
from tearsim.study.people.dyad import as_sessions

NOTHING_TOLD: Panel = {
    "title": "", "text": "", "traits": "", "chart": "", "note": "", "entries": [], "without": "", "entries_without": [],
}  # fmt: skip


def this_week(practices: PracticeAndTwin) -> Panel:
    """The week in a sentence or two."""
    if not practices.week:
        practice = practices.shown.practice
        people = f"{number_of(practices.therapists, 'therapist')}, {practice.p.places} new clients."
        return {"title": texts.NOT_BEGUN, "text": f"{people} {texts.PRESS}"}
    if not practices.sessions:
        return {"title": "This week.", "text": "Nobody is in therapy any more."}
    said = week_in_words(practices.sessions, practices.gave_up_this_week, practices.left_to_look, practices.name)
    return {"title": "This week.", "text": said}


def became_of_those_who_saw(practices: PracticeAndTwin) -> str:
    """Of the clients who saw tears so far, how many have left: them, and the same people where tears are held back."""
    pairs = practices.exposed()
    people = len(pairs.shown)
    where = (
        " in a cohort beside this practice (the clients of week 1, with nobody after them)" if practices.cohort else ""
    )
    if not people:
        return f"Nobody has seen tears yet{where}."
    left, would_have = (
        sum(int(ending) == LEFT for ending in table["ending"]) for table in (pairs.shown, pairs.held_back)
    )
    return (
        f"Of {number_of(people, 'client')} who saw tears so far{where}, {left} left their therapist; of the same "
        f"{people} with the tears held back, {would_have} did."
    )


def person_told(practices: PracticeAndTwin, who: Who) -> Panel:
    """All that is told of a client or a therapist as of this week, but for the drawing."""
    told = _client if who.kind == "client" else _therapist
    return NOTHING_TOLD | told(practices, who.number)


def chart_of(practices: PracticeAndTwin, who: Who, width: float, values: bool = True) -> str:
    """A person's course drawn, that many pixels wide; empty where there is none. See `story_chart` on `values`."""
    rows = as_sessions(practices.shown.sessions_of(who.kind, who.number))
    if not rows:
        return ""
    if who.kind == "therapist":
        return therapist_chart(rows, width, values)
    twin = practices.held_back(who.number)
    return client_chart(rows, twin.sessions if twin else [], width, values)


def _client(practices: PracticeAndTwin, number: int) -> Panel:
    rows = as_sessions(practices.shown.sessions_of("client", number))
    panel: Panel = {"title": f"Client {number}"}
    client = practices.client(number)
    if client is not None:
        panel["traits"] = " · ".join(
            (
                f"Empathy {client.empathy:.2f}",
                f"boundary sensitivity {client.boundary_sensitivity:.2f}",
                f"cries easily {logistic(client.tear_propensity):.2f}",
                f"expects warmth {client.warmth_expected:.2f}",
            )
        )
    if not rows:
        course = practices.shown.course_of(number)
        here = client is not None or course is not None
        gone = f"Their last session was in week {course['last_week']}; the page keeps three years." if course else ""
        return panel | {"text": gone or ("No session yet." if here else "There is no such person in this practice.")}
    twin = practices.held_back(number)
    held_back = {row.week: row.alliance for row in twin.sessions} if twin else {}
    agreed = None if client is None else agreed_on(client.agreed_sessions, practices.parameters)
    weights = practices.parameters
    entries = client_story(rows, practices.name, held_back, agreed=agreed, weights=weights)
    if twin and any(row.noticed for row in rows):
        panel["without"] = f"{texts.WITHOUT} {where_now(twin.sessions, twin.standing, practices.name)}"
        panel["entries_without"] = _entries(client_story(twin.sessions, practices.name, agreed=agreed, weights=weights))
    return panel | {
        "text": where_now(rows, practices.standing(number), practices.name),
        "note": _of_the_drawing(rows, twin is not None, str(practices.parameters["tears"])),
        "entries": _entries(entries),
    }


def _of_the_drawing(rows: Sequence[LogRow], paired: bool, manner: str) -> str:
    """What the lines of a client's drawing are, and whose tears those drops are that stand in it."""
    lines = texts.solid_and_dashed(manner) if paired else texts.NO_PARTNER_HERE
    therapists, clients = drops_in(rows)
    return f"{lines} {texts.large_and_small_drops(therapists, clients, manner)}".rstrip()


def _therapist(practices: PracticeAndTwin, number: int) -> Panel:
    rows = as_sessions(practices.shown.sessions_of("therapist", number))
    panel: Panel = {"title": f"Therapist {practices.name(number)}"}
    therapist = practices.therapist(number)
    if therapist is not None:
        years, clients = round(therapist.years), len(therapist.clients)
        panel["text"] = f"{number_of(years, 'year')} of experience; {number_of(clients, 'client')} now."
        panel["traits"] = " · ".join(
            (
                f"Empathy {therapist.empathy:.2f}",
                f"boundaries {therapist.boundary_sensitivity:.2f}",
                f"eyes fill easily {logistic(therapist.tear_propensity):.2f}",
                f"comfort with tears {therapist.comfort:.2f}",
            )
        )
    else:
        panel["text"] = "No longer in this practice."
    if not rows:
        return panel | {"note": "No session yet."}
    return panel | {
        "note": "Mean alliance in each week's sessions, and comfort with own tears.",
        "entries": _entries(therapist_story(rows, practices.name)),
    }


def _entries(entries: Sequence[Entry]) -> list[Panel]:
    return [{"heading": entry.heading, "text": entry.text, "mark": entry.mark} for entry in entries]
