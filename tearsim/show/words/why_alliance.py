"""Why alliance moved, where what is told of a session does not say so: what outweighed what, or what it was that moved
it. Pure: rows of the log in, a sentence out.

The bond moves by a sum (`science.rules.bond_after`). Of its terms the log has what happened; the pull of the level at
which the bond settles, and chance, are what is left.
"""

from collections.abc import Mapping, Sequence

from tearsim.science.codes import MOVED, RELEASE
from tearsim.science.declaration import Value
from tearsim.science.scales import log_odds, logistic
from tearsim.science.types import LogRow
from tearsim.show.words.english import list_of
from tearsim.show.words.units import WAI

TOO_LITTLE = 0.03  # points of a rating from 1 to 7: less is not worth a reason
LEFT_OVER = "chance and the level that this bond settles at"
LEFT_OVER_WITH_COMFORT = "chance, the comfort that came too soon and the level that this bond settles at"
# What is told of a session already, so that whoever reads it has a reason; and distress, which stands beside alliance.
TOLD_OF = ("the rupture", "mending the rupture", "being moved", "the release")
SEEN = (*TOLD_OF, "feeling better", "feeling worse")


def why_it_moved(rows: Sequence[LogRow], weights: Mapping[str, Value]) -> str:
    """Why alliance moved over sessions of one therapy in a row; empty where it hardly did, or what is told says it.

    Where something would have moved it the other way: how far by itself, and what outweighed it. Where nothing that is
    told moved it: what did. `weights` are the parameters of the world that was lived in; where some of these are
    another's, nothing is told.
    """
    if not all(name in weights for name in WEIGHTS_TOLD):
        return ""
    before, after = rows[0].alliance_before, rows[-1].alliance
    went = sum(float(row.bond - log_odds(row.alliance_before)) for row in rows)
    happened = _happened(rows, {name: float(weights[name]) for name in WEIGHTS_TOLD})
    if f"{WAI.level(before):.2f}" == f"{WAI.level(after):.2f}":
        return ""
    hushed = weights["hush_bond"] != 0.0 and any(row.hushed for row in rows)
    terms = happened | {LEFT_OVER_WITH_COMFORT if hushed else LEFT_OVER: went - sum(happened.values())}
    along = {name: by for name, by in terms.items() if by * went > 0.0 and abs(by) > TOO_LITTLE / WAI.step}
    by_size = sorted(along, key=lambda name: (name not in happened, -abs(along[name])))  # what is left over comes last
    against = {name: by for name, by in happened.items() if by * went < 0.0 and name in SEEN}
    alone = logistic(log_odds(before) + sum(against.values()))
    if by_size and abs(WAI.step * (alone - before)) >= TOO_LITTLE:
        which = "By itself" if len(against) == 1 else "By themselves"
        return (
            f"{which}, {list_of(list(against))} would have brought it to {WAI.level(alone):.2f}; {_listed(by_size)} "
            "outweighed that."
        )
    if not by_size or abs(WAI.step * (after - before)) < TOO_LITTLE or any(name in TOLD_OF for name in along):
        return ""
    return f"What moved it: {_listed(by_size).rstrip(',')}."


def _listed(names: Sequence[str]) -> str:
    """Names as a person lists them; what is left over, the last, is itself a list."""
    *others, last = names
    left_over = last in (LEFT_OVER, LEFT_OVER_WITH_COMFORT)
    return f"{list_of(others)}, and {last}," if others and left_over else list_of(names)


WEIGHTS_TOLD = (
    "rupture_drop", "repair_restores", "bond_moved", "bond_release", "hush_release_kept", "bond_gains", "bond_empathy",
    "bond_strain", "hush_bond",
)  # fmt: skip


def _happened(rows: Sequence[LogRow], w: Mapping[str, float]) -> dict[str, float]:
    """What happened in the sessions, and by how much each of it moved the bond (log-odds)."""
    better = sum(w["bond_gains"] * (row.distress_before - row.distress) for row in rows)
    understood = sum(w["bond_empathy"] * row.felt_empathy for row in rows)
    terms = {
        "the rupture": sum(-w["rupture_drop"] * row.rupture for row in rows),
        "mending the rupture": sum(
            w["repair_restores"] * w["rupture_drop"] * row.rupture_before for row in rows if row.repaired
        ),
        "being moved": sum(w["bond_moved"] * row.appraisal for row in rows if row.reception == MOVED),
        "the release": sum(
            w["bond_release"] * (w["hush_release_kept"] if row.hushed else 1.0)
            for row in rows
            if row.client_tears == RELEASE
        ),
        "feeling better" if better > 0.0 else "feeling worse": better,
        "feeling understood" if understood > 0.0 else "feeling little understood": understood,
        "the therapist’s strain": sum(w["bond_strain"] * max(0.0, row.strain) for row in rows),
    }
    return {name: float(by) for name, by in terms.items() if by != 0.0}
