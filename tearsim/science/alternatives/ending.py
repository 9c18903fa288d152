"""When does a therapy that goes well end?"""

from tearsim.science.alternatives.theory import NO_SOURCE, Theory

QUESTION = "When does therapy end well?"

THEORIES = (
    Theory(
        "good enough", QUESTION, "when the client has had enough (the defaults)",
        "Barkham et al. 2006, doi:10.1037/0022-006X.74.1.160", {"endings": "good enough"},
    ),
    Theory(
        "fixed plan", QUESTION, "after the planned number of sessions", NO_SOURCE,
        {"endings": "fixed plan", "planned_sessions": 12},
    ),
)  # fmt: skip
