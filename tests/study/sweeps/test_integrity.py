"""What stands in a results folder is not believed: whatever was edited, swapped or broken is found before it is used."""

import json
import shutil
from itertools import cycle

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import tearsim
from tearsim.errors import TearSimError
from tearsim.safe_files import write_table
from tearsim.study.sweeps import chunks
from tearsim.study.sweeps import folder as folders
from tearsim.study.sweeps.columns import TABLE_COLUMNS, columns_of
from tearsim.study.sweeps.parts import PART_SEAL
from tearsim.study.sweeps.verify import first_difference
from tests.sealing import of_an_earlier_version, said_otherwise, sealed_again

EXPERIMENT = """
title = "A small sample"
question = "Which matters?"

[parameters]
therapists = 3
caseload = 4
weeks = 6
grief_onset = 0.001

[design]
kind = "sobol"
samples = 2
replicates = 2
seed = 1
vary = ["client_empathy", "therapist_tear_propensity"]

[record]
series = true
episodes = true
"""


@pytest.fixture(scope="module")
def experiment(tmp_path_factory):
    file = tmp_path_factory.mktemp("experiment") / "experiment.toml"
    file.write_text(EXPERIMENT, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def made(experiment, tmp_path_factory):
    """Finished results, both shards of the same, and a half-done sweep, each run once."""
    there = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(chunks, "SESSIONS_A_CHUNK_KEPT", 72 * 3)  # three points a chunk
        tearsim.sweep(experiment, out=there / "whole")
        for k in (1, 2):
            tearsim.sweep(experiment, out=there / f"shard-{k}", shard=f"{k}/2")
        with pytest.raises(KeyboardInterrupt):
            tearsim.sweep(experiment, out=there / "half", workers=1, report=stop_at(9))
    return there


@pytest.fixture(autouse=True)
def three_points_a_chunk(monkeypatch):
    monkeypatch.setattr(chunks, "SESSIONS_A_CHUNK_KEPT", 72 * 3)


def stop_at(runs):
    def stop(progress):
        if progress.done >= runs:
            raise KeyboardInterrupt

    return stop


@pytest.fixture
def copy(made, tmp_path):
    """A folder of these, to be spoilt."""
    return lambda name: shutil.copytree(made / name, tmp_path / name)


def refusal_of(use):
    """The one line with which something is refused, of less than a thousand letters."""
    with pytest.raises(TearSimError) as refused:
        use()
    said = str(refused.value)
    assert "\n" not in said
    assert len(said) < 1000
    return said


# Half-done folders and shards: their parts.

PARTS = ["runs", "series", "episodes"]


def two(folder, table):
    one, other, *_ = sorted((folder / "parts").glob(f"{table}-*"))
    return one, other


def swapped(folder, table):
    one, other = two(folder, table)
    content = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(content)


def copied_over(folder, table):
    one, other = two(folder, table)
    one.write_bytes(other.read_bytes())


def rewritten(change):
    """A part that was read, changed and written again as pyarrow does, which keeps what the file says about itself."""

    def rewrite(folder, table):
        part, _ = two(folder, table)
        pq.write_table(change(pq.read_table(part)), part)

    return rewrite


def with_column(table, name, values):
    return table.set_column(table.column_names.index(name), name, values)


def a_value_changed(table):
    name = table.column_names[-1]
    return with_column(table, name, pa.array([0.25] * len(table), table.schema.field(name).type))


def kept_by_pandas(folder, table):
    part, _ = two(folder, table)
    frame = pq.read_table(part).to_pandas()
    frame.to_parquet(part, index=False)


def of_another(**mark):
    """A part of other numbers, whole and sealed, put in the place of one of ours."""

    def put(folder, table):
        part, _ = two(folder, table)
        held = pq.read_table(part)
        said = json.loads(held.schema.metadata[PART_SEAL.encode()])
        write_table(part, [held], {PART_SEAL: json.dumps(said | mark)}, sealed=True)

    return put


EDITS = {
    "swapped": swapped,
    "copied over one another": copied_over,
    "rows missing": rewritten(lambda table: table.slice(1)),
    "a value changed": rewritten(a_value_changed),
    "another schema": rewritten(lambda table: table.drop_columns([table.column_names[-1]])),
    "text for numbers": rewritten(lambda t: with_column(t, t.column_names[-1], pa.array(["a"] * len(t)))),
    "written again by pandas": kept_by_pandas,
    "of another experiment": of_another(experiment_hash="0" * 64),
    "of another model": of_another(source_hash="0" * 64),
    "of another machine": of_another(machine_fingerprint="0" * 64),
    "of another format": of_another(format=99),
    "a mark of another kind": of_another(format=[]),
}  # fmt: skip


def tables_of(folder):
    return {name: (folder / f"{name}.parquet").read_bytes() for name in (*PARTS, "failures")}


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("table", PARTS)
def test_a_part_that_is_not_what_was_written_there_is_not_counted_as_there(table, edit, copy):
    half = copy("half")
    EDITS[edit](half, table)
    said = refusal_of(lambda: tearsim.open_results(half).table(table))
    assert f"parts/{table}-points-" in said
    assert "the command that made it runs it again" in said
    assert said in tearsim.verify(half).problems


@pytest.mark.parametrize(("edit", "table"), list(zip(EDITS, cycle(PARTS), strict=False)))
def test_the_sweep_runs_it_again_and_ends_as_if_nothing_had_happened(edit, table, made, copy, experiment):
    half = copy("half")
    EDITS[edit](half, table)
    seen = []
    tearsim.sweep(experiment, out=half, report=seen.append)
    assert 0 < seen[0].kept < tearsim.verify(made / "half").runs_there
    assert tables_of(half) == tables_of(made / "whole")


@pytest.mark.parametrize("edit", EDITS)
def test_a_merge_refuses_a_shard_whose_part_is_not_what_was_written_and_the_shard_mends_itself(
    edit, made, copy, experiment, tmp_path, refused
):
    one = copy("shard-1")
    EDITS[edit](one, "runs")
    shards = [one, made / "shard-2"]
    said = refused("merge", *shards, "--out", tmp_path / "merged", cwd=tmp_path)
    assert "broken or missing parts, such as parts/runs-points-0000" in said
    assert not (tmp_path / "merged").exists()
    assert "runs it again" in tearsim.verify(one).problems[0]
    tearsim.sweep(experiment, out=one, shard="1/2")
    tearsim.merge(shards, out=tmp_path / "merged")
    assert tables_of(tmp_path / "merged") == tables_of(made / "whole")


def test_a_file_that_is_no_chunk_of_the_sweep_is_not_read(copy, made):
    half = copy("half")
    one, _ = two(half, "runs")
    (half / "parts" / "runs-copy.parquet").write_bytes(one.read_bytes())
    (half / "parts" / one.name.replace("points-0000000", "points-0")).write_bytes(one.read_bytes())
    assert tearsim.open_results(half).runs.equals(tearsim.open_results(made / "half").runs)


def test_a_finished_shard_that_lost_a_part_is_not_read_as_if_it_were_whole(copy):
    one = copy("shard-1")
    two(one, "series")[0].unlink()
    assert "parts of series are missing" in refusal_of(lambda: tearsim.open_results(one).series)
    assert len(tearsim.open_results(one).runs) == tearsim.verify(one).runs
    (problem,) = tearsim.verify(one).problems
    assert "is missing" in problem


# Finished folders: their tables, the experiment, the provenance.


def bytes_flipped(folder):
    file = folder / "runs.parquet"
    content = bytearray(file.read_bytes())
    content[100:110] = bytes(255 - byte for byte in content[100:110])
    file.write_bytes(content)


def of_another_seed(folder):
    other = tearsim.sweep(folder / "experiment.toml", out=folder.with_name("other"), seed=2)
    shutil.copy(other.folder / "runs.parquet", folder / "runs.parquet")


def table_rewritten(change):
    def rewrite(folder):
        pq.write_table(change(pq.read_table(folder / "runs.parquet")), folder / "runs.parquet")

    return rewrite


def experiment_with(old, new):
    def edit(folder):
        file = folder / "experiment.toml"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")

    return edit


BROKEN_TABLES = {
    "bytes flipped": bytes_flipped,
    "of another seed": of_another_seed,
    "a value changed": table_rewritten(a_value_changed),
    "rows missing": table_rewritten(lambda table: table.slice(1)),
    "text for an outcome": table_rewritten(lambda t: with_column(t, "dropout_rate", pa.array(["a"] * len(t)))),
    "an outcome missing": table_rewritten(lambda table: table.drop_columns(["dropout_rate"])),
    "cut short": lambda folder: (folder / "runs.parquet").write_bytes((folder / "runs.parquet").read_bytes()[:-20]),
    "empty": lambda folder: (folder / "runs.parquet").write_bytes(b""),
}
EDITED_EXPERIMENTS = {
    "another value": experiment_with("grief_onset = 0.001", "grief_onset = 0.002"),
    "another title": experiment_with("A small sample", "A large sample"),
    "other samples": experiment_with("samples = 2", "samples = 4"),
    "no experiment": experiment_with('title = "A small sample"', "{{{{"),
}


@pytest.mark.parametrize("edit", BROKEN_TABLES)
def test_a_finished_table_that_is_not_as_it_was_written_is_refused_by_every_command_and_nothing_is_lost(
    edit, copy, made, experiment, tmp_path, refused
):
    whole = copy("whole")
    BROKEN_TABLES[edit](whole)
    before = {file.name: file.read_bytes() for file in whole.iterdir()}
    words = (
        "whole/runs.parquet is not as it was written, it was changed or broke since: put it back as it was, or remove"
    )
    shards = (made / "shard-1", made / "shard-2")
    for command in (
        ("sweep", experiment, "--out", whole),
        ("report", whole),
        ("sensitivity", whole),
        ("merge", *shards, "--out", whole),
    ):
        assert words in refused(*command, cwd=tmp_path), command
    results = tearsim.open_results(whole)
    for use in (
        lambda: results.runs,
        lambda: results.table("runs", ["replicate"]),
        lambda: tearsim.answer_in_short(results),
        lambda: tearsim.sensitivity(whole, "dropout_rate"),
    ):
        assert words in refusal_of(use)
    (problem,) = tearsim.verify(whole).problems
    assert words in problem
    assert len(results.series), "what is as it was written can still be read"
    assert {file.name: file.read_bytes() for file in whole.iterdir()} == before


def test_verify_says_in_one_line_what_is_wrong_and_the_rest_in_plain_words(copy, ended, tmp_path):
    whole = copy("whole")
    bytes_flipped(whole)
    experiment_with("A small sample", "A large sample")(whole)
    code, output, errors = ended("verify", whole, cwd=tmp_path)
    assert code == 2
    assert "experiment.toml is not as it was written" in errors
    assert "And 1 more; --json lists them all." in errors
    assert errors.count("\n") == 1
    assert "2 things are wrong with it." in output
    code, output, _ = ended("verify", whole, "--json", cwd=tmp_path)
    assert code == 2
    assert [len(json.loads(output)["problems"]), json.loads(output)["good"]] == [2, False]


@pytest.mark.parametrize("edit", EDITED_EXPERIMENTS)
def test_a_finished_folder_whose_experiment_was_edited_is_refused_by_everything(
    edit, copy, made, experiment, tmp_path, refused
):
    whole = copy("whole")
    EDITED_EXPERIMENTS[edit](whole)
    words = "whole/experiment.toml is not as it was written"
    for command in (
        ("sweep", experiment, "--out", whole),
        ("report", whole),
        ("sensitivity", whole),
        ("merge", made / "shard-1", made / "shard-2", "--out", whole),
    ):
        assert words in refused(*command, cwd=tmp_path), command
    results = tearsim.open_results(whole)
    for use in (
        lambda: results.experiment,
        lambda: results.runs,
        lambda: tearsim.answer_in_short(results),
        lambda: tearsim.close_up(results),
        lambda: tearsim.sensitivity(whole, "dropout_rate"),
    ):
        assert words in refusal_of(use)
    assert any(words in problem for problem in tearsim.verify(whole).problems)


@pytest.mark.parametrize("edit", ["another value", "other samples", "no experiment"])
def test_an_unfinished_folder_or_a_shard_whose_experiment_was_edited_is_refused_too(
    edit, copy, made, experiment, tmp_path, refused
):
    half, one = copy("half"), copy("shard-1")
    for folder in (half, one):
        EDITED_EXPERIMENTS[edit](folder)
    words = r"experiment.toml"
    assert words in refused("sweep", experiment, "--out", half, cwd=tmp_path)
    assert words in refused("merge", one, made / "shard-2", "--out", tmp_path / "merged", cwd=tmp_path)
    assert words in refusal_of(lambda: tearsim.open_results(half).runs)
    assert words in refusal_of(lambda: tearsim.open_results(one).runs)
    assert not tearsim.verify(half).good
    assert not tearsim.verify(one).good


def test_a_csv_of_points_is_held_against_what_was_run(tmp_path):
    (tmp_path / "points.csv").write_text("caseload,weeks\n1,3\n2,4\n", encoding="utf-8")
    design = '[parameters]\ntherapists = 2\n[design]\nkind = "list"\nreplicates = 1\nfile = "points.csv"\n'
    (tmp_path / "listed.toml").write_text(f'title = "t"\nquestion = "q"\n{design}', encoding="utf-8")
    results = tearsim.sweep(tmp_path / "listed.toml", out=tmp_path / "out")
    (results.folder / "points.csv").write_text("caseload,weeks\n1,3\n2,5\n", encoding="utf-8")
    assert "points.csv is not as it was written" in refusal_of(lambda: tearsim.open_results(results.folder).experiment)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("seed", 2),
        ("replicates", 3),
        ("design_points", 3),
        ("varied", ["weeks"]),
        ("tables", ["runs"]),
        ("runs", 5),
        ("experiment_hash", "0" * 64),
    ],
)
def test_a_provenance_that_says_what_the_experiment_does_not_is_refused(name, value, copy, tmp_path, refused):
    whole = copy("whole")
    said_otherwise(whole, **{name: value})
    assert "provenance.json, was edited since" in refused("report", whole, cwd=tmp_path)
    assert not tearsim.verify(whole).good


def without(name):
    return lambda held: {key: value for key, value in held.items() if key != name}


def with_word(**words):
    return lambda held: held | words


EDITED_PROVENANCES = {
    '"started": field required': without("started"),
    '"worked.0": input should be': with_word(worked=["x"]),
    '"libraries": input should be an object': with_word(libraries=None),
    '"parameters": input should be an object': with_word(parameters=[]),
    '"finished": input should be a valid boolean': with_word(finished="yes"),
    '"runs": input should be': with_word(runs=10**30),
    '"tearsim": string should have at most 200 characters': with_word(tearsim="x" * 100_000),
    '"started": string should match pattern': with_word(started="today\nand then"),
    '"tables.1": input should be': with_word(tables=["runs", "diaries"]),
    "\"shard\": a shard is written k/n": with_word(shard="3/2"),
    "sha256 has none of series.parquet": lambda held: held | {"sha256": without("series.parquet")(held["sha256"])},
    "written by a later version": with_word(format=2),
    "cannot be read: Invalid JSON: recursion limit exceeded": lambda held: "[" * 100_000,
    "cannot be read: Invalid JSON": lambda held: b'{"title": "\xff\xfe"}',
    "cannot be read: Invalid JSON: EOF while parsing": lambda held: json.dumps(held)[:100],
    "is broken, or of another version": lambda held: 5,
}  # fmt: skip


def test_a_title_of_many_lines_is_told_in_one(copy, experiment):
    whole = copy("whole")
    said_otherwise(whole, title="A title\n" * 1000)
    said = refusal_of(lambda: tearsim.sweep(experiment, out=whole, seed=2))
    assert 'holds other results ("A title A title' in said


@pytest.mark.parametrize("words", EDITED_PROVENANCES)
def test_a_provenance_that_is_not_as_it_should_be_is_refused_in_one_line_that_says_what_and_where(
    words, copy, made, experiment, tmp_path, refused
):
    whole = copy("whole")
    file = whole / "provenance.json"
    edited = EDITED_PROVENANCES[words](json.loads(file.read_text(encoding="utf-8")))
    if isinstance(edited, bytes):
        file.write_bytes(edited)
    else:
        file.write_text(edited if isinstance(edited, str) else json.dumps(edited), encoding="utf-8")
    for command in (
        ("sweep", experiment, "--out", whole),
        ("report", whole),
        ("sensitivity", whole),
        ("verify", whole),
        ("merge", whole, made / "shard-2"),
    ):
        said = refused(*command, cwd=tmp_path)
        assert words in said
        assert len(said) < 1000
        if words != "written by a later version":
            assert said.endswith(": put it back as it was, or remove the folder and sweep anew.")
    results = tearsim.open_results(whole)
    for use in (lambda: results.runs, lambda: tearsim.answer_in_short(results), lambda: tearsim.close_up(results)):
        assert words in refusal_of(use)


# Folders from before there were digests.


def test_a_folder_of_an_earlier_version_can_be_read_and_verify_says_that_it_cannot_be_checked(copy, said, tmp_path):
    whole = copy("whole")
    of_an_earlier_version(whole)
    assert len(tearsim.open_results(whole).runs) == 16
    assert not tearsim.verify(whole).can_be_checked
    assert "left no digests: whether it was changed since cannot be told" in said("verify", whole, cwd=tmp_path)
    bytes_flipped(whole)
    (problem,) = tearsim.verify(whole).problems
    assert "runs.parquet cannot be read: " in problem


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            "text for an outcome",
            'its column "dropout_rate" holds text (string), not numbers (double): put it back as it was,',
        ),
        ("an outcome missing", 'it has no column "dropout_rate": put it back as it was,'),
    ],
)
def test_there_a_column_of_another_kind_or_none_is_said_in_one_line(change, words, copy, refused, tmp_path):
    whole = copy("whole")
    of_an_earlier_version(whole)
    BROKEN_TABLES[change](whole)
    for command in ("report", "sensitivity"):
        assert words in refused(command, whole, cwd=tmp_path)


# What a sweep leaves that was killed at the very end.


@pytest.mark.parametrize("command", ["sweep", "report", "merge"])
def test_killed_between_finishing_and_clearing_away_the_next_command_clears_away(
    command, made, experiment, tmp_path, monkeypatch, said
):
    def killed(path):
        raise KeyboardInterrupt

    shards = (made / "shard-1", made / "shard-2")
    out = tmp_path / "out"
    with monkeypatch.context() as killing:
        killing.setattr(folders.shutil, "rmtree", killed)
        with pytest.raises(KeyboardInterrupt):
            tearsim.sweep(experiment, out=out) if command != "merge" else tearsim.merge(shards, out=out)
    (out / "runs.parquet.unfinished").write_bytes(b"half")
    assert (out / "parts").exists()
    assert set(tearsim.verify(out).left_overs) == {"parts", "runs.parquet.unfinished"}
    assert tearsim.verify(out).good
    said(
        *{
            "sweep": ("sweep", experiment, "--out", out, "--no-report"),
            "report": ("report", out),
            "merge": ("merge", *shards, "--out", out, "--no-report"),
        }[command],
        cwd=tmp_path,
    )
    assert not (out / "parts").exists()
    assert not list(out.rglob("*.unfinished"))
    assert tables_of(out) == tables_of(made / "whole")


def test_what_is_left_over_stays_where_somebody_is_at_work(copy, experiment):
    whole = copy("whole")
    (whole / "runs.parquet.unfinished").write_bytes(b"half")
    with folders._locked(whole):
        assert tearsim.sweep(experiment, out=whole).finished
    assert (whole / "runs.parquet.unfinished").exists()


def test_files_half_written_are_cleared_away_when_a_sweep_goes_on(copy, experiment):
    half = copy("half")
    for name in ("provenance.json.unfinished", "runs.parquet.unfinished", "parts/runs-x.parquet.unfinished"):
        (half / name).write_bytes(b"half")
    tearsim.sweep(experiment, out=half)
    assert not list(half.rglob("*.unfinished"))


# Living runs again.


@pytest.mark.parametrize("name", ["whole", "half", "shard-1"])
def test_reruns_are_the_same_to_the_last_bit_in_every_table(name, made, said, tmp_path):
    found = tearsim.verify(made / name, rerun=5)
    assert found.good
    assert (found.rerun.runs, found.rerun.tables, found.rerun.difference) == (5, ("runs", "series", "episodes"), None)
    assert found.runs_there == len(tearsim.open_results(made / name).runs)
    output = said("verify", made / name, "--rerun", 2, cwd=tmp_path)
    assert "2 runs were rerun: every number is the same, to the last bit (runs, series, episodes)." in output
    assert "it can repeat every run" in output


@pytest.mark.parametrize("table", PARTS)
def test_a_number_that_no_run_gives_is_found_though_its_digest_is_right(table, copy, ended, tmp_path):
    whole = copy("whole")
    file = whole / f"{table}.parquet"
    pq.write_table(a_value_changed(pq.read_table(file)), file)
    sealed_again(whole)
    assert tearsim.verify(whole).good
    code, _, errors = ended("verify", whole, "--rerun", 16, "--json", cwd=tmp_path)
    assert code == 2
    assert f"a rerun differs: {table} of design point 0, replicate 0: " in errors
    assert "is 0.25 there, " in errors or "is 0 there, " in errors


def test_0_and_minus_0_are_told_apart_and_missing_is_like_missing():
    one = pa.table({"a": [0.0, None, 1.0]})
    assert first_difference(one, pa.table({"a": [0.0, None, 1.0]})) is None
    assert first_difference(one, pa.table({"a": [-0.0, None, 1.0]})) == "a in row 1 is 0.0 there, -0.0 when run again"
    assert first_difference(one, pa.table({"a": [0.0, 0.0, 1.0]})) == "a in row 2 is None there, 0.0 when run again"
    assert first_difference(one, pa.table({"a": [0.0]})) == "3 rows there, 1 when run again"


def test_another_model_or_machine_is_said_and_only_asking_it_to_repeat_runs_is_a_mistake(copy, ended, tmp_path):
    whole = copy("whole")
    said_otherwise(whole, source_hash="0" * 64)
    code, output, _ = ended("verify", whole, cwd=tmp_path)
    assert code == 0
    assert (
        "This is another version of the model: it can read these results, but cannot repeat any of their runs" in output
    )
    code, _, errors = ended("verify", whole, "--rerun", 1, cwd=tmp_path)
    assert code == 2
    assert "no run can be repeated here: they were made by another version of the model" in errors
    other = copy("half")
    said_otherwise(other, machine_fingerprint="0" * 64)
    code, output, _ = ended("verify", other, cwd=tmp_path)
    assert "rounds differently" in output
    said_otherwise(other, source_hash="0" * 64)  # another model gives other numbers on any machine
    code, output, _ = ended("verify", other, cwd=tmp_path)
    assert "This is another version of the model" in output
    assert "rounds differently" not in output


def test_verify_refuses_what_is_no_results_folder_and_no_number_of_runs(tmp_path, refused, made):
    assert "is not a results folder" in refused("verify", tmp_path, cwd=tmp_path)
    assert "There is no folder" in refused("verify", tmp_path / "nowhere", cwd=tmp_path)
    assert "whole number from 0 to 100000" in refusal_of(lambda: tearsim.verify(made / "whole", rerun=-1))


# What a file says of itself.


def test_every_file_says_what_its_rows_and_columns_are_to_pyarrow_and_duckdb(made):
    for table in (*PARTS, "failures"):
        file = made / "whole" / f"{table}.parquet"
        schema = pq.read_schema(file)
        declared = columns_of(table, ["client_empathy", "therapist_tear_propensity"])
        assert schema.names == list(declared)
        for name, column in declared.items():
            assert schema.field(name).metadata == {b"unit": column.unit.encode(), b"meaning": column.meaning.encode()}
        said = duckdb.execute("select decode(key), decode(value) from parquet_kv_metadata(?)", [str(file)]).fetchall()
        said = dict(row for row in said)
        assert said["title"] == "A small sample"
        assert said["question"] == "Which matters?"
        assert said["note"] == "A model, never advice about a person."
        assert said["row"].startswith("One row a")
        columns = json.loads(said["columns"])
        assert {name: column["unit"] for name, column in columns.items()} == {n: c.unit for n, c in declared.items()}


def test_files_are_the_same_to_the_byte_however_they_were_made(made, experiment, tmp_path):
    tearsim.sweep(experiment, out=tmp_path / "threads", workers=3)
    tearsim.merge([made / "shard-2", made / "shard-1"], out=tmp_path / "merged")
    resumed = shutil.copytree(made / "half", tmp_path / "resumed")
    named_otherwise = tmp_path / "named.toml"
    named_otherwise.write_text(EXPERIMENT.replace("A small sample", "Another name"), encoding="utf-8")
    assert tearsim.sweep(named_otherwise, out=resumed).provenance["title"] == "A small sample"
    for folder in ("threads", "merged", "resumed"):
        assert tables_of(tmp_path / folder) == tables_of(made / "whole"), folder


def test_every_table_has_the_parameters_that_vary(made):
    results = tearsim.open_results(made / "whole")
    runs = results.runs.set_index(["design_point", "replicate"])
    for table, name in (("series", "client_empathy"), ("episodes", "parameter_client_empathy")):
        rows = results.table(table)
        address = rows.set_index(["design_point", "replicate"]).index
        assert rows[name].tolist() == runs.loc[address, "client_empathy"].tolist()
        assert rows["therapist_tear_propensity"].tolist() == runs.loc[address, "therapist_tear_propensity"].tolist()
    assert results.episodes["client_empathy"].nunique() > results.runs["client_empathy"].nunique()


def test_the_log_of_a_run_says_what_its_columns_are(said, tmp_path):
    said("run", "--weeks", 4, "--set", "therapists=2", "--log", tmp_path / "log", cwd=tmp_path)
    for table in ("sessions", "episodes"):
        schema = pq.read_schema(tmp_path / "log" / f"{table}.parquet")
        declared = TABLE_COLUMNS[table]
        assert schema.names == list(declared)
        for field in schema:
            assert field.metadata[b"unit"].decode() == declared[field.name].unit
        assert schema.metadata[b"note"] == b"A model, never advice about a person."
