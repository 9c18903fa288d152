"""A study file to begin with: commented, and ready to be tried as it is."""

from pathlib import Path

from tearsim.study.sweeps.included import write_new

NEW_STUDY = """\
# A study to plan with TearSim: what is asked, of whom, and what is reckoned. Try it with: tearsim plan {name}.toml
title = "{title}"
question = "When a therapist's eyes fill, what does letting them show rather than holding them back do a week later?"
estimates = "open"              # the worlds that fit the published evidence equally well; or "fitted", "default"

# Parameters of the model that are the same in every world; `tearsim parameters` lists what there is.
# [parameters]
# client_boundary_sensitivity = 0.7

# What is asked of these worlds.
[inquiry]
effect = "eyes_fill"            # or first_tear, dry_eyed, spoken, policy, training_in_comfort, training_in_restraint
outcome = "rating"              # of the alliance, 1 to 7; or left, distress
weeks = 1                       # after time zero

# Who is asked what, and when.
[data]
kind = "prompt"                 # or survey, cohort, diary, case-crossover, training
clients = 20                    # of each therapist
weeks = 26                      # that they are followed
answers = 0.6                   # share of therapists who take part
rated = 0.8                     # share of ratings that are filled in
# recalled = 0.9                # share of noticed tears that clients tell of
# rating_error = 0.2            # error of a rating beyond what it has anyway, in points
followed = 0.9                  # of a prompt or a training: share who keep to the first strategy when it was drawn
# comfort = 1.0                 # of a training in comfort: what it adds, in log-odds

# What is reckoned from that.
[answer]
estimator = "adjusted difference"
level = 0.05

# How many therapists take part, and how often the study is tried.
[diagnosis]
therapists = [50, 100, 200, 400]
power = 0.8                     # wished for
worlds = 12                     # of those that fit; more take longer and say it more surely
lucks = 2                       # for each world
studies = 20                    # drawn in each of these
seed = 1

# What it costs, if that is to be told.
# [prices]
# begun = 20000
# therapist = 150
# client = 10
# currency = "EUR"
"""


def write_new_study(name: str, folder: Path) -> Path:
    """Write a study to begin with, `NAME.toml`, and return where it is.

    Raises TearSimError for a name that no file should have, and if there is such a file; OSError if the folder takes
    none.
    """
    return write_new(name, folder, NEW_STUDY)
