"""Functions in the place of rules: the same bits in both worlds, and one line for what cannot take a rule's place."""

import copy
import pickle
import subprocess
import sys
from pathlib import Path
from types import FunctionType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tearsim
from tearsim import TearSimError, simulate
from tearsim.science import rules
from tearsim.science.alternatives import THEORIES, theory_named
from tearsim.science.parameters import PARAMETERS
from tearsim.science.replacing import REPLACEABLE, checked_rules, meaning_of, source_of, sources_of
from tearsim.worlds.compiled_run import run_block_by
from tearsim.worlds.ensemble import Ensemble
from tests.worlds import rules_of_a_user as mine
from tests.worlds.test_same_bits import SIZES, WILD, assert_same, plausible_value

EVERY_RULE = {function.__name__: function for function in mine.ALL}
WITH_RULES = [name for name, theory in THEORIES.items() if theory.rules]


def both(seed, **how):
    one, other = simulate(seed, log=True, **how), simulate(seed, world="mesa", log=True, **how)
    assert_same(one, other)
    return one


def test_there_is_a_users_function_for_every_rule():
    assert EVERY_RULE.keys() == REPLACEABLE.keys()


@settings(max_examples=15, deadline=None)
@given(
    st.fixed_dictionaries({}, optional={name: plausible_value(name) for name in PARAMETERS} | SIZES),
    st.integers(0, 2**64 - 1),
)
def test_the_two_worlds_agree_with_every_rule_replaced_whatever_the_parameters(parameters, seed):
    small = {"therapists": 2, "caseload": 3, "weeks": 12} | parameters
    if "hold_back_week" in small:
        small.setdefault("hold_back_client", 1)
    both(seed, rules=EVERY_RULE, **small)


@pytest.mark.parametrize("tears", ["shown", "voiced", "leaking"])
@pytest.mark.parametrize("matching", ["random", "informed"])
@pytest.mark.parametrize(
    "theory", [pytest.param(name, marks=[] if i < 2 else pytest.mark.slow) for i, name in enumerate(WITH_RULES)]
)
def test_the_two_worlds_agree_under_a_theory(theory, tears, matching):
    both(7, theory=theory, **WILD | {"tears": tears, "matching": matching})


@pytest.mark.slow
def test_a_copy_of_every_rule_in_its_own_place_changes_no_bit():
    copies = {name: FunctionType(rule.__code__, rule.__globals__, name) for name, rule in REPLACEABLE.items()}
    assert len(checked_rules(copies)) == len(REPLACEABLE)
    assert_same(simulate(7, log=True, rules=copies, **WILD), simulate(7, log=True, **WILD))


@pytest.mark.parametrize("name", sorted(REPLACEABLE))
def test_every_rule_is_called_where_it_stands(name):
    """Another function in its place, and the world is another one."""
    wild = WILD | {"tears_spoken": 0.9}
    alone = simulate(7, world="mesa", log=True, rules={name: EVERY_RULE[name]}, **wild)
    assert alone.log.tolist() != simulate(7, world="mesa", log=True, **wild).log.tolist()


@pytest.mark.parametrize("theory", list(THEORIES))
def test_a_theory_is_its_parameters_and_rules_given_by_hand(theory):
    meant = theory_named(theory)
    by_name = simulate(5, world="mesa", log=True, theory=theory, **WILD)
    by_hand = simulate(5, world="mesa", log=True, parameters={**meant.parameters, **WILD}, rules=meant.rules)
    assert by_name.parameters == by_hand.parameters
    assert_same(by_name, by_hand)


def test_what_is_given_overrides_what_a_theory_sets():
    run = simulate(1, world="mesa", theory="growing used", appraisal_repeat=0.4, weeks=2, therapists=2)
    assert run.parameters["appraisal_repeat"] == 0.4
    assert simulate(1, world="mesa", theory="growing used", weeks=2, therapists=2).parameters["appraisal_repeat"] == 0.2


def test_a_theory_holds_in_fitted_worlds_too():
    run = simulate(2, world="mesa", parameters="fitted", theory="by-product", replicate=3, weeks=2, therapists=2)
    assert run.parameters["progress_alliance"] == 0.0
    assert run.parameters["estimates"] == "fitted"


def test_the_constants_that_a_function_closes_over_are_its_own():
    outcomes = simulate(7, rules={"appraise": mine.fixed_at(-0.9)}, **WILD).outcomes
    assert (outcomes["moved_share"], outcomes["unsettled_share"]) == (0.0, 1.0)


@pytest.mark.slow  # compiles a week of its own
def test_a_practice_takes_a_theory_and_can_be_copied_with_it():
    practice = tearsim.Practice(seed=3, theory="habituation", rules={"learn": mine.learn}, **WILD)
    practice.run(10)
    twin, kept = copy.deepcopy(practice), pickle.loads(pickle.dumps(practice))
    for one in (practice, twin, kept):
        one.run(10)
    assert practice.tallies.tobytes() == twin.tallies.tobytes() == kept.tallies.tobytes()
    whole = simulate(3, theory="habituation", rules={"learn": mine.learn}, **WILD | {"weeks": 20})
    assert whole.tallies.tobytes() == practice.tallies.tobytes()


def test_a_class_and_a_rule_may_not_speak_for_the_same():
    class Unmoved(tearsim.Client):
        def appraise(self, therapist, tears, p, luck):
            return 0.0

    with pytest.raises(TearSimError, match="appraise is replaced by a rule and overridden in Unmoved"):
        tearsim.Practice(seed=1, client_class=Unmoved, theory="habituation")
    practice = tearsim.Practice(seed=1, client_class=Unmoved, rules={"leaves": mine.leaves}, therapists=2, weeks=3)
    practice.run()


# --- What is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("world", ["ensemble", "mesa"])
@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"theory": "habituatoin"}, r"There is no theory 'habituatoin'. Did you mean \"habituation\"\?"),
        ({"theory": "gravity of the moon"}, "listed by: tearsim theories"),
        ({"theory": 3}, "There is no theory 3."),
        (
            {"rules": {"apraise": mine.appraise}},
            r"no rule 'apraise' to replace. Did you mean \"appraise\"\? .*depth_of",
        ),
        ({"rules": {3: mine.appraise}}, "no rule 3"),
        ({"rules": mine.appraise}, "Rules are a mapping of names to functions"),
        ({"rules": {"appraise": 0.5}}, "A function of Python takes the place of the rule appraise; 0.5 is not one"),
        ({"rules": {"appraise": max}}, "A function of Python takes"),
        (
            {"rules": {"appraise": mine.too_few}},
            r"rules_of_a_user.too_few cannot take the place of the rule appraise: it must take \(client, therapist, "
            r"tears, p, luck\), and takes \(client, therapist, tears, p\)",
        ),
        ({"theory": "habituation", "rules": {"appraise": mine.appraise}}, 'The theory "habituation" replaces the rule'),
    ],
)
def test_what_cannot_be_run_is_told_in_one_line(world, how, said):
    with pytest.raises(TearSimError, match=said) as told:
        simulate(1, world=world, **how)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (mine.of_an_import, "cannot be compiled"),
        (mine.of_a_misspelt_parameter, r"cannot be compiled \(.*appraisal_bsae"),
        (mine.of_text, "cannot be compiled|does not give a number"),
        (mine.sometimes_nothing, "does not give a number whatever it meets"),
        (lambda client, therapist, tears, p, luck: print, "cannot be compiled|does not give a number"),
    ],
)
def test_what_cannot_be_compiled_is_told_in_one_line_before_anything_runs(function, said):
    with pytest.raises(TearSimError, match=said) as told:
        Ensemble([simulate(1, world="mesa", weeks=1, therapists=1).parameters], rules={"appraise": function})
    assert f"{function.__qualname__}, in the place of the rule appraise" in str(told.value)
    assert "\n" not in str(told.value)
    assert len(str(told.value)) < 700


def test_what_cannot_be_compiled_runs_in_the_other_world():
    run = simulate(3, world="mesa", rules={"appraise": mine.of_an_import}, **WILD)
    assert run.outcomes["moved_share"] == 1.0


# --- What a function says ----------------------------------------------------------------------------------------------


def written(folder, name, text):
    """A module of this text, imported."""
    from importlib.util import module_from_spec, spec_from_file_location

    file = folder / f"{name}.py"
    file.write_text(text, encoding="utf-8")
    spec = spec_from_file_location(name, file)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


RULE = """from math import exp
SIZE = 0.5
def strength(client):
    return SIZE * exp(-client.noticed_before)
def unmoved(client, therapist, tears, p, luck):
    return strength(client)
"""


@pytest.mark.parametrize(
    ("before", "after", "another"),
    [
        ("    return strength(client)\n", '    """Said."""\n    return strength(client)  # or so\n', False),
        ("SIZE = 0.5\n", "\n# A size.\nSIZE = 0.5\n\n", False),
        ("SIZE = 0.5", "SIZE = 0.6", True),
        ("SIZE * exp", "exp", True),
        ("return strength(client)", "return -strength(client)", True),
        ("from math import exp", "from math import sin as exp", True),
    ],
)
def test_the_source_of_a_rule_is_what_it_says_and_what_it_calls(before, after, another, tmp_path):
    assert before in RULE
    first, then = (
        source_of(written(tmp_path, name, text).unmoved)
        for name, text in (("one", RULE), ("other", RULE.replace(before, after)))
    )
    assert None not in (first, then)
    assert (first != then) is another


def test_of_functions_alike_each_has_the_source_of_what_it_closes_over():
    assert source_of(mine.fixed_at(0.1)) == source_of(mine.fixed_at(0.1)) != source_of(mine.fixed_at(0.2))


@pytest.mark.slow  # compiles a week of its own
def test_a_source_that_nobody_can_read_is_none_and_the_function_runs_all_the_same():
    space = {}
    exec("def appraise(client, therapist, tears, p, luck):\n    return 0.9", space)
    assert source_of(space["appraise"]) is None
    assert simulate(7, rules={"appraise": space["appraise"]}, **WILD).outcomes["moved_share"] == 1.0


def test_code_is_compiled_once_for_the_same_functions():
    once, again = (run_block_by(checked_rules({"learn": mine.learn})) for _ in range(2))
    assert once is again
    assert run_block_by(checked_rules({"learn": REPLACEABLE["learn"]})) is run_block_by()
    assert run_block_by(checked_rules({"appraise": rules.appraise})) is run_block_by()


@pytest.mark.slow
def test_a_rule_that_was_edited_is_compiled_anew_in_the_next_process(tmp_path):
    (tmp_path / "my_rules.py").write_text(RULE.replace("SIZE * exp(-client.noticed_before)", "SIZE"), encoding="utf-8")
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import my_rules, tearsim\n"
        "print(tearsim.simulate(7, rules={'appraise': my_rules.unmoved}, weeks=20, eyes_fill_base=-1.0)"
        ".outcomes['moved_share'])"
    )

    def shown():
        done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
        return float(done.stdout)

    assert shown() == 1.0
    text = (tmp_path / "my_rules.py").read_text(encoding="utf-8")
    (tmp_path / "my_rules.py").write_text(text.replace("SIZE = 0.5", "SIZE = 0.0"), encoding="utf-8")
    assert shown() == 0.0


MOVING = """
from math import tanh

STRENGTH = 0.5


def strength(client):
    return STRENGTH


def appraise(client, therapist, tears, p, luck):
    return tanh(strength(client))
"""


def moved(rule, world="ensemble", **more):
    """The share of noticed tears that moved, in a small practice with a rule in place of the model's."""
    given = {"weeks": 12, "therapists": 4, "therapist_tear_propensity": 0.95, **more}
    return simulate(3, world=world, rules={"appraise": rule}, parameters=given).outcomes["moved_share"]


@pytest.mark.once
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda module: setattr(module, "STRENGTH", -0.9), marks=pytest.mark.slow),
        lambda module: setattr(module, "strength", written(module.folder, "stern", STERN).strength),
    ],
    ids=["a constant", "a function that it calls"],
)
def test_what_a_rule_reads_now_is_what_runs_also_in_a_process_that_ran_it_before(change, tmp_path):
    """As in a notebook, where a cell is run again."""
    module = written(tmp_path, "moving", MOVING)
    module.folder = tmp_path
    assert (moved(module.appraise), moved(module.appraise, "mesa")) == (1.0, 1.0)
    before = meaning_of(module.appraise)
    change(module)
    assert meaning_of(module.appraise) != before
    assert (moved(module.appraise), moved(module.appraise, "mesa")) == (0.0, 0.0)


STERN = "def strength(client):\n    return -0.9\n"


@pytest.mark.slow  # compiles a week of its own
def test_a_compiled_helper_is_part_of_a_rule(tmp_path):
    jitted = MOVING.replace("def strength", "@numba.njit\ndef strength").replace("from math", "import numba\nfrom math")
    one, other = (written(tmp_path, f"jitted_{i}", jitted.replace("0.5", to)) for i, to in enumerate(("0.5", "-0.9")))
    assert (moved(one.appraise), moved(other.appraise)) == (1.0, 0.0)
    assert source_of(one.appraise) != source_of(other.appraise)


def test_a_file_that_was_edited_since_it_was_imported_is_no_source(tmp_path):
    module = written(tmp_path, "edited", MOVING)
    Path(module.__file__).write_text(MOVING.replace("tanh(", "-tanh("), encoding="utf-8")
    assert source_of(module.appraise) is None
    with pytest.raises(TearSimError, match="was changed since it was imported"):
        sources_of(checked_rules({"appraise": module.appraise}))
    assert source_of(written(tmp_path, "as_it_was", MOVING).appraise) is not None


def test_the_source_of_a_rule_does_not_depend_on_where_anything_lies_in_memory(tmp_path):
    text = MOVING.replace("STRENGTH = 0.5", "STRENGTH = (0.5, 2)").replace("return STRENGTH", "return STRENGTH[0]")
    one, other = (written(tmp_path, f"alike_{i}", text) for i in range(2))
    assert source_of(one.appraise) == source_of(other.appraise)
    assert moved(one.appraise) == 1.0


@pytest.mark.parametrize(
    "what", ["[0.5]", "{'a': 0.5}", "__import__('numpy').array([0.5])", "__import__('statistics')"]
)
def test_a_rule_that_reads_what_could_change_unseen_is_refused(what, tmp_path):
    text = MOVING.replace("STRENGTH = 0.5", f"STRENGTH = {what}")
    with pytest.raises(TearSimError, match="A rule may read numbers, texts, tuples of them, math and functions"):
        moved(written(tmp_path, "reading", text).appraise)


def test_a_rule_takes_the_arguments_of_the_rule_and_no_others(tmp_path):
    text = MOVING.replace("p, luck):", "p, luck, strength=0.5):")
    with pytest.raises(TearSimError, match="it must take"):
        moved(written(tmp_path, "more", text).appraise)


def test_a_rule_that_gives_no_number_ends_the_run(tmp_path):
    text = MOVING.replace("return tanh(strength(client))", "return 0.5 / client.noticed_before")
    rule = written(tmp_path, "dividing", text).appraise
    with pytest.raises(ArithmeticError, match="gave no number"):
        moved(rule)
    with pytest.raises(ZeroDivisionError):
        moved(rule, "mesa")


def test_a_rule_that_both_a_theory_and_somebody_names_is_refused_though_it_is_the_models_own():
    with pytest.raises(TearSimError, match="replaces the rule appraise itself"):
        simulate(1, theory="habituation", rules={"appraise": rules.appraise})
