"""How far a calibration has come, and what it found, in words."""

import time
from collections import Counter
from collections.abc import Sequence

from rich.console import Console

from tearsim.show.terminal.progress import SECONDS_A_LINE
from tearsim.show.words.findings import SHARES, published
from tearsim.study.calibration.design import Target
from tearsim.study.calibration.outcome import (
    CalibrationOutcome,
    KnownWorldsOutcome,
    MembersOutcome,
    OpenOutcome,
    RankOutcome,
    RanksOutcome,
)
from tearsim.study.calibration.posterior import ADVISED
from tearsim.study.calibration.table import SOLVING_ROUNDS, CalibrationProgress, CalibrationReport
from tearsim.study.calibration.trials import HOW_LEARNT

KINDS = {
    "prior": "worlds from the prior", "synthetic": "synthetic data sets", "known": "known worlds",
    "nearer": "worlds where the first posterior lies", "synthetic nearer": "synthetic data sets from there",
    "drawn": "draws from the posterior", "again": "of them under fresh luck",
    "confirmed": "of those kept, in a third study that chooses nobody",
    "slopes": "worlds stepped for slopes",
    **dict.fromkeys(SOLVING_ROUNDS["open"], "draws being solved"),
    **dict.fromkeys(SOLVING_ROUNDS["true"], "true worlds being solved"),
    **dict.fromkeys(SOLVING_ROUNDS["tried"], "draws for synthetic data sets being solved"),
    "studied": "synthetic data sets", "judged": "solved draws, judged",
    "judged again": "of them under fresh luck",
    "open confirmed": "of those kept, in a third study that chooses nobody",
    "effects": "open worlds with tears shown and held back",
    "tried effects": "worlds of the trials with tears shown and held back",
}  # fmt: skip

# Standard errors within which a finding that is held to the middle of its interval is as good as held to its value.
NEARLY = 0.1


def progress_lines(console: Console, quiet: bool) -> CalibrationReport:
    """A line every few seconds, and whenever worlds of a kind are all done."""
    last = [0.0]

    def report(now: CalibrationProgress) -> None:
        if quiet or (now.done < now.worlds and time.monotonic() - last[0] < SECONDS_A_LINE):
            return
        last[0] = time.monotonic()
        console.print(f"{now.done:,} of {now.worlds:,} {KINDS[now.kind]}, {now.sessions / 1e6:,.0f} million sessions")

    return report


def open_summary(done: OpenOutcome) -> str:
    """What an open block found, for someone who will read `calibration.json` next."""
    return "\n".join(open_summary_lines(done))


def open_summary_lines(done: OpenOutcome) -> list[str]:
    """The same line by line."""
    effect, trials = done["effect_on_leaving"], done["trials"]
    first, again = done["agreed"], done["agreed_again"]
    limits = [f"{name} in {part:.0%}" for name, part in done["at_a_limit"].items() if part > 0.0]
    moved, unsettled = (_part(effect[how]) for how in ("moved_middle_95", "unsettled_middle_95"))
    lines = [
        f"{done['members']} open worlds were kept of {done['draws']} draws, over {done['cores']} different cores "
        f"(worth {done['effective_cores']:,.0f} equally frequent ones): {first['agree']} agree with the findings in a "
        f"study that solved nothing; {again['agree']} of these once more under fresh luck, taken alone; kept are those "
        f"that do in the mean of both.",
        f"In a third study, which chose nobody, {_confirmed(done)} agree with the findings, and miss one at most of "
        f"those about therapists' tears; {done['all_about_tears']:.0%} miss none of these.",
        f"No solution within 0 to 1: {', '.join(limits) or 'never'}.",
        f"Of 100 clients who saw tears, {effect['median']:+.1f} more left because of it in the median world (middle 80 "
        f"% of worlds {_span(effect['middle_80'])}, middle 95 % {_span(effect['middle_95'])}); it is more than 0 in "
        f"{effect['share_above_0']:.0%} of worlds. In the middle 95 % of worlds tears that were noticed moved "
        f"{moved} of clients and unsettled {unsettled}.",
        f"Simulated: at most {done['sessions'] / 1e9:,.1f} billion sessions; the last run of the command took "
        f"{done['seconds']:,.0f} seconds.",
    ]
    if trials is not None:
        lines.insert(-1, ranks_in_words("from open worlds", trials))
    return lines


def _span(ends: list[float]) -> str:
    """From where to where worlds lie."""
    return f"{ends[0]:+.1f} to {ends[1]:+.1f}"


def _part(ends: list[float]) -> str:
    """The same for shares."""
    return _ends(ends[0], ends[1])


def summary(done: CalibrationOutcome) -> str:
    """What a calibration found, for someone who will read `calibration.json` next."""
    return "\n".join(summary_lines(done))


def summary_lines(done: CalibrationOutcome) -> list[str]:
    """The same line by line."""
    known, parameters = done["perfect_model"], done["left_open"]["parameters"]
    first, again = done["agreed"], done["agreed_again"]
    counted = Counter(name for world in known["worlds"] for name in world["not_recovered"])
    missed = [f"{name} in {number} worlds" if number > 1 else name for name, number in sorted(counted.items())]
    return [
        f"In a third study, which chose nobody, {_confirmed(done)} agree with the findings.",
        f"Effective sample size: {done['effective_members_reweighted']:,.0f} if each of {done['members']} kept is "
        f"weighted by how well it fits in that study, noise included, rather than by the emulator's guess "
        f"({done['effective_members_by_published_errors_alone']:,.0f} if held to the published errors alone, with no "
        f"allowance for that noise); {done['effective_members']:,.0f} as drawn, none weighted. {_chain(done)}",
        f"{done['members']} parameter sets were kept: {first['agree']} of {first['draws']} draws "
        f"({first['different']} of them different) agree in a first study; {again['agree']} of {again['draws']} once "
        f"more under fresh luck, taken alone; kept are those that do in the mean of both.",
        *(rank_test_in_words(name, test) for name, test in done["rank_tests"].items()),
        f"Perfect model: {known['recovered']} of {known['of']} true values of {len(known['worlds'])} worlds inside "
        f"their 95 % intervals ({_world_by_world(known)}){'; missed: ' + ', '.join(missed) if missed else ''}; "
        f"not identified there: {_of_class(known['learnt'], 'not identified')}.",
        *(
            f"By the real findings, {word}: {_of_class({n: left['learnt'] for n, left in parameters.items()}, word)}."
            for word in HOW_LEARNT
        ),
        f"Simulated: at most {done['sessions'] / 1e9:,.1f} billion sessions.",
    ]


def _confirmed(done: MembersOutcome | OpenOutcome) -> str:
    """How many agree in the third study, and the interval of that share."""
    share = done["confirmed_share"]
    interval, low, high = "", share["low"], share["high"]
    if low is not None and high is not None:
        interval = f", 95 % interval over its {share['lucks']} lucks {_ends(low, high)}"
    least = min(done["inside"], key=done["inside"].__getitem__)
    return (
        f"{done['confirmed']} of the {done['members']} ({share['mean']:.0%}{interval}; least often inside: {least}, in "
        f"{done['inside'][least]:.0%})"
    )


def _ends(low: float, high: float, digits: int = 0) -> str:
    """The interval of a share, none of it below 0 or above 1."""
    return f"{max(0.0, low):.{digits}%} to {min(1.0, high):.{digits}%}"


def _off(test: RanksOutcome) -> str:
    """Which intervals of a rank test hold true values less or more often than they are called to, beyond chance."""
    shares = test["coverage"].items()
    too = {
        "fewer": [f"{float(level):.0%}" for level, share in shares if share["high"] < float(level)],
        "more": [f"{float(level):.0%}" for level, share in shares if share["low"] > float(level)],
    }
    said = [f"those of {' and '.join(named)} hold {how} than they should" for how, named in too.items() if named]
    return f"; {'; '.join(said)}" if said else ""


def _chain(done: CalibrationOutcome) -> str:
    """How long the chain was that the fitted worlds are drawn from, beside what its time asks for."""
    chain = done["sampling"]["second"]
    return (
        f"That last figure rests on the autocorrelation time of a chain {chain['length_in_autocorrelation_times']:.0f} "
        f"times as long as it ({chain['steps_kept']:,} steps of each walker were kept), where emcee advises {ADVISED}: "
        f"from so short a chain it mostly comes out too short. Were it twice as long, the figure would be "
        f"{1 / (1 / done['members'] + 2 / chain['effective']):,.0f}."
    )


def _world_by_world(known: KnownWorldsOutcome) -> str:
    """How far known worlds differ in how many of their values are recovered.

    No interval: the worlds are few, and not drawn independently but spread over the prior.
    """
    each, worlds = [world["recovered"] for world in known["worlds"]], len(known["worlds"])
    return f"{min(each)} to {max(each)} of {known['of'] // worlds} a world; {worlds} worlds are too few for an interval"


def _of_class(classes: dict[str, str], word: str) -> str:
    return ", ".join(name for name, learnt in classes.items() if learnt == word) or "none"


def fitted_markdown(done: CalibrationOutcome) -> str:
    """How far the fitted worlds can be trusted, as a paragraph; docs/evidence.md holds it."""
    tests, known = done["rank_tests"], done["perfect_model"]
    held = {name: test["coverage"]["0.95"] for name, test in tests.items()}
    narrow = "; ".join(
        f"with truths {name}, {share['mean']:.1%} (95 % interval over {tests[name]['data_sets']} data sets "
        f"{_ends(share['low'], share['high'], 1)}{': fewer than they should' if share['high'] < 0.95 else ''})"
        for name, share in held.items()
    )
    classes = [left["learnt"] for left in done["left_open"]["parameters"].values()]
    counted = ", ".join(f"{classes.count(word)} {word}" for word in HOW_LEARNT)
    first = done["agreed"]
    return (
        f"Fitting left much open. The fitted worlds are {done['members']} parameter sets chosen by two studies, in the "
        "mean of which at least nine in ten of the findings they may be fitted to lie inside. Choosing flatters, and "
        "one study is noisier than the mean of two: in a third study, which chose nobody, "
        f"{_confirmed(done)} agree by themselves; of all draws from the posterior, {first['agree']} of "
        f"{first['draws']} agreed in the first study. Weighted by how well each fits in the third, noise included, "
        f"rather than by what the emulator guessed, they are worth {done['effective_members_reweighted']:.0f} equal "
        f"ones ({done['effective_members_by_published_errors_alone']:.0f} if held to the published errors alone, with "
        "no allowance for that noise). "
        f"On synthetic findings, 95 % intervals of the parameters held the true value this often: {narrow}; of "
        f"{len(known['worlds'])} known worlds, {known['recovered']} of {known['of']} values lie in theirs "
        f"({_world_by_world(known)}). The sampler ran for "
        f"{done['sampling']['second']['length_in_autocorrelation_times']:.0f} of its autocorrelation times after those "
        f"dropped, where {ADVISED} are advised: where the intervals of parameters end is known roughly. Of the "
        f"{len(classes)} fitted parameters, the published findings leave {counted}. The defaults are the set with the "
        f"smallest error in the first two studies. It took at most {done['sessions'] / 1e9:.1f} billion "
        "simulated sessions.\n"
    )


def rank_test_in_words(name: str, test: RankOutcome) -> str:
    """A rank test in a sentence or two, with the parameters whose ranks are least even, and its worst chain."""
    return (
        f"{ranks_in_words(name, test)} By its own estimate the shortest chain is "
        f"{test['shortest_chain_in_autocorrelation_times']:.0f} times its autocorrelation time long."
    )


def ranks_in_words(name: str, test: RanksOutcome) -> str:
    """The same without a chain."""
    covered = ", ".join(
        f"{share['mean']:.1%} ({_ends(share['low'], share['high'], 1)}) in {float(level):.0%} intervals"
        for level, share in test["coverage"].items()
    )
    small = ", ".join(f"{parameter} (p = {p:.2g})" for parameter, p in test["small_p"])
    expected = 0.05 * test["parameters"]
    return (
        f"Rank test, truths {name}: {test['data_sets']} data sets, true values {covered} (in brackets 95 % intervals "
        f"over data sets){_off(test)}; each is ranked among {test['ranked_among']} draws; ranks uneven (p < .05) for "
        f"{len(test['small_p'])} of {test['parameters']} parameters where chance makes {expected:.1f}"
        f"{f': {small}' if small else ''}."
    )


def left_open_markdown(done: CalibrationOutcome) -> str:
    """What the findings leave open of each fitted parameter, as a Markdown table; ODD.md holds it."""
    lines = [
        "| parameter | prior | posterior: median (95 % interval) | width beside the prior's |",
        "|---|---|---|---|",
    ]
    for name, left in done["left_open"]["parameters"].items():
        low, high = left["prior"]
        interval = f"{left['median']:.3g} ({left['low']:.3g} to {left['high']:.3g})"
        word = left["learnt"]
        lines.append(f"| `{name}` | {low:g} to {high:g} | {interval} | {left['width']:.2f}, {word} |")
    together = [f"`{one}` and `{other}` {r:+.2f}" for one, other, r in done["left_open"]["correlated"]]
    pairs = "; ".join(together) if together else "none"
    return "\n".join(lines) + f"\n\nCorrelated by half or more in the posterior: {pairs}.\n"


def centres_markdown(fitted_to: Sequence[Target]) -> str:
    """Which findings are fitted to another value than the published one, as a sentence; ODD.md holds it."""
    moved = [
        (t, (t.centre - t.finding.found) / t.error)
        for t in fitted_to
        if t.finding.found is not None and abs(t.centre - t.finding.found) > 1e-9
    ]
    far = "; ".join(
        f"`{t.finding.id}`, published {published(t.finding)}, is held to {_plain(t)}, {abs(errors):.1f} standard "
        f"errors {'above' if errors > 0 else 'below'} what was published"
        for t, errors in moved
        if abs(errors) >= NEARLY
    )
    near = ", ".join(f"`{t.finding.id}`" for t, errors in moved if abs(errors) < NEARLY)
    return f"{far}. Within {NEARLY:g} standard errors of the published value, but not at it: {near or 'none'}.\n"


def _plain(target: Target) -> str:
    return f"{100 * target.centre:.3g} %" if target.finding.measure in SHARES else f"{target.centre:.3g}"
