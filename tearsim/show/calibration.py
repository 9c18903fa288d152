"""How far a calibration has come, and what it found, in words."""

import time
from typing import Any

from rich.console import Console

from tearsim.show.progress import SECONDS_A_LINE
from tearsim.study.calibration.table import Progress, Report

KINDS = {
    "prior": "worlds from the prior", "synthetic": "synthetic data sets", "known": "studies of a known world",
    "nearer": "worlds where the first posterior lies", "synthetic nearer": "synthetic data sets from there",
    "drawn": "draws from the posterior", "again": "of them under fresh luck",
}  # fmt: skip


def progress_lines(console: Console, quiet: bool) -> Report:
    """A line every few seconds, and whenever worlds of a kind are all done."""
    last = [0.0]

    def report(now: Progress) -> None:
        if quiet or (now.done < now.worlds and time.monotonic() - last[0] < SECONDS_A_LINE):
            return
        last[0] = time.monotonic()
        console.print(f"{now.done:,} of {now.worlds:,} {KINDS[now.kind]}, {now.sessions / 1e6:,.0f} million sessions")

    return report


def summary(done: dict[str, Any]) -> str:
    """What a calibration found, for someone who will read `calibration.json` next."""
    return "\n".join(summary_lines(done))


def summary_lines(done: dict[str, Any]) -> list[str]:
    """The same line by line."""
    known, parameters = done["perfect_model"], done["left_open"]["parameters"]
    still = [name for name, left in parameters.items() if not left["identified"]]
    return [
        f"{done['members']} parameter sets agree with the findings: {done['agreed']} in a first study; "
        f"{done['agreed_again']}, taken alone; kept are those that do in the mean of both.",
        f"Effective sample size: {done['effective_members_reweighted']:,.0f} if each is weighted by its own simulated "
        f"fit, noise included; {done['effective_members']:,.0f} as drawn, none weighted.",
        *(rank_test_in_words(name, test) for name, test in done["rank_tests"].items()),
        f"Perfect model: {known['recovered']}"
        f"{', all but ' + ', '.join(known['not_recovered']) if known['not_recovered'] else ''}; "
        f"not identified there: {', '.join(known['not_identified']) or 'none'}.",
        f"By the real findings, not identified: {', '.join(still) or 'none'}.",
        f"Simulated: at most {done['sessions'] / 1e9:,.1f} thousand million sessions.",
    ]


def rank_test_in_words(name: str, test: dict[str, Any]) -> str:
    """A rank test in a sentence or two, with the parameters whose ranks are least even."""
    covered = ", ".join(f"{share:.0%} in {float(level):.0%} intervals" for level, share in test["coverage"].items())
    small = ", ".join(f"{parameter} (p = {p:.2g})" for parameter, p in test["small_p"])
    expected = 0.05 * test["parameters"]
    return (
        f"Rank test, truths {name}: {test['data_sets']} data sets, true values {covered}; ranks uneven (p < .05) for "
        f"{len(test['small_p'])} of {test['parameters']} parameters where chance makes {expected:.1f}"
        f"{f': {small}' if small else ''}."
    )


def left_open_markdown(done: dict[str, Any]) -> str:
    """What the findings leave open of each fitted parameter, as a Markdown table; ODD.md holds it."""
    lines = [
        "| parameter | prior | posterior: median (95 % interval) | width beside the prior's |",
        "|---|---|---|---|",
    ]
    for name, left in done["left_open"]["parameters"].items():
        low, high = left["prior"]
        interval = f"{left['median']:.3g} ({left['low']:.3g} to {left['high']:.3g})"
        word = "" if left["identified"] else ", not identified"
        lines.append(f"| `{name}` | {low:g} to {high:g} | {interval} | {left['width']:.2f}{word} |")
    together = [f"`{one}` and `{other}` {r:+.2f}" for one, other, r in done["left_open"]["correlated"]]
    pairs = "; ".join(together) if together else "none"
    return "\n".join(lines) + f"\n\nCorrelated by half or more in the posterior: {pairs}.\n"
