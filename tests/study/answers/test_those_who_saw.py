"""Those who saw tears: on enough people, over the worlds that they lived in."""

import math
from itertools import pairwise

import numpy as np
import pandas as pd

from tearsim.science.fitted import worlds_of
from tearsim.study.answers import those_who_saw as module
from tearsim.study.answers.those_who_saw import ALLIANCE, LEFT_WITHIN, SMALL_LUCK, moved_by, those_who_saw
from tearsim.study.people.exposed import SUMMED
from tearsim.study.randomness import generator_for
from tearsim.study.sweeps.experiment import make_experiment


def asked(monkeypatch, luck, estimates="default", of_world=lambda world: 0.0):
    """Practices of eight people who saw tears each, of whom showing them makes so many leave more, by world and luck."""
    generator, lived = generator_for("resampling", 1), []

    def live(values, seed, replicates, rules):
        lived.append(list(replicates))
        rows = pd.DataFrame({"replicate": lived[-1], "clients": 200, "saw": 8})
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
    found, _ = asked(monkeypatch, 0.1)
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
