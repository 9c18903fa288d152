"""Colours, light and dark. Checked for the three kinds of colour blindness; nothing rests on hue alone.

Text has a contrast of at least 4.5:1 on what it stands on (a test holds it).
"""

from dataclasses import dataclass, fields

FONT = 'Inter, "Segoe UI", Roboto, Arial, sans-serif'


@dataclass(frozen=True)
class Palette:
    """The colours of one theme, by role."""

    page: str
    panel: str
    room: str
    hairline: str
    ink: str
    second_ink: str
    client: str
    empty_seat: str
    bonds: tuple[str, str, str, str, str]  # weak to strong
    rupture: str  # and unsettled, and gave up
    moved: str  # and completed
    unmoved: str
    unseen: str
    looking: str
    pinned: str
    tear: str
    client_tear: str
    lately: tuple[str, str, str, str]  # a therapist's tears in eight weeks: 0, 1, 2 or 3, more
    near: str
    open: str
    overwhelmed: str
    accent: str
    on_accent: str
    on_moved: str  # text inside bars
    on_rupture: str
    on_unmoved: str
    wash: str  # behind words about a mistake
    spread: str  # the middle half
    in_therapy: str  # an area that text may stand beside


LIGHT = Palette(
    page="#F6F6F3",
    panel="#FFFFFF",
    room="#F4F6F6",
    hairline="#D5DADF",
    ink="#1E2730",
    second_ink="#53606C",
    client="#66727F",
    empty_seat="#929DA8",
    bonds=("#8F9BA5", "#6E9B9E", "#46888C", "#1B6C72", "#064D54"),
    rupture="#C04A05",
    moved="#007A65",
    unmoved="#A9B4BE",
    unseen="#E3E7EA",
    looking="#6B2D86",
    pinned="#8A6500",
    tear="#1D5FD1",
    client_tear="#5B9BE3",
    lately=("#FFFFFF", "#D6E6FB", "#A9CCF7", "#74AEF0"),
    near="#79ABEB",
    open="#3577DB",
    overwhelmed="#123E96",
    accent="#07545B",
    on_accent="#FFFFFF",
    on_moved="#FFFFFF",
    on_rupture="#FFFFFF",
    on_unmoved="#1E2730",
    wash="#FBEDE4",
    spread="rgba(7,84,91,0.14)",
    in_therapy="#DDE2E6",
)

DARK = Palette(
    page="#12161B",
    panel="#1A2027",
    room="#1F262E",
    hairline="#34404B",
    ink="#E8ECEF",
    second_ink="#A9B4BF",
    client="#B3BDC7",
    empty_seat="#5F6C78",
    bonds=("#5D6B76", "#4F8288", "#4CA0A1", "#66C4BE", "#A8EDE2"),
    rupture="#FF9350",
    moved="#45D0AE",
    unmoved="#75818D",
    unseen="#36424D",
    looking="#B983C6",
    pinned="#E5BE4F",
    tear="#6FAEFF",
    client_tear="#4A7FC4",
    lately=("#1A2027", "#20385A", "#2A5291", "#3365B8"),
    near="#35619C",
    open="#5E9CF0",
    overwhelmed="#C2DBFF",
    accent="#66C4BE",
    on_accent="#12161B",
    on_moved="#12161B",
    on_rupture="#12161B",
    on_unmoved="#12161B",
    wash="#3A2A20",
    spread="rgba(102,196,190,0.18)",
    in_therapy="#36424D",
)


def palette(dark: bool) -> Palette:
    """The colours of the theme."""
    return DARK if dark else LIGHT


def faded(colour: str, share: float = 0.55) -> str:
    """A colour let through in part, for areas that lines and words have to stand out from."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share})"


def css_variables() -> str:
    """Both themes as CSS variables: `--second-ink` and so on, `--bonds-1` to `--bonds-5` for those that are several."""
    return f".tearsim {{{_variables(LIGHT)}}}\n.tearsim.dark {{{_variables(DARK)}}}\n"


def in_variables() -> Palette:
    """The colours as the names of their CSS variables, for drawings that follow the theme by themselves.

    >>> in_variables().second_ink, in_variables().bonds[4]
    ('var(--second-ink)', 'var(--bonds-5)')
    """
    named = {}
    for field in fields(Palette):
        name, value = field.name.replace("_", "-"), getattr(LIGHT, field.name)
        several = tuple(f"var(--{name}-{i})" for i in range(1, len(value) + 1))
        named[field.name] = f"var(--{name})" if isinstance(value, str) else several
    return Palette(**named)  # type: ignore[arg-type]  # each of the kind that the field has in LIGHT


def _variables(colours: Palette) -> str:
    declared = []
    for field in fields(colours):
        value = getattr(colours, field.name)
        name = f"--{field.name.replace('_', '-')}"
        values = {name: value} if isinstance(value, str) else {f"{name}-{i}": one for i, one in enumerate(value, 1)}
        declared += [f"{key}:{colour};" for key, colour in values.items()]
    return "".join(declared)
