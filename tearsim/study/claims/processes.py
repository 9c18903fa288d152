"""Practices lived by several processes at once: they leave what they read on disk, batch by batch.

Half of the work is Python's own, of which one process does no more than one core can, however many threads it has.
"""

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import NamedTuple

import pandas as pd

import tearsim
from tearsim.study.claims.lived import ClaimsLived, ClaimsProgress, ClaimsReport, live_practice, live_practices
from tearsim.study.claims.practices import CLAIM_PRACTICES

# From this many lives of worlds on, starting a process is worth the seconds that it takes.
WORTH_A_PROCESS = 500

Lot = tuple[str, int]  # a practice, and which of its lucks
Heard = Callable[[str, int], None]  # a practice, and how many more worlds have been lived in it

_LIVE = "from tearsim.study.claims.processes import live_given; live_given()"


class _Given(NamedTuple):
    """What a process is given to do."""

    lived: ClaimsLived
    lots: Sequence[Lot]
    folder: Path


def live_in_processes(
    lived: ClaimsLived, practices: Iterable[str], folder: Path, workers: int, report: ClaimsReport
) -> pd.DataFrame:
    """What is read in each world under each luck, as `lived.live_practices` says, by as many processes as workers."""
    chosen = list(practices)
    lots = [(name, luck) for name in chosen for luck in range(lived.lucks)]
    total, done = len(lots) * len(lived.worlds), 0

    def hear(name: str, worlds: int) -> None:
        nonlocal done
        done += worlds
        report(ClaimsProgress(done, total, CLAIM_PRACTICES[name].words))

    if workers > 1 and total >= WORTH_A_PROCESS:
        _live_at_once(lived, lots, folder, workers, hear)
    # What is there by now is read; what is not is lived here, so that whatever stopped a process is told.
    return live_practices(lived, chosen, folder, workers, (lambda _: None) if done == total else report)


def _live_at_once(lived: ClaimsLived, lots: Sequence[Lot], folder: Path, processes: int, hear: Heard) -> None:
    """Live these lots in several processes; what one of them could not do is left undone.

    If this process is stopped or fails, so are they; what they wrote is kept.
    """
    said: Queue[bytes | None] = Queue()
    working = [_begin(_Given(lived, lots[k::processes], folder), said) for k in range(min(processes, len(lots)))]
    try:
        for _ in working:
            while (line := said.get()) is not None:
                name, worlds = line.decode().split("\t")
                hear(name, int(worlds))
    finally:
        for process in working:
            process.terminate()
            process.wait()


def _begin(given: _Given, said: "Queue[bytes | None]") -> "subprocess.Popen[bytes]":
    """Start a process, and listen to it; None is heard when it has ended."""
    here = str(Path(tearsim.__file__).parents[1])
    surroundings = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH"))))}
    process = subprocess.Popen(
        [sys.executable, "-c", _LIVE],
        env=surroundings,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdin is not None
    with suppress(OSError):  # it ended before it had read all: its part is then done without it
        process.stdin.write(pickle.dumps(given))
        process.stdin.close()

    def listen() -> None:
        for line in process.stdout or ():
            said.put(line)
        said.put(None)

    Thread(target=listen, daemon=True).start()
    return process


def live_given() -> None:
    """In a process of its own: live what is given on its input, and say batch by batch how many worlds that was."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # stopped with the process that began it, without a word
    given: _Given = pickle.load(sys.stdin.buffer)
    for name, luck in given.lots:
        before = 0

        def tell(done: int, name: str = name) -> None:
            nonlocal before
            print(f"{name}\t{done - before}", flush=True)
            before = done

        live_practice(given.lived, name, luck, given.folder, 1, tell)
