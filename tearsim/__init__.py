"""TearSim: an agent-based simulation of therapeutic relationships in which a therapist's eyes sometimes fill.

    import tearsim

    tearsim.simulate(seed=1, tears="held back").outcomes
    results = tearsim.sweep("tears_and_dropout")
    results.effect("alliance_mean", by="client_boundary_sensitivity")
    tearsim.answer_in_short(results)
    tearsim.figures.curves(results, "dropout_rate", "client_boundary_sensitivity", effect=True)
    tearsim.sensitivity("results/what_matters", "dropout_rate")
    tearsim.export("results/tears_and_dropout", to="sav")
    tearsim.effects("first_tear").table
    tearsim.Practice(seed=1).run()

Every function takes parameters of the model one by one, or as `parameters` (a mapping, or the name of a set), and
results as a folder or as what is open already; whatever it is about comes first, how it is done goes by name. What is
not allowed raises TearSimError with one line.

It is a model, never advice about a person.
"""

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tearsim.errors import SweepError, TearSimError
    from tearsim.evidence.measuring import Size
    from tearsim.science.declaration import Parameter
    from tearsim.show import figures
    from tearsim.show.export import export
    from tearsim.show.terminal.findings import findings_table
    from tearsim.show.words.client_story import story_of
    from tearsim.show.words.findings import verdict_in_words
    from tearsim.show.words.in_short import answer_in_short
    from tearsim.study.answers.convergence import convergence
    from tearsim.study.answers.sensitivity import sensitivity
    from tearsim.study.check import Judged, check
    from tearsim.study.effects.asking import effects
    from tearsim.study.effects.stay_or_seek import stay_or_seek
    from tearsim.study.effects.studies.seen import seen_by_studies
    from tearsim.study.estimates import Estimate, estimate
    from tearsim.study.people.close_up import close_up
    from tearsim.study.people.many_practices import is_it_luck
    from tearsim.study.planning.plan import plan
    from tearsim.study.sweeps.columns import describe
    from tearsim.study.sweeps.merge import merge
    from tearsim.study.sweeps.precision import sweep_until_precise
    from tearsim.study.sweeps.results import Results, open_results
    from tearsim.study.sweeps.runner import sweep
    from tearsim.study.sweeps.verify import verify
    from tearsim.worlds.agents import Client, Therapist
    from tearsim.worlds.outcomes import Outcome
    from tearsim.worlds.practice import Practice
    from tearsim.worlds.simulate import Run, simulate

    OUTCOMES: Mapping[str, Outcome]
    PARAMETERS: Mapping[str, Parameter]
    __version__: str

__all__ = [
    "OUTCOMES",
    "PARAMETERS",
    "Client",
    "Estimate",
    "Judged",
    "Practice",
    "Results",
    "Run",
    "Size",
    "SweepError",
    "TearSimError",
    "Therapist",
    "answer_in_short",
    "check",
    "close_up",
    "convergence",
    "describe",
    "effects",
    "estimate",
    "export",
    "figures",
    "findings_table",
    "is_it_luck",
    "merge",
    "open_results",
    "plan",
    "seen_by_studies",
    "sensitivity",
    "simulate",
    "stay_or_seek",
    "story_of",
    "sweep",
    "sweep_until_precise",
    "verdict_in_words",
    "verify",
]  # fmt: skip

# Where each name lives: imported when first asked for, so that `import tearsim` costs next to nothing.
_HOMES = {
    "answer_in_short": "tearsim.show.words.in_short",
    "check": "tearsim.study.check",
    "Client": "tearsim.worlds.agents",
    "close_up": "tearsim.study.people.close_up",
    "convergence": "tearsim.study.answers.convergence",
    "describe": "tearsim.study.sweeps.columns",
    "effects": "tearsim.study.effects.asking",
    "Estimate": "tearsim.study.estimates",
    "estimate": "tearsim.study.estimates",
    "export": "tearsim.show.export",
    "findings_table": "tearsim.show.terminal.findings",
    "is_it_luck": "tearsim.study.people.many_practices",
    "Judged": "tearsim.study.check",
    "merge": "tearsim.study.sweeps.merge",
    "open_results": "tearsim.study.sweeps.results",
    "plan": "tearsim.study.planning.plan",
    "OUTCOMES": "tearsim.worlds.outcomes",
    "PARAMETERS": "tearsim.science.parameters",
    "Practice": "tearsim.worlds.practice",
    "Results": "tearsim.study.sweeps.results",
    "Run": "tearsim.worlds.simulate",
    "seen_by_studies": "tearsim.study.effects.studies.seen",
    "sensitivity": "tearsim.study.answers.sensitivity",
    "simulate": "tearsim.worlds.simulate",
    "Size": "tearsim.evidence.measuring",
    "stay_or_seek": "tearsim.study.effects.stay_or_seek",
    "story_of": "tearsim.show.words.client_story",
    "sweep": "tearsim.study.sweeps.runner",
    "sweep_until_precise": "tearsim.study.sweeps.precision",
    "SweepError": "tearsim.errors",
    "TearSimError": "tearsim.errors",
    "Therapist": "tearsim.worlds.agents",
    "verdict_in_words": "tearsim.show.words.findings",
    "verify": "tearsim.study.sweeps.verify",
}


def __getattr__(name: str) -> object:
    if name == "__version__":
        from importlib.metadata import version

        return version("tearsim")
    if name == "figures":
        return import_module("tearsim.show.figures")
    if name not in _HOMES:
        raise AttributeError(f"module 'tearsim' has no attribute {name!r}")
    found: object = getattr(import_module(_HOMES[name]), name)
    # What is declared can be read; changed from outside, it would be another model under the same name.
    return MappingProxyType(found) if isinstance(found, dict) else found


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
