"""The causal diagram says what the rules say: every arrow is theirs, and none of theirs is missing."""

import ast
import inspect
import re
from collections import Counter

import pytest

from docs import causal_diagram, causes, refresh
from tearsim.science import rules

WHEN = {True: "at-once", False: "before"}
PAIRS = {(arrow.source, arrow.target) for arrow in causal_diagram.arrows()}


def test_the_arrows_that_are_drawn_are_those_of_the_rules():
    drawn = re.findall(
        r'<path class="arrow (\S+?)( condition)? from-(\w+) to-(\w+)"', refresh.DIAGRAM.read_text(encoding="utf-8")
    )
    of_the_rules = [
        (WHEN[arrow.at_once], " condition" * arrow.condition, arrow.source, arrow.target)
        for arrow in causal_diagram.arrows()
    ]
    assert Counter(drawn) == Counter(of_the_rules)


def test_arrows_are_what_a_reader_of_the_rules_would_draw():
    """Worked out by hand from the equations of single rules."""
    assert {a for a, b in PAIRS if b == "depth"} == {"alliance", "distress", "felt_empathy"}
    assert {a for a, b in PAIRS if b == "client_tears"} == {"alliance", "depth", "openness", "rupture", "theme"}
    assert {a for a, b in PAIRS if b == "eyes_fill"} == {"bad_news", "client_tears", "comfort", "depth", "strain"}
    assert {a for a, b in PAIRS if b == "repair"} == {"experience", "rupture"}
    assert {a for a, b in PAIRS if b == "leaving"} == {
        "alliance", "appraisal", "bad_news", "distress", "rupture", "sessions",
    }  # fmt: skip
    assert {b for a, b in PAIRS if a == "bad_news"} == {"eyes_fill", "leaving"}
    assert {b for a, b in PAIRS if a == "comfort"} == {"appraisal", "choice", "eyes_fill", "spoken"}
    assert {b for a, b in PAIRS if a == "rating"} == set()


def test_what_is_carried_over_is_told_from_what_works_at_once():
    now = {(arrow.source, arrow.target) for arrow in causal_diagram.arrows() if arrow.at_once}
    assert {("depth", "client_tears"), ("bond", "alliance"), ("rupture", "distress"), ("strain", "eyes_fill")} <= now
    assert not {("alliance", "depth"), ("openness", "client_tears"), ("belief", "comfort"), ("rupture", "repair")} & now


def test_a_session_runs_downwards_and_only_what_is_carried_over_runs_back():
    boxes = causal_diagram.BOXES
    for arrow in causal_diagram.arrows():
        assert not arrow.at_once or boxes[arrow.source].row < boxes[arrow.target].row, arrow


def test_a_rule_that_comes_to_read_something_else_gets_another_arrow(monkeypatch):
    text = "def hushes(therapist: Therapist, p: Parameters, luck: SessionLuck): return luck.hushed < therapist.strain"
    (other,) = ast.parse(text).body
    functions = {**causes.functions(), "hushes": other}
    monkeypatch.setattr(causes, "functions", lambda: functions)
    into = {flow.source for flow in causes.flows.__wrapped__() if flow.target == "now.hushed"}
    assert into == {"therapist.strain", "luck.hushed", "now.client_tears"}


@pytest.mark.parametrize("person", causes.PEOPLE)
def test_everything_that_a_person_is_or_has_stands_in_one_place(person):
    held = [name for box in causal_diagram.BOXES.values() for name in box.holds]
    known = Counter([*held, *causal_diagram.TRAITS, *causal_diagram.NO_BOX])
    names = {f"{person}.{name}" for name in causes.attributes(person)}
    assert names == {name for name in known if name.startswith(f"{person}.")}
    assert set(known.values()) == {1}


def test_everything_that_is_decided_in_a_week_stands_in_a_box():
    decided = {flow.target for flow in causes.flows() if flow.target not in causal_diagram.NO_BOX}
    assert decided - set(causal_diagram.box_of()) == set()


class Anybody:
    """Somebody, or something, all of whose attributes are one number; it is noted which are read."""

    def __init__(self, who, number, read):
        self.__dict__.update(who=who, number=number, read=read)

    def __getattr__(self, name):
        self.read.add(f"{self.who}.{name}")
        return self.number


def read_when_run(rule, number):
    """What a rule reads when it is run with everything at a number."""
    read = set()
    who = {"Client": "client", "Therapist": "therapist", "Parameters": "p", "SessionLuck": "luck"}
    kinds = [getattr(one.annotation, "__name__", "") for one in inspect.signature(rule).parameters.values()]
    people = [Anybody(who[kind], number, read) if kind in who else None for kind in kinds]
    tears = rules.Tears(*(abs(int(number)) for _ in rules.Tears._fields))
    rule(*(one or (tears if kind == "Tears" else number) for one, kind in zip(people, kinds, strict=True)))
    return read


@pytest.mark.parametrize(
    "name", [name for name, rule in inspect.getmembers(rules, inspect.isfunction) if rule.__module__ == rules.__name__]
)
def test_what_a_rule_reads_when_it_is_run_is_what_its_text_tells(name):
    read = {one for number in (0, 0.5, 1, 2, 3) for one in read_when_run(getattr(rules, name), number)}
    assert read <= causes.hangs_on(name)
    assert read or name == "sensed_level"
