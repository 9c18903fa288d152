"""The words the model uses for its kinds of things, and the whole numbers that stand for them inside.

A code is the position of its word, so each list is declared once and read both ways: rules compare
`level >= OPEN`, logs and reports show "open".
"""

# Where the numbers that nobody sets come from (parameter `estimates`).
ESTIMATES = ("default", "fitted", "open")

# How a therapist's tears are dealt with (parameter `tears`).
TEARS = ("shown", "held back", "voiced", "leaking")
SHOWN, HELD_BACK, VOICED, LEAKING = range(4)

# How much of an effect shown tears have (parameter `effect_of_tears`).
EFFECT_OF_TEARS = ("full", "not appraised", "none")
FULL, NOT_APPRAISED, NO_EFFECT = range(3)

# Who fills a vacated place (parameter `arrivals`), and how seekers choose one (parameter `matching`).
ARRIVALS = ("open", "cohort")
OPEN_PRACTICE, COHORT = range(2)
MATCHING = ("random", "informed")
RANDOM, INFORMED = range(2)

# When therapy that goes well ends (parameter `endings`).
ENDINGS_BY = ("good enough", "fixed plan")
GOOD_ENOUGH, FIXED_PLAN = range(2)

# What a therapist's comfort with tears learns from (parameter `comfort_learns_from`).
LEARNS_FROM = ("belief", "truth", "nothing")
BELIEF, TRUTH, NOTHING = range(3)

# Which sessions a log keeps (not a parameter: what is kept changes nothing that happens).
KEPT = ("none", "all", "tears")
KEEP_NONE, KEEP_ALL, KEEP_TEARS = range(3)

# A client's tears in a session.
CLIENT_TEARS = ("none", "release", "discomfort")
NO_TEARS, RELEASE, DISCOMFORT = range(3)

# A therapist's tears, felt or shown: the level, and whose feeling it was.
LEVEL = ("none", "near", "open", "overwhelmed")
NONE, NEAR, OPEN, OVERWHELMED = range(4)
ORIGIN = ("none", "shared", "own")
NO_ORIGIN, SHARED, OWN = range(3)

# How a client took tears they noticed, and what the therapist believes tears did.
RECEPTION = ("none", "moved", "unmoved", "unsettled")
NOT_RECEIVED, MOVED, UNMOVED, UNSETTLED = range(4)
BELIEVES = ("none", "improved", "no change", "harmed")
NO_BELIEF, IMPROVED, NO_CHANGE, HARMED = range(4)

# How a session left the therapy, and where a person stands.
ENDING = ("goes on", "completed", "completed untold", "left", "handed over")
GOES_ON, COMPLETED_TOLD, COMPLETED_UNTOLD, LEFT, HANDED_OVER = range(5)
COMPLETIONS = (COMPLETED_TOLD, COMPLETED_UNTOLD)
STANDING = ("in therapy", "looking", "completed", "gave up")
IN_THERAPY, LOOKING, COMPLETED, GAVE_UP = range(4)
