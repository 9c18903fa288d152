"""Sensitivity indices as a table: which parameters an outcome depends on, how surely, and how much is luck."""

import math

from rich import box
from rich.table import Table
from rich.text import Text

from tearsim.show.tables import number
from tearsim.study.sensitivity import Index, Sensitivity
from tearsim.study.sensitivity_estimators import MEASURES, PAIRED, RANKS_BY
from tearsim.worlds.outcomes import OUTCOMES

# A share of luck in the variance between points from which on a reader is told to run more.
MUCH_LUCK = 0.1
# Pairs of parameters that a table or a figure shows, the largest first.
MOST_PAIRS = 10


def sensitivity_table(found: Sensitivity) -> Table:
    """Indices of an outcome, the parameter that matters most first, with intervals."""
    outcome = OUTCOMES[found.outcome]
    measures = MEASURES[found.design]
    of = f", {found.of}" if found.of else ""
    table = Table(
        title=Text(f"{found.outcome}{of} [{outcome.unit}]: {outcome.meaning}"), title_justify="left",
        caption=noise_in_words(found), caption_justify="left", box=box.SIMPLE_HEAD,
    )  # fmt: skip
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
        cells = [(number(i.value, 4), _interval(i)) for i in indices]
        luck = [number(found.luck_alone[name], 4)] if found.luck_alone else []
        table.add_row(name, *(cell for pair in cells for cell in pair), *luck)
    return table


def pairs_table(found: Sensitivity) -> Table:
    """Second-order indices of an outcome, the pairs that do most together first, as many as fit a screen."""
    of = f", {found.of}" if found.of else ""
    table = Table(
        title=Text(f"{found.outcome}{of}: what two do together, beyond what each does by itself"), title_justify="left",
        caption=pairs_in_words(found), caption_justify="left", box=box.SIMPLE_HEAD,
    )  # fmt: skip
    for heading in ("parameter", "with"):
        table.add_column(heading, no_wrap=True)
    table.add_column(f"second order\n({PAIRED})", justify="right")
    table.add_column("95 % interval", justify="right")
    for pair in found.pairs[:MOST_PAIRS]:
        table.add_row(pair.parameter, pair.other, number(pair.value, 4), _interval(pair))
    return table


def pairs_in_words(found: Sensitivity) -> str:
    """How many pairs are told from nothing, and what is said of those that are not shown."""
    beyond, rest = [pair for pair in found.pairs if pair.low > 0.0], found.pairs[MOST_PAIRS:]
    words = f"{len(beyond)} of {len(found.pairs)} pairs have an interval above 0."
    if not rest:
        return words
    left_out = f"{len(rest)} smaller ones are" if len(rest) > 1 else "A smaller one is"
    return f"{words} {left_out} left out here; all stand in the JSON."


def _interval(index: Index) -> str:
    return "–" if math.isnan(index.low) else f"{number(index.low, 4)} to {number(index.high, 4)}"


def noise_in_words(found: Sensitivity) -> str:
    """How much of what is seen is luck, and what the indices rest on."""
    noise = found.noise
    if not found.indices:
        return "No indices: here the outcome is missing at every design point."
    if found.constant:
        return "No indices: the outcome is the same at every design point, so nothing that varies here changes it."
    if all(math.isnan(index.value) for index in found.indices):
        return "No indices: all that differs between design points may be luck; more replicates would tell."
    words = (
        f"{found.blocks:,} blocks of the design, {found.replicates} replicates. "
        f"Standard deviation between design points {noise.between_points:.3g}"
    )
    if not math.isnan(noise.between_runs):
        words += f", between runs of one point {noise.between_runs:.3g}"
    if not math.isnan(noise.left_in_means):
        words += f"; leftover luck makes {100 * noise.left_in_means:.1f} % of the variance between points"
        words += ", and is taken out of the indices" if found.design == "sobol" else ""
    words += "." if noise.left_in_means < MUCH_LUCK else ": more replicates would make these indices surer."
    words += "".join(f" {name}: {', '.join(members)}." for name, members in found.groups.items())
    if found.groups and found.design == "morris":
        words += " Effects of a group have a size and no direction, so how much they vary is not told."
    if found.luck_alone:
        words += " A mean effect that is not above what luck alone would show may be nothing."
    left_out = f" {found.left_out:,} blocks are left out: the outcome is missing at one of their points."
    return f"{words}{left_out if found.left_out else ''}"
