"""The one error that says: what was asked for cannot be done, and here is what can."""


class TearSimError(ValueError):
    """A mistake in what was asked for: one line that says what, where, and what is allowed.

    The command line prints it and exits with code 2; Python callers catch it as a `ValueError`.
    """
