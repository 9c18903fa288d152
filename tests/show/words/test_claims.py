"""The board in words: verdicts counted, worlds counted, and nothing called known that nobody knows."""

import pytest

from tearsim.show.words import claims
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
        "id": name, "verdict": "cannot say", "share_of_worlds": 1 / 3, "contrary": 1 / 3, "value": 0.05, "low": -0.2,
        "high": 0.3, "luck": 0.01, "worlds": [-0.2, 0.0, 0.3], "decided_by": ["appraisal_base", "bond_moved"],
        "goes_with": [{"parameter": "appraisal_base", "correlation": 0.6}], "regions": regions,
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
        "3 claims, put to 300 worlds that fit the published evidence equally well: 1 fails, of 1 nobody can know yet, "
        "1 is assumed."
    )
    assert "put to 24 worlds, a first look at 300, that fit" in claims.first_line(board(outcome("release"), worlds=24))


def test_where_worlds_disagree_it_is_said_in_how_many_and_what_decides():
    (row,) = claims.claim_rows(board(outcome("strengthen")), CLAIMS)
    assert row.why == (
        "Nobody can know yet: in 100 of 300 worlds that fit the published evidence it is so, and matters; in 100 the "
        "difference is too small to matter, in 100 it is the other way round."
    )
    assert row.decided == (
        "how a typical client takes near tears from a typical therapist; how much being moved strengthens the bond at "
        "once"
    )
    assert row.number == "+0.05 points of 1 to 7 (−0.20 to +0.30)"
    assert len(row.regions) == 7


def test_an_assumption_is_never_told_as_a_finding():
    (row,) = claims.claim_rows(board(outcome("relief", verdict="assumed", decided_by=["tears_relief"])), CLAIMS)
    assert "nobody has measured it, and the model never takes it below 0" in row.why
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
        told = claims.claims_markdown(rows) + claims.board_markdown(rows) + claims.board_in_short(rows)
        assert CLAIMS[name].sentence in told
        assert CLAIMS[name].study in told
        assert "nan" not in told


def test_every_sentence_of_the_essay_leads_to_a_file():
    table = claims.essay_markdown(CLAIMS)
    for name, claim in CLAIMS.items():
        assert f"({name}.toml)" in table
        assert all(one in table for one in claim.essay)
