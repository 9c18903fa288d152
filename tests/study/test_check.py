"""Holding worlds against the findings: everything reported, and broken worlds found out by name."""

import math

import pytest

from tearsim.errors import TearSimError
from tearsim.evidence import measuring
from tearsim.evidence.leaving import LEAVING_TOLD
from tearsim.evidence.measuring import Size, measure, surveys
from tearsim.evidence.patterns import findings
from tearsim.science.fitted import in_world
from tearsim.science.settings import checked
from tearsim.show.figures import forest_plot
from tearsim.show.terminal.findings import STRIP_WIDTH, drawn_findings, drawn_leaving, strip
from tearsim.show.words.findings import (
    leaving_in_words,
    protocols_markdown,
    published,
    simulated,
    standing,
    verdict_in_words,
    what_brackets_hold,
)
from tearsim.study.check import Judged, check, check_worlds
from tearsim.study.estimates import Estimate

SMALL = Size(clinic_therapists=12, clinic_weeks=70, groups=3, group_therapists=4)

# Worlds with one thing broken, and the findings that cannot then be met.
BROKEN = {
    "tears without effect": ({"effect_of_tears": "none"}, {"tcit-improved"}),
    "no end that is good": (
        {"good_enough_ends": 0.0, "agreed_share": 0.0},
        {"dropout", "sessions", "alliance-dropout"},
    ),
    "alliance that does not matter": (
        {"progress_alliance": 0.0, "leaving_alliance": 0.0},
        {"alliance-outcome", "alliance-dropout"},
    ),
    "equal tear propensity for all": ({"therapist_tear_propensity_spread": 0.0}, {"tcit-4weeks"}),
}


@pytest.fixture(scope="module")
def intact_and_broken():
    worlds = [{}, *(changes for changes, _ in BROKEN.values())]
    size = Size(clinic_therapists=40, group_therapists=40)
    judged = [{one.finding.id: one for one in world} for world in check_worlds(worlds, None, 2, 2, size=size)]
    return judged[0], dict(zip(BROKEN, judged[1:], strict=True))


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_world_fails_the_findings_it_should(what, intact_and_broken):
    """Outside the published interval, and half its width or more away from the world that is whole, which lies inside."""
    intact, broken = intact_and_broken
    for name in BROKEN[what][1]:
        assert broken[what][name].lies == "outside", name
        assert intact[name].lies == "inside", name
        whole, here = (standing(world[name], world[name].simulated.mean) for world in (intact, broken[what]))
        assert math.isnan(here) or abs(here - whole) > 1.0, name


def test_every_finding_is_reported_once_in_plain_numbers():
    answers = [one.as_json() for one in check(replicates=2, size=SMALL)]
    assert [answer["id"] for answer in answers] == [finding.id for finding in findings()]
    for answer in answers:
        assert set(answer) == {
            "id",
            "finding",
            "measure",
            "role",
            "published",
            "low",
            "high",
            "simulated",
            "simulated_low",
            "simulated_high",
            "why_this_range",
            "verdict",
            "sure",
            "not_judged",
            "worlds",
            "otherwise",
        }
        assert answer["verdict"] in ("inside", "outside", "too close", "not judged")
        assert bool(answer["not_judged"]) == (answer["verdict"] == "not judged")
        values = [*answer.values(), *answer.pop("otherwise").values()]
        assert all(one is None or isinstance(one, str | dict) or math.isfinite(one) for one in values)
    ratio = next(answer for answer in answers if answer["id"] == "client-tears-persist")
    assert ratio["low"] == 1.7
    assert ratio["high"] is None


def test_findings_of_one_role_are_measured_alone():
    assert {one.finding.role for one in check(role="val", replicates=2, size=SMALL)} == {"val"}


def test_worlds_measured_together_are_measured_as_if_alone():
    worlds = [checked({}), checked({"level_base": 1.0})]
    names = ["dropout", "ever_cried", "alliance_by_two_raters", "tears_and_empathy"]
    together = measure(worlds, 3, 1, names, SMALL)
    assert together == [measure([world], 3, 1, names, SMALL)[0] for world in worlds]
    assert together[0] != together[1]


def test_replicates_and_seeds_are_studies_of_their_own():
    world = [checked({})]
    found = [
        measure(world, seed, replicate, ["dropout"], SMALL)[0]["dropout"] for seed in (1, 2) for replicate in (0, 1)
    ]
    assert len(set(found)) == 4


def test_careers_are_simulated_to_the_week_that_the_sample_says():
    """Groups stand at equal steps of their distribution of experience; none is extrapolated."""
    size = Size(groups=5, group_therapists=2)
    survey = surveys([checked({})], 1, 0, size)[0]
    years = survey.years[::2]
    trainees = [(1 - math.exp(-each / 2)) / (1 - math.exp(-45 / 2)) for each in years[:3]]
    practitioners = [(1 - math.exp(-(each - 1) / 15)) / (1 - math.exp(-44 / 15)) for each in years[3:]]
    assert trainees == pytest.approx([1 / 6, 1 / 2, 5 / 6], abs=0.005)
    assert practitioners == pytest.approx([1 / 4, 3 / 4], abs=0.005)
    assert survey.practising.tolist() == [False] * 6 + [True] * 4
    weeks = 52 * survey.years[survey.tears["respondent"]]
    assert (survey.tears["weeks_ago"] < weeks).all()


def test_a_study_in_fitted_worlds_is_made_in_one_of_them(monkeypatch):
    """All the groups of a survey, and the clinic, live in the replicate's world."""
    fitted = checked({"estimates": "fitted"})
    names = ["dropout", "ever_cried"]
    assert measure([fitted], 3, 2, names, SMALL) == measure([in_world(fitted, 2)], 3, 2, names, SMALL)
    assert measuring.sessions_of_studies([in_world(fitted, 0)], SMALL) > 0


def test_a_parameter_that_does_not_exist_is_refused_before_anything_runs():
    with pytest.raises(TearSimError, match="no parameter"):
        check({"levl_base": 1.0})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"replicates": 1}, "The number of replicates is a whole number from 2 to 1000000; 1 is not."),
        ({"replicates": -2}, "The number of replicates is a whole number from 2 to 1000000; -2 is not."),
        ({"replicates": "x"}, "The number of replicates is a whole number from 2 to 1000000; 'x' is not."),
        ({"replicates": 2.5}, "The number of replicates is a whole number from 2 to 1000000; 2.5 is not."),
        ({"workers": 0}, "The number of workers is a whole number from 1 to 1000; 0 is not."),
        ({"workers": True}, "The number of workers is a whole number from 1 to 1000; True is not."),
        ({"replicates": 10**12}, "The number of replicates is a whole number from 2 to 1000000; 1000000000000 is not."),
        ({"size": Size(clinic_therapists=10**6)}, "size: a clinic goes up to 200000 places; 10000000 is outside."),
        ({"size": Size(groups=10**6)}, "size: a survey goes up to 200000 places; 325000000 is outside."),
        ({"size": Size(clinic_weeks=10**9)}, "size: clinic_weeks goes up to 5200; 1000000000 is outside."),
        ({"role": "nope"}, 'The role is one of cal, val, doubt; "nope" is not.'),
        ({"seed": "x"}, "The seed is a whole number from 0 to 18446744073709551615; 'x' is not."),
        ({"parameters": 3}, 'Parameters are a mapping of names to values, or "fitted" or "open"; 3 is neither.'),
    ],
)
def test_what_a_check_cannot_take_is_refused_in_one_line(given, said):
    with pytest.raises(TearSimError) as refusal:
        check(**{"size": SMALL, "role": "val", **given})
    assert str(refusal.value) == said


def test_a_check_in_the_fitted_worlds_may_be_asked_for_as_simulate_is():
    asked = [
        check(given, role="val", seed=3, replicates=2, size=SMALL) for given in ("fitted", {"estimates": "fitted"})
    ]
    assert repr(asked[0]) == repr(asked[1])


def judged_at(value, name="dropout", low=None, high=None):
    finding = next(finding for finding in findings() if finding.id == name)
    return Judged(finding, Estimate(value, low or value, high or value, 2))


@pytest.mark.parametrize("name", ["therapists", "caseload", "weeks", "arrivals"])
def test_what_the_studies_decide_cannot_be_set(name):
    with pytest.raises(TearSimError, match=f"^{name} cannot be set for a check") as refusal:
        check({"level_base": 1.0, name: "cohort" if name == "arrivals" else 40}, size=SMALL)
    assert "\n" not in str(refusal.value)


def test_a_verdict_has_to_show_in_the_whole_interval_over_replicates():
    for name, inside, close, outside in (
        ("tcit-experience", (0.01, 0.03), (-0.01, 0.05), (-0.03, -0.01)),
        ("dropout", (0.18, 0.22), (0.1, 0.3), (0.28, 0.32)),
    ):
        for verdict, (low, high) in {"inside": inside, "too close": close, "outside": outside}.items():
            assert judged_at((low + high) / 2, name, low, high).verdict == verdict
        assert judged_at(math.nan, name, math.nan, math.nan).verdict == "outside"
        once = Judged(judged_at(0.2, name).finding, Estimate(sum(inside) / 2, math.nan, math.nan, 1))
        assert once.verdict == "too close"  # one replicate has no interval
    zero = Judged(judged_at(0.05, "tcit-experience").finding, Estimate(0.05, 0.0, 0.1, 2))
    assert (zero.lies, zero.verdict) == ("outside", "too close")  # 0 is no sign, and yet nothing lies below it


def test_where_it_lies_is_said_luck_or_no_luck_to_whoever_counts_so():
    assert judged_at(0.2, "dropout", 0.1, 0.3).lies == "inside"  # the mean does
    assert judged_at(0.02, "tcit-experience", -0.01, 0.05).lies == "outside"  # a sign has to show


def test_numbers_are_told_as_finely_as_shows_on_which_side_of_an_end_they_lie():
    """The range accepted is .5 to 14.5 %, above 0, and 16.5 to 25.3 %."""
    close = judged_at(0.0014, "client-tears-distress", -0.0005, 0.0032)
    assert simulated(close) == "0.001 (-0.001 to 0.003)"
    assert simulated(judged_at(0.1476, "therapists-blind", 0.1452, 0.1501)) == "14.76 (14.52 to 15.01) %"
    assert simulated(judged_at(0.2, "dropout", 0.19, 0.21)) == "20.0 (19.0 to 21.0) %"
    assert simulated(judged_at(5.0, "median-sessions", 5.0, 5.0)) == "5.0 (5.0 to 5.0)"
    assert simulated(judged_at(5.01, "median-sessions", 4.99, 5.03)) == "5.01 (4.99 to 5.03)"


def test_a_sign_does_not_turn_with_a_convention_that_only_makes_its_interval_longer():
    sure, unsure = Estimate(0.07, 0.03, 0.1, 8), Estimate(0.05, -0.01, 0.11, 8)
    finding = judged_at(0.07, "tcit-experience").finding
    assert Judged(finding, sure, {("sudden_from", 1.0): unsure}).verdict == "inside"
    assert Judged(finding, unsure, {("sudden_from", 1.0): sure}).verdict == "too close"
    turned = Judged(finding, sure, {("sudden_from", 1.0): Estimate(-0.05, -0.1, 0.01, 8)})
    assert turned.verdict == "not judged"


def test_no_verdict_is_given_where_it_turns_with_a_convention():
    """Therapists' own dropout lies in one place if a visit or two count, in another if not."""
    recalled = judged_at(0.09, "therapists-blind")
    either, other = ("visits_to_count", 1.0), ("untold_recalled", 1.0)
    same, turned = Estimate(0.1, 0.1, 0.1, 2), Estimate(0.3, 0.3, 0.3, 2)
    assert recalled.verdict == "inside"
    assert Judged(recalled.finding, recalled.simulated, {either: same, other: same}).verdict == "inside"
    hanging = Judged(recalled.finding, recalled.simulated, {either: turned, other: same})
    assert hanging.verdict == "not judged"
    assert hanging.turns == (either,)
    assert "visits_to_count = 1" in hanging.undecided
    assert "therapists-blind: not judged, for the verdict turns with a convention" in verdict_in_words([hanging])


def test_what_may_be_fitted_to_is_judged_by_its_convention_and_says_under_which_it_would_turn():
    one = judged_at(0.197)
    hanging = Judged(one.finding, one.simulated, {("untold_counts", 0): Estimate(0.16, 0.16, 0.16, 2)})
    assert hanging.verdict == "inside"
    assert "dropout holds by a convention; the verdict turns with untold_counts = 0: 16.0" in verdict_in_words(
        [hanging]
    )


def test_what_fails_by_a_convention_is_never_said_to_hold():
    """It would lie inside under another one, or beyond the other end: then the verdict is the same, for another reason."""
    lower, higher = (Estimate(value, value, value, 2) for value in (0.05, 0.2))
    one = judged_at(0.4)
    told = verdict_in_words([Judged(one.finding, one.simulated, {("untold_counts", 0): higher})])
    assert "Of 1 findings that may be fitted to: 0 inside; 1 outside (dropout)." in told.splitlines()
    assert "dropout fails by a convention; it would lie inside with untold_counts = 0: 20.0." in told.splitlines()
    told = verdict_in_words(
        [Judged(one.finding, one.simulated, {("untold_counts", 0): higher, ("visits_to_count", 1): lower})]
    )
    assert "it would lie inside with untold_counts = 0: 20.0, and it would lie beyond the other end with vis" in told
    told = verdict_in_words([Judged(one.finding, one.simulated, {("visits_to_count", 1): lower})])
    assert "dropout fails by a convention; it would lie beyond the other end with visits_to_count = 1: 5.0." in told
    assert "holds by a convention" not in told
    assert "convention" not in verdict_in_words(
        [Judged(one.finding, one.simulated, {("visits_to_count", 1): one.simulated})]
    )


def test_what_other_luck_could_turn_is_neither_inside_nor_outside():
    """Where the interval over replicates holds an end of the published one, or all of it."""
    close = [
        judged_at(0.17, "dropout", 0.16, 0.18), judged_at(0.15, "dropout", 0.14, 0.17),
        judged_at(0.2, "dropout", 0.1, 0.3), judged_at(0.0, "client-tears-distress", -0.01, 0.01),
    ]  # fmt: skip
    for one in close:
        assert one.verdict == "too close"
        assert one.as_json()["verdict"] == "too close"
        words = f"0 inside; 1 too close to judge, as other luck could turn the verdict ({one.finding.id})."
        assert words in verdict_in_words([one])
    settled = [
        judged_at(0.2, "dropout", 0.19, 0.21), judged_at(0.1, "dropout", 0.09, 0.11),
        judged_at(0.1, "client-tears-distress", 0.09, 0.11), judged_at(math.nan, "dropout", math.nan, math.nan),
    ]  # fmt: skip
    assert [one.verdict for one in settled] == [one.verdict for one in settled]
    assert "other luck" not in verdict_in_words(settled)
    one = close[0]
    hanging = Judged(one.finding, one.simulated, {("untold_counts", 0): Estimate(0.1, 0.1, 0.1, 2)})
    said = "dropout is too close to judge, and hangs on a convention; it would turn with untold_counts = 0: 10.0."
    assert said in verdict_in_words([hanging]).splitlines()
    several = Judged(close[0].finding, close[0].simulated, worlds=(30, 0.9))
    assert "as other worlds could turn the verdict" in verdict_in_words([several])


def test_over_several_worlds_it_is_said_which_findings_lie_inside_in_fewer_than_two_thirds_of_them():
    often, rarely, more_rarely = (
        Judged(one.finding, one.simulated, worlds=(30, share))
        for one, share in ((judged_at(0.197), 2 / 3), (judged_at(5.8, "wai"), 0.6), (judged_at(9.9, "sessions"), 0.5))
    )
    named = "Of those judged, these lie inside in fewer than two thirds of the 30 worlds: sessions (50%), wai (60%)."
    assert named in verdict_in_words([often, rarely, more_rarely]).splitlines()
    assert "Each finding that is judged lies inside in at least two thirds of the 30 worlds." in verdict_in_words(
        [often]
    )
    assert "the 30 worlds" not in verdict_in_words([judged_at(0.197)])
    turning = Judged(  # on which there is no verdict
        (one := judged_at(0.09, "therapists-blind")).finding,
        one.simulated,
        {("visits_to_count", 1.0): Estimate(0.3, 0.3, 0.3, 2)},
        worlds=(30, 0.1),
    )
    assert "two thirds" not in verdict_in_words([turning])


def test_a_finding_that_takes_many_is_not_judged_on_few():
    experience = judged_at(0.05, "tcit-experience", 0.01, 0.09)
    assert experience.finding.least == 4_000
    few, enough = (Judged(experience.finding, experience.simulated, asked=asked) for asked in (3_999, 4_000))
    assert (few.verdict, enough.verdict) == ("not judged", "inside")
    assert Size().surveyed * 8 == 4_000  # what a check asks, unless told otherwise


def test_every_convention_is_varied_in_the_records_that_are_there_already():
    judged = {one.finding.id: one for one in check(role="val", replicates=2, size=SMALL)}
    recalled = judged["therapists-blind"]
    assert set(recalled.otherwise) == {("visits_to_count", n) for n in (1, 2, 4)} | {("untold_recalled", 1)}
    found = [recalled.otherwise["visits_to_count", n].mean for n in (1, 2)]
    assert found[0] != found[1]


def test_who_leaves_is_told_beside_the_check():
    judged = check(role="val", replicates=2, size=SMALL)
    assert list(judged.leaving) == list(LEAVING_TOLD)
    assert [len(row) for row in leaving_in_words(judged)] == [3] * len(LEAVING_TOLD)
    assert drawn_leaving(judged).row_count == len(LEAVING_TOLD)
    told = judged.leaving_as_json()
    assert 0.0 <= told["session 1"]["mean"] <= 1.0
    assert leaving_in_words([judged[0]]) == []  # a part of a check has no records of its own


def test_the_strip_shows_where_a_value_stands():
    inside, above, far, missing = (strip(judged_at(value)) for value in (0.197, 0.265, 0.5, math.nan))
    assert {len(line) for line in (inside, above, far)} == {STRIP_WIDTH}
    assert inside.index("[") < inside.index("●") < inside.index("]")
    assert above.index("●") > above.index("]")
    assert far[-1] == "▶"
    assert missing == ""


def test_a_value_stands_at_1_at_the_upper_end_of_the_interval():
    one = judged_at(0.2)
    assert standing(one, one.finding.high) == pytest.approx(1.0)
    assert standing(one, one.finding.low) == pytest.approx(-1.0)


def test_the_strip_of_a_claimed_sign_has_one_end_and_shows_whether_the_interval_reaches_over_it():
    inside, over, wrong = (
        strip(judged_at(value, "tcit-experience", value - half, value + half))
        for value, half in ((0.04, 0.01), (0.01, 0.03), (-0.04, 0.01))
    )
    end = over.index("[")
    assert inside.index("─") > end
    assert over.index("─") < end < over.index("●")
    assert wrong.rindex("─") < end
    hardly = strip(judged_at(0.05, "tcit-experience", 0.001, 0.099))
    hardly_over = strip(judged_at(0.05, "tcit-experience", -0.001, 0.101))
    assert hardly.index("─") > hardly.index("[")
    assert hardly_over.index("─") < hardly_over.index("[")
    below = strip(judged_at(-0.2, "client-tears-weak", -0.3, -0.1))
    assert below.rindex("─") < below.index("]")
    from_here_on = strip(judged_at(2.0, "client-tears-persist", 1.9, 2.1))
    assert from_here_on.index("[") < from_here_on.index("●")
    assert "]" not in inside + over + wrong + from_here_on
    assert "[" not in below
    assert "─" not in from_here_on  # it is not close
    close = strip(judged_at(0.2, "dropout", 0.13, 0.27))
    assert close.index("─") < close.index("[") < close.index("●") < close.index("]") < close.rindex("─")


def test_a_verdict_is_the_same_in_the_picture_as_it_is_in_words():
    """Its published interval goes from 0 to the edge, and an interval that reaches over 0 reaches out of it."""
    judged = [
        judged_at(0.01, "tcit-experience", -0.02, 0.04),
        judged_at(0.04, "client-tears-distress", 0.03, 0.05),
        judged_at(-0.2, "client-tears-weak", -0.3, -0.1),
    ]
    bars, *marks = forest_plot(judged).data
    published_ends = {name: (low, low + wide) for name, low, wide in zip(bars.y, bars.base, bars.x, strict=True)}
    assert published_ends["tcit-experience"] == published_ends["client-tears-distress"] == (-1.0, 4.0)
    assert published_ends["client-tears-weak"] == (-4.0, 1.0)
    for one in judged:
        name = one.finding.id
        (mark,) = (trace for trace in marks if name in trace.y)
        i = mark.y.index(name)
        ends = (mark.x[i] - mark.error_x.arrayminus[i], mark.x[i] + mark.error_x.array[i])
        low, high = published_ends[name]
        assert (one.verdict == "inside") == all(low < end < high for end in ends), name


def test_what_lies_beyond_the_picture_has_an_arrow_at_its_edge_with_the_numbers():
    far, wide, near = (
        judged_at(0.041, "tcit-clients", 0.034, 0.048),
        judged_at(0.55, "dose-8", 0.3, 0.8),
        judged_at(0.2, "dropout", 0.19, 0.21),
    )
    picture = forest_plot([far, wide, near])
    arrows = {
        (name, x): text
        for trace in picture.data
        if trace.text
        for name, x, text in zip(trace.y, trace.x, trace.text, strict=True)
    }
    assert arrows == {
        ("tcit-clients", -4): "4.1 (3.4 to 4.8) %",
        ("dose-8", -4): "55.0 (30.0 to 80.0) %",
        ("dose-8", 4): "55.0 (30.0 to 80.0) %",
    }
    for trace in picture.data[1:]:
        if not trace.text:
            for place, more, less in zip(trace.x, trace.error_x.array, trace.error_x.arrayminus, strict=True):
                assert place is None or (place - less >= -4 and place + more <= 4)


def test_the_table_the_words_and_the_picture_hold_every_finding():
    judged = check(replicates=2, size=SMALL)
    assert drawn_findings(judged).row_count == len(judged) + 3  # and a heading for each role
    words = verdict_in_words(judged)
    for one in judged:
        if one.verdict == "outside" or one.undecided:
            assert one.finding.id in words
    assert "tcit-4weeks and tcit-sessions contradict each other" in words
    assert "tcit-spoken: Passes nearly by construction" in words
    picture = forest_plot(judged)
    published_intervals, *marks = picture.data
    drawn = {name: trace.name for trace in marks for name in trace.y}
    assert set(drawn) == set(published_intervals.y)
    assert drawn == {one.finding.id: one.verdict for one in judged if one.finding.id in drawn}
    assert "dropout" in drawn


def test_published_values_read_as_people_write_them():
    assert published(judged_at(0.2).finding) == "20.6 (16.5 to 25.3) %"
    assert published(judged_at(0.2, "tcit-experience").finding) == "above 0"
    assert published(judged_at(2.0, "client-tears-persist").finding) == "from 1.70"
    assert published(judged_at(0.2, "wai-person").finding) == "–"
    assert published(judged_at(5.6, "sessions").finding) == "5.6 (5.0 to 10.0)"


def test_whoever_reads_how_a_finding_is_measured_reads_why_its_range_is_accepted():
    """Not every range is a published interval: some are sampling errors, and some are tolerances that say why."""
    told = {one.id: protocols_markdown([one]) for one in findings()}
    for one in findings():
        assert (f"- why this range: {one.tolerance}\n" in told[one.id]) == bool(one.tolerance), one.id
        assert (f"- published: {published(one)}\n" in told[one.id]) == bool(one.tolerance), one.id
    assert "- published: 5.6 (5.0 to 10.0)\n" in told["sessions"]
    assert "loosened upwards" in told["sessions"]
    assert "- why this range: sampling error at n = 400 (n = 684)\n" in told["tcit-ever"]


def test_the_brackets_of_a_check_are_called_what_they_are():
    assert (
        "the published interval or, where there is none, the study's sampling error or a tolerance"
        in what_brackets_hold([judged_at(0.2)])
    )
    picture = forest_plot([judged_at(0.2), judged_at(8.5, "sessions", 8.4, 8.6)])
    assert picture.data[0].name == "range accepted"
    assert "loosened upwards" in picture.data[0].hovertext[1].replace("<br>", " ")


@pytest.mark.parametrize(("groups", "trainees"), [(1, 0), (2, 1), (3, 2), (10, 6), (20, 12)])
def test_six_groups_in_ten_are_trainees_and_one_alone_is_of_practitioners(groups, trainees):
    assert Size(groups=groups).trainee_groups == trainees


def test_over_open_worlds_each_finding_says_in_what_share_of_them_it_lies_inside():
    """Two lucks of a world are averaged first: of four replicates there are two worlds, and shares are halves."""
    judged = check("open", replicates=4, size=SMALL)
    shares = {one.worlds[1] for one in judged if one.worlds}
    assert {one.worlds[0] for one in judged if one.worlds} == {2}
    assert shares <= {0.0, 0.5, 1.0}
    assert len(shares) > 1
    assert all(one.simulated.replicates <= 2 for one in judged)
    assert all(one.worlds is None for one in judged if not one.finding.judged)
    assert all(one.worlds is None for one in check(role="cal", replicates=2, size=SMALL))
    assert "worlds" in str(drawn_findings(judged).columns[-1].header)
