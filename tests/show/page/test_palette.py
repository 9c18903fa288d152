"""Colours: text can be read, and the colours of the templates are those declared."""

import re
from pathlib import Path

import pytest

from tearsim.show import page
from tearsim.show.page.palette import DARK, LIGHT, css_variables

ON_PANELS = ("ink", "second_ink", "accent", "moved", "rupture", "looking", "pinned")
TEXT = [(role, ground) for role in ON_PANELS for ground in ("panel",)] + [
    ("ink", "page"), ("second_ink", "page"), ("ink", "room"), ("second_ink", "room"), ("ink", "wash"),
    ("on_accent", "accent"), ("on_moved", "moved"), ("on_rupture", "rupture"), ("on_unmoved", "unmoved"),
    ("ink", "unseen"), ("ink", "in_therapy"), ("tear", "panel"),
]  # fmt: skip


def luminance(colour):
    """Relative luminance as in WCAG 2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_can_be_read(colours, text, ground):
    assert contrast(getattr(colours, text), getattr(colours, ground)) >= 4.5


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_a_therapists_letter_can_be_read_on_every_blue(colours):
    for blue in colours.lately:
        assert contrast(colours.ink, blue) >= 4.5
    assert contrast(colours.accent, colours.lately[1]) >= 4.5  # whoever is chosen, in the table


# What the page gives its style sheet that is no colour.
SIZES = {f"--{what}-{side}" for what in ("picture", "charts") for side in ("width", "height")}


def test_the_page_uses_declared_colours_only():
    declared = set(re.findall(r"(--[\w-]+):", css_variables()))
    folder = Path(page.__path__[0])
    texts = [
        file.read_text(encoding="utf-8")
        for file in [*folder.rglob("*.vue"), *folder.rglob("*.css"), *folder.rglob("*.py")]
    ]
    used = {name for text in texts for name in re.findall(r"var\((--[\w-]+)\)", text)}
    assert used - {"--enlarged", "--picture", "--charts", *SIZES} <= declared
    for text in texts[: len(list(folder.rglob("*.vue")))]:
        assert not re.search(r"#[0-9A-Fa-f]{6}\b", text)
