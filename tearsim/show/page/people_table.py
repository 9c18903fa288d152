"""Everyone whose story can be read, as a table to choose from: clients and therapists, in any order.

What a column means is said where it is declared, if it is a column of the courses.
"""

from collections.abc import Callable, Iterator
from math import isnan, nan
from typing import Literal, NamedTuple

from tearsim.science.codes import COMPLETED, GAVE_UP, GOES_ON, IN_THERAPY, LOOKING
from tearsim.science.places import FREE
from tearsim.show.page.picture import Who
from tearsim.show.page.practice_and_twin import LATELY, PracticeAndTwin
from tearsim.show.words.units import CORE, WAI, core_points
from tearsim.study.people.twins import COURSE_COLUMNS
from tearsim.study.people.watched_practice import stands_after

Which = Literal["here", "everyone", "therapists"]
TABLES: dict[Which, str] = {
    "here": "Clients here or looking", "everyone": "All who ever came", "therapists": "Therapists",
}  # fmt: skip
CellValue = float | str | Who
TableRow = dict[str, CellValue]  # by column, and "who"
MOST_PEOPLE = 300  # handed to the browser at once: as many as sit in a practice of 20 x 15


class Asked(NamedTuple):
    """What a table shows, and in which order."""

    which: Which = "here"
    by: str = "number"
    descending: bool = False


class TableColumn(NamedTuple):
    """A column: its heading, what it means, and how many decimals; None where it holds words."""

    label: str
    help: str
    digits: int | None = 0
    level: Callable[[float], float] | None = None  # on the scale that it is told on, where that is not its own


CLIENT_COLUMNS = {
    "number": TableColumn("Client", "Numbered in order of arrival."),
    "therapist": TableColumn("Therapist", COURSE_COLUMNS["therapist"].meaning, None),
    "sessions": TableColumn("Sessions", COURSE_COLUMNS["sessions"].meaning),
    "alliance": TableColumn("Alliance", f"{COURSE_COLUMNS['alliance'].meaning} [{WAI.axis}]", 2, WAI.level),
    "distress": TableColumn("Distress", f"{COURSE_COLUMNS['distress'].meaning} [{CORE.axis}]", 0, core_points),
    "saw_tears": TableColumn("Tears noticed", COURSE_COLUMNS["saw_tears"].meaning),
    "stands": TableColumn("Where they stand", "In therapy, looking for someone new, completed, or gave up.", None),
}
THERAPIST_COLUMNS = {
    "number": TableColumn("Therapist", "A letter for each room; a successor has a number, too.", None),
    "years": TableColumn("Years", "Years of experience."),
    "clients": TableColumn("Clients", "Clients now."),
    "alliance": TableColumn("Alliance", f"Mean now, with those who had a session and stay [{WAI.axis}].", 2, WAI.level),
    "tears": TableColumn("Tears lately", f"Sessions of the last {LATELY} weeks in which their eyes filled."),
    "comfort": TableColumn("Comfort", "Comfort with own tears [0 to 1].", 2),
    "empathy": TableColumn("Empathy", "How closely they follow what a client feels [0 to 1].", 2),
}
STANDS = {
    IN_THERAPY: "in therapy", LOOKING: "looking for someone new", COMPLETED: "completed", GAVE_UP: "gave up",
}  # fmt: skip
TO_BEGIN, TO_BEGIN_ANEW = "about to begin", "about to begin anew"


def table_columns(which: Which) -> dict[str, TableColumn]:
    """The columns of a table, by name."""
    return THERAPIST_COLUMNS if which == "therapists" else CLIENT_COLUMNS


def rows(practices: PracticeAndTwin, which: Which) -> list[TableRow]:
    """Everyone in a table, in order of number: clients who are here or looking, all who ever came, or therapists."""
    if which == "therapists":
        return _therapists(practices)
    clients = [*_had_sessions(practices), *_to_begin(practices)]
    staying = (STANDS[COMPLETED], STANDS[GAVE_UP])
    return sorted((row for row in clients if which == "everyone" or row["stands"] not in staying), key=_by("number"))


def ordered(table: list[TableRow], asked: Asked) -> list[TableRow]:
    """The rows in the order asked for; whoever has nothing to be ordered by comes last, equals in order of number."""
    known = [row for row in table if not _is_missing(row[asked.by])]
    rest = [row for row in table if _is_missing(row[asked.by])]
    return sorted(known, key=_by(asked.by), reverse=asked.descending) + rest


def asked_again(asked: Asked, by: str) -> Asked:
    """What pressing a heading asks for: order by it, and the other way round if it is ordered so already."""
    if by not in table_columns(asked.which):
        return asked
    return asked._replace(by=by, descending=not asked.descending if by == asked.by else False)


def _by(name: str) -> Callable[[TableRow], tuple[float, str]]:
    """What rows are ordered by: a column holds either numbers or words."""

    def place(row: TableRow) -> tuple[float, str]:
        cell = row["order" if name == "number" else name]
        return (0.0, str(cell)) if isinstance(cell, str | Who) else (cell, "")

    return place


def _is_missing(value: object) -> bool:
    return isinstance(value, float) and isnan(value)


def _had_sessions(practices: PracticeAndTwin) -> Iterator[TableRow]:
    """All who had a session, as their courses have it; whoever looks is as distressed as they are now."""
    for course in practices.shown.courses:
        number = int(course["client"])
        client = practices.client(number)
        standing = client.standing if client is not None else stands_after(course["ending"])
        to_begin = standing == IN_THERAPY and course["ending"] != GOES_ON
        yield {
            "who": Who("client", number),
            "order": number,
            "number": number,
            "therapist": practices.name(course["therapist"]),
            "sessions": int(course["sessions"]),
            "alliance": float(course["alliance"]),
            "distress": float(client.distress if client is not None and standing == LOOKING else course["distress"]),
            "saw_tears": int(course["saw_tears"]),
            "stands": TO_BEGIN_ANEW if to_begin else STANDS[standing],
        }


def _to_begin(practices: PracticeAndTwin) -> Iterator[TableRow]:
    """Whoever has a place and no session yet."""
    practice = practices.shown.practice
    known = {int(number) for number in practices.shown.courses["client"]}
    for place, index in enumerate(practice.seats):
        if index == FREE or practice.people[index].number in known:
            continue
        client, therapist = practice.people[index], practice.therapists[place % practices.therapists]
        yield {
            "who": Who("client", client.number),
            "order": client.number,
            "number": client.number,
            "therapist": practices.name(therapist.number),
            "sessions": 0,
            "alliance": nan,
            "distress": client.distress,
            "saw_tears": 0,
            "stands": TO_BEGIN,
        }


def _therapists(practices: PracticeAndTwin) -> list[TableRow]:
    lately = practices.lately()
    made = []
    for room, therapist in enumerate(practices.shown.practice.therapists):
        alliances = [client.alliance for client in therapist.clients if client.sessions]
        made.append(
            {
                "who": Who("therapist", int(therapist.number)),
                "order": room,
                "number": practices.name(therapist.number),
                "years": therapist.years,
                "clients": len(therapist.clients),
                "alliance": sum(alliances) / len(alliances) if alliances else nan,
                "tears": lately[room],
                "comfort": therapist.comfort,
                "empathy": therapist.empathy,
            }
        )
    return made


def row_key(row: TableRow) -> str:
    """Whose row it is, as the browser says it: "client 7"."""
    who = row["who"]
    assert isinstance(who, Who)
    return f"{who.kind} {who.number}"


def cell_written(column: TableColumn, value: object) -> str:
    """A value as the table writes it, on the scale it is told in; a dash where there is none."""
    if _is_missing(value):
        return "–"
    if not isinstance(value, int | float) or column.digits is None:
        return str(value)
    return f"{column.level(value) if column.level else value:.{column.digits}f}"
