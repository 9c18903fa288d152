"""What a rival theory is: the question it answers, its answer and source, and how it is put into the model."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tearsim.science.declaration import Value
from tearsim.science.replacing import Rule

NO_SOURCE = "no source: a rival named by this model"


@dataclass(frozen=True)
class Theory:
    """One answer to a question that the findings leave open, as parameters, as rules, or as both.

    Without either it is the answer that the defaults give already, named so that it can be set beside its rivals.
    `source` is a reference, or says that there is none (`NO_SOURCE`); numbers and equations are assumptions of this
    model in any case.

    >>> Theory("deaf", "What do repeats do?", "nothing is taken in", NO_SOURCE, {"near_noticed": 0.0}).name
    'deaf'
    """

    name: str
    question: str
    answer: str
    source: str
    parameters: Mapping[str, Value] = field(default_factory=dict)
    rules: Mapping[str, Rule] = field(default_factory=dict)
