"""What decides a claim, in words: parameters as they can be read by themselves, and how an answer goes with them."""

from collections.abc import Sequence

from tearsim.science.parameters import PARAMETERS
from tearsim.show.words.english import DASH, list_of, number
from tearsim.study.claims.board import ClaimOutcome, GoesWith, all_agree
from tearsim.study.claims.deciding import MOST_DECIDING, Shape

HOW_IT_GOES: dict[Shape, str] = {
    "rises": "higher where it is higher",
    "falls": "lower where it is higher",
    "highest in the middle": "highest in the middle of its range",
    "lowest in the middle": "lowest in the middle of its range",
}
# Declared one after the other, many parameters are told by what stands before them ("how much alliance speeds that").
# So they are read where they stand alone.
READ_ALONE = {
    "eyes_fill_base": "how often a typical therapist comes near to tears",
    "eyes_fill_empathy": "how much more depth, and a crying client, fill the eyes of an empathic therapist",
    "therapist_tear_propensity_spread": "how much therapists differ in how easily their eyes fill",
    "therapist_empathy_spread": "how much therapists differ in empathy",
    "therapist_boundary_sensitivity_spread": "how much therapists differ in how they mind blurred boundaries",
    "therapist_comforting_spread": "how much therapists differ in comforting too soon",
    "client_empathy_spread": "how much clients differ in empathy",
    "client_boundary_sensitivity_spread": "how much clients differ in how blurred boundaries trouble them",
    "client_tear_propensity_spread": "how much clients differ in how easily they cry",
    "client_warmth_expected_spread": "how much clients differ in the warmth that they expect",
    "near_noticed": "how often clients notice near tears",
    "belief_unsettled_shows": "how often a therapist sees that tears unsettled a client",
    "belief_moved_shows": "how often a therapist takes a moved client for a sign of improvement",
    "belief_improved_otherwise": "how often a therapist believes in an improvement after other tears",
    "client_cries_base": "how often a typical client cries",
    "level_empathy": "how much the therapist’s empathy strengthens the bond in the long run",
    "level_skill": "how much the therapist’s skill strengthens the bond in the long run",
    "level_spread": "how much bonds differ in the long run, beyond what the therapist makes of them",
    "rupture_base": "how often ordinary ruptures open",
    "rupture_alliance": "how much alliance adds to how often ruptures open",
    "repair_base": "how readily a typical therapist repairs a rupture",
    "progress_alliance": "how much alliance speeds improvement",
    "progress_skill": "how much the therapist’s skill speeds improvement",
    "progress_empathy": "how much felt empathy speeds improvement",
    "good_enough": "at which distress a client has had enough therapy",
    "good_enough_spread": "how much clients differ in when they have had enough therapy",
    "good_enough_ends": "how soon a client who has had enough ends the therapy",
    "agreed_share": "share of therapies whose number of sessions is agreed, granted or wished for",
    "agreed_sessions": "how many sessions are agreed, where any number is",
    "agreed_sessions_spread": "how much agreed numbers of sessions differ",
    "leaving_base": "how readily clients leave late in therapy",
    "leaving_early_sessions": "how soon early leaving wears off",
    "leaving_outside_life": "how often outside life ends a therapy",
    "comfort_experience": "how much years of experience add to comfort with own tears",
    "comfort_boundary": "how much a therapist’s boundary sensitivity adds to comfort with own tears",
    "comfort_spread": "how much equally experienced therapists differ in comfort with own tears",
    "comfort_learning": "how much comfort with own tears changes with tears that seemed to help, or to harm",
    "felt_fit": "how much of felt empathy is the fit of the two",
    "felt_session": "how much of felt empathy changes from session to session",
    "release_base": "how often a client’s tears are of release rather than of discomfort",
    "appraisal_alliance": "how much a good alliance makes tears welcome",
    "appraisal_empathy": "how much the client’s empathy makes tears welcome",
    "appraisal_warmth": "how much expecting warmth makes tears welcome",
    "appraisal_shared": "how much more welcome tears of a shared feeling are than those of the therapist’s own",
    "appraisal_comfort": "how much the therapist’s comfort with own tears makes them welcome",
    "appraisal_boundary": "how much the client’s boundary sensitivity makes tears welcome (below 0: unwelcome)",
    "appraisal_strain": "how much the therapist’s strain makes tears welcome",
    "appraisal_intensity": "how much more welcome tears are the stronger they are (below 0: less)",
    "appraisal_open_peak": "how much more welcome open tears are than their strength alone would make them",
    "appraisal_overwhelmed": "how much more welcome overwhelming tears are than their strength alone would make them",
    "appraisal_spoken": "how much speaking of the tears makes them welcome",
    "appraisal_repeat": "how much each earlier noticed tear makes the next more welcome",
    "appraisal_burden": "how much more welcome a therapist’s own open tears are to an empathic client",
    "appraisal_frailty": "how much more welcome open tears are to a distressed client",
    "appraisal_blur": "how much more welcome stronger tears are to a client with sensitive boundaries",
    "appraisal_spread": "how much the same tears are taken in different ways, for no reason that the model has",
    "client_share_of_bond": "share of how bonds differ that a client brings along to any therapist",
    "lasting_repeat": "how much of the lasting effect of being moved is left with each further noticed tear",
    "seeking_base": "how often someone who left looks for someone new",
    "distress_spread_at_zero": "how much distress varies from week to week in those who have next to none",
}


def weight_told(name: str) -> str:
    """What a parameter stands for, read by itself; any other words are left as they are.

    >>> weight_told("progress_alliance"), weight_told("bond_moved")
    ('how much alliance speeds improvement', 'how much being moved strengthens the bond at once')
    """
    if name in READ_ALONE or name not in PARAMETERS:
        return READ_ALONE.get(name, name)
    meaning = PARAMETERS[name].meaning.rstrip(".").split(" (")[0].split(":")[0]
    return f"{meaning[:1].lower()}{meaning[1:]}".replace("'", "’")


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
    """With which parameters the number goes from world to world, and why with so few; after a blank."""
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
