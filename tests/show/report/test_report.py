"""The report: one file that answers, draws, and says where it comes from, whatever the results."""

import html
import io
import json
import re
import shutil

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rich.console import Console

import tearsim
from tearsim.errors import TearSimError
from tearsim.science.fitted import worlds_of
from tearsim.science.parameters import PARAMETERS
from tearsim.show.report.figures import points as draw_points
from tearsim.show.report.first_screen import BETTER, TOO_SMALL, WORSE, first_screen, strip_of
from tearsim.show.report.report import report_html, write_report
from tearsim.show.report.tables import plain_tables
from tearsim.show.terminal.for_programs import answer_for_programs
from tearsim.show.terminal.sweep_tables import told_at_the_end
from tearsim.show.terminal.whole_table import WholeTable
from tearsim.show.words.contrasts import in_short
from tearsim.show.words.english import MINUS
from tearsim.show.words.measures import SAW
from tearsim.show.words.rows import SawRow, size_of
from tearsim.show.words.sections import sections
from tearsim.study.answers import answer, those_who_saw
from tearsim.study.answers.answer import Answer, People
from tearsim.study.answers.contrasts import contrasts_of
from tearsim.study.estimates import Estimate, range_with_middle
from tearsim.study.sweeps.runner import Progress
from tests.sealing import of_an_earlier_version, sealed_again

TINY = {"therapists": 3, "caseload": 4, "weeks": 6}


def swept(folder, design, title="A small one", question="Does it run?", **parameters):
    content = {"title": title, "question": question, "parameters": {**TINY, **parameters}, "design": design}
    return tearsim.sweep(content, out=folder)


GRID = {"replicates": 3, "vary": {"therapist_tear_propensity": [0.2, 0.5, 0.9], "client_boundary_sensitivity": [0.2, 0.8],
        "tears": ["shown", "held back"]}}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def few_people():
    """As many people as tell what is asked of them here; how many are enough, others ask (`test_those_who_saw`)."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(those_who_saw, "MOST_CLIENT_WEEKS", 1_500_000)
        yield


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return swept(
        tmp_path_factory.mktemp("report") / "small",
        GRID,
        'Tears <b>&</b> "quotes"',
        "Is 1 < 2 & </script><script>x()</script>?",
    )


@pytest.fixture(scope="module")
def page(results):
    return write_report(Answer(results)).read_text(encoding="utf-8")


@pytest.fixture
def nobody(monkeypatch):
    """No people are lived again, which takes the longest."""
    monkeypatch.setattr(Answer, "people", People(None, None))


def words_of(page):
    """What a reader reads: no scripts, no styles, no tags."""
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def test_it_is_one_small_file_that_needs_nothing_from_elsewhere(results, page):
    assert (results.folder / "report.html").stat().st_size < 10_000_000
    assert len(re.findall(r"plotly\.js v\d", page)) == 1
    outside = re.sub(r"<script\b.*?</script>", "", page, flags=re.DOTALL)
    assert not re.search(r"src=|href=\"(?!#)|url\(|@import", outside)
    assert "Content-Security-Policy\" content=\"default-src 'none'" in page


def test_it_has_every_figure_that_fits_a_grid_each_with_words_for_who_cannot_see_it(page):
    plots = re.findall(r'<div class="plot" role="img" aria-label="([^"]+)">', page)
    curves, maps, people = 2 * 2, 4, 3
    assert len(plots) == len(re.findall(r'Plotly\.newPlot\(\s*"', page)) == page.count("<figcaption>")
    assert len(plots) == curves + maps + people
    assert all(len(words) > 60 for words in plots)
    assert page.count("<h1") == 1
    assert '<html lang="en-GB">' in page


def test_what_others_wrote_is_shown_and_never_run(page):
    assert "Is 1 < 2 & </script><script>x()</script>?" in words_of(page)
    assert "<script>x()" not in page
    assert "<b>&</b>" not in page


def test_its_answer_is_what_the_numbers_say(results, page):
    there, read = contrasts_of(results.runs, results.experiment), words_of(page)
    for words in in_short(there):
        assert words in read
    for section in sections(there):
        for paragraph in section.paragraphs:
            assert paragraph.words in read


def test_every_parameter_is_listed_with_its_value_unit_status_and_source(results, page):
    read = words_of(page)
    for name, p in PARAMETERS.items():
        assert f"{p.unit} {p.meaning} {p.status} {p.source}" in read, name
    assert "0.2, 0.5, 0.9" in read
    assert f"What is the same at every design point: {len(PARAMETERS) - 3} parameters" in read


def test_it_says_how_to_repeat_it_and_what_it_is_not(results, page):
    read = words_of(page)
    held = results.provenance
    for value in (held["command"], held["source_hash"], held["experiment_hash"], held["machine_fingerprint"]):
        assert value in read
    assert "never advice about a person" in read
    assert "They hold the luck of the simulation and nothing else" in read
    assert re.search(r"\d+ are assumptions that nobody has measured", read)


def test_what_is_unfinished_a_shard_or_lost_is_refused_in_one_line(small_experiment, tmp_path):
    with pytest.raises(ZeroDivisionError):
        tearsim.sweep(small_experiment, out=tmp_path / "unfinished", report=lambda progress: 1 / 0)
    shard = tearsim.sweep(small_experiment, out=tmp_path / "shard", shard="1/2")
    lost = tearsim.sweep(small_experiment, out=tmp_path / "lost")
    (lost.folder / "runs.parquet").unlink()
    for results, words in (
        (tearsim.open_results(tmp_path / "unfinished"), "unfinished: run its sweep to the end first"),
        (shard, "is shard 1/2 alone: put all together first, with tearsim merge"),
        (tearsim.open_results(lost.folder), r"runs\.parquet is missing"),
    ):
        with pytest.raises(TearSimError, match=words):
            write_report(Answer(results))
        assert not (results.folder / "report.html").exists()


@pytest.mark.parametrize("table", ["runs", "series", "failures"])
def test_a_report_is_made_of_no_folder_in_which_a_table_broke_whether_or_not_it_tells_of_it(results, table, tmp_path):
    folder = shutil.copytree(results.folder, tmp_path / "broken")
    (folder / "report.html").unlink(missing_ok=True)
    with open(folder / f"{table}.parquet", "rb+") as file:
        file.truncate(100)
    words = rf"broken/{table}\.parquet is not as it was written, .*: put it back as it was, or remove the folder and"
    with pytest.raises(TearSimError, match=words):
        write_report(Answer(tearsim.open_results(folder)))
    assert not (folder / "report.html").exists()


def test_results_without_what_a_report_is_made_from_are_refused_in_one_line(results, tmp_path):
    folder = shutil.copytree(results.folder, tmp_path / "older")
    runs = pq.read_table(folder / "runs.parquet")
    pq.write_table(runs.drop_columns(["unsettled_share"]), folder / "runs.parquet")
    of_an_earlier_version(folder)
    with pytest.raises(TearSimError, match=r"runs\.parquet cannot be read: .*unsettled_share"):
        report_html(Answer(tearsim.open_results(folder)))


def test_results_of_another_version_of_the_model_are_told_as_such_and_their_people_stay_away(results, tmp_path):
    folder = shutil.copytree(results.folder, tmp_path / "older")
    file = folder / "provenance.json"
    file.write_text(file.read_text().replace(results.provenance["source_hash"], "0" * 64))
    read = words_of(report_html(Answer(tearsim.open_results(folder))))
    assert "made by another version of the model" in read
    assert "cannot be checked" not in read
    assert "The people behind the numbers" not in read
    assert "There is no closer look at the people behind these numbers" in read


def test_results_from_before_there_were_digests_say_that_they_cannot_be_checked(results, tmp_path):
    folder = shutil.copytree(results.folder, tmp_path / "older")
    of_an_earlier_version(folder)
    read = words_of(report_html(Answer(tearsim.open_results(folder))))
    assert "Whether these results are as they were written cannot be checked" in read


def test_where_every_run_failed_it_says_so_and_what_the_first_said(results, tmp_path):
    folder = shutil.copytree(results.folder, tmp_path / "failed")
    runs = pq.read_table(folder / "runs.parquet")
    pq.write_table(runs.slice(0, 0), folder / "runs.parquet")
    failed = {"design_point": [0], "replicate": [0], "error": ["ZeroDivisionError"], "message": ["so it goes"]}
    schema = pq.read_schema(folder / "failures.parquet")
    pq.write_table(
        pa.Table.from_pandas(pd.DataFrame(failed), schema, preserve_index=False), folder / "failures.parquet"
    )
    sealed_again(folder)
    read = words_of(report_html(Answer(tearsim.open_results(folder))))
    assert "No run came to an end, so nothing can be said." in read
    assert "ZeroDivisionError: so it goes" in read
    assert "How to repeat it" in read


def test_one_point_and_one_replicate_make_a_report_without_an_interval(tmp_path, nobody):
    one = swept(tmp_path / "one", {"replicates": 1, "vary": {"therapist_tear_propensity": [0.5]}})
    read = words_of(report_html(Answer(one)))
    assert "At the one design point, the alliance was 5." in read
    assert "One replicate was run, so these numbers have no intervals" in read
    assert "nan" not in read.replace("Fitzpatrick", "")


def test_a_list_is_drawn_and_told_point_by_point(tmp_path, nobody):
    points = [{"therapist_empathy": 0.3}, {"therapist_empathy": 0.8, "caseload": 3}, {"tears": "voiced"}]
    content = {
        "title": "t",
        "question": "q",
        "parameters": {"therapists": 3, "weeks": 6},
        "design": {"kind": "list", "replicates": 3, "points": points},
    }
    listed = tearsim.sweep(content, out=tmp_path / "list")
    page = report_html(Answer(listed))
    assert "The points, each compared with point 0" in words_of(page)
    assert page.count('class="plot"') == 1
    figure = draw_points(Answer(listed))
    mean = listed.runs.groupby("design_point")["alliance_mean"].mean()
    assert list(figure.data[0].x) == pytest.approx((1 + 6 * mean).tolist()), "rated from 1 to 7"
    assert list(figure.layout.yaxis.ticktext)[1].replace("<br>", " ") == "1: therapist empathy 0.8, caseload 3"


@pytest.mark.parametrize("kind", ["latin", "morris"])
def test_a_sample_is_told_over_its_ranges(tmp_path, nobody, kind, monkeypatch):
    monkeypatch.setattr(
        answer, "sensitivity", lambda results, outcome: tearsim.sensitivity(results, outcome, resamples=20)
    )
    design = {
        "kind": kind,
        "samples": 4 if kind == "morris" else 8,
        "replicates": 3,
        "vary": ["therapist_empathy", "bond_moved"],
        "cross": {"tears": ["shown", "held back"]},
    }
    read = words_of(report_html(Answer(swept(tmp_path / kind, design))))
    assert "Therapist empathy, from 0.15 to 0.85" in read
    assert "a straight line fitted to all parameters at once" in read
    assert ("Which parameters matter" in read) == (kind == "morris")
    assert ("draws its points in trajectories" in read) == (kind == "morris")
    assert "0.15 to 0.85, sampled" in read


def test_a_manner_of_tears_beside_the_two_arms_has_its_part_of_a_page(tmp_path, nobody):
    design = {
        "kind": "latin",
        "samples": 6,
        "replicates": 3,
        "vary": ["therapist_empathy"],
        "cross": {"tears": ["shown", "held back", "voiced"]},
    }
    results = swept(tmp_path / "manners", design)
    page = report_html(Answer(results))
    curves_of_empathy, curves_of_tears = 2, 2
    assert page.count('class="plot"') == curves_of_empathy + curves_of_tears
    read = words_of(page)
    assert "Tears, compared with “held back”" in read
    assert (
        "In the default world, one of many that fit the evidence, over all points with tears shown or held back" in read
    )
    tables = plain_tables(Answer(results))
    assert [table.title.split(" (")[0] for table in tables] == ["Over 6 design points, tears shown", "By tears"]
    assert [row[0] for row in tables[1].rows] == [["held back"], ["shown"], ["voiced"]]


def test_fitted_worlds_are_told_of_where_parameters_are_listed(tmp_path, nobody):
    fitted = swept(
        tmp_path / "fitted", {"replicates": 2, "vary": {"therapist_empathy": [0.3, 0.6]}}, estimates="fitted"
    )
    read = words_of(report_html(Answer(fitted)))
    assert "also what the evidence leaves open" in read
    whole = f"{len(PARAMETERS) - 1} parameters, {len(worlds_of('fitted')[0])} of which differ from world to world"
    assert f"What is the same at every design point: {whole}" in read
    lowest, middle, highest = range_with_middle([world["eyes_fill_base"] for world in worlds_of("fitted")])
    said = f"{lowest:.3g} to {highest:.3g} in {len(worlds_of('fitted'))} fitted worlds; the middle is {middle:.3g}"
    assert said.replace("-", MINUS) in read


def test_open_worlds_are_told_of_where_parameters_are_listed(tmp_path, nobody):
    opened = swept(tmp_path / "open", {"replicates": 2, "vary": {"therapist_empathy": [0.3, 0.6]}}, estimates="open")
    read = words_of(report_html(Answer(opened)))
    assert "what the evidence leaves open about tears" in read
    assert f" in {len(worlds_of('open'))} open worlds; the middle is " in read


UNEVEN = {
    "one level held back": [
        *({"therapist_tear_propensity": level, "tears": "shown"} for level in (0.1, 0.5, 0.9)),
        {"therapist_tear_propensity": 0.5, "tears": "held back"},
    ],
    "another span held back": [
        *({"therapist_tear_propensity": level, "tears": "shown"} for level in (0.1, 0.9)),
        *({"therapist_tear_propensity": level, "tears": "held back"} for level in (0.1, 0.5)),
    ],
    "a choice more held back": [
        *({"comfort_learns_from": whom, "tears": "shown"} for whom in ("belief", "truth")),
        *({"comfort_learns_from": whom, "tears": "held back"} for whom in ("belief", "truth", "nothing")),
    ],
}


@pytest.mark.parametrize("uneven", UNEVEN)
def test_worlds_without_the_same_levels_are_not_set_side_by_side(uneven, tmp_path, nobody):
    results = swept(tmp_path / "uneven", {"kind": "list", "replicates": 3, "points": UNEVEN[uneven]})
    there = contrasts_of(results.runs, results.experiment)
    assert there.shown
    assert not there.held_back
    assert not there.of_showing
    words = words_of(report_html(Answer(results)))
    assert "own doing" not in words
    assert "With the tears held back" not in words


def test_no_part_of_a_page_says_that_intervals_hold_luck_alone_where_worlds_are_fitted(tmp_path, nobody):
    results = swept(tmp_path / "fitted", {"replicates": 3, "vary": {"client_empathy": [0.2, 0.8]}}, estimates="fitted")
    words = words_of(report_html(Answer(results)))
    assert "They hold luck and what the evidence leaves open." in words
    assert "luck alone" not in words
    assert not any("nothing else" in sentence for sentence in tearsim.answer_in_short(results))


SMALL_OPEN = {"replicates": 20, "vary": {"client_boundary_sensitivity": [0.2, 0.8], "tears": ["shown", "held back"]}}


@pytest.fixture(scope="module")
def over_worlds(tmp_path_factory):
    """A sweep over all open worlds there are, of practices in which tears are frequent, and its report."""
    lasting = {"weeks": 20, "therapist_tear_propensity": 0.95, "caseload": 6}
    return Answer(swept(tmp_path_factory.mktemp("worlds") / "open", SMALL_OPEN, estimates="open", **lasting))


def test_the_first_screen_draws_one_line_a_world_on_scales_of_its_own(over_worlds):
    screen = first_screen(over_worlds)
    seen = over_worlds.people.saw
    number = len(seen.worlds["left_within_12"].worlds)
    assert number > 5
    assert [row.label for row in screen.strips] == [
        "left within 12 weeks",
        "alliance after 4 weeks",
        "distress at the last session",
    ]
    assert screen.strips[0].svg.count("stroke-opacity") == number
    ticks = re.findall(r">([^<]+)</text>", screen.strips[0].svg)
    assert ticks == ["−20", "−10", "0", "+10", "+20"]
    assert [(row.label, len(row.cells)) for row in screen.bars] == [
        ("Therapists’ tears", 2),
        ("Client boundary sensitivity", 2),
    ]
    page = report_html(over_worlds)
    assert words_of(page).index("Those who saw tears") < words_of(page).index("What moves alliance and dropout")
    assert "One line is one world that fits the evidence" in words_of(page)
    assert "Too small to matter: left within 12 weeks: one client in a hundred" in words_of(page)


def test_whatever_follows_the_first_screen_is_folded_and_opens_for_print_and_for_who_asks_for_it(over_worlds):
    page = report_html(over_worlds)
    for part in ("sentences", "changes", "people", "numbers", "reading", "parameters", "repeating"):
        assert re.search(rf'<details class="fold( matters)?" id="{part}">', page), part
    assert page.count("<details") == page.count("</details>")
    assert "beforeprint" in page
    printed = set(re.findall(r'<details class="fold matters" id="(\w+)">', page))
    assert printed == {"sentences", "numbers", "reading", "repeating"}, "maps and every parameter stay on the screen"


def test_every_sentence_about_tears_says_in_how_many_worlds_or_in_which(over_worlds, results):
    told = words_of(report_html(over_worlds))
    assert "default world" not in told
    assert "worlds that fit the published evidence" in told
    sentences = in_short(contrasts_of(results.runs, results.experiment))
    assert all(words.startswith("In the default world, one of many that fit the evidence, ") for words in sentences)


def test_colour_only_repeats_what_side_and_band_say():
    how = SAW["alliance_after_4"]

    def strip(value):
        return strip_of(SawRow("", "", size_of(how, Estimate(value / how.factor, np.nan, np.nan, 1), None)))

    lines = {value: strip(value).svg for value in (-0.3, 0.01, 0.3)}
    assert [colour in lines[value] for value, colour in ((-0.3, WORSE), (0.01, TOO_SMALL), (0.3, BETTER))] == [True] * 3
    assert "1 beyond the scale" in strip(5.0).said


def test_programs_get_the_worlds_and_null_for_one_set_of_estimates(over_worlds, results):
    over_worlds.people  # noqa: B018
    told = answer_for_programs(over_worlds)
    json.dumps(told, allow_nan=False)
    for one in (
        told["effects"]["dropout_rate"],
        told["differences"][0],
        told["those_who_saw"]["left_within_12"],
    ):
        assert set(one["worlds"]) >= {"median", "low", "high", "share_above_zero", "number"}
    one_world = answer_for_programs(Answer(results))
    assert one_world["effects"]["dropout_rate"]["worlds"] is None
    assert all(one["worlds"] is None for one in one_world["differences"])
    assert one_world["those_who_saw"] is None, "nobody was asked for"


def test_the_terminal_says_the_cards_before_the_tables(over_worlds):
    over_worlds.people  # noqa: B018
    parts = told_at_the_end(over_worlds, Progress())
    heads = [str(part).split("\n")[0] for part in parts]
    assert heads[1].startswith("Those who saw tears (")
    assert heads[2:4] == ["The whole practice (average of the 2 in this experiment)", "What would change it"]
    who_saw, what_moves = parts[4:6]
    assert isinstance(who_saw, WholeTable)
    assert who_saw.row_count == 3
    assert what_moves.title == "What moves alliance and dropout in a whole practice"
    assert what_moves.caption.startswith("The middle of ")
    console = Console(width=120, file=io.StringIO())
    for part in parts:
        console.print(part, "")
    assert console.file.getvalue().count("\n") <= 60, "one screen of a terminal"
