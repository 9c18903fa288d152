"""Living what claims need: nothing where tears do nothing, the same bits again, and no part believed that was changed."""

import json
import os
import signal
import subprocess
import time
from queue import Queue

import numpy as np
import pytest

from tearsim.errors import TearSimError
from tearsim.science.codes import UNSETTLED
from tearsim.science.fitted import worlds_of
from tearsim.science.settings import checked
from tearsim.study.claims import processes
from tearsim.study.claims.board import OUTCOME_FILE, AskedOfClaims, for_programs, put_to_test
from tearsim.study.claims.declared import read_claims
from tearsim.study.claims.lived import FIRST_LUCK, OF, ClaimsLived, _practised, column, live_practices
from tearsim.study.claims.practices import CASELOAD, CLAIM_PRACTICES, WATCHED
from tearsim.study.claims.processes import live_in_processes
from tearsim.study.effects.following import differences_after
from tearsim.study.effects.lives import first_noticed, live_side_by_side, paired
from tearsim.study.effects.outside import Surroundings, WeeklyLuck

SMALL = ClaimsLived(worlds_of("open")[:3], therapists=12, surveyed=20)
# Claims that tears do something, told by the same people under the same luck.
OF_EFFECTS = ("release", "strengthen", "normalises", "worse-first", "not-too-emotional", "necessary")


def quiet(_):
    pass


@pytest.fixture(scope="module")
def lived_once(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lived")
    return folder, live_practices(SMALL, ["usual"], folder, 1, quiet)


def test_the_same_claims_live_the_same_bits_again_whatever_is_on_disk_already(lived_once, tmp_path):
    folder, rows = lived_once
    assert live_practices(SMALL, ["usual"], tmp_path, 2, quiet).equals(rows)
    assert live_practices(SMALL, ["usual"], folder, 1, quiet).equals(rows)


@pytest.mark.slow
@pytest.mark.once
def test_several_processes_live_the_same_bits_and_what_one_of_them_cannot_do_is_done_without_it(
    lived_once, tmp_path, monkeypatch
):
    _, rows = lived_once
    monkeypatch.setattr(processes, "WORTH_A_PROCESS", 1)
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    told = []
    assert live_in_processes(SMALL, ["usual"], whole, 2, told.append).equals(rows)
    assert [now.done for now in told][-1] == told[-1].worlds == SMALL.lucks * len(SMALL.worlds)
    monkeypatch.setattr(processes, "_LIVE", "raise SystemExit(3)")
    assert live_in_processes(SMALL, ["usual"], broken, 2, quiet).equals(rows)
    parts = [sorted((folder / "parts").iterdir()) for folder in (whole, broken)]
    assert [part.read_bytes() for part in parts[0]] == [part.read_bytes() for part in parts[1]]


def test_a_process_that_ends_before_it_has_read_what_it_is_given_stops_nobody(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "_LIVE", "import sys; sys.stdin.close(); raise SystemExit(3)")
    much, said = SMALL._replace(worlds=worlds_of("open")), Queue()
    assert processes._begin(processes._Given(much, [], tmp_path), said).wait() == 3
    assert said.get(timeout=10) is None


def test_a_part_that_was_changed_is_lived_anew_and_a_whole_one_is_read(lived_once):
    folder, rows = lived_once
    first, second = sorted((folder / "parts").iterdir())
    first.write_bytes(first.read_bytes()[:-40] + b"0" * 40)
    untouched = second.stat().st_mtime_ns
    assert live_practices(SMALL, ["usual"], folder, 1, quiet).equals(rows)
    assert second.stat().st_mtime_ns == untouched


def test_other_luck_is_other_luck_and_worlds_share_it(lived_once):
    _, rows = lived_once
    values = rows[column("usual", "eyes_that_fill")].to_numpy().reshape(SMALL.lucks, -1)
    assert not np.array_equal(values[0], values[1])


def test_before_the_first_noticed_tears_both_worlds_are_the_same(lived_once):
    """So whoever is compared has a partner, and at once nothing but the tears differs."""
    _, rows = lived_once
    assert (rows[column("usual", "alliance_at_once") + OF] > 0).all()
    assert (rows[column("usual", "alliance_at_once") + OF] == rows[column("usual", "unsettles_clients") + OF]).all()


def test_where_tears_do_nothing_every_contrast_is_exactly_0(tmp_path):
    nothing = SMALL._replace(given=(("effect_of_tears", "none"),))
    rows = live_practices(nothing, ["usual", "ordinary tears"], tmp_path, 1, quiet)
    of_everybody = ("everyones_distress", "everyones_leaving", "everyones_alliance", "everyones_release_tears")
    of_those_who_notice = (
        "alliance_after_a_month", "distress_at_once", "distress_after_a_month", "leaving_within_twelve_weeks",
        "release_tears_in_a_month", "ruptures_at_once",
    )  # fmt: skip
    for practice, readings in (("usual", (*of_everybody, *of_those_who_notice)), ("ordinary tears", of_everybody)):
        for reading in readings:
            values = rows[column(practice, reading)].to_numpy()
            assert (values[np.isfinite(values)] == 0.0).all(), reading


def test_a_claim_follows_people_as_effects_do():
    """The same practice, the same luck: what a claim reads of those who notice tears is what `tearsim effects` finds."""
    world, replicate = worlds_of("open")[3], FIRST_LUCK
    practice = CLAIM_PRACTICES["usual"]
    (read,) = _practised(SMALL, practice, [world], replicate)
    settings = {**world, **practice.settings, "therapists": SMALL.therapists, "caseload": CASELOAD}
    values = checked(settings)
    arms = {name: {**values, **arm} for name, arm in practice.arms.items()}
    (lived,) = live_side_by_side(arms, SMALL.seed, [replicate], {})
    pairs = paired(*lived.logs.values(), first_noticed(list(lived.logs.values()), WATCHED))
    around = tuple(Surroundings(one, 0, WeeklyLuck(SMALL.seed, replicate)) for one in arms.values())
    found = differences_after(pairs.mine, pairs.theirs, pairs.subjects, (0, 4, 12, 52), around)
    for reading, outcome, week in (
        ("alliance_after_a_month", "alliance", 1), ("distress_after_a_month", "distress", 1),
        ("leaving_within_twelve_weeks", "left", 2), ("distress_at_once", "distress", 0),
    ):  # fmt: skip
        value, of = read[reading]
        known = found[outcome][:, week][np.isfinite(found[outcome][:, week])]
        assert of == len(known) > 5
        assert value == pytest.approx(known.mean(), abs=1e-12)
    unsettled = pairs.mine.at(pairs.subjects)["reception"] == UNSETTLED
    value, of = read["distress_a_year_later_of_the_unsettled"]
    assert of == unsettled.sum() > 0
    assert value == pytest.approx(found["distress"][unsettled, 3].mean(), abs=1e-12)


def test_the_outcome_has_a_verdict_for_each_claim_asked_and_the_folder_refuses_strange_files(tmp_path):
    claims = {name: one for name, one in read_claims().items() if name in ("strengthen", "relief")}
    outcome = put_to_test(AskedOfClaims(claims, SMALL), tmp_path, 1, quiet)
    assert json.loads((tmp_path / OUTCOME_FILE).read_text(encoding="utf-8")) == outcome
    told = for_programs(outcome, claims)["claims"]
    assert [one["id"] for one in told] == ["strengthen", "relief"]
    assert list(told[0]) == [
        "id", "sentence", "verdict", "share_of_worlds", "value", "low", "high", "decided_by", "study",
        "share_between", "may_be",
    ]  # fmt: skip
    assert told[1]["verdict"] == "assumed"
    (tmp_path / "diary.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(TearSimError, match="holds files that are no claims put to the test"):
        put_to_test(AskedOfClaims(claims, SMALL), tmp_path, 1, quiet)


@pytest.mark.slow  # 200 seeds, 8 worlds each under 2 lucks: minutes
def test_where_tears_do_nothing_hardly_any_claim_about_an_effect_is_called_true(tmp_path):
    claims = {name: one for name, one in read_claims().items() if name in OF_EFFECTS}
    true = asked = 0
    for seed in range(200):
        lived = ClaimsLived(worlds_of("open")[:8], 20, seed=seed, given=(("effect_of_tears", "none"),))
        outcome = put_to_test(AskedOfClaims(claims, lived), tmp_path / str(seed), 2, quiet)
        true += sum(one["verdict"] in ("holds", "depends") for one in outcome["claims"])
        asked += len(claims)
    assert asked == 200 * len(OF_EFFECTS)
    assert true <= 0.05 * asked


@pytest.mark.slow  # three runs of one claim in 24 worlds
def test_killed_and_gone_on_it_ends_in_the_same_bytes(tearsim, tmp_path):
    def command(out):
        return [*tearsim, "claims", "strengthen", "--quick", "--json", "--out", str(tmp_path / out)]

    whole = subprocess.run(command("whole"), capture_output=True, check=True).stdout
    process = subprocess.Popen(command("killed"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    parts = tmp_path / "killed/parts"
    while not parts.is_dir() or len(list(parts.glob("*.parquet"))) < 4:
        assert process.poll() is None
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    kept = {file.name: file.stat().st_mtime_ns for file in parts.glob("*.parquet")}
    assert subprocess.run(command("killed"), capture_output=True, check=True).stdout == whole
    assert all((parts / name).stat().st_mtime_ns == at for name, at in kept.items())
    for name in (OUTCOME_FILE, "board.html"):
        assert (tmp_path / "killed" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
