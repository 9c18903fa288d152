"""TearSim: an agent-based simulation of therapeutic relationships in which a therapist's eyes sometimes fill.

    import tearsim

    tearsim.simulate(seed=1, tears="held back").outcomes
    tearsim.sweep("experiments/tears_and_dropout")
    tearsim.open_results("results/tears_and_dropout").runs
    tearsim.sensitivity("results/what_matters", "dropout_rate")
    tearsim.verify("results/what_matters", rerun=20)
    tearsim.Practice(seed=1).run()

It is a model, never advice about a person.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tearsim.errors import SweepError, TearSimError
    from tearsim.show.answer_in_short import answer_in_short
    from tearsim.show.whole_story import story_of
    from tearsim.study.check import check
    from tearsim.study.close_up import close_up
    from tearsim.study.is_it_luck import is_it_luck
    from tearsim.study.merge import merge
    from tearsim.study.results import Results, open_results
    from tearsim.study.runner import sweep
    from tearsim.study.sensitivity import sensitivity
    from tearsim.study.verify import verify
    from tearsim.worlds.agents import Client, Therapist
    from tearsim.worlds.practice import Practice
    from tearsim.worlds.simulate import Run, simulate

__all__ = [
    "Client", "Practice", "Results", "Run", "SweepError", "TearSimError", "Therapist", "answer_in_short", "check",
    "close_up", "is_it_luck", "merge", "open_results", "sensitivity", "simulate", "story_of", "sweep",
    "verify",
]  # fmt: skip

# Where each name lives: imported when first asked for, so that `import tearsim` costs next to nothing.
_HOMES = {
    "Client": "tearsim.worlds.agents",
    "Practice": "tearsim.worlds.practice",
    "Results": "tearsim.study.results",
    "Run": "tearsim.worlds.simulate",
    "SweepError": "tearsim.errors",
    "TearSimError": "tearsim.errors",
    "Therapist": "tearsim.worlds.agents",
    "answer_in_short": "tearsim.show.answer_in_short",
    "check": "tearsim.study.check",
    "close_up": "tearsim.study.close_up",
    "is_it_luck": "tearsim.study.is_it_luck",
    "merge": "tearsim.study.merge",
    "open_results": "tearsim.study.results",
    "sensitivity": "tearsim.study.sensitivity",
    "simulate": "tearsim.worlds.simulate",
    "story_of": "tearsim.show.whole_story",
    "sweep": "tearsim.study.runner",
    "verify": "tearsim.study.verify",
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
