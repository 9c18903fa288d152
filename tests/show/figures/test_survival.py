"""The figure of who stays holds both estimates, their intervals, and how many they rest on."""

import numpy as np
import pandas as pd
import pytest

from tearsim.errors import TearSimError
from tearsim.show.figures import caption_of, survival
from tearsim.study.people.survival import have_left, not_left


@pytest.fixture(scope="module")
def episodes():
    """Two groups of clients, the second of which leaves more; and one who came a second time."""
    ends = ["left", "completed", "goes on", "completed", "left", "left"]
    rows = [(1 + i % 9, ends[(i + (i % 2) * (i % 3)) % 6], "tense" if i % 2 else "calm", 1) for i in range(60)]
    return pd.DataFrame([*rows, (50, "left", "calm", 2)], columns=["sessions", "ending", "mood", "episode"])


def test_each_panel_holds_its_estimate_for_each_group_with_its_interval_as_a_band(episodes):
    figure = survival(episodes, by="mood")
    for mood in ("calm", "tense"):
        those = episodes[(episodes["mood"] == mood) & (episodes["episode"] == 1)]
        name = f"{mood} (n = 30)"
        for axis, estimate in (("y", not_left), ("y2", have_left)):
            expected = estimate(those["sessions"], those["ending"])
            drawn = {trace.name: trace for trace in figure.data if trace.yaxis == axis}
            np.testing.assert_allclose(drawn[name].y, expected.share)
            np.testing.assert_allclose(drawn[f"{name}: lower end"].y, expected.low)
            np.testing.assert_allclose(drawn[f"{name}: upper end"].y, expected.high)


def test_the_numbers_at_risk_stand_below_the_curves(episodes):
    (table,) = [trace for trace in survival(episodes).data if trace.mode == "text"]
    first = episodes[episodes["episode"] == 1]
    assert dict(zip(table.x, table.text, strict=True))[4] == str((first["sessions"] >= 4).sum())


def test_the_caption_says_what_the_event_is_what_completing_does_and_what_the_bands_are(episodes):
    caption = caption_of(survival(episodes))
    for words in ("left without having had enough", "completing being another end", "pointwise 95 % intervals"):
        assert words in caption
    assert "overlap" in caption_of(survival(episodes.assign(tears="shown"), by="tears"))


@pytest.mark.parametrize(
    ("given", "by", "words"),
    [
        (lambda e: e.drop(columns="ending"), None, 'a column "ending"'),
        (lambda e: e, "moods", 'a column "moods"'),
        (lambda e: e[:0], None, "no episodes"),
        (lambda e: e.assign(mood=range(len(e))), "mood", "60 groups"),
        (lambda e: e.assign(mood=None), "mood", "Nobody has"),
    ],
)
def test_what_cannot_be_drawn_is_said_in_one_line(episodes, given, by, words):
    with pytest.raises(TearSimError, match=words):
        survival(given(episodes), by=by)
