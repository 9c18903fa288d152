"""The log: one row for each session, and what each of its columns means."""

from typing import NamedTuple, get_args, get_type_hints

from tearsim.science.codes import KEEP_ALL, KEEP_TEARS, NONE
from tearsim.science.session import Session


class Column(NamedTuple):
    """A column of a table: its type, unit and meaning, and for codes the words they stand for."""

    type: type
    unit: str
    meaning: str
    words: tuple[str, ...] = ()


def _told(field: str) -> Column:
    """The column of a field of `Session`, as declared there."""
    kind, told = get_args(_DECLARED[field])
    return Column(kind, *told)


_DECLARED = get_type_hints(Session, include_extras=True)
# Each column, and what is written into it (`log_row.write_session` is made from this): week and place count from 0 in
# the model, from 1 in the log. What happened in the session itself stands with the fields of `Session`.
_COLUMNS: dict[str, tuple[Column, str]] = {
    "week": (Column(int, "week", "Week of the session, counted from 1."), "week + 1"),
    "client": (Column(int, "person", "The client, numbered in order of arrival."), "client.number"),
    "therapist": (
        Column(int, "person", "The therapist; a successor in the same room has a number of their own."),
        "therapist.number",
    ),
    "place": (Column(int, "place", "The place in the practice, counted from 1."), "place + 1"),
    "home": (Column(int, "place", "The place the client first came to, counted from 1."), "client.home + 1"),
    "turn": (Column(int, "count", "Which client to come to that place: 1 for the first."), "client.turn + 1"),
    "episode": (Column(int, "count", "The client's episode of therapy, counted from 1."), "client.episode"),
    "session": (_told("number"), "s.number"),
    **{field: (_told(field), f"s.{field}") for field in Session._fields if field not in ("number", "ending")},
    "comfort": (Column(float, "0 to 1", "The therapist's comfort with own tears that week."), "therapist.comfort"),
    "strain": (Column(float, "SD", "The therapist's strain from own life that week."), "therapist.strain"),
    "ending": (_told("ending"), "s.ending"),
}
SESSION_COLUMNS: dict[str, Column] = {name: column for name, (column, _) in _COLUMNS.items()}
WRITTEN: dict[str, str] = {name: value for name, (_, value) in _COLUMNS.items()}


def belongs_in_log(s: Session, kept: int) -> bool:
    """Whether a session is kept: all are, or those in which the therapist's eyes filled (`KEPT`)."""
    return kept == KEEP_ALL or (kept == KEEP_TEARS and s.tears_felt != NONE)
