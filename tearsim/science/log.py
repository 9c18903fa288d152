"""The log: one row for each session, and what each of its columns means."""

from typing import Any, NamedTuple

from tearsim.science.codes import (
    BELIEVES,
    CLIENT_TEARS,
    ENDING,
    KEEP_ALL,
    KEEP_TEARS,
    LEVEL,
    NONE,
    ORIGIN,
    RECEPTION,
)
from tearsim.science.people import Client, Therapist
from tearsim.science.session import Session


class Column(NamedTuple):
    """A column of a table: its type, unit and meaning, and for codes the words they stand for."""

    type: type
    unit: str
    meaning: str
    words: tuple[str, ...] = ()


SESSION_COLUMNS: dict[str, Column] = {
    "week": Column(int, "week", "Week of the session, counted from 1."),
    "client": Column(int, "person", "The client, numbered in order of arrival."),
    "therapist": Column(int, "person", "The therapist; a successor in the same room has a number of their own."),
    "place": Column(int, "place", "The place in the practice, counted from 1."),
    "home": Column(int, "place", "The place the client first came to, counted from 1."),
    "turn": Column(int, "count", "Which client to come to that place: 1 for the first."),
    "episode": Column(int, "count", "The client's episode of therapy, counted from 1."),
    "session": Column(int, "count", "Session within the episode, counted from 1."),
    "depth": Column(float, "0 to 1", "How deep the talk went."),
    "client_tears": Column(int, "kind", "The client's tears.", CLIENT_TEARS),
    "hushed": Column(bool, "yes/no", "Whether the therapist comforted the crying client too soon."),
    "tears_felt": Column(int, "level", "The therapist's tears as felt.", LEVEL),
    "tears_shown": Column(int, "level", "The therapist's tears as shown.", LEVEL),
    "origin": Column(int, "kind", "Whether the therapist's tears were shared or their own.", ORIGIN),
    "noticed": Column(bool, "yes/no", "Whether the client noticed the therapist's tears."),
    "belief_noticed": Column(bool, "yes/no", "Whether the therapist believes that the client noticed."),
    "spoken": Column(bool, "yes/no", "Whether they spoke of the therapist's tears."),
    "stopped": Column(bool, "yes/no", "Whether the session stopped."),
    "appraisal": Column(float, "-1 to 1", "What the client made of noticed tears; 0 where there were none."),
    "reception": Column(int, "kind", "How the client took noticed tears.", RECEPTION),
    "belief": Column(int, "kind", "What the therapist believes their tears did.", BELIEVES),
    "rupture_before": Column(float, "severity", "The rupture open at the start of the session; 0 for none."),
    "repaired": Column(bool, "yes/no", "Whether that rupture was repaired."),
    "rupture": Column(float, "severity", "The rupture that opened in the session; 0 for none."),
    "open_rupture": Column(float, "severity", "The rupture open at the end of the session; 0 for none."),
    "alliance_before": Column(float, "0 to 1", "Alliance at the start of the session."),
    "alliance": Column(float, "0 to 1", "Alliance at the end of the session."),
    "bond": Column(float, "log-odds", "The same, as log-odds."),
    "rating": Column(float, "1 to 7", "The client's rating of the alliance: WAI item mean, with rating error."),
    "distress_before": Column(float, "SD of intake", "Distress at the start of the session; 0 is none."),
    "distress": Column(float, "SD of intake", "Distress at the end of the session."),
    "comfort": Column(float, "0 to 1", "The therapist's comfort with own tears that week."),
    "strain": Column(float, "SD", "The therapist's strain from own life that week."),
    "ending": Column(int, "kind", "How the session left the therapy.", ENDING),
}


def belongs_in_log(s: Session, kept: int) -> bool:
    """Whether a session is kept: all are, or those in which the therapist's eyes filled (`KEPT`)."""
    return kept == KEEP_ALL or (kept == KEEP_TEARS and s.tears_felt != NONE)


def write_session(row: Any, week: int, place: int, client: Client, therapist: Therapist, s: Session) -> None:
    """Fill a row of the log; `week` and `place` count from 0 here, from 1 in the log."""
    row.week = week + 1
    row.client = client.number
    row.therapist = therapist.number
    row.place = place + 1
    row.home = client.home + 1
    row.turn = client.turn + 1
    row.episode = client.episode
    row.session = s.number
    row.depth = s.depth
    row.client_tears = s.client_tears
    row.hushed = s.hushed
    row.tears_felt = s.tears_felt
    row.tears_shown = s.tears_shown
    row.origin = s.origin
    row.noticed = s.noticed
    row.belief_noticed = s.belief_noticed
    row.spoken = s.spoken
    row.stopped = s.stopped
    row.appraisal = s.appraisal
    row.reception = s.reception
    row.belief = s.belief
    row.rupture_before = s.rupture_before
    row.repaired = s.repaired
    row.rupture = s.rupture
    row.open_rupture = s.open_rupture
    row.alliance_before = s.alliance_before
    row.alliance = s.alliance
    row.bond = s.bond
    row.rating = s.rating
    row.distress_before = s.distress_before
    row.distress = s.distress
    row.comfort = therapist.comfort
    row.strain = therapist.strain
    row.ending = s.ending
