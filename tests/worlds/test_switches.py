"""The switches every analysis needs do what they say, to the bit."""

import numpy as np
import pytest

from tearsim.science.parameters import PARAMETERS
from tearsim.worlds.agents import Client, Therapist
from tearsim.worlds.practice import Practice
from tearsim.worlds.simulate import simulate

TEARFUL = {"therapists": 6, "caseload": 8, "weeks": 40, "eyes_fill_base": -1.0, "arrivals": "cohort"}
OF_TEARS = {"tears_shown", "noticed", "belief_noticed", "spoken", "reception", "belief"}


def test_tears_without_effect_leave_the_world_in_which_they_were_held_back_but_for_the_tears():
    shown, held = (
        simulate(2, log=True, effect_of_tears="none", tears=tears, tears_relief=0.5, repair_spoken=2.0, **TEARFUL).log
        for tears in ("shown", "held back")
    )
    assert (shown["tears_shown"] > 0).sum() > 30
    assert (held["tears_shown"] == 0).all()
    for field in set(shown.dtype.names) - OF_TEARS:
        assert (shown[field] == held[field]).all(), field


def test_held_back_tears_are_felt_as_before_until_showing_them_has_made_a_difference():
    """The first tears of the practice are felt in both worlds alike."""
    shown, held = (simulate(2, log=True, tears=tears, **TEARFUL).log for tears in ("shown", "held back"))
    first = np.flatnonzero(shown["tears_felt"])[0]
    assert (shown["tears_felt"][: first + 1] == held["tears_felt"][: first + 1]).all()
    assert held["tears_shown"].sum() == 0


def test_an_agent_whose_appraisal_is_overridden_to_0_equals_the_switch():
    class Unmoved(Client):
        def appraise(self, therapist, tears, p, luck):
            return 0.0

    overridden = Practice(2, log=True, client_class=Unmoved, **TEARFUL)
    overridden.run()
    switched = simulate(2, log=True, effect_of_tears="not appraised", **TEARFUL)
    assert (overridden.log == switched.log).all()
    assert (switched.log["noticed"]).sum() > 10


def test_a_therapist_can_be_given_another_behaviour():
    class NeverSpeaks(Therapist):
        def speaks(self, p, luck):
            return False

    silent = Practice(2, log=True, therapist_class=NeverSpeaks, **TEARFUL)
    silent.run()
    assert simulate(2, log=True, **TEARFUL).log["spoken"].any()
    assert not silent.log["spoken"].any()
    assert (silent.log == simulate(2, log=True, tears_spoken=0.0, **TEARFUL).log).all()


@pytest.mark.parametrize("rule", ["cries", "notices", "ends_well", "leaves", "seeks_someone_new"])
def test_every_decision_of_a_client_can_be_overridden(rule):
    never = type("Never", (Client,), {rule: lambda self, *situation: 0})
    practice = Practice(2, log=True, client_class=never, **TEARFUL)
    practice.run()
    log, usual = practice.log, simulate(2, log=True, **TEARFUL)
    gone = {
        "cries": lambda log: log["client_tears"].sum(),
        "notices": lambda log: log["noticed"].sum(),
        "ends_well": lambda log: ((log["ending"] == 1) | (log["ending"] == 2)).sum(),
        "leaves": lambda log: (log["ending"] == 3).sum(),
        "seeks_someone_new": lambda log: (log["episode"] > 1).sum(),
    }[rule]
    assert gone(usual.log) > 0
    assert gone(log) == 0


def test_tears_held_back_with_one_client_leave_everyone_else_as_they_were():
    """In a cohort without learning, nobody else has anything to do with it until places change hands."""
    apart = TEARFUL | {"comfort_learns_from": "nothing", "seeking_base": -20.0, "seeking_distress": 0.0}
    usual = simulate(2, log=True, **apart).log
    client = int(usual["client"][np.flatnonzero(usual["noticed"])[0]])
    one = simulate(2, log=True, hold_back_client=client, **apart).log
    assert (one[one["client"] != client] == usual[usual["client"] != client]).all()
    assert (one["tears_shown"][one["client"] == client] == 0).all()
    assert (usual["tears_shown"][usual["client"] == client] > 0).any()


def test_tears_held_back_follow_the_client_to_the_next_therapist():
    """It is with one person that tears are held back, not in one chair."""
    restless = TEARFUL | {"seeking_base": 20.0, "leaving_base": -2.0, "seeking_wait": 1.0}
    usual = simulate(2, log=True, **restless).log
    again = usual[(usual["episode"] > 1) & (usual["tears_shown"] > 0)]
    client = int(again["client"][0])
    one = simulate(2, log=True, hold_back_client=client, **restless).log
    assert (one["episode"][one["client"] == client] > 1).any()
    assert (one["tears_shown"][one["client"] == client] == 0).all()


def test_without_learning_a_therapists_comfort_never_moves():
    log = simulate(2, log=True, comfort_learns_from="nothing", **TEARFUL).log
    for therapist in np.unique(log["therapist"]):
        assert len(np.unique(log["comfort"][log["therapist"] == therapist])) == 1


# What must be in place for a parameter to matter at all.
CONTEXT = {
    "hold_back_week": {"hold_back_client": 1}, "planned_sessions": {"endings": "fixed plan"},
    "leaving_outside_life": {"leaving_exogenous": 0.5}, "leak_sensed": {"tears": "leaking"},
    "informed_choices": {"matching": "informed"}, "informed_error": {"matching": "informed"},
    "estimates": {"replicate": 1},  # the first fitted world is the defaults
    "patience": {"therapists": 2, "caseload": 2}, "openness_kept": {"client_cries_openness": 1.0},
    "no_better_after": {"progress": 0.02},  # somebody has to be no better
    "eyes_fill_bad_news": {"bad_news": 0.1}, "leaving_bad_news": {"bad_news": 0.1},
}  # fmt: skip
# Where the end of the plausible range is the default, or too near to be seen in a small practice.
OTHER = {"hold_back_client": 1, "hold_back_week": 60, "patience": 0, "comfort_learns_from": "nothing", "weeks": 31}


def farthest_plausible(declared, here):
    """The plausible value farthest from the one in place."""
    if declared.kind == "choice":
        return declared.choices[-1]
    if declared.kind == "switch":
        return not here
    end = max(declared.plausible, key=lambda value: abs(value - here))
    return int(end) if declared.kind == "whole number" else end


@pytest.mark.parametrize("name", PARAMETERS)
def test_each_parameter_changes_some_session(name):
    everything_happens = {
        "therapists": 6,
        "caseload": 6,
        "weeks": 60,
        "eyes_fill_base": -1.0,
        "grief_onset": 0.05,
        "relapse": 0.05,
        "career_length": 2.0,
        "therapist_experience": 1.0,
        "seeking_base": 1.0,
    }
    declared = PARAMETERS[name]
    context = everything_happens | CONTEXT.get(name, {})
    here = context.get(name, declared.default)
    other = OTHER.get(name)
    if other is None:
        other = farthest_plausible(declared, here)
    assert other != here
    before = simulate(8, log=True, **context).log
    after = simulate(8, log=True, **{**context, name: other}).log
    assert len(before) != len(after) or (before != after).any()
