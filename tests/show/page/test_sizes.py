"""How large things are drawn in windows from a telephone to a projector."""

import pytest

from tearsim.show.page import geometry
from tearsim.show.page.palette import LIGHT
from tearsim.show.page.picture import picture_styles
from tearsim.show.page.sizes import READ_FROM_AFAR, SMALLEST_WORDS, sizes


@pytest.mark.parametrize(
    ("width", "height", "kind"),
    [
        (390, 844, "phone"),
        (700, 900, "column"),
        (1024, 768, "narrow"),
        (1280, 720, "narrow"),
        (1366, 768, "wide"),
        (1400, 900, "wide"),
        (1920, 950, "projector"),
        (1920, 1080, "projector"),
        (1920, 700, "wide"),
        (3840, 2160, "projector"),
    ],
)
def test_every_window_is_of_a_kind(width, height, kind):
    assert sizes(width, height, 6).kind == kind


@pytest.mark.parametrize("width", range(1000, 1800, 50))
def test_picture_and_charts_fit_beside_each_other_and_grow_with_the_window(width):
    """However low the window: a picture loses height before it loses what stands in it."""
    lower, higher = (sizes(width, height, 6) for height in (700, 1000))
    beside = 232 + 30 + 18 if lower.kind == "narrow" else 288 + 44 + 26
    for drawn in (lower, higher):
        assert drawn.picture[0] + drawn.charts.width + beside <= width
        assert geometry.floor_plan(*drawn.picture, 6, 8).square >= 120
    assert lower.picture[0] == higher.picture[0]
    assert lower.picture[1] <= higher.picture[1]
    assert lower.charts.plot <= higher.charts.plot


@pytest.mark.parametrize("therapists", [1, 2, 3, 6, 7, 24])
@pytest.mark.parametrize("width", [320, 360, 390, 430])
def test_a_telephone_has_two_rooms_side_by_side_however_many_there_are(width, therapists):
    drawn = sizes(width, 844, therapists)
    plan = geometry.floor_plan(*drawn.picture, therapists, 8)
    assert plan.width <= width
    assert len({room.left for room in plan.rooms}) == min(2, therapists)
    assert plan.square > 0.9 * plan.width / 2 - 10


@pytest.mark.parametrize(("width", "height"), [(1920, 950), (1920, 1080), (2560, 1440), (3840, 2160)])
def test_what_is_drawn_on_a_projector_can_be_read_from_afar(width, height):
    drawn = sizes(width, height, 6)
    plan = geometry.floor_plan(*drawn.picture, 24, 20)
    looks = picture_styles(plan, LIGHT, drawn.least_words)
    in_picture = [look["textfont"]["size"] * drawn.picture_enlarged for look in looks if "textfont" in look]
    assert len(in_picture) == 2
    for words in (*in_picture, SMALLEST_WORDS * drawn.charts_enlarged):
        assert words * drawn.enlarged >= READ_FROM_AFAR - 1e-9
    assert drawn.enlarged * 1920 <= width
    assert drawn.enlarged * 1080 <= max(height, 1080)
