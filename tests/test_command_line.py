"""The commands as people type them."""

import json
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from tearsim.cli.options import without_place
from tearsim.evidence.patterns import findings
from tearsim.science.fitted import worlds_of
from tearsim.science.parameters import PARAMETERS
from tearsim.worlds.outcomes import OUTCOMES
from tearsim.worlds.simulate import simulate

NAMES = [
    "sessions",
    "alliance_session3",
    "alliance_mean",
    "alliance_final",
    "dropout_rate",
    "completed_rate",
    "switched_rate",
    "weeks_to_new_therapist",
    "mean_sessions",
    "distress_change_d",
    "client_tears_per_100_sessions",
    "therapist_tears_per_100_sessions",
    "near_per_100_sessions",
    "open_per_100_sessions",
    "overwhelmed_per_100_sessions",
    "noticed_share",
    "moved_share",
    "unsettled_share",
    "ruptures_per_100_sessions",
    "repaired_share",
]


def run(tearsim, *arguments, cwd=None, expect=0):
    done = subprocess.run([*tearsim, *map(str, arguments)], capture_output=True, text=True, cwd=cwd, check=False)
    assert done.returncode == expect, done.stderr
    return done


def test_a_mistake_ends_in_one_line_and_exit_code_2(tearsim, tmp_path):
    done = run(tearsim, "run", "--set", "therapist_empaty=.5", cwd=tmp_path, expect=2)
    assert done.stderr == 'tearsim: There is no parameter "therapist_empaty". Did you mean "therapist_empathy"?\n'
    assert done.stdout == ""


@pytest.mark.parametrize("seed", [1, pytest.param(99, marks=pytest.mark.slow)])
def test_both_worlds_print_the_same_json(tearsim, seed):
    options = ("run", "--json", "--seed", seed, "--set", "therapists=4", "--weeks", "20", "--set", "tears=leaking")
    ensemble, mesa = (json.loads(run(tearsim, *options, "--world", world).stdout) for world in ("ensemble", "mesa"))
    for answer in (ensemble, mesa):
        del answer["world"], answer["seconds"]
    assert ensemble == mesa
    assert set(NAMES) <= set(ensemble["outcomes"])
    assert ensemble["outcomes"]["sessions"] == 4 * 10 * 20


def test_another_replicate_is_another_fitted_world(said, tmp_path):
    options = ("run", "--json", "--weeks", 2, "--set", "therapists=2", "--set", "estimates=fitted", "--replicate")
    for replicate in (0, 3):
        answer = json.loads(said(*options, replicate, cwd=tmp_path))
        assert answer["replicate"] == replicate
        assert answer["parameters"].items() >= worlds_of("fitted")[replicate].items()


@pytest.mark.once
def test_a_rate_over_nothing_is_missing_rather_than_0(tearsim):
    answer = json.loads(run(tearsim, "run", "--json", "--weeks", 1, "--set", "therapist_tear_propensity=0").stdout)
    assert answer["outcomes"]["felt_per_100_sessions"] == 0
    assert answer["outcomes"]["noticed_share"] is None
    assert answer["outcomes"]["weeks_to_new_therapist"] is None
    assert answer["outcomes"]["alliance_session3"] is None


@pytest.mark.parametrize("world", ["ensemble", "mesa"])
@pytest.mark.parametrize("name", [name for name, p in PARAMETERS.items() if p.unit == "0 to 1"])
def test_traits_of_exactly_0_and_1_are_legal(name, world):
    for median in (0, 1):
        assert simulate(world=world, weeks=3, therapists=2, caseload=3, **{name: median}).outcomes["sessions"] == 18


def test_a_run_shows_every_outcome_with_its_unit(tearsim):
    shown = run(tearsim, "run", "--weeks", 5).stdout
    for name in OUTCOMES:
        assert name in shown


@pytest.mark.once
def test_a_log_has_a_row_for_each_session_and_each_episode(tearsim, refused, tmp_path):
    done = run(tearsim, "run", "--weeks", 15, "--set", "therapists=5", "--log", tmp_path / "log")
    said = done.stdout.splitlines()[-1]
    assert all(str(tmp_path / "log" / f"{name}.parquet") in said for name in ("sessions", "episodes"))
    sessions, episodes = (pd.read_parquet(tmp_path / "log" / f"{name}.parquet") for name in ("sessions", "episodes"))
    assert len(sessions) == 5 * 10 * 15
    assert episodes["sessions"].sum() == len(sessions)
    assert set(sessions["reception"]) <= {"none", "moved", "unmoved", "unsettled"}
    refusal = refused("run", "--weeks", 15, "--log", tmp_path / "log", cwd=tmp_path)
    assert "already holds sessions.parquet" in refusal


def test_the_parameters_are_listed_in_three_ways(tearsim):
    listed = json.loads(run(tearsim, "parameters", "--json").stdout)
    assert [entry["name"] for entry in listed] == list(PARAMETERS)
    assert all(entry["meaning"] and entry["unit"] and entry["source"] and entry["status"] for entry in listed)
    markdown = run(tearsim, "parameters", "--markdown").stdout
    table = run(tearsim, "parameters").stdout
    for name in PARAMETERS:
        assert f"| `{name}` |" in markdown
        assert f" {name} " in table


@pytest.mark.once
def test_a_sweep_leaves_tables_provenance_and_the_experiment_and_prints_its_answer(tearsim, small_experiment, tmp_path):
    done = run(tearsim, "sweep", small_experiment, "--workers", 2, "--no-report", cwd=tmp_path)
    folder = tmp_path / "results" / "small"
    assert {"runs.parquet", "series.parquet", "provenance.json", "experiment.toml"} <= {
        f.name for f in folder.iterdir()
    }
    runs = pd.read_parquet(folder / "runs.parquet")
    assert len(runs) == 3 * 2 * 5
    assert {"design_point", "replicate", "therapist_tear_propensity", "tears", *NAMES} <= set(runs)
    assert len(pd.read_parquet(folder / "series.parquet")) == 3 * 2 * 5 * 6
    told = " ".join(done.stdout.split())
    assert "What moves alliance and dropout in a whole practice" in told
    assert "This holds in the default world, one of many that fit the evidence." in told
    assert "Means in the default world, with 95 % intervals over replicates." in told
    assert "30 of 30 runs" in done.stderr


CALIBRATION_FILE = Path(__file__).parents[1] / "experiments/calibration/calibration.toml"
MISTAKES = {
    "unknown parameter": (["run", "--set", "therapist_empaty=.5"], 'no parameter "therapist_empaty". Did you mean "therapist_empathy"?'),
    "outside its limits": (["run", "--set", "therapist_empathy=1.5"], "therapist_empathy goes from 0 to 1; 1.5 is outside."),
    "wrong type": (["run", "--set", "therapists=many"], "therapists takes a whole number (1 to 1000); 'many' is not one."),
    "half a therapist": (["run", "--set", "therapists=2.5"], "therapists takes a whole number (1 to 1000); '2.5' is not one."),
    "not a number": (["run", "--set", "bond_gains=nan"], "bond_gains takes a number (-20 to 20); 'nan' is not one."),
    "unknown choice": (["run", "--set", "tears=hidden"], 'tears is one of "shown", "held back", "voiced", "leaking"; \'hidden\' is not.'),
    "weeks twice": (["run", "--weeks", "3", "--set", "weeks=4"], "weeks is given twice: by --weeks and by --set."),
    "a week without a client": (["run", "--set", "hold_back_week=3"], "hold_back_week needs hold_back_client"),
    "a name too long": (["sweep", "x" * 300], "File name too long."),
    "a choice misspelt": (["run", "--set", "tears=held_back"], 'Did you mean "held back"?'),
    "no such parameter to tell of": (["parameters", "ruptur_drop"], 'No parameter has "ruptur_drop" in its name. Did you mean "rupture_drop"?'),
    "no equals sign": (["run", "--set", "therapists"], '--set takes NAME=VALUE; "therapists" has no "=".'),
    "given twice": (["run", "--set", "weeks=3", "--set", "weeks=4"], "--set weeks is given twice."),
    "unknown world": (["run", "--world", "disc"], 'The world is "ensemble" or "mesa"; \'disc\' is not.'),
    "seed too large": (["run", "--seed", str(2**64)], "The seed is a whole number from 0 to 18446744073709551615"),
    "too many places": (["run", "--set", "therapists=1000", "--set", "caseload=201"], "caseload goes from 1 to 200"),
    "no such week": (["run", "--set", "hold_back_week=-1"], "hold_back_week goes from 0 to 5200; -1 is outside."),
    "missing file": (["sweep", "nowhere.toml"], "nowhere.toml: there is no such file."),
    "a folder without one": (["sweep", "."], "experiment.toml: there is no such file."),
    "unknown finding": (["check", "--protocol", "dose-9"], 'There is no finding "dose-9". Did you mean "dose-8"?'),
    "unknown role": (["check", "--role", "fit"], 'The role is one of cal, val, doubt; "fit" is not.'),
    "a check of another size": (["check", "--set", "weeks=20"], "weeks cannot be set for a check"),
    "no such theory to sweep under": (["sweep", "tears_and_dropout", "--theory", "x"], "tearsim: There is no theory 'x'. They are listed by: tearsim theories."),
    "no such theory to run under": (["run", "--theory", "x"], "tearsim: There is no theory 'x'. They are listed by: tearsim theories."),
    "no calibration": (["calibrate", "nowhere.toml", "--out", "out"], "nowhere.toml: there is no such file."),
    "unknown estimates": (["run", "--set", "estimates=best"], 'estimates is one of "default", "fitted", "open"; \'best\' is not.'),
    "no results to merge": (["merge", "nowhere"], "There is no folder nowhere."),
    "no results to report": (["report", "nowhere"], "There is no folder nowhere."),
    "no results to analyse": (["sensitivity", "nowhere"], "There is no folder nowhere."),
    "two formats": (["parameters", "--json", "--markdown"], "exclude each other"),
    "results that are a file": (["report", __file__], "test_command_line.py is a file; results are a folder."),
    "no finding of that name, nor one like it": (["check", "--protocol", "nothing"], "tearsim check names them all."),
    "no such estimand": (["effects", "first_teer"], 'Did you mean "first_tear"?'),
    "weeks that are words": (["effects", "first_tear", "--at", "0,soon"], '--at takes whole numbers with commas between them, like 0,4,12; "0,soon" is not.'),
    "an option by its old name": (["effects", "first_tear", "--weeks", "0,4"], "--weeks is now called --at, as in Python"),
    "groups that there are not": (["effects", "--by", "culture"], "Effects can be split by one of level, origin,"),
    "no such claim": (["claims", "necesary"], 'There is no claim "necesary". Did you mean "necessary"?'),
    "claims into a file": (["claims", "necessary", "--out", __file__], "test_command_line.py is a file, not a folder. Choose another with --out."),
    "claims into a folder that cannot be made": (["claims", "necessary", "--out", f"{__file__}/board"], "board cannot be written to: Not a directory. Choose another with --out."),
    "a calibration into a file": (["calibrate", str(CALIBRATION_FILE), "--out", __file__], "test_command_line.py is a file, not a folder. Choose another with --out."),
    "no such study": (["plan", "survey_of_therapist"], 'Did you mean "survey_of_therapists"?'),
    "numbers of therapists that are words": (["plan", "survey_of_therapists", "--therapists", "ten"], '--therapists takes whole numbers, like 50,100,200; "ten" is not that.'),
    "a name with a folder in it": (["new", "mine/first"], "A name has letters, digits, - and _, and begins with a letter or a digit; 'mine/first' does not fit."),
    "a study without a name": (["new-study", ""], "and begins with a letter or a digit; '' does not fit."),
    "no such preset": (["replay", "x.html", "--preset", "loud"], "There is no preset 'loud'; there are fitted, stoic,"),
    "a replay in the place of a folder": (["replay", str(Path(__file__).parent), "--overwrite"], "is a folder: name a file in it, like "),
    "a replay into nowhere": (["replay", "nowhere/x.html", "--weeks", "2"], "nowhere/x.html: there is no folder nowhere to write it into."),
    "no such theory": (["theories", "nosuch"], 'No theory has "nosuch" in its name or question.'),
    "scores without a folder": (["theories", "--score", "file.toml"], "Scoring takes both --score FILE, which says how thoroughly, and --out DIR."),
    "no such table": (["export", "nowhere", "--to", "xls"], '"xls" is none of these.'),
    "an option misspelt": (["bench", "--jsn"], "No such option: --jsn"),
    "a command misspelt": (["swep"], "Did you mean 'sweep'?"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--shard", "4/3"], 'A shard is written k/n with k from 1 to n, like 2/3, n up to 100,000; "4/3" is not.'),
        (["--scheduler", "nonsense"], 'A scheduler has an address like tcp://127.0.0.1:8786; "nonsense" is not.'),
        (["--scheduler", "tcp://127.0.0.1:9"], "No Dask scheduler answers at tcp://127.0.0.1:9: Connection refused."),
        (
            ["--seed", str(2**64)],
            "The seed is a whole number from 0 to 18446744073709551615; 18446744073709551616 is not.",
        ),
    ],
)
def test_a_mistake_in_how_to_sweep_is_one_line_and_leaves_nothing_behind(
    refused, small_experiment, tmp_path, options, words
):
    assert words in refused("sweep", small_experiment, *options, cwd=tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["small"]


def test_brackets_in_words_and_names_are_printed_as_they_are(said, small_experiment, tmp_path):
    file = small_experiment / "experiment.toml"
    file.write_text(file.read_text().replace("A small one", "a [/b] c"))
    shown = said("sweep", small_experiment, "--out", "r[bold]q", "--no-report", cwd=tmp_path)
    assert "a [/b] c" in shown
    assert "30 runs in r[bold]q:" in shown


@pytest.mark.once
def test_the_provenance_of_a_command_names_no_folder_person_or_address(tearsim, small_experiment, tmp_path):
    out = tmp_path / "home" / "alice" / "mine"
    run(tearsim, "sweep", small_experiment, f"--out={out}", "--seed", 3, "--no-report", cwd=tmp_path)
    held = json.loads((out / "provenance.json").read_text())
    assert held["command"] == "tearsim sweep small --out=mine --seed 3 --no-report"
    assert "alice" not in json.dumps(held)
    assert without_place("tcp://node17.somewhere.edu:8786") == "ADDRESS"
    assert without_place("results/mine") == "results/mine"


def test_a_dry_run_says_what_a_sweep_would_take_and_writes_nothing(said, small_experiment, tmp_path):
    shown = said("sweep", small_experiment, "--dry-run", "--replicates", 7, cwd=tmp_path)
    assert "design points   6" in shown
    assert "runs            42" in shown
    assert "sessions        about 3,024" in shown
    for what in ("time ", "disk ", "Nothing was run or written."):
        assert what in shown
    answer = json.loads(said("sweep", small_experiment, "--dry-run", "--json", cwd=tmp_path))
    assert answer["runs"] == 30
    assert answer["seconds"] > 0
    shard = said("sweep", small_experiment, "--dry-run", "--shard", "2/2", cwd=tmp_path)
    assert "runs            0" in shard  # six points in one chunk: the first shard has it all
    assert [entry.name for entry in tmp_path.iterdir()] == ["small"]


@pytest.mark.once
def test_shards_are_run_and_merged_from_the_command_line_and_summed_up_as_json(said, small_experiment, tmp_path):
    for k in (1, 2):
        answer = json.loads(said("sweep", small_experiment, "--shard", f"{k}/2", "--json", cwd=tmp_path))
        assert answer["folder"] == f"results/small-shard-{k}-of-2"
        assert answer["runs_done"] == answer["runs"] == (30 if k == 1 else 0)  # all in one chunk
    folders = [f"results/small-shard-{k}-of-2" for k in (2, 1)]
    merged = json.loads(said("merge", *folders, "--json", cwd=tmp_path))
    assert merged["folder"] == "results/small"
    assert merged["report"] == "results/small/report.html"
    assert (merged["finished"], merged["runs"], merged["failed"]) == (True, 30, 0)
    written = (tmp_path / merged["report"]).stat().st_mtime_ns
    again = said("sweep", small_experiment, cwd=tmp_path)
    assert "These results were finished already: nothing was run." in again
    assert "The report, to read and to print: results/small/report.html" in again
    assert (tmp_path / merged["report"]).stat().st_mtime_ns == written, "it is there already"
    assert not list(tmp_path.glob("results/*shard*/report.html"))
    assert said("sweep", small_experiment, "--quiet", "--seed", 2, "--out", "o", "--no-report", cwd=tmp_path) == ""
    assert not (tmp_path / "o" / "report.html").exists()


def test_a_report_is_written_again_when_asked_for_and_opened(said, small_experiment, tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setattr("tearsim.show.report.report.report_html", lambda answer: f"report of {len(answer.runs)} runs")
    said("sweep", small_experiment, "--no-report", cwd=tmp_path)
    assert said("report", "results/small", "--open", cwd=tmp_path) == "results/small/report.html\n"
    file = tmp_path / "results" / "small" / "report.html"
    assert file.read_text() == "report of 30 runs"
    assert opened == [file.as_uri()]


def test_a_report_that_fails_is_a_line_and_the_sweep_is_none_the_worse(ended, small_experiment, tmp_path, monkeypatch):
    def fails(results):
        raise ZeroDivisionError("so it goes")

    monkeypatch.setattr("tearsim.show.report.report.report_html", fails)
    code, output, errors = ended("sweep", small_experiment, cwd=tmp_path)
    assert code == 0
    assert "30 runs in results/small" in output
    assert "The report" not in output
    words = (
        "tearsim: the results are there, but not their report: so it goes. To try again: tearsim report results/small"
    )
    assert errors.splitlines()[-1] == words
    assert len(pd.read_parquet(tmp_path / "results" / "small" / "runs.parquet")) == 30


def test_a_sampled_sweep_says_how_far_outcomes_range_and_what_to_ask_next(said, tmp_path):
    (tmp_path / "sampled.toml").write_text(
        'title = "s"\nquestion = "q"\n[parameters]\nweeks = 4\ntherapists = 2\n[design]\nkind = "morris"\n'
        'samples = 4\nreplicates = 3\nvary = ["client_empathy", "bond_moved"]\n[design.cross]\n'
        'tears = ["shown", "held back"]\n'
    )
    shown = said("sweep", "sampled.toml", "--no-report", cwd=tmp_path)
    assert "Over 12 design points, tears shown (3 replicates of each)" in shown
    assert "shown rather than held back" in " ".join(shown.split())
    assert "Which parameters made the difference: tearsim sensitivity results/sampled" in shown
    indices = said("sensitivity", "results/sampled", "--resamples", 20, cwd=tmp_path)
    assert "what showing the tears did" in indices


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_line_and_leaves_nothing_behind(refused, tmp_path, mistake):
    arguments, words = MISTAKES[mistake]
    assert words in refused(*arguments, cwd=tmp_path)
    assert list(tmp_path.iterdir()) == []


DRAWS = {
    "check": ["check", "--picture"], "effects": ["effects", "first_tear", "--practices", "1", "--out"],
    "replay": ["replay"],
}  # fmt: skip


@pytest.mark.parametrize("command", DRAWS)
def test_whatever_draws_a_page_refuses_before_anything_is_run_what_it_could_not_write_or_would_destroy(
    refused, tmp_path, command, monkeypatch
):
    def ran(*_, **__):
        raise AssertionError("It was run.")

    for work in ("study.check.check", "study.effects.asking.effects", "show.page.replay.file.replay_html"):
        monkeypatch.setattr(f"tearsim.{work}", ran)
    (tmp_path / "there.html").write_text("mine")
    (tmp_path / "mine.toml").write_text("mine")
    (tmp_path / "folder.html").mkdir()
    before = sorted(tmp_path.iterdir())
    *_, option = DRAWS[command]
    named = f"tearsim: {option}: " if option.startswith("--") else "tearsim: "
    for file, words in {
        "there.html": "there.html is there already: choose another file, or add --overwrite.",
        "mine.toml": "mine.toml: it is a page for a browser, so its name ends in .html.",
        "folder.html": "folder.html is a folder: name a file in it, like folder.html/practice.html.",
        "nowhere/x.html": "nowhere/x.html: there is no folder nowhere to write it into.",
    }.items():
        assert refused(*DRAWS[command], file, cwd=tmp_path) == named + words
    for file in ("mine.toml", "folder.html"):
        assert refused(*DRAWS[command], file, "--overwrite", cwd=tmp_path).startswith(f"{named}{file}")
    assert sorted(tmp_path.iterdir()) == before
    assert (tmp_path / "there.html").read_text() == (tmp_path / "mine.toml").read_text() == "mine"


def test_neither_of_two_pages_is_overwritten_unless_asked_for(refused, said, tmp_path):
    (tmp_path / "seen-studies.html").write_text("mine")
    command = [
        "effects",
        "first_tear",
        "--practices",
        2,
        "--at",
        0,
        "--set",
        "weeks=4",
        "--set",
        "therapists=2",
        "--studies",
    ]
    command += ["--out", "seen.html"]
    assert "--out: seen-studies.html is there already" in refused(*command, cwd=tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["seen-studies.html"]
    said(*command, "--overwrite", cwd=tmp_path)
    assert all("<html>" in (tmp_path / name).read_text(encoding="utf-8") for name in ("seen.html", "seen-studies.html"))


def test_a_parameter_can_be_asked_about_by_name(tearsim):
    told = run(tearsim, "parameters", "rupture_drop").stdout
    assert "rupture_drop = 0.79" in told
    assert "allowed: 0 to 5" in told
    assert "estimate: " in told


def test_a_sweep_over_the_manner_of_tears_alone_compares_each_manner_with_tears_held_back(said, tmp_path):
    (tmp_path / "manners.toml").write_text(
        'title = "m"\nquestion = "q"\n[parameters]\nweeks = 4\ntherapists = 2\n[design]\nreplicates = 3\n'
        '[design.vary]\ntears = ["shown", "held back", "voiced"]\n'
    )
    shown = said("sweep", "manners.toml", "--no-report", cwd=tmp_path)
    assert "shown rather than held back" in shown
    assert "“held back” to “voiced”" in shown


def test_help_names_every_command_and_says_what_it_is_not(tearsim):
    shown = run(tearsim, "--help").stdout
    for command in ("sweep", "report", "run", "check", "calibrate", "parameters", "bench"):
        assert command in shown
    assert "never advice" in " ".join(shown.split())


@pytest.mark.slow
def test_the_check_reports_every_finding_and_nine_in_ten_of_those_fitted_to_lie_inside(tearsim, tmp_path):
    done = run(tearsim, "check", "--json", "--seed", 11, "--picture", tmp_path / "forest.html")
    answers = json.loads(done.stdout)["findings"]
    assert [answer["id"] for answer in answers] == [finding.id for finding in findings()]
    judged = [answer for answer in answers if answer["role"] == "cal" and answer["verdict"] in ("inside", "outside")]
    assert len(judged) >= 16
    assert sum(answer["verdict"] == "inside" for answer in judged) >= 0.9 * len(judged)
    assert "<html>" in (tmp_path / "forest.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_check_tells_how_a_finding_is_measured_without_measuring(tearsim):
    shown = " ".join(run(tearsim, "check", "--protocol", "dose-8").stdout.split())
    assert "estimator: Kaplan and Meier's share who have improved" in shown
    assert "convention `confirmed`" in shown


@pytest.mark.slow
def test_the_check_can_be_made_of_other_worlds_and_says_so_in_words(tearsim):
    shown = run(tearsim, "check", "--role", "cal", "--replicates", 2, "--set", "effect_of_tears=none").stdout
    assert "tcit-improved" in shown.rsplit(" outside (")[1].partition(")")[0]
    assert "never advice" in shown
