"""What holds for everybody, whatever the parameters within their hard limits and whatever the luck."""

import math
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tearsim.science import codes as w
from tearsim.science import lives, luck, meeting, people, places, rules
from tearsim.science.parameters import PARAMETERS
from tearsim.science.scales import WITHOUT_END, logistic
from tearsim.science.session import hear, session, take_in
from tearsim.science.settings import checked
from tearsim.science.settings import settings as as_numbers
from tests.science.helpers import NEVER, SHARES, SURELY, a_client, a_therapist, as_it_was, parameters, tears

many = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
few = settings(many, max_examples=50)

# The reach of NumPy's uniforms, lifted off 0, and of what is made of them.
REACH = {"events": (-37.5, 36.8), "normals": (-8.4, 8.3), "uniforms": (2.0**-54, 1 - 2.0**-53)}


def anywhere(low, high):
    return st.floats(low, high, allow_subnormal=False)


def luck_of(runs):
    draws = {name: anywhere(*REACH[drawn_as]) for drawn_as, names in runs for name in names}
    return st.fixed_dictionaries(draws).map(lambda drawn: SimpleNamespace(**drawn))


share, log_odds, normal = anywhere(0.0, 1.0), anywhere(-60.0, 60.0), anywhere(-8.0, 8.0)
propensity = st.one_of(log_odds, st.sampled_from([-700.0, 700.0]))
fortunes, chance = luck_of(luck.RUNS["session"]), anywhere(*REACH["events"])

any_client = st.builds(
    a_client,
    empathy=share,
    boundary_sensitivity=share,
    warmth_expected=share,
    tear_propensity=propensity,
    bond_share=normal,
    fit=anywhere(-60.0, 10.0),
    felt_empathy=anywhere(-60.0, 60.0),
    theme=normal,
    agreed_sessions=st.one_of(st.just(WITHOUT_END), anywhere(0.1, 200.0)),
    responsiveness=anywhere(1e-9, 1e6),
    good_enough=anywhere(-60.0, 60.0),
    distress=st.one_of(st.just(0.0), anywhere(0.0, 60.0)),
    distress_at_start=anywhere(0.0, 60.0),
    settles_at=anywhere(-900.0, 900.0),
    open_rupture=st.one_of(st.just(0.0), anywhere(0.0, 7.5)),
    rupture_spoken=st.booleans(),
    openness=anywhere(0.0, 20.0),
    early_risk=share,
    noticed_before=st.integers(0, 99),
    lasting_weight=share,
    unsettled_before=st.booleans(),
    unsettled_this_episode=st.booleans(),
    leavings=st.integers(0, 99),
    sessions=st.integers(0, 200),
)
any_bond = anywhere(-900.0, 900.0)
any_therapist = st.builds(
    a_therapist,
    empathy=share,
    boundary_sensitivity=share,
    comforting=share,
    tear_propensity=propensity,
    skill=normal,
    leaving=normal,
    comfort=share,
    strain=normal,
    grieving=st.booleans(),
    years=anywhere(0.0, 100.0),
)
any_level = st.integers(w.NEAR, w.OVERWHELMED)


def shares_of(client):
    return [logistic(getattr(client, f"{trait}_log_odds")) for trait in SHARES]


@st.composite
def any_parameters(draw, **fixed):
    """Every parameter anywhere within its hard limits, but for the size of the practice and what is given."""
    values = {}
    for name, entry in PARAMETERS.items():
        if entry.choices:
            values[name] = draw(st.sampled_from(entry.choices))
        elif entry.kind == "number":
            values[name] = draw(anywhere(*entry.limits))
    return SimpleNamespace(**as_numbers(checked(values | fixed)))


def all_finite(person):
    return all(math.isfinite(value) for value in vars(person).values())


def with_bond(client, bond):
    client.bond, client.alliance = bond, rules.logistic(bond)
    return client


# --- Total, finite and within bounds -------------------------------------------------------------------------------


@many
@given(any_parameters(), any_client, any_bond, any_therapist, fortunes)
def test_any_session_stays_within_bounds_and_changes_nobody(p, client, bond, therapist, fortune):
    with_bond(client, bond)
    before = as_it_was(client), as_it_was(therapist), as_it_was(p), as_it_was(fortune)
    s = session(client, therapist, p.tears, p, fortune)
    assert (client, therapist, p, fortune) == before
    assert all(math.isfinite(value) for value in s)
    assert 0.0 <= s.depth <= 1.0
    assert 0.0 <= s.alliance <= 1.0
    assert -1.0 <= s.appraisal <= 1.0
    assert 1.0 <= s.rating <= 7.0
    assert s.distress >= 0.0
    assert 0.0 <= s.rupture <= s.open_rupture
    assert s.tears_shown in (w.NONE, s.tears_felt)
    assert s.noticed == (s.reception != w.NOT_RECEIVED)
    assert (s.origin == w.NO_ORIGIN) == (s.tears_felt == w.NONE)
    assert s.felt_empathy == client.felt_empathy


@many
@given(any_parameters(), any_client, any_bond, any_therapist, fortunes)
def test_who_agreed_on_a_number_of_sessions_never_has_more_and_their_agreed_end_is_told(
    p, client, bond, therapist, fortune
):
    s = session(with_bond(client, bond), therapist, p.tears, p, fortune)
    if rules.reaches_agreed_end(client, s.number, p):
        assert s.ending == w.COMPLETED_TOLD
    if p.endings == w.GOOD_ENOUGH and s.number >= client.agreed_sessions:
        assert s.ending == w.COMPLETED_TOLD


@many
@given(any_parameters(), any_client, st.integers(1, 99), anywhere(0.0, 60.0), anywhere(0.0, 60.0), fortunes)
def test_whether_someone_has_had_enough_does_not_hang_on_where_they_began(p, client, number, distress, other, fortune):
    before = rules.ends_well(client, number, distress, p, fortune)
    client.distress_at_start = other
    assert rules.ends_well(client, number, distress, p, fortune) == before


@many
@given(any_parameters(), any_client, any_bond, any_therapist, fortunes)
def test_what_is_set_to_nothing_has_no_effect(p, client, bond, therapist, fortune):
    """Felt empathy, themes and ruptures that hurt: with a weight of 0 each, a session is the same to the last bit."""
    p.depth_empathy = p.progress_empathy = p.bond_empathy = p.client_cries_theme = p.distress_rupture = 0.0
    with_bond(client, bond)
    client.felt_empathy = client.theme = 0.0
    without = session(client, therapist, p.tears, p, fortune)
    client.felt_empathy, client.theme = 3.0, -2.0
    assert session(client, therapist, p.tears, p, fortune)._replace(felt_empathy=0.0) == without


@many
@given(any_parameters(), any_client, any_bond, any_therapist, fortunes)
def test_two_people_can_live_with_any_session(p, client, bond, therapist, fortune):
    with_bond(client, bond)
    s = session(client, therapist, p.tears, p, fortune)
    take_in(client, s, p)
    hear(therapist, s, p)
    lives.learn(therapist, p)
    lives.live_outside(client, p, fortune)
    assert all_finite(client)
    assert all_finite(therapist)
    assert client.openness >= 0.0
    assert client.distress >= 0.0
    assert 0.0 <= client.lasting_weight <= 1.0
    assert 0.0 <= client.early_risk <= 1.0
    assert 0.0 <= therapist.comfort <= 1.0


@few
@given(
    any_parameters(),
    luck_of(luck.RUNS["client"]),
    luck_of(luck.RUNS["therapist"]),
    luck_of(luck.RUNS["therapist week"]),
    fortunes,
)
def test_anyone_who_comes_is_a_person_and_can_meet_anyone(p, of_client, of_therapist, of_week, fortune):
    client, therapist = SimpleNamespace(), SimpleNamespace()
    people.arrive(client, 1, 0, 0, p, of_client)
    people.enter_practice(therapist, 1, 0, people.years_at_start(p, of_therapist), p, of_therapist)
    assert 0.0 <= therapist.years <= p.career_length * (1 + 1e-9)
    lives.begin_week(therapist, p, of_week)
    meeting.meet(client, therapist, 0, p, fortune)
    assert vars(client).keys() == vars(a_client()).keys()
    assert vars(therapist).keys() == vars(a_therapist()).keys()
    assert all_finite(client)
    assert all_finite(therapist)
    traits = (
        *shares_of(client),
        client.alliance,
        therapist.empathy,
        therapist.boundary_sensitivity,
        therapist.comforting,
        therapist.comfort,
    )
    assert all(0.0 <= trait <= 1.0 for trait in traits)
    assert client.distress >= 0.0
    assert client.responsiveness > 0.0


@few
@given(any_parameters(), any_client, fortunes, st.sampled_from([w.COMPLETED_TOLD, w.COMPLETED_UNTOLD, w.LEFT]))
def test_whoever_ends_stands_somewhere_out_of_therapy(p, client, fortune, ending):
    places.end_episode(client, ending, p, fortune)
    assert (client.standing == w.COMPLETED) == (ending != w.LEFT)
    assert client.standing != w.IN_THERAPY
    assert client.wait >= 0.0
    assert all_finite(client)


@pytest.mark.parametrize("median", [0.0, 1.0])
@few
@given(fortune=fortunes, of_client=luck_of(luck.RUNS["client"]), of_therapist=luck_of(luck.RUNS["therapist"]))
def test_a_median_of_exactly_0_or_1_is_legal_and_makes_everyone_alike(median, fortune, of_client, of_therapist):
    medians = {
        name: median for name in PARAMETERS if f"{name}_spread" in PARAMETERS and PARAMETERS[name].unit == "0 to 1"
    }
    p = parameters(**medians)
    client, therapist = SimpleNamespace(), SimpleNamespace()
    people.arrive(client, 1, 0, 0, p, of_client)
    people.enter_practice(therapist, 1, 0, 5.0, p, of_therapist)
    for trait in (*shares_of(client), therapist.empathy, therapist.boundary_sensitivity, therapist.comforting):
        assert trait == pytest.approx(median, abs=1e-200)
    meeting.meet(client, therapist, 0, p, fortune)
    s = session(client, therapist, w.SHOWN, p, fortune)
    assert s.tears_felt == (w.NONE if median == 0.0 else w.OVERWHELMED)
    assert (s.client_tears == w.NO_TEARS) == (median == 0.0)


# --- Tears that have no effect, and tears held back ----------------------------------------------------------------

OF_TEARS = {"tears_felt", "tears_shown", "origin", "noticed", "belief_noticed", "spoken", "reception", "belief"}


def but_for_tears(s):
    return {name: value for name, value in s._asdict().items() if name not in OF_TEARS}


@many
@given(st.data(), any_client, any_bond, any_therapist, fortunes)
def test_without_effect_tears_shown_are_bit_for_bit_tears_held_back(data, client, bond, therapist, fortune):
    p = data.draw(any_parameters(effect_of_tears="none"))
    with_bond(client, bond)
    therapist.tear_propensity = 700.0
    shown = session(client, therapist, w.SHOWN, p, fortune)
    p.effect_of_tears = w.FULL
    held_back = session(client, therapist, w.HELD_BACK, p, fortune)
    assert shown.tears_felt == held_back.tears_felt == w.OVERWHELMED
    assert but_for_tears(shown) == but_for_tears(held_back)


@many
@given(any_parameters(effect_of_tears="full"), any_client, any_bond, any_therapist, fortunes)
def test_tears_held_back_are_to_the_client_as_if_nothing_had_been_felt(p, client, bond, therapist, fortune):
    with_bond(client, bond)
    unmoved = as_it_was(client)
    take_in(client, session(client, therapist, w.HELD_BACK, p, fortune), p)
    s = session(unmoved, therapist, w.SHOWN, p, fortune, eyes_fill=lambda *_: w.NONE)
    take_in(unmoved, s, p)
    assert client == unmoved


# --- One way only --------------------------------------------------------------------------------------------------


@many
@given(any_parameters(), any_therapist, share, st.integers(0, 2), chance, chance)
def test_a_lower_draw_never_means_fewer_tears(p, therapist, depth, client_tears, one, other):
    levels = [
        rules.eyes_fill(therapist, depth, client_tears, p, SimpleNamespace(eyes_fill=x, bad_news=0.5))
        for x in sorted((one, other))
    ]
    assert levels == sorted(levels, reverse=True)


@many
@given(any_client, any_therapist, any_level, st.booleans(), log_odds, log_odds, normal)
def test_minding_blurred_boundaries_more_never_raises_the_appraisal(client, therapist, level, spoken, one, other, z):
    taken = []
    for client.boundary_sensitivity_log_odds in sorted((one, other)):
        felt = tears(felt=level, shown=level, sensed=level, spoken=spoken)
        taken.append(rules.appraise(client, therapist, felt, parameters(), SimpleNamespace(appraisal=z)))
    assert taken == sorted(taken, reverse=True)


@pytest.mark.parametrize("what", ["alliance", "empathy_log_odds", "warmth_expected_log_odds"])
@few
@given(client=any_client, therapist=any_therapist, level=any_level, one=log_odds, other=log_odds, z=normal)
def test_a_warmer_eye_never_lowers_the_appraisal(what, client, therapist, level, one, other, z):
    taken = []
    for value in sorted((one, other)):
        setattr(client, what, logistic(value) if what == "alliance" else value)
        felt = tears(felt=level, shown=level, sensed=level)
        taken.append(rules.appraise(client, therapist, felt, parameters(), SimpleNamespace(appraisal=z)))
    assert taken == sorted(taken)


@many
@given(any_client, any_therapist, normal, st.sampled_from([w.SHARED, w.OWN]))
def test_each_level_beyond_near_tears_is_taken_worse(client, therapist, z, origin):
    p, fortune = parameters(), SimpleNamespace(appraisal=z)
    taken = [
        rules.appraise(client, therapist, tears(felt=level, shown=level, sensed=level, origin=origin), p, fortune)
        for level in (w.NEAR, w.OPEN, w.OVERWHELMED)
    ]
    assert taken == sorted(taken, reverse=True)


def leaves(client, therapist, alliance, rupture, draw, p):
    fortune = SimpleNamespace(leaves=draw, outside_life=0.5, bad_news=0.5)
    return rules.leaves(client, therapist, 9, alliance, rupture, client.distress, w.NOT_RECEIVED, p, fortune)


@many
@given(any_client, any_therapist, share, share, anywhere(0.0, 3.0), anywhere(0.0, 3.0), anywhere(-12.0, 2.0))
def test_neither_a_deeper_alliance_nor_a_lesser_rupture_raises_the_risk_of_leaving(
    client, therapist, one, other, small, large, draw
):
    p = parameters()
    poorer, deeper = sorted((one, other))
    small, large = sorted((small, large))
    stays = not leaves(client, therapist, poorer, large, draw, p)
    assert leaves(client, therapist, deeper, large, draw, p) <= (not stays)
    assert leaves(client, therapist, poorer, small, draw, p) <= (not stays)


@many
@given(any_therapist, share, st.integers(0, 2), normal, normal, anywhere(-20.0, 20.0))
def test_neither_strain_nor_grief_nor_a_crying_client_lowers_the_chance_of_tears(
    therapist, depth, client_tears, one, other, draw
):
    p, fortune = parameters(), SimpleNamespace(eyes_fill=draw, bad_news=0.5)
    therapist.grieving = False
    levels = []
    for therapist.strain in sorted((one, other)):
        levels.append(rules.eyes_fill(therapist, depth, client_tears, p, fortune))
    assert levels == sorted(levels)
    therapist.grieving = True
    assert rules.eyes_fill(therapist, depth, client_tears, p, fortune) >= levels[-1]
    with_crying = rules.eyes_fill(therapist, depth, w.RELEASE, p, fortune)
    assert with_crying >= rules.eyes_fill(therapist, depth, w.NO_TEARS, p, fortune)


@many
@given(any_client, any_therapist, anywhere(-9.0, 9.0), anywhere(-9.0, 9.0), normal)
def test_more_felt_empathy_never_slows_progress_nor_makes_talk_shallower_nor_lowers_the_bond(
    client, therapist, one, other, z
):
    p, fortune = parameters(), SimpleNamespace(depth=z, bond=z)
    told = []
    for client.felt_empathy in sorted((one, other)):
        bond = rules.bond_after(client, therapist, 1.0, 0.0, False, 0.0, w.NOT_RECEIVED, False, 0.0, p, fortune)
        told.append((rules.pace_of_progress(client, therapist, p), rules.depth_of_talk(client, p, fortune), bond))
    assert all(less <= more for less, more in zip(*told, strict=True))


@many
@given(any_client, anywhere(0.0, 9.0), anywhere(0.0, 9.0), normal, share)
def test_a_graver_rupture_left_open_never_lowers_distress(client, one, other, z, pace):
    p, fortune = parameters(), SimpleNamespace(distress=z)
    left = [rules.distress_after(client, 0.0, False, rupture, pace, p, fortune) for rupture in sorted((one, other))]
    assert left == sorted(left)


@many
@given(any_client, any_therapist, share, share, chance)
def test_a_deeper_alliance_never_opens_ruptures_or_slows_progress(client, therapist, one, other, draw):
    p, fortune = parameters(), SimpleNamespace(rupture=draw, severity=0.5)
    severities, paces = [], []
    for client.alliance in sorted((one, other)):
        severities.append(rules.new_rupture(client, 0.0, w.NOT_RECEIVED, p, fortune))
        paces.append(rules.pace_of_progress(client, therapist, p))
    assert severities == sorted(severities, reverse=True)
    assert paces == sorted(paces)


@many
@given(anywhere(0.0, 9.0), anywhere(0.0, 9.0), anywhere(0.0, 5.0), share)
def test_distress_varies_no_less_when_there_is_more_of_it(one, other, spread, at_zero):
    p = parameters(distress_spread=spread, distress_spread_at_zero=at_zero)
    noise = [rules.distress_noise(distress, p) for distress in sorted((one, other))]
    assert noise == sorted(noise)
    assert noise[-1] <= spread


@many
@given(st.data(), any_client, anywhere(-30.0, 30.0), any_therapist, fortunes)
def test_an_ordinary_rupture_always_lowers_the_bond_unless_ruptures_were_a_relief(
    data, client, bond, therapist, fortune
):
    p = data.draw(any_parameters())
    p.rupture_severity, p.rupture_drop = (max(x, 0.01) for x in (p.rupture_severity, p.rupture_drop))
    p.distress_rupture = max(p.distress_rupture, 0.0)  # what it adds to distress, gains then take from the bond
    p.bond_gains = min(max(p.bond_gains, 0.0), 2.0)  # a bond lost in rounding beside 1e13 would say nothing
    with_bond(client, bond).responsiveness = 1.0
    client.settles_at = bond
    fortune.rupture = SURELY
    with_rupture = session(client, therapist, w.HELD_BACK, p, fortune)
    fortune.rupture = NEVER
    without = session(client, therapist, w.HELD_BACK, p, fortune)
    assert with_rupture.bond < without.bond
    assert with_rupture.alliance <= without.alliance


@few
@given(any_parameters(), any_therapist, st.lists(st.tuples(any_client, fortunes), min_size=2, max_size=3))
def test_a_therapists_week_does_not_depend_on_the_order_of_its_sessions(p, therapist, week):
    held = [session(client, therapist, p.tears, p, fortune) for client, fortune in week]
    backwards = as_it_was(therapist)
    for s in held:
        hear(therapist, s, p)
    for s in reversed(held):
        hear(backwards, s, p)
    lives.learn(therapist, p)
    lives.learn(backwards, p)
    assert therapist == backwards
