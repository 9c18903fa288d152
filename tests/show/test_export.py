"""Exported tables hold the same numbers, to the last bit, and say in their own program what each column means."""

import json
import re
import resource
import sys
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.io.stata import StataReader
from pyarrow import csv

import tearsim
from tearsim.errors import TearSimError
from tearsim.science.codes import ENDING, LEVEL, TEARS
from tearsim.science.log import SESSION_COLUMNS, Column
from tearsim.science.parameters import PARAMETERS
from tearsim.show.export import formats
from tearsim.show.export.sheets import Sheet, about_rows
from tearsim.show.export.variables import Variable, short_names, variables
from tearsim.worlds.episodes import EPISODE_COLUMNS
from tearsim.worlds.outcomes import OUTCOMES, SERIES_COLUMNS

pytestmark = pytest.mark.filterwarnings("error")

LONG = "client_boundary_sensitivity_spread"
EVERYTHING = {
    "title": "Tränen, überall", "question": "Does it come through?", "parameters": {"therapists": 3, "caseload": 4},
    "record": {"series": True, "sessions": True, "episodes": True},
    "design": {"kind": "list", "replicates": 2, "seed": 2**63 + 1, "points": [
        {"tears": "shown", LONG: 0.4, "stratified_therapists": True, "therapist_tear_propensity": 0.9},
        {"tears": "leaking", "weeks": 6},
    ]},
}  # fmt: skip
KEPT = ("runs", "series", "sessions", "episodes")


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return tearsim.sweep(EVERYTHING, out=tmp_path_factory.mktemp("results") / "all")


@pytest.fixture(scope="module")
def exports(results, tmp_path_factory):
    """The tables of each kind of file as their readers see them, words for codes put in where the reader does so."""
    out = tmp_path_factory.mktemp("exports")
    read = {}
    for to in formats.FORMATS:
        files = tearsim.export(results, to=to, out=out)
        if to == "xlsx":
            read[to] = {name: from_excel(files[0], name) for name in KEPT}
        else:
            by_table = {file.stem.removeprefix("all-"): file for file in files}
            read[to] = {name: READERS[to](by_table[name]) for name in KEPT}
    return read


def from_excel(file, sheet):
    book = openpyxl.load_workbook(file, read_only=True)
    names, *rows = book[sheet].iter_rows(values_only=True)
    book.close()
    return pd.DataFrame(rows, columns=names)


def from_stata(file):
    with StataReader(file) as reader:
        return reader.read(convert_categoricals=True)


def from_csv(file, **types):
    """By Arrow, which reads every digit; what is missing stands without quotation marks."""
    how = csv.ConvertOptions(strings_can_be_null=True, quoted_strings_can_be_null=False, column_types=types)
    return csv.read_csv(file, parse_options=csv.ParseOptions(newlines_in_values=True), convert_options=how).to_pandas()


READERS = {
    "csv": from_csv,
    "sav": lambda file: pyreadstat.read_sav(file, apply_value_formats=True)[0],
    "dta": from_stata,
}


def numbers(values):
    """Numbers bit for bit; what is missing is NaN, and a switch 0 or 1."""
    switches = values.astype(object).map({"no": 0, "yes": 1, False: 0, True: 1})
    values = values if pd.api.types.is_numeric_dtype(values) or switches.isna().any() else switches
    return pd.to_numeric(values).to_numpy(float, na_value=np.nan).tobytes()


@pytest.mark.parametrize("to", formats.FORMATS)
@pytest.mark.parametrize("table", KEPT)
def test_every_number_is_the_same_to_the_last_bit_and_every_kind_the_same_word(results, exports, to, table):
    kept, exported = results.table(table), exports[to][table]
    assert len(exported) == len(kept) > 3
    for column, name in zip(kept, exported, strict=True):
        assert name == (column[:32] if to == "dta" else column)
        if pd.api.types.is_numeric_dtype(kept[column]):
            assert numbers(exported[name]) == numbers(kept[column]), column
        else:
            assert exported[name].astype(str).tolist() == kept[column].astype(str).tolist(), column


def test_what_is_missing_is_missing_everywhere(results, exports):
    (missing,) = (one for one in ("moved_share",) if results.runs[one].isna().any())
    for to, tables in exports.items():
        assert tables["runs"][missing].isna().tolist() == results.runs[missing].isna().tolist(), to


@pytest.fixture(scope="module")
def spss(results, tmp_path_factory):
    files = tearsim.export(results, to="sav", out=tmp_path_factory.mktemp("spss"))
    return {file.stem.removeprefix("all-"): pyreadstat.read_sav(file, metadataonly=True)[1] for file in files}


def test_spss_labels_say_meaning_and_unit_as_they_are_declared(results, spss):
    described = results.describe()
    for table in KEPT:
        labels = spss[table].column_names_to_labels
        for column, label in labels.items():
            unit, meaning = described.loc[(table, column)]
            assert label == f"{meaning} [{unit}]"
        assert list(labels) == list(results.table(table))
    assert spss["runs"].file_label == "Tränen, überall: runs"


def test_spss_knows_the_words_of_codes_and_what_may_be_computed_with_them(spss):
    runs, sessions = spss["runs"], spss["sessions"]
    assert runs.variable_value_labels["tears"] == dict(enumerate(TEARS))
    assert runs.variable_value_labels["stratified_therapists"] == {0: "no", 1: "yes"}
    assert sessions.variable_value_labels["ending"] == dict(enumerate(ENDING))
    assert sessions.variable_value_labels["tears_felt"] == dict(enumerate(LEVEL))
    assert "alliance" not in sessions.variable_value_labels
    measured = runs.variable_measure | sessions.variable_measure
    expected = {
        "design_point": "nominal",
        "replicate": "nominal",
        "tears": "nominal",
        "stratified_therapists": "nominal",
        "client": "nominal",
        "ending": "nominal",
        "noticed": "nominal",
        "tears_shown": "ordinal",
        "dropout_rate": "scale",
        "alliance": "scale",
        LONG: "scale",
        "week": "scale",
    }
    assert measured.items() >= expected.items()


def test_spss_notes_tell_question_seed_and_that_it_is_a_model(spss):
    notes = " ".join(spss["runs"].notes)
    for said in (
        "question: Does it come through?",
        f"seed: {2**63 + 1}",
        "never advice about a person",
        "numpy ",
        "take differences within replicates",
        "fixed: therapists: 3",
    ):
        assert said in notes, said


def test_stata_labels_fit_and_keep_the_unit_and_a_longer_name(results, tmp_path):
    file = tearsim.export(results, to="dta", tables="runs", out=tmp_path)[0]
    with StataReader(file, convert_categoricals=False) as reader:
        codes = reader.read()
        labels, words, name = reader.variable_labels(), reader.value_labels(), reader.data_label
    assert labels["alliance_mean"] == "Mean alliance over all sessions, after each. [0 to 1]"
    assert labels[LONG[:32]].startswith(f"{LONG}: ")
    assert labels[LONG[:32]].endswith(f"… [{PARAMETERS[LONG].unit}]")
    assert all(len(label) <= 80 for label in labels.values())
    assert words["tears"] == dict(enumerate(TEARS))
    assert words["stratified_therapists"] == {0: "no", 1: "yes"}
    assert set(codes["tears"]) == {0, 3}
    assert name == "Tränen, überall: runs"


def test_beside_the_tables_stands_what_columns_mean_and_where_they_come_from(results, tmp_path):
    described = results.describe()
    for to in ("csv", "xlsx", "sav", "dta"):
        files = tearsim.export(results, to=to, out=tmp_path / to)
        codebook, about = (
            from_excel(files[0], name) if to == "xlsx" else READERS[to](tmp_path / to / f"all-{name}.{to}")
            for name in ("codebook", "about")
        )
        rows = codebook.set_index(["table", "column"])
        assert {table for table, _ in rows.index} == set(KEPT)
        for address, row in rows.iterrows():
            assert (row["unit"], row["meaning"]) == tuple(described.loc[address])
        assert rows.loc[("runs", LONG), "name"] == (LONG[:32] if to == "dta" else LONG)
        tears = rows.loc[("sessions", "tears_felt"), "values"]
        assert tears == ("0 = none, 1 = near, 2 = open, 3 = overwhelmed" if to in ("sav", "dta") else ", ".join(LEVEL))
        said = dict(zip(about["what"], about["said"], strict=True))
        assert said["seed"] == str(2**63 + 1)
        assert said == dict(about_rows(results)), to


def test_no_declared_column_loses_its_unit_or_its_name():
    for declared in (PARAMETERS, {**OUTCOMES}, SERIES_COLUMNS, SESSION_COLUMNS, EPISODE_COLUMNS):
        for longest_name, longest in ((64, formats.LABEL), (32, formats.STATA_LABEL)):
            names = short_names(declared, longest_name)
            assert len(set(names.values())) == len(declared)
            assert all(len(name) <= longest_name for name in names.values())
            for column, one in declared.items():
                label = Variable(column, names[column], one.unit, one.meaning, (), "scale").label(longest)
                assert len(label.encode()) <= longest
                assert label.endswith(f" [{one.unit}]")
                assert names[column] == column or label.startswith(f"{column}: ")


@given(st.lists(st.text("ab_", min_size=1, max_size=12), unique=True), st.integers(4, 8))
def test_short_names_fit_differ_and_stay_where_they_can(names, longest):
    short = short_names(names, longest)
    assert list(short) == names
    assert len(set(short.values())) == len(names)
    assert all(len(short[name]) <= longest for name in names)
    assert all(short[name] == name for name in names if len(name) <= longest)
    assert short_names(names, longest) == short


MADE_UP = {
    "number": Column(float, "u", "A number."), "switch": Column(bool, "yes/no", "A switch."),
    "whole": Column(int, "count", "A whole number."), "kind": Column(int, "kind", "A kind.", ("none", "some", "=all")),
    "said": Column(str, "words", "Anybody's words."),
}  # fmt: skip
# SPSS pads texts with spaces; the ends of what Stata calls a number are other than a double's; Excel knows no -0.
ROWS = st.lists(
    st.tuples(
        (st.floats(-8e307, 8e307) | st.just(np.nan)).map(lambda number: number + 0.0),
        st.booleans(),
        st.integers(-(2**63), 2**63 - 1),
        st.sampled_from(["none", "some", "=all", None]),
        st.text(st.characters(exclude_categories=["C"]), max_size=40).map(str.strip) | st.none(),
    ),
    min_size=1,
    max_size=6,
)


@settings(deadline=None, max_examples=15)
@given(ROWS)
def test_any_table_comes_back_as_it_went(tmp_path_factory, rows):
    table = pd.DataFrame(rows, columns=list(MADE_UP)).astype({"number": float, "said": "str"})
    folder = tmp_path_factory.mktemp("any")
    exact = (table["whole"].abs() <= formats.EXACT) & (table["whole"] != -(2**63))
    for to, how in formats.FORMATS.items():
        sheet = Sheet("made_up", "t", table, variables(table, MADE_UP, how.longest_name), [("a", "b")])
        file = folder / f"made_up.{to}"
        if to == "xlsx":
            formats.write_xlsx([sheet], file)
            back = from_excel(file, "made_up")
        else:
            {"csv": formats.write_csv, "sav": formats.write_sav, "dta": formats.write_dta}[to](sheet, file)
            types = {"number": "float64", "kind": "string", "said": "string"} if to == "csv" else {}
            back = READERS[to](file, **types)
        assert numbers(back["number"]) == numbers(table["number"]), to
        assert numbers(back["switch"]) == numbers(table["switch"]), to
        assert back["whole"].astype(object).map(lambda value: int(value)).tolist() == table["whole"].tolist(), to
        if to != "csv" and not exact.all():
            assert pd.api.types.infer_dtype(back["whole"]) == "string", to
        for text in ("kind", "said"):
            told = back[text].astype(object).where(back[text].notna(), "").tolist()
            assert told == table[text].astype(object).where(table[text].notna(), "").tolist(), to


def test_words_that_look_like_a_formula_or_cannot_be_written_are_told_as_text(tmp_path):
    said = ["=1+1", "#REF!", "a\x00b\x1b[0m", "x" * 50_000, ""]
    table = pd.DataFrame({"said": said})
    sheet = Sheet("t", "t", table, variables(table, {"said": MADE_UP["said"]}, None), [])
    formats.write_xlsx([sheet], tmp_path / "t.xlsx")
    formats.write_sav(sheet, tmp_path / "t.sav")
    formats.write_dta(sheet, tmp_path / "t.dta")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert [cell.data_type for cell in book["t"]["A"][1:4]] == ["s", "s", "s"]
    for told in (
        from_excel(tmp_path / "t.xlsx", "t"),
        READERS["sav"](tmp_path / "t.sav"),
        from_stata(tmp_path / "t.dta"),
    ):
        told = told["said"].fillna("").tolist()
        assert told[:3] == ["=1+1", "#REF!", "a\ufffdb\ufffd[0m"]
        assert 30_000 < len(told[3]) <= 32_767
        assert told[4] == ""


def test_a_title_and_notes_of_any_alphabet_fit(tmp_path):
    table = pd.DataFrame({"switch": [True]})
    for letter in ("a", "ü", "涙", "😢"):
        told = letter * 300
        declared = {"switch": Column(bool, "yes/no", told)}
        sheet = Sheet("runs", f"{told}\n{told}", table, variables(table, declared, 64), [("question", told)])
        formats.write_sav(sheet, tmp_path / "t.sav")
        formats.write_dta(sheet, tmp_path / "t.dta")
        held = pyreadstat.read_sav(tmp_path / "t.sav", metadataonly=True)[1]
        assert "".join(held.notes).replace(" ", "") == f"question:{told}"
        assert held.file_label.startswith(letter * 10)
        assert held.file_label.endswith("…: runs")
        assert held.column_labels[0].endswith("… [yes/no]")
        with StataReader(tmp_path / "t.dta") as reader:
            assert reader.data_label.endswith("…: runs")


def test_a_word_of_an_older_version_is_kept_as_it_is():
    table = pd.DataFrame({"kind": ["some", "else"]})
    (one,) = variables(table, {"kind": MADE_UP["kind"]}, None)
    assert (one.words, one.measure) == ((), "nominal")


def test_tables_without_a_row_are_written(results, tmp_path):
    for to in formats.FORMATS:
        files = tearsim.export(results, to=to, tables=["failures"], out=tmp_path)
        told = from_excel(files[0], "failures") if to == "xlsx" else READERS[to](files[0])
        assert list(told) == ["design_point", "replicate", "error", "message"]
        assert len(told) == 0


def test_failures_are_exported_where_there_are_any(results, tmp_path):
    assert not any("failures" in file.name for file in tearsim.export(results, to="csv", out=tmp_path))


def test_a_table_too_long_for_excel_is_refused_before_anything_is_written(results, tmp_path, monkeypatch):
    monkeypatch.setitem(formats.FORMATS, "xlsx", formats.FORMATS["xlsx"]._replace(most_rows=1000))
    words = (
        r"sessions has 1,392 rows, and a sheet of Excel holds 1,000 below its row of names: leave it out with "
        r"--table runs --table series --table episodes, or export to csv, sav or dta\."
    )
    with pytest.raises(TearSimError, match=words):
        tearsim.export(results, to="xlsx", out=tmp_path / "new")
    assert not (tmp_path / "new").exists()
    assert tearsim.export(results, to="xlsx", tables=["runs"], out=tmp_path / "new")


@pytest.mark.parametrize("to", ["csv", "xlsx", "sav", "dta"])
def test_what_a_full_disk_cuts_short_is_refused_and_leaves_nothing(results, tmp_path, to):
    """Also where a block ends, at which the library for SPSS files notices nothing."""
    whole = tearsim.export(results, to=to, tables=["sessions"], out=tmp_path / "whole")[0].stat().st_size
    for most in (0, 1, *range(4096, whole, whole // 8), whole - 1):
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
        try:
            with pytest.raises(TearSimError, match="cannot be written to: "):
                tearsim.export(results, to=to, tables=["sessions"], out=tmp_path / "cut")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        assert not list((tmp_path / "cut").iterdir())


def test_a_file_for_spss_without_its_last_rows_is_noticed(results, tmp_path, monkeypatch):
    write = pyreadstat.write_sav
    monkeypatch.setattr(pyreadstat, "write_sav", lambda table, *rest, **more: write(table.iloc[:-1], *rest, **more))
    with pytest.raises(TearSimError, match="a file came out too short, as on a full disk"):
        tearsim.export(results, to="sav", tables=["runs"], out=tmp_path)
    assert not list(tmp_path.iterdir())


def test_files_that_are_there_are_left_alone_unless_told_otherwise(small_experiment, tmp_path, refused, said):
    results = tearsim.sweep(small_experiment, out=tmp_path / "r")
    said("export", "r", "--to", "sav", "--table", "runs", cwd=tmp_path)
    mine = tmp_path / "r/export/r-runs.sav"
    mine.write_bytes(b"what I computed")
    line = refused("export", "r", "--to", "sav", cwd=tmp_path)
    assert line == (
        "tearsim: r/export/r-runs.sav is there already: name another folder with --out, or write over it with --overwrite."
    )
    assert mine.read_bytes() == b"what I computed"
    assert not (tmp_path / "r/export/r-series.sav").exists()
    said("export", "r", "--to", "sav", "--overwrite", cwd=tmp_path)
    assert len(pyreadstat.read_sav(mine)[0]) == 30
    assert tearsim.sweep(small_experiment, out=tmp_path / "r").finished, "exports stand in the way of nothing"
    assert tearsim.export(results.folder, to="csv")[0] == tmp_path / "r/export/r-runs.csv"


def test_what_cannot_be_exported_is_refused_in_one_line(small_experiment, tmp_path, refused):
    tearsim.sweep(small_experiment, out=tmp_path / "r")
    tearsim.sweep(small_experiment, out=tmp_path / "share", shard="1/2")
    (tmp_path / "file").write_text("")

    def line(*words):
        return refused("export", *words, cwd=tmp_path)

    assert line("r", "--to", "spss") == (
        "tearsim: Tables are exported to csv (any program), xlsx (Excel), sav (SPSS, JASP, jamovi), dta (Stata); "
        '"spss" is none of these.'
    )
    assert line("r", "--to", "csv", "--table", "sessions") == (
        "tearsim: r holds no sessions: it keeps runs, series, failures."
    )
    assert line("share", "--to", "csv") == (
        "tearsim: share is shard 1/2 alone: put all together first, with tearsim merge."
    )
    assert line("nowhere", "--to", "csv") == "tearsim: There is no folder nowhere."
    assert line("r", "--to", "csv", "--out", "file") == (
        "tearsim: file cannot be written to: File exists. Name another folder with --out."
    )
    provenance = tmp_path / "r/provenance.json"
    provenance.write_text(provenance.read_text().replace('"finished": true', '"finished": false'))
    assert line("r", "--to", "csv").startswith("tearsim: r is unfinished: run its sweep to the end first")
    assert not (tmp_path / "r/export").exists()


@pytest.mark.parametrize(("to", "library"), [("sav", "pyreadstat"), ("xlsx", "openpyxl")])
def test_a_library_that_is_missing_is_named_with_how_to_install_it(
    small_experiment, tmp_path, refused, said, monkeypatch, to, library
):
    tearsim.sweep(small_experiment, out=tmp_path / "r")
    monkeypatch.setitem(sys.modules, library, None)
    line = refused("export", "r", "--to", to, cwd=tmp_path)
    assert f"({library} not found): pip install '.[export]' in a copy of the repository" in line
    assert not (tmp_path / "r/export").exists()
    assert said("export", "r", "--to", "csv", "--json", cwd=tmp_path)
    assert said("export", "r", "--to", "dta", "--json", cwd=tmp_path)


def test_the_command_names_its_files_and_what_had_to_be_renamed(results, tmp_path, said, ended):
    told = said("export", results.folder, "--to", "dta", "--table", "runs", "--out", "here", cwd=tmp_path).splitlines()
    assert told[:3] == [str(Path("here") / f"all-{name}.dta") for name in ("runs", "codebook", "about")]
    assert told[3] == f"{LONG} is called {LONG[:32]} there: .dta files limit the length of names."
    assert "compare within replicates" in told[4]
    answer = said("export", results.folder, "--to", "xlsx", "--out", "here", "--json", cwd=tmp_path)
    assert json.loads(answer) == {"files": [str(Path("here") / "all.xlsx")]}
    assert ended("export", results.folder, "--to", "xlsx", "--out", "other", cwd=tmp_path)[2] == ""


def test_the_documentation_shows_what_the_command_says_and_columns_that_there_are(repository, results, tmp_path, said):
    text = (repository / "docs/spss-r-excel.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```text\n(.*?)```", text, re.DOTALL)
    (command,) = re.findall(r"^tearsim (export .*)$", text, re.MULTILINE)
    tearsim.sweep(
        repository / "experiments/tears_and_dropout", out=tmp_path / "results/tears_and_dropout", replicates=1
    )
    assert said(*command.split(), cwd=tmp_path) == shown
    columns = {column for _, column in results.describe().index} | set(PARAMETERS)
    named = set(
        re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", "".join(re.findall(r"```(?:r|spss|stata)\n(.*?)```", text, re.DOTALL)))
    )
    assert named - columns <= {"tears_and_dropout", "read_sav", "as_factor"}
    long = [name for name in PARAMETERS if len(name) > 32]
    assert len(long) == 2
    assert all(f"`{name}`" in text for name in long)
