"""The board as a page: one file that needs nothing from elsewhere, every claim in it, each world drawn where it lies."""

import re

import pytest

from tearsim.show.report.board import board_html
from tearsim.show.report.claim_strip import claim_strip, side_of
from tearsim.study.claims.declared import read_claims
from tearsim.study.claims.verdict import VERDICTS
from tests.show.words.test_claims import board, outcome

CLAIMS = read_claims()


@pytest.fixture(scope="module")
def page():
    words = {
        name: "assumed"
        if claim.taken_for_granted or claim.assumed
        else "depends"
        if claim.depends_on
        else VERDICTS[i % 2]
        for i, (name, claim) in enumerate(CLAIMS.items())
    }
    made = [outcome(name, verdict=word) for name, word in words.items()]
    for one in made:
        for region, word in zip(one["regions"], ["holds", "fails"], strict=False):
            region["verdict"] = word
    return board_html(board(*made), CLAIMS)


def test_it_needs_nothing_from_elsewhere(page):
    assert not re.search(r'(?:src|href)\s*=\s*"(?!#)|url\(|@import', page)


def test_it_has_a_row_a_claim_in_the_order_of_the_essay(page):
    assert re.findall(r'<details id="([\w-]+)"', page) == list(CLAIMS)
    for claim in CLAIMS.values():
        assert f"experiments/claims/{claim.id}.toml" in page


def test_a_verdict_is_told_by_word_mark_and_form_and_not_by_colour_alone(page):
    for word in VERDICTS:
        assert re.search(rf'class="chip {word.replace(" ", "-")}">. {word}<', page)
    forms = [re.search(rf"\.{word.replace(' ', '-')} \{{[^}}]*?(border[^}}]*)\}}", page).group(1) for word in VERDICTS]
    assert len(set(forms)) == len(VERDICTS)


def test_a_world_is_drawn_on_the_side_on_which_it_lies():
    strengthen, release, alike, harmless = (
        CLAIMS[name] for name in ("strengthen", "release", "kind-irrelevant", "not-disruptive")
    )
    assert [side_of(strengthen, one, 0.06) for one in (0.1, 0.0, -0.1)] == ["true", "small", "contrary"]
    assert [side_of(release, one, 0.1) for one in (-0.2, 0.0, 0.2)] == ["true", "small", "contrary"]
    assert [side_of(alike, one, 0.06) for one in (-0.2, 0.0, 0.2)] == ["contrary", "true", "contrary"]
    assert [side_of(harmless, one, 0.1) for one in (-0.2, 0.0, 0.2)] == ["true", "true", "contrary"]


def test_what_lies_beyond_the_scale_stands_at_its_edge():
    drawn = str(claim_strip(CLAIMS["strengthen"], [-9.0, 0.0, 9.0], 0.0, 0.01, "words"))
    assert [float(x) for x in re.findall(r'class="(?:true|small|contrary)" d="M([\d.]+) ', drawn)] == [10, 150, 290]
    assert drawn.count('class="middle"') == drawn.count('class="luck"') == 1
