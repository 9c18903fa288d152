"""A practice under Mesa's own driver: batch runs, pickling, collecting, and the page that Mesa's users try first."""

import copy
import gc
import inspect
import pickle
import re
import weakref

import numpy as np
import pandas as pd
import pytest
from mesa.batchrunner import batch_run

import tearsim
from tearsim.science.parameters import PARAMETERS
from tearsim.worlds.outcomes import SERIES_COLUMNS
from tearsim.worlds.seeds import seed_of

SMALL = {"therapists": 3, "caseload": 4}
# Newer versions of Mesa repeat by listing what each repetition is seeded with.
NEWER = "rng" in inspect.signature(batch_run).parameters
THREE_TIMES = {"rng": [None] * 3} if NEWER else {"iterations": 3}


def run_in_batches(parameters, seeds=None, **more):
    if seeds is not None and NEWER:
        more["rng"] = seeds
    elif seeds is not None:
        parameters = {**parameters, "seed": seeds}
    return pd.DataFrame(batch_run(tearsim.Practice, {**SMALL, **parameters}, display_progress=False, **more))


def test_a_batch_without_seeds_holds_three_different_practices_and_tells_their_seeds():
    rows = run_in_batches({}, max_steps=9, **THREE_TIMES)
    assert rows["seed"].nunique() == 3
    assert rows["alliance"].nunique() == 3
    for row in rows.itertuples():
        alone = tearsim.Practice(seed=row.seed, **SMALL)
        alone.run(weeks=int(row.week))
        assert alone.this_week["alliance"] == row.alliance


def test_a_batch_with_seeds_holds_the_practices_of_these_seeds():
    rows = run_in_batches({"tears": ["shown", "held back"], "weeks": 5}, [3, 4])
    assert list(rows["week"]) == [5] * 4
    assert sorted(rows["seed"]) == [3, 3, 4, 4]
    for row in rows.itertuples():
        series = tearsim.simulate(seed=row.seed, tears=row.tears, weeks=5, **SMALL).series
        assert series["alliance"].iloc[-1] == row.alliance


@pytest.mark.slow
def test_a_batch_on_two_processes_is_the_same_batch():
    one, two = (run_in_batches({"weeks": 4}, [1, 2, 3], number_processes=n).sort_values("seed") for n in (1, 2))
    pd.testing.assert_frame_equal(
        one.drop(columns="RunId").reset_index(drop=True), two.drop(columns="RunId").reset_index(drop=True)
    )


def test_every_week_can_be_collected_in_a_batch():
    rows = run_in_batches({"weeks": 4}, [1], data_collection_period=1)
    assert len(rows) >= 4
    assert {"alliance", "sessions", "seed"} <= set(rows)


def test_without_a_seed_each_practice_has_a_fresh_one_and_keeps_it():
    practices = [tearsim.Practice(**SMALL) for _ in range(4)]
    assert len({practice.seed for practice in practices}) == 4
    first = practices[0]
    again = tearsim.Practice(rng=first.seed, **SMALL)
    for practice in (first, again):
        practice.run(weeks=3)
    assert (first.tallies == again.tallies).all()


@pytest.mark.parametrize("given", [7, "7", " 7 ", np.int64(7), 7.0])
def test_a_seed_may_be_typed(given):
    if given == 7.0 and isinstance(given, float):
        with pytest.raises(tearsim.TearSimError, match="whole number from 0"):
            seed_of(given)
    else:
        assert seed_of(given) == 7


def test_an_empty_field_is_no_seed_and_generators_draw_one():
    assert len({seed_of(given) for given in (None, "", " ", None)}) == 4
    assert seed_of(np.random.default_rng(5)) == seed_of(np.random.default_rng(5))  # noqa: NPY002, TID251, RUF100
    assert all(0 <= seed_of(None) < 2**48 for _ in range(20))


@pytest.mark.parametrize("given", [-1, 2**64, 1.5, "a", "-1", "1" * 30, True, [1]])
def test_what_is_no_seed_is_refused_under_either_name(given):
    for name in ("seed", "rng"):
        with pytest.raises(tearsim.TearSimError, match="The seed is a whole number from 0 to"):
            tearsim.Practice(**{name: given}, **SMALL)


def test_seed_and_rng_together_are_refused():
    with pytest.raises(tearsim.TearSimError, match="two names for one thing"):
        tearsim.Practice(seed=1, rng=1)


@pytest.mark.parametrize("copied", [lambda p: pickle.loads(pickle.dumps(p)), copy.deepcopy], ids=["pickled", "copied"])
def test_a_copy_of_a_practice_in_any_week_goes_on_to_the_same_numbers(copied):
    practice = tearsim.Practice(
        seed=2,
        log=True,
        agent_reporters={"alliance": "alliance"},
        agenttype_reporters={tearsim.Client: {"distress": "distress"}},
        **SMALL,
    )
    for weeks in (0, 3, 7):
        practice.run(weeks=weeks)
        other = copied(practice)
        practice.run(weeks=2)
        other.run(weeks=2)
        assert (other.tallies == practice.tallies).all()
        assert (other.log == practice.log).all()
        assert [agent.unique_id for agent in other.agents] == [agent.unique_id for agent in practice.agents]
        pd.testing.assert_frame_equal(*(one.datacollector.get_agent_vars_dataframe() for one in (practice, other)))


def test_it_stops_running_after_its_weeks_and_can_be_stepped_on():
    practice = tearsim.Practice(seed=1, weeks=6, **SMALL)
    practice.run_model()
    assert (practice.week, practice.steps, practice.running) == (6, 6, False)
    practice.step()
    assert practice.week == practice.steps == 7


def test_agents_are_collected_when_asked_for_and_by_kind():
    practice = tearsim.Practice(
        seed=1,
        model_reporters={"people": lambda p: len(p.agents)},
        agent_reporters={"alliance": "alliance", "twice": [lambda agent, n: n, [2]]},
        agenttype_reporters={tearsim.Therapist: {"comfort": "comfort"}},
        **SMALL,
    )
    practice.run(weeks=3)
    agents = practice.datacollector.get_agent_vars_dataframe()
    assert set(agents["twice"]) == {2}
    seated = agents["alliance"].dropna()
    assert len(seated) == len(agents) - 3 * 3, "a therapist has no alliance of their own"
    comfort = practice.datacollector.get_agenttype_vars_dataframe(tearsim.Therapist)
    assert len(comfort) == 3 * 3
    assert comfort["comfort"].between(0.0, 1.0).all()
    assert list(practice.datacollector.get_model_vars_dataframe()) == ["seed", *SERIES_COLUMNS, "people"]


def test_a_reporter_added_later_has_nothing_for_the_weeks_before():
    practice = tearsim.Practice(
        seed=1,
        agent_reporters={"alliance": "alliance"},
        agenttype_reporters={tearsim.Client: {"distress": "distress"}},
        **SMALL,
    )
    practice.run(weeks=2)
    collector = practice.datacollector
    collector._new_agent_reporter("sessions", "sessions")
    collector._new_agenttype_reporter(tearsim.Client, "number", "number")
    collector._new_model_reporter("people", lambda p: len(p.agents))
    practice.run(weeks=2)
    agents = collector.get_agent_vars_dataframe()
    assert agents.loc[:2, "sessions"].isna().all()
    assert agents.loc[3:, "sessions"].notna().any()
    assert collector.get_agenttype_vars_dataframe(tearsim.Client).loc[:2, "number"].isna().all()
    people = collector.get_model_vars_dataframe()["people"]
    assert list(people.isna()) == [True, True, False, False]


@pytest.mark.parametrize("base", ["Client", "Therapist"])
def test_a_step_that_nobody_would_call_is_refused_with_what_is_called(base):
    changed = type("Restless", (getattr(tearsim, base),), {"step": lambda self: None})
    name = f"{base.lower()}_class"
    called = {"Client": "appraise", "Therapist": "eyes_fill"}[base]
    with pytest.raises(tearsim.TearSimError, match=rf"^Restless\.step would never be called: .*\b{called}\b"):
        tearsim.Practice(seed=1, **{name: changed})


@pytest.mark.parametrize(
    ("base", "name", "method", "refusal"),
    [
        ("Client", "apraise", lambda self, *situation: 0.0, r'would never be called\. Did you mean "appraise"\?$'),
        ("Client", "leave", lambda self, *situation: False, r'would never be called\. Did you mean "leaves"\?$'),
        (
            "Therapist",
            "appraise",
            lambda self, *situation: 0.0,
            "would never be called: appraise is what a client does",
        ),
        ("Client", "appraise", lambda self, tears: 0.0, r"must be a method \(self, therapist, tears, p, luck\)\.$"),
        ("Therapist", "learn", None, r"must be a method \(self, p\)\.$"),
    ],
)
def test_a_behaviour_that_would_not_be_called_as_it_stands_is_refused(base, name, method, refusal):
    changed = type("Other", (getattr(tearsim, base),), {name: method})
    with pytest.raises(tearsim.TearSimError, match=rf"^Other\.{name} {refusal}"):
        tearsim.Practice(seed=1, **{f"{base.lower()}_class": changed})


def test_people_may_have_methods_of_their_own_beside_the_rules():
    class Diarist(tearsim.Client):
        def write_down(self):
            self.diary = [*getattr(self, "diary", []), self.distress]

        def appraise(self, therapist, tears, p, luck):
            return super().appraise(therapist, tears, p, luck)

    practice = tearsim.Practice(seed=1, client_class=Diarist, **SMALL)
    practice.run(weeks=3)
    practice.agents_by_type[Diarist].do("write_down")
    assert (practice.tallies == tearsim.simulate(seed=1, weeks=3, **SMALL).tallies).all()


@pytest.mark.parametrize("given", [int, tearsim.Therapist, "Client", None])
def test_a_class_of_no_clients_is_refused(given):
    with pytest.raises(tearsim.TearSimError, match=r"^client_class is Client or a subclass of it; .* is not\.$"):
        tearsim.Practice(seed=1, client_class=given)


def test_a_rule_set_on_one_person_is_refused_in_the_week_that_would_pass_it_over():
    practice = tearsim.Practice(seed=1, **SMALL)
    practice.step()
    practice.therapists[0].clients[0].appraise = lambda *situation: 0.0
    with pytest.raises(tearsim.TearSimError, match=r"^appraise was set on <Client .*> alone, where it is never called"):
        practice.step()
    practice = tearsim.Practice(seed=1, **SMALL)
    practice.therapists[1].speaks = lambda *situation: False
    with pytest.raises(tearsim.TearSimError, match=r"^speaks was set on <Therapist in room 2.*> alone"):
        practice.step()


def test_whoever_stops_a_practice_in_mid_week_has_stopped_it():
    class Stops(tearsim.Client):
        def cries(self, depth, p, luck):
            self.model.running = False
            return 0

    practice = tearsim.Practice(seed=1, weeks=20, client_class=Stops, **SMALL)
    practice.run_model()
    assert practice.week == 1


def test_a_reporter_of_what_no_agent_has_is_refused_at_once():
    refusal = r'^No agent has the attribute \'aliance\' to report\. Did you mean "alliance"\?$'
    with pytest.raises(tearsim.TearSimError, match=refusal):
        tearsim.Practice(seed=1, agent_reporters={"a": "aliance"}, **SMALL)
    with pytest.raises(tearsim.TearSimError, match=refusal):
        tearsim.Practice(seed=1, agenttype_reporters={tearsim.Client: {"a": "aliance"}}, **SMALL)


def test_a_reporter_that_takes_the_place_of_another_leaves_the_table_whole():
    practice = tearsim.Practice(
        seed=1, agent_reporters={"a": "alliance"}, agenttype_reporters={tearsim.Client: {"a": "alliance"}}, **SMALL
    )
    practice.run(weeks=1)
    practice.datacollector._new_agent_reporter("a", "distress")
    practice.datacollector._new_agenttype_reporter(tearsim.Client, "a", "distress")
    practice.run(weeks=1)
    for table in (
        practice.datacollector.get_agent_vars_dataframe(),
        practice.datacollector.get_agenttype_vars_dataframe(tearsim.Client),
    ):
        assert list(table) == ["a"]


class Scenario:
    """As Mesa 3.5 has one: values by name, and an `rng`."""

    def __init__(self, **values):
        self.__dict__.update(values)


def test_a_scenario_holds_parameters_and_what_is_named_beside_it_goes_first():
    practice = tearsim.Practice(scenario=Scenario(rng=4, therapists=3, caseload=9), caseload=4)
    assert (practice.seed, practice.parameters["therapists"], practice.parameters["caseload"]) == (4, 3, 4)
    assert practice.scenario.therapists == 3
    with pytest.raises(tearsim.TearSimError, match="two names for one thing"):
        tearsim.Practice(seed=4, scenario=Scenario(rng=4))
    with pytest.raises(tearsim.TearSimError, match='no parameter "therapist"'):
        tearsim.Practice(scenario=Scenario(rng=None, therapist=4))


def test_a_practice_and_its_people_tell_what_they_are():
    practice = tearsim.Practice(seed=3, replicate=2, weeks=26, **SMALL)
    practice.run(weeks=9)
    assert repr(practice) == "<Practice: seed 3, replicate 2, week 9 of 26, 3 therapists, 12 clients in therapy>"
    therapist = practice.therapists[1]
    assert repr(therapist) == "<Therapist in room 2, 4 clients>"
    alone = tearsim.Practice(seed=3, therapists=1, caseload=1, weeks=1)
    alone.run(weeks=2)
    assert repr(alone) == "<Practice: seed 3, week 2, 1 therapist, 1 client in therapy>"
    assert repr(alone.therapists[0]) == "<Therapist in room 1, 1 client>"
    client = therapist.clients[0]
    assert repr(client) == (
        f"<Client {client.number}, in therapy, {client.sessions} sessions, alliance {client.alliance:.2f}>"
    )


def test_its_signature_names_every_parameter_with_its_default():
    signature = inspect.signature(tearsim.Practice)
    assert {name: signature.parameters[name].default for name in PARAMETERS} == {
        name: one.default for name, one in PARAMETERS.items()
    }
    assert all(one.kind is not inspect.Parameter.VAR_KEYWORD for one in signature.parameters.values())


def test_a_practice_that_nobody_needs_is_forgotten():
    """Mesa 3.3 keeps a table of every model there ever was."""
    gone = [weakref.ref(tearsim.Practice(seed=seed, **SMALL)) for seed in range(3)]
    gc.collect()
    assert [reference() for reference in gone] == [None] * 3


def blocks(repository):
    return re.findall(r"```python\n(.*?)```", (repository / "docs/mesa.md").read_text(encoding="utf-8"), re.DOTALL)


def test_what_the_page_on_mesa_shows_runs(repository):
    *shown, page = blocks(repository)
    names = {}
    batches = [block for block in shown if "batch_run(" in block]
    assert ["rng=" in block for block in batches] == [False, True]  # for Mesa 3.3, and for newer ones
    for block in shown:
        if block not in batches or ("rng=" in block) == NEWER:
            exec(block, names)
    assert "SolaraViz" in page
    assert repr(names["practice"]).startswith("<Practice: seed 3, week 26 of 26")
    assert len(names["rows"]) == 6
    assert {(row["seed"], row["tears"]) for row in names["rows"]} == {
        (seed, tears) for seed in (1, 2, 3) for tears in ("shown", "held back")
    }


def test_the_practice_in_the_page_on_mesa_is_as_it_says(repository):
    text = (repository / "docs/mesa.md").read_text(encoding="utf-8")
    practice = tearsim.Practice(seed=3, therapists=4, caseload=6, weeks=26)
    practice.run(weeks=10)
    assert f"# {practice!r}" in text
    assert f"# {practice.therapists[0].clients[0]!r}" in text


@pytest.mark.browser
def test_the_page_that_mesa_makes_steps_a_practice_and_takes_a_typed_seed(repository):
    """Without a browser: what is drawn, and what pressing Step, typing a seed and pressing Reset do."""
    ipyvuetify, solara = pytest.importorskip("ipyvuetify"), pytest.importorskip("solara")
    *_, block = blocks(repository)
    made = []

    class Kept(tearsim.Practice):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            made.append(self)

    exec(block.replace("tearsim.Practice", "Kept"), names := {"tearsim": tearsim, "Kept": Kept})
    _, drawn = solara.render(solara.AppLayout(children=[names["page"]]), handle_error=False)
    try:
        drawn.find(ipyvuetify.Btn, children=["Step"]).widget.click()
        assert made[-1].week == 1
        (seed,) = [one for one in drawn.find(ipyvuetify.TextField).widgets if one.label == "Seed"]
        for typed in ("12", "", "twelve", "12"):
            seed.v_model = typed
            seed.fire_event("keyup.enter", {})
            drawn.find(ipyvuetify.Btn, children=["Reset"]).widget.click()
            assert made[-1].week == 0
            assert (made[-1].seed == 12) == (typed == "12"), "an empty field is a fresh seed"
            (refusal,) = list(drawn.find(ipyvuetify.Alert).widgets) or [None]
            assert (refusal is not None) == (typed == "twelve")
    finally:
        drawn.close()
