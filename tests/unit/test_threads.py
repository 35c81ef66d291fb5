import asyncio
import subprocess
import sys
import threading
import weakref
from functools import partial

import pytest

from monitor.threads import OneThread, in_daemon_thread


def test_the_result_of_a_blocking_call_is_awaited() -> None:
    async def scenario() -> int:
        return await in_daemon_thread(lambda: 6 * 7, "answer")

    assert asyncio.run(scenario()) == 42


def test_what_a_blocking_call_raises_is_raised_where_it_is_awaited() -> None:
    async def scenario() -> None:
        await in_daemon_thread(lambda: int("gone"), "fail")

    with pytest.raises(ValueError, match="gone"):
        asyncio.run(scenario())


def test_a_call_that_ends_after_nobody_waits_any_more_harms_nothing() -> None:
    go_on = threading.Event()

    async def scenario() -> None:
        waiting = in_daemon_thread(go_on.wait, "late")
        waiting.cancel()
        go_on.set()
        await in_daemon_thread(lambda: None, "afterwards")

    asyncio.run(scenario())


def test_calls_one_after_another_need_few_threads_and_calls_at_once_one_each() -> None:
    all_there = threading.Barrier(21)

    async def scenario() -> None:
        before = threading.active_count()
        for _ in range(100):
            await in_daemon_thread(lambda: None, "one after another")
        assert threading.active_count() - before < 5
        meeting = [in_daemon_thread(lambda: all_there.wait(10), "at once") for _ in range(20)]
        all_there.wait(10)
        await asyncio.gather(*meeting)

    asyncio.run(scenario())


def test_a_call_that_hangs_does_not_keep_the_program_from_ending() -> None:
    program = (
        "import asyncio, threading\n"
        "from monitor.threads import in_daemon_thread\n"
        "async def main():\n"
        "    in_daemon_thread(threading.Event().wait, 'hangs')\n"
        "asyncio.run(main())\n"
    )
    assert subprocess.run([sys.executable, "-c", program], timeout=30, check=False).returncode == 0


def test_one_thread_does_what_is_asked_in_order_and_all_of_it_before_it_ends() -> None:
    begin = threading.Event()
    done: list[object] = []

    async def scenario() -> None:
        thread = OneThread("one")
        thread.submit(begin.wait)
        for number in range(100):
            thread.submit(partial(done.append, number))
        begin.set()
        assert await thread.do(lambda: len(done)) == 100
        with pytest.raises(ValueError, match="gone"):
            await thread.do(lambda: int("gone"))
        thread.submit(partial(done.append, 100))
        thread.close()

    asyncio.run(scenario())
    assert done == [*range(101)]


def test_what_nobody_waits_for_any_more_before_it_is_begun_is_not_done() -> None:
    begin = threading.Event()
    done: list[object] = []

    async def scenario() -> None:
        thread = OneThread("one")
        thread.submit(begin.wait)
        thread.do(lambda: done.append("cancelled")).cancel()
        begin.set()
        thread.close()

    asyncio.run(scenario())
    assert done == []


def test_a_call_that_fails_is_logged_and_the_next_one_is_done(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        thread = OneThread("one")
        thread.submit(lambda: int("gone"))
        thread.submit(lambda: sys.exit(3))
        with pytest.raises(RuntimeError, match=r"SystemExit\(4\)"):
            await thread.do(lambda: sys.exit(4))
        assert await thread.do(lambda: 42) == 42
        thread.close()

    asyncio.run(scenario())
    assert caplog.text.count("a call failed inside") == 2
    assert "ValueError" in caplog.text
    assert "SystemExit: 3" in caplog.text


def test_a_thread_that_was_closed_takes_no_more_calls() -> None:
    thread = OneThread("one")
    thread.close()
    with pytest.raises(RuntimeError, match="the thread one was closed"):
        thread.submit(lambda: None)
    thread.close()


def test_what_a_call_held_is_let_go_though_no_other_comes() -> None:
    class Held:
        pass

    gone = threading.Event()

    async def scenario() -> None:
        thread = OneThread("one")
        held = Held()
        weakref.finalize(held, gone.set)
        thread.submit(partial(str, held))
        del held
        assert await asyncio.to_thread(gone.wait, 30)
        thread.close()

    asyncio.run(scenario())
