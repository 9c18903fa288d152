"""How sensitivity indices settle, as a table and in words: what half the design would have said, and half of that."""

from rich import box
from rich.text import Text

from tearsim.show.terminal.whole_table import WholeTable
from tearsim.show.words.english import on_terminal
from tearsim.show.words.sensitivity import convergence_in_words
from tearsim.study.answers.convergence import Convergence, index_at, ranked
from tearsim.study.answers.sensitivity import Index
from tearsim.study.answers.sensitivity_estimators import MEASURES
from tearsim.worlds.outcomes import OUTCOMES

# Sizes of the sample that fit a screen side by side.
MOST_SIZES = 4


def convergence_table(found: Convergence) -> WholeTable:
    """Indices at each size of the sample, with half their 95 % intervals, the parameter that matters most first."""
    last, steps = found.last, found.steps[-MOST_SIZES:]
    of = f", {last.of}" if last.of else ""
    table = WholeTable(
        title=Text(f"{last.outcome}{of} [{OUTCOMES[last.outcome].unit}]: indices from the first blocks of the design"),
        title_justify="left",
        caption=convergence_in_words(found),
        caption_justify="left",
        box=box.SIMPLE_HEAD,
    )
    table.add_column("parameter or group" if last.groups else "parameter", no_wrap=True)
    for step in steps:
        table.add_column(f"{step.blocks:,} blocks", justify="right", no_wrap=True)
    names = ranked(found)
    for measure, words in MEASURES[last.design].items():
        table.add_section()
        table.add_row(Text(f"{words} ({measure.replace('mu_star', 'mu*')})", style="bold"))
        for name in names:
            table.add_row(name, *(_cell(index_at(step.found.indices, name, measure)) for step in steps))
    return table


def _cell(index: Index | None) -> str:
    if index is None or index.value != index.value:
        return "–"
    return f"{on_terminal(index.value, 4)} ±{on_terminal(index.high - index.value, 4)}"
