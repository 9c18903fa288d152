"""A report in Chromium, without the internet."""

import tearsim
from tearsim.show.report.report import write_report
from tearsim.study.answers.answer import Answer

CONTENT = {
    "title": "t", "question": "q", "parameters": {"therapists": 6, "weeks": 20},
    "design": {"replicates": 3, "vary": {"therapist_tear_propensity": [0.5, 0.95],
               "client_boundary_sensitivity": [0.2, 0.8], "tears": ["shown", "held back"]}},
}  # fmt: skip


def until(page, expression):
    """Wait for something. The page lets no text be evaluated, so what waits within it cannot."""
    for _ in range(100):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    raise AssertionError(expression)


def test_every_figure_is_drawn_without_the_internet_and_nothing_complains(browser, tmp_path):
    path = write_report(Answer(tearsim.sweep(CONTENT, out=tmp_path / "out")))
    context = browser.new_context(offline=True, viewport={"width": 1024, "height": 900})
    page = context.new_page()
    heard, asked = [], []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    figures = page.locator(".plot").count()
    assert figures == 4 + 4 + 3, "curves, maps, people"
    until(page, f"document.querySelectorAll('.plot .js-plotly-plot .main-svg:first-child').length >= {figures}")
    widths = page.evaluate("[...document.querySelectorAll('.plot')].map((one) => one.scrollWidth - one.clientWidth)")
    assert max(widths) == 0, "no figure is wider than its place"
    assert page.evaluate("document.documentElement.scrollWidth") == 1024
    page.emulate_media(color_scheme="dark")
    until(page, "document.querySelector('.js-plotly-plot').layout.paper_bgcolor === '#1d2329'")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(20, 24, 28)"
    page.emulate_media(color_scheme="light", media="print")
    assert page.locator("#parameters").is_hidden(), "every parameter would take pages"
    assert page.locator("#sentences p").first.is_visible()
    assert heard == []
    assert [url for url in asked if not url.startswith(("data:", "blob:"))] == [path.as_uri()]
    context.close()
