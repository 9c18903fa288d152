"""The command line."""

from tearsim.cli.app import main

__all__ = ["main"]
