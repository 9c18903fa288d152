"""How a design is cut into chunks: the units that are run, written and, after an interruption, skipped as a whole.

The cut depends on the design alone, never on workers, so that the same sweep leaves the same files everywhere.
"""

from typing import NamedTuple

from tearsim.study.experiment import Point

# Design points that share a drawing of luck: beyond a few hundred its cost no longer shows.
POINTS_A_CHUNK = 500
# Sessions in a chunk: about a second of work, which is all that an interruption can cost a worker.
SESSIONS_A_CHUNK = 12_000_000
# The same where every session is kept.
SESSIONS_A_CHUNK_KEPT = 250_000
# Runs in a chunk: their tables are held in memory until they are written.
RUNS_A_CHUNK = 500


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


def sessions_at_most(point: Point) -> int:
    """Sessions a run can hold: every place taken every week."""
    return int(point["therapists"]) * int(point["caseload"]) * int(point["weeks"])


def plan(points: list[Point], replicates: int, keeps_sessions: bool = False) -> list[Chunk]:
    """The chunks of a sweep, in the order of their rows."""
    most = SESSIONS_A_CHUNK_KEPT if keeps_sessions else SESSIONS_A_CHUNK
    chunks: list[Chunk] = []
    start = 0
    while start < len(points):
        together = _points_together(points, start, most)
        sessions = sum(sessions_at_most(point) for point in points[start : start + together])
        at_once = min(replicates, max(1, min(most // sessions, RUNS_A_CHUNK // together)))
        for first in range(0, replicates, at_once):
            chunks.append(Chunk(len(chunks), start, together, first, min(at_once, replicates - first)))
        start += together
    return chunks


def _points_together(points: list[Point], start: int, most: int) -> int:
    """How many points from `start` on make a chunk: as many as fit, one at least."""
    sessions = 0
    for number, point in enumerate(points[start : start + POINTS_A_CHUNK]):
        sessions += sessions_at_most(point)
        if sessions > most and number > 0:
            return number
    return min(POINTS_A_CHUNK, len(points) - start)
