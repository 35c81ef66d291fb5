"""Documents parsed in processes that can be stuck, die or run out of memory."""

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest

from monitor.model import Document, ParsedFeed, ParseFailed, ParseOutcome, Reason
from monitor.parse.pool import ParserPool
from tests.support.clock import ManualClock
from tests.support.rss import Item, rss
from tests.support.waiting import wait_until

T = TypeVar("T")


def titled(title: str) -> Document:
    return Document(url="https://news.example/rss", body=rss(Item(title=title, guid="1")))


def with_authors(number: int) -> Document:
    """The e-mail pattern of feedparser takes quadratic time, on each of these authors: a millisecond."""
    author = b"<author>" + b"a." * 249 + b"</author>"
    body = (
        b"<rss version='2.0'><channel><item><title>x</title>" + author * number + b"</item></channel></rss>"
    )
    return Document(url="https://slow.example/rss", body=body)


GOOD = titled("Truce")
SLOW, SMALL_AND_SLOW = with_authors(12_000), with_authors(1_000)
# A small text, and 300 times its size while it is parsed.
LARGE = Document(
    url="https://large.example/rss",
    body=b"<rss version='2.0'><channel>" + b"<item><b/></item>" * 250_000 + b"</channel></rss>",
)


def pool(
    *, workers: int = 1, timeout: float = 20.0, memory_limit: int = 512 * 2**20, ahead: int = -1
) -> ParserPool:
    return ParserPool(
        workers=workers,
        timeout=timedelta(seconds=timeout),
        clock=ManualClock(),
        ahead=ahead,
        memory_limit=memory_limit,
    )


def reason(outcome: ParseOutcome) -> Reason:
    return outcome.reason if isinstance(outcome, ParseFailed) else Reason.OK


def workers_of(pid: int) -> set[int]:
    """Return the parser processes whose forkserver is a child of `pid`."""
    return {
        child
        for forkserver in _children(pid)
        if _is_forkserver(forkserver)
        for child in _children(forkserver)
    }


def _is_forkserver(pid: int) -> bool:
    try:
        return b"multiprocessing.forkserver" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:  # as below
        return False


def _children(pid: int) -> set[int]:
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it ended a moment ago
            continue
        if parent == pid:
            found.add(int(stat.parent.name))
    return found


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def uses_cpu(pid: int) -> bool:
    user_ticks = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11])
    return user_ticks > 20


def ignores_ctrl_c(pid: int) -> bool:
    (mask,) = (
        line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("SigIgn:")
    )
    return bool(int(mask.split()[1], 16) >> (signal.SIGINT - 1) & 1)


async def test_a_document_becomes_entries() -> None:
    async with pool() as parser:
        outcome = await parser.parse(GOOD)
    assert isinstance(outcome, ParsedFeed)
    assert [entry.title for entry in outcome.entries] == ["Truce"]


async def test_a_stuck_document_is_given_up_while_others_go_on() -> None:
    async with pool(workers=2, timeout=2) as parser:
        slow = asyncio.create_task(parser.parse(SLOW))
        assert [reason(await parser.parse(GOOD)) for _ in range(20)] == [Reason.OK] * 20
        assert not slow.done()
        outcome = await slow
        assert outcome == ParseFailed(reason=Reason.PARSER_STUCK, detail="parsing it takes longer than 2 s")
        assert reason(await parser.parse(GOOD)) is Reason.OK


async def test_a_document_that_takes_too_much_memory_fails_alone() -> None:
    async with pool(timeout=60, memory_limit=64 * 2**20) as parser:
        outcome = await parser.parse(LARGE)
        assert outcome == ParseFailed(
            reason=Reason.PARSER_CRASHED, detail="parsing it takes more than 64 MB of memory"
        )
        assert reason(await parser.parse(GOOD)) is Reason.OK


async def test_a_worker_that_dies_fails_its_document_alone() -> None:
    async with pool(timeout=60) as parser:
        await parser.parse(GOOD)
        (worker,) = workers_of(os.getpid())
        slow = asyncio.create_task(parser.parse(SLOW))
        waiting = asyncio.create_task(parser.parse(GOOD))
        await asyncio.to_thread(wait_until, lambda: uses_cpu(worker))
        os.kill(worker, signal.SIGKILL)
        assert await slow == ParseFailed(
            reason=Reason.PARSER_CRASHED, detail="the parser process died (Killed)"
        )
        assert reason(await waiting) is Reason.OK


def title(outcome: ParseOutcome) -> str | None:
    return outcome.entries[0].title if isinstance(outcome, ParsedFeed) else outcome.detail


async def test_each_gets_its_own_answer_from_a_parser_that_is_handed_documents_ahead() -> None:
    titles = [f"Truce {number}" for number in range(60)]
    async with pool(workers=2, ahead=len(SMALL_AND_SLOW.body)) as parser:
        outcomes = await asyncio.gather(*[parser.parse(titled(each)) for each in titles])
        assert len(workers_of(os.getpid())) == 2
    assert list(map(title, outcomes)) == titles


@pytest.mark.parametrize("end", ["stuck", "killed", "cancelled"])
async def test_what_waits_at_a_parser_that_is_lost_is_parsed_by_another(end: str) -> None:
    async with pool(timeout=2 if end == "stuck" else 60, ahead=len(SLOW.body)) as parser:
        await parser.parse(GOOD)
        (worker,) = workers_of(os.getpid())
        slow = asyncio.create_task(parser.parse(SLOW))
        await asyncio.to_thread(wait_until, lambda: uses_cpu(worker))
        waiting = [asyncio.create_task(parser.parse(titled(each))) for each in "ABC"]
        await asyncio.sleep(0)
        if end == "killed":
            os.kill(worker, signal.SIGKILL)
        elif end == "cancelled":
            slow.cancel()
        (outcome,) = await asyncio.gather(slow, return_exceptions=True)
        assert list(map(title, await asyncio.gather(*waiting))) == ["A", "B", "C"]
        assert await asyncio.to_thread(wait_until, partial(gone, worker))
    assert (
        told(outcome)
        == {
            "stuck": "parsing it takes longer than 2 s",
            "killed": "the parser process died (Killed)",
            "cancelled": "",
        }[end]
    )


def told(outcome: ParseOutcome | BaseException) -> str:
    return outcome.detail if isinstance(outcome, ParseFailed) else ""


async def test_who_stops_waiting_behind_another_harms_neither_that_one_nor_who_comes_next() -> None:
    async with pool(timeout=60, ahead=len(SMALL_AND_SLOW.body)) as parser:
        await parser.parse(GOOD)
        (worker,) = workers_of(os.getpid())
        slow = asyncio.create_task(parser.parse(SMALL_AND_SLOW))
        await asyncio.to_thread(wait_until, lambda: uses_cpu(worker))
        given_up, following = (asyncio.create_task(parser.parse(titled(each))) for each in "AB")
        await asyncio.sleep(0)
        given_up.cancel()
        assert [title(await slow), title(await following)] == ["x", "B"]


class TakenOver:
    """A document that takes its parser over, which then answers with a call to be made by the daemon."""

    body = b""

    def __init__(self, there: Path) -> None:
        self._there = there

    def __reduce__(self) -> tuple[object, ...]:
        return (
            (Path.mkdir, (self._there,)) if multiprocessing.parent_process() else (TakenOver, (self._there,))
        )


def echo(_: int, document: T) -> T:
    return document


async def test_a_parser_that_was_taken_over_has_the_daemon_do_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.parse.pool.extract_within", echo)
    page: Any = TakenOver(tmp_path / "there")
    async with pool() as parser:
        outcome = await parser.extract(page)
        assert reason(await parser.parse(GOOD)) is Reason.OK
    assert isinstance(outcome, ParseFailed)
    assert outcome.reason is Reason.PARSER_CRASHED
    assert outcome.detail.endswith("which is no word of ours")
    assert not (tmp_path / "there").exists()


async def test_the_death_of_an_idle_worker_costs_nothing() -> None:
    async with pool() as parser:
        await parser.parse(GOOD)
        for _ in range(2):
            (worker,) = workers_of(os.getpid())
            os.kill(worker, signal.SIGKILL)
            assert await asyncio.to_thread(wait_until, partial(gone, worker))
            assert reason(await parser.parse(GOOD)) is Reason.OK


async def test_closing_drops_what_is_being_parsed_and_ends_all_workers() -> None:
    parser = pool(workers=2, timeout=60)
    await parser.parse(GOOD)
    workers = workers_of(os.getpid())
    slow = asyncio.create_task(parser.parse(SLOW))
    await asyncio.to_thread(wait_until, lambda: any(map(uses_cpu, workers)))
    await parser.close()
    with pytest.raises(asyncio.CancelledError):
        await slow
    assert all(map(gone, workers))


async def test_who_comes_while_the_pool_closes_is_dropped_like_those_before() -> None:
    parser = pool(timeout=60, ahead=len(SLOW.body))
    slow = asyncio.create_task(parser.parse(SLOW))
    await parser_is_busy()
    closing = asyncio.create_task(parser.close())
    late = asyncio.create_task(parser.parse(GOOD))
    *dropped, _ = await asyncio.gather(slow, late, closing, return_exceptions=True)
    assert list(map(type, dropped)) == [asyncio.CancelledError] * 2


async def test_a_cancelled_parse_frees_its_worker() -> None:
    async with pool(timeout=60) as parser:
        slow = asyncio.create_task(parser.parse(SLOW))
        await parser_is_busy()
        slow.cancel()
        with pytest.raises(asyncio.CancelledError):
            await slow
        assert reason(await parser.parse(GOOD)) is Reason.OK


async def parser_is_busy() -> None:
    assert await asyncio.to_thread(wait_until, lambda: any(map(uses_cpu, workers_of(os.getpid()))))


async def test_an_unused_pool_starts_no_process() -> None:
    before = workers_of(os.getpid())
    async with pool():
        assert workers_of(os.getpid()) == before


DAEMON = """
import asyncio, sys
from datetime import timedelta
from monitor.clock import SystemClock
from monitor.parse.pool import ParserPool
from tests.integration.parse.test_pool import GOOD, SLOW

async def main():
    parser = ParserPool(workers=2, timeout=timedelta(seconds=3), clock=SystemClock())
    await asyncio.gather(parser.parse(GOOD), parser.parse(GOOD))
    if sys.argv[1] == "busy":
        asyncio.create_task(parser.parse(SLOW))
        await asyncio.sleep(0.5)
    print("ready", flush=True)
    await asyncio.sleep(600)

if __name__ == "__main__":
    asyncio.run(main())
"""


@pytest.mark.parametrize("state", ["idle", "busy"])
def test_workers_end_when_the_daemon_is_killed(state: str, tmp_path: Path) -> None:
    program = tmp_path / "daemon.py"
    program.write_text(DAEMON)
    with _started(program, state) as daemon:
        workers = workers_of(daemon.pid)
        assert len(workers) == 2
        daemon.kill()
        daemon.wait(10)
    assert wait_until(lambda: all(map(gone, workers)))


def test_workers_leave_ctrl_c_to_the_daemon(tmp_path: Path) -> None:
    program = tmp_path / "daemon.py"
    program.write_text(DAEMON)
    with _started(program, "idle") as daemon:
        workers = workers_of(daemon.pid)
        assert wait_until(lambda: all(map(ignores_ctrl_c, workers)))
        for worker in workers:
            os.kill(worker, signal.SIGINT)
        assert not wait_until(lambda: any(map(gone, workers)), 0.5)
        daemon.send_signal(signal.SIGINT)
        daemon.wait(20)
    assert wait_until(lambda: all(map(gone, workers)))


CANCELLING = """
import asyncio
from tests.integration.parse.test_pool import GOOD, pool

async def main():
    async with pool() as parser:
        for moment in range(25):
            parse = asyncio.create_task(parser.parse(GOOD))
            await asyncio.sleep(moment / 2_000)
            parse.cancel()
            await asyncio.wait([parse])
        print((await parser.parse(GOOD)).entries[0].title)

if __name__ == "__main__":
    asyncio.run(main())
"""


def test_a_process_whose_start_is_cut_off_at_any_moment_harms_no_other_and_says_nothing(
    tmp_path: Path,
) -> None:
    program = tmp_path / "cancelling.py"
    program.write_text(CANCELLING)
    done = subprocess.run(
        [sys.executable, program], capture_output=True, text=True, check=False, env=_environment()
    )
    assert (done.stdout, done.stderr) == ("Truce\n", "")


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}


@contextmanager
def _started(program: Path, state: str) -> "Iterator[subprocess.Popen[bytes]]":
    command = [sys.executable, str(program), state]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment()
    ) as daemon:
        try:
            assert daemon.stdout
            assert daemon.stdout.readline() == b"ready\n"
            yield daemon
        finally:
            daemon.kill()


def test_what_the_workers_begin_with_is_light() -> None:
    listing = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, monitor.parse.worker, monitor.parse.article; print(*sys.modules)",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    heavy = {
        "pydantic",
        "sqlmodel",
        "sqlalchemy",
        "httpx",
        "apprise",
        "apscheduler",
        "typer",
        "rich",
        "alembic",
    }
    assert not heavy & set(listing)


async def test_a_pool_takes_another_size_and_deadline_while_it_works() -> None:
    async with pool(workers=3) as parser:
        await asyncio.gather(*[parser.parse(GOOD) for _ in range(3)])
        assert len(workers_of(os.getpid())) == 3
        parser.change(workers=1, timeout=timedelta(milliseconds=1))
        assert await asyncio.to_thread(wait_until, lambda: len(workers_of(os.getpid())) == 1)
        assert reason(await parser.parse(SLOW)) is Reason.PARSER_STUCK
        parser.change(workers=2, timeout=timedelta(seconds=20))
        outcomes = await asyncio.gather(*[parser.parse(GOOD) for _ in range(4)])
        assert [reason(outcome) for outcome in outcomes] == [Reason.OK] * 4
        assert len(workers_of(os.getpid())) <= 2
