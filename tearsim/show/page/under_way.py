"""One thing at a time: what is under way on a page ends, between two weeks, as soon as another thing is asked for."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine

from tearsim.errors import TearSimError
from tearsim.show.page.pinned_runs import end

Doing = Callable[[], Coroutine[object, None, None]]


class OneAtATime(ABC):
    """What is under way: whether it is Play, how many weeks of a jump are left, and what is said of it."""

    def __init__(self) -> None:
        self.playing = False
        self.notice = ""
        self.mistakes: dict[str, str] = {}  # by control, "seed", "practice", "save" or "address"
        self._under_way: asyncio.Task[None] | None = None
        self._weeks_to_go = 0

    @property
    @abstractmethod
    def next_week(self) -> int:
        """The week that is lived next."""

    @abstractmethod
    def _changed(self) -> None:
        """Show what is on the page now."""

    def start(self, doing: Doing) -> None:
        """Begin something in place of what is under way."""
        self.stop()
        self._under_way = asyncio.get_running_loop().create_task(self._guarded(doing))

    def stop(self) -> None:
        """End what is under way, between two weeks."""
        if self._under_way is not None:
            end(self._under_way)
        self._all_done()

    def _all_done(self) -> None:
        self._under_way, self._weeks_to_go, self.playing, self.notice = None, 0, False, ""

    def _tell(self, notice: str) -> None:
        """Say what is under way."""
        self.notice = notice
        self._changed()

    async def _guarded(self, doing: Doing) -> None:
        mine = asyncio.current_task()
        try:
            await doing()
        except TearSimError as mistake:
            self.mistakes["practice"] = str(mistake)
        except Exception as trouble:  # whatever it is, the page must live on and say so
            self.mistakes["practice"] = (
                f"Something went wrong in week {self.next_week}; the practice stopped there. Reset starts again. "
                f"({type(trouble).__name__}: {trouble})"
            )
        finally:
            if self._under_way is mine:
                self._all_done()
                self._changed()
