"""Say that the model is being compiled, which takes some seconds of a first command."""

from contextlib import AbstractContextManager

from tearsim.show.terminal.console import console


def compiling() -> AbstractContextManager[None]:
    """Say on the error stream that the model is being compiled, if it is."""
    from tearsim.worlds.compiling import compiling_announced

    words = "Compiling the model for this machine: some seconds, and only the first time."
    return compiling_announced(lambda: console().print(words))
