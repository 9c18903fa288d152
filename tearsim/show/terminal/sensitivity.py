"""Sensitivity indices as a table: which parameters an outcome depends on, how surely, and how much is luck."""

import math

from rich import box
from rich.text import Text

from tearsim.show.terminal.whole_table import WholeTable
from tearsim.show.words.english import on_terminal
from tearsim.show.words.sensitivity import MOST_PAIRS, noise_in_words, pairs_in_words
from tearsim.study.answers.sensitivity import Index, Sensitivity
from tearsim.study.answers.sensitivity_estimators import MEASURES, RANKS_BY, SECOND_ORDER
from tearsim.worlds.outcomes import OUTCOMES


def sensitivity_table(found: Sensitivity) -> WholeTable:
    """Indices of an outcome, the parameter that matters most first, with intervals."""
    outcome = OUTCOMES[found.outcome]
    measures = MEASURES[found.design]
    of = f", {found.of}" if found.of else ""
    table = WholeTable(
        title=Text(f"{found.outcome}{of} [{outcome.unit}]: {outcome.meaning}"),
        title_justify="left",
        caption=noise_in_words(found),
        caption_justify="left",
        box=box.SIMPLE_HEAD,
    )
    table.add_column("parameter or group" if found.groups else "parameter", no_wrap=True)
    for measure, words in measures.items():
        heading = words.replace(": ", ",\n")
        table.add_column(f"{heading}\n({measure.replace('mu_star', 'mu*')})", justify="right")
        table.add_column("95 % interval", justify="right")
    if found.luck_alone:
        table.add_column("mean effect of\nluck alone", justify="right")
    by_parameter: dict[str, list[Index]] = {}
    for index in found.indices:
        if index.other:
            continue
        by_parameter.setdefault(index.parameter, []).append(index)
    for name, indices in sorted(
        by_parameter.items(), key=lambda item: -item[1][list(measures).index(RANKS_BY[found.design])].value
    ):
        cells = [(on_terminal(i.value, 4), _interval(i)) for i in indices]
        luck = [on_terminal(found.luck_alone[name], 4)] if found.luck_alone else []
        table.add_row(name, *(cell for pair in cells for cell in pair), *luck)
    return table


def pairs_table(found: Sensitivity) -> WholeTable:
    """Second-order indices of an outcome, the pairs that do most together first, as many as fit a screen."""
    of = f", {found.of}" if found.of else ""
    table = WholeTable(
        title=Text(f"{found.outcome}{of}: what two do together, beyond what each does by itself"),
        title_justify="left",
        caption=pairs_in_words(found),
        caption_justify="left",
        box=box.SIMPLE_HEAD,
    )
    for heading in ("parameter", "with"):
        table.add_column(heading, no_wrap=True)
    table.add_column(f"second order\n({SECOND_ORDER})", justify="right")
    table.add_column("95 % interval", justify="right")
    for pair in found.pairs[:MOST_PAIRS]:
        table.add_row(pair.parameter, pair.other, on_terminal(pair.value, 4), _interval(pair))
    return table


def _interval(index: Index) -> str:
    return "–" if math.isnan(index.low) else f"{on_terminal(index.low, 4)} to {on_terminal(index.high, 4)}"
