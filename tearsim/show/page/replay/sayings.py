"""What a replay says of itself, beside what the page says of itself (`page/texts.py`)."""

SEE_FIRST = (
    "Press Next tear seen: in that week a large blue drop falls, hollow or filled. Then press the client beside it."
)
PRESS_SOMEBODY = "Press a person in the picture, or choose one from the list."
OF_THE_CHART = (
    "Solid: this practice, the middle half of its clients shaded. Dashed: the same people and luck, with the same "
    "tears held back. Below: sessions a week in which a therapist's eyes filled."
)
COUNTS_ALONE = (
    "One practice is one roll of the dice, and these are counts without intervals: they tell no more of tears than one "
    "life does. tearsim sweep and the page's Compare ask many practices."
)
WHAT_IT_IS = (
    "A replay of one simulated therapy practice, made with TearSim: the weeks as they were lived, with nothing added "
    "and nothing computed here. Nobody in it is real. It is a model to think with: many of its numbers have never been "
    "measured, and other numbers that fit the published evidence let tears do something else. It needs "
    "no internet, and nothing that you do here leaves your machine."
)
BY_KEYBOARD = (
    "Keys: Space plays and pauses, \u2190 and \u2192 go a week back and on, Home and End to the first and the last "
    "week, T to the next tear that is seen."
)
