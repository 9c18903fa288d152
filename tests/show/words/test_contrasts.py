"""Sentences say what the numbers say: direction, size, sureness, smallness."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tearsim.show.words.caveats import by_chance, intervals
from tearsim.show.words.contrasts import _what_tears_did, differences_told, in_short
from tearsim.show.words.differences import did_in_words, verdict
from tearsim.show.words.english import lower_first, number, on_terminal
from tearsim.show.words.outcomes import TOLD
from tearsim.show.words.sections import sections
from tearsim.study.answers.by_level import by_level, effect_of_showing, overall_effect
from tearsim.study.answers.contrasts import contrasts_of
from tearsim.study.estimates import Estimate, estimate, limits_of
from tearsim.study.sweeps.experiment import make_experiment
from tearsim.worlds.outcomes import QUESTIONED
from tests.study.answers.test_contrasts import OUTCOMES, grid, runs_of

HERE = "In the default world, one of many that fit the evidence, "
TEARS = ["shown", "held back"]
TWO = {"client_empathy": [0.1, 0.4, 0.9], "tears": TEARS}


def told_of(alliance, dropout=lambda p: 0.2, vary=TWO, own=0.001, replicates=12, **more):
    """All that is said of runs with a known truth, in one text, and what it was made from."""
    experiment = grid(vary, replicates, **more)
    there = contrasts_of(runs_of(experiment, alliance, dropout, own), experiment)
    paragraphs = [
        f"{section.heading}. {paragraph.words}" for section in sections(there) for paragraph in section.paragraphs
    ]
    return " ".join([*in_short(there), *paragraphs]), there


def shown(p):
    return float(p["tears"] == "shown")


SWAPPED = {"rises": "falls", "falls": "rises", "raised": "lowered", "lowered": "raised", "+": "−", "−": "+"}


def test_reversing_the_data_reverses_the_sentences():
    """The same differences the other way round, in the same words with their verbs exchanged."""

    def differences(sign):
        text, _ = told_of(lambda p: 0.5 + sign * (0.1 * p["client_empathy"] + 0.05 * shown(p)), own=0.0)
        (words,) = re.findall(
            r"with tears shown, the alliance (rises|falls) by ([\d.]+) \S+ to \S+ as client empathy", text
        )
        overall = re.search(r"luck, (raised|lowered) the alliance by ([\d.]+)", text).groups()
        return words, overall

    (up, size), (raised, effect) = differences(1)
    (down, same_size), (lowered, same_effect) = differences(-1)
    assert (up, down, raised, lowered) == ("rises", "falls", "raised", "lowered")
    assert (size, effect) == (same_size, same_effect) == ("0.480", "0.300"), "in points of a rating from 1 to 7"


def test_reversing_each_difference_and_its_interval_reverses_its_words():
    for outcome in QUESTIONED:
        for one in (Estimate(0.03, 0.02, 0.04, 9), Estimate(0.004, 0.002, 0.006, 9), Estimate(0.02, 0.001, 0.03, 9)):
            turned = Estimate(-one.mean, -one.high, -one.low, 9)
            assert verdict(outcome, turned) == verdict(outcome, one)
            mirrored = "".join(
                SWAPPED.get(word, word) for word in re.split(r"(raised|lowered)", did_in_words(outcome, one))
            )
            assert mirrored == did_in_words(outcome, turned)


def test_where_nothing_differs_it_says_so():
    text, _ = told_of(lambda p: 0.6)
    assert "nothing here is more than luck, and whatever there may be is small" in text
    assert "no change of the alliance with client empathy can be told from luck" in text
    assert not re.search(r"rises|falls|raised|lowered", text)


def test_where_nothing_can_be_told_it_does_not_say_that_there_is_nothing():
    text, _ = told_of(lambda p: 0.6, own=0.2, replicates=4)
    assert "may yet be as large as" in text
    assert "need not be small: more replicates would tell" in text


def test_a_difference_that_is_sure_and_small_is_called_both():
    text, _ = told_of(lambda p: 0.6 + 0.005 * p["client_empathy"], own=0.0001)
    assert re.search(r"rises by 0\.02\d \([^)]*\)\. That is more than luck, and small\.", text)
    assert "averaged over whole practices, whatever changes here is small" in text


def test_a_difference_that_is_sure_and_large_is_not_called_small():
    text, _ = told_of(lambda p: 0.6 + 0.1 * p["client_empathy"])
    assert re.search(r"rises by 0\.4\d\d \([^)]*\)\. That is more than luck, and not small\.", text)
    assert "which is small" not in text.split("dropout")[0]


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        ((0.011, 0.03), "more than luck, and not small"),
        ((0.002, 0.009), "more than luck, and small"),
        ((0.002, 0.011), "more than luck; whether it is small the interval leaves open"),
        ((-0.002, 0.009), "not to be told from luck, and small if there is any"),
        ((-0.02, 0.009), "not to be told from luck, yet it need not be small: more replicates would tell"),
        ((np.nan, np.nan), "too few design points give no interval, so whether this is more than luck cannot be said"),
    ],
)
def test_what_may_be_said_of_a_difference_follows_from_its_interval(interval, words):
    assert verdict("alliance_mean", Estimate(0.005, *interval, 5)) == words


def test_one_replicate_gives_no_interval_to_say_anything_from():
    words = "one replicate gives no interval, so whether this is more than luck cannot be said"
    assert verdict("alliance_mean", Estimate(0.005, np.nan, np.nan, 1)) == words


def test_one_replicate_has_no_interval_and_the_words_say_so():
    text, there = told_of(lambda p: 0.6 + 0.1 * p["client_empathy"], replicates=1)
    assert "one replicate gives no interval" in text
    assert "95 % interval" not in text
    assert not re.search(r"\([\d.]+ to [\d.]+\)", text)
    assert "luck cannot be told from anything else" in intervals(there)
    assert by_chance(there) == ""


def test_it_claims_no_comparison_that_nobody_made():
    """A single point has no levels and no partner; and where nothing surely changes, nothing is anybody's doing."""
    for tears in ("shown", "held back"):
        alone = told_of(lambda p: 0.6, vary={"client_empathy": [0.5], "tears": [tears]})[0]
        assert "held back, no outcome in question" not in alone
        assert "own doing" not in alone
    nothing = told_of(lambda p: 0.6 + 0.05 * shown(p), own=0.0)[0]
    assert "with the tears held back, no outcome in question changes at all from level to level." in nothing
    assert "whatever changes is the tears’ own doing" not in nothing


def test_a_small_average_does_not_hide_one_combination_that_may_not_be():
    vary = {"client_empathy": [0.1, 0.4, 0.6, 0.9], "bond_moved": [0.0, 0.2, 0.4, 0.6], "tears": TEARS}

    def one_of_sixteen(p):
        return 0.6 + 0.012 * shown(p) * (p["client_empathy"] > 0.8) * (p["bond_moved"] == 0.6)

    text = told_of(one_of_sixteen, vary=vary, own=0.0001)[0]
    assert "at single combinations of levels, what showing the tears did to the alliance may" in text
    assert "at the most changing it by +0.07" in text
    assert "at single combinations" not in told_of(lambda p: 0.6 + 0.002 * shown(p), vary=vary, own=0.0001)[0]


def test_a_small_average_does_not_hide_one_combination_at_which_replicates_differ():
    """At one of sixteen showing the tears raises the alliance by .03 in every other replicate, and lowers it in the rest."""
    vary = {"client_empathy": [0.1, 0.4, 0.6, 0.9], "bond_moved": [0.0, 0.2, 0.4, 0.6], "tears": TEARS}
    experiment = grid(vary)
    runs = runs_of(experiment, lambda p: 0.6 + 0.002 * shown(p), own=0.0001)
    at_one = (runs["client_empathy"] > 0.8) & (runs["bond_moved"] == 0.6) & (runs["tears"] == "shown")
    runs["alliance_mean"] += 0.03 * at_one * np.where(runs["replicate"] % 2, 1.0, -1.0)
    first = in_short(contrasts_of(runs, experiment))[0]
    assert first.startswith(f"{HERE}averaged over whole practices, whatever changes here is small")
    assert "at single combinations of levels, what showing the tears did to the alliance may" in first


def test_it_says_whose_doing_a_change_is():
    with_tears = lambda p: 0.6 + 0.1 * p["client_empathy"] * shown(p)  # noqa: E731
    assert "all of this is the tears’ own doing" in told_of(with_tears, own=0.0)[0]
    without = told_of(lambda p: 0.6 + 0.1 * p["client_empathy"])[0]
    assert "all of this" not in without
    assert re.search(r"With the tears held back the difference is \+0\.4[78]\d", without)
    assert re.search(r"These two effects differ by [+−]?0\.0[01]\d [^:]*: not to be told from luck, and small", without)
    both = told_of(lambda p: 0.6 + p["client_empathy"] * (0.02 + 0.05 * shown(p)))[0]
    assert re.search(r"These two effects differ by \+0\.2[34]\d [^:]*: more than luck, and not small", both)


def test_every_manner_of_tears_is_told_and_none_as_if_tears_were_shown():
    value = {"shown": 0.62, "held back": 0.6, "voiced": 0.65, "leaking": 0.6}
    vary = {"tears": [*TEARS, "voiced", "leaking"], "client_empathy": [0.1, 0.9]}
    text, there = told_of(lambda p: value[p["tears"]], vary=vary)
    assert re.search(
        r"over the whole design, the alliance rises by 0\.(?:29|30)\d \S+ to \S+ with tears “voiced” rather than “held back”; "
        r"no change with tears “leaking” can be told from luck\.",
        text,
    )
    assert "over all points with tears shown or held back, showing the tears rather than holding them back" in text
    assert re.search(rf"Tears, compared with “held back”\. {HERE}the alliance is [45]\.\d\d \(95 % interval", text)
    assert re.search(r"With “voiced” it is [45]\.\d\d [^:]*: more than luck, and not small", text)
    assert "tears “shown”" not in text, "that is what showing the tears did, and told once"
    effects, of_empathy, differences, others = 2, 2, 2, 4
    assert len(differences_told(there)) == effects + of_empathy + differences + others
    assert f"{HERE}over the whole design, showing the tears" in told_of(lambda p: 0.6)[0]


def test_points_of_every_manner_are_compared_where_a_list_has_no_levels():
    points = [{"tears": "shown"}, {"tears": "held back"}, {"tears": "voiced", "client_empathy": 0.9}]
    design = {"kind": "list", "replicates": 6, "points": points}
    experiment = make_experiment({"title": "t", "question": "q", "design": design}, "here")
    runs = runs_of(experiment, lambda p: {"shown": 0.62, "held back": 0.6, "voiced": 0.65}[p["tears"]])
    (section,) = sections(contrasts_of(runs.fillna({"client_empathy": 0.5}), experiment))
    (words,) = [paragraph.words for paragraph in section.paragraphs if paragraph.lead == "Alliance"]
    assert re.match(rf"{HERE}the alliance is [45]\.\d\d ", words)
    assert re.search(r"At point 1 it is .* At point 2 it is .*: more than luck, and not small", words)


def test_a_mean_over_practices_is_not_told_as_the_share_of_all_tears():
    """Half the practices have all of one kind: the mean is theirs, whatever number of tears each had."""
    experiment = grid({"client_empathy": [0.1, 0.9]})
    runs = runs_of(experiment, lambda p: 0.6)
    runs["unsettled_share"] = np.where(runs["replicate"] % 2, 0.0, 0.5)
    (section,) = sections(contrasts_of(runs, experiment))
    (words,) = [paragraph.words for paragraph in section.paragraphs if paragraph.lead == "The tears"]
    assert re.search(r"In the average practice, 25\.0 % \S+ to \S+ of the tears that clients noticed unsettled", words)


def test_where_therapists_learn_from_tears_it_says_that_this_is_part_of_what_showing_did():
    learning = "therapists learn from the tears they show"
    assert learning in told_of(lambda p: 0.6)[0]
    assert learning not in told_of(lambda p: 0.6, parameters={"comfort_learns_from": "nothing"})[0]
    assert learning not in told_of(lambda p: 0.6, vary={"client_empathy": [0.1, 0.9]})[0], "nobody holds tears back"


def test_a_bend_is_told():
    text, _ = told_of(lambda p: 0.6 + {0.1: 0.0, 0.4: 0.05, 0.9: 0.01}[p["client_empathy"]])
    assert "It does not go all one way: at 0.4 it is" in text
    assert "so it rises and then falls" in text


def test_choices_are_compared_with_the_first_and_many_are_counted():
    text, _ = told_of(lambda p: 0.6 + 0.1 * (p["tears"] == "leaking"), vary={"tears": ["voiced", "leaking"]})
    assert re.search(r"rises by 0\.(?:59|60)\d \S+ to \S+ with tears “leaking” rather than “voiced”", text)
    points = [{"bond_moved": i / 100, "client_empathy": i / 50} for i in range(12)]
    design = {"kind": "list", "replicates": 6, "points": points}
    experiment = make_experiment({"title": "t", "question": "q", "design": design}, "here")
    there = contrasts_of(runs_of(experiment, lambda p: 0.5 + (0.1 if p["bond_moved"] > 0.085 else 0.0)), experiment)
    (section,) = sections(there)
    (of_alliance,) = [paragraph.words for paragraph in section.paragraphs if paragraph.lead == "Alliance"]
    assert "Of the 11 others, 3 lie above it by more than luck" in of_alliance


def test_points_that_differ_in_two_things_are_named():
    """And those that differ in one thing are not."""
    points = [
        {"client_empathy": empathy, "tears": tears}
        for empathy, tears in ((0.2, "shown"), (0.8, "shown"), (0.2, "voiced"))
    ]
    apart = [{"client_empathy": 0.8, "tears": "voiced"}, {"client_empathy": 0.4, "tears": "leaking"}]

    def warned(points):
        design = {"kind": "list", "replicates": 8, "points": points}
        experiment = make_experiment({"title": "t", "question": "q", "design": design}, "here")
        there = contrasts_of(runs_of(experiment, lambda p: p["client_empathy"]), experiment)
        (section,) = sections(there)
        return [paragraph.words for paragraph in section.paragraphs if "more than one parameter" in paragraph.words]

    assert warned(points) == []
    assert warned([*points, apart[1]])[0].startswith("Point 3 differs from point 0 in more than one parameter: nobody")
    assert warned([*points[:2], *apart])[0].startswith("Points 2 and 3 differ from point 0")


def test_only_zero_itself_has_no_sign():
    """So that an interval whose end rounds to 0 shows whether it leaves 0 out."""
    assert number(-0.0004, 2, signed=True) == "−0.00"
    assert number(0.0004, 2, signed=True) == "+0.00"
    assert [number(zero, 2, signed=True) for zero in (0.0, -0.0)] == ["0.00", "0.00"]
    assert number(-0.0004, 2) == "0.00"
    assert on_terminal(-0.0004, 2, signed=True) == "-0.00"


def test_a_missing_outcome_is_told_as_missing():
    text, _ = told_of(lambda p: 0.6, lambda p: np.nan)
    assert "nan" not in text
    assert "dropout is missing" in text


def test_fitted_worlds_change_what_an_interval_holds():
    _, there = told_of(lambda p: 0.6, parameters={"estimates": "fitted"})
    assert "also what the evidence leaves open" in intervals(there)
    assert "Each world is lived" not in intervals(there)
    _, there = told_of(lambda p: 0.6, parameters={"estimates": "open"})
    assert "leaves open about tears" in intervals(there)
    assert "Each world is lived under 2 lucks or more, which are averaged" in intervals(there)
    _, there = told_of(lambda p: 0.6)
    assert "the luck of the simulation and nothing else" in intervals(there)


def open_worlds(effects, **more):
    """All that is said where showing the tears raises the alliance by these amounts, one in each open world."""
    experiment = grid(TWO, 2 * len(effects), parameters={"estimates": "open"}, **more)
    runs = runs_of(experiment, lambda p: 0.6, own=0.0005)
    runs["world"] = runs["replicate"] // 2  # however many open worlds there are
    runs["alliance_mean"] += np.repeat(effects, 2)[runs["replicate"]] * (runs["tears"] == "shown")
    return in_short(contrasts_of(runs, experiment))


@pytest.mark.parametrize(
    ("below", "begins"),
    [
        (0, "In each of 40 worlds that fit the published evidence, showing the tears"),
        (1, "In all but 1 of 40 worlds that fit the published evidence, showing the tears"),
        (5, "In most worlds that fit the published evidence, 35 of 40, showing the tears"),
        (
            18,
            "Nobody knows the sign, as fewer than 80 in 100 worlds agree. Of 40 worlds that fit the published evidence, showing the tears",
        ),
    ],
)
def test_the_share_of_worlds_decides_how_a_sign_is_told_however_small_luck_is(below, begins):
    effects = np.where(np.arange(40) < below, -0.02, 0.02)
    told = open_worlds(effects)
    assert told[0].startswith(f"Whole practices: {lower_first(begins)}")
    assert ("raises the alliance in 22 and lowers it in 18" in told[0]) == (below == 18)
    assert "luck alone moves the mean of them by 0.00" in told[0]
    assert not any("default world" in words for words in told)


def test_a_world_of_their_own_each_tells_no_sign_apart_from_luck():
    _, there = told_of(lambda p: 0.6 + 0.05 * shown(p), parameters={"estimates": "fitted"}, own=0.0)
    assert all(
        "On the average of 12 fitted worlds, whose signs cannot be told from luck, " in w for w in in_short(there)
    )


def test_many_comparisons_are_counted_and_chance_is_told():
    _, there = told_of(lambda p: 0.6 + 0.1 * p["client_empathy"])
    assert len(differences_told(there)) == 6, "two effects, two changes, two differences of differences"
    assert "6 differences are told with an interval" in by_chance(there)
    assert "of 6, that is 0.3 on average. Here " in by_chance(there)


values = st.floats(0.0, 1.0, allow_nan=False)


@settings(max_examples=15, deadline=None)
@given(st.lists(values, min_size=2 * 2 * 2 * 3, max_size=2 * 2 * 2 * 3), st.integers(2, 3))
def test_the_numbers_in_the_sentences_are_those_of_the_summary(drawn, replicates):
    experiment = grid({"client_empathy": [0.25, 0.75], "tears": TEARS}, replicates)
    rows, cursor = [], iter(drawn)
    for point, own in enumerate(experiment.points.own):
        for replicate in range(replicates):
            two = {"alliance_mean": next(cursor), "dropout_rate": next(cursor)}
            rows.append({"design_point": point, "replicate": replicate, **own, **dict.fromkeys(OUTCOMES, 0.5), **two})
    runs = pd.DataFrame(rows)
    there = contrasts_of(runs, experiment)
    (section,) = sections(there)
    for paragraph, outcome in zip(section.paragraphs, ("alliance_mean", "dropout_rate"), strict=False):
        _are_all_known(paragraph.words, {0.25, 0.75, *_of_summary(runs, outcome)})
    effects = [_numbers(outcome, overall_effect(runs, outcome)) for outcome in QUESTIONED]
    _are_all_known(_what_tears_did(there), set().union(*effects))


def _are_all_known(words, known):
    """Every number with decimals in the words is one that is known, rounded."""
    for said in re.findall(r"\d+\.\d+", words.replace(",", "")):
        rounding = 0.5 * 10.0 ** -len(said.split(".")[1]) + 1e-9
        assert min(abs(float(said) - abs(number)) for number in known) <= rounding, (said, words)


def _of_summary(runs, outcome):
    """Every number that the summary has for an outcome, in the unit of the sentences."""
    arms = {arm: runs[runs["tears"] == arm] for arm in TEARS}
    known = set()
    for row in by_level(arms["shown"], "client_empathy", outcome).itertuples(index=False):
        known |= {TOLD[outcome].level(end) for end in (row.mean, row.low, row.high)}
    for row in effect_of_showing(runs, "client_empathy", outcome).itertuples(index=False):
        known |= _numbers(outcome, row)
    means = {arm: rows.pivot(index="replicate", columns="client_empathy", values=outcome) for arm, rows in arms.items()}
    changes = {arm: table[0.75] - table[0.25] for arm, table in means.items()}
    for change, differences in (
        (changes["shown"], 1),
        (changes["held back"], 1),
        (changes["shown"] - changes["held back"], 2),
    ):
        known |= _numbers(outcome, estimate(change).within(limits_of(outcome, differences)))
    return known


def _numbers(outcome, row):
    return {end * TOLD[outcome].factor for end in (row.mean, row.low, row.high)}
