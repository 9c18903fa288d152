"""Whose doing is the level of a bond?"""

from tearsim.science.alternatives.theory import NO_SOURCE, Theory

QUESTION = "Whose is the bond?"

THEORIES = (
    Theory("the pair's bond", QUESTION, "it is the fit of two people", NO_SOURCE, {"client_share_of_bond": 0.0}),
    Theory(
        "a shared bond", QUESTION, "half is the client's own (the defaults)", NO_SOURCE, {"client_share_of_bond": 0.5}
    ),
    Theory(
        "the client's bond", QUESTION, "clients bring it along to any therapist", NO_SOURCE,
        {"client_share_of_bond": 0.9},
    ),
    Theory(
        "the therapist's bond", QUESTION, "therapists make it: pairs differ little beyond them",
        "Del Re et al. 2012, doi:10.1016/j.cpr.2012.07.002 (therapists' part in the alliance matters more)",
        {"level_empathy": 2.5, "level_skill": 1.0, "level_spread": 0.3},
    ),
)  # fmt: skip
