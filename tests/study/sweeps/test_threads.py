"""Threads find things in order, however many are asked for, and nobody waits for what nobody wants any more."""

import itertools
import threading
import time

import pytest

from tearsim.errors import TearSimError
from tearsim.study.sweeps import threads
from tearsim.study.sweeps.threads import TASKS_A_THREAD, Writing, in_order


@pytest.mark.parametrize("workers", [1, 3, 40])
def test_what_is_found_comes_in_the_order_of_the_tasks_whoever_is_quicker(workers):
    def run(task):
        time.sleep(0.02 if task % 5 == 0 else 0.0)
        return task * task

    with in_order(run, range(30), workers) as found:
        assert list(found) == [task * task for task in range(30)]


def test_of_tasks_without_end_only_a_few_are_taken_up_at_a_time():
    taken = []
    tasks = (taken.append(number) or number for number in itertools.count())
    with in_order(lambda task: task, tasks, workers=2) as found:
        assert list(itertools.islice(found, 100)) == list(range(100))
    assert 100 <= len(taken) <= 100 + 2 * TASKS_A_THREAD


def test_whoever_stops_waits_for_no_thread_and_what_has_not_begun_never_begins():
    begun, ended = [], threading.Event()

    def run(task):
        begun.append(task)
        if task:
            ended.wait(60)
        return task

    def stopped_after_the_first():
        with in_order(run, range(1000), workers=2) as found:
            next(found)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped_after_the_first()
    stopped_with = len(begun)
    ended.set()
    time.sleep(0.1)
    assert len(begun) == stopped_with <= 3


def test_whoever_writes_when_somebody_stops_ends_first_and_nobody_writes_after():
    writing, in_the_middle, go_on, written = Writing(), threading.Event(), threading.Event(), []

    def write():
        in_the_middle.set()
        go_on.wait(60)
        written.append("whole")

    thread = threading.Thread(target=writing.done, args=(write,))
    thread.start()
    in_the_middle.wait(60)
    stopping = threading.Thread(target=writing.end)
    stopping.start()
    stopping.join(0.1)
    assert stopping.is_alive(), "it waits for what is half written"
    go_on.set()
    stopping.join(60)
    assert not writing.done(lambda: written.append("too late"))
    assert written == ["whole"]
    thread.join(60)


def test_what_goes_wrong_in_a_thread_goes_wrong_where_it_is_waited_for():
    with pytest.raises(ZeroDivisionError), in_order(lambda task: 1 / task, [1, 0, 2], workers=2) as found:
        list(found)


def test_threads_that_cannot_be_started_are_a_line(monkeypatch):
    def refused(thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refused)
    with (
        pytest.raises(TearSimError, match=r"^No more threads can be started here \(can't .* thread\): ask for fewer"),
        in_order(abs, range(5), workers=5) as found,
    ):
        list(found)


def test_as_many_work_as_are_asked_for_or_one_for_each_processor():
    assert threads.threads(None) == threads.cores() >= 1
    assert threads.threads(7) == 7
    with pytest.raises(TearSimError, match=r"^The number of workers is a whole number from 1 to 1000; 1001 is not\.$"):
        threads.threads(1001)
