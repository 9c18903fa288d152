"""Therapists and clients as Mesa agents: they act as people do in `science.acting`, and Mesa knows of them.

Subclass an agent and override one of its rules, and `Practice(therapist_class=..., client_class=...)` runs your world:

    class Unmoved(Client):
        def appraise(self, therapist, tears, p, luck):
            return 0.0

What a person feels, decides or does can be overridden in a class (not on one instance). A function in the place of a
rule, `Practice(rules={"appraise": unmoved})`, acts for everyone, and does so in the compiled world, too. What happens
between two people or to them - how a bond, distress or a rupture moves - is no one's behaviour: that is set by
parameters.
"""

import difflib
import inspect
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import mesa

from tearsim.errors import TearSimError, echoed
from tearsim.science.acting import RULES_OF, ActingClient, ActingTherapist
from tearsim.science.replacing import Replaced, Rule

if TYPE_CHECKING:
    from tearsim.worlds.practice import Practice


class _Numbers:
    """Where Mesa 3.3 looks up the next number of an agent: its own table keeps every model in memory for good."""

    def __getitem__(self, model: "Practice") -> Iterator[int]:
        return iter(model.next_agent, None)


class Therapist(ActingTherapist, mesa.Agent):
    """A therapist with a room: state as in `science.people.Therapist`, and what a therapist does.

    >>> import tearsim
    >>> practice = tearsim.Practice(seed=1, therapists=2, caseload=3)
    >>> therapist = practice.therapists[0]
    >>> 0.0 <= therapist.empathy <= 1.0, len(therapist.clients)
    (True, 3)
    """

    _ids = _Numbers()

    def __init__(self, model: "Practice", room: int) -> None:
        mesa.Agent.__init__(self, model)
        super().__init__(model, room)


class Client(ActingClient, mesa.Agent):
    """A client: state as in `science.people.Client`, and what a client does.

    A subclass replaces what a client does; a rule takes the arguments that `science.rules` gives it.

    >>> import tearsim
    >>> class Unmoved(tearsim.Client):
    ...     def appraise(self, therapist, tears, p, luck):
    ...         return 0.0  # makes nothing of tears
    >>> practice = tearsim.Practice(seed=1, client_class=Unmoved, therapists=2, weeks=4)
    >>> practice.run_model()
    >>> practice.week
    4
    """

    _ids = _Numbers()

    def __init__(self, model: "Practice", number: int, home: int, turn: int) -> None:
        mesa.Agent.__init__(self, model)
        super().__init__(model, number, home, turn)


RULES = {Therapist: RULES_OF[ActingTherapist], Client: RULES_OF[ActingClient]}


def refuse_what_is_never_called(given: object, kind: type[Therapist] | type[Client]) -> None:
    """See to it that a class is of a kind of people, and that whatever it overrides will be called.

    Raises TearSimError for another class, for Mesa's `step` (a week has an order of its own and calls none), a rule
    that takes other arguments, and a method that is named nearly like a rule.
    """
    what = kind.__name__
    if not (isinstance(given, type) and issubclass(given, kind)):
        raise TearSimError(f"{what.lower()}_class is {what} or a subclass of it; {echoed(given)} is not.")
    if given.step is not mesa.Agent.step:
        known = ", ".join(RULES[kind])
        raise TearSimError(
            f"{given.__name__}.step would never be called: what {what.lower()}s do in a week are {known}."
        )
    for name in dict.fromkeys(name for one in given.__mro__ if one not in kind.__mro__ for name in vars(one)):
        if name in RULES[kind]:
            _check_arguments(given, name, RULES[kind][name])
        elif not name.startswith("_") and not hasattr(kind, name) and callable(getattr(given, name)):
            _check_name(given, name)


def refuse_two_of_one(replaced: Replaced, *kinds: Callable[..., object]) -> None:
    """Raise TearSimError for a rule that is replaced and overridden in a class, too: only one of the two could act."""
    ours = {*Therapist.__mro__, *Client.__mro__}
    for name, _ in replaced:
        for given in (kind for kind in kinds if isinstance(kind, type)):
            if any(name in vars(one) for one in given.__mro__ if one not in ours):
                raise TearSimError(
                    f"{name} is replaced by a rule and overridden in {given.__name__}: do one of the two."
                )


def _check_arguments(given: type, name: str, rule: Rule) -> None:
    try:
        inspect.signature(getattr(given, name)).bind(*inspect.signature(rule).parameters)
    except TypeError:
        _, *others = inspect.signature(rule).parameters
        raise TearSimError(f"{given.__name__}.{name} must be a method ({', '.join(['self', *others])}).") from None


def _check_name(given: type, name: str) -> None:
    for kind, rules_of_kind in RULES.items():
        for meant in difflib.get_close_matches(name, rules_of_kind, n=1, cutoff=0.8):
            reason = f": {name} is what a {kind.__name__.lower()} does."
            if meant != name:
                reason = f'. Did you mean "{meant}"?'
            raise TearSimError(f"{given.__name__}.{name} would never be called{reason}")
