"""How sensitivity indices settle, as a table and in words: what half the design would have said, and half of that."""

from rich import box
from rich.table import Table
from rich.text import Text

from tearsim.show.tables import number
from tearsim.study.convergence import Convergence, Move
from tearsim.study.sensitivity import Index
from tearsim.study.sensitivity_estimators import MEASURES, RANKS_BY
from tearsim.worlds.outcomes import OUTCOMES

# Sizes of the sample that fit a screen side by side, and moves that a sentence names.
MOST_SIZES, MOST_MOVES = 4, 3


def convergence_table(found: Convergence) -> Table:
    """Indices at each size of the sample, with half their 95 % intervals, the parameter that matters most first."""
    last, steps = found.last, found.steps[-MOST_SIZES:]
    of = f", {last.of}" if last.of else ""
    table = Table(
        title=Text(f"{last.outcome}{of} [{OUTCOMES[last.outcome].unit}]: indices from the first blocks of the design"),
        title_justify="left", caption=convergence_in_words(found), caption_justify="left", box=box.SIMPLE_HEAD,
    )  # fmt: skip
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


def ranked(found: Convergence) -> list[str]:
    """What varies, by how much it matters in the whole design."""
    measure = RANKS_BY[found.last.design]
    indices = sorted((one for one in found.last.indices if one.measure == measure), key=lambda one: -one.value)
    return [one.parameter for one in indices]


def index_at(indices: list[Index], name: str, measure: str) -> Index | None:
    """One measure of one parameter, if it is there."""
    return next((one for one in indices if (one.parameter, one.measure, one.other) == (name, measure, "")), None)


def _cell(index: Index | None) -> str:
    if index is None or index.value != index.value:
        return "–"
    return f"{number(index.value, 4)} ±{number(index.high - index.value, 4)}"


def convergence_in_words(found: Convergence) -> str:
    """Whether the last doubling of the sample moved any index further than chance would."""
    if not found.compared:
        return "Nothing to compare: there are no indices, or half the design has none."
    half, whole = found.steps[-2].blocks, found.steps[-1].blocks
    moved, compared = found.moved, found.compared
    words = f"From {half:,} to {whole:,} blocks "
    if not moved:
        widest = max(one.high - one.value for one in found.last.indices if one.high == one.high)
        return f"{words}none of {compared} indices moved by more than half its interval, which is {widest:.2g} at most."
    shown = "; ".join(_in_words(move) for move in moved[:MOST_MOVES])
    others = f"; and {len(moved) - MOST_MOVES} more" if len(moved) > MOST_MOVES else ""
    by_chance = compared / 20
    words += (
        f"{len(moved)} of {compared} indices moved by more than half {'their' if len(moved) > 1 else 'its'} interval"
    )
    more = " More samples would make them surer." if len(moved) > max(1.0, 2.0 * by_chance) else ""
    return f"{words}, where chance alone would move up to {max(1, round(by_chance))}: {shown}{others}.{more}"


def _in_words(move: Move) -> str:
    pair = f" with {move.after.other}" if move.after.other else ""
    what = f"{move.after.measure.replace('mu_star', 'mu*')} of {move.after.parameter}{pair}"
    return f"{what} from {number(move.before.value, 4)} to {number(move.after.value, 4)}"
