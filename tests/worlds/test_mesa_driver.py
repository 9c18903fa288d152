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
from tearsim.science.luck import seed_of
from tearsim.science.parameters import PARAMETERS
from tearsim.worlds.outcomes import SERIES_COLUMNS

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
    pd.testing.assert_frame_equal(one.drop(columns="RunId").reset_index(drop=True),
                                  two.drop(columns="RunId").reset_index(drop=True))  # fmt: skip


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
    practice = tearsim.Practice(seed=2, log=True, agent_reporters={"alliance": "alliance"},
                                agenttype_reporters={tearsim.Client: {"distress": "distress"}}, **SMALL)  # fmt: skip
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
    practice = tearsim.Practice(seed=1, model_reporters={"people": lambda p: len(p.agents)},
                                agent_reporters={"alliance": "alliance", "twice": [lambda agent, n: n, [2]]},
                                agenttype_reporters={tearsim.Therapist: {"comfort": "comfort"}}, **SMALL)  # fmt: skip
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
    practice = tearsim.Practice(seed=1, agent_reporters={"alliance": "alliance"},
                                agenttype_reporters={tearsim.Client: {"distress": "distress"}}, **SMALL)  # fmt: skip
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


def test_a_practice_and_its_people_tell_what_they_are():
    practice = tearsim.Practice(seed=3, replicate=2, weeks=26, **SMALL)
    practice.run(weeks=9)
    assert repr(practice) == "<Practice: seed 3, replicate 2, week 9 of 26, 3 therapists, 12 clients in therapy>"
    therapist = practice.therapists[1]
    assert repr(therapist) == "<Therapist in room 2, 4 clients>"
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
    for block in shown:
        exec(
            block if NEWER else block.replace("rng=[1, 2, 3],", "").replace('back"]}', 'back"], "seed": [1, 2, 3]}'),
            names,
        )
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

    Kept.__init__.__signature__ = inspect.signature(tearsim.Practice.__init__)
    exec(block.replace("tearsim.Practice", "Kept"), names := {"tearsim": tearsim, "Kept": Kept})
    _, drawn = solara.render(solara.AppLayout(children=[names["page"]]), handle_error=False)
    try:
        drawn.find(ipyvuetify.Btn, children=["Step"]).widget.click()
        assert made[-1].week == 1
        (seed,) = [one for one in drawn.find(ipyvuetify.TextField).widgets if one.label == "Seed"]
        for typed in ("12", ""):
            seed.v_model = typed
            seed.fire_event("keyup.enter", {})
            drawn.find(ipyvuetify.Btn, children=["Reset"]).widget.click()
            assert made[-1].week == 0
            assert (made[-1].seed == 12) == (typed == "12"), "an empty field is a fresh seed"
    finally:
        drawn.close()
