"""Is it the numbers: practices of open worlds, weighted by their people."""

from tearsim.science.fitted import worlds_of
from tearsim.study.answers.is_it_the_numbers import practices_over_worlds
from tearsim.study.people.many_practices import ManyPractices


def test_practices_are_told_by_the_world_they_lived_in_and_those_without_people_are_left_out():
    """Replicates 1 to 4 lived in worlds 0, 1, 1 and 2; the last saw nobody."""
    found = ManyPractices({}, 4, 12, 30, 0, {"left": [10.0, 40.0, 60.0, 0.0]}, [10, 10, 10, 0])
    told = practices_over_worlds(found)["left"]
    assert told.number == 2
    assert len(worlds_of("open")) > 2


def test_what_cannot_be_told_apart_is_left_out():
    found = ManyPractices({}, 2, 12, 20, 0, {"left": [1.0, 2.0]}, [10, 10])
    assert practices_over_worlds(found) == {}
