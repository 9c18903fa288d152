"""How places change hands: those who leave look on or give up, those who wait choose, newcomers fill the rest.

Places are numbered round robin over therapists (place i belongs to therapist i modulo their number), so that one more
place a therapist is one more row at the end. `seats[place]` holds a client's index, -1 for a free place; the free
places are `free[:number_free]`, in any order. These functions index lists of agents and rows of compiled tables alike.
"""

from tearsim.science.codes import COHORT, COMPLETED, GAVE_UP, INFORMED, LEFT, LOOKING
from tearsim.science.functions import log
from tearsim.science.meeting import congruence
from tearsim.science.people import Client, Therapist, start_with_someone
from tearsim.science.replaceable import ChoosePlace, Listed, ListToFill, SeeksSomeoneNew
from tearsim.science.scales import MIDDLE, TYPICAL_DISTRESS, logistic
from tearsim.science.tally import Tally
from tearsim.science.types import Parameters, SessionLuck

FREE = -1
NOWHERE = -1


def luck_row(client: Client, place: int, p: Parameters) -> int:
    """Whose row of luck a session uses: in a cohort the person's own for good, in an open practice the place's."""
    return client.home if p.arrivals == COHORT else place


def seeks_someone_new(client: Client, p: Parameters, luck: SessionLuck) -> bool:
    """Whether someone out of therapy looks for a new therapist.

    Log-odds `base + distress_w*(distress - 1) + leavings_w*earlier leavings + unsettled_w*[unsettled this episode]`
    """
    chance = (
        p.seeking_base
        + p.seeking_distress * (client.distress - TYPICAL_DISTRESS)
        + p.seeking_leavings * client.leavings
    )
    if client.unsettled_this_episode:
        chance += p.seeking_unsettled
    return luck.seeks < chance


def end_episode(
    client: Client, ending: int, p: Parameters, luck: SessionLuck, seeks: SeeksSomeoneNew = seeks_someone_new
) -> None:
    """Where someone stands whose therapy has ended: completed, looking, or gave up."""
    if ending != LEFT:
        client.standing = COMPLETED
        return
    looks = seeks(client, p, luck)
    client.leavings += 1
    if looks:
        begin_to_look(client, p, luck)
    else:
        client.standing = GAVE_UP


def begin_to_look(client: Client, p: Parameters, luck: SessionLuck) -> None:
    """Look for someone: ready after an exponential wait, `-mean*log(u)` weeks."""
    client.standing = LOOKING
    client.weeks_out = 0
    client.wait = -p.seeking_wait * log(luck.wait)
    client.precedence = luck.turn


def looks_again(client: Client, p: Parameters, luck: SessionLuck, seeks: SeeksSomeoneNew = seeks_someone_new) -> bool:
    """Fall back to at least the distress at the start of the last episode, and perhaps look for a therapist again."""
    client.distress = max(client.distress, client.distress_at_start)
    if not seeks(client, p, luck):
        return False
    begin_to_look(client, p, luck)
    client.relapsed = True
    return True


def look_on(client: Client) -> None:
    """Spend a week of looking."""
    client.weeks_out += 1


def loses_patience(client: Client, p: Parameters) -> bool:
    """Whether someone who looks gives up: `patience` weeks after they were ready, without a free place."""
    return client.weeks_out >= client.wait + p.patience


def promise(client: Client, therapist: Therapist, p: Parameters) -> float:
    """How well an informed client expects tears of this therapist to be taken, if they ever come.

    `comfort_w*(comfort - .5) - boundary_w*(client's boundary sensitivity - .5)*(therapist's - .5)
    + what congruence adds to the level at which the bond settles`: whoever minds blurred boundaries does well with
    someone who minds them too. (The therapist's boundary sensitivity is no part of an appraisal; what it promises a
    client is fewer occasions, and only to a client who minds.)
    """
    alike = (logistic(client.boundary_sensitivity_log_odds) - MIDDLE) * (therapist.boundary_sensitivity - MIDDLE)
    fits = p.fit_part_of_level * p.congruence_part_of_fit * congruence(client, therapist)
    return p.appraisal_comfort * (therapist.comfort - MIDDLE) - p.appraisal_boundary * alike + fits


def next_free(
    after: float,
    left: Listed[bool],
    free: Listed[int],
    number_free: int,
    luck: Listed[SessionLuck],
    p: Parameters,
) -> int:
    """The acceptable free place that comes next in this week's random order of places, NOWHERE if none.

    The order is the places' luck, so it is uniform over places and the same for all who choose this week.
    """
    best, earliest, rooms = NOWHERE, 1.0, p.therapists
    for k in range(number_free):
        place = free[k]
        if after < luck[place].place_order < earliest and not left[place % rooms]:
            best, earliest = place, luck[place].place_order
    return best


def is_first_of_room(place: int, free: Listed[int], number_free: int, luck: Listed[SessionLuck], p: Parameters) -> bool:
    """Whether no other free place of the same therapist comes earlier in this week's order."""
    room, order = place % p.therapists, luck[place].place_order
    for k in range(number_free):  # noqa: SIM110 - compiled code has no generators
        if free[k] % p.therapists == room and luck[free[k]].place_order < order:
            return False
    return True


def choose_place(
    client: Client,
    left: Listed[bool],
    free: Listed[int],
    number_free: int,
    therapists: Listed[Therapist],
    luck: Listed[SessionLuck],
    p: Parameters,
) -> int:
    """Which of the places `free[:number_free]` someone takes, never with a therapist they left; NOWHERE if there is
    none.

    At random: the first in this week's random order. Informed: of the first few therapists in that order, the one of
    the highest promise, each judged with an error (the place's luck: what is heard of a therapist in a week is the same
    for all who choose).
    """
    place = next_free(-1.0, left, free, number_free, luck, p)
    if p.matching != INFORMED or place == NOWHERE:
        return place
    best, best_promise, compared = NOWHERE, 0.0, 0
    while place != NOWHERE and compared < p.informed_choices:
        if is_first_of_room(place, free, number_free, luck, p):
            judged = promise(client, therapists[place % p.therapists], p) + p.informed_error * luck[place].judgement
            if best == NOWHERE or judged > best_promise:
                best, best_promise = place, judged
            compared += 1
        place = next_free(luck[place].place_order, left, free, number_free, luck, p)
    return best


def comes_before(client: Client, other: Client) -> bool:
    """Whether a client chooses before another: has looked longer, or as long and is favoured by luck."""
    if client.weeks_out != other.weeks_out:
        return client.weeks_out > other.weeks_out
    return client.precedence < other.precedence


def line_up(clients: Listed[Client], looking: ListToFill[int], number: int) -> None:
    """Put those who look, `looking[:number]`, in the order in which they choose."""
    for position in range(1, number):
        index, ahead = looking[position], position
        while ahead > 0 and comes_before(clients[index], clients[looking[ahead - 1]]):
            looking[ahead] = looking[ahead - 1]
            ahead -= 1
        looking[ahead] = index


def without(place: int, free: ListToFill[int], number_free: int) -> int:
    """Put a place behind the other free ones, which keep their order; returns how many these are."""
    others = 0
    for k in range(number_free):
        if free[k] != place:
            free[others] = free[k]
            others += 1
    if others < number_free:
        free[others] = place
    return others


def is_ready(client: Client) -> bool:
    """Whether someone who looks is ready to begin anew."""
    return client.weeks_out >= client.wait


def match(
    clients: Listed[Client],
    looking: ListToFill[int],
    number: int,
    left_before: Listed[Listed[bool]],
    seats: ListToFill[int],
    free: ListToFill[int],
    number_free: int,
    therapists: Listed[Therapist],
    luck: Listed[SessionLuck],
    p: Parameters,
    tally: Tally,
    choose: ChoosePlace = choose_place,
) -> int:
    """Seat those who look and are ready, longest wait first; `looking[:number]` are their indices.

    Returns how many of the places `free[:number_free]` are still free: these stand first from now on, then those taken.
    A place that is not among them seats nobody.
    """
    line_up(clients, looking, number)
    for position in range(number):
        index = looking[position]
        client = clients[index]
        if not is_ready(client):
            continue
        place = choose(client, left_before[index], free, number_free, therapists, luck, p)
        others = without(place, free, number_free)
        if others < number_free:
            seats[place], number_free = index, others
            if not client.relapsed:
                tally.switched += 1.0
                tally.weeks_to_new += client.weeks_out
            start_with_someone(client)
    return number_free
