"""How precise a sweep has become, in sentences."""

from tearsim.show.words.english import duration
from tearsim.study.sweeps.precision import Precision


def precision_in_words(found: Precision) -> str:
    """Whether an outcome's intervals are as narrow as was asked for and, if not, what it would still take."""
    if found.half_width is None:
        return f"{found.outcome}: no design point has it in two replicates or more, so it has no interval."
    words = (
        f"{found.outcome}: with {found.replicates:,} replicates the widest 95 % interval of {found.points:,} design "
        f"points, at point {found.point}, reaches {found.half_width:.3g} to either side; {found.wanted:g} was asked "
        "for."
    )
    if not found.reached:
        words += (
            f" About {found.needed:,} replicates would do, {duration(found.seconds)} more: the same command with "
            f"--most-replicates {found.needed}."
        )
    if found.points_without:
        words += f" {found.points_without:,} points have it in fewer than two replicates, and no interval."
    return words
