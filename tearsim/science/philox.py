"""Random numbers by address: the generator Philox 4x64, as NumPy has it, from nothing but whole numbers.

Philox (Salmon, Moraes, Dror & Shaw 2011, doi:10.1145/2063384.2063405) turns a key and a counter into four words of 64
bits, in ten rounds. Whoever knows the counter has the words: none need be drawn before others.

The key of a seed and a replicate is that of NumPy's `SeedSequence(seed, spawn_key=(replicate,))` (after O'Neill 2015,
Developing a seed_seq alternative). Numbers between 0 and 1 are those of NumPy's `Generator(Philox(key=key,
counter=counter)).random`, to the last bit, where the counter's first word is raised by one before each four words, as
NumPy does, before the first four, too.
"""

from collections.abc import Iterator
from itertools import cycle, islice

Key = tuple[int, int]
Words = tuple[int, int, int, int]

WORDS_OF_A_BLOCK = 4
LAST_64_BITS = 0xFFFF_FFFF_FFFF_FFFF
ROUNDS_OF_A_BLOCK = 10
MULTIPLIER_0, MULTIPLIER_1 = 0xD2E7_470E_E14C_6C93, 0xCA5A_8263_9512_1157
STEP_0, STEP_1 = 0x9E37_79B9_7F4A_7C15, 0xBB67_AE85_84CA_A73B

# A uniform number has 53 random bits, as many as a double has digits.
SPARE_BITS = 11
SMALLEST_STEP = 2.0**-53

LAST_32_BITS = 0xFFFF_FFFF
POOL = 4  # words of 32 bits that a seed is mixed into
FIRST_IN, TIMES_IN = 0x43B0_D7E5, 0x931E_8875
FIRST_OUT, TIMES_OUT = 0x8B51_F9DD, 0x58F3_8DED
TIMES_HELD, TIMES_NEW = 0xCA01_F9DD, 0x4973_F715


def product(a: int, b: int) -> tuple[int, int]:
    """The product of two words of 64 bits: its upper and its lower 64; compiled, a primitive (`worlds/bits.py`).

    >>> product(2**63, 7)
    (3, 9223372036854775808)
    """
    whole = a * b
    return whole >> 64, whole & LAST_64_BITS


def block(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> Words:
    """Four random words of 64 bits for a counter and a key, words of 64 bits themselves; the same text compiled.

    >>> [hex(word) for word in block(0, 0, 0, 0, 0, 0)][:2]
    ['0x16554d9eca36314c', '0xdb20fe9d672d0fdc']
    """
    for _ in range(ROUNDS_OF_A_BLOCK):
        high_0, low_0 = product(MULTIPLIER_0, c0)
        high_1, low_1 = product(MULTIPLIER_1, c2)
        c0, c1, c2, c3 = high_1 ^ c1 ^ k0, low_1, high_0 ^ c3 ^ k1, low_0
        k0 = (k0 + STEP_0) & LAST_64_BITS
        k1 = (k1 + STEP_1) & LAST_64_BITS
    return c0, c1, c2, c3


def uniform(word: int) -> float:
    """A number from 0 to 1, without 1, from the upper 53 bits of a word.

    >>> uniform(2**63)
    0.5
    """
    return (word >> SPARE_BITS) * SMALLEST_STEP


def key_of(seed: int, replicate: int) -> Key:
    """The key of a seed and a replicate, neither of them negative.

    >>> key_of(0, 0)
    (8668861027912758289, 14584187760040447831)
    """
    entropy = _words_32(seed)
    entropy += [0] * (POOL - len(entropy))  # so that a long seed is no short one with a replicate
    a, b, c, d = islice(_drawn_out(_mixed(entropy + _words_32(replicate))), 4)
    return a | b << 32, c | d << 32


def _words_32(whole: int) -> list[int]:
    """A whole number as words of 32 bits, the lowest first."""
    return [(whole >> place) & LAST_32_BITS for place in range(0, max(whole.bit_length(), 1), 32)]


def _mixed(entropy: list[int]) -> list[int]:
    """Words mixed until each of the pool depends on all of them."""
    factors = _factors(FIRST_IN, TIMES_IN)
    pool = [_hashed(word, *next(factors)) for word in entropy[:POOL]]
    for source in range(POOL):
        for target in range(POOL):
            if source != target:
                pool[target] = _with(pool[target], _hashed(pool[source], *next(factors)))
    for word in entropy[POOL:]:
        for target in range(POOL):
            pool[target] = _with(pool[target], _hashed(word, *next(factors)))
    return pool


def _drawn_out(pool: list[int]) -> Iterator[int]:
    """As many words as one likes from a pool."""
    for word, factors in zip(cycle(pool), _factors(FIRST_OUT, TIMES_OUT), strict=False):
        yield _hashed(word, *factors)


def _factors(first: int, times: int) -> Iterator[tuple[int, int]]:
    """What each next word is hashed with: the factor so far, and the next."""
    while True:
        following = (first * times) & LAST_32_BITS
        yield first, following
        first = following


def _hashed(word: int, before: int, factor: int) -> int:
    word = ((word ^ before) * factor) & LAST_32_BITS
    return word ^ word >> 16


def _with(held: int, new: int) -> int:
    word = (TIMES_HELD * held - TIMES_NEW * new) & LAST_32_BITS
    return word ^ word >> 16
