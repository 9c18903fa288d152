"""Randomness that is no part of any run: for designs, for resampling results, for libraries that draw by themselves.

None of it has to do with the luck of any replicate of the same seed.
"""

import numpy as np
from numpy.random import Generator as Generator  # by this name for those who are handed one
from numpy.random import Philox, RandomState, SeedSequence

from tearsim.science.declaration import whole_number
from tearsim.science.luck import MOST_SEED, checked_address
from tearsim.science.philox import key_of

# An address two long, where a replicate's is one.
_PURPOSES = {"design": 0, "resampling": 1, "planned studies": 2}


def seed_for(purpose: str, seed: int) -> int:
    """A seed to hand to a library that samples ("design") or resamples ("resampling") by itself; never 0.

    Raises TearSimError for an invalid seed.
    """
    return int(_address(purpose, seed).generate_state(1, np.uint32)[0]) or 1


def generator_for(purpose: str, seed: int, *where: int) -> Generator:
    """A generator for what is drawn after a simulation rather than in it, such as resampling its results.

    `where` tells draws of one purpose apart, by numbers from 0. Raises TearSimError for an invalid seed.
    """
    return Generator(Philox(_address(purpose, seed, *where)))


def _address(purpose: str, seed: int, *where: int) -> SeedSequence:
    return SeedSequence(whole_number("seed", seed, 0, MOST_SEED), spawn_key=(0, _PURPOSES[purpose], *where))


class Streams:
    """Generators for libraries that bring their own, one for each purpose by number.

    What such a library draws cannot be addressed draw by draw; its whole stream then has an address.

    Raises TearSimError for a seed or replicate that is not a whole number within its limits.
    """

    def __init__(self, seed: int, replicate: int = 0) -> None:
        self._key = key_of(*checked_address(seed, replicate))

    def derived_seed(self, purpose: int) -> int:
        """A seed below 2^32 for a purpose."""
        return int(SeedSequence([*self._key, purpose]).generate_state(1)[0])

    def library_generator(self, purpose: int) -> RandomState:
        """A generator for a library that takes only NumPy's older kind, seeded for a purpose."""
        return RandomState(self.derived_seed(purpose))
