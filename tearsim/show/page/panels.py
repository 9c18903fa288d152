"""What stands beside the picture, as plain data for the page's templates: transport, story, comparison, controls."""

from collections import Counter
from math import isnan

from tearsim.science.fitted import DEFAULT, OPEN_WORLDS, worlds_of
from tearsim.show.page import controls, lesson, people_table, texts
from tearsim.show.page.address import TABS
from tearsim.show.page.charts import ChartsShow
from tearsim.show.page.controller import SPEEDS, Controller
from tearsim.show.page.legend import legend
from tearsim.show.page.payload import Panel
from tearsim.show.page.picture import Who
from tearsim.show.page.pinned_runs import LuckAsked
from tearsim.show.page.profile_chart import profile_chart
from tearsim.show.page.telling import NOTHING_TOLD, chart_of, person_told
from tearsim.show.words.differences import did_in_words
from tearsim.show.words.english import DASH, number, number_of
from tearsim.show.words.open_worlds import DEFAULT_WORLD
from tearsim.show.words.outcomes import TOLD
from tearsim.show.words.over_time import OF_LUCK, OF_WORLDS, cells_over_time, left_over_time, of_outcome
from tearsim.study.estimates import Estimate
from tearsim.study.people.many_practices import PERSON_MEASURES, PRACTICES
from tearsim.worlds.outcomes import OUTCOMES


def top(dark: bool) -> Panel:
    """The header."""
    how = [{"title": title, "text": text} for title, text in texts.HOW_IT_WORKS]
    return {"name": texts.PAGE_NAME, "question": texts.QUESTION, "how": how, "dark": dark}


def settings_panel(controller: Controller) -> Panel:
    """All controls and presets."""
    preset = controls.preset_of(controller.values)
    return {
        "presets": [{"name": p.name, "chosen": preset is p} for p in controls.PRESETS],
        "line": preset.line if preset else "Your own settings. A tick marks each fitted value.",
        "groups": controls.first_controls(controller.values),
        "more": controls.more_controls(controller.values),
        "seed": str(controller.seed),
        "seedLine": controls.line_of_seed(controller.values, controller.seed),
        "mistakes": controller.mistakes,
        "refusals": controller.refusals,
    }


def first_words(controller: Controller) -> Panel:
    """What it is, what to try, and what it is not; or the step of the lesson.

    What to try first is to wait for a tear where one is known to fall soon; elsewhere the lesson brings one.
    """
    as_opened = (controller.values, controller.seed) == (controls.start(), controls.START_SEED)
    soon = as_opened or lesson.tears_were_seen(controller)
    panel: Panel = {
        "first": texts.FIRST_WORDS,
        "tryFirst": texts.TRY_FIRST if soon else "",
        "notAdvice": texts.NOT_ADVICE,
        "lesson": controller.lesson,
        "steps": len(lesson.LESSON_STEPS),
    }
    if controller.lesson:
        step = lesson.LESSON_STEPS[controller.lesson - 1]
        panel |= {"title": step.title, "read": step.read, "do": step.do, "see": step.see, "done": step.done(controller)}
    return panel


def transport(controller: Controller) -> Panel:
    """The clock and the buttons."""
    return {
        "week": controller.practices.week,
        "playing": controller.playing,
        "speeds": list(SPEEDS),
        "speed": controller.speed,
        "notice": controller.notice,
        "mistakes": [controller.mistakes[name] for name in ("address", "practice") if name in controller.mistakes],
        "presses": controller.presses,
        "busy": controller.is_busy,
    }


def signs() -> str:
    """The legend."""
    return legend()


def tabs(controller: Controller) -> Panel:
    """The tabs of the right card, with Pin and Save."""
    return {
        "tabs": list(TABS),
        "tab": controller.tab,
        "pinned": controller.pinned is not None or controller.pinning is not None,
        "mistake": controller.mistakes.get("save", ""),
        "key": f"pinned: {controller.pinned.title}" if controller.pinned else "",
        "manner": str(controller.practices.parameters["tears"]),
        "address": controller.address,
    }


def charts_told(controller: Controller) -> ChartsShow:
    """What the charts show."""
    practices = controller.practices
    saw = practices.exposed()
    pinned = (
        []
        if controller.pinned is None
        else [week for week in controller.pinned.world.weeks if week.week <= practices.week]
    )
    shown, held_back = (Counter(int(ending) for ending in table["ending"]) for table in (saw.shown, saw.held_back))
    return ChartsShow(
        practices.week,
        list(practices.shown.weeks),
        list(practices.twin.weeks),
        pinned,
        practices.shown.took,
        dict(shown),
        dict(held_back),
        practices.cohort is not None,
        str(practices.parameters["tears"]),
    )


def note_of_charts(controller: Controller) -> str:
    """What to bear in mind with the charts."""
    return texts.one_roll(controller.practices.cohort is not None, PRACTICES)


# --- One person ------------------------------------------------------------------------------------------------------


def one_story(controller: Controller, width: float) -> Panel:
    """The chosen person's story, or what to do to read one."""
    if controller.chosen is None:
        return {**NOTHING_TOLD, "text": texts.CLICK}
    practices, who = controller.practices, controller.chosen
    return person_told(practices, who) | {"chart": chart_of(practices, who, width)}


def table(controller: Controller) -> Panel:
    """The table of people, while it is open."""
    asked = controller.table
    if asked is None:
        return {"open": False, "which": "", "choices": [], "columns": [], "rows": [], "note": ""}
    columns = people_table.table_columns(asked.which)
    chosen = people_table.ordered(people_table.rows(controller.practices, asked.which), asked)
    shown = chosen[: people_table.MOST_PEOPLE]
    left_out = f"The first {len(shown):,} of {len(chosen):,}, in this order. " if len(shown) < len(chosen) else ""
    return {
        "open": True,
        "which": asked.which,
        "choices": [{"which": which, "words": said} for which, said in people_table.TABLES.items()],
        "columns": [
            {
                "name": name,
                "label": column.label,
                "help": column.help,
                "words": column.digits is None,
                "sort": "none" if name != asked.by else "descending" if asked.descending else "ascending",
            }
            for name, column in columns.items()
        ],
        "rows": [
            {
                "key": people_table.row_key(row),
                "chosen": row["who"] == controller.chosen,
                "cells": [people_table.cell_written(column, row[name]) for name, column in columns.items()],
            }
            for row in shown
        ],
        "note": f"{left_out}{texts.OF_THE_TABLE}",
    }


def chosen_from(key: str) -> Who | None:
    """The person a key of the table stands for."""
    kind, _, number = key.partition(" ")
    if kind not in ("client", "therapist") or not number.isdigit():
        return None
    return Who("client" if kind == "client" else "therapist", int(number))


# --- Comparing -------------------------------------------------------------------------------------------------------


# The outcomes in the table of two runs.
COMPARED = (
    "alliance_mean",
    "dropout_rate",
    "felt_per_100_sessions",
    "moved_share",
    "unsettled_share",
    "client_tears_per_100_sessions",
    "ruptures_per_100_sessions",
    "mean_sessions",
)


def outcome_written(name: str, value: float) -> str:
    """An outcome as the table writes it; a dash where there is none."""
    how = TOLD[name]
    return DASH if isnan(value) else f"{number(how.level(value), how.digits)}{how.unit}"


def comparison(controller: Controller, width: float = 384.0) -> Panel:
    """This run beside the pinned one, and whether it is luck, or the numbers; drawings are that many pixels wide."""
    practices, pinned = controller.practices, controller.pinned
    mine = practices.shown.outcomes() if practices.week else {}
    theirs = pinned.world.outcomes() if pinned is not None and practices.week else {}
    rows = [
        {
            "label": TOLD[name].label,
            "help": OUTCOMES[name].meaning,
            "mine": outcome_written(name, mine[name]),
            "pinned": outcome_written(name, theirs[name]) if theirs else "",
        }
        for name in COMPARED
        if mine
    ]
    return {
        "title": controller.title,
        "week": practices.week,
        "rows": rows,
        "differing": _differing(controller),
        "note": texts.COUNTS_OF_ONE,
        "pinned": pinned.title if pinned else "",
        "sameSeed": pinned is None or pinned.seed == controller.seed,
        "pinnedSeed": pinned.seed if pinned else 0,
        "luck": _luck(controller, width),
        "apart": _apart(controller),
        "numbers": _numbers(controller, width),
        "mistake": controller.questions.mistake,
    }


def _differing(controller: Controller) -> list[Panel]:
    if controller.pinned is None:
        return []
    mine, theirs = controller.values, controller.pinned.values
    return [
        {
            "label": controls.label(name),
            "mine": controls.value_told(name, mine[name]),
            "pinned": controls.value_told(name, theirs[name]),
        }
        for name in controls.differing(mine, theirs)
    ]


def _luck(controller: Controller, width: float) -> Panel:
    asked = controller.questions.told("luck")
    manner = controller.values["tears"]
    panel: Panel = {
        "manner": "shown" if manner == texts.HELD_BACK_IN_WORDS else manner,
        "rows": [],
        "words": "",
        **_on_its_way(controller, asked),
    }
    if asked is None or asked.answer is None or asked.over_time is None:
        return panel
    answer = asked.answer
    manner = asked.values["tears"]
    how = f"tears {'shown' if manner == texts.HELD_BACK_IN_WORDS else manner}"
    panel["about"] = (
        f"{answer.practices} practices with these settings ({asked.title}), {number_of(answer.weeks, 'week')} "
        f"each, {how} against held back under the same luck: {answer.people:,} clients who saw tears. All come in week "
        f"1 and nobody after them, so that everyone can be compared with themselves. It holds {DEFAULT_WORLD}."
    )
    panel["rows"] = [
        {"label": measure.words, **_estimate(answer.effects[name], measure.digits, measure.unit)}
        for name, measure in PERSON_MEASURES.items()
    ]
    return panel | _over_time(asked, width)


def _apart(controller: Controller) -> Panel:
    """This run minus the pinned one, over as many practices."""
    asked = controller.questions.told("pinned")
    panel: Panel = {"rows": [], "words": "", **_on_its_way(controller, asked)}
    if asked is None or asked.apart is None or asked.other is None:
        return panel
    found = asked.apart
    alliance, dropout = (did_in_words(name, one) for name, one in found.effects.items())
    return panel | {
        "about": f"{found.practices} practices of this run ({asked.title}) and as many of the pinned one "
        f"({asked.other.title}), {number_of(found.weeks, 'week')} each, each pair under the same luck. It holds "
        f"{DEFAULT_WORLD}.",
        "rows": [
            {
                "label": TOLD[name].label,
                **_estimate(
                    one.times(TOLD[name].factor),
                    TOLD[name].digits_of_difference,
                    "in 100" if TOLD[name].unit else "",
                ),
            }
            for name, one in found.effects.items()
        ],
        "words": f"This run rather than the pinned one {alliance}. It {dropout}.",
    }


def _on_its_way(controller: Controller, asked: LuckAsked | None) -> Panel:
    asking, asked_last = controller.questions.is_asking, asked is not None and asked is controller.luck
    return {
        "practices": asked.practices if asked else PRACTICES,
        "profile": "",
        "key": "",
        "weeks": [],
        "words": "",
        "asking": asking and asked_last,
        "busy": asking and not asked_last,
        "done": asked.done if asked else 0,
        "waits": asked is not None and not asked.has_begun,
        "about": "",
        "stale": asked is not None and (asked.values, asked.seed) != (controller.values, controller.seed),
    }


def _numbers(controller: Controller, width: float) -> Panel:
    """The same practices in open worlds: in how many of them tears did the same, in a sentence by the rule of all."""
    asked = controller.questions.told("numbers")
    panel: Panel = {"worlds": len(worlds_of(OPEN_WORLDS)), **_on_its_way(controller, asked)}
    if asked is None or asked.over_time is None:
        return panel
    people = max((one.people for one in asked.over_time.rows), default=0)
    lucks = asked.over_time.practices // len(worlds_of(OPEN_WORLDS))
    about = texts.OF_THE_NUMBERS.format(title=asked.title, people=people, lucks=lucks)
    return panel | {"about": about} | _over_time(asked, width)


def _over_time(asked: LuckAsked, width: float) -> Panel:
    """What tears do from the first on that a client sees: drawn, week by week, and in one sentence."""
    if asked.over_time is None:
        return {}
    rows = asked.over_time.rows
    of_worlds = asked.over_time.parameters["estimates"] != DEFAULT  # asked for, or set
    said = left_over_time(rows, of_worlds)
    weeks = [
        {"when": week, "cells": [{"mean": mean, "ends": ends} for mean, ends in cells]}
        for week, cells in cells_over_time(rows)
    ]
    known = bool(of_outcome(rows, "left"))
    return {
        "profile": profile_chart(rows, width, said) if known else "",
        "key": OF_WORLDS if of_worlds else OF_LUCK,
        "weeks": weeks if known else [],
        "words": said,
    }


def _estimate(value: Estimate, digits: int, unit: str) -> Panel:
    if isnan(value.mean):
        return {"mean": "–", "interval": "nobody saw tears"}
    mean, low, high = (number(one, digits, signed=True) for one in (value.mean, value.low, value.high))
    return {
        "mean": f"{mean} {unit}".rstrip(),
        "interval": "too few to say" if isnan(value.low) else f"{low} to {high}",
    }
