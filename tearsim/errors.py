"""The errors that say in one line what cannot be done, and what can."""


class TearSimError(ValueError):
    """A mistake in what was asked for: one line that says what, where, and what is allowed.

    The command line prints it and exits with code 2; Python callers catch it as a `ValueError`.
    """

    exit_code = 2


class SweepError(TearSimError):
    """A sweep that could not go on, through no fault of what was asked for; what was done is kept.

    The command line exits with code 1.
    """

    exit_code = 1
