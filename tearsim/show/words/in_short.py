"""What a sweep found, in a few sentences."""

from tearsim.show.words.caveats import brackets_in_short
from tearsim.show.words.contrasts import in_short
from tearsim.study.answers.answer import Answer
from tearsim.study.sweeps.results import Results


def answer_in_short(results: Results) -> list[str]:
    """The answer of a sweep in sentences made from its numbers, and what the intervals in them hold.

    Raises TearSimError for results that cannot be read.
    """
    found = Answer(results).contrasts
    return [*in_short(found), brackets_in_short(found)]
