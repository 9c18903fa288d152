"""`python -m tearsim` is the command `tearsim`."""

from tearsim.cli import main

main()
