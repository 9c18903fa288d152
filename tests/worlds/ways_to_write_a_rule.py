"""Rules written in every way that Python offers: what is made of them for eight at once must mean the same.

All take what `shape` takes. Those in `IN_LANES` can be turned; those in `ONE_BY_ONE` cannot, and are asked lane by lane.
"""

import math
from math import sqrt

from tearsim.science import codes, functions
from tearsim.science.people import Client, Therapist
from tearsim.science.rules import Tears
from tearsim.science.types import Parameters, SessionLuck

SIZE, FEW, ALWAYS, LARGE = 0.25, 3, True, 2**53 + 1


def shape(
    client: Client, therapist: Therapist, x: float, whole: int, yes: bool, p: Parameters, luck: SessionLuck
) -> float:
    """What all of them take and give."""
    return x


# --- What others ask ---------------------------------------------------------------------------------------------------


def halved(x):
    return x / 2


def changes_distress(client, by):
    client.distress += by
    return client.distress


def counts_up(client):
    client.noticed_before += 1
    return client.noticed_before > 2


def only_changes(client, x):
    if x < 0.0:
        return
    client.wait = x
    client.openness = client.openness + 1.0


def in_parts(x, lowest):
    if x < lowest:
        return lowest
    if x > 1.0:
        if x > 2.0:
            return 2.0
        x = x * 0.5
        if x > 0.75:
            return x + 1.0
    return x


def a_pair_of(client, x):
    if x > 0.0:
        return Tears(1, 2, 3, 0, x > 0.5, False, client.relapsed)
    return Tears(0, 0, client.number, 1, False, True, False)


def is_negative(x):
    return x < 0.0


def with_a_default(x, factor=2.0):
    return x * factor


def with_a_function(x, f=halved):
    return f(x) + 1.0


def leaves(x):  # named like a rule, and none
    return x + SIZE


# --- What can be turned ------------------------------------------------------------------------------------------------


def nested_ifs(client, therapist, x, whole, yes, p, luck):
    if x > 0.0:
        if client.alliance > 0.5:
            if yes:
                return 1.0
            client.bond += x
        else:
            client.bond -= x
        client.wait = 3.0
    else:
        client.wait = 4.0
    return client.bond * 0.5


def elif_chain(client, therapist, x, whole, yes, p, luck):
    if whole == 0:
        a = 0.5
    elif whole == 1:
        a = x
    elif whole == 2 and x > 0.0:
        a = -x
    else:
        a = 7.0
    return a


def returns_at_every_depth(client, therapist, x, whole, yes, p, luck):
    if x < -1.0:
        return -1.0
    client.openness = 0.25
    if x > 0.0:
        client.openness = 0.5
        if whole > 1:
            if yes:
                return 2.0
            client.openness = 0.75
            if x > 0.5:
                return 3.0
        client.openness = client.openness * 1.5
        if whole == 0:
            return client.openness
        client.bond = x
    client.wait = client.wait + 1.0
    return client.wait


def conditional_expressions(client, therapist, x, whole, yes, p, luck):
    a = x if yes else -x
    b = 1 if whole > 1 else 0.5 if x > 0.0 else client.bond
    return (a + b if a > b else a - b) * (2.0 if client.relapsed else 1)


def chains_of_comparisons(client, therapist, x, whole, yes, p, luck):
    a = 1.0 if -0.5 < x <= 0.5 < 1 != whole else 2.0
    return a + (0.25 if 0 <= whole < FEW else 0.0)


def a_chain_with_calls(client, therapist, x, whole, yes, p, luck):
    inside = -0.5 < changes_distress(client, 0.5) < 1.5 < changes_distress(client, 0.25)
    return 1.0 if inside else 0.0


def membership(client, therapist, x, whole, yes, p, luck):
    a = whole in (codes.SHOWN, codes.VOICED)
    return 1.0 if a or x in (0.0, 1.0, client.bond) else 0.0


def asked_in_membership(client, therapist, x, whole, yes, p, luck):
    return 1.0 if changes_distress(client, 1.0) in (1.0, changes_distress(client, 2.0), 1.5) else 0.0


def and_or_not(client, therapist, x, whole, yes, p, luck):
    a = (x > 0.0 and yes) or not (whole == 1 or client.relapsed)
    b = not a and not yes and x < 1.0
    return (2.0 if a else 0.0) + (1.0 if b else 0.0)


def and_asks_only_where_it_must(client, therapist, x, whole, yes, p, luck):
    a = x > 0.0 and counts_up(client)
    b = yes or x < -0.5 or counts_up(client)
    c = yes and (whole > 1 or counts_up(client)) and counts_up(client)
    return (4.0 if a else 0.0) + (2.0 if b else 0.0) + (1.0 if c else 0.0)


def conditional_expressions_ask_only_one_side(client, therapist, x, whole, yes, p, luck):
    a = changes_distress(client, 1.0) if x > 0.0 else changes_distress(client, -0.25) if yes else 3.0
    return a * (2.0 if counts_up(client) else 0.5)


def what_is_read_before_a_call_changes_it(client, therapist, x, whole, yes, p, luck):
    return client.distress + 2.0 * changes_distress(client, 0.5) + client.distress


def arguments_in_their_order(client, therapist, x, whole, yes, p, luck):
    a = max(client.distress, changes_distress(client, 0.5))
    a += in_parts(client.distress, changes_distress(client, -1.0))
    return a if client.distress < changes_distress(client, 0.5) else -a


def a_change_within_a_change(client, therapist, x, whole, yes, p, luck):
    client.distress += changes_distress(client, 0.5)
    client.distress = client.distress * changes_distress(client, 0.25)
    return client.distress


def tuples_in_their_order(client, therapist, x, whole, yes, p, luck):
    a, b = client.distress, changes_distress(client, 1.0)
    a, b = b, a
    client.bond, client.wait = client.wait, client.bond
    return a - b


def a_named_tuple_in_its_order(client, therapist, x, whole, yes, p, luck):
    tears = Tears(client.number, 0, changes_distress(client, 1.0), 0, counts_up(client), False, client.distress > 1.0)
    return tears.felt + tears.sensed + (0.5 if tears.noticed else 0.0) + (0.25 if tears.spoken else 0.0)


def named_tuples_of_two_ways(client, therapist, x, whole, yes, p, luck):
    tears = a_pair_of(client, x)
    return tears.sensed + (0.5 if tears.noticed else 0.25) + (4.0 if tears.spoken or tears.belief_noticed else 0.0)


def augmented_in_both_branches(client, therapist, x, whole, yes, p, luck):
    a = x
    if yes:
        a += 1.0
        client.bond += a
        a *= 2.0
        client.sessions += 1
    else:
        a -= 0.5
        client.bond -= a
        a /= 3
        client.bond *= 2.0
    return a + client.bond


def first_set_inside_a_branch(client, therapist, x, whole, yes, p, luck):
    if yes:
        if x > 0.0:
            a = 1.0
        else:
            a = x
            b = 2.0
        if x <= 0.0:
            a = a + b
    else:
        a = client.bond
    if whole == 1:
        a = a * 2
    return a


def set_in_one_branch_and_read_in_another(client, therapist, x, whole, yes, p, luck):
    if yes:
        a = x
    if not yes:
        a = 2.0
        c = a + 1.0
    if yes:
        return a
    return c


def a_parameter_that_is_assigned(client, therapist, x, whole, yes, p, luck):
    if yes:
        x = x + 1.0
    x += whole
    if x > 1.0:
        whole = 2
        yes = not yes
    return x * whole + (1.0 if yes else 0.0)


def helpers_in_conditions(client, therapist, x, whole, yes, p, luck):
    if is_negative(x) or in_parts(x, 0.25) > 0.75:
        return in_parts(x, -0.5)
    elif is_negative(client.bond) and halved(whole) >= 0.5:
        return 0.125
    return leaves(x) if not is_negative(therapist.strain) else with_a_function(x)


def rare_branches(client, therapist, x, whole, yes, p, luck):
    a = 0.0
    if whole == 3:
        a = in_parts(x, 0.0)
        client.bond = a
        client.wait = 1.0
        if x > 0.5:
            client.openness = 2.0
            client.standing = 3
            only_changes(client, a - 0.7)
    if a > 0.5:
        return a
    only_changes(client, x)
    return client.wait


def nothing_left_to_do(client, therapist, x, whole, yes, p, luck):
    """Returns in both branches, and a rest that nobody reaches."""
    if yes:
        return x
    else:
        only_changes(client, x)
        return 1.0
    return 2.0


def numbers_of_truth(client, therapist, x, whole, yes, p, luck):
    return (x > 0.0) + yes + True * client.relapsed - ((whole == 1) + (whole > 0)) / 2


def truth_of_numbers(client, therapist, x, whole, yes, p, luck):
    a = 1.0 if whole else 0.0
    if not client.noticed_before:
        a += 2.0
    if client.bond:
        a += 4.0
    return a + (8.0 if (x if yes else whole) else 0.0)


def whole_numbers(client, therapist, x, whole, yes, p, luck):
    return 3 / 2 + whole / 4 + client.number * 7 / 3 - (whole - FEW) * 10 / 7


def smaller_and_larger(client, therapist, x, whole, yes, p, luck):
    a = min(x, whole) + max(whole, x) * min(1, client.bond) - max(yes, x)
    return min(a, max(-1.5, -a)) + sqrt(max(0.0, x)) + math.sqrt(client.number * client.number)


def names_that_are_taken(client, therapist, x, whole, yes, p, luck):
    live, where, true = x, whole, not yes
    both = everywhere = live + 1.0
    return both + everywhere + (where if true else live)


def names_of_the_program(live, both, where, true, opposite, gone_2, result_1):
    if true > 1 and not opposite:
        return where * 2.0
    gone = either(where)
    return gone + both.comfort + live.bond


def either(x):
    return x * 0.5


def named_like_a_constant(client, therapist, x, whole, yes, p, luck):
    SIZE = x * 2.0  # noqa: N806 - a local name that a constant of the module has
    if ALWAYS:
        SIZE = SIZE + FEW  # noqa: N806
    return SIZE + leaves(0.0)


def shadowed(client, therapist, x, whole, yes, p, luck):
    max = x + 1.0
    min = max * 2.0
    return min - max


def functions_of_the_science(client, therapist, x, whole, yes, p, luck):
    return functions.exp(x) + functions.tanh(client.bond) + functions.logit(client.alliance)


def a_default_of_its_own(client, therapist, x, whole, yes, p, luck):
    return with_a_default(x) + with_a_default(factor=x, x=2.0)


def annotated(client, therapist, x, whole, yes, p, luck):
    a: float = x
    b: int = whole
    return a * b


def made_by_a_function(step, far=0.5):
    def closed_over(client, therapist, x, whole, yes, p, luck):
        a = x + step
        return a if a < far else leaves(far)

    return closed_over


IN_LANES = (
    nested_ifs, elif_chain, returns_at_every_depth, conditional_expressions, chains_of_comparisons, a_chain_with_calls,
    membership, asked_in_membership, and_or_not, and_asks_only_where_it_must,
    conditional_expressions_ask_only_one_side, what_is_read_before_a_call_changes_it, arguments_in_their_order,
    a_change_within_a_change, tuples_in_their_order, a_named_tuple_in_its_order, named_tuples_of_two_ways,
    augmented_in_both_branches, first_set_inside_a_branch, set_in_one_branch_and_read_in_another,
    a_parameter_that_is_assigned, helpers_in_conditions, rare_branches, nothing_left_to_do, numbers_of_truth,
    truth_of_numbers, whole_numbers, smaller_and_larger, names_of_the_program, named_like_a_constant, shadowed,
    functions_of_the_science, annotated, made_by_a_function(0.25), made_by_a_function(-0.5, 0.0),
)  # fmt: skip


# --- What cannot ---------------------------------------------------------------------------------------------------------


def a_loop(client, therapist, x, whole, yes, p, luck):
    total = x
    for step in range(whole):
        total += step * client.bond
        client.wait = total
    return total


def a_power(client, therapist, x, whole, yes, p, luck):
    # Of a whole number: with another `**` Python and compiled code may round otherwise, as docs/theories.md says.
    return whole**2 + whole % 3 + whole // 2 + abs(x)


def another_exponential(client, therapist, x, whole, yes, p, luck):
    return math.exp(-x) + math.floor(client.bond)


def numbers_joined_by_and(client, therapist, x, whole, yes, p, luck):
    return (whole and 2) + (client.number or 0.5) + (1.0 if whole and x else 0.0)


def recursion(client, therapist, x, whole, yes, p, luck):
    return down_from(whole)


def down_from(whole):
    if whole <= 0:
        return 1
    return 2 * down_from(whole - 1)


def with_a_loop_in_it(client, therapist, x, whole, yes, p, luck):
    if x > 0.0 and summed(whole) > 1.0:
        return summed(whole) - x
    return x


def summed(whole):
    total = 0.0
    while whole > 0:
        total, whole = total + whole, whole - 1
    return total


def unpacked(client, therapist, x, whole, yes, p, luck):
    return in_parts(*(x, 0.5))


def one_value_for_two_names(client, therapist, x, whole, yes, p, luck):
    a = b = x
    return a + b


def another_name_for_someone(client, therapist, x, whole, yes, p, luck):
    someone = client
    someone.bond += x
    return someone.bond


def a_large_whole_number(client, therapist, x, whole, yes, p, luck):
    return (whole + LARGE) - LARGE + 0.5


def among_none(client, therapist, x, whole, yes, p, luck):
    return 1.0 if x in () or whole not in (1, 2) else 0.0  # noqa: RUF060 - allowed, and never true


def of_three(client, therapist, x, whole, yes, p, luck):
    return max(x, whole, client.bond)


ONE_BY_ONE = (
    a_loop, a_power, another_exponential, numbers_joined_by_and, with_a_loop_in_it, unpacked,
    one_value_for_two_names, another_name_for_someone, a_large_whole_number, among_none, of_three, names_that_are_taken,
    a_default_of_its_own,
)  # fmt: skip
