"""A planned study in words: its protocol, what it would find, how many people it takes, and its limits. Pure."""

import math
from collections.abc import Sequence

from tearsim.show.words.english import capital, number, number_of
from tearsim.study.estimates import Estimate
from tearsim.study.planning.answers_given import STUDY_ESTIMATORS
from tearsim.study.planning.diagnosing import Diagnosed
from tearsim.study.planning.inquiries import INQUIRIES, OUTCOMES_ASKED
from tearsim.study.planning.plan import PlannedStudy
from tearsim.study.planning.study_file import KINDS_OF_STUDY, Prices, StudyFile
from tearsim.study.planning.teaching import Taught

# Above the first a study can tell a helping from a harming world; up to the second it is no better than a coin.
TELLS_APART, HARDLY = 0.9, 0.6
NEARLY_ALWAYS = 0.995  # of studies that give an estimate: above it nothing is said of the others
INTERVALS = (
    "In brackets: 95 % intervals of means over worlds that fit the evidence; they hold luck and how worlds differ."
)


def protocol(study: StudyFile) -> list[tuple[str, str]]:
    """The rows of a study's protocol: what is asked, of whom, when, with what error, and what is estimated."""
    asked, data = study.inquiry, study.data
    named, outcome = INQUIRIES[asked.effect], OUTCOMES_ASKED[asked.outcome]
    rows = [
        ("question", study.question),
        ("effect", f"{effect_in_words(study)}: “{named.first}” minus “{named.second}”"),
        ("outcome", f"{outcome.words} ({outcome.unit}), {weeks_in_words(asked.weeks)}"),
        ("matters from", f"{outcome.matters:g} ({outcome.why})"),
        ("kind of study", f"{data.kind}: {KINDS_OF_STUDY[data.kind]}"),
        ("who takes part", f"therapists, each with {data.clients} clients, followed for {data.weeks} weeks"),
        ("what goes missing", _missing(study)),
        ("answer", f"{study.answer.estimator}: {STUDY_ESTIMATORS[study.answer.estimator].words}"),
        ("tested at", f"{study.answer.level:g}, two-sided; errors take therapists as the units"),
        ("worlds", _worlds_in_words(study)),
    ]
    if data.kind in ("prompt", "training"):
        whom = "therapist by therapist, in pairs" if data.kind == "training" else "anew in each session with tears"
        kept = f"{data.followed:.0%} of those drawn for “{named.first}” keep to it"
        rows.insert(6, ("what is drawn", f"“{named.first}” or “{named.second}”, {whom}; {kept}"))
    return rows


def effect_in_words(study: StudyFile) -> str:
    """What is asked about: an effect from the first time on; of a prompt, that of one session."""
    named = INQUIRIES[study.inquiry.effect]
    return f"{named.at_each}, whatever was drawn in others" if study.data.kind == "prompt" else named.words


def weeks_in_words(weeks: int) -> str:
    """When an outcome is looked at."""
    return "in the same session" if weeks == 0 else f"{number_of(weeks, 'week')} after time zero"


def _missing(study: StudyFile) -> str:
    data = study.data
    parts = [f"{data.answers:.0%} of therapists answer", f"{data.rated:.0%} of ratings are filled in"]
    parts.append(f"clients tell of {data.recalled:.0%} of the tears that they noticed")
    if data.rating_error:
        parts.append(f"ratings err by {data.rating_error:g} points more than they do anyway")
    return "; ".join(parts)


def _worlds_in_words(study: StudyFile) -> str:
    tried, worlds = study.diagnosis, len(study.asked)
    where = {
        "open": f"{worlds} worlds that fit the published evidence and differ in what it leaves open about tears",
        "fitted": f"{worlds} worlds that fit the published evidence",
        "default": "one world, that of the defaults",
    }[study.estimates]
    each = tried.lucks * tried.studies
    return f"{where}; in each {each} studies of every size, under {tried.lucks} lucks; seed {tried.seed}"


def with_ends(one: Estimate, digits: int = 2, signed: bool = False, factor: float = 1.0) -> str:
    """An estimate with its interval in brackets; a dash where there is none.

    >>> with_ends(Estimate(0.5, 0.4, 0.6, 24))
    '0.50 [0.40, 0.60]'
    """
    value, low, high = (number(end * factor, digits, signed) for end in one[:3])
    return value if math.isnan(one.low) else f"{value} [{low}, {high}]"


def change_in_percent(fall: Estimate) -> str:
    """How much an error changes, in per cent: a fall has a minus.

    >>> change_in_percent(Estimate(0.25, 0.19, 0.31, 24))
    '−25 [−31, −19]'
    """
    value, low, high = (
        round(-100.0 * end) + 0.0 if math.isfinite(end) else end for end in (fall.mean, fall.high, fall.low)
    )
    return with_ends(Estimate(value, low, high, fall.replicates), 0, True)


def what_it_finds(plan: PlannedStudy) -> list[str]:
    """What the study would find with the largest number of therapists, in sentences."""
    one, clients = plan.largest, plan.study.data.clients
    outcome = OUTCOMES_ASKED[plan.study.inquiry.outcome]
    people = f"{one.n:,} therapists and their {one.n * clients:,} clients"
    lines = [
        f"With {people} the study would find an effect, whether or not there is one, {_percent(one.power)} of the "
        f"time, and one with the right sign {_percent(one.right)} of the time."
    ]
    lines += _where_too_few(plan)
    if not math.isnan(one.where_it_matters.mean):
        lines.append(
            f"Where the effect matters, {outcome.matters:g} or more to either side, it would find one "
            f"{_percent(one.where_it_matters)} of the time."
        )
    if not math.isnan(one.wrong_sign.mean):
        lines.append(f"Of the effects it found, {_percent(one.wrong_sign)} would have the wrong sign.")
    if not math.isnan(one.bias.mean):
        lines.append(
            f"It would be off by {with_ends(one.bias, 3, True)} ({plan_unit(plan)}) on average over worlds, and its "
            f"intervals would hold the truth {_percent(one.coverage)} of the time."
        )
    lines.append(tells_in_words(one))
    lines.append(people_in_words(plan))
    return lines


def _where_too_few(plan: PlannedStudy) -> list[str]:
    """How often studies of the smallest and the largest size have anything to estimate from, if some have not."""
    sizes = {one.n: one for one in (plan.curve[0], plan.largest)}
    if all(one.answers.mean > NEARLY_ALWAYS for one in sizes.values()):
        return []
    told = " and ".join(f"with {n:,} therapists {_percent(one.answers)} of the time" for n, one in sizes.items())
    return [f"It has enough tears to give any estimate {told}; where it has not, it has found nothing."]


def _percent(one: Estimate) -> str:
    return f"{with_ends(one, 0, factor=100.0)} %"


def plan_unit(plan: PlannedStudy) -> str:
    """The unit that estimates are in."""
    unit = OUTCOMES_ASKED[plan.study.inquiry.outcome].unit
    return {"log odds ratio": "log odds", "another": "as a share of therapists"}.get(plan.estimator.scale, unit)


def tells_in_words(one: Diagnosed) -> str:
    """Whether a study can tell a world in which the effect is above 0 from one in which it is below."""
    if math.isnan(one.tells_apart.mean):
        return "Whether it can tell a helping from a harming world cannot be said: too few worlds are clearly either."
    chance = (
        f"{with_ends(one.tells_apart, 0, factor=100.0)} % is the chance that it comes out higher where the effect is "
        "above 0 than where it is below; a coin has 50 %"
    )
    if one.tells_apart.mean >= TELLS_APART:
        return f"It can tell a world in which the effect is above 0 from one in which it is below: {chance}."
    if one.tells_apart.low <= 0.5 or one.tells_apart.mean <= HARDLY:
        return f"It cannot tell a world in which the effect is above 0 from one in which it is below: {chance}."
    return f"It tells worlds in which the effect is above 0 from others somewhat: {chance}."


def people_in_words(plan: PlannedStudy) -> str:
    """How many therapists, and clients, the target power takes, and what that costs."""
    found, clients, prices = plan.smallest, plan.study.data.clients, plan.study.prices
    if plan.estimator.scale == "another":
        return "There is no number that would be enough: what this study finds does not measure the effect."
    if math.isnan(found.n):
        return (
            f"How many therapists would give a power of {found.power:.0%} cannot be told: in no world do the largest "
            "studies tried tell how far their estimates vary, as where few give any, or all take in everybody there "
            "is. More lucks, or more studies, tell."
        )
    if not found.known:
        return f"No number of therapists would give a power of {found.power:.0%} over these worlds."
    ends = f"{_people(found.low)} to {_people(found.high)}"
    line = f"A power of {found.power:.0%}, averaged over worlds, takes about {_people(found.n)} therapists ({ends}), "
    line += f"or {_people(found.n * clients)} clients"
    if found.extrapolated:
        line += ", extrapolated by the normal curve beyond the numbers that were tried"
    if prices is not None:
        cost, low, high = (_cost(prices, n, clients) for n in (found.n, found.low, found.high))
        line += f"; at the prices given that is about {cost} {prices.currency} ({low} to {high})"
    return f"{line}."


def _cost(prices: Prices, therapists: float, clients: int) -> str:
    if not math.isfinite(therapists):
        return "more than there is"
    return _in_two_digits(prices.cost(math.ceil(therapists), clients))


def _people(count: float) -> str:
    return _in_two_digits(count) if math.isfinite(count) else "more than there are"


def _in_two_digits(amount: float) -> str:
    """A number no more precise than one that is read off a curve can be.

    >>> _in_two_digits(12_326_250)
    '12,000,000'
    """
    digits = max(0, len(str(int(amount))) - 2)
    return f"{round(amount, -digits):,.0f}"


def limits_of_plan(plan: PlannedStudy) -> list[str]:
    """What a plan cannot know, in sentences."""
    lines = [
        "All of this holds in this model. That equally good worlds were asked takes care of what the evidence leaves "
        "open within it, and of nothing that it leaves out: nothing unmeasured drives both tears and leaving, unless a "
        "parameter says so.",
        "Clients are followed in their first therapy with a therapist, all from one week on; therapists learn nothing "
        "from their tears in the meantime. Therapists who answer are like those who do not.",
    ]
    if plan.study.data.kind == "diary" and "noticed" in plan.study.answer.estimator:
        lines.append(
            "In the model it is chance whether near tears are noticed. In life those who notice may be other clients: "
            "then this comparison is biased by as much as they differ, which no plan can say."
        )
    if plan.study.data.kind == "prompt":
        lines.append(
            "A prompt is drawn anew each time, so this is the effect of one session among others that were drawn too, "
            "not that of always doing one thing; tears that overwhelm cannot be held back, and who keeps to it is "
            "chance."
        )
    if plan.study.data.kind == "survey":
        lines.append("Only tears of the weeks that are followed are asked about, and nobody misremembers them.")
    return lines


def teaching_in_words(taught: Sequence[Taught]) -> list[str]:
    """What a list of studies would teach, in sentences: the best first, and what none of them would."""
    best, last = taught[0], taught[-1]
    lines = [
        f"Of these {len(taught)} studies “{best.title}” would teach most: with {best.n:,} therapists the error about "
        f"the effects that any of them asks about would change by {change_in_percent(best.all)} %."
    ]
    if best.all.low <= 0.0:
        lines.append("Even that could be luck: with so many therapists none of them is sure to teach anything.")
    if last is not best:
        lines.append(f"“{last.title}” would teach least: {change_in_percent(last.all)} %.")
    if best.claims is not None:
        lines.append(verdicts_now(best.claims.of, best.claims.now))
    return [capital(one) for one in lines]


def verdicts_now(claims: int, now: float) -> str:
    """How many claims of the board have a verdict without any study, and what stands in the columns beside that."""
    return (
        f"Of {claims} claims of the board that evidence could decide and that can be told in every world, {now:.1f} "
        "have a verdict in these worlds without any study. “Verdicts more”: how many others would come to one. “Right "
        "ones”: of these, how many say what is so in the world that the study was done in. “By chance”: how many "
        "others would if no claim had anything to do with what the study finds."
    )
