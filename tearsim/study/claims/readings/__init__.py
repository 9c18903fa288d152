"""What is read off the practices: every reading by its name, and what it needs."""

from tearsim.study.claims.readings import alone, everyone, pairs, surveyed  # noqa: F401 - readings declared as they are
from tearsim.study.claims.readings.declared import READINGS, Read, Reading, read_practice

__all__ = ["READINGS", "Read", "Reading", "read_practice"]
