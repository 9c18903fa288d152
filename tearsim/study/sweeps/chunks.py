"""How a design is cut into chunks: the units that are run, written and, after an interruption, skipped as a whole.

The cut depends on the design alone, never on workers, so that the same sweep leaves the same files everywhere.
"""

from collections.abc import Sequence
from typing import NamedTuple

from tearsim.errors import TearSimError, quoted
from tearsim.study.sweeps.designs import Point

# Design points that share a drawing of luck: beyond a few hundred its cost no longer shows.
POINTS_A_CHUNK = 500
# Sessions in a chunk: about a second of work, which is all that an interruption can cost a worker.
SESSIONS_A_CHUNK = 12_000_000
# The same where every session is kept, or put together to episodes.
SESSIONS_A_CHUNK_KEPT = 250_000
# Runs in a chunk, and weeks of them: their tables are held in memory until they are written.
RUNS_A_CHUNK = 1_000
WEEKS_A_CHUNK = 100_000


# Beyond these a typing slip is likelier than a plan; the chunks of a sweep are all listed before it begins.
MOST_CHUNKS = 1_000_000
MOST_SHARDS = 100_000


class Chunk(NamedTuple):
    """Consecutive design points under consecutive replicates."""

    number: int
    first_point: int
    points: int
    first_replicate: int
    replicates: int

    @property
    def runs(self) -> int:
        """How many runs it holds."""
        return self.points * self.replicates


class Shard(NamedTuple):
    """One share of a sweep that is split between machines which know nothing of each other: the k-th of n."""

    number: int
    of: int

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


WHOLE = Shard(1, 1)


def read_shard(written: str) -> Shard:
    """A shard from words like "2/3". Raises TearSimError for anything else."""
    number, slash, of = written.partition("/")
    if not (slash and number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of) <= MOST_SHARDS):
        raise TearSimError(
            f"A shard is written k/n with k from 1 to n, like 2/3, n up to {MOST_SHARDS:,}; {quoted(written)} is not."
        )
    return Shard(int(number), int(of))


def sessions_at_most(point: Point) -> int:
    """Sessions a run can hold: every place taken every week."""
    return int(point["therapists"]) * int(point["caseload"]) * int(point["weeks"])


def plan(
    points: Sequence[Point], replicates: int, keeps_sessions: bool = False, shard: Shard = WHOLE, kept: int = 0
) -> list[Chunk]:
    """The chunks of a sweep, or of a shard of it, in the order of their rows.

    The first `kept` replicates, which an earlier sweep of fewer has left, are in chunks by themselves.

    Raises TearSimError for too many.
    """
    most = SESSIONS_A_CHUNK_KEPT if keeps_sessions else SESSIONS_A_CHUNK
    held = [sessions_at_most(point) for point in points]
    weeks = [int(point["weeks"]) for point in points]
    chunks: list[Chunk] = []
    start = 0
    while start < len(points):
        together = _points_together(held, start, most)
        mine = slice(start, start + together)
        at_once = min(most // sum(held[mine]), RUNS_A_CHUNK // together, WEEKS_A_CHUNK // sum(weeks[mine]))
        at_once = min(replicates, max(1, at_once))
        if len(chunks) + replicates // at_once > MOST_CHUNKS:
            raise TearSimError(
                f"The sweep is too long: it would have more than {MOST_CHUNKS:,} chunks of about a second."
            )
        for first, end in ((0, kept), (kept, replicates)):
            chunks += _of_replicates(len(chunks), start, together, range(first, end, at_once), end)
        start += together
    return chunks[shard.number - 1 :: shard.of]


def _of_replicates(number: int, first_point: int, points: int, starts: range, end: int) -> list[Chunk]:
    """Chunks of some points, one from each of these replicates on to the next, the last up to the end."""
    return [
        Chunk(number + i, first_point, points, first, min(starts.step, end - first)) for i, first in enumerate(starts)
    ]


def _points_together(held: list[int], start: int, most: int) -> int:
    """How many points from `start` on make a chunk: as many as fit, one at least."""
    sessions = 0
    for number, more in enumerate(held[start : start + POINTS_A_CHUNK]):
        sessions += more
        if sessions > most and number > 0:
            return number
    return min(POINTS_A_CHUNK, len(held) - start)
