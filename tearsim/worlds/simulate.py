"""One practice in either world, and what it leaves as tables."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from numpy.typing import NDArray

from tearsim.errors import TearSimError
from tearsim.science.declaration import Value
from tearsim.science.settings import checked
from tearsim.worlds.outcomes import outcomes, series

if TYPE_CHECKING:
    import pandas as pd

World = Literal["ensemble", "mesa"]
WORLDS = ("ensemble", "mesa")


@dataclass(frozen=True)
class Run:
    """One practice that has been run: its outcomes, weekly series and, if kept, its log.

    Tables are made when asked for, and so is pandas imported.
    """

    parameters: dict[str, Value]
    seed: int
    replicate: int
    world: str
    tallies: NDArray[Any]
    log: NDArray[Any]

    @cached_property
    def outcomes(self) -> dict[str, float]:
        """Every outcome by name; a rate over nothing is NaN."""
        return {name: float(values[0]) for name, values in outcomes(self.tallies[None, :]).items()}

    @cached_property
    def series(self) -> "pd.DataFrame":
        """One row a week."""
        import pandas as pd

        return pd.DataFrame({name: values[0] for name, values in series(self.tallies[None, :]).items()})

    @cached_property
    def sessions(self) -> "pd.DataFrame":
        """One row a session, kinds and levels in words. Raises TearSimError if no log was kept."""
        from tearsim.worlds.logbook import sessions_table

        return sessions_table(self._kept_log())

    @cached_property
    def episodes(self) -> "pd.DataFrame":
        """One row an episode of therapy. Raises TearSimError if no log was kept."""
        from tearsim.worlds.episodes import episodes_table

        return episodes_table(self._kept_log(), self.parameters, self.seed, self.replicate)

    def _kept_log(self) -> NDArray[Any]:
        if not len(self.log):
            raise TearSimError("This run kept no log: simulate(..., log=True) keeps one.")
        return self.log


def simulate(seed: int = 1, world: World = "ensemble", log: bool = False, replicate: int = 0, **parameters: Any) -> Run:
    """Run one practice; `parameters` are the model's, by name, defaults for the rest.

    >>> simulate(seed=3, world="mesa", weeks=4, therapists=2).outcomes["sessions"]
    80.0

    Raises TearSimError for a parameter, seed or world that is not allowed.
    """
    values = checked(parameters)
    if world not in WORLDS:
        raise TearSimError(f'The world is "ensemble" or "mesa"; {world!r} is not.')
    if world == "mesa":
        from tearsim.worlds.practice import Practice

        given: dict[str, Any] = dict(values)
        practice = Practice(seed, replicate=replicate, log=log, **given)
        practice.run()
        return Run(values, seed, replicate, world, practice.tallies, practice.log)
    from tearsim.worlds.ensemble import Ensemble

    ran = Ensemble([values], log).run(seed, replicate)[0]
    return Run(values, seed, replicate, world, ran.tallies, ran.log)
