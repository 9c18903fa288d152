"""What changes between sessions: therapists' strain, grief, comfort and years; life out of therapy."""

from tearsim.science.codes import COMPLETED, NOTHING
from tearsim.science.people import Client, Therapist
from tearsim.science.rules import distress_noise
from tearsim.science.types import Parameters, SessionLuck, TherapistWeekLuck

WEEKS_A_YEAR = 52


def begin_week(therapist: Therapist, p: Parameters, luck: TherapistWeekLuck) -> None:
    """A week of the therapist's own life before its sessions.

    `strain' = persistence*strain + sqrt(1 - persistence^2)*z`; a grief begins or ends by chance.
    """
    therapist.strain = p.strain_persistence * therapist.strain + p.new_strain * luck.strain
    therapist.grieving = luck.grief >= p.grief_end if therapist.grieving else luck.grief < p.grief_onset
    therapist.tears_this_week = 0
    therapist.helped_this_week = 0
    therapist.harmed_this_week = 0


def learn(therapist: Therapist, p: Parameters) -> None:
    """End the therapist's week: comfort learns, tears relieve, experience grows.

    `comfort += learning*(helped*(1 - comfort) - harmed*comfort)`, kept within 0 and 1: all sessions of a week count
    from the same start. `strain -= relief*max(0, strain)` after a week with shown tears.
    """
    if p.comfort_learns_from != NOTHING:
        room = therapist.helped_this_week * (1.0 - therapist.comfort) - therapist.harmed_this_week * therapist.comfort
        therapist.comfort = min(1.0, max(0.0, therapist.comfort + p.comfort_learning * room))
    if therapist.tears_this_week > 0:
        therapist.strain -= p.tears_relief * max(0.0, therapist.strain)
    therapist.years += 1.0 / WEEKS_A_YEAR


def retires(therapist: Therapist, p: Parameters) -> bool:
    """Whether the therapist's career is over; a beginner then takes over the room and those who come to it."""
    return therapist.years >= p.career_length


def live_outside(client: Client, p: Parameters, luck: SessionLuck) -> None:
    """A week out of therapy: `distress += drift*distress + noise*z`, not below 0.

    Whoever had a session this week has lived it already: each week moves everyone's distress once.
    """
    drift = p.distress_outside * client.distress
    client.distress = max(0.0, client.distress + drift + distress_noise(client.distress, p) * luck.outside)


def relapses(client: Client, p: Parameters, luck: SessionLuck) -> bool:
    """Whether someone who completed falls back, by a constant weekly hazard."""
    return client.standing == COMPLETED and luck.relapse < p.relapse


def asked_now(client: Client, week: int) -> bool:
    """Whether someone is asked about their distress this week: at the end of a year from their first session."""
    return week == client.first_week + WEEKS_A_YEAR - 1 and client.first_week >= 0


def is_followed(client: Client, week: int, p: Parameters) -> bool:
    """Whether someone out of therapy for good is followed: as long as they may be asked, or may relapse.

    Whoever will neither be asked within the weeks watched nor come back would leave no trace anywhere.
    """
    asked_in = client.first_week + WEEKS_A_YEAR - 1
    may_relapse = p.relapse > 0.0 and client.standing == COMPLETED
    return may_relapse or week < asked_in < p.watched_weeks
