"""The page's state, and what its buttons do: everything but drawing.

One thing is under way at a time (playing, jumping, living the weeks again); asking for another ends it between two
weeks. A mistake leaves the practice as it was and becomes words beside what caused it.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping

from tearsim.errors import TearSimError
from tearsim.science.declaration import Value
from tearsim.show.page import controls
from tearsim.show.page.downloads import File, experiment_file, log_file
from tearsim.show.page.people_table import Asked
from tearsim.show.page.picture import Who
from tearsim.show.page.pinned_runs import BREATH, GLANCE, Becoming, LuckAsked, Pinned, answer, end, live_until
from tearsim.show.page.practice_and_twin import PracticeAndTwin, same_person
from tearsim.study.people.watched_practice import WatchedPractice

# Seconds a week at least takes while playing; "fast" is as fast as it draws.
SPEEDS = {"slow": 1.0, "medium": 1 / 3, "fast": 0.0}
TABS = ("Charts", "Story", "Compare")
Doing = Callable[[], None]


class Controller:
    """What one page shows and does; two pages share nothing.

    `draw` makes the drawings of what is on the page now, `show` shows those made last, and `drawn` waits until the
    browser has drawn what was shown.
    """

    def __init__(self, draw: Doing, show: Doing, drawn: Callable[[], Awaitable[None]]) -> None:
        self._draw, self._show, self._drawn = draw, show, drawn
        self.values = controls.start()
        self.seed = controls.START_SEED
        self.practices = PracticeAndTwin(self.seed, self.values)
        self.playing = False
        self.presses = 0  # of Play: the button then shows again what holds
        self.speed = "medium"
        self.tab = TABS[0]
        self.chosen: Who | None = None
        self.table: Asked | None = None  # the table to choose from, while it is open
        self.pinned: Pinned | None = None
        self.pinning: Pinned | None = None  # as soon as it has lived as many weeks
        self.luck: LuckAsked | None = None
        self.mistakes: dict[str, str] = {}  # by control, "seed", "practice" or "save"
        self.notice = ""
        self.file: File | None = None
        self.files = 0  # handed over so far
        self.refusals = 0  # of what was typed: a field then shows again what holds
        self._becoming: Becoming | None = None
        self._under_way: asyncio.Task[None] | None = None
        self._weeks_to_go = 0  # of a jump that is under way
        self._asked: asyncio.Task[None] | None = None

    @property
    def title(self) -> str:
        """What to call the practice as it is set."""
        preset = controls.preset_of(self.values)
        return preset.name if preset else "Your own settings"

    @property
    def is_busy(self) -> bool:
        """Whether anything is under way."""
        return self._under_way is not None or self._asked is not None

    # --- One thing at a time ------------------------------------------------------------------------------------------

    def start(self, doing: Callable[[], Coroutine[object, None, None]]) -> None:
        """Begin something in place of what is under way."""
        self.stop()
        self._under_way = asyncio.get_running_loop().create_task(self._guarded(doing))

    def stop(self) -> None:
        """End what is under way, between two weeks."""
        if self._under_way is not None:
            end(self._under_way)
        self._under_way, self._weeks_to_go = None, 0
        self.playing = False
        self.notice = ""

    def go_on(self, first: Callable[[], Coroutine[object, None, None]]) -> None:
        """Do something between two weeks, and go on with what was under way: playing, or the way to a week."""
        playing, to_go = self.playing, self._weeks_to_go

        async def doing() -> None:
            await first()
            await (self._play() if playing else self._live(to_go))

        self.start(doing)
        self.playing, self._weeks_to_go = playing, to_go

    def look_after(self) -> None:
        """End what a lost connection left behind, which cannot go on since its event loop went with the connection.

        The browser may have missed that it ended: it is told again.
        """
        loop = asyncio.get_running_loop()
        if self._under_way is not None and self._under_way.get_loop() is not loop:
            self.stop()
        if self._asked is not None and self._asked.get_loop() is not loop:
            end(self._asked)
            self._asked, self.luck = None, None
        if not self.is_busy:
            self.presses += 1
            self._changed()

    async def _guarded(self, doing: Callable[[], Coroutine[object, None, None]]) -> None:
        mine = asyncio.current_task()
        try:
            await doing()
        except TearSimError as mistake:
            self.mistakes["practice"] = str(mistake)
        except Exception as trouble:  # whatever it is, the page must live on and say so
            self.mistakes["practice"] = (
                f"Something went wrong in week {self.practices.week + 1}; the practice stopped there. Reset starts "
                f"again. ({type(trouble).__name__}: {trouble})"
            )
        finally:
            if self._under_way is mine:
                self._under_way, self._weeks_to_go, self.playing, self.notice = None, 0, False, ""
                self._changed()

    def _changed(self) -> None:
        """Show what is on the page now."""
        self._draw()
        self._show()

    def _tell(self, notice: str) -> None:
        """Say what is under way."""
        self.notice = notice
        self._changed()

    # --- Weeks --------------------------------------------------------------------------------------------------------

    def _step(self) -> None:
        self.practices.step()
        if self.pinned is not None:
            self.pinned.world.step()

    async def _live(self, weeks: int) -> None:
        """Live so many weeks, looking up now and then."""
        await self._settle()
        looked = glanced = time.monotonic()
        last = self.practices.week + weeks
        while self.practices.week < last:
            self._step()
            self._weeks_to_go = last - self.practices.week
            now = time.monotonic()
            if now - glanced > GLANCE:
                self.notice = f"Week {self.practices.week} of {last} ..."
                self._changed()
                await self._drawn()
                looked = glanced = time.monotonic()
            elif now - looked > BREATH:
                await asyncio.sleep(0)
                looked = now

    def step(self) -> None:
        """One week."""
        self.jump(1)

    def jump(self, weeks: int) -> None:
        """So many weeks at once; pressed again on the way, so many more."""
        weeks += self._weeks_to_go
        self.start(lambda: self._live(weeks))
        self._weeks_to_go = weeks

    def play(self, seen: bool | None = None) -> None:
        """Week after week, or stop if that is what it does.

        `seen` is what the button showed; one that lost its connection may still say Pause, and then it pauses.
        """
        self.presses += 1
        if self.playing if seen is None else seen:
            self.start(self._settle)
        else:
            self.start(self._play)
            self.playing = True
        self._changed()

    async def _play(self) -> None:
        await self._settle()
        while True:
            began = time.monotonic()
            self._step()
            self._draw()
            await self._drawn()  # the week before, which the browser drew while this one was lived and drawn up
            self._show()
            await asyncio.sleep(max(0.0, SPEEDS[self.speed] - (time.monotonic() - began)))

    def reset(self) -> None:
        """Back to before the first session, the same people and luck."""
        self.mistakes.clear()
        self._becoming = Becoming(self.values, self.seed, 0)
        self.start(self._settle)

    # --- Settings: the weeks so far are lived again -------------------------------------------------------------------

    def change(self, name: str, given: object) -> None:
        """Set a parameter to what was typed or chosen, or say why not."""
        self.mistakes.pop(name, None)
        try:
            values = controls.read_control(name, given, self.values)
        except TearSimError as mistake:
            self._refuse(name, mistake)
            return
        if values != self.values:
            self._live_again(values, self.seed)
        self._changed()

    def change_seed(self, given: object) -> None:
        """Set the seed to what was typed, or say why not."""
        self.mistakes.pop("seed", None)
        try:
            seed = controls.read_seed(given, self.seed)
        except TearSimError as mistake:
            self._refuse("seed", mistake)
            return
        if seed != self.seed:
            self._live_again(self.values, seed)
        self._changed()

    def new_luck(self) -> None:
        """The next seed."""
        self.change_seed(str((self.seed + 1) % (controls.MOST_PAGE_SEED + 1)))

    def choose_preset(self, name: str) -> None:
        """Set everything but the size of the practice to a preset."""
        preset = next(preset for preset in controls.PRESETS if preset.name == name)
        self.mistakes.clear()
        values = controls.with_preset(preset, self.values)
        if values != self.values:
            self._live_again(values, self.seed)
        self._changed()

    def _refuse(self, field: str, mistake: TearSimError) -> None:
        self.mistakes[field] = str(mistake)
        self.refusals += 1
        self._changed()

    def _live_again(self, values: dict[str, Value], seed: int) -> None:
        """Live the weeks so far again under other settings; then play on, or on to the week a jump was heading for."""
        weeks = self._becoming.weeks if self._becoming is not None else self.practices.week
        self.values, self.seed, self._becoming = values, seed, Becoming(values, seed, weeks)
        self.go_on(self._settle)

    async def _settle(self) -> None:
        """Bring about what was asked for and is not there yet: the practice of the settings, the run to be pinned."""
        await self._become()
        await self._keep()

    async def _become(self) -> None:
        """Put the practice of the settings in place of an earlier one, and live as many weeks.

        Until that is done the earlier practice stays in sight; broken off, it begins anew.
        """
        if self._becoming is None:
            return
        self.mistakes.pop("practice", None)
        becoming = self._becoming
        other = PracticeAndTwin(becoming.seed, becoming.values)
        pinned = self.pinned.anew() if self.pinned is not None and becoming.weeks < self.practices.week else None

        def step() -> None:
            other.step()
            if pinned is not None:
                pinned.step()

        def glance() -> None:
            self._tell(f"Living the weeks so far again: {other.week} of {becoming.weeks} ...")

        await live_until(lambda: other.week >= becoming.weeks, step, glance)
        self.chosen = same_person(self.chosen, self.practices, other)
        if self.pinned is not None and pinned is not None:
            self.pinned.world = pinned
        self.practices, self._becoming, self.notice = other, None, ""
        self._changed()

    # --- Looking closer -----------------------------------------------------------------------------------------------

    def choose(self, who: Who | None) -> None:
        """Choose a person, and open their story."""
        self.chosen, self.table = who, None
        if who is not None:
            self.tab = "Story"
        self._changed()

    def ask_table(self, asked: Asked | None) -> None:
        """Open the table of people, in another order or with others in it; or close it."""
        self.table = asked
        self._changed()

    def open_tab(self, tab: str) -> None:
        """Open a tab."""
        self.tab = tab if tab in TABS else self.tab
        self._changed()

    def set_speed(self, speed: str) -> None:
        """How fast to play."""
        self.speed = speed if speed in SPEEDS else self.speed
        self._changed()

    def pin(self) -> None:
        """Keep this run to see others against, or let go of the one that is kept.

        It is lived once more, so that it can go on by itself; whatever is done meanwhile, it will be there.
        """
        if self.pinned is not None or self.pinning is not None:
            self.pinned = self.pinning = None
            self._changed()
            return
        world = WatchedPractice(self.seed, self.values)
        self.pinning = Pinned(self.title, dict(self.values), self.seed, world)
        self.go_on(self._settle)
        self._changed()

    async def _keep(self) -> None:
        """Live the run to be pinned as far as the practice has come; broken off, it goes on from there."""
        pinning, week = self.pinning, self.practices.week
        if pinning is None:
            return
        if pinning.world.practice.week > week:
            pinning.world = pinning.anew()
        practice = pinning.world.practice
        await live_until(
            lambda: practice.week >= week or self.pinning is not pinning,
            pinning.world.step,
            lambda: self._tell(f"Keeping this run: {practice.week} of {week} ..."),
        )
        if self.pinning is pinning:  # else it was let go of meanwhile
            self.pinned, self.pinning = pinning, None
        self._tell("")

    # --- Is it luck? --------------------------------------------------------------------------------------------------

    def ask_luck(self, of_worlds: bool = False) -> None:
        """Run many practices like this, or in open worlds, in a thread; asked again while it runs, it stops."""
        self.mistakes.pop("luck", None)
        if self._asked is not None:
            end(self._asked)
            self._asked, self.luck = None, None
            self._changed()
            return
        if self.practices.week:
            asked = LuckAsked(self.title, dict(self.values), self.seed, self.practices.week, of_worlds)
            self.luck = asked
            self._asked = asyncio.get_running_loop().create_task(self._ask_luck(asked))
            self._changed()

    async def _ask_luck(self, asked: LuckAsked) -> None:
        try:
            await answer(asked, lambda: self.luck is asked, self._changed)
        except Exception as trouble:  # the page must live on and say so
            if self.luck is asked:
                self.mistakes["luck"] = f"That could not be run. ({type(trouble).__name__}: {trouble})"
        finally:
            if self.luck is asked:  # by now another question may have taken its place
                self.luck = asked if asked.answer is not None else None
                self._asked = None
                self._changed()

    @property
    def is_asking(self) -> bool:
        """Whether many practices are being run."""
        return self._asked is not None

    # --- Taking away --------------------------------------------------------------------------------------------------

    def save_settings(self) -> None:
        """Hand over the settings as an experiment file."""
        self._hand_over(experiment_file(self.title, self.values, self.seed, max(1, self.practices.week)))

    def save_log(self) -> None:
        """Hand over every session so far."""
        self.mistakes.pop("save", None)
        if not self.practices.week:
            self.mistakes["save"] = "No session yet: there is nothing to save."
            self._changed()
            return
        asyncio.get_running_loop().create_task(self._save_log(dict(self.values), self.seed, self.practices.week))

    async def _save_log(self, values: Mapping[str, Value], seed: int, weeks: int) -> None:
        self.notice = "Writing the sessions ..."
        self._changed()
        try:
            made = await asyncio.get_running_loop().run_in_executor(None, log_file, values, seed, weeks)
        except Exception as trouble:  # the page must live on and say so
            self.mistakes["save"] = str(trouble) or type(trouble).__name__
            made = None
        self.notice = ""
        if made is not None:
            self._hand_over(made)
        self._changed()

    def _hand_over(self, file: File) -> None:
        self.mistakes.pop("save", None)
        self.file, self.files = file, self.files + 1
        self._changed()
