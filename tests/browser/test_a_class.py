"""A class at one server, driven over the socket without drawing: it plays for all, and nothing is left when they go."""

import asyncio
import urllib.error
import urllib.request

import pytest

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
