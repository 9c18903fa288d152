"""How to read what a sweep found: what intervals hold, what chance alone would show, what is small, what it rests on.

Pure: contrasts, sensitivity indices and declarations in, sentences out.
"""

import math
from collections.abc import Mapping

from tearsim.science.declaration import in_words
from tearsim.science.fitted import fitted_worlds
from tearsim.science.parameters import PARAMETERS
from tearsim.show.sentences import told
from tearsim.show.story import list_of
from tearsim.show.telling import TELLING, WAI_POINTS, capital, is_sure
from tearsim.study.contrasts import Found
from tearsim.study.experiment import SAMPLED
from tearsim.study.sensitivity import Index, Sensitivity
from tearsim.study.sensitivity_estimators import RANKS_BY
from tearsim.study.those_who_saw import ThoseWhoSaw
from tearsim.worlds.outcomes import OUTCOMES, QUESTIONED

NEVER_ADVICE = (
    "This is a model: it tells what follows from what it assumes. It is never advice about a person, a therapist or a "
    "client, and no study has shown that people are like it."
)
# What designs that do not draw their points one by one draw them in.
DRAWN_IN = {"sobol": "blocks", "morris": "trajectories"}
# A share of the variance between design points, and a number of parameters, from which on they are named.
NAMED_FROM, MOST_NAMED = 0.02, 5


def brackets_in_short(found: Found) -> str:
    """What the brackets in the answer hold, in a sentence."""
    if found.replicates < 2:
        return "One replicate was run, so these numbers have no intervals: how much of them is luck cannot be said."
    holds = "luck and what the evidence leaves open" if found.fitted else "luck, and nothing else"
    if found.kind in SAMPLED:
        holds = f"{holds.removesuffix(', and nothing else')} and, of changes, which design points were drawn"
    return f"In brackets: 95 % intervals over {found.replicates:,} replicates. They hold {holds}."


def intervals(found: Found) -> str:
    """What an interval over replicates holds, and what it leaves out."""
    if found.replicates < 2:
        return (
            "There is one replicate, so no number here has an interval, and luck cannot be told from anything else: "
            "run the same experiment with more."
        )
    begun = f"In brackets stand 95 % intervals of a mean over {found.replicates:,} replicates (Student’s t). "
    if found.fitted:
        of = min(found.replicates, len(fitted_worlds()))
        words = (
            f"The replicates lived in {of:,} different fitted worlds, parameter sets kept for agreeing with published "
            "findings; so the intervals hold the luck of the simulation and also what the evidence leaves open about "
            "the fitted parameters. They are confidence intervals of the mean over fitted worlds, which narrow with "
            "more replicates; they are not the range in which the worlds themselves lie, which is wider."
        )
    else:
        words = (
            "They hold the luck of the simulation and nothing else: every number of the model that does not vary stays "
            "at the value listed below. What the evidence leaves open about those numbers, and what nobody has "
            "measured, is not in them; the same experiment with worlds = “fitted” would add the first of the two."
        )
    if found.kind in SAMPLED:
        words += (
            " Changes over a range come from a straight line fitted to all parameters at once, and their intervals "
            "also hold that another sample of points might have shown another line. What is not straight is left out."
        )
    if found.kind in DRAWN_IN:
        words += (
            f" This design draws its points in {DRAWN_IN[found.kind]}, within which they resemble each other; with "
            "fewer than some thirty of these, the intervals of changes are too narrow."
        )
    return begun + words


def same_luck(found: Found) -> str:
    """Why a difference may be sure though the intervals of its two sides overlap."""
    if found.replicates < 2 or not told(found):
        return ""
    return (
        "Differences are taken within replicates. Both sides of a difference share their luck, so the difference can "
        "be sure although the intervals of the two sides overlap; its own interval is what counts."
    )


def by_chance(found: Found, saw: ThoseWhoSaw | None = None) -> str:
    """How many differences are told, and how many of them would seem to be something if there were nothing."""
    differences = [one for _, one in told(found)]
    if saw is not None:
        differences += [one for one in (saw.alliance, saw.left_more) if not math.isnan(one.low)]
    if not differences:
        return ""
    sure = sum(is_sure(one) for one in differences)
    number = len(differences)
    which = f"{number} differences are" if number > 1 else "One difference is"
    return (
        f"{which} told with an interval. If nothing made a difference to anything, one in twenty of such intervals "
        f"would leave out 0 by chance: of {number}, that is {number / 20:.1f} on average. Here {sure} "
        f"{'does' if sure == 1 else 'do'}."
    )


def outcomes() -> str:
    """What the two outcomes in question are."""
    alliance, dropout = (OUTCOMES[name].meaning.rstrip(".") for name in QUESTIONED)
    return (
        f"{alliance}. It goes from {OUTCOMES[QUESTIONED[0]].unit}; the mean of a client’s answers on the Working "
        f"Alliance Inventory, from 1 to 7, is about 1 plus {WAI_POINTS:.0f} times it. Dropout: {dropout[0].lower()}"
        f"{dropout[1:]}, as a share of all that ended."
    )


def what_is_small() -> str:
    """The bounds below which differences are called small, and why."""
    bounds = " ".join(f"A difference in {how.name} is called small below {how.why_small}." for how in TELLING.values())
    return f"{bounds} These bounds are a judgement; whoever judges otherwise has the numbers."


def assumptions(varied: list[str]) -> tuple[str, Mapping[str, list[str]]]:
    """How many parameters nobody has measured, and which, group by group."""
    by_group: dict[str, list[str]] = {}
    for name, p in PARAMETERS.items():
        if p.status == "assumption":
            by_group.setdefault(p.group, []).append(in_words(name) + (" (varies here)" if name in varied else ""))
    count = {status: sum(p.status == status for p in PARAMETERS.values()) for status in ("assumption", "estimate")}
    words = (
        f"Of the model’s {len(PARAMETERS)} parameters, {count['estimate']} are estimates, which the published findings "
        f"narrow more or less, and {count['assumption']} are assumptions that nobody has measured. What tears do to a "
        "client and to a bond rests above all on assumptions. A result that matters should be tried with them moved."
    )
    return words, by_group


def sensitivity_in_words(one: Sensitivity) -> str:
    """Which parameters an outcome depends on most, and how little the others matter."""
    name, of = (
        TELLING[one.outcome].name if one.outcome in TELLING else in_words(one.outcome),
        f" ({one.of})" if one.of else "",
    )
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
    factor, unit = (
        (TELLING[one.outcome].factor, TELLING[one.outcome].unit_of_difference) if one.outcome in TELLING else (1.0, "")
    )
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
