import asyncio
import gc
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import pytest

from monitor.fetch import HttpFetcher
from monitor.fetch.failure import Failure
from monitor.fetch.network import Resolver, system_lookup
from monitor.model import Document, FetchFailed, Reason
from tests.integration.fetch.fetching import failed, fetch, limits, request, served
from tests.support.feed_server import SILENT, Answer, FeedServer, Raw, Received, sends

SHORT = limits(seconds=0.4)
# The descriptors of this process.
OPEN = Path("/dev/fd")
HEADERS = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"


@contextmanager
def listening(backlog: int = 5) -> Iterator[socket.socket]:
    """A port whose connections the kernel takes and nobody serves."""
    with closing(socket.create_server(("127.0.0.1", 0), backlog=backlog)) as quiet:
        yield quiet


@contextmanager
def crowded(place: tuple[str, int]) -> Iterator[None]:
    """Fill the queue of a listening socket, so that the kernel drops whoever comes next."""
    with ExitStack() as opened:
        for _ in range(4):
            knock = opened.enter_context(closing(socket.socket()))
            knock.setblocking(False)
            knock.connect_ex(place)
        yield


@pytest.mark.parametrize(
    ("step", "stage"),
    [
        (SILENT, "waiting for headers from 127.0.0.1"),
        (sends(b"HTTP/1.1 200 OK\r\n", *[b"X: 1\r\n"] * 500, pause=0.01), "waiting for headers"),
        (sends(*[b"HTTP/1.1 100 Continue\r\n\r\n"] * 500, pause=0.01), "waiting for headers"),
        (sends(HEADERS, *[b"x"] * 500, pause=0.01), "reading the body"),
        (sends(HEADERS, b"x", b"y", pause=60), "reading the body"),
    ],
    ids=["silence", "slow headers", "endless preliminaries", "drip", "stall"],
)
def test_a_slow_answer_is_cut_off_and_the_stage_is_named(server: FeedServer, step: Raw, stage: str) -> None:
    server.script("/feed", step)
    started = time.monotonic()
    detail = failed(fetch(server.url("/feed?token=hush"), SHORT), Reason.TIMEOUT)
    assert time.monotonic() - started < 3
    assert stage in detail
    assert "0.4 s" in detail
    assert "hush" not in detail


def test_the_deadline_covers_all_hops_together(server: FeedServer) -> None:
    async def slowly(received: Received, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.15)
        hop = int(received.path[1:]) + 1
        writer.write(f"HTTP/1.1 302 Found\r\nLocation: /{hop}\r\nContent-Length: 0\r\n\r\n".encode())

    for hop in range(20):
        server.script(f"/{hop}", Raw(slowly))
    failed(fetch(server.url("/0"), limits(seconds=0.5, max_redirects=19)), Reason.TIMEOUT)
    assert len(server.requests()) < 6


def test_a_connection_that_nobody_accepts_is_cut_off() -> None:
    with listening(backlog=0) as full, crowded(full.getsockname()):
        url = f"http://127.0.0.1:{full.getsockname()[1]}/feed"
        assert "connecting to" in failed(fetch(url, SHORT), Reason.TIMEOUT)


def test_an_address_that_swallows_packets_leaves_time_for_the_next(server: FeedServer) -> None:
    server.script("/feed", Answer(body=b"<rss/>"))
    with closing(socket.socket()) as full:
        full.bind(("127.0.0.2", server.port))
        full.listen(0)
        with crowded(full.getsockname()):
            url = server.url("/feed", host="feeds.example")
            served(fetch(url, limits(seconds=2), lookup=lambda host, port: ["127.0.0.2", "127.0.0.1"]))


def test_a_tls_handshake_that_is_never_answered_is_cut_off() -> None:
    with listening() as quiet:
        url = f"https://127.0.0.1:{quiet.getsockname()[1]}/feed"
        assert "setting up TLS" in failed(fetch(url, SHORT), Reason.TIMEOUT)
        peer, _ = quiet.accept()
        with closing(peer):
            peer.settimeout(5)
            while peer.recv(65_536):  # the handshake's first message, then the end: closed, not leaked
                pass


def test_a_name_server_that_never_answers_is_cut_off_and_holds_up_nobody(server: FeedServer) -> None:
    server.script("/feed", Answer(body=b"<rss/>"))
    answered = threading.Event()

    def lookup(host: str, port: int) -> Sequence[str]:
        if host == "slow.example":
            answered.wait(30)
        return system_lookup("127.0.0.1", port)

    async def both() -> None:
        fetcher = HttpFetcher(SHORT, version="1", lookup=lookup)
        slow = [
            asyncio.create_task(fetcher.fetch(request(f"http://slow.example/{number}")))
            for number in range(20)
        ]
        quick = await fetcher.fetch(request(server.url("/feed")))
        assert await asyncio.to_thread(lambda: True)
        assert not any(task.done() for task in slow)
        assert isinstance(quick, Document)
        for outcome in await asyncio.gather(*slow):
            assert "looking up slow.example" in failed(outcome, Reason.TIMEOUT)

    try:
        asyncio.run(both())
    finally:
        answered.set()


def test_a_lookup_has_a_time_limit_of_its_own() -> None:
    answered = threading.Event()

    def lookup(host: str, port: int) -> Sequence[str]:
        answered.wait(30)
        return []

    async def resolve() -> None:
        resolver = Resolver(lookup, patience=0.2)
        try:
            with pytest.raises(Failure, match=r"no name server answered for slow\.example") as failure:
                await resolver.resolve("slow.example", 80)
            assert failure.value.outcome.reason is Reason.DNS
        finally:
            answered.set()

    asyncio.run(resolve())


def test_two_hundred_silent_feeds_do_not_delay_a_good_one(server: FeedServer) -> None:
    server.script("/silent", SILENT)
    server.script("/feed", Answer(body=b"<rss/>"))

    async def crowd() -> float:
        fetcher = HttpFetcher(limits(seconds=60), version="1")
        silent = [asyncio.create_task(fetcher.fetch(request(server.url("/silent")))) for _ in range(200)]
        await asyncio.to_thread(server.wait_for, 200, "/silent", timeout=30)
        started = time.monotonic()
        assert isinstance(await fetcher.fetch(request(server.url("/feed"))), Document)
        took = time.monotonic() - started
        assert not any(task.done() for task in silent)
        for task in silent:
            task.cancel()
        await asyncio.gather(*silent, return_exceptions=True)
        return took

    assert asyncio.run(crowd()) < 2


def test_what_is_open_for_fetches_goes_with_their_event_loop(server: FeedServer) -> None:
    server.script("/feed", *[Answer(body=b"<rss/>")] * 4)
    served(fetch(server.url("/feed")))
    before = len(list(OPEN.iterdir()))
    for _ in range(3):
        served(fetch(server.url("/feed")))
    gc.collect()
    assert len(list(OPEN.iterdir())) <= before


@pytest.mark.parametrize("give_up", ["cancel", "deadline"])
def test_a_fetch_that_is_given_up_closes_its_connection(server: FeedServer, give_up: str) -> None:
    closed = threading.Event()

    async def hold(received: Received, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEADERS)
        with suppress(ConnectionError):  # what the fetch hasn't read yet makes a reset of its end
            await reader.read()
        closed.set()

    server.script("/feed", Raw(hold))

    async def start_and_stop() -> None:
        bounds = limits(seconds=60) if give_up == "cancel" else SHORT
        fetcher = HttpFetcher(bounds, version="1")
        task = asyncio.create_task(fetcher.fetch(request(server.url("/feed"))))
        await asyncio.to_thread(server.wait_for, 1)
        if give_up == "cancel":
            task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert await asyncio.to_thread(closed.wait, 5)

    asyncio.run(start_and_stop())


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 302 Found\r\nLocation: /feed\r\nContent-Length: 1000\r\n\r\n",
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 1000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        b"no HTTP\r\n\r\n",
    ],
    ids=lambda head: head.partition(b"\r\n")[0].decode(),
)
def test_an_answer_whose_body_is_not_wanted_is_left_at_once(server: FeedServer, head: bytes) -> None:
    closed = threading.Event()

    async def hold(received: Received, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        await reader.read()
        closed.set()

    server.script("/start", Raw(hold))
    server.script("/feed", Answer(body=b"<rss/>"))

    async def once() -> None:
        fetcher = HttpFetcher(limits(seconds=60), version="1")
        outcome = await fetcher.fetch(request(server.url("/start")))
        assert not (isinstance(outcome, FetchFailed) and outcome.reason is Reason.TIMEOUT)
        assert await asyncio.to_thread(closed.wait, 5)

    asyncio.run(once())
