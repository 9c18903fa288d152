"""What is added elsewhere changes nothing here: weeks, places, design points, neighbours in a batch."""

import numpy as np

from tearsim.science.settings import checked
from tearsim.worlds import ensemble
from tearsim.worlds.ensemble import Ensemble
from tearsim.worlds.simulate import simulate

SMALL = {"therapists": 3, "caseload": 4, "weeks": 20}


def rows_of(log, **where):
    keep = np.ones(len(log), bool)
    for field, test in where.items():
        keep &= test(log[field])
    return log[keep]


def test_one_more_week_changes_no_earlier_session():
    shorter, longer = simulate(5, log=True, **SMALL), simulate(5, log=True, **{**SMALL, "weeks": 21})
    assert (rows_of(longer.log, week=lambda week: week <= 20) == shorter.log).all()


def test_one_more_place_a_therapist_changes_nobody_in_a_cohort_before_places_change_hands():
    """In a cohort nobody meets the new clients but in the pool of free places; until then, lives are untouched."""
    never = {"arrivals": "cohort", "seeking_base": -20.0, "seeking_distress": 0.0, "comfort_learning": 0.0}
    fewer = simulate(5, log=True, **SMALL, **never)
    more = simulate(5, log=True, **{**SMALL, "caseload": 5}, **never)
    same_places = rows_of(more.log, place=lambda place: place <= 12)
    assert len(same_places) == len(fewer.log)
    assert (same_places == fewer.log).all()


def test_one_more_design_point_changes_no_other():
    points = [checked({**SMALL, "therapist_tear_propensity": median}) for median in (0.2, 0.5, 0.9)]
    alone = Ensemble(points[:1]).run(3)[0]
    among = Ensemble(points).run(3)[0]
    assert (alone.tallies == among.tallies).all()


def test_points_of_different_shapes_do_not_disturb_each_other():
    shapes = [
        checked({**SMALL, "caseload": caseload, "weeks": weeks}) for caseload, weeks in ((4, 20), (7, 9), (4, 13))
    ]
    together = Ensemble(shapes).run(3)
    for point, ran in zip(shapes, together, strict=True):
        assert (Ensemble([point]).run(3)[0].tallies == ran.tallies).all()


def test_running_again_gives_the_same_again():
    world = Ensemble([checked(SMALL)])
    first = world.run(1, 0)[0].tallies.copy()
    world.run(1, 1)
    assert (world.run(1, 0)[0].tallies == first).all()


def test_how_luck_is_cut_into_blocks_changes_nothing(monkeypatch):
    """Of several points, of which one after the other asks for the luck of the same newcomers."""
    points = [checked({**SMALL, "arrivals": "open", "leaving_base": base}) for base in np.linspace(-6.0, -1.0, 12)]
    whole = [ran.log for ran in Ensemble(points, log=True).run(9)]
    monkeypatch.setattr(ensemble, "LUCK_BYTES", 3 * 12 * 256)
    monkeypatch.setattr(ensemble, "TURNS_HELD", 1)
    cut = [ran.log for ran in Ensemble(points, log=True).run(9)]
    assert all(np.array_equal(one, other) for one, other in zip(cut, whole, strict=True))


def test_replicates_differ_and_repeat():
    first, again, other = (simulate(1, replicate=replicate, **SMALL).tallies for replicate in (0, 0, 1))
    assert (first == again).all()
    assert (first != other).any()


def test_sweeping_a_median_keeps_each_persons_place_in_the_crowd():
    low, high = (simulate(4, log=True, client_empathy=median, **SMALL).episodes for median in (0.3, 0.7))
    first_week = low["first_week"] == 1
    order = low[first_week]["client_empathy"].rank().tolist()
    assert order == high[high["first_week"] == 1]["client_empathy"].rank().tolist()
