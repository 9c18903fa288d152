"""Who stays and who leaves: both curves by hand, on ten clients."""

import numpy as np
import pytest

from tearsim.study.people.survival import at_risk, have_left, not_left

# Sessions held, and how the last one left the therapy.
TEN = (
    (1, "left"), (1, "completed"), (2, "left"), (3, "left"), (3, "goes on"),
    (4, "completed untold"), (5, "left"), (6, "handed over"), (6, "left"), (8, "completed"),
)  # fmt: skip
SESSIONS, ENDINGS = zip(*TEN, strict=True)


def steps(course):
    """The share after each session at which it is given."""
    return dict(zip(course.sessions.tolist(), course.share.tolist(), strict=True))


def test_of_those_who_go_on_as_many_stay_as_kaplan_and_meier_have_it_by_hand():
    # Of 10 at the first session 1 leaves, of 8 at the second 1, of 7 at the third, of 4 at the fifth, of 3 at the sixth.
    by_hand = {0: 1.0, 1: 9 / 10, 2: 9 / 10 * 7 / 8, 3: 9 / 10 * 7 / 8 * 6 / 7}
    by_hand[5] = by_hand[3] * 3 / 4
    by_hand[6] = by_hand[5] * 2 / 3
    share = steps(not_left(SESSIONS, ENDINGS))
    assert {session: share[session] for session in by_hand} == pytest.approx({s: 100 * p for s, p in by_hand.items()})


def test_of_all_who_began_as_many_have_left_as_aalen_and_johansen_have_it_by_hand():
    # Still in therapy, neither left nor completed: .8 after the first, .7 after the second, .6 after the third, when
    # one more is lost from sight; 4/5 of these after the fourth, 3/4 of those after the fifth.
    by_hand = {0: 0.0, 1: 0.1, 2: 0.1 + 0.8 / 8, 3: 0.2 + 0.7 / 7, 5: 0.3 + 0.48 / 4, 6: 0.42 + 0.36 / 3}
    share = steps(have_left(SESSIONS, ENDINGS))
    assert {session: share[session] for session in by_hand} == pytest.approx({s: 100 * p for s, p in by_hand.items()})


def test_a_greenwood_interval_by_hand():
    """After the first session of ten: S = .9, its standard error sqrt(.9 * .1 / 10), on the log(-log) scale."""
    course = not_left(SESSIONS, ENDINGS)
    width = 1.959964 * np.sqrt(0.09 / 10) / (0.9 * -np.log(0.9))
    assert course.low[1] == pytest.approx(100 * 0.9 ** np.exp(width), rel=1e-5)
    assert course.high[1] == pytest.approx(100 * 0.9 ** np.exp(-width), rel=1e-5)


@pytest.mark.parametrize("estimate", [not_left, have_left])
def test_intervals_hold_the_share_and_stay_between_none_and_all(estimate):
    course = estimate(SESSIONS, ENDINGS)
    assert ((course.low <= course.share) & (course.share <= course.high)).all()
    assert ((course.low < course.high) == ((course.share > 0) & (course.share < 100))).all()
    assert course.low.min() >= 0.0
    assert course.high.max() <= 100.0


def test_where_nobody_completes_or_is_lost_the_two_curves_are_one():
    sessions, endings = [1, 2, 2, 5], ["left"] * 4
    assert steps(have_left(sessions, endings)) == pytest.approx(
        {s: 100 - p for s, p in steps(not_left(sessions, endings)).items()}
    )


def test_completing_hides_more_of_leaving_than_it_stops():
    """Once many complete, fewer of all leave than the curve of those who go on would make one think."""
    assert have_left(SESSIONS, ENDINGS).share[-1] < 100 - not_left(SESSIONS, ENDINGS).share[-1]


def test_where_nobody_leaves_the_curves_are_flat():
    assert steps(not_left([3, 9], ["completed", "goes on"])) == {0: 100.0, 9: 100.0}
    assert steps(have_left([3, 9], ["completed", "goes on"])) == {0: 0.0, 9: 0.0}


def test_at_risk_of_a_session_are_those_who_came_to_it():
    assert at_risk(SESSIONS, [1, 3, 6, 9]).tolist() == [10, 7, 3, 0]
