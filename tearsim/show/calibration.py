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
    known = done["perfect_model"]
    lines = [
        f"{done['members']} parameter sets agree with the findings ({done['agreed']}; {done['agreed_again']}).",
        f"Effective sample size {done['effective_members']:,.0f}; "
        f"{done['effective_members_reweighted']:,.0f} if each is weighted by its own simulated fit.",
        f"Known parameters: {known['recovered']}.",
    ]
    for name, test in done["rank_tests"].items():
        covered = ", ".join(f"{share:.0%} in {float(level):.0%} intervals" for level, share in test["coverage"].items())
        lines.append(f"Rank test, truths {name}: {test['data_sets']} data sets, true values {covered}.")
    parameters = done["left_open"]["parameters"]
    still = [name for name, left in parameters.items() if not left["identified"]]
    lines.append(
        f"The findings say next to nothing of {', '.join(still)}." if still else "Every parameter is informed."
    )
    lines.append(f"{done['sessions'] / 1e9:,.1f} thousand million sessions simulated.")
    return "\n".join(lines)
