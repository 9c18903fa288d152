"""The board of claims in sentences: pure, an outcome and the claims' files in, words out."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from tearsim.science.parameters import PARAMETERS
from tearsim.show.words.english import DASH, MINUS, capital, level, list_of, number
from tearsim.show.words.worlds import THAT_FIT
from tearsim.study.claims.board import BoardOutcome, ClaimOutcome, MiddleTold, RegionTold, all_agree, counted
from tearsim.study.claims.deciding import MOST_DECIDING, Shape
from tearsim.study.claims.declared import Claim, ReadWhere
from tearsim.study.claims.outcomes import SUBJECTS
from tearsim.study.claims.verdict import VERDICTS, VerdictWord

TITLE = "Why do therapists cry? What holds of what is said"
# What stands on the first line for so many claims of each verdict.
HOW_MANY: dict[VerdictWord, tuple[str, str]] = {
    "holds": ("1 holds", "{} hold"),
    "fails": ("1 fails", "{} fail"),
    "depends": ("1 depends", "{} depend"),
    "cannot say": ("of 1 nobody can know yet", "of {} nobody can know yet"),
    "assumed": ("1 is assumed", "{} are assumed"),
}
LEGEND: dict[VerdictWord, str] = {
    "holds": "true in 95 of 100 worlds or more, by what matters",
    "fails": "true in 5 of 100 worlds or fewer",
    "depends": "holds in one region of something that differs between people or practices, and fails in another",
    "cannot say": "worlds that fit the evidence equally well disagree: nobody can know yet, which is a finding",
    "assumed": "follows from a sign that nobody has measured and the model takes as known",
}
# What follows a verdict that is not sure of itself.
OR = "the worlds are drawn from all that fit as well: the 95 % interval of their share reaches this verdict, too"
HOW_IT_GOES: dict[Shape, str] = {
    "rises": "higher where it is higher",
    "falls": "lower where it is higher",
    "highest in the middle": "highest in the middle of its range",
    "lowest in the middle": "lowest in the middle of its range",
}


IN_SHORT: dict[VerdictWord, str] = {
    "holds": "holds", "fails": "fails", "depends": "depends", "cannot say": "nobody can know yet", "assumed": "assumed",
}  # fmt: skip


class ClaimRow(NamedTuple):
    """A row of the board."""

    claim: Claim
    outcome: ClaimOutcome
    verdict: str  # with what else it may be
    true_in: str  # the share of worlds, with its interval
    number: str
    decided: str
    why: str
    change: str
    regions: tuple[str, ...]
    seen: tuple[str, ...]


def claim_rows(outcome: BoardOutcome, claims: Mapping[str, Claim]) -> list[ClaimRow]:
    """The rows of the board, sorted as the essay goes."""
    return [_row(one, claims[one["id"]], outcome["worlds"]) for one in outcome["claims"] if one["id"] in claims]


def _row(one: ClaimOutcome, claim: Claim, worlds: int) -> ClaimRow:
    regions = tuple(_region(claim, region, worlds) for region in one["regions"])
    beside = zip(claim.seen, one["seen"], strict=True)
    seen = tuple(f"{capital(where.words)}: {middle_told(told, where)}." for where, told in beside)
    said, decided, why = (
        middle_told(one, claim.value),
        decided_told(one, worlds),
        f"{why_told(one, claim, worlds)}{how_sure(one)}",
    )
    return ClaimRow(claim, one, verdict_told(one), true_in(one), said, decided, why, change_told(one), regions, seen)


def verdict_told(one: ClaimOutcome) -> str:
    """The verdict, and what else it may be."""
    return " or ".join([one["verdict"], *one["may_be"]])


def how_sure(one: ClaimOutcome) -> str:
    """How sure the share of worlds is, in a sentence or two, with a blank before it."""
    if one["share_of_worlds"] is None:
        return ""
    other = f" As many other worlds might say: {list_of(one['may_be'])}." if one["may_be"] else ""
    return f" True in {true_in(one)} of worlds.{other}"


def true_in(one: ClaimOutcome) -> str:
    """In which share of worlds a claim is true, with the interval of that share."""
    share, (low, high) = one["share_of_worlds"], one["share_between"]
    if share is None or low is None or high is None:
        return DASH
    said, first, last = (number(100.0 * each, 0) for each in (share, low, high))
    return f"{said} % ({first} to {last})"


def first_line(outcome: BoardOutcome) -> str:
    """How many claims, put to how many worlds, and how many came to each verdict."""
    by = counted(outcome["claims"])
    parts = [HOW_MANY[word][by[word] > 1].format(by[word]) for word in VERDICTS if word in by]
    some = "" if outcome["worlds"] == outcome["of_worlds"] else f", a first look at {outcome['of_worlds']},"
    many, unsure = len(outcome["claims"]), sum(bool(one["may_be"]) for one in outcome["claims"])
    said = (
        f"{many} {'claim' if many == 1 else 'claims'}, put to {outcome['worlds']} worlds{some} {THAT_FIT} equally well"
    )
    look = ""
    if outcome["quick"]:
        look = (
            f" A quick look: {outcome['worlds']} worlds, in practices of {outcome['therapists']} therapists. "
            f"{capital(how_many_may_change(unsure))}; all worlds are asked without --quick."
        )
    return f"{said}: {', '.join(parts)}.{look}"


def how_many_may_change(unsure: int) -> str:
    """How many verdicts are not sure of themselves."""
    if unsure == 0:
        return "by the intervals of the shares of worlds no verdict would change"
    return (
        f"{'1 verdict' if unsure == 1 else f'{unsure} verdicts'} may change, and {'says' if unsure == 1 else 'say'} so"
    )


def middle_told(one: MiddleTold, where: ReadWhere) -> str:
    """The middle world and the middle 95 % of worlds; with signs where it can lie to either side of 0."""
    value, low, high = one["value"], one["low"], one["high"]
    if value is None or low is None or high is None:
        return "nobody could be asked"
    signed = where.limits[0] < 0.0
    said, first, last = (number(each, where.outcome.digits, signed) for each in (value, low, high))
    if low == high and value != 0.0:
        return f"{said} {where.outcome.unit} (worlds differ by no more than luck)"
    return f"{said} {where.outcome.unit} ({first} to {last})"


def counts(one: ClaimOutcome, worlds: int) -> tuple[int, int, int]:
    """In how many worlds a claim is true, in how many the difference is too small, and in how many it is contrary."""
    true, contrary = (round(worlds * (share or 0.0)) for share in (one["share_of_worlds"], one["contrary"]))
    true = min(true, worlds - contrary)
    return true, worlds - true - contrary, contrary


def why_told(one: ClaimOutcome, claim: Claim, worlds: int) -> str:
    """Why the verdict is what it is."""
    if one["share_of_worlds"] is None:
        return "There was nobody of whom it could be asked."
    true, small, contrary = counts(one, worlds)
    if claim.true_where in ("within", "not above"):
        otherwise = "the difference matters" if claim.true_where == "within" else "it is worse by what matters"
        told = f"in {true} of {worlds} worlds {THAT_FIT} it is so; in {small + contrary} {otherwise}"
    else:
        told = (
            f"in {true} of {worlds} worlds {THAT_FIT} it is so, and matters; in {small} the difference is too small "
            f"to matter, in {contrary} it is the other way round"
        )
    if one["verdict"] == "assumed":
        return f"{_assumption(claim)} So what follows is no finding: {told}."
    if one["verdict"] == "cannot say":
        return f"Nobody can know yet: {told}."
    if one["verdict"] == "depends":
        holds, fails = (list_of(_regions_where(one, word)) for word in ("holds", "fails"))
        return f"It holds for some ({holds}) and fails for others ({fails}). Over all, {told}."
    return f"{capital(told)}."


def _regions_where(one: ClaimOutcome, word: str) -> list[str]:
    """The regions in which a claim came to a verdict, each with what it is a region of."""
    return [f"{region['moderator']}: {region['name']}" for region in one["regions"] if region["verdict"] == word]


def _assumption(claim: Claim) -> str:
    if claim.assumed:
        return f"The model takes for granted that {claim.assumed}."
    names = list_of([f"{weight_told(name)} ({name})" for name in claim.taken_for_granted])
    ranges = list_of([" to ".join(map(level, PARAMETERS[name].plausible)) for name in claim.taken_for_granted])
    return f"It follows from {names}: nobody has measured it, and the model never takes it below 0 ({ranges})."


def decided_told(one: ClaimOutcome, worlds: int) -> str:
    """What decides it, in a narrow column; or why fewer than two parameters do."""
    named = list(map(weight_told, one["decided_by"]))
    if one["share_of_worlds"] is None:
        return DASH
    if one["verdict"] in ("assumed", "depends") or len(named) == MOST_DECIDING:
        return "; ".join(named)
    if all_agree(one["share_of_worlds"], worlds):
        return "nothing: all worlds agree"
    return (
        "; ".join([*named, "no other more than chance would"]) if named else "no one parameter more than chance would"
    )


def weight_told(name: str) -> str:
    """What a parameter stands for, in the words of its declaration; any other words are left as they are."""
    if name not in PARAMETERS:
        return name
    meaning = PARAMETERS[name].meaning.rstrip(".").split(" (")[0].split(":")[0]
    return f"{meaning[:1].lower()}{meaning[1:]}"


def change_told(one: ClaimOutcome) -> str:
    """What would change the verdict."""
    closest = "; ".join(
        f"{weight_told(each['parameter'])} ({each['parameter']}; {number(100.0 * each['share'], 0)} % of how worlds "
        f"differ, {HOW_IT_GOES[each['shape']]})"
        for each in one["goes_with"]
    )
    goes = f" The number goes with: {closest}." if closest else ""
    if len(one["goes_with"]) < MOST_DECIDING:
        none = "no other parameter" if closest else "no one parameter"
        goes += f" It goes with {none} more than chance would: what is left is luck, or spread over many."
    if one["verdict"] == "assumed":
        return f"To measure that sign.{goes}"
    if one["verdict"] == "cannot say":
        return f"To know better what the worlds differ in.{goes}"
    if one["verdict"] == "depends":
        return f"To know first, of a client or a practice, {list_of(one['decided_by'])}.{goes}"
    return f"A finding that nearly all of these worlds miss.{goes}"


def _region(claim: Claim, region: RegionTold, worlds: int) -> str:
    share, value = region["share"], region["value"]
    where = f"{capital(region['moderator'])}: {region['name']}"
    if share is None or value is None:
        return f"{where}: nobody could be asked."
    signed = claim.value.limits[0] < 0.0
    told = f"{number(value, claim.outcome.digits, signed)} {claim.outcome.unit} in the middle world"
    return f"{where}: {region['verdict']}, true in {round(worlds * share)} of {worlds} worlds; {told}."


def matters_told(claim: Claim) -> str:
    """From where on a difference matters, and why."""
    outcome = claim.outcome
    told = number(outcome.factor * claim.matters_from, outcome.digits)
    return f"{told} {outcome.unit}: {claim.why_it_matters}."


def how_asked(outcome: BoardOutcome) -> list[str]:
    """What the numbers rest on, and how to read them."""
    return [
        f"Each claim is asked in {outcome['worlds']} of {outcome['of_worlds']} sets of numbers that fit the published "
        "evidence and differ in all that it leaves open (open worlds), each under "
        f"{outcome['lucks']} lucks, in practices of {outcome['therapists']} therapists with ten places each.",
        "A number is that of the middle world, with the middle 95 % of worlds in brackets: how worlds differ, luck "
        "told apart. A world’s own luck decides no verdict.",
        "Therapists learn nothing from their tears and find no relief in them, so that both arms feel the same ones. "
        "Tears count that come in the first year; leaving is followed for twelve weeks after them, distress for up to "
        "a year, in therapy or out of it.",
        f"“Or”: {OR}.",
        "What says “shown minus held back” compares the same people under the same luck; what says “association” or "
        "what a study sees compares different people, or the same at different times, and is no effect of tears.",
    ]


def rules_markdown() -> str:
    """How a verdict comes about, and what is too small to matter; docs/claims.md holds it."""
    lines = ["| verdict | when |", "|---|---|", *(f"| **{word}** | {LEGEND[word]} |" for word in VERDICTS)]
    lines += [f"| **or** | {OR} |", ""]
    lines += ["| what a claim is about | smallest difference that matters | why |", "|---|---|---|"]
    lines += [
        f"| {one.name} | {number(one.factor * one.smallest, 2)} {one.unit} | {one.why} |" for one in SUBJECTS.values()
    ]
    return "\n".join(lines) + "\n"


def board_markdown(rows: Sequence[ClaimRow]) -> str:
    """The board as a table; docs/claims.md holds it."""
    lines = ["| what is said | verdict | true in | in numbers | decided by |", "|---|---|---|---|---|"]
    for row in rows:
        cells = f"**{row.verdict}**", row.true_in, row.number, row.decided
        lines.append(f"| [{row.claim.sentence}]({anchor(row.claim)}) | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def board_in_short(rows: Sequence[ClaimRow], page: str) -> str:
    """A row a verdict: how many claims came to it, and which, as links into a page that has all of them."""
    lines = ["| verdict | claims | |", "|---|---|---|"]
    for word in VERDICTS:
        named = [_in_short(row, page) for row in rows if row.outcome["verdict"] == word]
        if named:
            lines.append(f"| **{IN_SHORT[word]}** | {len(named)} | {'; '.join(named)} |")
    return "\n".join(lines) + "\n"


def _in_short(row: ClaimRow, page: str) -> str:
    unsure = "".join(f" (or {other})" for other in row.outcome["may_be"])
    return f"[{row.claim.short}]({page}{anchor(row.claim)}){unsure}"


def claims_markdown(rows: Iterable[ClaimRow]) -> str:
    """Every claim by itself, in words; docs/claims.md holds it."""
    return "\n".join(_claim_markdown(row) for row in rows)


def _claim_markdown(row: ClaimRow) -> str:
    claim = row.claim
    lines = [
        f"### {claim.sentence}", "",
        f"**{capital(row.verdict)}.** {row.why}", "",
        f"- What it would mean: {claim.means}",
        f"- Where: {claim.setting}",
        f"- Read: {claim.value.in_words}. {row.number}.",
        f"- Smallest difference that matters: {matters_told(claim)}",
        *(f"- {capital(what)}: {said}" for what, said in not_tested(claim)),
        *(f"- {one}" for one in (*row.regions, *row.seen)),
        f"- What would change the verdict: {row.change}",
        f"- The study that would tell: {claim.study}",
        f"- Its file: `experiments/claims/{claim.id}.toml`", "",
    ]  # fmt: skip
    return "\n".join(lines)


def not_tested(claim: Claim) -> list[tuple[str, str]]:
    """What of a claim is not put to the test, and why."""
    both = (("what could not be tested", claim.no_claim), ("not asked, and why", claim.not_asked))
    return [(what, said) for what, said in both if said]


def essay_markdown(claims: Mapping[str, Claim], page: str = "") -> str:
    """What the essay's sentences became: which are put to the test, and what in them claims nothing that could be.

    docs/claims.md and experiments/claims/README.md hold it; `page` is where the claims stand.
    """
    lines = ["| the essay, in our words | what in it could not be tested | put to the test |", "|---|---|---|"]
    for claim in claims.values():
        said = f"{claim.sentence}{' (Not in the essay.)' if claim.ours else ''}"
        lines.append(f"| {said} | {claim.no_claim or DASH} | [{claim.means}]({page}{anchor(claim)}) |")
    return "\n".join(lines) + "\n"


def anchor(claim: Claim) -> str:
    """Where a claim stands on a page that has its sentence as a heading, as GitHub and the documentation link to it.

    >>> from tearsim.study.claims.declared import read_claims
    >>> anchor(read_claims()["strengthen"])
    '#a-therapists-tears-strengthen-the-relationship'
    """
    return "#" + re.sub(r"[^\w\- ]", "", claim.sentence.lower()).replace(" ", "-")


def on_a_terminal(words: str) -> str:
    """Words for a terminal: a hyphen for a minus."""
    return words.replace(MINUS, "-")
