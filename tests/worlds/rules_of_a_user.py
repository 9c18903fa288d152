"""Functions as a user might write them: each takes the place of a rule, and differs from it."""

from math import exp, sin

from tearsim.science import places, rules
from tearsim.science.codes import HARMED, IMPROVED, NEAR, NO_TEARS, NONE, OPEN, OVERWHELMED, RELEASE

STUBBORN = 0.4


def depth_of_talk(client, p, luck):
    return 0.5 + 0.4 * sin(luck.depth + client.distress)


def cries(client, depth, p, luck):
    return RELEASE if luck.client_cries < 3.0 * depth - 2.0 else NO_TEARS


def hushes(therapist, p, luck):
    return luck.hushed < 1.0 - therapist.empathy


def eyes_fill(therapist, depth, client_tears, p, luck):
    """Comments and this docstring are no part of the source."""
    level = OPEN if client_tears != NO_TEARS else NEAR
    return level if luck.eyes_fill < pull(therapist, depth) else NONE


def pull(therapist, depth):
    return 4.0 * depth - STUBBORN * exp(-therapist.strain)  # called by a rule: of its own module


def notices(client, sensed, manner, p, luck):
    return sensed == OVERWHELMED or luck.noticed < 0.8


def speaks(therapist, p, luck):
    return therapist.comfort > luck.spoken


def appraise(client, therapist, tears, p, luck):
    return -0.5 * rules.appraise(client, therapist, tears, p, luck) * exp(-0.2 * client.noticed_before)


def believes(therapist, reception, p, luck):
    return HARMED if luck.belief < 0.5 else IMPROVED


def repairs(therapist, client, p, luck):
    return client.open_rupture < luck.severity


def ends_well(client, number, distress, p, luck):
    return number > 8 and distress < 1.0


def leaves(client, therapist, number, alliance, open_rupture, distress, reception, p, luck):
    return luck.leaves < -3.0 + open_rupture - alliance


def learn(therapist, p):
    if therapist.tears_this_week > 0:
        therapist.comfort = therapist.comfort + p.comfort_learning * (1.0 - therapist.comfort)
    therapist.years += 1.0 / 52


def seeks_someone_new(client, p, luck):
    return client.leavings < 2


def choose_place(client, left, free, number_free, therapists, luck, p):
    best, most = places.NOWHERE, -1.0
    for k in range(number_free):
        place = free[k]
        if (
            not left[place % p.therapists]
            and therapists[place % p.therapists].empathy + 0.1 * luck[place].judgement > most
        ):
            best, most = place, therapists[place % p.therapists].empathy + 0.1 * luck[place].judgement
    return best


ALL = (depth_of_talk, cries, hushes, eyes_fill, notices, speaks, appraise, believes, repairs, ends_well, leaves, learn,
       seeks_someone_new, choose_place)  # fmt: skip


def fixed_at(appraisal):
    """A rule made by a function: what it closes over is part of it."""

    def appraise_alike(client, therapist, tears, p, luck):
        return appraisal

    return appraise_alike


# What cannot take the place of a rule, or not in the compiled world.


def too_few(client, therapist, tears, p):
    return 0.0


def of_text(client, therapist, tears, p, luck):
    return f"{client.number}"


def of_an_import(client, therapist, tears, p, luck):
    import statistics

    return statistics.mean([0.5])


def of_a_misspelt_parameter(client, therapist, tears, p, luck):
    return p.appraisal_bsae


def sometimes_nothing(client, therapist, tears, p, luck):
    if client.alliance > 0.5:
        return 0.5
    return None
