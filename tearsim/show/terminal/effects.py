"""What tears do as tables on a terminal, and for programs."""

from collections.abc import Iterable, Iterator

from rich import box
from rich.text import Text

from tearsim.show.terminal.whole_table import WholeTable
from tearsim.show.words import effects as words
from tearsim.study.effects.asking import Effects
from tearsim.study.effects.estimands import ESTIMANDS
from tearsim.study.effects.following import EFFECT_OUTCOMES
from tearsim.study.effects.profiles import Effect

LONGEST_WORD = len("strategies")  # of what rows are called: none is cut, however wide the numbers


def effects_tables(found: Effects) -> Iterator[WholeTable]:
    """A table for each contrast, and each group: a row an outcome, a column a week."""
    for label, group in dict.fromkeys((one.estimand, one.group) for one in found.rows):
        rows = [one for one in found.rows if (one.estimand, one.group) == (label, group)]
        yield _table(label, group, rows, found)


def _table(label: str, group: str, rows: list[Effect], found: Effects) -> WholeTable:
    heading = words.title_of(label) + (f" ({group})" if group else "")
    title = f"{heading}\n[not bold]{words.who_is_compared(label, rows, found)}[/]"
    table = WholeTable(box=box.SIMPLE_HEAD, title=title, title_justify="left", title_style="bold", padding=(0, 1, 0, 0))
    table.add_column("", min_width=LONGEST_WORD)
    for week in found.weeks:
        table.add_column(words.at_week(week), justify="right", no_wrap=True)
    for of_everybody in (True, False):
        table.add_section()
        outcomes = [name for name in EFFECT_OUTCOMES if EFFECT_OUTCOMES[name].of_everybody is of_everybody]
        counted = [_people(rows, outcomes[0], week) for week in found.weeks]
        table.add_row(Text(words.among(outcomes[0]), style="italic"), *counted)
        for outcome in outcomes:
            how = words.EFFECTS_TOLD[outcome]
            cells = ["\n".join(words.cell(one)) for one in rows if one.outcome == outcome]
            table.add_row(Text.assemble(how.label, "\n", (how.unit, "dim")), *cells)
    return table


def _people(rows: Iterable[Effect], outcome: str, week: int) -> Text:
    people = next(one.people for one in rows if (one.outcome, one.week) == (outcome, week))
    return Text(f"{people:,} people", style="italic")


def protocols_table(names: Iterable[str]) -> WholeTable:
    """The target trial of each estimand."""
    table = WholeTable(box=box.SIMPLE_HEAD, title="As target trials", title_justify="left", title_style="bold")
    table.add_column("estimand", no_wrap=True)
    table.add_column("part", no_wrap=True)
    table.add_column("")
    for name in names:
        table.add_section()
        for i, (part, said) in enumerate(ESTIMANDS[name].protocol().items()):
            table.add_row(Text(name if i == 0 else "", style="bold"), part, said)
    return table


def estimands_markdown() -> str:
    """Each estimand with its protocol in Markdown; docs/model/estimands.md holds it."""
    told = []
    for name, estimand in ESTIMANDS.items():
        rows = estimand.protocol() | {"measured by": f"{{py:func}}`tearsim.effects` of `{name}`"}
        table = "".join(f"| {part} | {said} |\n" for part, said in rows.items())
        told.append(f"### {estimand.title}\n\n| part | |\n|---|---|\n{table}\n{estimand.note}\n")
    return "\n".join(told)


def effects_for_programs(found: Effects) -> dict[str, object]:
    """Every effect with its interval, people and worlds; in each outcome's own unit: shares, SD of intake, alliance
    from 0 to 1, ratings from 1 to 7. With groups told apart, each has its group."""
    return {"effects": [_plain(one, found.by) for one in found.rows]}


def _plain(one: Effect, by: str | None) -> dict[str, object]:
    mean, low, high, _ = one.estimate
    worlds = None if one.worlds is None else words.worlds_for_programs(one.worlds)
    return {
        "estimand": one.estimand, **({"group": one.group} if by else {}), "outcome": one.outcome, "week": one.week,
        "mean": mean, "low": low, "high": high, "people": one.people, "unpaired": one.unpaired, "worlds": worlds,
    }  # fmt: skip
