"""The only source of chance. Every draw has an address: seed, replicate, kind, week (or turn), row, decision.

A block of luck is a table drawn from NumPy's Philox generator, whose 256-bit counter is the address:

    Philox(key from SeedSequence(seed, spawn_key=(replicate,)), counter=[0, week, kind, 0])

One row belongs to one place (or therapist) and one column to one decision, and the columns of a kind never
change in number. So one more week, one more place or one more decision changes nobody else's luck, and every
design point of a replicate meets the same luck (common random numbers).

Uniform numbers u lie strictly between 0 and 1. Columns for events hold log-odds, `logit(u)`: an event of log-odds x
happens when `logit(u) < x`, which has probability `logistic(x)`. Columns for variation hold standard normals.

Whose row: in a cohort a row belongs to a person for good, in an open practice to the place they sit in. Whoever is
out of therapy lives on with the row of the place they first came to, which in an open practice they share with
whoever else first came there: their weeks out of therapy are then alike in luck, yet never with anyone's sessions.
"""

import numpy as np
from numpy.random import BitGenerator, Generator, Philox, RandomState, SeedSequence, default_rng
from numpy.typing import NDArray
from scipy.special import logit, ndtri

from tearsim.science.declaration import whole_number

# Each kind of luck as runs of columns, each run with what its draws are: "events" hold log-odds, "normals" standard
# normals, "uniforms" are left as drawn. What every session needs comes first, so that a processor fetches little else.
# A decision still to come takes a spare, which changes no other column.
_SESSION = (
    ("events", ("client_cries", "release", "eyes_fill", "rupture", "repaired", "leaves", "seeks")),
    ("normals", ("depth", "bond", "distress")),
    ("uniforms", ("severity", "ends", "hushed", "outside_life", "noticed", "belief_noticed", "spoken", "origin",
                  "belief", "untold", "wait", "turn", "place_order", "relapse", "displeasure", "spare_1")),
    ("normals", ("outside", "rating", "appraisal", "fit", "first_bond", "judgement")),
)  # fmt: skip
_THERAPIST_WEEK = (("normals", ("strain",)), ("uniforms", ("grief", "spare_1", "spare_2")))
_CLIENT = (
    ("normals", ("empathy", "boundary_sensitivity", "tear_propensity", "warmth_expected", "responsiveness",
                 "good_enough", "bond_share", "distress")),
    ("uniforms", ("spare_1", "spare_2", "spare_3", "spare_4")),
)  # fmt: skip
_THERAPIST = (
    ("normals", ("empathy", "boundary_sensitivity", "comforting", "tear_propensity", "skill", "leaving", "comfort",
                 "strain")),
    ("uniforms", ("experience", "never_cries", "spare_1", "spare_2")),
)  # fmt: skip

_REPORT = (
    ("normals", ("distress_before", "distress", "view", "view_rating", "perceived_empathy", "own_empathy", "rosy")),
    ("uniforms", ("spare_1",)),
)  # fmt: skip

_TRANSFORMS = {"events": logit, "normals": ndtri}

# The kind is part of the address: a new kind takes a new number.
_KINDS = {"session": 0, "therapist week": 1, "client": 2, "therapist": 3, "report": 4}


def columns(runs: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[str, ...]:
    """The columns of a kind of luck, in order."""
    return tuple(name for _, names in runs for name in names)


# The columns by name: sessions and changes of place; therapists' own lives; who the clients and the therapists are; the
# errors of what people report to a study, which the model itself never reads.
SESSION, THERAPIST_WEEK, CLIENT, THERAPIST, REPORT = map(
    columns, (_SESSION, _THERAPIST_WEEK, _CLIENT, _THERAPIST, _REPORT)
)


def record_type(names: tuple[str, ...]) -> np.dtype[np.void]:
    """A table whose rows answer to their columns' names, compiled or not."""
    return np.dtype((np.record, [(name, np.float64) for name in names]))


Table = NDArray[np.void]  # rows that answer to the names of their columns

MOST_SEED = 2**64 - 1
MOST_REPLICATE = 2**32 - 1

# What else needs a seed of its own, away from every replicate's luck: an address two long, where a replicate's is one.
_PURPOSES = {"design": 0, "resampling": 1}


def checked_address(seed: object, replicate: object) -> tuple[int, int]:
    """A seed and a replicate as plain whole numbers. Raises TearSimError for what is none, or outside its limits."""
    return whole_number("seed", seed, 0, MOST_SEED), whole_number("replicate", replicate, 0, MOST_REPLICATE)


def seed_of(given: object) -> int:
    """The seed meant by whatever a framework may hand over.

    A whole number is the seed itself, also as typed in a field; one of NumPy's generators or seed sequences draws it;
    nothing, or an empty field, is a fresh one from the operating system. Those drawn have 48 bits: no table or
    spreadsheet rounds them.

    Raises TearSimError for anything else.
    """
    if isinstance(given, str):
        typed = given.strip()
        given = int(typed) if typed.isdecimal() and len(typed) <= len(str(MOST_SEED)) else given if typed else None
    if given is None or isinstance(given, Generator | BitGenerator | SeedSequence):
        return int(default_rng(given).integers(2**48))
    return whole_number("seed", given, 0, MOST_SEED)


def seed_for(purpose: str, seed: int) -> int:
    """A seed to hand to a library that samples ("design") or resamples ("resampling") by itself; never 0.

    It has nothing to do with the luck of any replicate of the same seed. Raises TearSimError for a seed that is none.
    """
    return int(_address(purpose, seed).generate_state(1, np.uint32)[0]) or 1


def generator_for(purpose: str, seed: int) -> Generator:
    """A generator for what is drawn after a simulation rather than in it, such as resampling its results."""
    return Generator(Philox(_address(purpose, seed)))


def _address(purpose: str, seed: int) -> SeedSequence:
    return SeedSequence(whole_number("seed", seed, 0, MOST_SEED), spawn_key=(0, _PURPOSES[purpose]))


class Luck:
    """All the luck of one replicate: tables by week, or by turn of who comes to a place.

    A table for more places, or therapists, starts with the same rows.

    Raises TearSimError for a seed or replicate that is not a whole number within its limits.
    """

    def __init__(self, seed: int, replicate: int = 0) -> None:
        seed, replicate = checked_address(seed, replicate)
        self._key = SeedSequence(seed, spawn_key=(replicate,)).generate_state(2, np.uint64)

    def sessions(self, first_week: int, weeks: int, places: int) -> Table:
        """Luck of sessions and of changing places; shape (weeks, places), columns SESSION."""
        return self._records(_SESSION, self._uniforms("session", first_week, weeks, places, SESSION))

    def therapist_weeks(self, first_week: int, weeks: int, therapists: int) -> Table:
        """Luck of therapists' own lives; shape (weeks, therapists), columns THERAPIST_WEEK."""
        table = self._uniforms("therapist week", first_week, weeks, therapists, THERAPIST_WEEK)
        return self._records(_THERAPIST_WEEK, table)

    def clients(self, first_turn: int, turns: int, places: int) -> Table:
        """Luck of who comes, k-th to each place; shape (turns, places), columns CLIENT."""
        return self._records(_CLIENT, self._uniforms("client", first_turn, turns, places, CLIENT))

    def therapists(self, first_turn: int, turns: int, therapists: int, stratified: bool = False) -> Table:
        """Luck of who the therapists are, k-th in each room; shape (turns, therapists), columns THERAPIST.

        Stratified: each column's uniforms are replaced by the middles of equal slices, `(rank + .5) / therapists`, in
        the same order.
        """
        table = self._uniforms("therapist", first_turn, turns, therapists, THERAPIST)
        if stratified:
            table = (table.argsort(axis=1).argsort(axis=1) + 0.5) / therapists
        return self._records(_THERAPIST, table)

    def reports(self, first_week: int, weeks: int, places: int) -> Table:
        """Luck of what is reported to a study in a week; shape (weeks, places), columns REPORT."""
        return self._records(_REPORT, self._uniforms("report", first_week, weeks, places, REPORT))

    def derived_seed(self, purpose: int) -> int:
        """A seed below 2^32 for a library that brings a generator of its own, one for each purpose by number.

        What such a library draws cannot be addressed draw by draw; its whole stream then has an address.
        """
        return int(SeedSequence([*map(int, self._key), purpose]).generate_state(1)[0])

    def library_generator(self, purpose: int) -> RandomState:
        """A generator for a library that takes only NumPy's older kind, seeded for a purpose."""
        return RandomState(self.derived_seed(purpose))

    def _uniforms(self, kind: str, first: int, number: int, rows: int, names: tuple[str, ...]) -> NDArray[np.float64]:
        table = np.empty((number, rows, len(names)))
        for i in range(number):
            address = Philox(key=self._key, counter=[0, first + i, _KINDS[kind], 0])
            Generator(address).random(out=table[i])
        # NumPy's uniforms start at exactly 0, which has no log-odds: lift it by half a step.
        return np.maximum(table, 2.0**-54, out=table)

    @staticmethod
    def _records(runs: tuple[tuple[str, tuple[str, ...]], ...], table: NDArray[np.float64]) -> Table:
        """The table with each run of columns turned into what its draws are, rows answering to names."""
        start = 0
        for drawn_as, names in runs:
            here = (..., slice(start, start + len(names)))
            if drawn_as in _TRANSFORMS:
                _TRANSFORMS[drawn_as](table[here], out=table[here])
            start += len(names)
        return table.view(record_type(columns(runs)))[..., 0]
