"""What moves a therapist's comfort with own tears?"""

from tearsim.science.alternatives.theory import NO_SOURCE, Theory

QUESTION = "What does comfort learn from?"

THEORIES = (
    Theory(
        "comfort from belief", QUESTION, "from what therapists believe their tears did (the defaults)", NO_SOURCE,
        {"comfort_learns_from": "belief"},
    ),
    Theory(
        "comfort from truth", QUESTION, "from what their tears did", NO_SOURCE, {"comfort_learns_from": "truth"}
    ),
    Theory(
        "steady comfort", QUESTION, "from nothing: it stays as it is", NO_SOURCE, {"comfort_learns_from": "nothing"}
    ),
)  # fmt: skip
