"""What a results folder is worth, in a few plain lines."""

from tearsim.study.sweeps.verify import Verified


def verified_in_words(found: Verified) -> list[str]:
    """How far it has come, whether it is as it was written, whose it is, and whether its runs can be repeated."""
    return [
        line
        for line in (
            _state(found),
            _whole(found),
            _whose(found),
            _can_be_repeated(found),
            _again(found),
            _left_over(found),
        )
        if line
    ]


def _state(found: Verified) -> str:
    share = "" if found.shard == "1/1" else f", shard {found.shard} of a sweep"
    there = f"{found.runs_there:,} of {found.runs:,} runs are there and can be relied on"
    return f"{found.folder}: {found.state}{share}. {there}."


def _whole(found: Verified) -> str:
    if found.problems:
        number = len(found.problems)
        return "One thing is wrong with it." if number == 1 else f"{number} things are wrong with it."
    if not found.can_be_checked:
        return "Written by a version of TearSim that left no digests: whether it was changed since cannot be told."
    return "Everything that is there is as it was written."


def _whose(found: Verified) -> str:
    libraries = ", ".join(f"{name} {version}" for name, version in found.libraries.items())
    return (
        f"Made by TearSim {found.tearsim} (source {found.source_hash[:8]}) with Python {found.python} and {libraries}."
    )


def _can_be_repeated(found: Verified) -> str:
    if not found.same_model:
        return "This is another version of the model: it can read these results, but cannot repeat any of their runs."
    if not found.same_machine:
        return (
            "This is the same model, but this machine, or its libraries, rounds differently from the one that made "
            "them: a rerun may differ in the last digits, and in all that follows from them."
        )
    return "This is the same model on a machine that rounds alike: it can repeat every run."


def _again(found: Verified) -> str:
    if found.rerun is None:
        return ""
    runs = "One run was" if found.rerun.runs == 1 else f"{found.rerun.runs:,} runs were"
    if found.rerun.difference is not None:
        return f"{runs} to be rerun. The first that differs: {found.rerun.difference}."
    return f"{runs} rerun: every number is the same, to the last bit ({', '.join(found.rerun.tables)})."


def _left_over(found: Verified) -> str:
    if not found.left_overs:
        return ""
    who = "the command that made it" if found.shard == "1/1" else "the command that made the shard"
    return f"Left over, and cleared away by {who}: {', '.join(found.left_overs[:3])}."
