"""What stands beside the picture, as plain data for the page's templates: transport, story, comparison, controls."""

from collections import Counter
from collections.abc import Sequence
from math import isnan
from typing import Any

from tearsim.science.scales import logistic
from tearsim.show.page import controls, people_table, texts
from tearsim.show.page.charts import Told
from tearsim.show.page.controller import SPEEDS, TABS, Desk
from tearsim.show.page.legend import legend
from tearsim.show.page.picture import Who
from tearsim.show.page.practice_and_twin import Watch
from tearsim.show.page.story_chart import client_chart, therapist_chart
from tearsim.show.words.english import MISSING, number, number_of
from tearsim.show.words.outcomes import TOLD
from tearsim.show.words.sessions import Entry, client_story, therapist_story, week_in_words, where_now
from tearsim.study.estimates import Estimate
from tearsim.study.people.many_practices import MEASURES, PRACTICES
from tearsim.worlds.outcomes import OUTCOMES, outcomes

Panel = dict[str, Any]


def top(dark: bool) -> Panel:
    """The header."""
    how = [{"title": title, "text": text} for title, text in texts.HOW_IT_WORKS]
    return {"name": texts.NAME, "question": texts.QUESTION, "how": how, "dark": dark}


def settings(desk: Desk) -> Panel:
    """All controls and presets."""
    preset = controls.preset_of(desk.values)
    return {
        "presets": [{"name": p.name, "chosen": preset is p} for p in controls.PRESETS],
        "line": preset.line if preset else "Your own settings. A tick marks each fitted value.",
        "groups": controls.first_controls(desk.values), "more": controls.more_controls(desk.values),
        "seed": str(desk.seed), "mistakes": desk.mistakes, "refusals": desk.refusals,
    }  # fmt: skip


def transport(desk: Desk) -> Panel:
    """First words, the clock and the buttons."""
    return {
        "first": texts.FIRST, "tryFirst": texts.TRY_FIRST, "notAdvice": texts.NOT_ADVICE, "week": desk.watch.week,
        "playing": desk.playing, "speeds": list(SPEEDS), "speed": desk.speed, "notice": desk.notice,
        "mistake": desk.mistakes.get("practice", ""), "presses": desk.presses, "busy": desk.is_busy,
    }  # fmt: skip


def this_week(watch: Watch) -> Panel:
    """The week in a sentence or two."""
    if not watch.week:
        practice = watch.shown.practice
        people = f"{number_of(watch.therapists, 'therapist')}, {practice.p.places} new clients."
        return {"title": texts.NOT_BEGUN, "text": f"{people} {texts.PRESS}"}
    if not watch.sessions:
        return {"title": "This week.", "text": "Nobody is in therapy any more."}
    said = week_in_words(watch.sessions, watch.gave_up_this_week, watch.left_to_look, watch.name)
    return {"title": "This week.", "text": said}


def signs() -> str:
    """The legend."""
    return legend()


def tabs(desk: Desk) -> Panel:
    """The tabs of the right card, with Pin and Save."""
    return {
        "tabs": list(TABS), "tab": desk.tab, "pinned": desk.pinned is not None or desk.pinning is not None,
        "mistake": desk.mistakes.get("save", ""),
        "key": f"pinned: {desk.pinned.title}" if desk.pinned else "",
        "manner": str(desk.watch.parameters["tears"]),
    }  # fmt: skip


def told(desk: Desk) -> Told:
    """What the charts show."""
    watch = desk.watch
    saw = watch.exposed()
    pinned = [] if desk.pinned is None else [week for week in desk.pinned.world.weeks if week.week <= watch.week]
    shown, held_back = (Counter(int(ending) for ending in table["ending"]) for table in (saw.shown, saw.held_back))
    return Told(
        watch.week, list(watch.shown.weeks), list(watch.twin.weeks), pinned, watch.shown.took, dict(shown),
        dict(held_back), saw.left_out, str(watch.parameters["tears"]),
    )  # fmt: skip


def note_of_charts(desk: Desk) -> str:
    """What to bear in mind with the charts."""
    return texts.one_roll(desk.watch.exposed().left_out, PRACTICES)


# --- One person ------------------------------------------------------------------------------------------------------


def one_story(desk: Desk, width: float) -> Panel:
    """The chosen person's story, or what to do to read one."""
    watch, who = desk.watch, desk.chosen
    panel: Panel = {"title": "", "text": texts.CLICK, "traits": "", "chart": "", "note": "", "entries": []}
    if who is None:
        return panel
    if who.kind == "client":
        return panel | _client_panel(watch, who.number, width)
    return panel | _therapist_panel(watch, who.number, width)


def table(desk: Desk) -> Panel:
    """The table of people, while it is open."""
    asked = desk.table
    if asked is None:
        return {"open": False, "which": "", "choices": [], "columns": [], "rows": [], "note": ""}
    columns = people_table.columns(asked.which)
    chosen = people_table.ordered(people_table.rows(desk.watch, asked.which), asked)
    shown = chosen[: people_table.MOST_ROWS]
    left_out = f"The first {len(shown):,} of {len(chosen):,}, in this order. " if len(shown) < len(chosen) else ""
    return {
        "open": True, "which": asked.which,
        "choices": [{"which": which, "words": said} for which, said in people_table.TABLES.items()],
        "columns": [
            {"name": name, "label": column.label, "help": column.help, "words": column.digits is None,
             "sort": "none" if name != asked.by else "descending" if asked.descending else "ascending"}
            for name, column in columns.items()
        ],
        "rows": [
            {"key": f"{row['who'].kind} {row['who'].number}", "chosen": row["who"] == desk.chosen,
             "cells": [people_table.written(column, row[name]) for name, column in columns.items()]}
            for row in shown
        ],
        "note": f"{left_out}{texts.OF_THE_TABLE}",
    }  # fmt: skip


def chosen_from(key: str) -> Who | None:
    """The person a key of the table stands for."""
    kind, _, number = key.partition(" ")
    if kind not in ("client", "therapist") or not number.isdigit():
        return None
    return Who("client" if kind == "client" else "therapist", int(number))


def _client_panel(watch: Watch, number: int, width: float) -> Panel:
    rows = watch.shown.sessions_of("client", number)
    panel: Panel = {"title": f"Client {number}"}
    client = watch.client(number)
    if client is not None:
        panel["traits"] = " · ".join((
            f"Empathy {client.empathy:.2f}", f"boundary sensitivity {client.boundary_sensitivity:.2f}",
            f"cries easily {logistic(client.tear_propensity):.2f}", f"expects warmth {client.warmth_expected:.2f}",
        ))  # fmt: skip
    if not len(rows):
        course = watch.shown.course_of(number)
        here = client is not None or course is not None
        gone = f"Their last session was in week {course['last_week']}; the page keeps three years." if course else ""
        return panel | {"text": gone or ("No session yet." if here else "There is no such person in this practice.")}
    twin = watch.held_back_sessions(number)
    held_back = {} if twin is None else {int(row.week): float(row.alliance) for row in twin}
    entries = client_story(list(rows), watch.name, held_back)
    return panel | {
        "text": where_now(list(rows), watch.standing(number), watch.name),
        "chart": client_chart(list(rows), [] if twin is None else list(twin), width),
        "note": texts.NO_PARTNER if twin is None else texts.solid_and_dashed(str(watch.parameters["tears"])),
        "entries": _entries(entries),
    }  # fmt: skip


def _therapist_panel(watch: Watch, number: int, width: float) -> Panel:
    rows = watch.shown.sessions_of("therapist", number)
    panel: Panel = {"title": f"Therapist {watch.name(number)}"}
    therapist = watch.therapist(number)
    if therapist is not None:
        years, clients = round(therapist.years), len(therapist.clients)
        panel["text"] = f"{number_of(years, 'year')} of experience; {number_of(clients, 'client')} now."
        panel["traits"] = " · ".join((
            f"Empathy {therapist.empathy:.2f}", f"boundaries {therapist.boundary_sensitivity:.2f}",
            f"eyes fill easily {logistic(therapist.tear_propensity):.2f}",
            f"comfort with tears {therapist.comfort:.2f}",
        ))  # fmt: skip
    else:
        panel["text"] = "No longer in this practice."
    if not len(rows):
        return panel | {"note": "No session yet."}
    return panel | {
        "chart": therapist_chart(list(rows), width),
        "note": "Mean alliance in each week's sessions, and comfort with own tears.",
        "entries": _entries(therapist_story(list(rows), watch.name)),
    }  # fmt: skip


def _entries(entries: Sequence[Entry]) -> list[Panel]:
    return [{"heading": entry.heading, "text": entry.text, "mark": entry.mark} for entry in entries]


# --- Comparing -------------------------------------------------------------------------------------------------------


# The outcomes in the table of two runs.
COMPARED = (
    "alliance_mean", "dropout_rate", "felt_per_100_sessions", "moved_share", "unsettled_share",
    "client_tears_per_100_sessions", "ruptures_per_100_sessions", "mean_sessions",
)  # fmt: skip


def written(name: str, value: float) -> str:
    """An outcome as the table writes it; a dash where there is none."""
    how = TOLD[name]
    return MISSING if isnan(value) else f"{number(value * how.factor, how.digits)}{how.unit}"


def comparison(desk: Desk) -> Panel:
    """This run beside the pinned one, and the question whether it is luck."""
    watch, pinned = desk.watch, desk.pinned
    mine = watch.shown.practice.outcomes() if watch.week else {}
    theirs: dict[str, float] = {}
    if pinned is not None and watch.week:
        tallies = pinned.world.practice.tallies[None, : watch.week]
        theirs = {name: float(values[0]) for name, values in outcomes(tallies).items()}
    rows = [
        {"label": TOLD[name].label, "help": OUTCOMES[name].meaning, "mine": written(name, mine[name]),
         "pinned": written(name, theirs[name]) if theirs else ""}
        for name in COMPARED if mine
    ]  # fmt: skip
    return {
        "title": desk.title, "week": watch.week, "rows": rows, "differing": _differing(desk),
        "note": texts.COUNTS_OF_ONE,
        "pinned": pinned.title if pinned else "", "sameSeed": pinned is None or pinned.seed == desk.seed,
        "pinnedSeed": pinned.seed if pinned else 0, "luck": _luck(desk), "mistake": desk.mistakes.get("luck", ""),
    }  # fmt: skip


def _differing(desk: Desk) -> list[Panel]:
    if desk.pinned is None:
        return []
    mine, theirs = desk.values, desk.pinned.values
    return [
        {"label": controls.label(name), "mine": controls.shown(mine[name]),
         "pinned": controls.shown(theirs[name])}
        for name in controls.differing(mine, theirs)
    ]  # fmt: skip


def _luck(desk: Desk) -> Panel:
    asked = desk.luck
    manner = desk.values["tears"]
    panel: Panel = {"manner": "shown" if manner == texts.HELD_BACK else manner,
                    "practices": PRACTICES, "asking": desk.is_asking, "done": asked.done if asked else 0,
                    "rows": [],
                    "about": "", "stale": False, "note": ""}  # fmt: skip
    if asked is None or asked.answer is None:
        return panel
    answer = asked.answer
    manner = asked.values["tears"]
    how = f"tears {'shown' if manner == texts.HELD_BACK else manner}"
    panel["about"] = (
        f"{answer.practices} practices with these settings ({asked.title}), {number_of(answer.weeks, 'week')} "
        f"each, {how} against held back under the same luck: {answer.people:,} clients who saw tears. All come in week "
        "1 and nobody after them, so that everyone can be compared with themselves."
    )
    panel["stale"] = (asked.values, asked.seed) != (desk.values, desk.seed)
    panel["rows"] = [
        {"label": measure.words, **_estimate(answer.effects[name], measure.digits, measure.unit)}
        for name, measure in MEASURES.items()
    ]  # fmt: skip
    return panel


def _estimate(value: Estimate, digits: int, unit: str) -> Panel:
    if isnan(value.mean):
        return {"mean": "–", "interval": "nobody saw tears"}
    mean, low, high = (number(one, digits, signed=True) for one in (value.mean, value.low, value.high))
    return {
        "mean": f"{mean} {unit}".rstrip(), "interval": "too few to say" if isnan(value.low) else f"{low} to {high}",
    }  # fmt: skip
