"""What can be saved from a page, and how its browser is handed the file."""

import asyncio
from abc import abstractmethod
from collections.abc import Callable, Mapping

from tearsim.science.declaration import Value
from tearsim.show.page.downloads import File, experiment_file, log_file, replay_file
from tearsim.show.page.practice_and_twin import PracticeAndTwin
from tearsim.show.page.under_way import OneAtATime


class Saving(OneAtATime):
    """What the buttons that save do, and which file was handed over last; why none could be is among the mistakes."""

    values: dict[str, Value]
    seed: int
    practices: PracticeAndTwin

    def __init__(self) -> None:
        super().__init__()
        self.file: File | None = None
        self.files = 0  # handed over so far

    @property
    @abstractmethod
    def title(self) -> str:
        """What to call the practice as it is set."""

    def save_settings(self) -> None:
        """Hand over the settings as an experiment file."""
        self._hand_over(experiment_file(self.title, self.values, self.seed, max(1, self.practices.week)))

    def save_log(self) -> None:
        """Hand over every session so far."""
        self._write("Writing the sessions ...", log_file)

    def save_replay(self) -> None:
        """Hand over the weeks so far as a file that replays them."""
        self._write("Writing the replay ...", replay_file)

    def _write(self, notice: str, make: Callable[[Mapping[str, Value], int, int], File]) -> None:
        """Make a file of the weeks so far in a thread, and hand it over."""
        self.mistakes.pop("save", None)
        if not self.practices.week:
            self.mistakes["save"] = "No session yet: there is nothing to save."
            self._changed()
            return
        values, seed, weeks = dict(self.values), self.seed, self.practices.week

        async def writing() -> None:
            self.notice = notice
            self._changed()
            try:
                made = await asyncio.get_running_loop().run_in_executor(None, make, values, seed, weeks)
            except Exception as trouble:  # the page must live on and say so
                self.mistakes["save"] = str(trouble) or type(trouble).__name__
                made = None
            self.notice = ""
            if made is not None:
                self._hand_over(made)
            self._changed()

        asyncio.get_running_loop().create_task(writing())

    def _hand_over(self, file: File) -> None:
        self.mistakes.pop("save", None)
        self.file, self.files = file, self.files + 1
        self._changed()
