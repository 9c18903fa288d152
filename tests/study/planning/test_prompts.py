"""A prompt that is drawn anew at each decision point: what is lived, and what its effect is."""

import numpy as np
import pytest

from tearsim.study.planning.inquiries import INQUIRIES
from tearsim.study.planning.lived import live_pool
from tearsim.study.planning.prompts import HALVES, PROMPTS, Prompted, live_prompted, truth_of_prompts
from tearsim.study.planning.study_file import make_study
from tearsim.study.randomness import generator_for
from tests.study.planning.test_planning import of_kind, with_parts


def test_there_is_a_prompt_for_each_effect_that_one_can_ask_of():
    assert set(PROMPTS) == {name for name, one in INQUIRIES.items() if one.at_each}


def prompted(effect):
    """A small trial by prompts, as people live it whose eyes fill often."""
    parameters = {"therapist_tear_propensity": 0.98, "eyes_fill_base": -1.0}
    study = with_parts(of_kind("prompt"), inquiry={"effect": effect}, data={"followed": 0.8})
    declared = make_study({**study, "estimates": "default", "parameters": parameters}, "the study")
    return declared, live_prompted(declared, 0, 0, 60)


def check_draws(lived):
    """Both halves of sessions are turned round in one life each, and only there, up to the first that is."""
    for half, other in zip(HALVES, lived.turned, strict=True):
        turned = lived.asked & (lived.half == half)
        since = np.where(turned.any(axis=1), turned.argmax(axis=1), lived.drawn.weeks)
        before = np.arange(lived.drawn.weeks) < since[:, None]
        np.testing.assert_array_equal(lived.drawn.rating[before], other.rating[before])
        np.testing.assert_array_equal(lived.drawn.noticed[before], other.noticed[before])


def test_what_a_prompt_draws_at_each_decision_point_is_what_is_lived():
    _, lived = prompted("eyes_fill")
    points, kept = lived.asked, lived.kept
    assert points.sum(axis=1).max() >= 3, "somebody comes to several decision points"
    assert points.sum() > 200
    assert not lived.drawn.noticed[points & ~kept].any(), "what is held back nobody notices"
    assert lived.drawn.noticed[points & kept].mean() > 0.3
    several = points.sum(axis=1) > 1
    assert (lived.assigned & points)[several].any(axis=1).mean() < 1.0
    alike = (points.sum(axis=1) == (lived.assigned & points).sum(axis=1))[several]
    assert alike.mean() < 0.5, "it is drawn anew each time"
    assert lived.kept[points & lived.assigned].mean() == pytest.approx(0.8, abs=0.1)
    assert not lived.kept[points & ~lived.assigned].any()
    check_draws(lived)


@pytest.mark.slow
def test_speaking_is_as_it_is_drawn_whatever_the_comfort():
    _, lived = prompted("spoken")
    np.testing.assert_array_equal(lived.drawn.spoken[lived.asked], lived.kept[lived.asked])
    check_draws(lived)


def test_an_excursion_effect_counts_every_decision_point_once_on_average():
    """Made-up lives of 4,000 clients with up to four decision points each: the draw of the k-th adds k to the rating."""
    luck = generator_for("planned studies", 11)
    clients, weeks = 4_000, 8
    asked = luck.random((clients, weeks)) < 0.3
    turn = np.cumsum(asked, axis=1)
    kept, half = luck.random((clients, weeks)) < 0.5, np.where(luck.random((clients, weeks)) < 0.5, *HALVES)
    lives = live_pool(make_study(of_kind("training"), "the study"), 0, 0, 1).first.of(np.zeros(clients, np.int64))

    def lived(drawn):
        return lives._replace(rating=np.where(asked & drawn, turn, 0).astype(float))

    turned = tuple(lived(np.where(half == one, ~kept, kept)) for one in HALVES)
    study = make_study(with_parts(of_kind("prompt"), inquiry={"effect": "spoken", "weeks": 0}), "the study")
    found = truth_of_prompts(Prompted(lived(kept), turned, asked, kept, kept, half), study)
    assert found.pairs == pytest.approx(asked.sum(), rel=0.03)
    assert found.difference == pytest.approx(turn[asked].mean(), rel=0.03)
