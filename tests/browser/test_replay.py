"""The file to take away in Chromium, without the internet: it shows what the page showed."""

from types import SimpleNamespace

import pytest

from tests.browser.test_access import serious_of


@pytest.fixture
def opened(browser):
    """Opens a file without a network; in the end nothing was asked for elsewhere, and nothing complained."""
    contexts, heard, asked = [], [], []

    def open_file(path, **how):
        context = browser.new_context(offline=True, **how)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        return page

    yield open_file
    assert heard == []
    assert all(url.startswith("file:") for url in asked)
    for context in contexts:
        context.close()


def entries(page):
    return page.locator(".entry").all_inner_texts()


def test_what_is_saved_replays_the_weeks_of_the_page_without_the_internet(tab, opened, tmp_path):
    tab.press("Tearful practice")
    tab.live(12)
    tab.press("Save ▾")
    with tab.page.expect_download() as download:
        tab.press("A replay of these weeks, as one file")
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    tab.page.get_by_role("tab", name="Story").click()
    tab.press("Choose from a table")
    tab.page.locator(".people tbody tr", has_text="in therapy").nth(2).click()
    client = tab.page.locator(".story-head h2", has_text="Client").inner_text()
    said, story = tab.page.locator(".this-week").inner_text(), entries(tab.page)

    page = opened(file, viewport={"width": 1400, "height": 900})
    page.keyboard.press("End")
    assert page.locator("#clock").inner_text() == "Week 12"
    assert page.locator("#said").inner_text().split() == said.split()
    page.get_by_label("Choose").select_option(label=client)
    assert [told.split() for told in entries(page)] == [told.split() for told in story]

    page.keyboard.press("Escape")
    page.locator("#said").click()
    page.keyboard.press("Home")
    assert page.locator("#clock").inner_text() == "Week 0"
    assert entries(page) == []
    page.keyboard.press("t")
    tears = page.locator("#clock").inner_text()
    assert tears != "Week 0"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    assert page.locator("#clock").inner_text() == tears
    page.get_by_label("Speed").select_option("fast")
    page.locator("#said").click()
    page.keyboard.press(" ")
    page.locator("#clock", has_text="Week 12").wait_for()
    assert page.get_by_role("button", name="Play again").is_visible()

    # Whoever is pressed in the picture is told of, and so is a link to a week and a person.
    dot = page.locator("#picture circle.person").first
    page.evaluate("window.scrollTo(0, 0)")
    dot.click(force=True)  # a ring lets through what is pressed in its middle
    name = page.locator("#name").inner_text()
    assert dot.locator("title").text_content().startswith(name)
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    assert (page.locator("#name").inner_text(), page.locator("#clock").inner_text()) == (name, "Week 12")

    for width, scheme in ((390, "dark"), (1024, "light")):
        small = opened(file, viewport={"width": width, "height": 844}, color_scheme=scheme)
        assert small.evaluate("document.documentElement.scrollWidth") == width
        small.get_by_label("Choose").select_option(label=client)
        small.keyboard.press("End")
        assert serious_of(SimpleNamespace(page=small)) == [], "axe-core, with a story open"
        background = small.evaluate("getComputedStyle(document.body).backgroundColor")
        assert background == ("rgb(18, 22, 27)" if scheme == "dark" else "rgb(246, 246, 243)")
