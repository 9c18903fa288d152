"""What a sweep found, in a few sentences."""

from tearsim.show.sentences import in_short
from tearsim.study.contrasts import found
from tearsim.study.results import Results


def answer_in_short(results: Results) -> list[str]:
    """The answer of a sweep in sentences made from its numbers, each with its 95 % interval over replicates.

    Raises TearSimError for results that cannot be read.
    """
    return in_short(found(results.table("runs"), results.experiment))
