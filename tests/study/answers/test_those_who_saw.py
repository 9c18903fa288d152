"""Those who saw tears: on enough people, over the worlds that they lived in."""

import math
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from tearsim.science.alternatives.crying import eyes_fill_by_contagion
from tearsim.science.fitted import worlds_of
from tearsim.study.answers import those_who_saw as module
from tearsim.study.answers.over_worlds import OverWorlds
from tearsim.study.answers.those_who_saw import (
    ALLIANCE,
    LEFT_WITHIN,
    SMALL_LUCK,
    NaiveStudies,
    ThoseWhoSaw,
    moved_by,
    those_who_saw,
)
from tearsim.study.estimates import MISSING
from tearsim.study.people.exposed import SUMMED
from tearsim.study.randomness import generator_for
from tearsim.study.sweeps.experiment import make_experiment


def asked(monkeypatch, luck, estimates="default", of_world=lambda world: 0.0):
    """Practices with eight people each who saw tears; how many more leave if they are shown depends on world and luck."""
    generator, lived = generator_for("resampling", 1), []

    def live(values, seed, replicates, rules):
        lived.append(list(replicates))
        rows = pd.DataFrame({"replicate": lived[-1], "luck": lived[-1], "clients": 200, "saw": 8})
        for name in SUMMED:
            spread = generator.normal(0.0, luck, len(rows))
            rows[name] = 8 * (np.array([of_world(module.world_of(estimates, one)) for one in lived[-1]]) + spread)
            rows[f"{name}_of"] = 8
        return rows

    monkeypatch.setattr(module, "live", live)
    content = {"title": "t", "question": "q", "parameters": {"estimates": estimates}, "design": {"replicates": 2}}
    experiment = make_experiment(
        {**content, "design": {"replicates": 2, "vary": {"tears": ["shown", "held back"]}}}, "here"
    )
    return those_who_saw(experiment, experiment.points[0]), lived


# Of the usual practice, 20 therapists with 10 places for a year.
MOST = module.MOST_CLIENT_WEEKS // (20 * 10 * 52)


def test_it_goes_on_until_luck_is_as_small_as_was_wished(monkeypatch):
    found, lived = asked(monkeypatch, 0.03)
    assert found.precise
    assert all(found.luck[name] <= wanted for name, wanted in SMALL_LUCK.items())
    assert found.practices < MOST
    assert [one for part in lived for one in part] == list(range(found.practices)), "each practice once, in order"
    assert all(later[0] == sooner[-1] + 1 for sooner, later in pairwise(lived))


def test_it_ends_where_more_would_take_too_long_and_says_how_many_would_do(monkeypatch):
    found, _ = asked(monkeypatch, 0.15)
    assert found.practices == MOST
    assert not found.precise
    assert found.needed > found.practices
    hopeless, _ = asked(monkeypatch, 3.0)
    assert hopeless.practices == module.FIRST


def test_over_open_worlds_it_knows_in_how_many_more_leave(monkeypatch):
    number = len(worlds_of("open"))
    found, _ = asked(monkeypatch, 0.001, "open", lambda world: 0.05 if world % 2 else -0.05)
    worlds = found.worlds[LEFT_WITHIN]
    assert worlds.number == number == len(found.lived_in)
    assert worlds.above == number // 2
    assert found.effects[ALLIANCE[4]].replicates == number, "intervals are over worlds"


def test_it_goes_on_until_luck_in_one_world_is_small_beside_how_worlds_differ(monkeypatch):
    """Worlds of .002 more or fewer, in which luck moves the share of one practice by .0025: two would leave 4 times as
    much luck as is small, so eight are lived, and a twentieth more."""
    found, _ = asked(monkeypatch, 0.0025, "open", lambda world: 0.002 if world % 2 else -0.002)
    assert found.precise
    lucks = found.practices / len(worlds_of("open"))
    assert lucks == pytest.approx(1.05 * (0.0025 / 0.002) ** 2 / module.SMALL_BESIDE, rel=0.3)
    assert found.worlds[LEFT_WITHIN].between == pytest.approx(0.002, rel=0.2)


def test_a_parameter_that_goes_with_leaving_in_all_worlds_is_named_and_others_are_not(monkeypatch):
    name = "appraisal_base"
    values = [world[name] for world in worlds_of("open")]
    found, _ = asked(monkeypatch, 0.0001, "open", lambda world: -0.01 * values[world])
    moved = moved_by(found, "open", {})
    assert moved[0].parameter == name
    assert moved[0].rank_correlation < -0.999  # two worlds may share a value, to the digits that are written down
    assert moved[0].low > moved[0].high
    assert name not in [one.parameter for one in moved_by(found, "open", {name: 1.0})], "nobody varies what is set"


def test_what_therapists_believe_is_not_named_as_what_would_change_it(monkeypatch):
    values = [world["belief_improved_otherwise"] for world in worlds_of("open")]
    found, _ = asked(monkeypatch, 0.0001, "open", lambda world: 0.1 * values[world])
    named = [one.parameter for one in moved_by(found, "open", {}, most=100)]
    assert not any(name.startswith("belief_") for name in named)


def test_the_default_world_has_no_worlds_to_tell_apart(monkeypatch):
    found, _ = asked(monkeypatch, 0.03)
    assert (found.worlds, moved_by(found, "default", {})) == ({}, [])
    assert not math.isnan(found.luck[LEFT_WITHIN])


# --- By hand: with two practices there is one degree of freedom, whose 97.5 % quantile is 12.706 -------------------------

T1 = 12.706204736


def told_of(monkeypatch, rows, estimates="default", practices=None, **more):
    """What is told of practices that are written down here, and each call for them; no more are lived than are given."""
    table, calls = pd.DataFrame(rows), []

    def live(values, seed, replicates, rules):
        calls.append((values, seed, list(replicates), rules))
        return table[table["replicate"].isin(calls[-1][2])]

    monkeypatch.setattr(module, "live", live)
    monkeypatch.setattr(module, "MOST_CLIENT_WEEKS", 20 * 10 * 52 * (practices or len(rows)))
    design = {"kind": "list", "replicates": 2, "seed": 11, "points": [{"client_empathy": 0.3}]}
    content = {"title": "t", "question": "q", "parameters": {"estimates": estimates}, "design": design, **more}
    experiment = make_experiment(content, "here")
    return those_who_saw(experiment, experiment.points[0]), calls


def practice(replicate, clients=30, saw=8, others=(0.0, 4), **measured):
    """A practice: of each measure the sum over those who saw tears, and of how many it is known."""
    row = {"replicate": replicate, "luck": replicate, "clients": clients, "saw": saw}
    for name in SUMMED:
        row[name], row[f"{name}_of"] = measured.get(name, others)
    return row


def test_what_is_told_of_two_practices_is_that_worked_out_by_hand(monkeypatch):
    """One more of 4 leaves, and two more of 4: 3/8, of which the practices lie half a client to either side."""
    first = {"left_within_12": (1.0, 4), "distress_last": (4.0, 4), "alliance_after_4": (0.05, 2)}
    first |= {"before_after": (0.3, 4), "left_if_seen": (2.0, 4), "left_if_unseen": (3.0, 10)}
    second = {"left_within_12": (2.0, 4), "distress_last": (8.0, 4), "alliance_after_4": (0.01, 2)}
    second |= {"before_after": (0.5, 4), "left_if_seen": (3.0, 4), "left_if_unseen": (1.0, 10)}
    found, _ = told_of(monkeypatch, [practice(0, 30, 8, **first), practice(1, 20, 4, **second)])
    assert (found.clients, found.saw, found.practices) == (50, 12, 2)
    assert found.effects["left_within_12"] == (0.375, -1.0, 1.0, 2), "no further than a difference of shares can lie"
    assert found.luck["left_within_12"] == 0.625
    distress = found.effects["distress_last"]
    assert distress.high - distress.mean == pytest.approx(T1 * math.sqrt(2 * 2 * 2.0**2) / 8), "which has no such end"
    assert found.luck["alliance_after_4"] == pytest.approx(T1 * math.sqrt(2 * 2 * 0.02**2) / 4)
    later, apart = found.studies
    assert later == pytest.approx((0.8 / 8, 0.1 - T1 * 0.2 / 8, 0.1 + T1 * 0.2 / 8, 2))
    of_each = 0.5 / 8 + 1 / 20  # how far a practice moves those who saw tears up, and those who saw none down
    half = T1 * math.sqrt(2 * 2 * of_each**2)
    assert apart == pytest.approx((5 / 8 - 4 / 20, 5 / 8 - 4 / 20 - half, 5 / 8 - 4 / 20 + half, 2))


def test_so_many_practices_would_do_as_make_luck_small_by_the_root_of_their_number(monkeypatch):
    """Luck thrice as large as was wished takes nine times as many, and a twentieth more to be on the safe side."""
    wished = {name: 3.0 * luck * 4 / T1 for name, luck in SMALL_LUCK.items()}
    rows = [practice(i, **{name: (sign * one, 4) for name, one in wished.items()}) for i, sign in enumerate((1, -1))]
    found, _ = told_of(monkeypatch, rows)
    assert found.luck == pytest.approx({name: 3.0 * SMALL_LUCK.get(name, 0.0) for name in found.luck})
    assert found.needed == 19  # 1.05 * 2 * 9 = 18.9


def test_worlds_are_told_by_how_many_people_each_mean_rests_on(monkeypatch):
    """Of 2 and of 20 people: means of 0 and .1, whose variance is .005; pooled luck of .0008 makes .00022 of it."""
    means = {0: (-0.02, 2), 1: (0.02, 2), 2: (0.1, 20), 3: (0.1, 20)}
    rows = [practice(i, left_within_12=(mean * number, number)) for i, (mean, number) in means.items()]
    found, _ = told_of(monkeypatch, rows, "open")
    of_leaving = found.worlds["left_within_12"]
    assert of_leaving.between**2 == pytest.approx(0.005 - (0.0008 / 4 + 0.0008 / 40) / 2)
    assert found.luck["left_within_12"] == of_leaving.luck > 0.0


def test_a_world_in_which_nobody_can_be_watched_long_enough_says_nothing_of_leaving(monkeypatch):
    """Worlds of two practices each: one with four people a practice, one with nobody, one with one person each."""
    numbers = [4, 4, 0, 0, 1, 1]
    rows = [practice(i, left_within_12=(0.01 * i * number, number)) for i, number in enumerate(numbers)]
    found, _ = told_of(monkeypatch, rows, "open")
    assert found.lived_in == (0, 2)
    assert found.worlds["left_within_12"].number == 2
    assert found.worlds["distress_last"].number == 3


def test_where_luck_cannot_be_told_from_worlds_no_number_of_practices_is_asked_for(monkeypatch):
    found, calls = told_of(monkeypatch, [practice(0), practice(1)], "open")
    assert found.worlds == {}
    assert all(math.isnan(luck) for luck in found.luck.values())
    assert (found.needed, found.precise, len(calls)) == (0, False, 1)


def test_however_large_practices_are_two_are_lived(monkeypatch):
    """One alone has no interval; and no third, which would take as long again."""
    found, calls = told_of(monkeypatch, [practice(i) for i in range(3)], practices=0.01)
    assert (found.practices, calls[0][2]) == (2, [0, 1])


# Student's t with 99 degrees of freedom.
T99 = 1.984216952


@pytest.mark.parametrize(("times", "lived"), [(1.42, 150), (1.9, 200), (30.0, 400)])
def test_next_as_many_are_lived_as_seem_needed_and_at_most_four_times_as_many(monkeypatch, times, lived):
    """Of 100 practices of four, half lie d clients above and half below: luck of t * d / (4 * sqrt(99))."""
    away = math.sqrt(times) * 0.005 * 4 * math.sqrt(99) / T99
    rows = [practice(i, left_within_12=((-1) ** i * away, 4)) for i in range(5000)]
    _, calls = told_of(monkeypatch, rows)
    assert calls[0][2] == list(range(100))
    assert calls[1][2] == list(range(100, lived))


def test_every_practice_is_lived_with_its_point_its_seed_and_the_rules_of_the_experiment(monkeypatch):
    rows = [practice(i, left_within_12=((-1) ** i * 0.2, 4)) for i in range(1000)]
    _, calls = told_of(monkeypatch, rows, theory="contagion")
    assert len(calls) > 1
    for values, seed, _, rules in calls:
        assert (values["client_empathy"], seed) == (0.3, 11)
        assert rules == {"eyes_fill": eyes_fill_by_contagion}


# How many more leave in each of nine worlds, as a share; in a tenth, the first of the set, nobody lived.
LEAVE = tuple(0.01 * i * i for i in range(9))


def moving(monkeypatch, most=None, given=(), lived_in=range(1, 10), between=1.0, **parameters):
    """What moves leaving in worlds with these parameters, a value a world."""
    monkeypatch.setattr(
        module,
        "worlds_of",
        lambda _: (
            [dict.fromkeys(parameters, -1.0)]
            + [dict(zip(parameters, values, strict=True)) for values in zip(*parameters.values(), strict=True)]
        ),
    )
    over = OverWorlds(9, 0.0, 0.0, (0.0, 0.0), (0.0, 0.0), 0.5, 0.0, between, LEAVE, 0.0)
    seen = ThoseWhoSaw(0, 0, 0, 52, {}, {LEFT_WITHIN: over}, tuple(lived_in), {}, NaiveStudies(MISSING, MISSING), 0)
    return moved_by(seen, "open", dict.fromkeys(given, 0.0), **({"most": most} if most else {}))


UP = tuple(range(9))


def test_the_closest_parameter_is_told_first_with_the_means_of_the_lowest_and_the_highest_third(monkeypatch):
    """Down with leaving: its lowest three are the worlds in which 36, 49 and 64 of a hundred leave, the highest 0, 1, 4."""
    three_apart, one_apart = (1, 0, 3, 2, 5, 4, 6, 7, 8), (0, 1, 2, 3, 4, 5, 6, 8, 7)
    named = {"a": three_apart, "b": one_apart, "z": UP[::-1]}
    z, b, a = moving(monkeypatch, most=3, **named)
    assert [one.parameter for one in (z, b, a)] == ["z", "b", "a"]
    assert (z.low.mean, z.high.mean) == pytest.approx((1.49 / 3, 0.05 / 3))
    assert (b.low.mean, b.high.mean) == pytest.approx((0.05 / 3, 1.49 / 3))
    # The sample variance of 0, 1 and 4 in a hundred is 13/3 of a ten-thousandth; t with two degrees of freedom 4.3027.
    assert (z.above, b.above) == ((3, 2), (2, 3))  # in one world nobody more leaves
    half = 4.302653 * 0.01 * (13 / 9) ** 0.5
    assert (z.high.low, z.high.high) == pytest.approx((0.05 / 3 - half, 0.05 / 3 + half), rel=1e-6)
    correlations = [one.rank_correlation for one in (z, b, a)]
    assert correlations == pytest.approx([-1.0, 1 - 6 * 2 / 720, 1 - 6 * 6 / 720]), "1 - 6 * sum(d^2) / (n^3 - n)"
    assert moving(monkeypatch, **named) == [z, b], "two, unless more are asked for"


def test_the_more_parameters_are_looked_at_the_surer_one_must_be(monkeypatch):
    """A rank correlation of 3/4 over nine worlds is t = 3 with seven degrees of freedom, p = .02: .04 of two, .06 of three."""
    close = (3, 2, 1, 0, 5, 4, 8, 7, 6)
    assert 1 - 6 * sum((i - one) ** 2 for i, one in enumerate(close)) / 720 == pytest.approx(0.75)
    far, switch, alike = (0, 8, 1, 7, 2, 6, 3, 5, 4), (0, 1, 0, 1, 0, 1, 0, 1, 0), (5,) * 9
    assert [one.parameter for one in moving(monkeypatch, close=close, far=far)] == ["close"]
    assert moving(monkeypatch, close=close, far=far, switch=switch) == [], "a switch is looked at, too"
    (one,) = moving(monkeypatch, close=close, far=far, alike=alike)
    assert one.parameter == "close", "what is alike in all worlds is not looked at"


def test_what_is_given_may_be_what_no_world_brings(monkeypatch):
    assert moving(monkeypatch, given=["therapists", "up"], up=UP) == []
    (one,) = moving(monkeypatch, given=["therapists"], up=UP, down=(0,) * 9)
    assert one.parameter == "up"


def test_nothing_is_named_where_worlds_do_not_differ_or_are_not_those_lived_in(monkeypatch):
    assert moving(monkeypatch, up=UP) != []
    assert moving(monkeypatch, between=0.0, up=UP) == []
    assert moving(monkeypatch, lived_in=range(1, 9), up=UP) == []
