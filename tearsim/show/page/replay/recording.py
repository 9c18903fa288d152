"""What the page shows of a practice, week by week, as plain data: whoever replays it computes nothing.

The picture is drawn here, by the page's own drawing, once for a window and once for a telephone. Of what is told of
each person only what changes from week to week is kept.
"""

from collections.abc import Mapping

from tearsim.show.page import geometry, picture, sizes, telling
from tearsim.show.page.geometry import Plan
from tearsim.show.page.palette import in_variables
from tearsim.show.page.payload import Panel
from tearsim.show.page.picture import Arrays, Who
from tearsim.show.page.practice_and_twin import PracticeAndTwin
from tearsim.show.page.story_chart import practice_chart

TELEPHONE = (390.0, 844.0)
CHART_WIDTH = 340.0
CHANGES = ("title", "text", "traits", "note", "without")  # what is told of a person beside their story


def plans(therapists: int, places: int) -> list[Plan]:
    """The floor of the practice in a window, and on a telephone, as large as the page draws it there."""
    drawn = (sizes.PICTURE, sizes.sizes(*TELEPHONE, therapists).picture)
    return [geometry.floor_plan(*size, therapists, places) for size in drawn]


class Everybody:
    """Stands for a set of people that holds everybody."""

    def __contains__(self, who: object) -> bool:
        return True


class Course:
    """What is told of one person, as it changes."""

    def __init__(self) -> None:
        self.weeks: list[tuple[int, dict[str, object], int, list[list[object]]]] = []
        self._told: Panel = dict.fromkeys(CHANGES, "")
        self._story: list[list[object]] = []

    def note(self, week: int, told: Panel) -> None:
        """Keep what differs from the last time: other words, and how many of the oldest entries stay before others."""
        changed = {name: told[name] for name in CHANGES if told[name] != self._told[name]}
        entries = told["entries"]
        assert isinstance(entries, list)
        story: list[list[object]] = [[entry["heading"], entry["text"], entry["mark"]] for entry in reversed(entries)]
        pairs = zip(story, self._story, strict=False)
        alike = next((at for at, (one, other) in enumerate(pairs) if one != other), min(len(story), len(self._story)))
        if changed or alike < max(len(story), len(self._story)):
            self.weeks.append((week, changed, alike, story[alike:]))
        self._told, self._story = told, story


class Recording:
    """A practice on record so far; `note` after each week, and before the first."""

    def __init__(self, practices: PracticeAndTwin) -> None:
        self.practices = practices
        self.plans = plans(practices.therapists, int(practices.parameters["caseload"]))
        self._weeks: list[Panel] = []
        self._courses: dict[Who, Course] = {}
        self._here: set[Who] = set()  # who was told of last week: of them something may have changed, too

    def note(self) -> None:
        """Put this week on record."""
        scene = self.practices.scene()
        drawn = [picture.picture(scene, plan, in_variables(), Everybody()) for plan in self.plans]
        said = telling.this_week(self.practices)
        self._weeks.append(
            {
                "said": f"{said['title']} {said['text']}",
                "saw": telling.became_of_those_who_saw(self.practices),
                "tears": any(seat.noticed for seat in scene.seats),
                "about": {name: self._about(arrays) for name, arrays in drawn[0].items() if "text" in arrays.more},
                "drawn": [{name: self._plain(arrays) for name, arrays in one.items() if arrays.x} for one in drawn],
            }
        )
        here = {Who("therapist", number) for number, _ in scene.therapists}
        here |= {Who("client", seat.client) for seat in scene.seats}
        here |= {Who("client", one.client) for one in (*scene.looking, *scene.gave_up, *scene.completed)}
        for who in sorted(here | self._here):
            told = telling.person_told(self.practices, who)
            self._courses.setdefault(who, Course()).note(scene.week, told)
        self._here = here

    def data(self) -> Panel:
        """All of it."""
        return {
            "pictures": [
                {
                    "layout": picture.picture_layout(plan, in_variables()),
                    "traces": picture.picture_styles(plan, in_variables()),
                }
                for plan in self.plans
            ],
            "weeks": self._weeks,
            "chart": practice_chart(self.practices.shown.weeks, self.practices.twin.weeks, CHART_WIDTH),
            "people": {
                self._key(who): {
                    "chart": telling.chart_of(self.practices, who, CHART_WIDTH, values=False),
                    "weeks": course.weeks,
                }
                for who, course in sorted(self._courses.items())
            },
        }

    def _plain(self, arrays: Arrays) -> Panel:
        """A trace's arrays, and who its points are; what is said of people stands once, in `about`."""
        if not arrays.who:
            return {"x": arrays.x, "y": arrays.y, **arrays.more}
        more = {name: values for name, values in arrays.more.items() if name != "text"}
        return {"x": arrays.x, "y": arrays.y, **more, "who": [self._key(who) for who in arrays.who]}

    def _about(self, arrays: Arrays) -> Mapping[str, object]:
        """What is said of each person of a trace."""
        return {self._key(who): said for who, said in zip(arrays.who, arrays.more["text"], strict=False)}

    def _key(self, who: Who) -> str:
        """A client's number, a therapist's letter."""
        return str(who.number) if who.kind == "client" else self.practices.name(who.number)
