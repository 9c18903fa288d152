"""A client's whole course, and beside it the same person's with tears held back: a dyad in, the parts of a story out.

It tells what `sessions` tells of a session and, as the reader has no chart beside it, what else the log has: distress,
what the therapist thinks was seen, what stays open.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from numbers import Integral
from typing import NamedTuple

from tearsim.errors import TearSimError, echoed
from tearsim.science.codes import COMPLETED, GAVE_UP, GOES_ON, LEFT, LOOKING, MOVED, NONE, UNSETTLED
from tearsim.science.fitted import DEFAULT
from tearsim.science.lives import WEEKS_A_YEAR
from tearsim.science.luck import checked_address
from tearsim.science.replacing import Rule
from tearsim.science.settings import all_given
from tearsim.science.types import LogRow
from tearsim.show.words.english import list_of, lower_first, number_of
from tearsim.show.words.sessions import BELIEF_TOLD, Entry, Name, client_story, therapist_name, where_now
from tearsim.show.words.traits import SCALE, agreed_on, client_in_words, therapist_in_words
from tearsim.show.words.units import WAI, core_points
from tearsim.study.people.dyad import Dyad, Life, dyad_of

A_MODEL = (
    "This is a model, never a person. Nobody lived this, and no one person's story, here or anywhere, tells what tears "
    "do: one life is one roll of the dice. Many of the model's numbers have never been measured (tearsim parameters "
    "says which); tearsim sweep asks many practices and answers with intervals."
)
TWIN = "The same person, with the tears held back"
HELD_BACK_ANYWAY = "In this practice tears are held back anyway: there is no other world to compare it with."
NO_PARTNER = (
    "Where tears are held back this person came in another week, or not while the practice was watched, and so met "
    "other luck: there is no sound comparison. --set arrivals=cohort gives everybody one."
)


class CourseTold(NamedTuple):
    """A stretch of therapy with one therapist."""

    title: str
    entries: list[Entry]  # oldest first


class Story(NamedTuple):
    """All that is told, in order. A notebook shows it as a page."""

    title: str
    world: str
    people: list[str]
    courses: list[CourseTold]
    ending: list[str]
    manner: str  # of tears, heading the first column of the comparison
    comparison: list[tuple[str, str, str]]  # what, here, with tears held back
    apart: list[str]
    note: str

    def _repr_markdown_(self) -> str:
        """The story as Markdown, which notebooks call for."""
        lines = [f"### {self.title}", self.world, "#### Who they are", *self.people]
        for course in self.courses:
            lines += [f"#### {course.title}", *(f"**{entry.heading}.** {entry.text}" for entry in course.entries)]
        lines += ["#### How it ended", " ".join(self.ending), f"#### {TWIN}"]
        if self.comparison:
            rows = [("", self.manner, "tears held back"), ("---", "---:", "---:"), *self.comparison]
            lines.append("\n".join(f"| {' | '.join(row)} |" for row in rows))
        return "\n\n".join([*lines, " ".join(self.apart), f"*{self.note}*"])


def story_of(
    client: int | str = "most_tears",
    *,
    seed: int = 1,
    replicate: int = 0,
    parameters: str | Mapping[str, object] | None = None,
    theory: str | None = None,
    rules: Mapping[str, Rule] | None = None,
    **named: object,
) -> Story:
    """The story of one client in one practice, and beside it the same person's with the tears held back.

    Therapists learn nothing from their tears here, unless parameters say otherwise.

    Args:
        client: The client's number, or a choice: "most_tears", "most_moved", "most_unsettled", "left_after_tears",
            "most_ruptured" or "longest".
        seed: Seed of all luck: the same seed gives the same numbers.
        replicate: Other luck of the same seed.
        parameters: Parameters of the model by name, or the name of a set ("fitted", "open"); defaults for the rest.
        theory: A rival theory by name (`tearsim theories`), whose parameters those that are given override.
        rules: Functions in the place of rules, by the rules' names, as in `simulate`.
        **named: Parameters, one by one.

    Returns:
        The story; a notebook shows it as text.

    Raises:
        TearSimError: For an unknown theory or parameter, a value outside its limits, a number that no client has, and
            a choice that matches nobody.

    >>> import tearsim
    >>> story = tearsim.story_of("longest", seed=3, weeks=6, therapists=2)
    >>> story.title.startswith("Client ")
    True
    """
    given = all_given(parameters, named)
    seed, replicate = checked_address(seed, replicate)
    if isinstance(client, str):
        return whole_story(dyad_of(seed, replicate, given, None, client, theory, rules))
    if isinstance(client, bool) or not isinstance(client, Integral):
        raise TearSimError(f"client takes a number or a choice, not {echoed(client)}.")
    return whole_story(dyad_of(seed, replicate, given, int(client), "most_tears", theory, rules))


def whole_story(dyad: Dyad) -> Story:
    """The story of a client and those who treated them."""
    rooms = int(dyad.parameters["therapists"])

    def name(number: int) -> str:
        return therapist_name(int(number), rooms)

    rows = dyad.life.sessions
    held_back = {row.week: row.alliance for row in dyad.held_back.sessions} if dyad.held_back else None
    agreed = agreed_on(dyad.client.agreed_sessions, dyad.parameters)
    entries = client_story(rows, name, held_back, lambda told: _more(told, name), agreed, dyad.parameters)[::-1]
    met = [name(number) for number in dyad.therapists]
    return Story(
        f"Client {dyad.life.client} and {'therapist' if len(met) == 1 else 'therapists'} {list_of(met)}",
        _world(dyad),
        _people(dyad, name),
        _courses(entries, rows, name),
        _ending(dyad, name),
        f"tears {dyad.parameters['tears']}",
        _comparison(dyad),
        _apart(dyad, name),
        A_MODEL,
    )


def _world(dyad: Dyad) -> str:
    p = dyad.parameters
    unmoved = ", from which therapists learn nothing" if p["comfort_learns_from"] == "nothing" else ""
    return (
        f"Seed {dyad.seed}, replicate {dyad.replicate}: {number_of(int(p['therapists']), 'therapist')} with "
        f"{number_of(int(p['caseload']), 'place')} each, watched for {number_of(int(p['weeks']), 'week')}; "
        f"tears {p['tears']}{unmoved}.{_set(dyad)}"
    )


TOLD_ALREADY = ("therapists", "caseload", "weeks", "tears", "comfort_learns_from", "estimates")


def _set(dyad: Dyad) -> str:
    """What somebody set, but for what is told already."""
    estimates = dyad.parameters["estimates"]
    world = "" if estimates == DEFAULT else f" Its estimates are those of one of the {estimates} worlds."
    other = [f"{name} = {value}" for name, value in dyad.changed.items() if name not in TOLD_ALREADY]
    said = f"{world} Set: {', '.join(other)}." if other else world
    return f"{said} Other rules than the model's own: {', '.join(dyad.replaced)}." if dyad.replaced else said


def _people(dyad: Dyad, name: Name) -> list[str]:
    rows = dyad.life.sessions
    people = [client_in_words(dyad.life.client, dyad.client, dyad.parameters)]
    for number, traits in dyad.therapists.items():
        first = next(row for row in rows if row.therapist == number)
        people.append(therapist_in_words(name(number), traits, traits.years_in(first.week), first.comfort))
    return [*people, SCALE]


def _courses(entries: list[Entry], rows: Sequence[LogRow], name: Name) -> list[CourseTold]:
    """The entries by episode: whoever moves on begins a new course."""
    courses = []
    for _, group in groupby(rows, lambda row: row.episode):
        held = list(group)
        first, last = held[0], held[-1]
        weeks = f"week {first.week}" if len(held) == 1 else f"weeks {first.week} to {last.week}"
        title = f"With therapist {name(first.therapist)}: {number_of(len(held), 'session')}, {weeks}"
        # A quiet stretch never runs over from one therapist to the next: a first session is told by itself.
        courses.append(CourseTold(title, [entry for entry in entries if first.week <= entry.first_week <= last.week]))
    return courses


# --- What a session has besides ------------------------------------------------------------------------------------


def _more(rows: Sequence[LogRow], name: Name) -> tuple[str, str]:
    """What is told of an entry's sessions besides: of tears, and of what stands beside alliance."""
    first, last = rows[0], rows[-1]
    besides = (_still_open(last), _distress(first.distress_before, last.distress))
    return _therapists_view(first, name), " ".join(filter(None, besides))


BY_ITSELF = " (the model draws that belief by itself, spoken of or not)"


def _therapists_view(row: LogRow, name: Name) -> str:
    """What the therapist thinks of tears that were shown; what they believe of noticed ones is told already."""
    if row.tears_shown == NONE:
        return ""
    seen = "was seen" if row.belief_noticed else "went unseen"
    if row.noticed:
        wrong = "" if row.belief_noticed else ", all the same,"
        by_itself = "" if row.belief_noticed or not (row.spoken or row.stopped) else BY_ITSELF
        return f"Therapist {name(row.therapist)}{wrong} thinks that it {seen}{by_itself}."
    return f"Therapist {name(row.therapist)} thinks that it {seen} and {BELIEF_TOLD[int(row.belief)]}."


def _still_open(row: LogRow) -> str:
    if row.open_rupture == 0.0 or row.open_rupture == row.rupture:
        return ""
    size = f"{row.open_rupture:.2f}"
    return f"An earlier rupture was still open ({'below 0.01' if size == '0.00' else size})."


def _distress(before: float, after: float) -> str:
    was, now = f"{core_points(before):.1f}", f"{core_points(after):.1f}"
    return f"Distress stayed at {now}." if was == now else f"Distress went from {was} to {now}."


# --- How it ended, and the other world -----------------------------------------------------------------------------


def _ending(dyad: Dyad, name: Name) -> list[str]:
    life, weeks = dyad.life, int(dyad.parameters["weeks"])
    asked = life.sessions[0].week + WEEKS_A_YEAR - 1
    where = where_now(life.sessions, life.standing, name)
    told = [f"When the watch ended, after {number_of(weeks, 'week')}: {lower_first(where)}"]
    if life.distress_after_a_year is not None:
        told.append(
            f"At the end of a year from the first session, in week {asked}, distress was "
            f"{core_points(life.distress_after_a_year):.1f} of 40."
        )
    else:
        told.append(
            f"A year from the first session would have ended in week {asked}, after the watch: --weeks {asked} tells "
            "more."
        )
    return told


def _comparison(dyad: Dyad) -> list[tuple[str, str, str]]:
    """The two lives side by side; empty where there is no other."""
    if dyad.held_back is None:
        return []
    here, there = _facts(dyad.life), _facts(dyad.held_back)
    return [(what, here[what], there[what]) for what in here]


def _facts(life: Life) -> dict[str, str]:
    rows = life.sessions

    def count(holds: Callable[[LogRow], bool]) -> str:
        return str(sum(bool(holds(row)) for row in rows))

    year = life.distress_after_a_year
    return {
        "sessions": str(len(rows)),
        "therapists": str(len({row.therapist for row in rows})),
        "sessions in which tears came to the therapist": count(lambda row: row.tears_felt != NONE),
        "... and the client noticed": count(lambda row: row.noticed),
        "... and was moved": count(lambda row: row.reception == MOVED),
        "... and was unsettled": count(lambda row: row.reception == UNSETTLED),
        "ruptures": count(lambda row: row.rupture > 0.0),
        "ruptures mended": count(lambda row: row.repaired),
        "alliance after the last session, rated 1 to 7": f"{WAI.level(rows[-1].alliance):.2f}",
        "distress after the last session, of 40": f"{core_points(rows[-1].distress):.1f}",
        "when the watch ended": standing_in_words(rows[-1], life.standing),
        "distress a year from the first session, of 40": "not known" if year is None else f"{core_points(year):.1f}",
    }


def standing_in_words(last: LogRow, standing: int) -> str:
    """Where a client stands, in a few words; `last` is their last session."""
    ended = f"{'left' if last.ending == LEFT else 'completed'} in week {last.week}"
    if standing == COMPLETED:
        return ended
    if standing == GAVE_UP:
        return f"{ended}; gave up"
    if standing == LOOKING:
        return f"{ended}; looking for someone new"
    return "in therapy" if last.ending == GOES_ON else "about to begin anew"


def _apart(dyad: Dyad, name: Name) -> list[str]:
    """When the two lives part, and what that may come from."""
    if dyad.held_back is None:
        return [HELD_BACK_ANYWAY if dyad.parameters["tears"] == "held back" else NO_PARTNER]
    week = parted(dyad.life, dyad.held_back)
    if week is None:
        return ["The two lives are the same, to the last digit: no tears changed anything for this person."]
    mine = dyad.life.sessions
    seen = next((row.week for row in mine if row.noticed), None)
    alike = f"are the same before week {week} and part in it" if week > mine[0].week else "part in the first session"
    told = f"The two lives {alike}."
    if seen is None or seen > week:
        told += (
            " The client had noticed no tears by then: they part because tears that others saw, or that went unseen, "
            "changed the therapist's strain or comfort, or who came to which place."
        )
    there = where_now(dyad.held_back.sessions, dyad.held_back.standing, name)
    return [told, f"With the tears held back, when the watch ended: {lower_first(there)}"]


def parted(life: Life, other: Life) -> int | None:
    """The first week in which something that the client lived differs in two lives; None if nothing does."""
    mine, theirs = ({row.week: row for row in one.sessions} for one in (life, other))
    for week in sorted({*mine, *theirs}):
        if week not in mine or week not in theirs or _lived(mine[week]) != _lived(theirs[week]):
            return int(week)
    return None


def _lived(row: LogRow) -> tuple[object, ...]:
    """What of a session the client lives with, whatever was seen."""
    return row.therapist, row.bond, row.distress, row.client_tears, row.rupture, row.repaired, row.ending
