"""The board in words: verdicts counted, worlds counted, and nothing called known that nobody knows."""

import re

import pytest

from tearsim.science.fitted import worlds_of
from tearsim.show.words import claims
from tearsim.show.words.what_decides import weight_told
from tearsim.study.claims.declared import read_claims

CLAIMS = read_claims()


def outcome(name, **changed):
    """A claim's outcome on made-up worlds: true in a third, too small in a third, contrary in a third."""
    claim = CLAIMS[name]
    regions = [
        {"moderator": one.name, "name": region.name, "share": 0.3, "verdict": "cannot say", "value": 0.0, "worlds": []}
        for one in claim.depends_on
        for region in one.regions
    ]
    return {
        "id": name, "verdict": "cannot say", "share_of_worlds": 1 / 3, "share_between": [0.28, 0.39], "may_be": [],
        "contrary": 1 / 3, "value": 0.05, "low": -0.2, "high": 0.3, "luck": 0.01, "worlds": [-0.2, 0.0, 0.3], "decided_by": ["appraisal_base", "bond_moved"],
        "goes_with": [{"parameter": "appraisal_base", "share": 0.4, "shape": "highest in the middle"}], "regions": regions,
        "seen": [{"value": 1.0, "low": 0.5, "high": 1.5} for _ in claim.seen], **changed,
    }  # fmt: skip


def board(*outcomes, worlds=300):
    return {
        "worlds": worlds, "of_worlds": 300, "lucks": 2, "therapists": 200, "surveyed": 120, "seed": 1, "quick": False,
        "fingerprint": "0" * 64, "claims": list(outcomes),
    }  # fmt: skip


def test_the_first_line_counts_verdicts_and_says_that_not_knowing_is_one():
    made = board(outcome("strengthen"), outcome("release", verdict="fails"), outcome("relief", verdict="assumed"))
    assert claims.first_line(made) == (
        "3 claims, put to 300 worlds that fit the published evidence: 1 fails, of 1 nobody can know yet, 1 is assumed."
    )
    assert "put to 24 worlds, a first look at 300, that fit" in claims.first_line(board(outcome("release"), worlds=24))


def test_where_worlds_disagree_it_is_said_in_how_many_and_what_decides():
    (row,) = claims.claim_rows(board(outcome("strengthen")), CLAIMS)
    assert row.why == (
        "Nobody can know yet: it is so, and matters, in 100 of 300 worlds that fit the published evidence; the "
        "difference is too small to matter in 100 and the other way round in 100. True in 33 % (28 to 39) of worlds."
    )
    assert row.otherwise == "too small to matter: 33 %; the other way round: 33 %"
    assert row.decided == (
        "how a typical client takes near tears from a typical therapist; how much being moved strengthens the bond at "
        "once"
    )
    assert row.number == "+0.05 points of a rating 1 to 7 (−0.20 to +0.30)"
    assert len(row.regions) == 7


def test_what_studies_found_stands_beside_a_claim_with_what_part_it_has_in_the_worlds():
    told = {name: claims.published_told(CLAIMS[name]) for name in ("compassion", "who-first", "relief")}
    assert told["relief"] == []
    assert told["compassion"] == [
        "Tears unrelated to the therapist's trait empathy: 0.00 (-0.10 to 0.10) (Blume-Marcovici, Stolberg & Khademi "
        "2013; in brackets: about 0: what a sample of 400 would not tell from it). These worlds were not fitted to it."
    ]
    (cried_too,) = told["who-first"]
    assert cried_too.startswith("Latest tears at which the client was crying too: 73.0 (68.6 to 77.4) % (")
    assert cried_too.endswith("in brackets: sampling error at n = 400 (n = 411)). These worlds were fitted to it.")


def test_an_assumption_is_never_told_as_a_finding():
    (row,) = claims.claim_rows(board(outcome("relief", verdict="assumed", decided_by=["tears_relief"])), CLAIMS)
    assert "what nobody has measured and has but one sign in the worlds asked: share of their own strain" in row.why
    assert "So what follows is no finding" in row.why


def test_a_dependence_says_for_whom_it_holds_and_for_whom_it_fails():
    made = outcome("strengthen", verdict="depends", decided_by=["the kind of tears"])
    for region, verdict in zip(made["regions"], ["cannot say"] * 4 + ["holds", "holds", "fails"], strict=True):
        region["verdict"] = verdict
    (row,) = claims.claim_rows(board(made), CLAIMS)
    assert "It holds for some (the kind of tears: near tears and the kind of tears: open tears)" in row.why
    assert "fails for others (the kind of tears: overwhelming tears)" in row.why


@pytest.mark.parametrize("name", CLAIMS)
def test_every_claim_can_be_told_whatever_its_verdict_and_also_where_nobody_was_there(name):
    nobody = outcome(name, value=None, low=None, high=None, share_of_worlds=None, contrary=None, worlds=[])
    for made in (outcome(name), outcome(name, verdict="holds"), outcome(name, verdict="fails"), nobody):
        rows = claims.claim_rows(board(made), CLAIMS)
        told = claims.claims_markdown(rows) + claims.board_markdown(rows) + claims.board_in_short(rows, "page.md")
        assert CLAIMS[name].sentence in told
        assert f"[{CLAIMS[name].short}](page.md{claims.anchor(CLAIMS[name])})" in told
        assert CLAIMS[name].study in told
        assert "nan" not in told


def test_a_claim_that_fails_or_is_assumed_says_what_is_so_in_most_worlds_in_the_list_of_all():
    for shares, said in (
        ((0.03, 0.9), "the other way round in most worlds"),
        ((0.03, 0.1), "too small to matter in most worlds"),
    ):
        failed = outcome("strengthen", verdict="fails", share_of_worlds=shares[0], contrary=shares[1])
        rows = claims.claim_rows(board(failed), CLAIMS)
        assert f"{claims.anchor(CLAIMS['strengthen'])}) ({said}" in claims.board_in_short(rows, "page.md")
    taken = outcome("relief", verdict="assumed", share_of_worlds=0.9, contrary=0.0)
    assert "(so in most worlds" in claims.board_in_short(claims.claim_rows(board(taken), CLAIMS), "page.md")
    known = claims.claim_rows(board(outcome("strengthen", verdict="cannot say")), CLAIMS)
    assert "in most" not in claims.board_in_short(known, "page.md")


def test_every_sentence_of_the_essay_leads_to_a_file():
    table = claims.essay_markdown(CLAIMS)
    for name, claim in CLAIMS.items():
        assert f"({claims.anchor(claim)})" in table, name
        assert f"| {claim.sentence}" in table
        assert claim.no_claim in table


def test_where_fewer_than_two_parameters_decide_it_is_said_why():
    def decided(**changed):
        (row,) = claims.claim_rows(board(outcome("strengthen", **changed)), CLAIMS)
        return row.decided, row.change

    one, change = decided(decided_by=["appraisal_base"])
    assert one.endswith("; no other stands out from chance")
    assert "40 % of how worlds differ, highest in the middle of its range" in change
    assert "No other parameter stands out from chance: the rest is luck" in change
    assert decided(decided_by=[], goes_with=[])[0] == "nothing stands out from chance"
    for share, where in ((0.0, "no"), (1.0, "every"), (0.0004, "no")):
        assert decided(decided_by=[], share_of_worlds=share)[0] == f"nothing: it is true in {where} world"


def test_what_decides_can_be_read_without_what_stands_beside_it():
    """Parameters are declared one after the other, and each is told alone: on the board, and by name."""
    open_worlds = worlds_of("open")
    differ = [name for name in open_worlds[0] if len({world[name] for world in open_worlds}) > 1]
    assert len(differ) > 100
    for name in differ:
        told = weight_told(name)
        assert not re.search(
            r"differ in it$|of it |that (level|number|variance|comfort)|(speeds|to|beyond|all) that", told
        ), told
        assert not re.search(r"those differences|last two| helps$| helps (beyond|with)|^that |such a session", told), (
            told
        )


def test_a_middle_world_that_rounds_to_0_has_no_sign_and_the_ends_of_its_interval_have():
    (row,) = claims.claim_rows(board(outcome("strengthen", value=-0.0015)), CLAIMS)
    assert row.number == "0.00 points of a rating 1 to 7 (−0.20 to +0.30)"


def test_a_claim_true_nowhere_says_so_without_counting_what_there_is_none_of():
    made = outcome("release", verdict="fails", share_of_worlds=0.0, share_between=[0.0, 0.01], contrary=0.0)
    (row,) = claims.claim_rows(board(made), CLAIMS)
    assert row.why == (
        "It is so, and matters, in none of 300 worlds that fit the published evidence; the difference is too small to "
        "matter in 300. True in 0 % (0 to 1) of worlds."
    )
    assert row.otherwise == "too small to matter: 100 %"
    (row,) = claims.claim_rows(board(outcome("release", share_of_worlds=0.5, contrary=0.004)), CLAIMS)
    assert row.otherwise == "too small to matter: 50 %; the other way round: under 1 %"


def test_a_verdict_that_other_worlds_might_change_says_so_and_a_quick_look_says_how_many_do():
    unsure = outcome(
        "strengthen", verdict="holds", share_of_worlds=1.0, share_between=[0.858, 1.0], may_be=["cannot say"]
    )
    made = board(unsure, outcome("release", verdict="fails"), worlds=24) | {"quick": True, "therapists": 80}
    (row, sure) = claims.claim_rows(made, CLAIMS)
    assert (row.verdict, row.true_in) == ("holds or cannot say", "100 % (86 to 100)")
    assert row.why.endswith(
        "True in 100 % (86 to 100) of worlds. As many other worlds that fit as well might say: cannot say."
    )
    assert sure.verdict == "fails"
    assert claims.first_line(made).endswith(
        "A quick look: 24 worlds, in practices of 80 therapists. 1 verdict may change, and says so; all worlds are asked "
        "without --quick."
    )


def test_what_lies_alike_in_all_worlds_but_for_luck_is_not_told_as_a_range_of_worlds():
    (row,) = claims.claim_rows(board(outcome("strengthen", value=0.05, low=0.05, high=0.05)), CLAIMS)
    assert row.number == "+0.05 points of a rating 1 to 7 (worlds differ by no more than luck)"
