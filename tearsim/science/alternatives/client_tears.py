"""Why does a client cry in this session: because of who they are, or of what occupies them?"""

from tearsim.science.alternatives.theory import NO_SOURCE, Theory

QUESTION = "Why does a client cry?"

THEORIES = (
    Theory(
        "passing themes", QUESTION, "who they are, and what occupies them for a while (the defaults)",
        "Clinical Psychology & Psychotherapy, n = 53, doi:10.1002/cpp.2584 (who cried at one session, likelier at the "
        "next)",
    ),
    Theory(
        "tears by trait alone", QUESTION, "who they are: some cry easily, whatever it is about", NO_SOURCE,
        {"client_cries_theme": 0.0, "client_tear_propensity_spread": 1.15},
    ),
)  # fmt: skip
