"""The functions that take the place of rules in an experiment: a theory's, and those that its file can only note."""

from collections.abc import Mapping

from pydantic import BaseModel, Field

from tearsim.errors import TearSimError, echoed
from tearsim.science.alternatives import theory_named
from tearsim.science.declaration import nearest
from tearsim.science.replacing import (
    REPLACEABLE,
    Replaced,
    Rule,
    at_hand,
    called,
    checked_rules,
    remember,
    sources_of,
)


class Replacement(BaseModel, extra="forbid", strict=True, frozen=True):
    """Which function took the place of a rule, and what it said: a note, from which no function is ever loaded."""

    function: str = Field(max_length=200, pattern=r"^[^\r\n]*$")
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


Noted = Mapping[str, Replacement]  # by the rule's name


def refuse_what_is_replaced_twice(theory: str | None, noted: Noted) -> None:
    """Raise ValueError for an unknown theory, and for rules that cannot be replaced or are replaced twice."""
    of_theory = {} if theory is None else theory_named(theory).rules
    for name in noted:
        if name not in REPLACEABLE:
            raise ValueError(f"there is no rule {echoed(name)} to replace.{nearest(name, list(REPLACEABLE))}")
        if name in of_theory:
            raise ValueError(f'the theory "{theory}" replaces the rule {name} itself: give one of the two')


def functions_of(theory: str | None, noted: Noted) -> Replaced:
    """The functions that take the place of rules, the theory's among them.

    Raises TearSimError for one that this process was not given.
    """
    found = {} if theory is None else dict(theory_named(theory).rules)
    for name, note in noted.items():
        function = at_hand(name, note.sha256)
        if function is None:
            raise TearSimError(
                f"{note.function}, in the place of the rule {name}, is not at hand as it was: give it again, "
                f'rules={{"{name}": ...}}.'
            )
        found[name] = function
    return checked_rules(found)


def sources_by_rule(theory: str | None, noted: Noted) -> dict[str, str]:
    """What stands in the place of each rule that is replaced, as the digest of its source."""
    of_theory = {} if theory is None else sources_of(checked_rules(theory_named(theory).rules))
    return of_theory | {name: note.sha256 for name, note in noted.items()}


def notes_of(rules: Mapping[str, Rule] | None) -> dict[str, dict[str, str]]:
    """Functions as an experiment notes them; they are kept at hand.

    Raises TearSimError for functions that cannot take the place of a rule.
    """
    replaced = checked_rules(rules)
    sources = remember(replaced)
    return {name: {"function": called(function), "sha256": sources[name]} for name, function in replaced}


def bring(rules: Mapping[str, Rule] | None, noted: Noted) -> None:
    """Have at hand the functions that results were made with, given again.

    Raises TearSimError for one that took no rule's place in them, or says something else than it did.
    """
    for name, given in notes_of(rules).items():
        if name not in noted:
            raise TearSimError(f"No function took the place of the rule {name} in these results.")
        if noted[name].sha256 != given["sha256"]:
            raise TearSimError(
                f"{noted[name].function} took the place of the rule {name} in these results, and said something else "
                f"than {given['function']} does now."
            )
