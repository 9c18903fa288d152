"""The file to take away: it holds what the page shows, week by week, and needs nothing else."""

import json
import re

import pytest

from tearsim.errors import TearSimError
from tearsim.show.page import controls, telling
from tearsim.show.page.geometry import floor_plan
from tearsim.show.page.palette import LIGHT
from tearsim.show.page.picture import Who, picture
from tearsim.show.page.practice_and_twin import PracticeAndTwin
from tearsim.show.page.replay.file import MOST_REPLAYED, replay_html
from tearsim.show.page.replay.recording import Recording
from tearsim.show.page.sizes import PICTURE
from tearsim.study.people.watched_practice import KEPT_WEEKS

SEED, WEEKS = 3, 14
VALUES = controls.given_on_terminal("tearful", {"therapists": 3, "caseload": 5})


@pytest.fixture(scope="module")
def page():
    return replay_html(VALUES, SEED, WEEKS)


@pytest.fixture(scope="module")
def recorded(page):
    """What stands in the file."""
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)[1])


def weeks_of_the_page():
    """The same practice, as the page lives it."""
    practices = PracticeAndTwin(SEED, VALUES)
    yield practices
    for _ in range(WEEKS):
        practices.step()
        yield practices


def replayed(person, week):
    """What a file shows of a person in a week: the words that hold, and the story, newest first."""
    words, story = {}, []
    for when, changed, stay, rest in person["weeks"]:
        if when <= week:
            words, story = {**words, **changed}, story[:stay] + rest
    return words, [dict(zip(("heading", "text", "mark"), entry, strict=True)) for entry in story[::-1]]


def test_every_week_of_everybody_is_told_as_the_page_tells_it(recorded):
    seen = set()
    for practices in weeks_of_the_page():
        told = recorded["weeks"][practices.week]
        assert told["said"].endswith(telling.this_week(practices)["text"])
        assert told["saw"] == telling.became_of_those_who_saw(practices)
        for key in recorded["people"]:
            kind = "client" if key.isdigit() else "therapist"
            numbers = [t.number for t in practices.shown.practice.therapists if practices.name(t.number) == key]
            who = Who(kind, int(key)) if key.isdigit() else Who(kind, numbers[0]) if numbers else None
            words, story = replayed(recorded["people"][key], practices.week)
            if who is None or not words:
                continue
            here = telling.person_told(practices, who)
            assert words == {name: here[name] for name in words}
            assert story == here["entries"], (key, practices.week)
            seen |= {entry["mark"] for entry in story}
    assert {"tears", "rupture"} <= seen


def test_everybody_stands_where_the_page_puts_them(recorded):
    plan = floor_plan(*PICTURE, VALUES["therapists"], VALUES["caseload"])
    for practices in weeks_of_the_page():
        drawn = picture(practices.scene(), plan, LIGHT, [Who("client", 1)])
        in_file = recorded["weeks"][practices.week]["drawn"][0]
        for name, arrays in drawn.items():
            if name != "chosen":
                assert in_file.get(name, {"x": []})["x"] == arrays.x, name
        rings = zip(in_file["chosen"]["who"], in_file["chosen"]["x"], strict=True)
        assert drawn["chosen"].x == [x for who, x in rings if who == "1"]


def test_on_a_telephone_rooms_stand_two_beside_each_other_and_no_wider_than_it():
    recording = Recording(PracticeAndTwin(SEED, {**VALUES, "therapists": 7}))
    narrow = recording.plans[1]
    assert narrow.width <= 390 - 2 * 19
    assert len({room.left for room in narrow.rooms}) == 2
    assert len({room.top for room in narrow.rooms}) == 4


def test_the_file_says_what_it_is_and_from_which_settings_and_asks_nothing_of_anybody(page):
    words = re.sub(r"\s+", " ", page)
    assert "Tearful practice" in words
    assert "3 therapists with 5 places each, 14 weeks, seed 3" in words.replace("</", "")
    assert "It is a model, not advice about any person." in words
    for name in ("therapists=3", "caseload=5", "therapist_tear_propensity="):
        assert f"--set={name}" in page
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page
    assert not re.findall(r"(?:src|href)\s*=\s*[\"']?(?!#)\w+:", page)
    assert [url for url in re.findall(r"https?://[^\s\"'<]+", page) if "w3.org" not in url] == []


def test_the_command_in_the_file_makes_it_again(page, said, tmp_path):
    from html import unescape

    words = unescape(re.search(r"<pre><code>tearsim (.*?)</code>", page)[1]).split()
    assert "opens in any browser" in said(*words, cwd=tmp_path)
    assert (tmp_path / "practice.html").read_text(encoding="utf-8") == page


def test_what_is_said_cannot_end_the_data_early(page):
    assert page.count("</script>") == 2


@pytest.mark.parametrize(("values", "weeks", "why"), [
    (VALUES, KEPT_WEEKS + 1, f"A file replays 1 to {KEPT_WEEKS} weeks; {KEPT_WEEKS + 1} are outside."),
    (VALUES, 0, "0 are outside"),
    ({**VALUES, "therapists": 24, "caseload": 20}, 52, f"24,960 sessions are too many .* \\({MOST_REPLAYED:,} at most"),
])  # fmt: skip
def test_more_than_a_file_can_hold_is_refused_before_it_is_lived(values, weeks, why):
    with pytest.raises(TearSimError, match=why):
        replay_html(values, SEED, weeks)


@pytest.mark.parametrize(("options", "reason"), [
    (("--preset", "tearfull"), "There is no preset 'tearfull'; there are fitted, stoic, companion, tearful, sensitive."),
    (("--set", "therapists=40"), "therapists goes from 1 to 24 here; 40 is outside."),
    (("--set", "colour=red"), "colour"),
    (("--weeks", 400), "A file replays 1 to 156 weeks; 400 are outside."),
    (("there.html",), "there.html is there already: choose another file, or add --overwrite."),
    (("practice.txt",), "practice.txt: it is a page for a browser, so its name ends in .html."),
    (("nowhere/x.html",), "nowhere/x.html: there is no folder nowhere to write it into."),
])  # fmt: skip
def test_what_cannot_be_replayed_is_refused_in_one_line(options, reason, refused, tmp_path):
    (tmp_path / "there.html").write_text("mine")
    assert reason in refused("replay", *options, cwd=tmp_path)
    assert (tmp_path / "there.html").read_text() == "mine"
    assert not (tmp_path / "practice.html").exists()


@pytest.mark.slow
@pytest.mark.parametrize("preset", controls.PRESETS, ids=lambda preset: preset.name)
def test_a_year_of_six_therapists_with_eight_places_goes_with_a_letter(preset):
    assert len(replay_html(controls.with_preset(preset, controls.start()), SEED, 52).encode()) < 5_000_000
