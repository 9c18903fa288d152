"""What decides a claim, in words: parameters as they can be read by themselves, and how an answer goes with them."""

from collections.abc import Sequence

from tearsim.science.parameters import PARAMETERS
from tearsim.show.words.english import DASH, list_of, lower_first, number
from tearsim.study.claims.board import ClaimOutcome, GoesWith, all_agree
from tearsim.study.claims.deciding import MOST_DECIDING, Shape

HOW_IT_GOES: dict[Shape, str] = {
    "rises": "higher where it is higher",
    "falls": "lower where it is higher",
    "highest in the middle": "highest in the middle of its range",
    "lowest in the middle": "lowest in the middle of its range",
}


def weight_told(name: str) -> str:
    """What a parameter stands for, read by itself; any other words are left as they are.

    >>> weight_told("progress_alliance"), weight_told("bond_moved")
    ('how much alliance speeds improvement', 'how much being moved strengthens the bond at once')
    """
    if name not in PARAMETERS:
        return name
    meaning = PARAMETERS[name].meaning.rstrip(".").split(" (")[0].split(":")[0]
    return lower_first(meaning).replace("'", "’")


def decided_told(one: ClaimOutcome, worlds: int) -> str:
    """What decides it, in a narrow column; or why fewer than two parameters do."""
    named = list(map(weight_told, one["decided_by"]))
    if one["share_of_worlds"] is None:
        return DASH
    if one["verdict"] in ("assumed", "depends") or len(named) == MOST_DECIDING:
        return "; ".join(named)
    if all_agree(one["share_of_worlds"], worlds):
        return f"nothing: it is true in {'every' if one['share_of_worlds'] > 0.5 else 'no'} world"
    return "; ".join([*named, "no other stands out from chance"]) if named else "nothing stands out from chance"


def change_told(one: ClaimOutcome) -> str:
    """What would change the verdict."""
    goes = _goes_with(one["goes_with"])
    if one["verdict"] == "assumed":
        return f"To measure what is assumed.{goes}"
    if one["verdict"] == "cannot say":
        return f"To know better what the worlds differ in.{goes}"
    if one["verdict"] == "depends":
        return f"To know first, of a client or a practice, {list_of(one['decided_by'])}.{goes}"
    return f"A finding that nearly all of these worlds would miss.{goes}"


def _goes_with(these: Sequence[GoesWith]) -> str:
    """With which parameters the number goes from world to world, and why with no others; it begins with a blank."""
    closest = "; ".join(
        f"{weight_told(each['parameter'])} ({each['parameter']}; {number(100.0 * each['share'], 0)} % of how worlds "
        f"differ, {HOW_IT_GOES[each['shape']]})"
        for each in these
    )
    goes = f" The number goes with: {closest}." if closest else ""
    if len(these) == MOST_DECIDING:
        return goes
    which = "No other parameter" if closest else "No parameter"
    return f"{goes} {which} stands out from chance: the rest is luck, or spread over many."
