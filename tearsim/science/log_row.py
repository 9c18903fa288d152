"""How a session is written into a row of the log.

Generated from the declarations; refresh with `python docs/refresh.py`.
"""

from tearsim.science.people import Client, Therapist
from tearsim.science.session import Session
from tearsim.science.types import LogRow


def write_session(row: LogRow, week: int, place: int, client: Client, therapist: Therapist, s: Session) -> None:
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
    row.felt_empathy = s.felt_empathy
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
