"""The board of claims in sentences: pure, an outcome and the claims' files in, words out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from tearsim.science.parameters import PARAMETERS
from tearsim.show.words.english import DASH, MINUS, capital, level, list_of, number
from tearsim.show.words.worlds import THAT_FIT
from tearsim.study.claims.board import BoardOutcome, ClaimOutcome, MiddleTold, RegionTold, counted
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


class ClaimRow(NamedTuple):
    """A row of the board."""

    claim: Claim
    outcome: ClaimOutcome
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
    said = middle_told(one, claim.value)
    return ClaimRow(claim, one, said, decided_told(one), why_told(one, claim, worlds), change_told(one), regions, seen)


def first_line(outcome: BoardOutcome) -> str:
    """How many claims, put to how many worlds, and how many came to each verdict."""
    by = counted(outcome["claims"])
    parts = [HOW_MANY[word][by[word] > 1].format(by[word]) for word in VERDICTS if word in by]
    some = "" if outcome["worlds"] == outcome["of_worlds"] else f", a first look at {outcome['of_worlds']},"
    many = len(outcome["claims"])
    return (
        f"{many} {'claim' if many == 1 else 'claims'}, put to {outcome['worlds']} worlds{some} {THAT_FIT} equally "
        f"well: {', '.join(parts)}."
    )


def middle_told(one: MiddleTold, where: ReadWhere) -> str:
    """The middle world and the middle 95 % of worlds; with signs where it can lie to either side of 0."""
    value, low, high = one["value"], one["low"], one["high"]
    if value is None or low is None or high is None:
        return "nobody could be asked"
    signed = where.limits[0] < 0.0
    said, first, last = (number(each, where.outcome.digits, signed) for each in (value, low, high))
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


def decided_told(one: ClaimOutcome) -> str:
    """What decides it, in a narrow column."""
    if one["verdict"] == "cannot say" and not one["decided_by"]:
        return "no one parameter, as far as these worlds can tell"
    return "; ".join(map(weight_told, one["decided_by"])) or DASH


def weight_told(name: str) -> str:
    """What a parameter stands for, in the words of its declaration; any other words are left as they are."""
    if name not in PARAMETERS:
        return name
    meaning = PARAMETERS[name].meaning.rstrip(".").split(" (")[0].split(":")[0]
    return f"{meaning[:1].lower()}{meaning[1:]}"


def change_told(one: ClaimOutcome) -> str:
    """What would change the verdict."""
    closest = "; ".join(
        f"{weight_told(each['parameter'])} ({each['parameter']}; rank correlation over worlds "
        f"{number(each['correlation'], 2, True)})"
        for each in one["goes_with"]
    )
    goes = f" The number goes with: {closest}." if closest else " It goes with no one parameter more than chance would."
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
        "What says “shown minus held back” compares the same people under the same luck; what says “association” or "
        "what a study sees compares different people, or the same at different times, and is no effect of tears.",
    ]


def rules_markdown() -> str:
    """How a verdict comes about, and what is too small to matter; docs/claims.md holds it."""
    lines = ["| verdict | when |", "|---|---|", *(f"| **{word}** | {LEGEND[word]} |" for word in VERDICTS), ""]
    lines += ["| what a claim is about | smallest difference that matters | why |", "|---|---|---|"]
    lines += [
        f"| {one.name} | {number(one.factor * one.smallest, 2)} {one.unit} | {one.why} |" for one in SUBJECTS.values()
    ]
    return "\n".join(lines) + "\n"


def board_markdown(rows: Sequence[ClaimRow]) -> str:
    """The board as a table; docs/claims.md holds it."""
    lines = ["| what is said | verdict | in numbers | decided by |", "|---|---|---|---|"]
    lines += [f"| {row.claim.sentence} | **{row.outcome['verdict']}** | {row.number} | {row.decided} |" for row in rows]
    return "\n".join(lines) + "\n"


def board_in_short(rows: Sequence[ClaimRow]) -> str:
    """The board's sentences and verdicts alone; README.md holds them."""
    lines = ["| what is said | verdict | true in |", "|---|---|---|"]
    for row in rows:
        share = row.outcome["share_of_worlds"]
        true = DASH if share is None else f"{number(100.0 * share, 0)} % of worlds"
        lines.append(f"| {row.claim.sentence} | **{row.outcome['verdict']}** | {true} |")
    return "\n".join(lines) + "\n"


def claims_markdown(rows: Iterable[ClaimRow]) -> str:
    """Every claim by itself, in words; docs/claims.md holds it."""
    return "\n".join(_claim_markdown(row) for row in rows)


def _claim_markdown(row: ClaimRow) -> str:
    claim = row.claim
    essay = " ".join(f"“{one}”" for one in claim.essay) or "(ours, not the essay’s)"
    lines = [
        f"### {claim.sentence}", "",
        f"**{capital(row.outcome['verdict'])}.** {row.why}", "",
        f"- The essay, in our words: {essay}",
        f"- What it would mean: {claim.means}",
        f"- Where: {claim.setting}",
        f"- Read: {claim.value.in_words}. {row.number}.",
        f"- Smallest difference that matters: {matters_told(claim)}",
        *(f"- {one}" for one in (*row.regions, *row.seen)),
        f"- What would change the verdict: {row.change}",
        f"- The study that would tell: {claim.study}",
        f"- Its file: `experiments/claims/{claim.id}.toml`", "",
    ]  # fmt: skip
    return "\n".join(lines)


def essay_markdown(claims: Mapping[str, Claim]) -> str:
    """Which sentence of the essay, in our words, which claim answers; experiments/claims/README.md holds it."""
    lines = ["| the essay, in our words | put to the test as | file |", "|---|---|---|"]
    for claim in claims.values():
        said = " ".join(claim.essay) or "(not in the essay)"
        lines.append(f"| {said} | {claim.sentence} | [`{claim.id}.toml`]({claim.id}.toml) |")
    return "\n".join(lines) + "\n"


def on_a_terminal(words: str) -> str:
    """Words for a terminal: a hyphen for a minus."""
    return words.replace(MINUS, "-")
