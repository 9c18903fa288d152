"""The errors that say in one line what cannot be done, and what can; and how they echo what was given."""

import reprlib

# Characters of a message, and of what it echoes: a line to read, whatever was given.
MOST_SAID = 900
MOST_ECHOED = 80
# What follows a line on long work that ended too early.
GO_ON = " Everything done so far is kept: the same command continues from there."


class TearSimError(ValueError):
    """A mistake in what was asked for: one line that says what, where, and what is allowed.

    The command line prints it and exits with code 2; Python callers catch it as a `ValueError`.

    >>> import tearsim
    >>> try:
    ...     tearsim.simulate(wekks=3)
    ... except tearsim.TearSimError as mistake:
    ...     print(mistake)
    There is no parameter "wekks". Did you mean "weeks"?
    """

    exit_code = 2

    def __init__(self, message: str) -> None:
        super().__init__(one_line(message))


class SweepError(TearSimError):
    """A sweep that could not go on, through no fault of what was asked for; what was done is kept.

    The command line exits with code 1.
    """

    exit_code = 1


def how_to_install(extra: str) -> str:
    """How to install what an optional part of TearSim needs; what always works comes first.

    >>> print(how_to_install("view"))
    pip install '.[view]' in a copy of the repository (or pip install 'tearsim[view]', once a package index has it)
    """
    return (
        f"pip install '.[{extra}]' in a copy of the repository (or pip install 'tearsim[{extra}]', once a package "
        "index has it)"
    )


def one_line(words: str) -> str:
    """Words as one line of bounded length: whatever would break it, or steer a terminal, as Python writes it."""
    kept = shortened(words, MOST_SAID)
    return shortened("".join(map(_printable, kept)), MOST_SAID)


def shortened(words: str, most: int = MOST_ECHOED) -> str:
    """Words in at most `most` characters; the middle is left out of longer ones.

    >>> shortened("a very long name", 11)
    'a ve...name'
    """
    if len(words) <= most:
        return words
    end = (most - 3) // 2
    return f"{words[: most - 3 - end]}...{words[len(words) - end :]}"


def echoed(value: object) -> str:
    """A value as Python writes it, shortened: of a list the first few, of what lies within each little.

    >>> echoed("many"), echoed([0.5, 1.5]), echoed(list(range(1000)))
    ("'many'", '[0.5, 1.5]', '[0, 1, 2, 3, 4, 5, ...]')
    """
    return shortened(_ECHO.repr(value))


def quoted(value: object) -> str:
    """Text between quotation marks, shortened; anything else as `echoed`.

    >>> quoted("many"), quoted(3)
    ('"many"', '3')
    """
    return f'"{shortened(value)}"' if isinstance(value, str) else echoed(value)


def _printable(character: str) -> str:
    return character if character.isprintable() else repr(character)[1:-1]


class _Echo(reprlib.Repr):
    def repr_int(self, x: int, level: int) -> str:  # noqa: ARG002 - reprlib's own arguments
        """Python itself writes no more than a few thousand digits."""
        try:
            return shortened(repr(x))
        except ValueError:
            return f"a number of {x.bit_length()} binary digits"


_ECHO = _Echo()
_ECHO.maxlevel, _ECHO.maxdict, _ECHO.maxstring, _ECHO.maxother = 2, 6, MOST_ECHOED, MOST_ECHOED
