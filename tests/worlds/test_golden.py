"""One run, kept: it ends as it did to the last bit on any machine, and with any versions of the libraries."""

import json

from docs import refresh
from tearsim import simulate


def test_the_golden_run_still_ends_as_it_did_to_the_last_bit_on_any_machine():
    assert refresh.golden() == json.loads(refresh.GOLDEN.read_text(encoding="utf-8"))


def test_agents_end_it_in_the_same_way():
    outcomes = simulate(seed=2024, world="mesa", **refresh.GOLDEN_RUN).outcomes
    assert {name: None if value != value else value for name, value in outcomes.items()} == refresh.golden()
