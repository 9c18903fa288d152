"""TearSim: an agent-based simulation of therapeutic relationships in which a therapist's eyes sometimes fill.

    import tearsim

    tearsim.simulate(seed=1, tears="held back").outcomes
    tearsim.sweep("experiments/tears_and_dropout")
    tearsim.open_results("results/tears_and_dropout").runs
    tearsim.sensitivity("results/what_matters", "dropout_rate")
    tearsim.export("results/tears_and_dropout", to="sav")
    tearsim.Practice(seed=1).run()

It is a model, never advice about a person.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tearsim.errors import SweepError, TearSimError
    from tearsim.show.export import export
    from tearsim.show.words.client_story import story_of
    from tearsim.show.words.in_short import answer_in_short
    from tearsim.study.answers.sensitivity import sensitivity
    from tearsim.study.check import check
    from tearsim.study.people.close_up import close_up
    from tearsim.study.people.many_practices import is_it_luck
    from tearsim.study.sweeps.merge import merge
    from tearsim.study.sweeps.precision import sweep_until_precise
    from tearsim.study.sweeps.results import Results, open_results
    from tearsim.study.sweeps.runner import sweep
    from tearsim.study.sweeps.verify import verify
    from tearsim.worlds.agents import Client, Therapist
    from tearsim.worlds.practice import Practice
    from tearsim.worlds.simulate import Run, simulate

__all__ = [
    "Client", "Practice", "Results", "Run", "SweepError", "TearSimError", "Therapist", "answer_in_short", "check",
    "close_up", "export", "is_it_luck", "merge", "open_results", "sensitivity", "simulate", "story_of", "sweep",
    "sweep_until_precise", "verify",
]  # fmt: skip

# Where each name lives: imported when first asked for, so that `import tearsim` costs next to nothing.
_HOMES = {
    "Client": "tearsim.worlds.agents",
    "Practice": "tearsim.worlds.practice",
    "Results": "tearsim.study.sweeps.results",
    "Run": "tearsim.worlds.simulate",
    "SweepError": "tearsim.errors",
    "TearSimError": "tearsim.errors",
    "Therapist": "tearsim.worlds.agents",
    "answer_in_short": "tearsim.show.words.in_short",
    "check": "tearsim.study.check",
    "close_up": "tearsim.study.people.close_up",
    "export": "tearsim.show.export",
    "is_it_luck": "tearsim.study.people.many_practices",
    "merge": "tearsim.study.sweeps.merge",
    "open_results": "tearsim.study.sweeps.results",
    "sensitivity": "tearsim.study.answers.sensitivity",
    "simulate": "tearsim.worlds.simulate",
    "story_of": "tearsim.show.words.client_story",
    "sweep": "tearsim.study.sweeps.runner",
    "sweep_until_precise": "tearsim.study.sweeps.precision",
    "verify": "tearsim.study.sweeps.verify",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("tearsim")
    if name not in _HOMES:
        raise AttributeError(f"module 'tearsim' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
