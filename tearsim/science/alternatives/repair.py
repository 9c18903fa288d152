"""What does the repair of a rupture leave behind?"""

from tearsim.science.alternatives.theory import NO_SOURCE, Theory

QUESTION = "What does repair do?"

THEORIES = (
    Theory("repair scars", QUESTION, "it gives back a part of the bond only", NO_SOURCE, {"repair_restores": 0.5}),
    Theory(
        "repair restores", QUESTION, "it gives back what was lost (the defaults)",
        "Eubanks et al. 2018, doi:10.1037/pst0000185 (repair goes with good outcome; how much it restores is assumed)",
        {"repair_restores": 1.0},
    ),
    Theory(
        "repair strengthens", QUESTION, "the bond is stronger than it was",
        "Baillargeon et al. 2012, doi:10.4236/psych.2012.312156 (a review: better with ruptures repaired than without)",
        {"repair_restores": 1.3},
    ),
)  # fmt: skip
