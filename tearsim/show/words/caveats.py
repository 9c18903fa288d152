"""How to read what a sweep found: what intervals hold, what chance alone would show, what is small, what it rests on.

Pure: contrasts, sensitivity indices and declarations in, sentences out.
"""

import math
from collections.abc import Mapping

from tearsim.science.declaration import in_words
from tearsim.science.fitted import DEFAULT, LUCKS_A_WORLD, OPEN_WORLDS
from tearsim.science.parameters import PARAMETERS
from tearsim.show.words.contrasts import differences_told
from tearsim.show.words.differences import is_sure
from tearsim.show.words.english import lower_first
from tearsim.show.words.measures import SAW
from tearsim.show.words.outcomes import ASKED
from tearsim.show.words.units import CORE, WAI
from tearsim.show.words.worlds import HOW_TO_ASK
from tearsim.study.answers.contrasts import Contrasts
from tearsim.study.answers.those_who_saw import ThoseWhoSaw
from tearsim.study.sweeps.experiment import SAMPLED
from tearsim.worlds.outcomes import OUTCOMES, QUESTIONED

NEVER_ADVICE = (
    "This is a model: it tells what follows from what it assumes. It is never advice about a person, a therapist or a "
    "client, and no study has shown that people are like it."
)
# What designs that do not draw their points one by one draw them in.
DRAWN_IN = {"sobol": "blocks", "morris": "trajectories"}


def brackets_in_short(found: Contrasts) -> str:
    """What the brackets in the answer hold, in a sentence."""
    if found.replicates < 2:
        return "One replicate was run, so these numbers have no intervals: how much of them is luck cannot be said."
    if found.told_over_worlds:
        return _worlds_in_short(found)
    holds = "luck, and nothing else" if found.estimates == DEFAULT else "luck and what the evidence leaves open"
    if found.kind in SAMPLED:
        holds = f"{holds.removesuffix(', and nothing else')} and, of changes, which design points were drawn"
    ask = f" {HOW_TO_ASK}" if found.arms else ""
    return f"In brackets: 95 % intervals over {found.replicates:,} replicates. They hold {holds}.{ask}"


def _worlds_in_short(found: Contrasts) -> str:
    drawn = ", and which design points were drawn" if found.kind in SAMPLED else ""
    return (
        f"{found.replicates:,} replicates lived in {found.worlds:,} open worlds, which differ in what the evidence "
        "leaves open about tears. How many of them agree is the uncertainty that counts; that of luck is smaller, and "
        "is kept apart. In brackets: 95 % intervals of means over these worlds. They hold luck and how worlds differ"
        f"{drawn}."
    )


def intervals(found: Contrasts) -> str:
    """What an interval over replicates holds, and what it leaves out."""
    if found.replicates < 2:
        return (
            "There is one replicate, so no number here has an interval, and luck cannot be told from anything else: "
            "run the same experiment with more."
        )
    of = f"{found.replicates:,} replicates" if found.estimates == DEFAULT else f"{found.worlds:,} worlds"
    begun = f"In brackets stand 95 % intervals of a mean over {of} (Student’s t). "
    if found.estimates != DEFAULT:
        opened = "the fitted parameters" if found.estimates != OPEN_WORLDS else "tears and about the fitted parameters"
        words = (
            f"The replicates lived in {found.worlds:,} different {found.estimates} worlds, parameter sets kept for "
            "agreeing with published findings; so the intervals hold the luck of the simulation and also what the "
            f"evidence leaves open about {opened}. They are confidence intervals of the mean over {found.estimates} "
            "worlds, which narrow with more worlds; they are not the range in which the worlds themselves lie, which "
            "is wider."
        )
        if found.told_over_worlds:
            words += (
                f" Each world is lived under {LUCKS_A_WORLD[found.estimates]} lucks or more, which are averaged before "
                "anything else, so that worlds are what is independent. How far worlds lie apart, and how many of them "
                "lie above 0, is told without the luck in each of them: what twice the luck does is taken off again "
                "(simulation and extrapolation, Cook & Stefanski 1994)."
            )
    else:
        words = (
            "They hold the luck of the simulation and nothing else: every number of the model that does not vary stays "
            "at the value listed below. What the evidence leaves open about those numbers, and what nobody has "
            'measured, is not in them; the same experiment with estimates = "open" would tell in how many worlds '
            "that fit the evidence each thing holds."
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


def same_luck(found: Contrasts) -> str:
    """Why a difference may be sure though the intervals of its two sides overlap."""
    if found.replicates < 2 or not differences_told(found):
        return ""
    return (
        "Differences are taken within replicates. Both sides of a difference share their luck, so the difference can "
        "be sure although the intervals of the two sides overlap; its own interval is what counts."
    )


def by_chance(found: Contrasts, saw: ThoseWhoSaw | None = None) -> str:
    """How many differences are told, and how many of them would seem to be something if there were nothing."""
    differences = [one for _, one in differences_told(found)]
    if saw is not None:
        differences += [saw.effects[name] for name in SAW if not math.isnan(saw.effects[name].low)]
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


def outcomes_in_question() -> str:
    """What the two outcomes in question are."""
    alliance, dropout = (OUTCOMES[name].meaning.rstrip(".") for name in QUESTIONED)
    return (
        f"{alliance}. It is given as {WAI.source}, which goes from {OUTCOMES[QUESTIONED[0]].unit} in the tables of "
        f"results. Dropout: {lower_first(dropout)}, as a share of all that ended. Distress is given in "
        f"{CORE.source}."
    )


def what_is_small() -> str:
    """The bounds below which differences are called small, and why."""
    bounds = " ".join(f"A difference in {how.name} is called small below {how.why_small}." for how in ASKED)
    return f"{bounds} These bounds are a judgement; anyone who judges differently has the numbers."


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
