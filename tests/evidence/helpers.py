"""Clinics and surveys made by hand: whoever reads a test sees what is on record."""

import numpy as np

from tearsim.evidence.records import Clinic, Survey
from tearsim.science.codes import GOES_ON
from tearsim.science.luck import REPORT
from tearsim.science.settings import checked
from tearsim.worlds.luck_tables import LuckTables
from tearsim.worlds.tables import LOG, record_type

WEEKS, THERAPISTS, PLACES = 104, 2, 4


def a_clinic(*episodes, therapist=None):
    """A clinic without errors of measurement; an episode is a list of sessions, each a dictionary of what differs.

    Episodes begin in week 1, belong to clients of their own, and to therapist 1 unless told otherwise.
    """
    rows = []
    for client, sessions in enumerate(episodes, 1):
        for number, session in enumerate(sessions, 1):
            usual = {
                "week": number,
                "client": client,
                "therapist": 1,
                "place": 1,
                "episode": 1,
                "session": number,
                "rating": 5.0,
                "distress_before": 2.0,
                "distress": 2.0,
                "ending": GOES_ON,
            }
            rows.append(usual | ({} if therapist is None else {"therapist": therapist[client - 1]}) | session)
    log = np.zeros(len(rows), LOG)
    for i, row in enumerate(rows):
        for name, value in row.items():
            log[name][i] = value
    reports = np.zeros((WEEKS, PLACES), record_type(REPORT))
    values = checked({"weeks": WEEKS, "therapists": THERAPISTS, "caseload": PLACES // THERAPISTS})
    return Clinic(log, reports, values, LuckTables(1))


def therapy(sessions, ending, first=None, last=None, **every):
    """A number of sessions, the last of which ends in some way."""
    made = [dict(every) for _ in range(sessions)]
    made[0] |= first or {}
    made[-1] |= {"ending": ending, **(last or {})}
    return made


def a_survey(*tears, therapists=4, years=10):
    """The answers of therapists equally long in practice; each tears is a dictionary of what a session held."""
    log = np.zeros(len(tears), LOG)
    for i, row in enumerate(tears):
        for name, value in ({"therapist": 1, "week": 52 * years, "tears_felt": 1} | row).items():
            log[name][i] = value
    values = checked({"weeks": 52 * years, "therapists": therapists, "caseload": 13})
    survey = Survey()
    survey.add(log, values, LuckTables(1))
    return survey
