"""How large everything is drawn, by the size of the window: from a telephone to a projector.

The plots are drawn at one size and enlarged as a whole by the browser, so that they look the same everywhere. What the
style sheet does for each kind of window goes by its name, a class of the page.
"""

from math import ceil
from typing import NamedTuple

from tearsim.show.page import chart_frame
from tearsim.show.page.charts import FigureSize

PHONE, ONE_COLUMN, TWO_NARROW, WIDE, PROJECTOR = "phone", "column", "narrow", "wide", "projector"
# From which width on; on a projector the height counts, too.
FROM = {ONE_COLUMN: 640, TWO_NARROW: 1000, WIDE: 1366, PROJECTOR: 1800}
PROJECTOR_HEIGHT = 880
PROJECTED = (1920, 1080)  # what is designed for; beyond it everything grows with the shorter side
FRAMES = 38.0  # pixels of a telephone's width that frames and margins take
LEAST_PHONE = 320.0
SMALLEST_WORDS, READ_FROM_AFAR = 11.0, 16.0  # pixels: of a plot's words, and of words on a projector
PICTURE, SMALL_PICTURE = (630.0, 565.0, 84.0), (420.0, 404.0, 74.0)  # width, height, corridor
LARGE_CHARTS, SMALL_CHARTS = FigureSize(384, 108, 22), FigureSize(300, 62, 19)
# The picture is as wide as settings and charts beside it allow, and a window that is not high has a lower picture and
# lower charts, so that the legend stands above the fold, with a step of the lesson open, too. In pixels, by kind: what
# the page needs beside the picture, what above and below it, and how low it may become.
AROUND_LESS = {TWO_NARROW: (604.0, 426.0, 340.0), WIDE: (770.0, 366.0, 404.0)}
AROUND_LARGE_CHARTS = 667.0
# Beneath a picture as wide as this the legend takes four lines rather than nine, which are so much lower.
WIDE_LEGEND, LOWER_LEGEND = 560.0, 84.0
# On a projector all stands above the fold, with a step of the lesson open, too. In pixels: what its page needs across
# beside the picture (settings, legend, charts, margins), above and below it, and above and below the charts.
PROJECTED_CHARTS, LEAST_PLOT = FigureSize(340, 103, 20), 62.0
BESIDE_PICTURE, AROUND_PICTURE, AROUND_CHARTS = 1128.0, 290.0, 344.0


class ScreenSizes(NamedTuple):
    """Of a window: its kind, the plots as drawn, and how much they and everything are enlarged."""

    kind: str
    picture: tuple[float, float, float]  # width and height, and of it the corridor
    charts: FigureSize
    picture_enlarged: float = 1.0
    charts_enlarged: float = 1.0
    enlarged: float = 1.0
    least_words: float = SMALLEST_WORDS  # of the picture, before it is enlarged


def sizes(width: float, height: float, therapists: int) -> ScreenSizes:
    """The sizes in a window this large, for a practice with a room for each therapist.

    >>> sizes(390, 844, therapists=6).picture
    (352.0, 602.0, 74.0)
    """
    if width >= FROM[PROJECTOR] and height >= PROJECTOR_HEIGHT:
        return _projected(width, height)
    if width >= FROM[WIDE]:
        plot = min(LARGE_CHARTS.plot, max(LEAST_PLOT, (height - AROUND_LARGE_CHARTS) / 3))
        return ScreenSizes(WIDE, _fitting(WIDE, width, height), LARGE_CHARTS._replace(plot=plot))
    if width >= FROM[TWO_NARROW]:
        return ScreenSizes(TWO_NARROW, _fitting(TWO_NARROW, width, height), SMALL_CHARTS)
    if width >= FROM[ONE_COLUMN]:
        return ScreenSizes(ONE_COLUMN, SMALL_PICTURE, SMALL_CHARTS)
    across = max(LEAST_PHONE, width) - FRAMES
    corridor = SMALL_PICTURE[2]
    rows = ceil(therapists / 2)  # two rooms side by side
    down = rows * across / min(2, therapists) + corridor
    return ScreenSizes(PHONE, (across, down, corridor), FigureSize(across, 84, 21))


def _fitting(kind: str, width: float, height: float) -> tuple[float, float, float]:
    """The picture as large as a window leaves room for, and no larger than it is at its best."""
    _, best, corridor = PICTURE if kind == WIDE else SMALL_PICTURE
    beside, around, least = AROUND_LESS[kind]
    across = min(PICTURE[0], max(SMALL_PICTURE[0], width - beside))
    if kind == TWO_NARROW and across >= WIDE_LEGEND:
        around -= LOWER_LEGEND
    return across, min(best, max(least, height - around)), corridor


def _projected(width: float, height: float) -> ScreenSizes:
    enlarged = max(1.0, min(width / PROJECTED[0], height / PROJECTED[1]))
    across, down = width / enlarged - BESIDE_PICTURE, height / enlarged - AROUND_PICTURE
    picture = min(across / PICTURE[0], down / PICTURE[1])
    readable = READ_FROM_AFAR / SMALLEST_WORDS
    charts = PROJECTED_CHARTS
    room = (height / enlarged - AROUND_CHARTS) / readable - (chart_frame.height(charts) - 3 * charts.plot)
    charts = charts._replace(plot=min(charts.plot, max(LEAST_PLOT, room / 3)))
    return ScreenSizes(PROJECTOR, PICTURE, charts, picture, readable, enlarged, READ_FROM_AFAR / picture)
