"""The page itself: what the other modules say and draw, put into a browser with Solara.

Each tab that opens it has a controller, and so practices, of its own.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypedDict

import reacton.core
import solara
from solara.server import kernel_context
from solara.server.kernel_context import PageStatus

from tearsim.show.page import chart_frame, charts, geometry, panels, picture, sizes, spoken
from tearsim.show.page.controller import Controller
from tearsim.show.page.packed import Sent
from tearsim.show.page.palette import css_variables, palette
from tearsim.show.page.payload import Look, Panel, Traces
from tearsim.show.page.people_table import Asked, asked_again
from tearsim.show.page.telling import this_week

CSS = css_variables() + Path(__file__).with_name("page.css").read_text(encoding="utf-8")
PATIENCE = 5.0  # seconds to wait for a browser to say that it has drawn
DRAWINGS = 50  # for which it is kept who was where: the browser may still show an earlier one when it is clicked

Happened = Callable[..., None]


class Window(TypedDict):
    """What the browser tells of itself."""

    width: float
    height: float
    dark: bool
    query: str  # of the address that it opened


class Clicked(TypedDict):
    """Where a plot was clicked: the drawing, the trace, and the point of it."""

    number: int
    trace: str
    point: int


class View:
    """One tab: its controller, what its two plots show, and what the browser has told of itself."""

    def __init__(self) -> None:
        self.tick = solara.reactive(0)
        self.width, self.height, self.dark, self.theme_chosen = 0, 0, False, False
        self.number, self.shown, self.seen = 0, 0, 0  # of the drawings: made, shown, and drawn by the browser
        self.acknowledged: asyncio.Event | None = None  # while somebody waits
        self.keys: dict[str, object] = {}
        self.frames: dict[str, str] = {}
        self.sent: dict[str, Sent] = {}
        self.who: dict[int, dict[str, list[picture.Who]]] = {}  # by number of the drawing, and trace
        self.drawn_of: object = None  # the practices that these drawings were of
        self.controller = Controller(self._draw, self._show_drawn, self.wait)

    @property
    def sizes(self) -> sizes.ScreenSizes:
        """How large everything is drawn."""
        return sizes.sizes(self.width, self.height, self.controller.practices.therapists)

    def show(self) -> None:
        """Show what there is now; nothing before the browser has told its width."""
        self._draw()
        self._show_drawn()

    def _draw(self) -> None:
        """Make the drawings of what there is now."""
        if not self.width:
            return
        self.number += 1
        self._draw_picture()
        if self.controller.tab == "Charts" or "charts" not in self.sent:
            self._draw_charts()

    def _show_drawn(self) -> None:
        """Show the drawings that were made last."""
        self.shown = self.number
        self.tick.set(self.number)

    async def wait(self) -> None:
        """Wait until the browser has drawn what was shown last; not for ever, since it may be gone.

        What is waited on is made anew each time: a browser that lost its connection comes back on another event loop.
        (Not with `asyncio.wait_for`, which in Python 3.11 loses a Pause that comes just as the browser has drawn.)
        """
        while self.seen < self.shown:
            self.acknowledged = asyncio.Event()
            try:
                async with asyncio.timeout(PATIENCE):
                    await self.acknowledged.wait()
            except TimeoutError:
                return

    def drawn(self, number: int) -> None:
        """The browser has drawn what was shown under that number."""
        self.seen = max(self.seen, int(number))
        if self.acknowledged is not None:
            self.acknowledged.set()

    def measured(self, window: Window) -> None:
        """The browser tells its width and theme, and at first what its address asks for."""
        if not self.width:
            self.controller.open_address(window["query"])
        self.width, self.height = int(window["width"]), int(window["height"])
        if not self.theme_chosen:
            self.dark = bool(window["dark"])
        self.show()

    def choose_theme(self, dark: bool) -> None:
        """Dark or light, whatever the system says."""
        self.dark, self.theme_chosen = bool(dark), True
        self.show()

    def clicked(self, where: Clicked) -> None:
        """A point of a drawing of the picture was clicked: choose whoever it was there."""
        points = self.who.get(where["number"], {}).get(where["trace"], [])
        if 0 <= where["point"] < len(points):
            self.controller.choose(points[where["point"]])

    def _draw_picture(self) -> None:
        practices, colours = self.controller.practices, palette(self.dark)
        drawn_at = self.sizes
        plan = geometry.floor_plan(*drawn_at.picture, practices.therapists, int(practices.parameters["caseload"]))
        drawn = picture.picture(practices.scene(), plan, colours, [self.controller.chosen])
        if self.drawn_of is not practices:  # in another practice the same number is another person
            self.who.clear()
        self.drawn_of = practices
        self.who[self.number] = {name: arrays.who for name, arrays in drawn.items()}
        self.who.pop(self.number - DRAWINGS, None)
        self._put("picture", {name: {"x": a.x, "y": a.y, **a.more} for name, a in drawn.items()})
        self._put_frame(
            "picture",
            (plan, self.dark, drawn_at.least_words),
            lambda: (
                picture.picture_styles(plan, colours, drawn_at.least_words),
                picture.picture_layout(plan, colours, drawn_at.least_words),
            ),
        )

    def _draw_charts(self) -> None:
        told, size, colours = panels.charts_told(self.controller), self.sizes.charts, palette(self.dark)
        self._put("charts", charts.charts(told, size, colours))
        self._put_frame(
            "charts",
            chart_frame.frame_key(told, size, self.dark),
            lambda: (chart_frame.charts_styles(colours), chart_frame.charts_layout(told, size, colours)),
        )

    def _put(self, name: str, traces: Traces) -> None:
        self.sent.setdefault(name, Sent()).send(self.number, self.controller.practices.week, traces)

    def _put_frame(self, name: str, key: object, made: Callable[[], tuple[list[Look], Look]]) -> None:
        """A plot's look and layout, made anew only when what they depend on has changed."""
        if self.keys.get(name) != key:
            styles, layout = made()
            self.keys[name], self.frames[name] = key, json.dumps({"data": styles, "layout": layout})


def open_pages() -> Mapping[str, bool]:
    """The pages that have a practice now, by the names that the server has for them: whether each is connected."""
    of_pages = {name: list(context.page_status.values()) for name, context in kernel_context.contexts.copy().items()}
    return {name: not states or PageStatus.CONNECTED in states for name, states in of_pages.items()}


# --- Components: templates that take plain data -----------------------------------------------------------------------


@solara.component_vue("templates/frame.vue")
def Frame(
    file: dict[str, object], address: str, event_measure: Happened, event_play: Happened, event_step: Happened
) -> None:
    """Measures the window, keeps its address, saves files, and hears the keys that work everywhere."""


@solara.component_vue("templates/plot.vue")
def Plot(
    says: str, frame: str, whole: bytes, changed: bytes, tells: bool, event_clicked: Happened, event_drawn: Happened
) -> None:
    """A plot: it in words, look and layout, and arrays; tells when they are drawn, if it is to, and what is clicked."""


@solara.component_vue("templates/top.vue")
def Top(panel: Panel, event_theme: Happened) -> None:
    """The header."""


@solara.component_vue("templates/settings.vue")
def Settings(
    told: str, event_change: Happened, event_preset: Happened, event_seed: Happened, event_luck: Happened
) -> None:
    """Presets and controls, as JSON: Solara would look through all of them for components each week."""


@solara.component_vue("templates/first.vue")
def First(panel: Panel, event_lesson: Happened) -> None:
    """First words, or a step of the lesson."""


@solara.component_vue("templates/transport.vue")
def Transport(
    panel: Panel,
    event_play: Happened,
    event_step: Happened,
    event_jump: Happened,
    event_reset: Happened,
    event_speed: Happened,
    event_stalled: Happened,
) -> None:
    """Clock and buttons; tells when what is under way shows nothing for a while."""


@solara.component_vue("templates/week.vue")
def ThisWeek(panel: Panel) -> None:
    """The week in a sentence."""


@solara.component_vue("templates/tabs.vue")
def Tabs(
    panel: Panel,
    event_open: Happened,
    event_pin: Happened,
    event_settings: Happened,
    event_log: Happened,
    event_replay: Happened,
) -> None:
    """Tabs, Pin and Save."""


@solara.component_vue("templates/note.vue")
def Note(words: str, button: str, event_open: Happened) -> None:
    """A note that ends in a button to another tab."""


@solara.component_vue("templates/story.vue")
def StoryTab(panel: Panel, event_table: Happened) -> None:
    """One person's story."""


@solara.component_vue("templates/table.vue")
def PeopleTable(
    panel: Panel, event_show: Happened, event_order: Happened, event_choose: Happened, event_closed: Happened
) -> None:
    """A table to choose a person from, as a dialog."""


@solara.component_vue("templates/compare.vue")
def Compare(panel: Panel, event_ask: Happened) -> None:
    """Two runs side by side, and whether it is luck."""


@solara.component
def Layout(children: list[object]) -> object:
    """The page alone, without Solara's own bars."""
    return solara.Div(children=children)


@solara.component
def RightCard(view: View) -> None:
    """Charts, Story or Compare; the charts live on while they are hidden."""
    _ = view.tick.value
    controller = view.controller
    with solara.Div():
        Tabs(
            panel=panels.tabs(controller),
            event_open=controller.open_tab,
            event_pin=lambda _: controller.pin(),
            event_settings=lambda _: controller.save_settings(),
            event_log=lambda _: controller.save_log(),
            event_replay=lambda _: controller.save_replay(),
        )
        with solara.v.Html(tag="div", attributes={"id": "told", "role": "tabpanel", "aria-label": controller.tab}):
            with solara.Div(classes=["charts-holder"] if controller.tab == "Charts" else ["charts-holder", "hidden"]):
                Plot(
                    says=spoken.charts_in_words(controller.practices),
                    frame=view.frames["charts"],
                    whole=view.sent["charts"].whole,
                    changed=view.sent["charts"].changed,
                    tells=False,
                    event_clicked=lambda _: None,
                    event_drawn=lambda _: None,
                )
            if controller.tab == "Charts":
                Note(words=panels.note_of_charts(controller), button="Compare", event_open=controller.open_tab)
            elif controller.tab == "Story":
                StoryTab(
                    panel=panels.one_story(controller, view.sizes.charts.width),
                    event_table=lambda _: controller.ask_table(Asked()),
                )
                PeopleTable(
                    panel=panels.table(controller),
                    event_show=lambda which: controller.ask_table(Asked(which)),
                    event_order=lambda by: controller.ask_table(asked_again(controller.table or Asked(), by)),
                    event_choose=lambda key: controller.choose(panels.chosen_from(key)),
                    event_closed=lambda _: controller.ask_table(None),
                )
            elif controller.tab == "Compare":
                Compare(
                    panel=panels.comparison(controller, view.sizes.charts.width),
                    event_ask=lambda of: controller.ask_luck(of == "numbers", of == "pinned"),
                )


def _enlarged(drawn: sizes.ScreenSizes) -> dict[str, str]:
    """How much the style sheet enlarges what."""
    width, height, _ = drawn.picture
    return {
        "--enlarged": f"{drawn.enlarged:.4f}",
        "--picture": f"{drawn.picture_enlarged:.4f}",
        "--charts": f"{drawn.charts_enlarged:.4f}",
        "--picture-width": f"{width}px",
        "--picture-height": f"{height}px",
        "--charts-width": f"{drawn.charts.width}px",
        "--charts-height": f"{chart_frame.height(drawn.charts)}px",
    }


def _forget_elements_gone() -> None:
    """Reacton notes where every element ever was, for the words of an error that cannot happen here: two kilobytes of
    them a week, for as long as a page plays."""
    gone = getattr(reacton.core.get_render_context(), "_old_element_ids", None)
    if gone is not None:
        gone.clear()


@solara.component
def Page() -> None:
    """The practice in the browser."""
    _forget_elements_gone()
    view = solara.use_memo(View, [])
    _ = view.tick.value
    controller = view.controller
    settings = solara.use_memo(
        lambda: json.dumps(panels.settings_panel(controller)),
        [controller.values, controller.seed, dict(controller.mistakes), controller.refusals],
    )
    legend = solara.use_memo(panels.signs, [])
    solara.Title("TearSim")
    solara.Style(CSS)
    file = {"number": controller.files, **(controller.file._asdict() if controller.file else {"name": "", "text": ""})}
    with solara.Div(
        classes=["tearsim", view.sizes.kind, *(["dark"] if view.dark else [])], style=_enlarged(view.sizes)
    ):
        Frame(
            file=file,
            address=controller.address,
            event_measure=view.measured,
            event_play=lambda _: controller.play(),
            event_step=lambda _: controller.step(),
        )
        if not view.width:
            return
        with solara.Div(classes=["top-holder"]):
            Top(panel=panels.top(view.dark), event_theme=view.choose_theme)
        with solara.Div(classes=["settings-holder"]):
            Settings(
                told=settings,
                event_change=lambda told: controller.change(told["name"], told["value"], bool(told.get("typed"))),
                event_preset=controller.choose_preset,
                event_seed=controller.change_seed,
                event_luck=lambda _: controller.new_luck(),
            )
        with solara.v.Html(tag="main", class_="main-holder", attributes={"id": "practice", "tabindex": "-1"}):
            First(panel=panels.first_words(controller), event_lesson=controller.go_to_lesson)
            Transport(
                panel=panels.transport(controller),
                event_play=controller.play,
                event_step=lambda _: controller.step(),
                event_jump=controller.jump,
                event_reset=lambda _: controller.reset(),
                event_speed=controller.set_speed,
                event_stalled=lambda _: controller.look_after(),
            )
            with solara.Div(classes=["cards"]):
                with solara.Div(classes=["card", "practice"]):
                    ThisWeek(panel=this_week(controller.practices))
                    with solara.Div(classes=["picture-holder"]):
                        Plot(
                            says=spoken.picture_in_words(controller.practices),
                            frame=view.frames["picture"],
                            whole=view.sent["picture"].whole,
                            changed=view.sent["picture"].changed,
                            tells=True,
                            event_clicked=view.clicked,
                            event_drawn=view.drawn,
                        )
                    solara.HTML(tag="div", classes=["legend"], unsafe_innerHTML=legend)
                with solara.Div(classes=["card"]):
                    RightCard(view)
