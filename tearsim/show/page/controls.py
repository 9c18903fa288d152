"""What can be set on the page: made from the declared parameters, a few of them first under plain names; and presets.

Nothing here declares a number twice: ranges, units and meanings are the parameters' own (`science/parameters.py`).
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from tearsim.errors import TearSimError, echoed
from tearsim.science.declaration import Parameter, Value, nearest, plain
from tearsim.science.parameters import PARAMETERS
from tearsim.science.scales import log_odds, logistic
from tearsim.science.settings import checked
from tearsim.show.page.payload import Panel
from tearsim.show.words.known_units import known_unit
from tearsim.show.words.log_odds import comes_to
from tearsim.study.arms import STEADY


class Plain(NamedTuple):
    """A parameter under a plain name, with words for the ends of its range where they help."""

    label: str
    low: str = ""
    high: str = ""


FIRST_CONTROLS: dict[str, dict[str, Plain]] = {
    "Culture": {"client_warmth_expected": Plain("Warmth clients expect", "a stoic professional", "a warm companion")},
    "Therapists": {
        "therapist_tear_propensity": Plain("How easily their eyes fill"),
        "therapist_empathy": Plain("How empathic they are"),
        "therapist_boundary_sensitivity": Plain("How firm their boundaries are"),
    },
    "Clients": {
        "client_tear_propensity": Plain("How easily they cry"),
        "client_boundary_sensitivity": Plain("How much blurring hurts"),
    },
    "Practice": {"therapists": Plain("Therapists"), "caseload": Plain("Places with each")},
}
CONTROL_LABELS = {name: plainly.label for group in FIRST_CONTROLS.values() for name, plainly in group.items()}

# A practice that fits on a page, and a seed that a person can type. Therapists learn nothing from their tears, so that
# practice and twin can be set side by side (`arms.STEADY`).
PAGE_LIMITS: dict[str, tuple[float, float]] = {"therapists": (1, 24), "caseload": (1, 20)}
MOST_PAGE_SEED = 2**32 - 1
# The page itself decides for how long a practice is watched.
NOT_SET_HERE = {"weeks"}
START_VALUES: dict[str, Value] = {"therapists": 6, "caseload": 8, **STEADY}
# Under which a client sees tears within the first weeks, so that what the page says to try first can be tried. Under
# hardly any other do eyes fill as often, which is said beside it.
START_SEED = 12
OF_START_SEED = (
    "Chosen so that there is something to see: with most seeds eyes fill far less often, and a smaller share of the "
    "tears unsettles."
)
SLIDER_STEPS = 100  # of a slider over numbers


class Preset(NamedTuple):
    """A practice to start from: its settings where they differ from the fitted ones."""

    name: str
    line: str
    settings: dict[str, Value]


def _more_easily(median: float, log_odds_more: float) -> float:
    """A median moved on the log-odds scale, to three decimals."""
    return round(logistic(log_odds(median) + log_odds_more), 3)


_FITTED_TEARS = float(PARAMETERS["therapist_tear_propensity"].default)
# On the log-odds scale of tear propensity. It multiplies the odds of each therapist's tears by 27, and how often eyes
# fill in a whole practice by less, since those who cry most cannot cry that much more.
MANY_TIMES = 3.3
_TEARFUL: dict[str, Value] = {"therapist_tear_propensity": _more_easily(_FITTED_TEARS, MANY_TIMES)}

PRESETS = (
    Preset(
        "Fitted practice", "As the evidence has it: therapists' tears are rare in most practices, and very unequal.", {}
    ),
    Preset(
        "Stoic culture", "Clients expect a composed professional: tears are as rare, but more of them unsettle.",
        {"client_warmth_expected": 0.15, "client_boundary_sensitivity": 0.65},
    ),
    Preset(
        "Companion culture", "Clients expect a warm companion: tears are as rare, but more of them move.",
        {"client_warmth_expected": 0.85, "client_boundary_sensitivity": 0.35},
    ),
    Preset("Tearful practice", "The same people, but therapists' eyes fill many times as often.", _TEARFUL),
    Preset(
        "Sensitive clients", "The tearful practice, with clients whom a blurred boundary hurts: more tears unsettle.",
        {**_TEARFUL, "client_boundary_sensitivity": 0.85},
    ),
)  # fmt: skip


PRESETS_BY_WORD = {preset.name.split()[0].lower(): preset for preset in PRESETS}  # as they are asked for


def start() -> dict[str, Value]:
    """Every parameter as the page opens: the fitted practice, small enough to know everyone in it."""
    return checked(START_VALUES)


def with_preset(preset: Preset, values: Mapping[str, Value]) -> dict[str, Value]:
    """A preset's practice, of the size there is now and with what the page opens with."""
    return checked({**{name: values[name] for name in START_VALUES}, **preset.settings})


def preset_of(values: Mapping[str, Value]) -> Preset | None:
    """The preset these values are, if they are one."""
    return next((preset for preset in PRESETS if with_preset(preset, values) == dict(values)), None)


def line_of_seed(values: Mapping[str, Value], seed: int) -> str:
    """What is unusual about the seed that the page opens with, in the practices that it opens with; else nothing."""
    opened = seed == START_SEED and any(with_preset(preset, start()) == dict(values) for preset in PRESETS)
    return OF_START_SEED if opened else ""


def preset_named(word: str) -> Preset:
    """The preset whose name begins with that word. Raises TearSimError for any other.

    >>> preset_named("Tearful").name
    'Tearful practice'
    """
    if word.lower() not in PRESETS_BY_WORD:
        there = f"there are {', '.join(PRESETS_BY_WORD)}.{nearest(word, PRESETS_BY_WORD)}"
        raise TearSimError(f"There is no preset {echoed(word)}; {there}")
    return PRESETS_BY_WORD[word.lower()]


def given_on_terminal(preset: str, given: Mapping[str, object]) -> dict[str, Value]:
    """A preset's practice, of the size that the page opens with, and what is set besides.

    Raises TearSimError for what cannot be set, or shown by the page.
    """
    values = checked({**with_preset(preset_named(preset or next(iter(PRESETS_BY_WORD))), start()), **given})
    for name, (low, high) in PAGE_LIMITS.items():
        if not low <= float(values[name]) <= high:
            raise TearSimError(
                f"{name} goes from {plain(low)} to {plain(high)} here; {shown(values[name])} is outside."
            )
    return values


def label(name: str) -> str:
    """What the page calls a parameter.

    >>> label("client_tear_propensity"), label("bond_gains")
    ('How easily they cry', 'Bond gains')
    """
    return CONTROL_LABELS.get(name, name.replace("_", " ").capitalize())


def limits(parameter: Parameter) -> tuple[float, float]:
    """What the page allows: the parameter's limits, or narrower ones where a page could not show more."""
    return PAGE_LIMITS.get(parameter.name, parameter.limits)


def read_typed(name: str, given: object, values: Mapping[str, Value]) -> dict[str, Value]:
    """All values with one of them changed to what was typed, in the unit that its control is told in.

    Raises TearSimError, in words for the page, for what cannot be set; it says what still holds.
    """
    unit, typed = known_unit(name), str(given).strip()
    if unit is None:
        return read_control(name, given, values)
    now = float(values[name])
    if typed == unit.shown(now):
        return dict(values)
    value, still = unit.read(typed), f"Still {unit.with_unit(now)}."
    low, high = limits(PARAMETERS[name])
    span = f"{unit.shown(low)} to {unit.shown(high)}"
    said = typed[:40]
    if value is None:
        raise TearSimError(f'{label(name)} takes a number from {span} here; "{said}" is not one. {still}')
    if not low <= value <= high:
        between = f"lies between {span.replace(' to ', ' and ')}" if unit.of_log_odds else f"goes from {span}"
        raise TearSimError(f"{label(name)} {between} here; {said} is outside. {still}")
    return read_control(name, value, values)


def read_control(name: str, given: object, values: Mapping[str, Value]) -> dict[str, Value]:
    """All values with one of them changed to what was chosen, in the model's own unit.

    Raises TearSimError, in words for the page, for what cannot be set; it says what still holds.
    """
    parameter, (low, high) = PARAMETERS[name], limits(PARAMETERS[name])
    still = f"Still {shown(values[name])}."
    try:
        value = parameter.check(given)
    except TearSimError:
        value = None
        typed = str(given).strip()[:40]
        if parameter.kind in ("number", "whole number"):
            span = f"{plain(low)} to {plain(high)}"
            outside = _is_number(typed, parameter)
            words = (
                f"{label(name)} goes from {span}; {typed} is outside."
                if outside
                else (f'{label(name)} takes a {parameter.kind} from {span}; "{typed}" is not one.')
            )
        else:
            words = f'{label(name)} is one of {parameter.allowed}; "{typed}" is not.'
        raise TearSimError(f"{words} {still}") from None
    if isinstance(value, (int, float)) and not low <= value <= high:
        raise TearSimError(f"{label(name)} goes from {plain(low)} to {plain(high)}; {shown(value)} is outside. {still}")
    try:
        return checked({**values, name: value})
    except TearSimError as mistake:
        raise TearSimError(f"{mistake} {still}") from None


def _is_number(typed: str, parameter: Parameter) -> bool:
    """Whether it was a number of the right kind, so that only its size is wrong."""
    try:
        number = float(typed)
    except ValueError:
        return False
    return abs(number) < float("inf") and (parameter.kind == "number" or number == int(number))


def read_seed(given: object, seed: int) -> int:
    """A seed as typed. Raises TearSimError, in words for the page, for anything else; it says what still holds."""
    typed = str(given).strip()
    if typed.isascii() and typed.isdigit() and int(typed[:20]) <= MOST_PAGE_SEED and len(typed) <= 20:
        return int(typed)
    raise TearSimError(
        f'The seed must be a whole number from 0 to {MOST_PAGE_SEED}; "{typed[:40]}" is not. '
        f"The practice still runs with seed {seed}."
    )


def shown(value: Value) -> str:
    """A value as the page writes it; typed again, it is the same value.

    >>> shown(0.5), shown(6.0), shown(0.123456789), shown(1e-7), shown("held back")
    ('0.5', '6', '0.123456789', '0.0000001', 'held back')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    return str(int(value)) if value == int(value) else f"{Decimal(repr(value)):f}"


def value_told(name: str, value: Value) -> str:
    """A value with the unit that its control is told in.

    >>> value_told("intake_distress", 2.0), value_told("tears_spoken", 0.5), value_told("caseload", 8)
    ('18.6 (CORE-OM points, 0 to 40)', '50 %', '8')
    """
    unit = known_unit(name)
    return shown(value) if unit is None else unit.with_unit(float(value))


def control(name: str, values: Mapping[str, Value]) -> Panel:
    """A control as plain data: what kind, its range, its words, its value."""
    parameter, unit = PARAMETERS[name], known_unit(name)
    words = CONTROL_LABELS.get(name)
    plainly = next((group[name] for group in FIRST_CONTROLS.values() if name in group), Plain(label(name)))
    low, high = _slider(parameter)
    made: Panel = {
        "name": name,
        "label": words or plainly.label,
        "kind": parameter.kind,
        "value": values[name],
        "shown": shown(values[name]) if unit is None else unit.shown(float(values[name])),
        "unit": "" if name in CONTROL_LABELS else unit.words if unit else comes_to(name, values),
        "scale": unit and {"zero": unit.zero, "step": unit.step, "ofLogOdds": unit.of_log_odds},
        "low": plainly.low,
        "high": plainly.high,
        "help": _help(parameter, values[name]),
        "fitted": START_VALUES.get(name, parameter.default),
        "choices": list(parameter.choices),
    }
    if parameter.kind in ("number", "whole number"):
        step = 1 if parameter.kind == "whole number" else float(f"{(high - low) / SLIDER_STEPS:.2g}")
        made |= {"from": low, "to": high, "step": step}
    return made


def _slider(parameter: Parameter) -> tuple[float, float]:
    """A slider's range: all that is allowed of a share or a trait, else what is plausible; typing reaches the rest."""
    low, high = limits(parameter)
    if parameter.name in PAGE_LIMITS or (low, high) == (0.0, 1.0):
        return low, high
    return max(low, parameter.plausible[0]), min(high, parameter.plausible[1])


def _help(parameter: Parameter, value: Value) -> str:
    """The parameter's own words, as help; its own value, where the control tells it in another unit."""
    low, high = limits(parameter)
    span = f"{plain(low)} to {plain(high)}" if parameter.kind in ("number", "whole number") else ""
    parts = [parameter.unit, span] if span not in ("", parameter.unit) else [parameter.unit]
    own = f" The model's own value is {shown(value)}." if known_unit(parameter.name) else ""
    return f"{parameter.meaning} [{parameter.name}: {', '.join(parts)}; {parameter.status}]{own}"


def first_controls(values: Mapping[str, Value]) -> list[Panel]:
    """The few controls shown at once, by group."""
    return [
        {"title": title, "controls": [control(name, values) for name in group]}
        for title, group in FIRST_CONTROLS.items()
    ]


def more_controls(values: Mapping[str, Value]) -> list[Panel]:
    """All other parameters, by their declared group."""
    groups: dict[str, list[Panel]] = {}
    for name, parameter in PARAMETERS.items():
        if name not in CONTROL_LABELS and name not in NOT_SET_HERE:
            groups.setdefault(parameter.group, []).append(control(name, values))
    return [{"title": title, "controls": controls} for title, controls in groups.items()]


def differing(values: Mapping[str, Value], others: Mapping[str, Value]) -> list[str]:
    """The parameters in which two practices differ."""
    return [name for name in values if values[name] != others[name]]
