"""The page's state, and what its buttons do: everything but drawing.

One thing is under way at a time (playing, jumping, living the weeks again); asking for another ends it between two
weeks. A mistake leaves the practice as it was and becomes words beside what caused it.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

from tearsim.errors import TearSimError
from tearsim.science.declaration import Value
from tearsim.show.page import address, controls, lesson
from tearsim.show.page.people_table import Asked
from tearsim.show.page.picture import Who
from tearsim.show.page.pinned_runs import BREATH, GLANCE, Becoming, LuckAsked, Pinned, live_until
from tearsim.show.page.practice_and_twin import PracticeAndTwin, same_person
from tearsim.show.page.questions import Questions
from tearsim.show.page.saving import Saving
from tearsim.show.page.under_way import Doing
from tearsim.study.people.watched_practice import WatchedPractice

# Seconds a week at least takes while playing; "fast" is as fast as it draws.
SPEEDS = {"slow": 1.0, "medium": 1 / 3, "fast": 0.0}
REPLAYING = "Replaying the weeks so far with the same people and luck ..."
Showing = Callable[[], None]


class Controller(Saving):
    """What one page shows and does; two pages share nothing.

    `draw` makes the drawings of what is on the page now, `show` shows those made last, and `drawn` waits until the
    browser has drawn what was shown.
    """

    def __init__(self, draw: Showing, show: Showing, drawn: Callable[[], Awaitable[None]]) -> None:
        super().__init__()
        self._draw, self._show, self._drawn = draw, show, drawn
        self.values = controls.start()
        self.seed = controls.START_SEED
        self.practices = PracticeAndTwin(self.seed, self.values)
        self.presses = 0  # of Play: the button then shows again what holds
        self.speed = "medium"
        self.tab = address.TABS[0]
        self.chosen: Who | None = None
        self.table: Asked | None = None  # the table to choose from, while it is open
        self.pinned: Pinned | None = None
        self.pinning: Pinned | None = None  # as soon as it has lived as many weeks
        self.questions = Questions(self._changed)
        self.lesson = 0  # its step; 0 is none
        self.refusals = 0  # of what was typed: a field then shows again what holds
        self._becoming: Becoming | None = None
        self._awaited = ""  # a person of an address, until the practice has lived so far

    @property
    def title(self) -> str:
        """What to call the practice as it is set."""
        preset = controls.preset_of(self.values)
        return preset.name if preset else "Your own settings"

    @property
    def is_busy(self) -> bool:
        """Whether anything is under way."""
        return self._under_way is not None or self.questions.is_asking

    @property
    def next_week(self) -> int:
        """The week that is lived next."""
        return self.practices.week + 1

    # --- One thing at a time ------------------------------------------------------------------------------------------

    def go_on(self, first: Doing) -> None:
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
        self.questions.look_after()
        if not self.is_busy:
            self.presses += 1
            self._changed()

    def _changed(self) -> None:
        """Show what is on the page now."""
        self._draw()
        self._show()

    # --- From and to an address ---------------------------------------------------------------------------------------

    @property
    def address(self) -> str:
        """The address that opens what is on the page now, or what it is becoming."""
        week = self.practices.week if self._becoming is None else self._becoming.weeks
        person = self._awaited or address.name_of(self.chosen, self.practices)
        return address.query_of(address.Opened(self.values, self.seed, week, self.tab, person, self.lesson))

    def open_address(self, query: str) -> None:
        """Open what an address asks for; what it cannot be is said, and the rest is opened."""
        opened, mistakes = address.read(query)
        if mistakes:
            self.mistakes["address"] = " ".join(mistakes)
        self.tab, self.lesson, self._awaited = opened.tab, opened.lesson, opened.person
        if (opened.values, opened.seed) != (self.values, self.seed):
            self.values, self.seed = opened.values, opened.seed
            self.practices = PracticeAndTwin(self.seed, self.values)
        if opened.week:
            self._becoming = Becoming(self.values, self.seed, opened.week)
        if opened.week or opened.person:
            self.start(self._settle)

    def _meet_the_awaited(self) -> None:
        """Choose the person of the address, now that the practice is where they are to be met."""
        if not self._awaited:
            return
        try:
            self.chosen = address.person_named(self._awaited, self.practices)
        except TearSimError as mistake:
            self.mistakes["address"] = " ".join(filter(None, (self.mistakes.get("address"), str(mistake))))
        self._awaited = ""

    # --- The lesson ---------------------------------------------------------------------------------------------------

    def go_to_lesson(self, step: int) -> None:
        """Open a step of the lesson; 0 ends it. The first brings a practice of its own."""
        self.lesson = step if 0 <= step <= len(lesson.LESSON_STEPS) else 0
        if self.lesson:
            self.tab = lesson.LESSON_STEPS[self.lesson - 1].tab
        if self.lesson == 1:
            self.mistakes.clear()
            self.chosen = self.pinned = self.pinning = None
            self.values, self.seed = lesson.practice(), lesson.SEED
            self._becoming = Becoming(self.values, self.seed, 0)
            self.start(self._settle)
        self._changed()

    # --- Weeks --------------------------------------------------------------------------------------------------------

    def _step(self) -> None:
        self.practices.step()
        if self.pinned is not None:
            self.pinned.world.step()

    async def _live(self, weeks: int) -> None:
        """Live a number of weeks, pausing now and then to draw, or to let something else begin."""
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
        """Some weeks at once; pressed again on the way, as many more."""
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
            if self.lesson == 1 and lesson.tears_were_seen(self):
                return
            await asyncio.sleep(max(0.0, SPEEDS[self.speed] - (time.monotonic() - began)))

    def reset(self) -> None:
        """Back to before the first session, the same people and luck."""
        self.mistakes.clear()
        self._becoming = Becoming(self.values, self.seed, 0)
        self.start(self._settle)

    # --- Settings: the weeks so far are lived again -------------------------------------------------------------------

    def change(self, name: str, given: object, typed: bool = False) -> None:
        """Set a parameter to what was typed, in the unit it is told in, or chosen, in its own; or say why not."""
        self.mistakes.pop(name, None)
        try:
            values = (controls.read_typed if typed else controls.read_control)(name, given, self.values)
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
        self._meet_the_awaited()
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
            self._tell(f"Replaying: week {other.week} of {becoming.weeks} ...")

        if becoming.weeks:
            self._tell(REPLAYING)
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
        self.tab = tab if tab in address.TABS else self.tab
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
        if pinning.world.week > week:
            pinning.world = pinning.anew()
        world = pinning.world
        await live_until(
            lambda: world.week >= week or self.pinning is not pinning,
            world.step,
            lambda: self._tell(f"Keeping this run: {world.week} of {week} ..."),
        )
        if self.pinning is pinning:  # else it was let go of meanwhile
            self.pinned, self.pinning = pinning, None
        self._tell("")

    # --- Is it luck? --------------------------------------------------------------------------------------------------

    @property
    def luck(self) -> LuckAsked | None:
        """The question that was asked of many practices last."""
        return self.questions.luck

    def ask_luck(self, of_worlds: bool = False, minus_pinned: bool = False) -> None:
        """Ask many practices like this, in open worlds, or minus the pinned run; asked again meanwhile, they stop."""
        if self.questions.is_asking:
            self.questions.stop()
            self._changed()
        elif self.practices.week:
            other = self.pinned if minus_pinned else None
            self.questions.ask(
                LuckAsked(self.title, dict(self.values), self.seed, self.practices.week, of_worlds, other)
            )
