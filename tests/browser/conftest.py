"""A server and a tab for all browser tests, loaded anew for each, which must end without a complaint anywhere."""

import os

import pytest

from tests.browser.driving import Tab, browsing, serving, what_is_missing


def pytest_collection_modifyitems(items):
    """Every test in this folder drives a browser."""
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """What the page said stands beside the failure of a test that drove it."""
    report = yield
    tab = getattr(item, "funcargs", {}).get("tab")
    if report.failed and call.when == "call" and tab is not None:
        try:
            report.sections.append(("What the page said", tab.said()))
        except Exception as trouble:  # a page that is gone says nothing, and hides no failure
            report.sections.append(("What the page said", f"nothing: {trouble}"))
    return report


@pytest.fixture(scope="session", autouse=True)
def _can_be_driven():
    """Skip where the page cannot be driven, or fail where that was asked for (BROWSER_TESTS=required)."""
    reason = what_is_missing()
    if reason and os.environ.get("BROWSER_TESTS") == "required":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)


@pytest.fixture(scope="session")
def server(tmp_path_factory, _can_be_driven):
    """A running `tearsim view`."""
    with serving(tmp_path_factory.mktemp("served")) as running:
        yield running


@pytest.fixture(scope="session")
def browser(_can_be_driven):
    """Chromium."""
    with browsing() as chromium:
        yield chromium


@pytest.fixture
def open_tab(server, browser):
    """Opens tabs; in the end none has heard an error or asked for anything elsewhere, and the server's log is empty."""
    tabs = []

    def open_one(**how):
        tabs.append(Tab(browser, server.url, **how))
        return tabs[-1]

    yield open_one
    for tab in tabs:
        tab.page.close()
        _must_be_content(tab, server)


def _must_be_content(tab, server):
    assert tab.complaints == []
    assert tab.elsewhere == []
    assert server.log.read_text() == ""


@pytest.fixture(scope="session")
def _one_tab(server, browser):
    return Tab(browser, server.url)


@pytest.fixture
def tab(_one_tab, server):
    """A tab at the size of a laptop, with a world of its own: the page is loaded anew, which takes a third of the time
    that a browser takes which never saw it."""
    _one_tab.load_anew()
    yield _one_tab
    _must_be_content(_one_tab, server)
