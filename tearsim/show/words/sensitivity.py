"""Which parameters matter, in sentences: how sure an index is, how much is luck, and whether it has settled."""

import math

from tearsim.science.declaration import in_words
from tearsim.show.words.english import capital, list_of, on_terminal
from tearsim.show.words.outcomes import TOLD
from tearsim.study.answers.convergence import Convergence, Move
from tearsim.study.answers.sensitivity import Index, Sensitivity
from tearsim.study.answers.sensitivity_estimators import RANKS_BY

# A share of the variance between design points, and a number of parameters, from which on they are named.
NAMED_FROM, MOST_NAMED = 0.02, 5
# Moves that a sentence names.
MOST_MOVES = 3
# A share of luck in the variance between points from which on a reader is told to run more.
MUCH_LUCK = 0.1


# Pairs of parameters that a table or a figure shows, the largest first.
MOST_PAIRS = 10


def pairs_in_words(found: Sensitivity) -> str:
    """How many pairs are told from nothing, and what is said of those that are not shown."""
    beyond, rest = [pair for pair in found.pairs if pair.low > 0.0], found.pairs[MOST_PAIRS:]
    words = f"{len(beyond)} of {len(found.pairs)} pairs have an interval above 0."
    if not rest:
        return words
    left_out = f"{len(rest)} smaller ones are" if len(rest) > 1 else "A smaller one is"
    return f"{words} {left_out} left out here; all stand in the JSON."


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


def convergence_in_words(found: Convergence) -> str:
    """Whether the last doubling of the sample moved any index further than chance would."""
    if not found.compared:
        return "Nothing to compare: there are no indices, or half the design has none."
    half, whole = found.steps[-2].blocks, found.steps[-1].blocks
    moved, compared = found.moved, found.compared
    words = f"From {half:,} to {whole:,} blocks "
    if not moved:
        widest = max(one.high - one.value for one in found.last.indices if not math.isnan(one.high))
        return f"{words}none of {compared} indices moved by more than half its interval, which is {widest:.2g} at most."
    shown = "; ".join(_moved(move) for move in moved[:MOST_MOVES])
    others = f"; and {len(moved) - MOST_MOVES} more" if len(moved) > MOST_MOVES else ""
    by_chance = compared / 20
    words += (
        f"{len(moved)} of {compared} indices moved by more than half {'their' if len(moved) > 1 else 'its'} interval"
    )
    more = " More samples would make them surer." if len(moved) > max(1.0, 2.0 * by_chance) else ""
    return f"{words}, where chance alone would move up to {max(1, round(by_chance))}: {shown}{others}.{more}"


def _moved(move: Move) -> str:
    pair = f" with {move.after.other}" if move.after.other else ""
    what = f"{move.after.measure.replace('mu_star', 'mu*')} of {move.after.parameter}{pair}"
    return f"{what} from {on_terminal(move.before.value, 4)} to {on_terminal(move.after.value, 4)}"


def sensitivity_in_words(one: Sensitivity) -> str:
    """Which parameters an outcome depends on most, and how little the others matter."""
    name, of = TOLD[one.outcome].name, f" ({one.of})" if one.of else ""
    ranked = sorted((i for i in one.indices if i.measure == RANKS_BY[one.design]), key=lambda index: -index.value)
    ranked = [index for index in ranked if not math.isnan(index.value)]
    if not ranked:
        return f"{capital(name)}{of} does not vary, or is missing, so nothing can be said of what it depends on."
    return f"{capital(name)}{of} {_of_variance(ranked) if one.design == 'sobol' else _of_effects(one, ranked)}"


def _of_variance(ranked: list[Index]) -> str:
    named = [index for index in ranked if index.low > NAMED_FROM][:MOST_NAMED] or ranked[:1]
    rest = [index for index in ranked if index not in named]
    parts = [
        f"{in_words(i.parameter)} ({100 * i.value:.0f} %, 95 % interval {100 * max(0.0, i.low):.0f} to "
        f"{100 * i.high:.0f})"
        for i in named
    ]
    words = (
        f"differs between design points mostly by {list_of(parts)}: shares of the variance that go back to each "
        "parameter, by itself and together with others; they may add up to more than 100 %."
    )
    if rest:
        most = math.ceil(100 * max(index.high for index in rest))
        others = f"The other {len(rest)}" if len(rest) > 1 else f"{capital(in_words(rest[0].parameter))}"
        words += (
            f" {others} {'account' if len(rest) > 1 else 'accounts'} for less than {most} % each, intervals included."
        )
    return words.replace(" each, intervals", ", its interval" if len(rest) == 1 else " each, intervals")


def _of_effects(one: Sensitivity, ranked: list[Index]) -> str:
    beyond = [index for index in ranked if index.low > one.luck_alone.get(index.parameter, 0.0)]
    if not beyond:
        return "changes with no parameter by more than luck alone would show."
    factor, unit = TOLD[one.outcome].factor, TOLD[one.outcome].unit_of_difference
    parts = [
        f"{in_words(i.parameter)} ({i.value * factor:.3g}, {max(0.0, i.low) * factor:.3g} to "
        f"{i.high * factor:.3g}{unit})"
        for i in beyond[:MOST_NAMED]
    ]
    rest = len(ranked) - len(beyond)
    words = (
        f"changes most with {list_of(parts)}: mean sizes of the change over a parameter’s whole range, either way, "
        "with 95 % intervals."
    )
    return words + (
        f" With {rest} of the {len(ranked)} parameters it changes by no more than luck alone would show."
        if rest
        else ""
    )
