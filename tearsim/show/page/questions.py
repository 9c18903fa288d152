"""Questions that a page asks of many practices: one at a time, and of all pages together as many as the machine bears.

A question waits its turn while others are being answered, so that a class that asks at once does not stop its own play.
"""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from tearsim.show.page.pinned_runs import LuckAsked, WhichAsked, end, many_practices, more_people, practices_enough

# Of all pages of this server. The other processors are left to those who play.
AT_ONCE = max(1, (os.cpu_count() or 1) // 2)
_ANSWERING = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="question")
LOOK = 0.5  # seconds between looks at how far an answer is


class Questions:
    """What one page has asked and been answered; `changed` shows it."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self.luck: LuckAsked | None = None  # what was asked last
        self._answered: dict[WhichAsked, LuckAsked] = {}
        self.mistake = ""
        self._asked: asyncio.Task[None] | None = None

    @property
    def is_asking(self) -> bool:
        """Whether a question waits for its answer."""
        return self._asked is not None

    def told(self, kind: WhichAsked) -> LuckAsked | None:
        """The question of a kind that is under way, or else was answered last: answers to the others stay beside it."""
        if self.luck is not None and self.luck.kind == kind:
            return self.luck
        return self._answered.get(kind)

    def ask(self, asked: LuckAsked) -> None:
        """Ask it, in place of an earlier one."""
        self.luck, self.mistake = asked, ""
        self._asked = asyncio.get_running_loop().create_task(self._ask(asked))
        self._changed()

    def stop(self) -> None:
        """Wait for no answer any more; what is known of it stays."""
        if self._asked is not None:
            end(self._asked)
            self._keep(self.luck)
            self._asked, self.luck = None, None

    def look_after(self) -> None:
        """Stop what a lost connection left behind, whose event loop went with it."""
        if self._asked is not None and self._asked.get_loop() is not asyncio.get_running_loop():
            self.stop()

    async def _ask(self, asked: LuckAsked) -> None:
        try:
            await self._answer(asked)
        except Exception as trouble:  # the page must live on and say so
            if self.luck is asked:
                self.mistake = f"That could not be run. ({type(trouble).__name__}: {trouble})"
        finally:
            if self.luck is asked:  # by now another question may have taken its place
                self.luck = asked if asked.is_answered else None
                self._keep(asked)
                self._asked = None
                self._changed()

    def _keep(self, asked: LuckAsked | None) -> None:
        """Keep an answer beside those to the other questions."""
        if asked is not None and asked.is_answered:
            self._answered[asked.kind] = asked

    async def _answer(self, asked: LuckAsked) -> None:
        """Have it answered; with more people, where that takes longer, once others have been answered as well."""
        await self._in_turn(many_practices, asked)
        if self.luck is asked and practices_enough(asked):
            asked.has_begun = False
            await self._in_turn(more_people, asked)

    async def _in_turn(self, answer: Callable[[LuckAsked, Callable[[], bool]], None], asked: LuckAsked) -> None:
        """Have it answered in a thread once it is its turn, as long as it is wanted; show how far it is."""
        answering = asyncio.get_running_loop().run_in_executor(_ANSWERING, answer, asked, lambda: self.luck is asked)
        while not answering.done():
            await asyncio.wait([answering], timeout=LOOK)
            self._changed()
        answering.result()
