"""From parameters as people write them to the numbers that rules read: choices as codes, logits once a run."""

import math
from collections.abc import Mapping
from numbers import Integral
from types import SimpleNamespace
from typing import cast

from tearsim.arguments import is_switch
from tearsim.errors import TearSimError, echoed
from tearsim.science.codes import KEPT
from tearsim.science.declaration import Parameter, Value, check_all
from tearsim.science.fitted import WORLD_FILES, without_world
from tearsim.science.functions import exp
from tearsim.science.parameters import PARAMETERS
from tearsim.science.scales import log_odds
from tearsim.science.types import Parameters

# Everyone a practice can hold at once; beyond it a typing slip is likelier than a plan.
MOST_PLACES = 200_000
FOREVER = 10**9  # weeks: nobody knows beforehand how long a practice will be watched

MEDIANS = tuple(
    name.removesuffix("_spread")
    for name in PARAMETERS
    if name.removesuffix("_spread") in PARAMETERS
    and name.endswith("_spread")
    and PARAMETERS[name.removesuffix("_spread")].unit == "0 to 1"
)


def given_by_name(given: str | Mapping[str, object] | None) -> dict[str, object]:
    """Parameters by name, however they are given: as a mapping, as the name of a set of `estimates`, or not at all.

    Raises TearSimError for anything else.
    """
    if isinstance(given, str):
        return {"estimates": given}
    if given is not None and not isinstance(given, Mapping):
        sets = " or ".join(f'"{name}"' for name in WORLD_FILES)
        raise TearSimError(f"Parameters are a mapping of names to values, or {sets}; {echoed(given)} is neither.")
    return dict(given or {})


def all_given(parameters: str | Mapping[str, object] | None, named: Mapping[str, object]) -> dict[str, object]:
    """Parameters handed over both ways: as a mapping, or the name of a set, and one by one.

    Raises TearSimError for one that is given twice.
    """
    given = given_by_name(parameters)
    for name in named:
        if name in given:
            raise TearSimError(f"{name} is given twice: in parameters and by its own name.")
    return {**given, **named}


def kept_by(log: bool | int | str) -> int:
    """Which sessions a log keeps, as a code of `codes.KEPT`: all if true, none if false, else by word or code.

    Raises TearSimError for anything else.
    """
    if isinstance(log, str) and log in KEPT:
        return KEPT.index(log)
    if (is_switch(log) or isinstance(log, Integral)) and int(log) in range(len(KEPT)):
        return int(log)
    raise TearSimError(f"log is true, false or one of {', '.join(KEPT)}; {echoed(log)} is not.")


def checked(given: Mapping[str, object]) -> dict[str, Value]:
    """Every parameter, given or default, checked by itself and together with the others.

    With `estimates` "fitted" or "open", those that such a world brings are left out: each replicate has its own world
    (`fitted.in_world`).

    Raises TearSimError, in one line, for whatever cannot be run.
    """
    values = check_all(given, PARAMETERS)
    check_together(values)
    return without_world(values, given)


def check_together(values: Mapping[str, Value]) -> None:
    """Raise TearSimError for values that are allowed one by one, yet cannot be run together."""
    places = int(values["therapists"]) * int(values["caseload"])
    if places > MOST_PLACES:
        raise TearSimError(f"therapists x caseload goes up to {MOST_PLACES} places; {places} is outside.")
    if values["hold_back_week"] and not values["hold_back_client"]:
        raise TearSimError("hold_back_week needs hold_back_client: tears are held back with one client in that week.")


# The choices and switches, which rules read as numbers.
CHOICES_AND_SWITCHES = {
    name: parameter for name, parameter in PARAMETERS.items() if parameter.kind in ("choice", "switch")
}


def coded(parameter: Parameter, value: Value) -> int:
    """A choice or a switch as rules read it: the position of the choice, 1 or 0 for the switch."""
    return parameter.choices.index(str(value)) if parameter.choices else int(value)


def settings(values: Mapping[str, Value]) -> dict[str, float | int]:
    """What rules read as `p`: every parameter as a number, and what follows from parameters alone.

    `log_odds_of_<trait>` for each median; the roots that split a bond's variance, and a fit's; the strain and the theme
    that are new each time, `sqrt(1 - persistence^2)`; what is left of early leaving a session later,
    `exp(-1/time constant)`.
    """
    read = {**values, **{name: coded(parameter, values[name]) for name, parameter in CHOICES_AND_SWITCHES.items()}}
    p = cast(dict[str, float | int], read)
    share = p["client_share_of_bond"]
    return (
        p
        | {f"log_odds_of_{name}": log_odds(p[name]) for name in MEDIANS}
        | {
            "places": p["therapists"] * p["caseload"],
            "watched_weeks": p["weeks"],
            "client_part_of_level": p["level_spread"] * math.sqrt(share),
            "fit_part_of_level": p["level_spread"] * math.sqrt(1.0 - share),
            "congruence_part_of_fit": math.sqrt(p["congruence_of_fit"]),
            "luck_part_of_fit": math.sqrt(1.0 - p["congruence_of_fit"]),
            "new_theme": math.sqrt(1.0 - p["theme_kept"] * p["theme_kept"]),
            "new_strain": math.sqrt(1.0 - p["strain_persistence"] * p["strain_persistence"]),
            "leaving_early_kept": exp(-1.0 / p["leaving_early_sessions"]),
            "careers_begun": 1.0 - exp(-p["career_length"] / p["therapist_experience"]),
        }
    )


def as_rules_read(values: Mapping[str, Value]) -> Parameters:
    """The settings of a run as one object whose attributes they are, which is what rules take as `p`.

    >>> as_rules_read(checked({"therapists": 3, "caseload": 4})).places
    12
    """
    return cast(Parameters, SimpleNamespace(**settings(values)))  # as the declarations say, so is it made


WHOLE_NUMBERS = frozenset(name for name, parameter in PARAMETERS.items() if parameter.kind != "number") | {
    "places",
    "watched_weeks",
}
