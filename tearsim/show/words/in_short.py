"""What a sweep, or a map of staying or seeking, found, in a few sentences."""

from pathlib import Path

from tearsim.show.words.caveats import brackets_in_short
from tearsim.show.words.contrasts import in_short
from tearsim.show.words.stay_or_seek import map_in_words
from tearsim.study.answers.answer import Answer
from tearsim.study.effects.stay_or_seek import StayOrSeek
from tearsim.study.sweeps.results import Results, open_results


def answer_in_short(results: Results | StayOrSeek | str | Path) -> list[str]:
    """The answer of a sweep, or of a map, in sentences made from its numbers, and what the intervals in them hold.

    Args:
        results: A results folder, or results that are open; or what `stay_or_seek` found.

    Returns:
        Sentences, what matters most first; of a sweep the last says what the brackets hold. Of a map one is a table.

    Raises:
        TearSimError: For results that cannot be read.

    >>> import tearsim, tempfile
    >>> small = {"title": "Small", "question": "?", "parameters": {"weeks": 4, "therapists": 2},
    ...          "design": {"replicates": 3, "vary": {"tears": ["shown", "held back"]}}}
    >>> tearsim.answer_in_short(tearsim.sweep(small, out=tempfile.mkdtemp()))[-1]  # doctest: +ELLIPSIS
    'In brackets: 95 % intervals over 3 replicates. They hold luck, and nothing else. To ask many worlds ...'
    """
    if isinstance(results, StayOrSeek):
        return map_in_words(results)
    found = Answer(open_results(results)).contrasts
    return [*in_short(found), brackets_in_short(found)]
