"""The verdicts on record can be looked at without living anything, and are those of the claims as they stand."""

import json
import subprocess

import numpy as np
import pandas as pd
import pytest

from tearsim.errors import TearSimError
from tearsim.science.fitted import worlds_of
from tearsim.study.answers.those_who_saw import BELIEFS
from tearsim.study.claims import board
from tearsim.study.claims.declared import read_claims

CLAIMS = read_claims()


def test_every_claim_has_a_verdict_on_record_over_all_open_worlds(tmp_path):
    outcome = board.on_record(CLAIMS, tmp_path)
    assert [one["id"] for one in outcome["claims"]] == list(CLAIMS)
    assert outcome["worlds"] == outcome["of_worlds"] == len(worlds_of("open"))
    assert json.loads((tmp_path / board.OUTCOME_FILE).read_text(encoding="utf-8")) == outcome


def test_of_a_claim_that_was_changed_since_nothing_is_on_record(tmp_path):
    changed = CLAIMS["strengthen"].model_copy(update={"seen": []})
    with pytest.raises(TearSimError, match="strengthen: nothing is on record of this claim as it stands"):
        board.on_record({"strengthen": changed}, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_verdict_lies_within_the_interval_of_its_share():
    for one in board.read_outcome(board.claims_folder() / board.RECORD_FILE)["claims"]:
        low, high = one["share_between"]
        assert low <= one["share_of_worlds"] <= high, one["id"]


def test_what_therapists_believe_decides_no_claim_about_clients_and_may_decide_what_careers_bring():
    """It goes with how tears are taken, as both are solved from surveys; but it can move nobody who learns nothing."""
    parameters = pd.DataFrame(list(worlds_of("open")))
    of_clients = board._that_can_move(CLAIMS["culture"], parameters)
    assert not set(BELIEFS) & set(of_clients)
    assert len(of_clients.columns) == len(parameters.columns) - len(BELIEFS)
    assert board._that_can_move(CLAIMS["experience"], parameters).equals(parameters)
    for one in board.read_outcome(board.claims_folder() / board.RECORD_FILE)["claims"]:
        if CLAIMS[one["id"]].value.practice != "surveyed":
            assert not set(BELIEFS) & set(one["decided_by"]), one["id"]
            assert np.isfinite(one["worlds"]).all()


@pytest.mark.once
def test_the_board_is_shown_at_once_to_people_and_to_programs(tearsim, tmp_path):
    command = [*tearsim, "claims", "--on-record", "compassion", "--out", str(tmp_path / "board")]
    said = subprocess.run([*command, "--json"], capture_output=True, text=True, check=True).stdout
    (told,) = json.loads(said)["claims"]
    assert told["id"] == "compassion"
    assert told["share_between"][0] <= told["share_of_worlds"] <= told["share_between"][1]
    page = (tmp_path / "board/board.html").read_text(encoding="utf-8")
    assert "These worlds were not fitted to it." in page
    assert CLAIMS["compassion"].told in page
    refused = subprocess.run([*command, "--quick"], capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert len(refused.stderr.splitlines()) == 1
    assert "leave out --quick and --seed" in refused.stderr
