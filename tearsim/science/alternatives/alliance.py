"""Does alliance help, or does it only follow from feeling better?"""

from tearsim.science.alternatives.theory import Theory

QUESTION = "Does alliance help?"

THEORIES = (
    Theory(
        "alliance helps", QUESTION, "it speeds progress, and gains strengthen it (the defaults)",
        "Flückiger et al. 2018, doi:10.1037/pst0000172",
    ),
    Theory(
        "by-product", QUESTION, "it only follows from feeling better",
        "Feeley, DeRubeis & Gelfand 1999, doi:10.1037/0022-006X.67.4.578 (it did not predict later change)",
        {"progress_alliance": 0.0},
    ),
)  # fmt: skip
