"""What studies would have seen is told with the word for what each number is, and so that nobody is misled twice."""

import io

import numpy as np
import pytest
from rich.console import Console

from tearsim.errors import TearSimError
from tearsim.show.figures import caption_of, truth_beside_studies
from tearsim.show.terminal.studies import kinds_of_study_markdown, studies_table
from tearsim.show.words.studies import misled, studies_for_programs, studies_in_short, value_lines, when_asked
from tearsim.study.effects.studies.declared import STUDIES
from tearsim.study.effects.studies.seen import SeenByStudies, SeenByStudy, seen_by_studies
from tearsim.study.estimates import Estimate


def a_number(mean, low, high, effect=0.02, outcome="left", weeks=4):
    says, truth = Estimate(mean, low, high, 40), Estimate(effect, effect - 0.01, effect + 0.01, 40)
    parts = {"exposed": Estimate(mean - effect, low, high, 40)}
    return SeenByStudy("exposed_unexposed", outcome, "later", weeks, says, truth, parts["exposed"], parts)


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (-0.01, 0.05, "holds the effect"),
        (0.03, 0.05, "misses the effect"),
        (-0.01, 0.01, "misses the effect"),
        (-0.05, -0.01, "sure of the other sign"),
        (np.nan, np.nan, "too few to say anything"),
    ],
)
def test_whether_a_study_misleads_is_read_off_its_interval_and_the_effect(low, high, told):
    assert misled(a_number((low + high) / 2, low, high)) == told


def test_no_study_is_of_the_other_sign_where_luck_leaves_the_effect_s_own_in_doubt():
    assert misled(a_number(-0.03, -0.05, -0.01, effect=0.005)) == "misses the effect"


def test_a_study_beyond_0_is_counted_as_such_though_luck_leaves_the_effects_sign_in_doubt():
    """As exposed against unexposed: they leave less, where tears make a little more of them leave."""
    rows = [
        a_number(-0.03, -0.05, -0.01, effect=0.005),
        a_number(0.05, 0.04, 0.06, effect=0.01),
        a_number(0.01, 0.0, 0.02),
    ]
    said = studies_in_short(SeenByStudies(rows, {}, 1, practices=10, clients=100, saw=20, later=4))
    assert "2 of 3 numbers" in said
    assert "1 of these lie on the other side of 0, 0 with no doubt left by luck about either sign" in said


def test_numbers_are_told_on_scales_that_people_know():
    assert value_lines(Estimate(0.0234, -0.01, 0.05, 9), "left") == ["+2.3", "−1.0 to +5.0"]
    assert value_lines(Estimate(0.234, np.nan, np.nan, 1), "rating") == ["+0.23"]
    assert when_asked(a_number(0.0, 0.0, 0.0, weeks=0)) == "at once"
    assert when_asked(a_number(0.0, 0.0, 0.0, weeks=1)) == "1 week later"
    assert when_asked(a_number(0.0, 0.0, 0.0, weeks=None)) == "while on record"


@pytest.fixture(scope="module")
def found():
    return seen_by_studies(practices=16, weeks=20, therapists=6, caseload=8, therapist_tear_propensity=0.97)


def test_the_table_says_of_every_study_what_its_number_is(found):
    out = io.StringIO()
    Console(file=out, width=300).print(studies_table(found))
    text = " ".join(out.getvalue().split())
    for study in STUDIES.values():
        assert study.title in text
        assert study.is_a in text
        assert study.is_a in kinds_of_study_markdown()
    assert f"{found.saw:,} noticed tears" in text


def test_programs_are_told_the_same_numbers_with_the_same_words(found):
    for told, one in zip(studies_for_programs(found.rows), found.rows, strict=True):
        assert told["is"] == STUDIES[one.study].is_a
        assert told["says"] == {"value": one.says.mean, "low": one.says.low, "high": one.says.high}
        assert set(told["parts"]) == {"exposed", "stays", "tells"}


def test_the_sentence_counts_those_that_mislead(found):
    wrong = [misled(one) in ("misses the effect", "sure of the other sign") for one in found.rows]
    assert studies_in_short(found).startswith(f"{sum(wrong)} of {len(wrong)} numbers")


def test_the_figure_draws_each_number_beside_the_effect_and_names_what_it_is(found):
    figure = truth_beside_studies(found)
    said = [x for trace in figure.data if trace.name.startswith("a study") for x in trace.x]
    effects = [x for trace in figure.data if trace.name == "the effect" for x in trace.x]
    known = [one for one in found.rows if np.isfinite(one.says.mean)]
    assert len(said) == len(effects) == len(known)
    left = {one.says.mean * 100 for one in known if one.outcome == "left"}
    assert left <= set(said)
    labels = " ".join(text for axis in figure.select_yaxes() for text in axis.ticktext)
    assert "an association, not an effect" in labels
    assert f"{found.clients:,} clients" in caption_of(figure)
    with pytest.raises(TearSimError, match="found"):
        truth_beside_studies(found.table)
