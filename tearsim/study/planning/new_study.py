"""A study file to begin with: commented, and ready to be tried as it is."""

from pathlib import Path

from tearsim.study.sweeps.included import write_new

NEW_STUDY = """\
# A study to plan with TearSim. Try it as it is, which takes half a minute: tearsim plan {name}.toml
# It compares clients who saw tears with clients who saw none, which is no effect of tears. Watch two columns as the
# study grows from 100 to 1,600 therapists: its power rises, and its coverage falls, for in each world it is off by as
# much as before, and only surer of it. Then let estimator be "trial emulation" (some minutes): its coverage falls
# less, at the cost of power.
title = "{title}"               # what it is called in tables and in its report
question = "Do clients who saw their therapist's tears rate the alliance higher than clients who saw none?"
estimates = "open"              # it is tried in worlds that fit the published evidence equally well; or "default", one

# What is the same in every world; `tearsim parameters` lists what there is.
[parameters]
therapist_tear_propensity = 0.9 # therapists are asked who cry easily, so that there are tears to study

# The effect that the study is compared with: in these worlds it is known.
[inquiry]
effect = "first_tear"           # tears shown, not held back, from the first on; or eyes_fill, dry_eyed, spoken, policy,
                                # training_in_comfort, training_in_restraint
outcome = "rating"              # of the alliance by the client, 1 to 7; or left, distress
weeks = 4                       # after the first tears

# Who is asked what, and what goes missing.
[data]
kind = "cohort"                 # clients rate every session; or survey, diary, case-crossover, prompt, training
clients = 10                    # of each therapist
weeks = 26                      # that they are followed
answers = 0.6                   # share of therapists asked who take part
rated = 0.8                     # share of ratings that are filled in
recalled = 0.9                  # share of noticed tears that clients tell of
# rating_error = 0.2            # error of a rating beyond what it has anyway, in points
# followed = 0.9                # of a prompt or a training: share who do as the first strategy says when it is drawn
# comfort = 1.0                 # of a training in comfort: what it adds, in log-odds

# What is estimated from that.
[answer]
estimator = "exposed against unexposed" # a wrong name is answered with the names that this kind of study can use
level = 0.05                    # of the test, two-sided: how often it may find something where there is nothing

# How many therapists are asked, and how often the study is tried.
[diagnosis]
therapists = [100, 400, 1600]   # a row of the table each
power = 0.8                     # the power you want: the plan says how many therapists that takes
worlds = 24                     # of those that fit; more take longer and say it more surely
lucks = 2                       # for each world: whole populations
studies = 10                    # drawn from each of these
seed = 1                        # seed of all luck: the same seed gives the same numbers

# What it costs; without this nothing is said of costs.
[prices]
begun = 20000                   # whatever its size
therapist = 100                 # for each who is asked
client = 15                     # for each of their clients
currency = "EUR"                # of these prices
"""


def write_new_study(name: str, folder: Path) -> Path:
    """Write a study to begin with, `NAME.toml`, and return where it is.

    Raises TearSimError for a name that no file should have, and if there is such a file; OSError if the folder takes
    none.
    """
    return write_new(name, folder, NEW_STUDY)
