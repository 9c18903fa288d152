"""Why alliance went the other way than what happened in a session: what outweighed what. Pure: a row of the log in,
a sentence out.

The bond moves by a sum (`science.rules.bond_after`). Of its terms the log has what happened; the pull of the level at
which the bond settles and the chance of the hour are what is left.
"""

from collections.abc import Mapping

from tearsim.science.codes import MOVED, RELEASE
from tearsim.science.declaration import Value
from tearsim.science.scales import log_odds, logistic
from tearsim.science.types import LogRow
from tearsim.show.words.english import list_of
from tearsim.show.words.units import WAI

TOO_LITTLE = 0.03  # points of a rating from 1 to 7: less is not worth a reason


def outweighed(row: LogRow, weights: Mapping[str, Value]) -> str:
    """What would have moved alliance the other way, how far by itself, and what outweighed it; empty where nothing did.

    `weights` are the parameters of the world that was lived in; where some of these are another's, nothing is told.
    """
    if not all(name in weights for name in WEIGHTS_TOLD):
        return ""
    bond = log_odds(row.alliance_before)
    went = row.bond - bond
    happened = _happened(row, {name: float(weights[name]) for name in WEIGHTS_TOLD})
    against = {name: by for name, by in happened.items() if by * went < 0.0}
    alone = logistic(bond + sum(against.values()))
    if abs(WAI.step * (alone - row.alliance_before)) < TOO_LITTLE or _same(row):
        return ""
    along = [name for name, by in happened.items() if by * went > 0.0 and abs(by) > TOO_LITTLE / WAI.step]
    if (went - sum(happened.values())) * went > 0.0:
        along.append("chance and the level that this bond settles at")
    if not along:
        return ""
    which = "By itself" if len(against) == 1 else "By themselves"
    return (
        f"{which}, {list_of(list(against))} would have brought it to {WAI.level(alone):.2f}; {list_of(along)} "
        "outweighed that."
    )


WEIGHTS_TOLD = ("rupture_drop", "repair_restores", "bond_moved", "bond_release", "hush_release_kept", "bond_gains")


def _happened(row: LogRow, w: Mapping[str, float]) -> dict[str, float]:
    """What happened in the session, and by how much each of it moved the bond (log-odds)."""
    released = (w["hush_release_kept"] if row.hushed else 1.0) if row.client_tears == RELEASE else 0.0
    better = w["bond_gains"] * (row.distress_before - row.distress)
    terms = {
        "the rupture": -w["rupture_drop"] * row.rupture,
        "mending the rupture": w["repair_restores"] * w["rupture_drop"] * row.rupture_before if row.repaired else 0.0,
        "being moved": w["bond_moved"] * row.appraisal if row.reception == MOVED else 0.0,
        "the release": w["bond_release"] * released,
        "feeling better" if better > 0.0 else "feeling worse": better,
    }
    return {name: float(by) for name, by in terms.items() if by != 0.0}


def _same(row: LogRow) -> bool:
    """Whether alliance did not move, as far as two decimals show."""
    return f"{WAI.level(row.alliance_before):.2f}" == f"{WAI.level(row.alliance):.2f}"
