"""Putting the shards of a sweep together: what job arrays ran on machines that knew nothing of each other."""

import re
from collections.abc import Iterable
from pathlib import Path

from tearsim.arguments import of_kind, path, several
from tearsim.errors import TearSimError
from tearsim.study.sweeps.chunks import Shard, read_shard
from tearsim.study.sweeps.folder import Folder
from tearsim.study.sweeps.given import AsGiven, words_of
from tearsim.study.sweeps.provenance import EXPERIMENT, differences, first_few
from tearsim.study.sweeps.results import Results, open_results


def merge(shards: Iterable[str | Path], *, out: str | Path | None = None, command: str = "tearsim.merge") -> Results:
    """The results of a whole sweep from the folders of all its shards, exactly as if it had been run in one.

    Args:
        shards: The folders of all shards, in any order.
        out: Where the whole goes; by default the shards' own name without what tells them apart.
        command: What `provenance.json` says it was made by.

    Returns:
        The results, opened.

    Raises:
        TearSimError: Before anything is written, for a shard that is missing, given twice, unfinished, of another
            experiment, model or kind of machine, and for a folder that holds other results.

    >>> import tearsim, tempfile
    >>> small = {"title": "Small", "question": "?", "parameters": {"weeks": 4, "therapists": 2},
    ...          "design": {"replicates": 4, "vary": {"tears": ["shown", "held back"]}}}
    >>> folders = [tempfile.mkdtemp() for _ in range(2)]
    >>> for number, folder in enumerate(folders, 1):
    ...     _ = tearsim.sweep(small, out=folder, shard=f"{number}/2")
    >>> len(tearsim.merge(folders, out=tempfile.mkdtemp()).runs)
    8
    """
    folders = [shards] if isinstance(shards, str | Path) else several("shards", shards, "the folders of shards")
    opened = [open_results(folder) for folder in folders]
    of_kind("command", command, str, "text")
    if not opened:
        raise TearSimError("There is nothing to merge: name the folders of all shards.")
    numbers = [_number_of(results) for results in opened]
    first = opened[0]
    where = _whole_name(first.folder) if out is None else path("out", out)
    source = first.folder / EXPERIMENT
    given = AsGiven(first.experiment, source, words_of(first.experiment, source))
    whole = Folder(where, given, command)
    for results in opened:
        other = first_few(
            differences(
                {**results.provenance, "shard": "1/1"}, whole.provenance, (results.experiment, first.experiment)
            )
        )
        if other:
            raise TearSimError(f"{results.folder} cannot be joined to {first.folder}: {other}.")
    parts = [Folder(results.folder, given, command, shard) for results, shard in _in_order(opened, numbers)]
    if whole.is_finished():
        return whole.opened()
    _refuse_broken(parts)
    with whole.held():
        if not whole.finished:
            whole.provenance["worked"] = [work for part in opened for work in part.provenance["worked"]]
            whole.finish(parts)
    return whole.opened()


def _number_of(results: Results) -> Shard:
    shard = read_shard(results.provenance.get("shard", "1/1"))
    if shard.of == 1:
        raise TearSimError(f"{results.folder} is not a shard: it holds a whole sweep.")
    if not results.finished:
        raise TearSimError(f"{results.folder} is unfinished: run its shard to the end first.")
    return shard


def _in_order(opened: list[Results], numbers: list[Shard]) -> list[tuple[Results, Shard]]:
    """The shards from the first to the last, all of them, each once."""
    of = numbers[0].of
    for results, shard in zip(opened, numbers, strict=True):
        if shard.of != of:
            raise TearSimError(f"{results.folder} is shard {shard}; the first one given is of {of}.")
    by_number = dict(zip((shard.number for shard in numbers), zip(opened, numbers, strict=True), strict=True))
    missing = [str(Shard(number, of)) for number in range(1, of + 1) if number not in by_number]
    if missing:
        raise TearSimError(f"Shards are missing: {', '.join(missing)}.")
    if len(numbers) > of:
        raise TearSimError("A shard is given twice.")
    return [by_number[number] for number in range(1, of + 1)]


def _refuse_broken(parts: list[Folder]) -> None:
    for part in parts:
        if broken := [lack for chunk in part.chunks if (lack := part.lack_of(chunk))]:
            raise TearSimError(
                f"{part.path} has {len(broken)} broken or missing parts, such as {broken[0]}: run its shard again with "
                "the same command, which runs these alone."
            )


def _whole_name(folder: Path) -> Path:
    name = re.sub(r"-shard-\d+-of-\d+$", "", folder.name)
    if name == folder.name:
        raise TearSimError(f"{folder} has no name to take the merged one's from; choose a folder with --out.")
    return folder.with_name(name)
