"""The generator is NumPy's Philox, bit for bit: key, counter, words and uniform numbers."""

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.random import Generator, Philox, SeedSequence  # noqa: TID251 - what ours is held to

from tearsim.science.luck import MOST_REPLICATE, MOST_SEED
from tearsim.science.philox import block, key_of, uniform

words = st.integers(0, 2**64 - 1)
LAST = 2**64 - 1


def numpys(key, counter):
    return Philox(key=np.array(key, np.uint64), counter=np.array(counter, np.uint64))


@given(st.integers(0, MOST_SEED), st.integers(0, MOST_REPLICATE))
@example(0, 0)
@example(2**32 - 1, 1)
@example(2**32, 1)
@example(MOST_SEED, MOST_REPLICATE)
def test_the_key_of_a_seed_and_a_replicate_is_that_of_a_seed_sequence(seed, replicate):
    sequence = SeedSequence(seed, spawn_key=(replicate,))
    assert key_of(seed, replicate) == tuple(sequence.generate_state(2, np.uint64).tolist())


@given(st.integers(0, 2**300), st.integers(0, 2**100))
def test_so_is_that_of_numbers_of_any_length(seed, replicate):
    sequence = SeedSequence(seed, spawn_key=(replicate,))
    assert key_of(seed, replicate) == tuple(sequence.generate_state(2, np.uint64).tolist())


def uniforms(key, rest, blocks):
    """Numbers from a counter whose first word is 0, and is raised by one before each block."""
    return [uniform(word) for number in range(blocks) for word in block(number + 1, *rest, *key)]


@given(st.tuples(words, words), st.tuples(words, words, words), st.integers(0, 12))
@example((1, 2), (LAST, LAST, LAST), 3)
@example((LAST, LAST), (0, 0, 0), 3)
def test_uniform_numbers_are_numpys_from_any_key_and_counter(key, rest, blocks):
    assert uniforms(key, rest, blocks) == Generator(numpys(key, (0, *rest))).random(4 * blocks).tolist()


def test_a_long_stream_is_numpys():
    key = key_of(2024, 7)
    assert uniforms(key, (51, 3, 0), 25_001) == Generator(numpys(key, (0, 51, 3, 0))).random(100_004).tolist()


@given(st.tuples(words, words), st.tuples(words, words, words, words))
def test_the_counter_is_raised_by_one_before_the_first_words(key, counter):
    first = numpys(key, ((counter[0] - 1) & LAST, *counter[1:])).random_raw(4).tolist()
    if counter[0] > 0:  # otherwise the counter's next word has been raised, too
        assert list(block(*counter, *key)) == first
