"""The TRACE page and the estimands: nothing that tests hold is left out, and what is named as measuring is there."""

import importlib
import re

import pytest

from docs import refresh, trace
from tearsim.study.effects.estimands import ESTIMANDS as DECLARED

ESTIMANDS = refresh.ROOT / "docs/model/estimands.md"
PARTS = ("eligible", "strategies", "time zero", "follow-up", "outcome", "contrast", "analysis", "measured by")


def page():
    return refresh.TRACE.read_text(encoding="utf-8")


def test_the_page_has_the_eight_elements_of_trace_in_their_order():
    assert re.findall(r"^## (\d.*)$", page(), re.MULTILINE) == [
        "1 Problem formulation",
        "2 Model description",
        "3 Data evaluation",
        "4 Conceptual model evaluation",
        "5 Implementation verification",
        "6 Model output verification",
        "7 Model analysis",
        "8 Model output corroboration",
    ]


def test_every_file_of_tests_says_what_it_holds_and_stands_on_the_page_once():
    for tests in trace.all_tests():
        assert tests.claim, tests.file
        assert page().count(f"| {tests.claim} | `tests/{tests.file}.py` |") == 1, tests.file


def test_every_place_that_tests_are_looked_for_holds_some():
    for starts in trace.HELD_BY.values():
        for start in starts:
            assert any(trace.within(tests, start) for tests in trace.all_tests()), start


def test_where_both_worlds_are_compared_is_told_by_tests_that_are_there():
    files = {tests.file for tests in trace.all_tests()}
    assert set(trace.BOTH_WORLDS) <= files
    assert "- the two worlds agree whatever the parameters and seed (`worlds/test_same_bits`)" in page()


CHECKED = """
<!-- check: output of a command -->
Of 3 findings that may be fitted to: 3 inside.
Of 6 findings that nothing was fitted to: 1 inside; 2 outside (tcit-experience,
dose-26); 2 too close to judge, as other luck could turn the verdict (worse,
sudden-gains); 1 not judged.
dose-8: not judged, for the verdict turns with a convention: improved_from = 0.5.
dropout holds by a convention; the verdict turns with untold_counts = 0: 16.0.
<!-- end of check -->
<!-- check-open: of other worlds -->
dose-26: not judged, for the verdict turns with a convention: improved_from = 0.5.
ruptures holds by a convention; the verdict turns with reported_from = 0.5: 15.3.
<!-- end of check-open -->
"""


def test_what_fails_is_taken_from_the_check_and_told_in_words():
    assert trace.verdicts(CHECKED, "cal") == (
        "In the world of the defaults, of 3 findings that may be fitted to 3 lie inside the range accepted.\n\n"
        "- holds by a convention: Therapies that the client ends alone (`dropout`); the verdict turns with "
        "untold_counts = 0: 16.0\n"
    )
    failing = CHECKED.replace("holds by a convention; the verdict turns", "fails by a convention; it would lie inside")
    assert trace.verdicts(failing, "cal").endswith(
        "- fails by a convention: Therapies that the client ends alone (`dropout`); it would lie inside with "
        "untold_counts = 0: 16.0\n"
    )
    told = trace.verdicts(CHECKED, "val")
    assert "of 6 findings that nothing was fitted to 1 lie inside" in told
    assert re.findall(r"^- outside: .* \(`(.*)`\)$", told, re.MULTILINE) == ["tcit-experience", "dose-26"]
    assert re.findall(r"^- not judged: .* \(`(.*)`\), for the verdict turns", told, re.MULTILINE) == ["dose-8"]
    close = re.findall(r"^- too close to judge: .* \(`(.*)`\), as other luck", told, re.MULTILINE)
    assert close == ["worse", "sudden-gains"]


def test_every_estimand_has_all_parts_of_a_target_trial():
    protocols = re.findall(r"^### .*\n\n((?:\|.*\n)+)", ESTIMANDS.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(protocols) == 1 + len(DECLARED)
    for protocol in protocols:
        assert tuple(row.split("|")[1].strip() for row in protocol.splitlines()[2:]) == PARTS


def named_as_measuring():
    rows = re.findall(r"^\| measured by \|(.*)\|$", ESTIMANDS.read_text(encoding="utf-8"), re.MULTILINE)
    return sorted({name for row in rows for name in re.findall(r"`(tearsim\.[\w.]+)`", row)})


@pytest.mark.parametrize("name", named_as_measuring())
def test_what_is_named_as_measuring_an_estimand_is_there(name):
    owner, _, last = name.rpartition(".")
    try:
        held = importlib.import_module(owner)
    except ModuleNotFoundError:  # a method, of a class
        module, _, kind = owner.rpartition(".")
        held = getattr(importlib.import_module(module), kind)
    assert callable(getattr(held, last))
