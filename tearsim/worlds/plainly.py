"""A practice lived in plain Python, to the same bits as in compiled code, slowly: where the compiler is switched off,
and where there is so little to live that compiling would take longer.
"""

from collections.abc import Mapping

from tearsim.science.codes import KEEP_NONE
from tearsim.science.declaration import Value
from tearsim.science.fitted import in_world
from tearsim.science.luck import Luck, LuckOfPractice
from tearsim.science.practice import PracticeLife
from tearsim.science.replacing import Replaced
from tearsim.science.settings import as_rules_read
from tearsim.worlds.tables import LOG, TALLIES, Ran, as_table

# The sessions that plain Python lives in some four seconds; compiling takes a dozen.
WORTH_COMPILING = 40_000


def live_plainly(
    point: Mapping[str, Value], seed: int, replicate: int = 0, log: int = KEEP_NONE, replaced: Replaced = ()
) -> Ran:
    """What a practice leaves that is lived in plain Python, some .1 ms a session.

    >>> from tearsim.science.settings import checked
    >>> float(live_plainly(checked({"therapists": 2, "weeks": 4}), seed=3).tallies["sessions"].sum())
    80.0
    """
    p = as_rules_read(in_world(point, replicate))
    luck = LuckOfPractice(Luck(seed, replicate), p.places, p.therapists)
    practice = PracticeLife(p, luck, kept=log, replaced=replaced)
    weeks = practice.live(p.weeks)
    return Ran(as_table(weeks, TALLIES), as_table(practice.logged, LOG))
