"""A class at one server, driven over the socket without drawing: it plays for all, and nothing is left when they go."""

import asyncio
import urllib.error
import urllib.request

import pytest

from tearsim.show.page.questions import AT_ONCE
from tests.browser.driving import serving, share_of_a_core
from tests.browser.over_the_socket import Page, open_together, play_together

PAGES, MINUTES, OPENED = 20, 30, 200
TEARFUL = "?preset=tearful"
# All that grows to a fixed size has grown: three years of sessions are kept of each page.
SETTLED = 170  # weeks


@pytest.fixture
def alone(tmp_path):
    """A server of one's own, whose memory is nobody else's."""
    with serving(tmp_path) as server:
        yield server


@pytest.mark.slow
def test_twenty_pages_play_at_once_at_a_week_a_second_each_and_memory_is_flat(alone):
    async def a_class():
        pages = await open_together(alone.url, PAGES, f"{TEARFUL}&week={SETTLED}")
        await asyncio.gather(*(page.come_to(SETTLED) for page in pages))
        share = share_of_a_core()
        slowest, all_of_them, memories = await play_together(alone, pages, 60 * MINUTES, between=30)
        share = max(share, share_of_a_core())
        print(f"slowest {slowest:.2f}, all {all_of_them:.0f} weeks a second with {share:.0%} of a core; MB: {memories}")
        for page in pages:
            await page.close()
        assert slowest / share >= 1
        early, late = memories[len(memories) // 6], memories[-1]
        assert late < 1.1 * early

    asyncio.run(a_class())
    assert alone.log.read_text() == ""


@pytest.mark.slow
def test_after_two_hundred_pages_were_opened_and_closed_memory_is_what_it_was(alone):
    """What it was after the first ten, which bring with them all that is loaded once."""

    async def opened_and_closed():
        memories = []
        for _ in range(OPENED):
            page = Page(alone.url, TEARFUL)
            await page.open()
            await page.press("transport", "step")
            await page.close()
            memories.append(alone.memory())
        print([round(memory) for memory in memories[::10]])
        assert memories[-1] < 1.1 * memories[9]

    asyncio.run(opened_and_closed())
    assert alone.log.read_text() == ""


def test_who_comes_when_all_places_are_taken_is_told_and_gets_the_next_one_that_is_free(tmp_path):
    def status():
        try:
            with urllib.request.urlopen(server.url) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode()

    async def two_and_a_third():
        first, second = await open_together(server.url, 2, "")
        told = await asyncio.to_thread(status)
        assert told[0] == 503
        assert "2 people have a practice open here" in told[1]
        await first.press("transport", "step")
        await first.come_to(1)
        await second.close()
        third = Page(server.url)
        await third.open()
        for page in (first, third):
            await page.close()

    with serving(tmp_path, "--pages", "2") as server:
        asyncio.run(two_and_a_third())
        assert server.log.read_text() == ""


@pytest.mark.slow
def test_while_a_class_asks_whether_it_is_the_numbers_those_who_play_go_on_and_who_waits_is_told(alone):
    """All ask at once, and half of them play meanwhile: as many answers are on their way as the server allows."""

    async def a_class():
        pages = await open_together(alone.url, PAGES, f"{TEARFUL}&week=20&tab=compare")
        await asyncio.gather(*(page.come_to(20) for page in pages))
        for page in pages:
            await page.press("compare", "ask", "numbers")
        await asyncio.sleep(5)
        asked = [page.compared["numbers"] for page in pages]
        on_their_way = sum(told["asking"] and not told["waits"] for told in asked)
        told_to_wait = sum(told["asking"] and told["waits"] for told in asked)
        assert on_their_way <= AT_ONCE
        assert told_to_wait >= PAGES - AT_ONCE - sum(not told["asking"] for told in asked)
        share = share_of_a_core()
        slowest, everyone, _ = await play_together(alone, pages[: PAGES // 2], 60, between=10)
        share = max(share, share_of_a_core())
        answered = sum(bool(page.compared["numbers"]["about"]) for page in pages)
        print(f"{told_to_wait} wait; slowest {slowest:.2f}, all {everyone:.0f} weeks a second; {answered} answered")
        assert slowest / share >= 1
        for page in pages:
            await page.close()

    asyncio.run(a_class())
    assert alone.log.read_text() == ""
