"""What happened to a person, session by session, in plain sentences: rows of the log in, sentences out.

Every sentence is read off the log, and nothing in the log that a person would remember is left out: tears, ruptures,
repairs, beginnings and endings. Sessions in which none of that happened are told together, as a quiet stretch.
"""

from collections.abc import Callable, Mapping, Sequence
from string import ascii_uppercase
from typing import Literal, NamedTuple

from tearsim.science.codes import (
    COMPLETED,
    COMPLETED_TOLD,
    COMPLETED_UNTOLD,
    COMPLETIONS,
    DISCOMFORT,
    GAVE_UP,
    GOES_ON,
    HARMED,
    IMPROVED,
    LEFT,
    LOOKING,
    MOVED,
    NEAR,
    NO_BELIEF,
    NO_CHANGE,
    NO_TEARS,
    NONE,
    OPEN,
    OVERWHELMED,
    OWN,
    RELEASE,
    SHARED,
    UNMOVED,
    UNSETTLED,
)
from tearsim.science.declaration import Value
from tearsim.science.types import LogRow
from tearsim.show.words.english import capital, list_of, number_of
from tearsim.show.words.units import MOST_CORE, WAI, core_points
from tearsim.show.words.why_alliance import why_it_moved

Name = Callable[[int], str]
Mark = Literal["tears", "rupture", ""]
Rows = Sequence[LogRow]  # rows of a session log, in order of week
More = Callable[[Rows], tuple[str, str]]  # sentences to follow the tears, and to follow alliance


class Entry(NamedTuple):
    """A session told, or a quiet stretch of them."""

    first_week: int
    last_week: int
    heading: str
    text: str
    mark: Mark


FELT = {NEAR: "came near to tears", OPEN: "wept openly", OVERWHELMED: "was overwhelmed by tears"}
HID = {NEAR: "was near to tears", OPEN: "could have wept", OVERWHELMED: "was close to being overwhelmed by tears"}
OVER = {SHARED: "over what the client was going through", OWN: "over something of their own"}
RECEPTION_TOLD = {MOVED: "was moved", UNMOVED: "took it calmly", UNSETTLED: "was unsettled"}
BELIEF_TOLD = {
    IMPROVED: "believes that it brought them closer",
    NO_CHANGE: "believes that nothing changed",
    HARMED: "believes that it did harm",
}
CRIED = {RELEASE: "The client wept, and it was a release.", DISCOMFORT: "The client wept, and found no relief in it."}
SMALLEST_CHANGE = 0.005  # of alliance, .03 of a rating from 1 to 7: less is not worth a word


def therapist_name(number: int, therapists: int) -> str:
    """A therapist's letter, A for the first room (AA after Z); a successor's has a number: C, C2, C3.

    >>> therapist_name(3, 6), therapist_name(9, 6), therapist_name(28, 30)
    ('C', 'C2', 'AB')
    """
    room, holder = (number - 1) % therapists, (number - 1) // therapists
    letters = ascii_uppercase[room % 26]
    while room >= 26:
        room = room // 26 - 1
        letters = ascii_uppercase[room % 26] + letters
    return letters if holder == 0 else f"{letters}{holder + 1}"


# --- One client ----------------------------------------------------------------------------------------------------


def client_story(
    rows: Rows,
    name: Name,
    held_back: Mapping[int, float] | None = None,
    more: More = lambda _: ("", ""),
    agreed: float | None = None,
    weights: Mapping[str, Value] | None = None,
) -> list[Entry]:
    """The life of one client in therapy, newest first; `rows` are all of their sessions that are kept.

    `held_back` is their alliance after the session of each week in the world where all tears are held back, if they
    have a partner there.
    `more` says what else is told of each entry's sessions; `agreed` is the number of sessions at which therapy ends in
    any case, None where it is not known. With `weights`, the parameters of their world, alliance that moved though
    nothing that is told moved it there has its reason.
    """
    entries: list[Entry] = []
    quiet: list[LogRow] = []
    for i, row in enumerate(rows):
        text = " ".join(_sentences(row, rows[i - 1] if i else None, name, held_back or {}, more, agreed, weights))
        if text:
            entries += [_quiet_stretch(quiet, name, more, weights)] if quiet else []
            quiet = []
            heading = f"Week {row.week} · session {row.session}"
            entries.append(Entry(int(row.week), int(row.week), heading, text, mark_of(row)))
        else:
            quiet.append(row)
    entries += [_quiet_stretch(quiet, name, more, weights)] if quiet else []
    return entries[::-1]


def mark_of(row: LogRow) -> Mark:
    """What a session is remembered for: the therapist's tears, before a rupture."""
    if row.tears_felt != NONE:
        return "tears"
    return "rupture" if row.rupture > 0.0 else ""


def _quiet_stretch(rows: list[LogRow], name: Name, more: More, weights: Mapping[str, Value] | None) -> Entry:
    first, last = rows[0], rows[-1]
    if len(rows) == 1:
        heading, quiet = f"Week {first.week} · session {first.session}", "A quiet session."
    else:
        heading = f"Weeks {first.week} to {last.week} · {len(rows)} sessions"
        quiet = "Quiet sessions: no tears of the therapist's, no new rupture."
    why = why_it_moved(rows, weights) if weights is not None else ""
    told = (quiet, _wept_in(rows, name), _alliance(first.alliance_before, last.alliance), why, more(rows)[1])
    return Entry(int(first.week), int(last.week), heading, " ".join(filter(None, told)), "")


def _sentences(
    row: LogRow,
    before: LogRow | None,
    name: Name,
    held_back: Mapping[int, float],
    more: More,
    agreed: float | None,
    weights: Mapping[str, Value] | None,
) -> list[str]:
    """What is to be told of a session; nothing of a quiet one."""
    told = [_beginning(row, before, name), tears_in_words(row, name), _falling_out(row), _ending(row, name, agreed)]
    if not any(told):
        return []
    wept = _wept(row, name)
    beginning, tears, falling_out, ending = told
    alliance = _alliance(row.alliance_before, row.alliance, held_back.get(int(row.week)))
    why = why_it_moved([row], weights) if weights is not None else ""
    of_tears, besides = more([row])
    return [part for part in (beginning, wept, tears, of_tears, falling_out, alliance, why, besides, ending) if part]


def _beginning(row: LogRow, before: LogRow | None, name: Name) -> str:
    therapist = f"therapist {name(row.therapist)}"
    if row.session > 1:
        return ""
    if row.episode == 1:
        distress = distress_in_words(row.distress_before)
        return f"Client {row.client} came with distress {distress} and began with {therapist}."
    if before is None:
        return f"Client {row.client} began anew, with {therapist}."
    if before.ending == GOES_ON:
        return f"Therapist {name(before.therapist)} had retired; client {row.client} was handed over to {therapist}."
    away = number_of(int(row.week - before.week - 1), "week")
    return f"After {away} without a therapist, client {row.client} began with {therapist}."


def _wept(row: LogRow, name: Name) -> str:
    if row.client_tears == NO_TEARS:
        return ""
    hushed = (
        f" Therapist {name(row.therapist)} comforted them too soon, which cut the tears short." if row.hushed else ""
    )
    return CRIED[int(row.client_tears)] + hushed


def _wept_in(rows: list[LogRow], name: Name) -> str:
    """A client's tears over a quiet stretch."""
    if len(rows) == 1:
        return _wept(rows[0], name)
    release, discomfort = (sum(bool(row.client_tears == kind) for row in rows) for kind in (RELEASE, DISCOMFORT))
    wept, hushed = release + discomfort, sum(bool(row.hushed) for row in rows)
    if not wept:
        return ""
    each = "each time " if wept > 1 else ""
    found = f", {each}{'a release' if release else 'without relief'}"
    if release and discomfort:
        often = [f"{number} times" if number > 1 else "once" for number in (release, discomfort)]
        found = f": {often[0]} a release, {often[1]} without relief"
    too_soon = f" Therapist {name(rows[0].therapist)} comforted them too soon in {hushed}." if hushed else ""
    return f"The client wept in {wept} of them{found}.{too_soon}"


def tears_in_words(row: LogRow, name: Name) -> str:
    """The therapist's tears in a session and what became of them; empty if there were none."""
    if row.tears_felt == NONE:
        return ""
    therapist, client = f"herapist {name(row.therapist)}", f"lient {row.client}"
    felt, over = int(row.tears_felt), OVER[int(row.origin)]
    if row.tears_shown != NONE:
        stopped = ", and the session stopped" if row.stopped else ""
        first = f"T{therapist} {FELT[int(row.tears_shown)]}, {over}{stopped}."
        if not row.noticed:
            return f"{first} C{client} did not notice."
        spoken = "they spoke of it" if row.spoken else "nothing was said of it"
        saw = f"C{client} saw it, {spoken}, and c{client} {RECEPTION_TOLD[int(row.reception)]}."
    elif row.noticed and row.spoken:
        first = f"T{therapist} {HID[felt]}, {over}, and put it into words, dry-eyed."
        saw = f"C{client} {RECEPTION_TOLD[int(row.reception)]}."
    elif row.noticed:
        first = f"T{therapist} {HID[felt]}, {over}, and held the tears back."
        saw = f"C{client} sensed it all the same, and {RECEPTION_TOLD[int(row.reception)]}."
    else:
        return f"T{therapist} {HID[felt]}, {over}, and held the tears back."
    belief = f" T{therapist} {BELIEF_TOLD[int(row.belief)]}." if row.belief != NO_BELIEF else ""
    return f"{first} {saw}{belief}"


def _falling_out(row: LogRow) -> str:
    parts = []
    if row.repaired:
        parts.append("They talked through what had come between them and mended it.")
    if row.rupture > 0.0:
        parts.append(f"A rupture of severity {row.rupture:.2f} opened.")
    return " ".join(parts)


def distress_in_words(distress: float) -> str:
    """A distress in points that a person may know, roughly translated."""
    return f"{core_points(distress):.0f} of {MOST_CORE:.0f}"


def _alliance(before: float, after: float, held_back: float | None = None) -> str:
    was, now = f"{WAI.level(before):.2f}", f"{WAI.level(after):.2f}"
    went = f"Alliance stayed at {now}" if was == now else f"Alliance went from {was} to {now}"
    if held_back is None or abs(after - held_back) < SMALLEST_CHANGE:
        return f"{went}."
    return f"{went}; had all tears been held back, it would stand at {WAI.level(held_back):.2f}."


def _ending(row: LogRow, name: Name, agreed: float | None) -> str:
    after = f"after {number_of(int(row.session), 'session')}"
    if row.ending == COMPLETED_TOLD:
        why = "In agreement,"
        if agreed is not None:
            why = "It was good enough:" if row.session < agreed else "As agreed,"
        return f"{why} the therapy was completed {after}, with distress {distress_in_words(row.distress)}."
    if row.ending == COMPLETED_UNTOLD:
        return f"Client {row.client} had had enough and stayed away without a word, {after}."
    if row.ending == LEFT:
        who = f"client {row.client} left therapist {name(row.therapist)}"
        return f"{capital(after)} {who}, with distress {distress_in_words(row.distress)}."
    return ""


def where_now(rows: Rows, standing: int, name: Name) -> str:
    """Where a client stands, in a sentence; `standing` as in `codes.STANDING`."""
    if not len(rows):
        return "No session yet."
    last = rows[-1]
    therapist = f"therapist {name(last.therapist)}"
    if standing != COMPLETED and last.ending in COMPLETIONS:
        then = {LOOKING: "is looking for someone new", GAVE_UP: "gave up looking for someone new"}
        begins = "has found someone new; they begin next week"
        return f"Completed with {therapist} in week {last.week}, fell back, and {then.get(standing, begins)}."
    if standing == LOOKING:
        return f"Left {therapist} in week {last.week} and is looking for someone new."
    if standing == GAVE_UP:
        return f"Left {therapist} in week {last.week} and gave up."
    if standing == COMPLETED:
        return f"Completed with {therapist} in week {last.week}, after {number_of(int(last.session), 'session')}."
    if last.ending != GOES_ON:
        return f"Left {therapist} in week {last.week} and has found someone new; they begin next week."
    since = int(last.week - last.session + 1)
    return f"With {therapist} since week {since}; {number_of(int(last.session), 'session')} so far."


# --- One therapist -------------------------------------------------------------------------------------------------


def therapist_story(rows: Rows, name: Name) -> list[Entry]:
    """A therapist's weeks, newest first; `rows` are all of their sessions that are kept.

    Each session with tears has a line of its own, and those whose therapy ended have one.
    """
    weeks: dict[int, list[LogRow]] = {}
    for row in rows:
        weeks.setdefault(int(row.week), []).append(row)
    entries: list[Entry] = []
    quiet: list[int] = []
    for week, held in weeks.items():
        tears = [tears_in_words(row, name) for row in held if row.tears_felt != NONE]
        endings = [_ending_in_brief(row) for row in held if row.ending != GOES_ON]
        if not tears and not endings:
            quiet.append(week)
            continue
        entries += [_quiet_weeks(quiet)] if quiet else []
        quiet = []
        closing = [f"{capital(list_of(endings))}."] if endings else []
        heading = f"Week {week} · {number_of(len(held), 'session')}"
        entries.append(Entry(week, week, heading, "\n".join(tears + closing), "tears" if tears else ""))
    entries += [_quiet_weeks(quiet)] if quiet else []
    return entries[::-1]


def _quiet_weeks(weeks: list[int]) -> Entry:
    first, last = weeks[0], weeks[-1]
    heading = f"Week {first}" if first == last else f"Weeks {first} to {last}"
    return Entry(first, last, heading, "No tears, and nobody's therapy ended.", "")


def _ending_in_brief(row: LogRow) -> str:
    if row.ending == LEFT:
        return f"client {row.client} left after {number_of(int(row.session), 'session')}"
    return f"client {row.client} completed after {number_of(int(row.session), 'session')}"


# --- One week ------------------------------------------------------------------------------------------------------


def week_in_words(rows: Rows, gave_up: int, looking: int, name: Name) -> str:
    """A week of the whole practice: the strongest tears first.

    `gave_up` is how many gave up in it, some of them after looking for a while; `looking` how many left to look.
    """
    tearful = sorted((row for row in rows if row.tears_felt != NONE), key=lambda row: (-row.tears_felt, row.place))
    wept = sum(bool(row.client_tears != NO_TEARS) for row in rows)
    completed = sum(bool(row.ending in COMPLETIONS) for row in rows)
    return " ".join(
        (
            _strongest(tearful, name) if tearful else "No therapist's eyes filled.",
            f"{wept} of {number_of(len(rows), 'client')} cried.",
            f"{completed} completed, {gave_up} gave up, {looking} left to look for someone new.",
        )
    )


def _strongest(tearful: list[LogRow], name: Name) -> str:
    row = tearful[0]
    did = FELT[int(row.tears_shown)] if row.tears_shown != NONE else HID[int(row.tears_felt)]
    hid = " and put it into words" if row.noticed and row.spoken else " and held the tears back"
    held = "" if row.tears_shown != NONE else hid
    took = f"who {RECEPTION_TOLD[int(row.reception)]}" if row.noticed else "who did not notice"
    more = f" (and {len(tearful) - 1} more)" if len(tearful) > 1 else ""
    return f"Therapist {name(row.therapist)} {did}{held} with client {row.client}, {took}{more}."
