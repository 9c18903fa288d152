"""Rival theories by name: other answers to what the findings leave open (ODD.md, 7.14), each ready to be run.

One module holds the answers to one question. They may read the rules; no rule knows of them.
"""

from collections.abc import Mapping

from tearsim.errors import TearSimError, echoed
from tearsim.science.alternatives import (
    alliance,
    believing,
    bond,
    client_tears,
    comfort,
    crying,
    empathy,
    ending,
    intensity,
    leaving,
    repair,
    repeats,
)
from tearsim.science.alternatives.theory import Theory
from tearsim.science.declaration import nearest
from tearsim.science.replacing import Replaced, Rule, checked_rules

__all__ = ["THEORIES", "Theory", "theory_named", "with_theory"]

THEORIES: dict[str, Theory] = {
    theory.name: theory
    for question in (
        alliance,
        empathy,
        repair,
        crying,
        client_tears,
        believing,
        bond,
        ending,
        comfort,
        intensity,
        repeats,
        leaving,
    )
    for theory in question.THEORIES
}


def theory_named(name: str) -> Theory:
    """The theory of a name.

    >>> theory_named("outside life").parameters
    {'leaving_exogenous': 0.5}

    Raises TearSimError for a name that no theory has.
    """
    if not isinstance(name, str) or name not in THEORIES:
        close = nearest(name, list(THEORIES)) if isinstance(name, str) else ""
        raise TearSimError(f"There is no theory {echoed(name)}.{close} They are listed by: tearsim theories.")
    return THEORIES[name]


def with_theory(
    theory: str | None, rules: Mapping[str, Rule] | None, given: Mapping[str, object]
) -> tuple[dict[str, object], Replaced]:
    """Parameters and replaced rules, with what a theory sets: `given` parameters override the theory's.

    >>> with_theory("outside life", None, {"weeks": 10})
    ({'leaving_exogenous': 0.5, 'weeks': 10}, ())

    Raises TearSimError for an unknown theory, for rules that cannot be replaced, and for a rule that both
    the theory and `rules` replace.
    """
    own = checked_rules(rules)
    if theory is None:
        return dict(given), own
    meant = theory_named(theory)
    for name in rules or {}:
        if name in meant.rules:
            raise TearSimError(f'The theory "{theory}" replaces the rule {name} itself: give one of the two.')
    return {**meant.parameters, **given}, checked_rules({**meant.rules, **dict(own)})
