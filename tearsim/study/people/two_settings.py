"""One setting of a practice minus another, over many practices under the same luck."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from tearsim.arguments import MOST_REPEATED, to_call
from tearsim.errors import TearSimError
from tearsim.science.declaration import whole_number
from tearsim.science.luck import checked_address
from tearsim.science.settings import checked
from tearsim.study.estimates import Estimate, estimate, limits_of
from tearsim.study.people.many_practices import PRACTICES
from tearsim.worlds.outcomes import QUESTIONED, outcomes


class TwoSettings(NamedTuple):
    """One setting minus the other, by outcome, over practices of the same luck."""

    effects: dict[str, Estimate]
    practices: int
    weeks: int


def one_minus_other(
    one: Mapping[str, object],
    other: Mapping[str, object],
    *,
    seed: int = 1,
    practices: int = PRACTICES,
    report: Callable[[int], None] | None = None,
    keep_going: Callable[[], bool] = lambda: True,
) -> TwoSettings | None:
    """What a practice's outcomes are under one setting minus the other, each pair under the same luck.

    `mean over replicates r of (outcome(one, r) - outcome(other, r))`, with Student's t over the replicates.

    Args:
        one: Parameters by name; defaults for the rest. Its `weeks` hold for both.
        other: The other setting's.
        seed: The practices are replicates 1 and on of it.
        practices: How many; from one there is no interval.
        report: Called with how many practices are done.
        keep_going: Called before each practice; once it returns False, the run stops and returns None.

    Returns:
        The difference in each outcome in question, in its own unit, with a 95 % interval of the luck of the simulation.

    Raises:
        TearSimError: For an unknown parameter, a value outside its limits, and for settings that are watched for
            different lengths.

    >>> apart = one_minus_other({"weeks": 6, "therapist_empathy": 0.8}, {"weeks": 6}, practices=6)
    >>> apart.effects["alliance_mean"].mean > 0
    True
    """
    from tearsim.worlds.ensemble import Ensemble  # compiled code is loaded when first asked for

    whole_number("number of practices", practices, 1, MOST_REPEATED)
    to_call("keep_going", keep_going)
    if report is not None:
        to_call("report", report)
    seed, _ = checked_address(seed, 0)
    both = [checked(one), checked(other)]
    weeks = int(both[0]["weeks"])
    if weeks != int(both[1]["weeks"]):
        raise TearSimError(f"Two settings are compared over as many weeks; {weeks} and {both[1]['weeks']} differ.")
    ensemble = Ensemble(both)
    apart: dict[str, list[float]] = {name: [] for name in QUESTIONED}
    for replicate in range(1, practices + 1):
        if not keep_going():
            return None
        mine, theirs = (outcomes(ran.tallies[None]) for ran in ensemble.run(seed, replicate))
        for name, values in apart.items():
            values.append(float(mine[name][0] - theirs[name][0]))
        if report is not None:
            report(replicate)
    effects = {name: estimate(values).within(limits_of(name, 1)) for name, values in apart.items()}
    return TwoSettings(effects, practices, weeks)
