"""Ten minutes of Play."""

import time

import pytest

MINUTES = 10


@pytest.mark.slow
def test_after_ten_minutes_of_play_the_page_answers_and_memory_is_flat(tab, server):
    """Compared with where it stood after two minutes, when all that grows to a fixed size has grown."""
    heap = "performance.memory.usedJSHeapSize / 1e6"
    tab.press("Tearful practice")
    tab.press("fast")
    tab.press("Play")
    began, memories = time.monotonic(), []
    while time.monotonic() - began < 60 * MINUTES:
        tab.wait_for_week(tab.week + 20, seconds=60)
        memories.append((time.monotonic() - began, server.memory(), tab.page.evaluate(heap)))
    played = tab.week
    tab.press("Pause")
    tab.button("Play").wait_for()
    settled = [memory for at, memory, _ in memories if at > 120]
    print(f"{played} weeks; server {settled[0]:.0f} to {settled[-1]:.0f} MB; page {memories[-1][2]:.0f} MB")
    assert settled[-1] - settled[0] < 60
    assert memories[-1][2] < 400
    tab.press("Step")
    tab.wait_for_week(played + 1)
