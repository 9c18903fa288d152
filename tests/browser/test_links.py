"""A link opens what was seen, in another browser too, and a reload keeps it."""

from tests.browser.driving import Tab


def what_is_seen(tab):
    """Week, settings, person, their story and the charts' lines, to the digit."""
    tab.wait_until_quiet()
    tab.wait_until_drawn()
    seen = {
        "week": tab.week,
        "warmth": tab.field("Warmth clients expect"),
        "seed": tab.page.locator("#seed").input_value(),
        "tab": tab.page.locator("[role=tab][aria-selected=true]").inner_text(),
        "story": tab.page.locator(".story").inner_text(),
        "clients": tab.trace("picture", "clients"),
    }
    tab.open("Charts")
    seen |= {name: tab.wait_for_trace("charts", name, seen["week"]) for name in ("alliance", "held back")}
    tab.open("Story")
    tab.page.locator(".story").wait_for()
    return seen


def test_one_link_opens_the_same_practice_week_and_person_in_two_browsers_and_a_reload_keeps_it(tab, server, browser):
    tab.press("Tearful practice")
    tab.type("Warmth clients expect", "0.85")
    tab.wait_for_field("Warmth clients expect", "0.85")
    tab.type_seed("8")
    tab.wait_until_quiet()
    tab.live(21)
    tab.open("Story")
    tab.press("Choose from a table")
    tab.page.locator(".people tbody tr").nth(7).click()
    tab.page.locator(".story > .entry").first.wait_for()
    history = tab.page.evaluate("history.length")
    tab.page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    tab.press("Copy link")
    tab.button("Copied").wait_for()
    link, seen = tab.page.evaluate("window.copied"), what_is_seen(tab)
    assert "?preset=tearful&set=client_warmth_expected:0.85&seed=8&week=21&tab=story&person=" in link
    assert seen["week"] == 21
    tab.page.wait_for_function("link => location.href === link", arg=link)
    assert tab.page.evaluate("history.length") == history, "replaced, not pushed"
    other = browser.new_context()  # nothing shared: no session, no cache
    again = Tab(other, link)
    again.wait_for_week(21)
    assert what_is_seen(again) == seen
    again.page.wait_for_function("link => location.href === link", arg=link)
    again.page.reload()
    again.button("Step").wait_for()
    again.wait_for_week(21)
    assert what_is_seen(again) == seen
    assert again.complaints == []
    other.close()


def test_a_wrong_link_says_so_and_starts_anyway(browser, server):
    tab = Tab(browser, f"{server.url}?seed=many&week=2&person=Z")
    tab.wait_for_week(2)
    said = tab.page.get_by_role("alert")
    said.filter(has_text="nobody of that name in week 2").wait_for()
    assert 'The link asks for seed "many"; a seed is a whole number from 0 to 4294967295.' in said.inner_text()
    tab.live(1)
    tab.page.close()
