"""The examples in the docstrings of whatever is public do what they say."""

import doctest
import inspect
import sys

import pytest

import tearsim

PUBLIC = {
    f"{where}.{name}": getattr(owner, name)
    for where, owner in (("tearsim", tearsim), ("tearsim.figures", tearsim.figures))
    for name in owner.__all__
    if inspect.isfunction(getattr(owner, name)) or inspect.isclass(getattr(owner, name))
}
# What others return or raise: the examples of these show it.
WITHOUT = {"tearsim.Judged", "tearsim.Size", "tearsim.SweepError"}


@pytest.mark.parametrize("name", PUBLIC)
def test_the_example_of_whatever_is_public_does_what_it_says(name):
    thing = PUBLIC[name]
    finder = doctest.DocTestFinder(recurse=inspect.isclass(thing))
    tests = [test for test in finder.find(thing, name, module=sys.modules[thing.__module__]) if test.examples]
    if name not in WITHOUT:
        assert tests, f"{name} has no example"
    for test in tests:
        outcome = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=print)
        assert not outcome.failed
