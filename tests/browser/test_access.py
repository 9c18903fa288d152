"""The page for those who use it by ear, by keyboard, or at another size: axe-core finds nothing serious."""

from pathlib import Path

import pytest

AXE = Path(__file__).parent / "axe" / "axe.min.js"
SERIOUS = ("serious", "critical")


def serious_of(tab):
    """What axe-core finds serious: the rule, and where.

    Of a plot its words for those who do not see it are asked; colours within are held by the palette's own test.
    """
    if not tab.page.evaluate("'axe' in window"):
        tab.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = tab.page.evaluate("axe.run({ exclude: [['.main-svg']] })")
    if not tab.page.locator("dialog[open]").count():  # what lies under one is in nobody's sight
        contrasts = [len(rule["nodes"]) for rule in found["passes"] if rule["id"] == "color-contrast"]
        assert sum(contrasts) > 20, "most words could be held against their background"
    return [
        (rule["id"], node["target"])
        for rule in found["violations"]
        if rule["impact"] in SERIOUS
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize(("theme", "width"), [("Light", 1400), ("Dark", 390)])
def test_axe_finds_nothing_serious_wherever_one_looks(tab, theme, width):
    """In either theme and at both sizes: every tab, a lesson, a mistake, and both dialogs."""
    tab.resize(width, 844)
    if theme == "Dark":
        tab.page.get_by_role("button", name="Dark").click()
        tab.page.locator(".tearsim.dark").wait_for()
    tab.press("lesson in six steps")
    tab.page.get_by_role("heading", name="1 of 6: Watch").wait_for()
    tab.wait_until_quiet()
    tab.live(3)
    assert serious_of(tab) == [], "charts and lesson"
    if theme == "Dark":  # on a telephone they stand behind a button
        tab.press("Settings")
    tab.type_seed("abc")
    tab.page.get_by_role("alert").wait_for()
    tab.press("Pin")
    tab.button("Unpin").wait_for()
    for name in ("Compare", "Story"):
        tab.open(name)
        tab.page.get_by_role("tabpanel", name=name).wait_for()
        assert serious_of(tab) == [], name
    tab.press("Choose from a table")
    tab.page.get_by_role("dialog", name="Choose a person").wait_for()
    assert serious_of(tab) == [], "table"
    tab.page.keyboard.press("Escape")
    tab.press("How it works")
    tab.page.get_by_role("dialog", name="How it works").wait_for()
    assert serious_of(tab) == [], "how it works"
    tab.press("Close")


def test_the_page_says_its_language_and_leads_past_the_settings(tab):
    assert tab.page.evaluate("document.documentElement.lang") == "en"
    tab.page.keyboard.press("Tab")
    assert tab.focus() == "Skip to the practice"
    tab.page.keyboard.press("Enter")
    assert tab.focus() == "practice"
    for role in ("banner", "main", "complementary"):
        assert tab.page.get_by_role(role).count() == 1, role
    tab.live(2)
    picture = tab.page.get_by_role("img", name="The practice in week 2: 6 therapists, ").get_attribute("aria-label")
    assert picture.endswith(".")
    assert "This week" in picture
    assert tab.page.get_by_role("img", name="Charts, week 2. Mean alliance ").count() == 1


def test_space_plays_and_pauses_and_the_right_arrow_is_a_week(tab):
    keys = tab.page.keyboard
    keys.press("ArrowRight")
    tab.wait_for_week(1)
    keys.press("Space")
    tab.wait_for_week(3)
    keys.press("Space")
    tab.button("Play").wait_for()
    week = tab.week
    tab.button("Step").focus()
    keys.press("Space")
    tab.wait_for_week(week + 1)
    assert tab.button("Play").count() == 1, "on a button, Space is that button"
    tab.page.get_by_role("tab", name="Charts").focus()
    keys.press("ArrowRight")
    tab.page.get_by_role("tabpanel", name="Story").wait_for()
    assert tab.focus() == "Story"
    assert tab.week == week + 1
