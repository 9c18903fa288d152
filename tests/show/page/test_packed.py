"""Drawings on their way to the browser: what arrives is what was drawn, and it takes at most half of what it took."""

import itertools
import json
import struct

import pytest

from tearsim.show.page import controls, panels
from tearsim.show.page import geometry as g
from tearsim.show.page.charts import charts
from tearsim.show.page.controller import Controller
from tearsim.show.page.packed import Sent, packed
from tearsim.show.page.palette import LIGHT
from tearsim.show.page.picture import picture
from tearsim.show.page.practice_and_twin import PracticeAndTwin
from tearsim.show.page.sizes import LARGE_CHARTS

# Bytes that a week of 20 x 15 took as JSON in JSON: the picture, and the charts, which began here and grew to 60,000.
PICTURE_AS_JSON, CHARTS_AS_JSON = 92_000, 10_600


def read(drawing, before):
    """A drawing as the browser reads it, with what stays of one before."""
    start = 4 + struct.unpack_from("<I", drawing)[0]
    head = json.loads(drawing[4:start])
    traces = {name: dict(arrays) for name, arrays in before.items()}
    for name, arrays in head["traces"].items():
        mine = traces.setdefault(name, {})
        for path, told in arrays.items():
            if told is None:
                del mine[path]
            else:
                stay, kind, at, count = told
                mine[path] = list(mine.get(path, ()))[:stay] + _values(drawing, start + at, kind, count, head["pieces"])
    return traces


def _values(drawing, at, kind, count, pieces):
    if kind == "words":
        words = []
        while len(words) < count:
            said = []
            while (piece := struct.unpack_from("<H", drawing, at)[0]) != 0:
                said.append(pieces[piece])
                at += 2
            at += 2
            words.append("".join(said))
        return words
    if kind == "numbers":
        values = struct.unpack_from(f"<{count}d", drawing, at)
        return [None if value != value else value for value in values]
    parts = {"tenths": 10, "hundredths": 100}[kind]
    return [None if value == -32768 else value / parts for value in struct.unpack_from(f"<{count}h", drawing, at)]


def head_of(drawing):
    return json.loads(drawing[4 : 4 + struct.unpack_from("<I", drawing)[0]])


class Watched:
    """A page with a tearful practice of 20 x 15, and its two plots as they are drawn and sent."""

    def __init__(self):
        async def drawn():
            pass

        self.at = Controller(lambda: None, lambda: None, drawn)
        tearful = next(preset for preset in controls.PRESETS if preset.name == "Tearful practice")
        values = {**controls.with_preset(tearful, self.at.values), "therapists": 20, "caseload": 15}
        self.at.practices = PracticeAndTwin(3, values)
        self.plan = g.floor_plan(630.0, 566.0, 84.0, 20, 15)
        self.plots = {"picture": Sent(), "charts": Sent()}

    def drawings(self):
        drawn = picture(self.at.practices.scene(), self.plan, LIGHT)
        return {
            "picture": {name: {"x": a.x, "y": a.y, **a.more} for name, a in drawn.items()},
            "charts": charts(panels.charts_told(self.at), LARGE_CHARTS, LIGHT),
        }

    def week(self):
        """Live a week and send it; returns the drawings, and the bytes of each."""
        self.at.practices.step()
        drawings, week = self.drawings(), self.at.practices.week
        cost = {}
        for name, sent in self.plots.items():
            before = sent.whole
            sent.send(week, week, drawings[name])
            cost[name] = len(sent.changed) + (len(sent.whole) if sent.whole is not before else 0)
        return drawings, cost


@pytest.fixture(scope="module")
def year():
    """A year: of each week the drawings, what the browser then holds of each plot, and the bytes it took."""
    watched, weeks = Watched(), []
    for _ in range(52):
        drawings, cost = watched.week()
        held = {name: (sent.whole, sent.changed) for name, sent in watched.plots.items()}
        weeks.append((drawings, held, cost))
    return weeks


def test_what_arrives_is_what_was_drawn_to_the_last_bit(year):
    """Whichever weeks the browser missed: what it holds is enough."""
    for drawings, held, _ in year:
        for name, drawn in drawings.items():
            whole, changed = held[name]
            assert read(changed, read(whole, {})) == drawn


def test_a_week_takes_at_most_half_of_what_it_took_as_json(year):
    """Counted: 91 KB for the picture in every week, and 11 KB for the charts in the first of them, which grew."""
    as_json = {
        name: [len(json.dumps(json.dumps({"traces": drawings[name]}))) for drawings, _, _ in year[1:]]
        for name in ("picture", "charts")
    }
    assert sum(as_json["picture"]) / 51 == pytest.approx(PICTURE_AS_JSON, rel=0.05)
    assert as_json["charts"][20] > CHARTS_AS_JSON
    weeks = [cost for _, _, cost in year[1:]]
    assert max(cost["picture"] for cost in weeks) < PICTURE_AS_JSON / 2
    assert sum(cost["charts"] for cost in weeks) / len(weeks) < CHARTS_AS_JSON / 2


def test_what_did_not_change_is_not_sent(year):
    """Where therapists sit and what they are called; of the charts' lines, the weeks that are there already."""
    held = [held["picture"] for _, held, _ in year]
    differences = [changed for (before, _), (whole, changed) in itertools.pairwise(held) if whole is before]
    assert len(differences) > 45
    for changed in differences:
        told = head_of(changed)["traces"]
        assert "names" not in told
        assert not {"x", "y"} & set(told["hubs"])
        assert set(told["signs"]) == {"text"}
    sent = Sent()
    line = [0.1 * week for week in range(40)]
    for week in (30, 31, 33):
        sent.send(week, week, {"alliance": {"x": list(range(week)), "y": line[:week]}})
    assert head_of(sent.changed)["traces"] == {"alliance": {"x": [30, "tenths", 0, 3], "y": [30, "tenths", 6, 3]}}
    sent.send(34, 33, {"alliance": {"x": list(range(30)), "y": line[:30]}})
    assert head_of(sent.changed)["traces"] == {}


def test_a_drawing_in_whole_is_sent_again_once_differences_have_cost_as_much():
    """So a line that grows for ever costs about its length every so often, not every week."""
    sent, line, cost, wholes = Sent(), [], [], 0
    for week in range(1, 400):
        line.append(1 / week)
        before = sent.whole
        sent.send(week, week, {"alliance": {"x": list(range(1, week + 1)), "y": list(line)}})
        again = sent.whole is not before
        wholes += again
        cost.append(len(sent.changed) + again * len(sent.whole))
        assert read(sent.changed, read(sent.whole, {}))["alliance"]["y"] == line
    assert 5 < wholes < 60
    assert sum(cost) < 0.3 * sum(len(packed(week, week, {"a": {"y": line[:week]}})) for week in range(1, 400))


@pytest.mark.parametrize(("before", "after"), [
    ({"x": [1.5, None, 2.5]}, {"x": [1.5, None]}),
    ({"x": [], "text": ["Client 1"]}, {"x": [4.0, 3276.7, 3276.8, -1e9, 1 / 3]}),
    ({"x": [0.72]}, {"x": [0.72, 0.07, None], "text": ["", "½ – session 12, 0.78", "1"], "marker.size": [7.123456789]}),
    ({"text": ["A", "B"]}, {"x": [None], "text": ["A", "C"]}),
])  # fmt: skip
def test_any_drawing_can_follow_any_other(before, after):
    """Shorter, longer or of another kind; with what two bytes do not hold, and without arrays that were there."""
    earlier = read(packed(1, 1, {"clients": before}), {})
    assert earlier == {"clients": before}
    assert read(packed(2, 2, {"clients": after}, earlier), earlier) == {"clients": after}
