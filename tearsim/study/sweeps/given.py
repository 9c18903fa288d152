"""An experiment as it was given to be run: read and worked out once, and handed on with the words of its files."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from tearsim.arguments import path
from tearsim.errors import TearSimError, echoed
from tearsim.science.replacing import Rule
from tearsim.study.sweeps.experiment import Experiment, make_experiment
from tearsim.study.sweeps.included import file_of
from tearsim.study.sweeps.provenance import EXPERIMENT
from tearsim.study.sweeps.toml_file import read_toml


@dataclass(frozen=True)
class AsGiven:
    """An experiment; the file it comes from, if any; the words of its files by name, if they say all of it.

    A long design takes a second to read and work out. The same words say the same points, so where a results folder
    has them, neither is done again.
    """

    experiment: Experiment
    source: Path | None = None
    words: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    def with_design(self, replicates: int | None, seed: int | None) -> "AsGiven":
        """The same with other replicates or another seed, which a results folder notes beside the words."""
        return replace(self, experiment=self.experiment.with_design(replicates, seed))

    def with_rules(self, theory: str | None, rules: Mapping[str, Rule] | None) -> "AsGiven":
        """The same under another theory, or with rules replaced by functions: no file says that."""
        return AsGiven(self.experiment.with_rules(theory, rules), self.source)

    def is_said_in(self, folder: Path) -> bool:
        """Whether a results folder says it in these very words."""
        try:
            return bool(self.words) and all(
                (folder / name).is_file() and (folder / name).read_bytes() == held for name, held in self.words.items()
            )
        except OSError:
            return False


def as_given(experiment: str | Path | Mapping[str, object] | Experiment | AsGiven) -> AsGiven:
    """An experiment, however it is given. Raises TearSimError if it cannot be run."""
    if isinstance(experiment, AsGiven):
        return experiment
    if isinstance(experiment, Experiment):
        return AsGiven(experiment)
    if isinstance(experiment, Mapping):
        return AsGiven(make_experiment(experiment, "the experiment"))
    if not isinstance(experiment, (str, Path)):
        raise TearSimError(
            "An experiment is a file, a folder, or what a file would say as a dictionary; "
            f"{echoed(experiment)} is not one."
        )
    return read_given(path("experiment", experiment))


def read_given(where: Path) -> AsGiven:
    """The experiment in a file, in a folder's `experiment.toml`, or of a name that comes with TearSim.

    Raises TearSimError if there is no such file, it cannot be read, or it was changed while it was read.
    """
    file = file_of(where)
    content = read_toml(file, "experiment")
    design = content.get("design")
    listed = design.get("file") if isinstance(design, Mapping) else None
    files = [file, *([file.with_name(listed)] if isinstance(listed, str) else [])]
    before = [*map(_as_it_stands, files)]
    experiment = make_experiment(content, str(file), file.parent)
    words = words_of(experiment, file)
    for one, then in zip(files, before, strict=True):
        if _as_it_stands(one) != then:
            raise TearSimError(f"{one} was changed while it was read; start again.")
    return AsGiven(experiment, file, words)


def _as_it_stands(file: Path) -> tuple[int, ...]:
    """Which file it is, how long, and when it was written last; nothing of one that is not there."""
    try:
        stands = file.stat()
    except OSError:
        return ()
    return stands.st_ino, stands.st_size, stands.st_mtime_ns


def words_of(experiment: Experiment, file: Path) -> dict[str, bytes]:
    """What the file of an experiment holds, and before it the file of points that it names.

    Raises TearSimError if one of them is not there any more.
    """
    listed = experiment.design.file
    beside = {listed: file.with_name(listed)} if listed else {}
    try:
        return {name: original.read_bytes() for name, original in {**beside, EXPERIMENT: file}.items()}
    except OSError as gone:
        raise TearSimError(f"{gone.filename} cannot be read any more ({gone.strerror}).") from None
