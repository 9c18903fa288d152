"""What is drawn beside the model has addresses of its own."""

from tearsim.study.randomness import Streams, generator_for, seed_for


def test_seeds_for_libraries_differ_by_purpose_seed_and_replicate_and_repeat():
    derived = {
        (seed, replicate, purpose): Streams(seed, replicate).derived_seed(purpose)
        for seed in (1, 2)
        for replicate in (0, 1)
        for purpose in (0, 1)
    }
    assert len(set(derived.values())) == 8
    assert derived[1, 0, 1] == Streams(1).derived_seed(1)


def test_a_stream_repeats():
    one, again = (Streams(3).library_generator(4).random_sample(5).tolist() for _ in range(2))
    assert one == again


def test_designs_and_resampling_have_seeds_of_their_own():
    assert seed_for("design", 1) == seed_for("design", 1)
    assert len({seed_for(purpose, seed) for purpose in ("design", "resampling") for seed in (1, 2)}) == 4
    assert generator_for("resampling", 1).random() != generator_for("design", 1).random()
