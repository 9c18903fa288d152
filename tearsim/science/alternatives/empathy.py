"""What is it that a client feels as the therapist's empathy?"""

from tearsim.science.alternatives.theory import NO_SOURCE, Theory

QUESTION = "Whose is the empathy a client feels?"

THEORIES = (
    Theory(
        "felt empathy", QUESTION, "the therapist's, how the two fit, and how it was this time (the defaults)",
        "Elliott et al. 2018, doi:10.1037/pst0000175 (what clients perceive tells of outcome)",
    ),
    Theory(
        "empathy only a trait", QUESTION, "the therapist's alone: all who come to someone feel the same", NO_SOURCE,
        {"felt_fit": 0.0, "felt_session": 0.0},
    ),
)  # fmt: skip
