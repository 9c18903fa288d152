"""Functions in the place of rules as few would write them: they loop, change people, or give another kind of number."""

import math

from tearsim.science.codes import NEAR, NO_TEARS, RELEASE
from tearsim.science.rules import cries as as_ever
from tearsim.science.rules import eyes_fill as fill_as_ever

STEPS = 3


class NotTurned:
    """What cannot be turned into lanes: a loop, a power, another exponential, numbers joined by `and`."""

    @staticmethod
    def appraise(client, therapist, tears, p, luck):
        meaning = luck.appraisal
        for step in range(STEPS):
            meaning += (client.alliance - 0.7) * step
        return max(-1.0, min(1.0, meaning))

    @staticmethod
    def depth_of_talk(client, p, luck):
        return 1.0 / (1.0 + math.exp(-(client.distress**2) * luck.depth))

    @staticmethod
    def believes(therapist, reception, p, luck):
        return (luck.belief > 0.3 and 1) or 3

    @staticmethod
    def notices(client, sensed, manner, p, luck):
        return sensed % 2 == 1 or luck.noticed < client.alliance**2

    @staticmethod
    def learn(therapist, p):
        for _ in range(therapist.tears_this_week):
            therapist.comfort += 0.01 * (1.0 - therapist.comfort)
        therapist.years += 1.0 / 52.0

    @staticmethod
    def repairs(therapist, client, p, luck):
        return luck.repaired < math.floor(client.open_rupture * 10.0) - 2


class ChangePeople:
    """Rules that change people as they are asked: nobody may be changed where a rule is not asked."""

    @staticmethod
    def hushes(therapist, p, luck):
        therapist.comforting = 0.9 * therapist.comforting + 0.01
        return luck.hushed < therapist.comforting

    @staticmethod
    def notices(client, sensed, manner, p, luck):
        client.openness += 0.25
        if sensed > NEAR:
            client.good_enough += 0.01
            return True
        return luck.noticed < 0.5

    @staticmethod
    def speaks(therapist, p, luck):
        therapist.strain = therapist.strain - 0.125
        return luck.spoken < 0.5

    @staticmethod
    def appraise(client, therapist, tears, p, luck):
        client.bond += 0.5
        return 0.5 if luck.appraisal > client.bond else -0.5

    @staticmethod
    def repairs(therapist, client, p, luck):
        client.responsiveness *= 1.125
        return luck.repaired < client.responsiveness

    @staticmethod
    def leaves(client, therapist, number, alliance, open_rupture, distress, reception, p, luck):
        client.tear_propensity -= 0.01
        return luck.leaves < -2.0


class ChangePeopleLaneByLane:
    """The same, in loops."""

    @staticmethod
    def hushes(therapist, p, luck):
        for _ in range(STEPS):
            therapist.comforting = 0.9 * therapist.comforting + 0.01
        return luck.hushed < therapist.comforting

    @staticmethod
    def notices(client, sensed, manner, p, luck):
        for _ in range(sensed):
            client.openness += 0.25
        return luck.noticed < 0.5

    @staticmethod
    def speaks(therapist, p, luck):
        for _ in range(STEPS):
            therapist.strain = therapist.strain - 0.125
        return luck.spoken < 0.5

    @staticmethod
    def repairs(therapist, client, p, luck):
        for _ in range(STEPS):
            client.responsiveness *= 1.125
        return luck.repaired < client.responsiveness


class OtherKinds:
    """Numbers where a rule answers yes or no, and the other way round."""

    @staticmethod
    def depth_of_talk(client, p, luck):
        return luck.depth > 0.0

    @staticmethod
    def cries(client, depth, p, luck):
        return as_ever(client, depth, p, luck) != NO_TEARS

    @staticmethod
    def hushes(therapist, p, luck):
        return 0.5 if luck.hushed < therapist.comforting else 0

    @staticmethod
    def eyes_fill(therapist, depth, client_tears, p, luck):
        return client_tears == RELEASE or fill_as_ever(therapist, depth, client_tears, p, luck) >= NEAR

    @staticmethod
    def notices(client, sensed, manner, p, luck):
        return 1 if luck.noticed < 0.5 else 0

    @staticmethod
    def appraise(client, therapist, tears, p, luck):
        return luck.appraisal > 0.0

    @staticmethod
    def speaks(therapist, p, luck):
        return min(1, max(0, luck.spoken - 0.5))

    @staticmethod
    def repairs(therapist, client, p, luck):
        return client.open_rupture if luck.repaired < 0.0 else 0.0

    @staticmethod
    def ends_well(client, number, distress, p, luck):
        return 2.5 if number > 6 else 0

    @staticmethod
    def leaves(client, therapist, number, alliance, open_rupture, distress, reception, p, luck):
        return 1 if luck.leaves < -2.5 else 0


SETS = (NotTurned, ChangePeople, ChangePeopleLaneByLane, OtherKinds)


def rules_of(one):
    """The rules of a set, by name."""
    return {name: getattr(one, name) for name in vars(one) if not name.startswith("_")}
