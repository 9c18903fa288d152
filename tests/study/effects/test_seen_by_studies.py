"""What studies would have seen: beside the effect, with the bias in parts that add up, and fooled where they must be."""

import numpy as np
import pytest

from tearsim.errors import TearSimError
from tearsim.evidence.questionnaire import believed_harmed, believed_improved
from tearsim.evidence.records import Survey
from tearsim.science.codes import GOES_ON, LEFT
from tearsim.science.settings import checked
from tearsim.study.answers.over_worlds import over_worlds
from tearsim.study.effects.lives import live_side_by_side, under
from tearsim.study.effects.studies.declared import PARTS_OF_BIAS, STUDIES
from tearsim.study.effects.studies.records import SHARE_KEPT, records_of_practice, together
from tearsim.study.effects.studies.seen import records_of, seen_by_studies, seen_in
from tearsim.study.people.exposed import who_in
from tearsim.worlds.luck_tables import LuckTables

SMALL = {"therapists": 6, "caseload": 8, "weeks": 20, "therapist_tear_propensity": 0.97}
# What comes of one cause: bad news fills a therapist's eyes, and has clients leave for a reason of its own.
BAD_NEWS = {"bad_news": 0.05, "eyes_fill_bad_news": 4.0, "leaving_bad_news": 3.0}
# The same through the therapist: who is worn out cries more, and wears out the bond.
WORN_OUT = {"eyes_fill_strain": 1.2, "bond_strain": -0.2, "progress_strain": -0.5}


def of(found):
    return {(one.study, one.outcome, one.when): one for one in found.rows}


@pytest.fixture(scope="module")
def small():
    return seen_by_studies(practices=8, workers=2, **SMALL)


def test_every_study_says_something_of_every_outcome_that_it_is_asked_about(small):
    told = [(one.study, one.outcome, one.when) for one in small.rows]
    assert told == [(name, *asked) for name, study in STUDIES.items() for asked in study.chains]
    for one in small.rows:
        assert one.says.low < one.says.mean < one.says.high, one
        assert one.effect.low <= one.effect.mean <= one.effect.high, one


def test_the_parts_of_a_bias_add_up_to_what_a_study_says_beside_the_effect(small):
    for one in small.rows:
        assert set(one.parts) == set(PARTS_OF_BIAS)
        whole = sum(part.mean for part in one.parts.values())
        assert whole == pytest.approx(one.bias.mean, abs=1e-12)
        assert one.effect.mean + whole == pytest.approx(one.says.mean, abs=1e-12)


def test_whoever_compares_with_nobody_present_alone_has_no_part_of_who_stays(small):
    stays = {key: one.parts["stays"] for key, one in of(small).items()}
    assert stays["before_after", "rating", "at once"][:3] == (0.0, 0.0, 0.0)
    assert stays["recollection", "better", "at once"][:3] == (0.0, 0.0, 0.0)
    assert stays["exposed_unexposed", "left", "ever"].mean != 0.0


def test_every_number_that_is_no_effect_is_told_with_the_word_for_what_it_is(small):
    table = small.table
    assert set(table["is"]) == {study.is_a for study in STUDIES.values()}
    assert set(table.loc[table["study"] == "Exposed against unexposed", "is"]) == {"an association, not an effect"}
    for study in STUDIES.values():
        assert "not an effect" in study.is_a or "an effect only if" in study.is_a


def test_where_tears_have_no_effect_the_effect_is_exactly_nothing_and_all_that_studies_say_is_bias():
    found = seen_by_studies(practices=16, effect_of_tears="none", **SMALL)
    for one in found.rows:
        assert one.effect[:3] == (0.0, 0.0, 0.0), one
        assert one.bias.mean == one.says.mean


def test_the_effect_is_that_of_the_first_tear_in_the_same_practices(small):
    import tearsim

    told = tearsim.effects("first_tear", practices=8, at=[0, 4], **SMALL).table.set_index(["outcome", "week"])
    here = of(small)
    assert here["weighted", "left", "later"].effect.mean == pytest.approx(told.loc[("left", 4), "mean"], abs=1e-12)
    assert here["before_after", "rating", "at once"].effect.mean == pytest.approx(told.loc[("rating", 0), "mean"])
    assert here["before_after", "rating", "later"].effect.mean == pytest.approx(told.loc[("rating", 4), "mean"])


def test_no_number_hangs_on_how_many_threads_lived_it(small):
    assert seen_by_studies(practices=8, workers=1, **SMALL).rows == small.rows


def lived(practices=1, later=4, **more):
    values = checked({"arrivals": "cohort", **SMALL, **more})
    arms = {strategy: under(values, strategy, longer=later + 1) for strategy in ("shown", "held back")}
    return values, list(live_side_by_side(arms, 5, range(practices), {}))


def test_the_records_are_those_of_the_log():
    """One practice of 48 clients, person by person, against its log."""
    _, (one,) = lived()
    log = one.logs["shown"]
    reports = LuckTables(5, 0).reports(0, 25, 48)
    records = records_of_practice(one.logs, reports, 20, 4, 0, np.full(len(log), 0.5 * SHARE_KEPT))
    tears = log[log["noticed"] & (log["week"] <= 20)]
    assert len(records.tears["rating"]) == len(set(who_in(tears))) > 5
    assert len(records.clients["saw"]) == 48
    for i, who in enumerate(np.unique(who_in(tears))):
        mine = np.sort(log[who_in(log) == who], order="week")
        first = mine[mine["noticed"]][0]
        then = mine[(mine["week"] == first["week"] + 4) & (mine["therapist"] == first["therapist"])]
        ended = mine[(mine["week"] >= first["week"]) & (mine["ending"] != GOES_ON)]
        assert records.tears["rating"][i] == first["rating"]
        assert records.tears["taken"][i] == first["appraisal"]
        assert np.array_equal(records.tears["rating_later"][[i]], then["rating"] if len(then) else [np.nan], True)
        left = len(ended) > 0 and ended["week"][0] <= first["week"] + 4 and ended["ending"][0] == LEFT
        assert records.tears["left_later"][i] == left
    trials = records.trials
    assert trials["treated"].sum() == len(records.tears["rating"])
    unseen = sum(
        (mine["week"] <= min(20, mine["week"][mine["noticed"]].min(initial=99))).sum()
        for mine in (log[who_in(log) == who] for who in np.unique(who_in(log)))
    )
    assert len(trials["treated"]) == unseen


def test_what_therapists_believe_is_what_the_questionnaire_asks():
    """4 practices: improved minus harmed, each therapist's latest tears, as the survey's instruments have it."""
    values, practices = lived(4)
    survey, found = Survey(), []
    for one in practices:
        luck = LuckTables(5, one.replicate)
        log = one.logs["shown"]
        asked = log[(log["week"] <= 20) & (log["tears_felt"] > 0)]
        survey.add(asked, values, luck)
        found.append(records_of_practice(one.logs, luck.reports(0, 25, 48), 20, 4, one.replicate, np.ones(len(log))))
    latest = together(found).latest
    # Of tears in the same week either knows no latest: there the two may take another.
    assert np.mean(latest["believed"]) == pytest.approx(believed_improved(survey) - believed_harmed(survey), abs=0.1)
    assert len(latest["believed"]) == (survey.count() > 0).sum()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"estimates": "open", "practices": 3}, "number of practices is a whole number from 4"),
        ({"arrivals": "open"}, "cohort"),
        ({"tears": "voiced"}, "tears is set by what is compared"),
        ({"practices": 1}, "number of practices is a whole number from 2"),
        ({"later": 0}, "from 1 to 52"),
    ],
)
def test_what_cannot_be_asked_is_told_in_a_line(given, said):
    with pytest.raises(TearSimError, match=said) as told:
        seen_by_studies(**given)
    assert "\n" not in str(told.value)


def test_over_worlds_the_studies_are_done_in_each_and_their_bias_is_told_luck_apart():
    """12 practices in 6 worlds: each half of a world's is a study of its own."""
    found = seen_by_studies(practices=12, estimates="open", **SMALL)
    [row] = [one for one in found.rows if (one.study, one.outcome, one.when) == ("before_after", "rating", "at once")]
    assert row.worlds.number == 6
    records = list(records_of(checked({"arrivals": "cohort", "estimates": "open", **SMALL}), 1, 12, 4, {}, 1))
    alone = []
    for practice, one in enumerate(records):
        [said] = [
            told
            for told in seen_in(together([one]), np.array([practice]), 4)
            if (told.study, told.outcome, told.when) == ("before_after", "rating", "at once")
        ]
        alone.append(said.bias.mean)
    weights = [len(one.tears["believed"]) for one in records]
    assert row.worlds == over_worlds(alone, np.repeat(np.arange(6), 2), weights)
    assert {"bias_worlds_median", "bias_worlds_share_above_zero"} <= set(found.table)


def test_where_tears_do_nothing_the_bias_over_worlds_is_all_that_studies_say():
    found = seen_by_studies(practices=8, estimates="open", effect_of_tears="none", **SMALL)
    assert all(one.effect[:3] == (0.0, 0.0, 0.0) for one in found.rows)
    assert any(one.worlds is not None and one.worlds.mean != 0.0 for one in found.rows)


@pytest.mark.slow
def test_bad_news_fools_every_study_that_compares_and_no_twin():
    """60 practices of 200 clients, in which tears do nothing: each says that clients leave for them, by far."""
    found = of(seen_by_studies(practices=60, effect_of_tears="none", **BAD_NEWS))
    for study in (("standardised", "later"), ("weighted", "later"), ("crossover", "at once")):
        one = found[study[0], "left", study[1]]
        assert one.says.low > 0.0, study
        assert one.effect[:3] == (0.0, 0.0, 0.0)
        assert one.bias.mean == one.parts["exposed"].mean


@pytest.mark.slow
def test_a_worn_out_therapist_fools_those_who_compare_clients_and_not_weeks_of_one_therapist():
    """100 practices of 200 clients, in which tears do nothing: ratings seem to fall for them; within the weeks of a
    therapist, whose strain is the same for all, nobody seems to leave."""
    found = of(seen_by_studies(practices=100, effect_of_tears="none", **WORN_OUT))
    assert found["before_after", "rating", "later"].says.high < 0.0
    assert found["exposed_unexposed", "rating", "ever"].says.high < 0.0
    crossover = found["crossover", "left", "at once"]
    assert crossover.says.low <= 0.0 <= crossover.says.high
    assert all(one.effect[:3] == (0.0, 0.0, 0.0) for one in found.values())


@pytest.mark.slow
def test_where_tears_do_nothing_and_nothing_confounds_emulated_trials_hold_nothing_in_their_intervals():
    """200 studies of 5 practices with 100 clients each, a third of whom see tears: 95 %, give or take three errors."""
    values = checked(
        {"arrivals": "cohort", "effect_of_tears": "none", "therapists": 10, "weeks": 26, "eyes_fill_base": -6.0}
    )
    records = together(list(records_of(values, 11, 1000, 4, {}, 2)))
    held = {}
    for study in range(200):
        practices = np.arange(5 * study, 5 * study + 5)
        for one in seen_in(records.of(practices), practices, 4):
            if one.study in ("standardised", "weighted"):
                held.setdefault((one.study, one.outcome), []).append(one.says.low <= 0.0 <= one.says.high)
    assert len(held) == 4
    for study, covered in held.items():
        assert 0.9 <= np.mean(covered) <= 0.99, study
