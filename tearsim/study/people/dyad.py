"""One person's whole course through a practice, and the same person's where tears are held back.

The practice is lived in the Mesa world, which keeps its people at hand; the numbers are those of every other way to run
it.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

from tearsim.errors import TearSimError, quoted
from tearsim.science import lives, scales
from tearsim.science.acting import ActingTherapist
from tearsim.science.alternatives import with_theory
from tearsim.science.codes import COMPLETED, GAVE_UP, GOES_ON, IN_THERAPY, KEEP_ALL, LEFT, MOVED, UNSETTLED
from tearsim.science.declaration import Value
from tearsim.science.parameters import PARAMETERS
from tearsim.science.replacing import Rule
from tearsim.science.session import Session
from tearsim.science.settings import checked
from tearsim.science.types import LogRow
from tearsim.study import arms
from tearsim.study.people import twins
from tearsim.worlds.agents import Client
from tearsim.worlds.practice import Practice
from tearsim.worlds.tables import LOG, Table

# A session as plain numbers under their names: many times quicker to read than a row of a table.
LoggedSession = namedtuple("LoggedSession", LOG.names or ())  # type: ignore[misc]
Sessions = Sequence[LogRow]


def as_sessions(rows: Table) -> list[LogRow]:
    """Rows of a log as sessions, in the order they have there."""
    return [cast(LogRow, LoggedSession._make(row)) for row in rows.tolist()]  # as the columns say, so is it made


SOON_AFTER = 4  # sessions: whoever left by then, left after tears


class ClientTraits(NamedTuple):
    """Who a client is, from 0 to 1 unless said otherwise; as they came."""

    distress: float  # SD of intake
    boundary_sensitivity: float
    warmth_expected: float
    empathy: float
    tear_propensity: float  # .5 is the typical client
    responsiveness: float  # times the mean
    good_enough: float  # SD of intake
    agreed_sessions: float  # `scales.WITHOUT_END` where none were agreed


class TherapistTraits(NamedTuple):
    """Who a therapist is, from 0 to 1 unless said otherwise."""

    empathy: float
    boundary_sensitivity: float
    comforting: float
    tear_propensity: float  # .5 is the typical therapist
    skill: float  # standard normal
    leaving: float  # standard normal: own effect on how many clients leave
    years: float  # of experience, when first seen
    since: int  # week first seen, counted from 1

    def years_in(self, week: int) -> float:
        """Experience in a week of the practice, in years."""
        return self.years + (week - self.since) / lives.WEEKS_A_YEAR


@dataclass(frozen=True)
class Life:
    """A client's sessions in order of week, and where it led."""

    client: int
    sessions: Sessions
    standing: int  # at the end of the watch, as in `codes.STANDING`
    distress_after_a_year: float | None  # from the first session; None if the watch ended before


@dataclass(frozen=True)
class Dyad:
    """All that a story is made of: two people, the life they shared, and the client's life with tears held back."""

    seed: int
    replicate: int
    parameters: dict[str, Value]
    changed: dict[str, Value]  # those of them that somebody set, away from their defaults
    client: ClientTraits
    therapists: dict[int, TherapistTraits]  # those the client met, by number, in order
    life: Life
    held_back: Life | None  # None where the client has no partner there, or where tears are held back anyway
    replaced: tuple[str, ...] = ()  # the rules in whose place stands a function, by name


class _Remembered(Client):
    """A client whose answer a year after the first session is kept."""

    model: "Lived"

    def __init__(self, model: "Lived", number: int, home: int, turn: int) -> None:
        super().__init__(model, number, home, turn)
        model.came[number] = ClientTraits(
            self.distress,
            self.boundary_sensitivity,
            self.warmth_expected,
            self.empathy,
            scales.logistic(self.tear_propensity),
            self.responsiveness,
            self.good_enough,
            self.agreed_sessions,
        )

    def attend(self, place: int, therapist: ActingTherapist) -> Session:
        happened = super().attend(place, therapist)
        self._answer()
        return happened

    def live_outside(self) -> None:
        super().live_outside()
        self._answer()

    def _answer(self) -> None:
        if lives.asked_now(self, self.model.week):
            self.model.answered[self.number] = self.distress


class Lived(Practice):
    """A practice lived to its end that remembers everyone.

    Raises TearSimError for a seed or parameters that cannot be run.
    """

    def __init__(
        self, seed: int, replicate: int, parameters: Mapping[str, object], rules: Mapping[str, Rule] | None = None
    ) -> None:
        self.came: dict[int, ClientTraits] = {}
        self.answered: dict[int, float] = {}
        self.met: dict[int, TherapistTraits] = {}
        given = checked(parameters)
        self.changed = {name: value for name, value in given.items() if value != PARAMETERS[name].default}
        super().__init__(
            seed, replicate=replicate, log=KEEP_ALL, client_class=_Remembered, parameters=given, rules=rules
        )
        for _ in range(self.p.weeks):
            self._note_therapists()
            self.step()
        self.sessions = self.log
        self.everyone: dict[int, list[LogRow]] = {}  # sessions by client
        for session in as_sessions(self.sessions):
            self.everyone.setdefault(session.client, []).append(session)

    def _note_therapists(self) -> None:
        for t in self.therapists:
            if t.number not in self.met:
                self.met[t.number] = TherapistTraits(
                    t.empathy,
                    t.boundary_sensitivity,
                    t.comforting,
                    scales.logistic(t.tear_propensity),
                    t.skill,
                    t.leaving,
                    t.years,
                    self.week + 1,
                )

    def life(self, client: int) -> Life:
        """A client's life in this practice."""
        sessions = self.everyone[client]
        return Life(client, sessions, self._standing(client, sessions[-1].ending), self.answered.get(client))

    def _standing(self, client: int, ending: int) -> int:
        person = self.people[client - 1]
        if person is not None:
            return int(person.standing)
        return {GOES_ON: IN_THERAPY, LEFT: GAVE_UP}.get(ending, COMPLETED)  # no longer followed: for good


# --- Whom to tell of -----------------------------------------------------------------------------------------------

Score = Callable[[Sessions], tuple[float, ...] | None]


class Selection(NamedTuple):
    """A way to choose a client: the highest score of those who have one, the earlier client of equals."""

    score: Score
    did: str  # what those with a score did, or lived through
    otherwise: str  # what to try where nobody has one


def _most(count: Callable[[LogRow], bool], strength: Callable[[LogRow], float] = lambda _: 0.0) -> Score:
    def score(sessions: Sessions) -> tuple[float, ...] | None:
        found = [row for row in sessions if count(row)]
        return (float(len(found)), sum(strength(row) for row in found)) if found else None

    return score


def _longest(sessions: Sessions) -> tuple[float, ...]:
    """The most sessions with one therapist."""
    return (float(max(row.session for row in sessions)),)


def _left_after_tears(sessions: Sessions) -> tuple[float, ...] | None:
    """How soon a client left whose therapist's tears they had noticed: the fewest sessions since, the worst taken."""
    seen: LogRow | None = None
    scores = []
    for row in sessions:
        if row.session == 1:
            seen = None
        seen = row if row.noticed else seen
        if row.ending == LEFT and seen is not None and row.session - seen.session <= SOON_AFTER:
            scores.append((float(seen.session - row.session), -float(seen.appraisal)))
    return max(scores, default=None)


_MORE_TEARS = (
    "another --seed, more --weeks, --set therapist_tear_propensity=0.9 or, where tears are held back, --set tears=shown"
)

SELECTIONS: dict[str, Selection] = {
    "most_moved": Selection(
        _most(lambda row: row.reception == MOVED, lambda row: row.appraisal),
        "was moved by a therapist's tears", _MORE_TEARS,
    ),
    "most_unsettled": Selection(
        _most(lambda row: row.reception == UNSETTLED, lambda row: -row.appraisal),
        "was unsettled by a therapist's tears", f"{_MORE_TEARS}; or --set client_boundary_sensitivity=0.9",
    ),
    "left_after_tears": Selection(
        _left_after_tears, f"left within {SOON_AFTER} sessions of noticing a therapist's tears", _MORE_TEARS,
    ),
    "most_ruptured": Selection(
        _most(lambda row: row.rupture > 0.0, lambda row: row.rupture), "lived through a rupture",
        "another --seed or more --weeks",
    ),
    "longest": Selection(_longest, "had a session", "more --weeks"),
    "most_tears": Selection(
        lambda sessions: (float(sum(row.noticed for row in sessions)), *_longest(sessions)), "had a session",
        "more --weeks",
    ),
}  # fmt: skip


def choose(everyone: Mapping[int, Sessions], selection: str) -> int:
    """The client that a selection (a key of SELECTIONS) finds among all sessions by client.

    Raises TearSimError if there is no such selection, or if it matches nobody.
    """
    if selection not in SELECTIONS:
        raise TearSimError(f"There is no choice {quoted(selection)}: it is one of {', '.join(SELECTIONS)}.")
    chosen = SELECTIONS[selection]
    scores = {client: score for client, rows in everyone.items() if (score := chosen.score(rows)) is not None}
    if not scores:
        raise TearSimError(f"Nobody here {chosen.did}: try {chosen.otherwise}.")
    return max(sorted(scores), key=lambda client: scores[client])


def dyad_of(
    seed: int,
    replicate: int,
    parameters: Mapping[str, object],
    client: int | None,
    selection: str,
    theory: str | None = None,
    rules: Mapping[str, Rule] | None = None,
) -> Dyad:
    """Live a practice and its twin, and choose a client: by number, or by a selection if the number is None.

    Therapists learn nothing from their tears, unless `parameters` or the theory say otherwise (`arms.STEADY`).

    Raises TearSimError for what cannot be run, for a number nobody has and a selection that matches nobody.
    """
    given, replaced = with_theory(theory, rules, parameters)
    parameters, in_both = {**arms.STEADY, **given}, dict(replaced)
    shown = Lived(seed, replicate, parameters, in_both)
    number = choose(shown.everyone, selection) if client is None else client
    if number not in shown.everyone:
        raise TearSimError(
            f"There is no client {number} in this practice with a session in {shown.p.weeks} weeks: "
            f"they are numbered 1 to {max(shown.everyone)}."
        )
    held_back = shown.parameters["tears"] == "held back"
    twin = None if held_back else Lived(seed, replicate, arms.held_back(parameters), in_both)
    return of_client(shown, twin, seed, replicate, number)


def of_client(shown: Lived, twin: Lived | None, seed: int, replicate: int, client: int) -> Dyad:
    """The dyad of a client in a practice that has been lived."""
    life = shown.life(client)
    therapists = {row.therapist: shown.met[row.therapist] for row in life.sessions}
    partner = None if twin is None else _partner(shown, twin, client)
    return Dyad(
        seed,
        replicate,
        shown.parameters,
        shown.changed,
        shown.came[client],
        therapists,
        life,
        twin.life(partner) if twin is not None and partner is not None else None,
        tuple(name for name, _ in shown.replaced),
    )


def _partner(shown: Lived, twin: Lived, client: int) -> int | None:
    """The client's number in the twin, if they have a sound partner there (`twins.pair`)."""
    mine = shown.sessions[shown.sessions["client"] == client]
    home, turn = mine["home"][0], mine["turn"][0]
    theirs = twin.sessions[(twin.sessions["home"] == home) & (twin.sessions["turn"] == turn)]
    pairs = twins.pair(twins.courses(mine), twins.courses(theirs))
    return int(pairs.held_back["client"][0]) if len(pairs.shown) else None
