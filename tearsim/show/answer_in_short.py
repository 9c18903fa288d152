"""What a sweep found, in a few sentences."""

from tearsim.show.reading import brackets_in_short
from tearsim.show.sentences import in_short
from tearsim.study.contrasts import found
from tearsim.study.results import Results


def answer_in_short(results: Results) -> list[str]:
    """The answer of a sweep in sentences made from its numbers, and what the intervals in them hold.

    Raises TearSimError for results that cannot be read.
    """
    there = found(results.table("runs"), results.experiment)
    return [*in_short(there), brackets_in_short(there)]
