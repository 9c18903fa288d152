"""What a week sends to the browser, and that nothing of it is missing after a lost connection."""

import pytest

from tearsim.show.page import controls
from tearsim.show.page.texts import FIRST_WORDS
from tearsim.show.words.units import WAI
from tearsim.worlds.simulate import simulate
from tests.browser.driving import SOCKETS_KEPT, Tab, free_port, serving

# Bytes that a week of 20 x 15 took in the first year when drawings were sent as JSON in JSON: 110,000 at its beginning.
AS_JSON = 110_000


def test_a_week_of_a_large_practice_sends_at_most_half_of_what_it_sent_as_json(open_tab):
    """Counted over the WebSocket, with all that Solara says besides: 55 KB at most. Nothing that stays is among it."""
    tab = open_tab(listens=True)
    tab.press("Tearful practice")
    tab.type("Therapists", "20")
    tab.type("Places with each", "15")
    tab.wait_for_field("Places with each", "15")
    tab.wait_until_quiet()
    assert any(FIRST_WORDS.encode() in frame for frame in tab.heard)
    tab.press("fast")
    tab.press("Play")
    tab.wait_for_week(5)
    tab.heard.clear()
    start = tab.week
    tab.wait_for_week(start + 25)
    heard, weeks = list(tab.heard), tab.week - start
    tab.press("Pause")
    tab.button("Play").wait_for()
    sent = sum(map(len, heard)) / weeks
    print(f"{sent:,.0f} bytes a week")
    assert sent < AS_JSON / 2
    for stays in (FIRST_WORDS, controls.label("therapist_empathy"), "stronger: thicker and closer"):
        assert not any(stays.encode() in frame for frame in heard), stays


@pytest.mark.parametrize("weeks", [3, 40])
def test_what_was_sent_into_a_lost_connection_is_there_once_it_is_back(open_tab, weeks):
    """The page shows the week that the practice came to, with every week before it, and goes on from there."""
    tab = open_tab(script=SOCKETS_KEPT)
    tab.live(weeks)
    tab.press("fast")
    tab.press("Play")
    tab.wait_for_week(weeks + 3)
    tab.lose_the_connection()
    tab.button("Play").wait_for()
    for step in (0, 2):
        tab.live(step)
        tab.wait_until_drawn()
        lived = simulate(controls.START_SEED, **controls.START_VALUES, weeks=tab.week).series["alliance"]
        assert tab.wait_for_trace("charts", "alliance", tab.week)["y"] == [WAI.level(alliance) for alliance in lived]
        assert len(tab.trace("picture", "clients")["text"]) == len(tab.trace("picture", "clients")["x"]) > 0
    tab.forgive_the_loss()


def test_a_page_whose_server_was_begun_anew_says_so_meanwhile_and_then_is_where_it_was(browser, tmp_path):
    port = free_port()
    with serving(tmp_path, port=port) as server:
        tab = Tab(browser, f"{server.url}?preset=tearful&tab=story&person=7")
        tab.live(10)
        tab.page.wait_for_function("location.search.includes('week=10')")
        told = tab.page.locator("#told").inner_text()
        tab.page.evaluate("window.isTheFirst = true")
        server.process.kill()
        tab.page.get_by_text("Server disconnected").wait_for()
    with serving(tmp_path, port=port):
        tab.page.wait_for_function("!window.isTheFirst && document.querySelector('.story')")
        tab.wait_for_week(10)
        tab.page.wait_for_function("told => document.querySelector('#told').innerText === told", arg=told)
        tab.live(1)
        tab.page.close()
