"""One practice in either world, and what it leaves as tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from tearsim.errors import TearSimError, echoed
from tearsim.science.alternatives import with_theory
from tearsim.science.codes import KEEP_ALL, KEEP_NONE
from tearsim.science.declaration import Value
from tearsim.science.fitted import in_world
from tearsim.science.luck import checked_address
from tearsim.science.replacing import Replaced, Rule
from tearsim.science.settings import all_given, checked, kept_by
from tearsim.worlds.outcomes import outcomes, series
from tearsim.worlds.tables import Table

if TYPE_CHECKING:
    import pandas as pd

    from tearsim.worlds.tables import Ran

World = Literal["ensemble", "mesa"]
WORLDS = ("ensemble", "mesa")


@dataclass(frozen=True, repr=False)
class Run:
    """One practice that has been run: its outcomes, weekly series and, if kept, its log.

    Tables are made when asked for, and so is pandas imported.

    >>> import tearsim
    >>> run = tearsim.simulate(seed=1, weeks=4, therapists=2)
    >>> len(run.series), 0.0 < run.outcomes["alliance_mean"] < 1.0
    (4, True)
    """

    parameters: dict[str, Value]
    seed: int
    replicate: int
    world: str
    tallies: Table
    log: Table
    kept: int  # which sessions the log keeps (`codes.KEPT`)

    def __repr__(self) -> str:
        other = f", replicate {self.replicate}" if self.replicate else ""
        return f"<Run: seed {self.seed}{other}, {len(self.tallies)} weeks, {self.outcomes['sessions']:,.0f} sessions>"

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

        self._needs(self.kept != KEEP_NONE)
        return sessions_table(self.log)

    @cached_property
    def episodes(self) -> "pd.DataFrame":
        """One row an episode of therapy. Raises TearSimError unless every session was kept."""
        from tearsim.worlds.episodes import episodes_table

        self._needs(self.kept == KEEP_ALL)
        return episodes_table(self.log, self.parameters, self.seed, self.replicate)

    def _needs(self, holds: bool) -> None:
        if not holds:
            raise TearSimError("This run did not keep every session: simulate(..., log=True) does.")


def simulate(
    seed: int = 1,
    *,
    world: World = "ensemble",
    log: bool | str = False,
    replicate: int = 0,
    parameters: str | Mapping[str, object] | None = None,
    theory: str | None = None,
    rules: Mapping[str, Rule] | None = None,
    **named: object,
) -> Run:
    """Run one practice, week by week.

    Args:
        seed: Seed of all luck, 0 to 2^64 - 1: the same seed gives the same numbers.
        world: "ensemble" (compiled) or "mesa" (agents): the same numbers to the last bit.
        log: Which sessions to keep: none, all (True), or "tears" for those in which the therapist's eyes filled.
        replicate: Other luck of the same seed; with fitted or open worlds, another of them.
        parameters: Parameters of the model by name, or the name of a set ("fitted", "open"); defaults for the rest.
        theory: A rival theory by name (`tearsim theories`): parameters, which those given here override, and rules.
        rules: Functions of your own in the place of rules, by the rules' names, as in `{"appraise": unmoved}`; they run
            compiled, too.
        **named: Parameters, one by one.

    Returns:
        The run, with its outcomes, its weekly series and, if kept, its sessions and episodes.

    Raises:
        TearSimError: For a parameter, seed, replicate, log, world, theory or rule that is not allowed.

    >>> import tearsim
    >>> tearsim.simulate(seed=3, weeks=4, therapists=2).outcomes["sessions"]
    80.0
    >>> tearsim.simulate(seed=3, weeks=4, therapists=2, theory="outside life").parameters["leaving_exogenous"]
    0.5
    """
    seed, replicate = checked_address(seed, replicate)
    set_here, replaced = with_theory(theory, rules, all_given(parameters, named))
    values = in_world(checked(set_here), replicate)
    if not isinstance(world, str) or world not in WORLDS:
        raise TearSimError(f'The world is "ensemble" or "mesa"; {echoed(world)} is not.')
    kept = kept_by(log)
    if world == "mesa":
        from tearsim.worlds.practice import Practice

        practice = Practice(seed, replicate=replicate, log=kept, rules=dict(replaced), parameters=values)
        practice.run()
        return Run(values, seed, replicate, world, practice.tallies, practice.log, kept)
    ran = _lived(values, seed, replicate, kept, replaced)
    return Run(values, seed, replicate, world, ran.tallies, ran.log, kept)


_lived_plainly = 0  # sessions that this process has lived in plain Python rather than compile


def _lived(values: dict[str, Value], seed: int, replicate: int, kept: int, replaced: Replaced) -> "Ran":
    """A practice lived in compiled code; where none is at hand and there is little to live, sooner in plain Python.

    Both give the same bits. A function in the place of a rule is always compiled, so that one that cannot be is refused
    whatever the size of the practice.
    """
    global _lived_plainly
    from tearsim.worlds.compiled_run import awaits_compiling
    from tearsim.worlds.ensemble import Ensemble
    from tearsim.worlds.plainly import WORTH_COMPILING, live_plainly

    most = int(values["therapists"]) * int(values["caseload"]) * int(values["weeks"])
    if not replaced and _lived_plainly + most <= WORTH_COMPILING and awaits_compiling():
        _lived_plainly += most
        return live_plainly(values, seed, replicate, kept)
    return Ensemble([values], kept, dict(replaced)).run(seed, replicate)[0]
