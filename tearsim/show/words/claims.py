"""The board of claims in sentences: pure, an outcome and the claims' files in, words out."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from tearsim.evidence.patterns import Role
from tearsim.show.words.english import DASH, capital, level, list_of, number
from tearsim.show.words.findings import published
from tearsim.show.words.units import CORE
from tearsim.show.words.what_decides import change_told, decided_told, weight_told
from tearsim.show.words.worlds import THAT_FIT
from tearsim.study.claims.board import BoardOutcome, ClaimOutcome, MiddleTold, RegionTold, counted
from tearsim.study.claims.declared import FOUND_BY_STUDIES, Claim, ReadWhere, held_in_worlds
from tearsim.study.claims.outcomes import SUBJECTS
from tearsim.study.claims.verdict import VERDICTS, VerdictWord

TITLE = "Why do therapists cry? What holds of what is said"
# What the first line says of the claims that came to each verdict, of one and of several.
HOW_MANY: dict[VerdictWord, tuple[str, str]] = {
    "holds": ("1 holds", "{} hold"),
    "fails": ("1 fails", "{} fail"),
    "depends": ("1 depends", "{} depend"),
    "cannot say": ("of 1 nobody can know yet", "of {} nobody can know yet"),
    "assumed": ("1 is assumed", "{} are assumed"),
}
OF_ONE: dict[VerdictWord, str] = {
    "holds": "it holds",
    "fails": "it fails",
    "depends": "it depends",
    "cannot say": "nobody can know yet",
    "assumed": "it is assumed",
}
LEGEND: dict[VerdictWord, str] = {
    "holds": "true, by more than is too small to matter, in 95 of 100 worlds or more",
    "fails": "true in 5 of 100 worlds or fewer: in the others too small to matter, or the other way round",
    "depends": "holds for some clients, practices or tears, and fails for others",
    "cannot say": "worlds that fit the evidence disagree: nobody can know yet, which is a finding",
    "assumed": "follows from something that nobody has measured and the model takes for granted",
}
NOT_CURRENT = (
    "They were simulated with an earlier version of the model, or of what is read from it; without --on-record they "
    "are asked anew."
)
# What follows a verdict that is not sure of itself.
OR = (
    "these worlds are a sample of all that fit as well, and share some luck: the 95 % interval of their share reaches "
    "this verdict, too"
)
# What part a published finding has in the worlds, by its role.
IN_THE_WORLDS: dict[Role, str] = {
    "cal": "These worlds were fitted to it.",
    "val": "These worlds were not fitted to it.",
    "doubt": "It is too uncertain to hold anything against it.",
}
# Of a claim that something makes no difference, or none for the worse: what is so where it is not true.
CONTRARY = {"within": "the difference matters", "not above": "it is worse by what matters"}
# Of these verdicts a list says what is so instead, or what was taken for granted.
NEED_A_WORD: tuple[VerdictWord, ...] = ("fails", "assumed")


class ClaimRow(NamedTuple):
    """A row of the board."""

    claim: Claim
    outcome: ClaimOutcome
    verdict: str  # with what else it may be
    true_in: str  # the share of worlds, with its interval
    otherwise: str  # in which shares it is not, and why
    mostly: str  # of a verdict that needs it: what is so in most worlds
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
    return ClaimRow(
        claim,
        one,
        verdict=verdict_told(one),
        true_in=true_in(one),
        otherwise=otherwise(one, claim, worlds),
        mostly=_mostly(one, claim, worlds),
        number=middle_told(one, claim.value),
        decided=decided_told(one, worlds),
        why=f"{why_told(one, claim, worlds)}{how_sure(one)}",
        change=change_told(one),
        regions=regions,
        seen=tuple(f"{capital(where.words)}: {middle_told(told, where)}." for where, told in beside),
    )


def verdict_told(one: ClaimOutcome) -> str:
    """The verdict, and what else it may be."""
    return " or ".join([one["verdict"], *one["may_be"]])


def how_sure(one: ClaimOutcome) -> str:
    """How sure the share of worlds is, in a sentence or two; it begins with a blank."""
    if one["share_of_worlds"] is None:
        return ""
    might = " or ".join(one["may_be"])
    other = f" As many other worlds that fit as well might say: {might}." if might else ""
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
    if len(outcome["claims"]) == 1:
        parts = [OF_ONE[word] for word in by]
    some = "" if outcome["worlds"] == outcome["of_worlds"] else f", a first look at {outcome['of_worlds']},"
    many, unsure = len(outcome["claims"]), sum(bool(one["may_be"]) for one in outcome["claims"])
    said = f"{many} {'claim' if many == 1 else 'claims'}, put to {outcome['worlds']} worlds{some} {THAT_FIT}"
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
    first, last = (number(each, where.outcome.digits, where.limits[0] < 0.0) for each in (low, high))
    said = middle_alone(value, where)
    if low == high and value != 0.0:
        return f"{said} (worlds differ by no more than luck)"
    return f"{said} ({first} to {last})"


def middle_alone(value: float, where: ReadWhere) -> str:
    """A number with its unit; with a sign where it can lie to either side of 0, and does."""
    signed = where.limits[0] < 0.0 and round(value, where.outcome.digits) != 0.0
    return f"{number(value, where.outcome.digits, signed)} {where.outcome.unit}".rstrip()


def counts(one: ClaimOutcome, worlds: int) -> tuple[int, int, int]:
    """In how many worlds a claim is true, in how many the difference is too small, and in how many it is contrary."""
    true, contrary = (round(worlds * (share or 0.0)) for share in (one["share_of_worlds"], one["contrary"]))
    true = min(true, worlds - contrary)
    return true, worlds - true - contrary, contrary


def why_told(one: ClaimOutcome, claim: Claim, worlds: int) -> str:
    """Why the verdict is what it is."""
    if one["share_of_worlds"] is None:
        return "There was nobody of whom it could be asked."
    told = _in_how_many(one, claim, worlds)
    if one["verdict"] == "assumed":
        return f"{_assumption(claim)} So what follows is no finding: {told}."
    if one["verdict"] == "cannot say":
        return f"Nobody can know yet: {told}."
    if one["verdict"] == "depends":
        holds, fails = (list_of(_regions_where(one, word)) for word in ("holds", "fails"))
        return f"It holds for some ({holds}) and fails for others ({fails}). Over all, {told}."
    return f"{capital(told)}."


def _in_how_many(one: ClaimOutcome, claim: Claim, worlds: int) -> str:
    """In how many worlds it is so, in how many too small to matter, and in how many the other way round."""
    true, small, contrary = counts(one, worlds)
    among = f"{true or 'none'} of {worlds} worlds {THAT_FIT}"
    if claim.true_where in CONTRARY:
        return f"it is so in {among}{f'; in {worlds - true} {CONTRARY[claim.true_where]}' if true < worlds else ''}"
    besides = [f"too small to matter in {small}"] if small else []
    besides += [f"the other way round in {contrary}"] if contrary else []
    return f"it is so, and matters, in {among}{f'; the difference is {list_of(besides)}' if besides else ''}"


def otherwise(one: ClaimOutcome, claim: Claim, worlds: int) -> str:
    """In which share of worlds it is not true, and why, in a narrow column."""
    if one["share_of_worlds"] is None:
        return DASH
    true, small, contrary = counts(one, worlds)
    parts = {"too small to matter": small, "the other way round": contrary}
    if claim.true_where in CONTRARY:
        parts = {CONTRARY[claim.true_where]: worlds - true}
    shares = {words: number(100.0 * of / worlds, 0) for words, of in parts.items() if of}
    return "; ".join(f"{words}: {'under 1' if share == '0' else share} %" for words, share in shares.items()) or DASH


def _regions_where(one: ClaimOutcome, word: str) -> list[str]:
    """The regions in which a claim came to a verdict, each with what it is a region of."""
    return [f"{region['moderator']}: {region['name']}" for region in one["regions"] if region["verdict"] == word]


def _assumption(claim: Claim) -> str:
    if claim.assumed:
        return f"The model takes for granted that {claim.assumed}."
    each = [
        f"{weight_told(name)} ({name}, {' to '.join(map(level, held_in_worlds(name)))})"
        for name in claim.taken_for_granted
    ]
    return f"It follows from what nobody has measured and has but one sign in the worlds asked: {list_of(each)}."


def _region(claim: Claim, region: RegionTold, worlds: int) -> str:
    share, value = region["share"], region["value"]
    where = f"{capital(region['moderator'])}: {region['name']}"
    if share is None or value is None:
        return f"{where}: nobody could be asked."
    told = f"{middle_alone(value, claim.value)} in the middle world"
    return f"{where}: {region['verdict']}, true in {round(worlds * share)} of {worlds} worlds; {told}."


def matters_told(claim: Claim) -> str:
    """From where on a difference matters, and why."""
    outcome = claim.outcome
    told = f"{outcome.factor * claim.matters_from:g} {outcome.unit}".rstrip()
    return f"{told}: {claim.why_it_matters}."


def how_asked(outcome: BoardOutcome) -> list[str]:
    """What the numbers rest on, and how to read them."""
    return [
        f"Each claim is asked in {outcome['worlds']} of {outcome['of_worlds']} sets of numbers that fit the published "
        "evidence and differ in what it leaves open (open worlds), each under "
        f"{outcome['lucks']} lucks, in practices of {outcome['therapists']} therapists with ten places each.",
        "A number is that of the middle world, with the middle 95 % of worlds in brackets: how worlds differ, luck "
        "told apart. A world’s own luck decides no verdict.",
        "Therapists learn nothing from their tears and find no relief in them, so that both arms feel the same ones. "
        "Tears count that come in the first year; leaving is followed for twelve weeks after them, distress for up to "
        "a year, in therapy or out of it.",
        f"Distress is told in {CORE.source}. Alliance is in points of a rating from 1 to 7 (WAI).",
        f"“Or”: {OR}.",
        "What says “shown minus held back” compares the same people under the same luck; what says “association” or "
        "what a study sees compares different people, or the same at different times, and is no effect of tears.",
    ]


def rules_markdown() -> str:
    """How a verdict comes about, and what is too small to matter; docs/claims.md holds it."""
    lines = ["| verdict | when |", "|---|---|", *(f"| **{word}** | {LEGEND[word]} |" for word in VERDICTS)]
    lines += [f"| **or** | {OR} |", ""]
    lines += ["| what a claim is about | smallest difference that matters | why |", "|---|---|---|"]
    lines += [f"| {one.name} | {one.factor * one.smallest:g} {one.unit} | {one.why} |" for one in SUBJECTS.values()]
    return "\n".join(lines) + "\n"


def board_markdown(rows: Sequence[ClaimRow]) -> str:
    """The board as a table; docs/claims.md holds it."""
    lines = [
        "| what is said | verdict | true in | in the other worlds | in numbers | decided by |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        cells = f"**{row.verdict}**", row.true_in, row.otherwise, f"{row.claim.told}: {row.number}", row.decided
        lines.append(f"| [{row.claim.sentence}]({anchor(row.claim)}) | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def board_in_short(rows: Sequence[ClaimRow], page: str) -> str:
    """A row a verdict: when a claim comes to it, how many did, and which, as links into a page that has all of them."""
    lines = ["| verdict | claims | |", "|---|---|---|"]
    for word in VERDICTS:
        named = [_in_short(row, page) for row in rows if row.outcome["verdict"] == word]
        if named:
            lines.append(f"| **{word}**: {LEGEND[word]} | {len(named)} | {'; '.join(named)} |")
    return "\n".join(lines) + "\n"


def _in_short(row: ClaimRow, page: str) -> str:
    besides = ", ".join([*([row.mostly] if row.mostly else []), *(f"or {other}" for other in row.outcome["may_be"])])
    return f"[{row.claim.short}]({page}{anchor(row.claim)}){f' ({besides})' if besides else ''}"


def _mostly(one: ClaimOutcome, claim: Claim, worlds: int) -> str:
    """What is so in more worlds than anything else is, for verdicts whose name alone does not say it."""
    if one["verdict"] not in NEED_A_WORD:
        return ""
    true, small, contrary = counts(one, worlds)
    by = {
        "so": true,
        "too small to matter": small,
        CONTRARY.get(claim.true_where, "the other way round"): contrary,
    }
    most = max(by, key=by.__getitem__)
    return f"{most} in {'most worlds' if 2 * by[most] > worlds else 'more worlds than anything else'}"


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
        *(f"- What studies found: {found}" for found in published_told(claim)),
        *(f"- {capital(what)}: {said}" for what, said in not_tested(claim)),
        *(f"- {one}" for one in (*row.regions, *row.seen)),
        f"- What would change the verdict: {row.change}",
        f"- The study that would tell: {claim.study}",
        f"- Its file: `experiments/claims/{claim.id}.toml`", "",
    ]  # fmt: skip
    return "\n".join(lines)


def published_told(claim: Claim) -> list[str]:
    """What studies found that bears on a claim, and what part that has in the worlds."""
    told = []
    for one in (FOUND_BY_STUDIES[name] for name in claim.published):
        value, why = ("", "") if one.value is None else (f": {published(one)}", f"; in brackets: {one.tolerance}")
        told.append(f"{one.statement}{value} ({one.source}{why}). {IN_THE_WORLDS[one.role]}")
    return told


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
