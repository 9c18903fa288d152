"""The charts: what they show is what was counted, and twins that must coincide do."""

import itertools
import json
import re

import numpy as np
import pytest

from tearsim.science.codes import LEFT, TEARS
from tearsim.show.page import panels
from tearsim.show.page.chart_frame import TITLES, charts_layout, charts_styles, frame_key, height
from tearsim.show.page.charts import (
    BECAME,
    CHART_TRACES,
    HALO,
    STRETCHES,
    TOOK_BARS,
    End,
    charts,
    ends_of_lines,
    rating_floor,
    stretch,
)
from tearsim.show.page.controller import Controller
from tearsim.show.page.palette import DARK, LIGHT, faded
from tearsim.show.page.picture import Who
from tearsim.show.page.practice_and_twin import PracticeAndTwin
from tearsim.show.page.sizes import LARGE_CHARTS, PROJECTED_CHARTS, SMALL_CHARTS
from tearsim.show.page.telling import this_week
from tearsim.show.words.units import WAI
from tearsim.study import arms
from tearsim.study.people import twins
from tearsim.study.people.watched_practice import TEARS_WINDOW
from tearsim.worlds.simulate import simulate


def controller(weeks, **parameters):
    """A controller whose practice has lived a number of weeks."""

    async def drawn():
        pass

    at = Controller(lambda: None, lambda: None, drawn)
    at.practices = PracticeAndTwin(3, {**at.values, **parameters})
    for _ in range(weeks):
        at.practices.step()
    return at


def drawn(weeks, **parameters):
    at = controller(weeks, **parameters)
    return at.practices, charts(panels.charts_told(at), LARGE_CHARTS, LIGHT)


def test_the_lines_are_the_weekly_series():
    practices, lines = drawn(30, therapist_tear_propensity=0.95)
    given = {**practices.parameters, "weeks": 30}
    frame, twin = (simulate(practices.seed, parameters=world).series for world in (given, arms.held_back(given)))
    assert lines["alliance"]["y"] == pytest.approx([WAI.level(mean) for mean in frame["alliance"]])
    assert lines["held back"]["y"] == pytest.approx([WAI.level(mean) for mean in twin["alliance"]])
    assert lines["alliance"]["y"] != lines["held back"]["y"]
    everyone = frame[["gave_up", "looking", "in_therapy", "completed"]].sum(axis=1)
    assert lines["gave up"]["y"][1:] == pytest.approx(list(100 * frame["gave_up"] / everyone))
    assert lines["completed"]["y"] == pytest.approx([100.0] * 31)
    felt = frame["felt"].rolling(13, min_periods=1).sum() / frame["sessions"].rolling(13, min_periods=1).sum()
    assert lines["overwhelmed"]["y"] == pytest.approx(list(100 * felt))


@pytest.mark.parametrize("parameters", [
    {"effect_of_tears": "none", "therapist_tear_propensity": 0.95}, {"tears": "held back"}, {"therapist_tear_propensity": 0.0},
])  # fmt: skip
def test_where_tears_can_do_nothing_the_twin_lines_coincide_exactly(parameters):
    _, lines = drawn(40, **parameters)
    assert lines["alliance"]["y"] == lines["held back"]["y"]
    assert lines["overwhelmed"]["y"] == lines["felt held back"]["y"]
    assert [100.0 - y for y in lines["not completed held back"]["y"]] == pytest.approx(
        [100.0 - y for y in lines["in therapy"]["y"]]
    )
    for name in ("became in therapy", "became completed", "became left"):
        assert lines[name]["x"][0] == lines[name]["x"][1]


def test_the_bars_add_up_to_the_tears_there_were():
    practices, bars = drawn(40, therapist_tear_propensity=0.95)
    rows = np.concatenate(list(practices.shown.rows))
    for row, level in enumerate((1, 2, 3)):
        of_level = rows[rows["tears_felt"] == level]
        shares = [bars[name]["x"][row] for name in ("unseen", "moved", "unmoved", "unsettled")]
        assert sum(shares) == pytest.approx(100.0)
        assert shares[0] == pytest.approx(100 * np.mean(~of_level["noticed"]))
        assert bars["numbers"]["text"][row] == f"{len(of_level):,}"
    saw = practices.exposed()
    assert bars["caption"]["text"] == [f"What became of the {len(saw.shown)} clients who saw them, in a cohort"]


def test_what_is_printed_in_a_chart_is_what_stands_over_it():
    """Shares of everyone over the second chart; sessions over the bars, and clients over the last ones: no shares."""
    practices, drawings = drawn(40, therapist_tear_propensity=0.95)
    everyone, eyes, taken = (unit for _, unit in TITLES[1:])
    assert "%" in everyone
    shares = [re.fullmatch(r" .* (\d+) %", words)[1] for words in drawings["words 2"]["text"]]
    assert sum(map(int, shares)) == pytest.approx(100, abs=2)
    window = list(practices.shown.weeks)[-TEARS_WINDOW:]
    assert eyes == f"in 100 sessions of {TEARS_WINDOW} weeks"
    rates = [float(re.fullmatch(r" .* ([\d.]+)", words)[1]) for words in drawings["words 3"]["text"]]
    felt = 100 * sum(sum(week.felt) for week in window) / sum(week.sessions for week in window)
    assert sum(rates) == pytest.approx(felt, abs=0.16)
    assert taken == "sessions with each kind of tears"
    rows = np.concatenate(list(practices.shown.rows))
    for row, level in enumerate((1, 2, 3)):
        parts = [drawings[name]["hovertext"][row] for name in TOOK_BARS]
        assert sum(map(int, parts)) == (rows["tears_felt"] == level).sum()
        assert all(drawings[name]["text"][row] in ("", part) for name, part in zip(TOOK_BARS, parts, strict=True))
    for row in (0, 1):
        became = [int(drawings[name]["hovertext"][row]) for name in BECAME]
        assert f"the {sum(became)} clients who saw them" in drawings["caption"]["text"][0]


def test_nobody_who_saw_tears_is_left_out_of_the_bars_of_what_became_of_them():
    """In an open practice they are drawn from a cohort beside it: its own clients of week 1, and nobody after them."""
    practices, bars = drawn(40, therapist_tear_propensity=0.95)
    in_the_practice = twins.exposed(practices.shown.courses, practices.twin.courses)
    assert in_the_practice.left_out, "here some came in another week of the twin"
    cohort, _ = practices.cohort
    saw = practices.exposed()
    assert saw.left_out == 0
    assert len(saw.shown) == (cohort.courses["saw_tears"] > 0).sum() > 10
    lived = simulate(practices.seed, log=True, parameters={**practices.parameters, "arrivals": "cohort", "weeks": 40})
    noticed = lived.sessions.groupby("client")["noticed"].any()
    assert len(saw.shown) == noticed.sum()
    for row, courses in ((1, saw.shown), (0, saw.held_back)):
        left = 100 * np.mean(courses["ending"] == LEFT)
        assert bars["became left"]["x"][1 - row] == pytest.approx(left)


def test_a_practice_that_is_a_cohort_needs_none_beside_it():
    practices, bars = drawn(20, therapist_tear_propensity=0.95, arrivals="cohort")
    assert practices.cohort is None
    assert practices.exposed().left_out == 0
    assert "in a cohort" not in bars["caption"]["text"][0]


def test_before_the_first_session_the_charts_say_so():
    _, empty = drawn(0)
    assert empty["alliance"]["y"] == []
    assert empty["no bonds yet"]["text"] == ["No session yet"]
    assert empty["nothing yet"]["text"] == ["none yet"] * 3 + ["nobody yet"] * 2


@pytest.mark.parametrize("size", [LARGE_CHARTS, SMALL_CHARTS, PROJECTED_CHARTS])
def test_words_at_lineends_of_lines_never_touch_nor_leave_the_plot(size):
    for values in ([50, 50, 50, 50], [0, 0, 1, 99], [99, 99.5, 100, 100], [0, 30, 31, 32]):
        made = ends_of_lines(10, [End(float(v), "w", "#000") for v in values], 0.0, 100.0, size)
        pixels = [y * size.plot / 100 for y in made["y"]]
        assert all(b - a >= 13.0 - 1e-9 for a, b in itertools.pairwise(pixels))
        assert min(pixels) >= 0
        assert max(pixels) <= size.plot


def test_the_stretch_of_weeks_grows_in_steps_and_then_moves_on():
    for week in range(600):
        first, last = stretch(week)
        assert first <= week <= last
        assert last - first <= 156
        assert week - first >= min(week, 130)
    assert len({stretch(week) for week in range(157)}) == len(STRETCHES)


def test_the_frame_changes_only_in_steps():
    """So that a week replaces arrays alone."""
    at = controller(0)
    keys = set()
    for _ in range(52):
        at.practices.step()
        keys.add(frame_key(panels.charts_told(at), LARGE_CHARTS, False))
    assert len(keys) <= 8


def test_every_trace_has_a_look_and_arrays():
    at = controller(3)
    told = panels.charts_told(at)
    assert [style["name"] for style in charts_styles(LIGHT)] == list(CHART_TRACES)
    assert set(charts(told, LARGE_CHARTS, LIGHT)) == set(CHART_TRACES)
    assert charts_layout(told, LARGE_CHARTS, LIGHT)["height"] == height(LARGE_CHARTS)


def test_charts_of_a_long_watch_stay_as_short_as_three_years():
    practices, lines = drawn(230, therapists=1, caseload=2)
    assert practices.week == 230
    assert 130 <= len(lines["alliance"]["x"]) <= 157
    assert len(practices.shown.rows) == 156


def test_when_nobody_is_left_the_page_still_has_something_to_say():
    """In a cohort everyone leaves in the end; what is sent to the browser stays plain JSON."""
    at = controller(300, arrivals="cohort", therapists=1, caseload=2)
    assert not len(at.practices.shown.rows[-1])
    assert this_week(at.practices)["text"] == "Nobody is in therapy any more."
    json.dumps(charts(panels.charts_told(at), LARGE_CHARTS, LIGHT), allow_nan=False)
    json.dumps([panels.comparison(at), panels.one_story(at, 384), panels.settings_panel(at)], allow_nan=False)


@pytest.mark.parametrize(
    ("lowest", "floor"), [(0.9, 3.0), (0.34, 3.0), (0.33, 2.0), (0.17, 2.0), (0.16, 1.0), (0.0, 1.0)]
)
def test_the_axis_of_alliance_steps_down_rather_than_cut_anything(lowest, floor):
    """In whichever world the lowest value lies; ticks stand at both ends."""
    at = controller(4)
    told = panels.charts_told(at)
    shown = [*told.shown[:3], told.shown[3]._replace(low=lowest)]
    lower = [*told.held_back[:3], told.held_back[3]._replace(alliance=lowest)]
    for changed in ({"shown": shown}, {"held_back": lower}, {"pinned": lower}):
        low = told._replace(**changed)
        assert rating_floor(low) == min(floor, rating_floor(told))
        axis = charts_layout(low, LARGE_CHARTS, LIGHT)["yaxis"]
        assert axis["range"] == (rating_floor(low), 7.0)
        ticks = [(end - axis["tick0"]) / axis["dtick"] for end in axis["range"]]
        assert ticks == [round(tick) for tick in ticks]
        same = rating_floor(low) == rating_floor(told)
        assert (frame_key(low, LARGE_CHARTS, False) == frame_key(told, LARGE_CHARTS, False)) == same
    assert rating_floor(told._replace(shown=[], held_back=[])) == 3.0


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_lines_over_areas_have_a_halo_that_sets_them_off(colours):
    """Drawn beneath them, from the same arrays, wider, in the panel's colour: any line can be told from that."""
    at = controller(5)
    at.pinned = at.practices  # only its weeks are read
    at.pinned.world = at.practices.twin
    lines, looks = (
        charts(panels.charts_told(at), LARGE_CHARTS, colours),
        {style["name"]: style for style in charts_styles(colours)},
    )
    over_areas = [
        name
        for name, look in looks.items()
        if look["type"] == "scatter"
        and look["mode"] == "lines"
        and look["line"].get("dash")
        and look["xaxis"] in ("x2", "x3")
    ]
    assert len(over_areas) == 5
    for name in over_areas:
        halo = looks[name + HALO]
        assert lines[name]["y"]
        assert lines[name + HALO] == lines[name]
        assert halo["line"]["width"] > looks[name]["line"]["width"]
        assert halo["line"]["color"] == faded(colours.panel, 0.85)
        assert halo["xaxis"] == looks[name]["xaxis"]
        order = CHART_TRACES.index(name + HALO)
        assert order < min(CHART_TRACES.index(other) for other in over_areas if looks[other]["xaxis"] == halo["xaxis"])


@pytest.mark.parametrize("manner", TEARS)
def test_words_name_the_manner_in_which_tears_are_dealt_with(manner):
    """In the key, beside the bars, under a client's drawing and where luck is asked about."""
    at = controller(25, tears=manner, therapist_tear_propensity=0.99, eyes_fill_base=-6.0)
    at.values = {**at.values, "tears": manner}
    assert panels.tabs(at)["manner"] == manner
    assert charts(panels.charts_told(at), LARGE_CHARTS, LIGHT)["rows"]["text"] == [
        "near",
        "open",
        "overwhelmed",
        manner,
        "held back",
    ]
    asked = panels.comparison(at)["luck"]["manner"]
    assert asked == ("shown" if manner == "held back" else manner)
    at.choose(Who("client", 1))
    panel = panels.one_story(at, 384)
    expected = "Tears are held back here" if manner == "held back" else f"Solid: tears {manner}. Dashed:"
    assert panel["note"].startswith(expected)
    told = " ".join(
        entry["text"]
        for number in range(1, 20)
        for entry in (at.choose(Who("client", number)), panels.one_story(at, 384))[1]["entries"]
    )
    says = {
        "shown": "saw it",
        "held back": "held the tears back",
        "voiced": "dry-eyed",
        "leaking": "sensed it all the same",
    }
    assert says[manner] in told
    assert ("saw it" in told) == (manner == "shown")
    assert ("it would stand at" in told) == (manner != "held back")
