"""Seeds as whoever builds a practice may hand them over."""

from numpy.random import BitGenerator, Generator, SeedSequence, default_rng

from tearsim.science.declaration import whole_number
from tearsim.science.luck import MOST_SEED


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
