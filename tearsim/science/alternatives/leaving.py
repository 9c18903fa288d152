"""Why do people leave: because of the therapy, or of life outside?"""

from tearsim.science.alternatives.theory import NO_SOURCE, Theory

QUESTION = "Why do people leave?"

THEORIES = (
    Theory(
        "the therapy itself", QUESTION, "because of what happens in it (the defaults)",
        "Kullgard et al. 2022, doi:10.32872/cpe.6695 (therapists name discontent and lack of benefit first)",
        {"leaving_exogenous": 0.0},
    ),
    Theory(
        "outside life", QUESTION, "after half of the sessions, because of outside life alone", NO_SOURCE,
        {"leaving_exogenous": 0.5},
    ),
)  # fmt: skip
