"""Large bodies share a bounded room; small ones and those that were dropped need none."""

import asyncio
import gzip
from datetime import timedelta

import pytest

from monitor.fetch import HttpFetcher
from monitor.fetch.room import SMALL, Room
from monitor.model import Document, FetchFailed, FetchOutcome, Reason
from tests.integration.fetch.fetching import failed, limits, request, served
from tests.support.feed_server import Answer, FeedServer

LARGE = b"<rss/>" + b" " * SMALL
LIMIT = 1_000_000
SHORT = 0.5


def fetcher(room: Room, seconds: float = 10.0) -> HttpFetcher:
    return HttpFetcher(limits(max_body=LIMIT, seconds=seconds), version="1", room=room)


@pytest.fixture(params=["plain", "gzip"])
def large(server: FeedServer, request: pytest.FixtureRequest) -> str:
    packed = request.param == "gzip"
    headers = [("Content-Encoding", "gzip")] if packed else []
    server.script("/large", Answer(headers=headers, body=gzip.compress(LARGE) if packed else LARGE))
    return server.url("/large")


async def test_a_large_body_waits_until_another_one_is_gone(large: str) -> None:
    fetching = fetcher(Room(LIMIT))
    first: FetchOutcome | None = await fetching.fetch(request(large))
    second = asyncio.create_task(fetching.fetch(request(large)))
    assert not await done_within(second, SHORT)
    assert isinstance(first, Document)
    first = None
    assert served(await second).body == LARGE


async def test_many_large_bodies_come_one_after_another(large: str) -> None:
    fetching = fetcher(Room(2 * LIMIT))

    async def size() -> int:
        return len(served(await fetching.fetch(request(large))).body)

    assert await asyncio.gather(*[size() for _ in range(20)]) == [len(LARGE)] * 20


async def test_a_small_body_never_waits(large: str, server: FeedServer) -> None:
    server.script("/small", Answer(body=b"<rss/>"))
    fetching = fetcher(Room(LIMIT))
    kept = served(await fetching.fetch(request(large)))
    assert served(await fetching.fetch(request(server.url("/small")))).body == b"<rss/>"
    assert kept.body


async def test_the_deadline_covers_the_waiting(large: str) -> None:
    room = Room(LIMIT)
    kept = served(await fetcher(room).fetch(request(large)))
    failed(await fetcher(room, SHORT).fetch(request(large)), Reason.TIMEOUT)
    assert kept.body


async def test_who_gives_up_waiting_keeps_nobody_else_waiting(large: str) -> None:
    room = Room(LIMIT)
    kept: FetchOutcome | None = await fetcher(room).fetch(request(large))
    impatient = asyncio.create_task(fetcher(room, SHORT).fetch(request(large)))
    patient = asyncio.create_task(fetcher(room).fetch(request(large)))
    assert isinstance(await impatient, FetchFailed)
    assert isinstance(kept, Document)
    kept = None
    served(await patient)


async def test_a_body_that_turns_out_too_large_gives_its_room_back(large: str, server: FeedServer) -> None:
    server.script("/huge", Answer(body=b" " * (LIMIT + 1)))
    server.script(
        "/cut", Answer(headers=[("Content-Encoding", "gzip")], body=gzip.compress(b" " * (LIMIT + 1)))
    )
    fetching = fetcher(Room(LIMIT))
    for path in ("/huge", "/cut") * 2:
        failed(await fetching.fetch(request(server.url(path))), Reason.TOO_LARGE)
    served(await fetching.fetch(request(large)))


async def test_a_body_larger_than_all_room_is_read_alone(large: str) -> None:
    served(await fetcher(Room(1_000)).fetch(request(large)))


async def done_within(task: "asyncio.Task[FetchOutcome]", seconds: float) -> bool:
    done, _ = await asyncio.wait([task], timeout=timedelta(seconds=seconds).total_seconds())
    return bool(done)
