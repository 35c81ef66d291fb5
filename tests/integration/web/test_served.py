"""How answers travel, and where they are served."""

import asyncio
import gzip
import logging
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from monitor.web import Page
from tests.integration.web.conftest import configured
from tests.support.feed_server import FeedServer
from tests.support.ground import Ground
from tests.support.sinks import WebhookSink


def test_long_answers_travel_compressed_and_short_ones_do_not(open_page: Ground) -> None:
    with open_page.client.stream("GET", "/", headers={"accept-encoding": "gzip"}) as answer:
        body = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in answer.headers["vary"].lower()
    assert b"<h1>Now</h1>" in gzip.decompress(body)
    assert "content-encoding" not in open_page.client.get("/healthz").headers
    plain = open_page.client.get("/", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers


def test_what_a_browser_has_already_is_not_sent_again(open_page: Ground) -> None:
    first = open_page.client.get("/")
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "no-cache"
    for known in (tag, tag.removeprefix("W/"), f'"other", {tag}'):
        again = open_page.client.get("/", headers={"if-none-match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert open_page.client.get("/", headers={"if-none-match": '"other"'}).status_code == 200
    assert "etag" not in open_page.client.get("/nothing").headers


def test_an_answer_does_not_wait_for_the_acknowledgement_of_a_part_of_it(open_page: Ground) -> None:
    took = []
    for _ in range(10):  # over one connection; a machine that is busy delays some of them
        answer = open_page.client.get("/healthz")
        took.append(answer.elapsed)
    assert min(took[1:]) < timedelta(milliseconds=30)  # Linux acknowledges what nobody waits for after 40 ms


def test_our_own_files_are_kept_for_good_by_an_address_of_their_content(open_page: Ground) -> None:
    for address in open_page.page("/").xpath("//script/@src | //link/@href"):
        answer = open_page.client.get(address)
        assert (answer.status_code, "immutable" in answer.headers["cache-control"]) == (200, True)
    for outside in ("/static/../guard.py", "/static/%2e%2e/guard.py", "/static/"):
        assert open_page.client.get(outside).status_code == 404


def test_a_page_that_is_closed_while_it_opens_keeps_neither_its_address_nor_the_daemon(
    ground: Ground,
) -> None:
    async def open_and_close() -> Page:
        page = Page(ground.app)
        await page.open()
        assert page.address is not None
        async with asyncio.timeout(2):  # answers under way would be waited for for longer
            await page.close()
        return page

    assert ground.run(open_and_close()).address is None


# -- who takes too long -------------------------------------------------------------------------------


@pytest.fixture
def impatient(ground: Ground) -> Iterator[str]:
    """The address of a page that waits a second for what is asked."""

    async def open_page() -> Page:
        page = Page(ground.app, patience=1)
        await page.open()
        return page

    page = ground.run(open_page())
    assert page.address is not None
    yield page.address
    ground.run(page.close())


HEAD = b"POST /api/v1/deliveries/retry HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"


@pytest.mark.parametrize(
    ("first", "more"),
    [
        (b"", b""),
        (b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nx-slow: ", b"a"),
        (HEAD + b"content-length: 1000\r\n\r\n{", b" "),
        (b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\nGET /healthz HTTP/1.1\r\nx-slow: ", b"a"),
    ],
    ids=["silent", "dripping headers", "dripping body", "dripping after an answer"],
)
def test_a_connection_on_which_no_whole_request_comes_is_ended(
    impatient: str, first: bytes, more: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    host, port = httpx.URL(impatient).host, httpx.URL(impatient).port
    with socket.create_connection((host, port), timeout=0.1) as slow:
        slow.sendall(first)
        assert any(is_ended(slow, more) for _ in range(200))
    assert httpx.get(f"{impatient}healthz").status_code == 200
    assert [record.message for record in caplog.records if record.levelno >= logging.ERROR] == []


def is_ended(slow: socket.socket, more: bytes) -> bool:
    """Tell whether the other side has ended it, else drip on."""
    try:
        answered = slow.recv(10_000)
        slow.sendall(more)
    except TimeoutError:
        slow.sendall(more)
        return False
    except ConnectionError:
        return True
    return not answered


def test_whoever_asks_in_time_is_answered_again_and_again(impatient: str) -> None:
    with httpx.Client(base_url=impatient) as client:
        assert [client.get("/healthz").status_code for _ in range(3)] == [200, 200, 200]


# -- where it is served -------------------------------------------------------------------------------


def polls(ground: Ground) -> int:
    """Return how many polls there were, of which some found nothing where a feed should be."""
    return ground.app.tally.counts["polls"] + ground.app.tally.counts["failed polls"]


def test_it_is_served_on_ipv6(tmp_path: Path, feed_server: FeedServer, hook: WebhookSink) -> None:
    with Ground(tmp_path, configured(feed_server, hook, 'listen = "[::1]:0"')) as ground:
        assert ground.url.startswith("http://[::1]:")
        assert ground.client.get("/").status_code == 200


def test_it_can_be_off(tmp_path: Path, feed_server: FeedServer, hook: WebhookSink) -> None:
    with Ground(tmp_path, configured(feed_server, hook, 'listen = "off"')) as ground:
        ground.go_on()
        assert (ground.url, polls(ground)) == ("", 4)


def test_an_address_in_use_is_told_once_and_taken_when_it_is_free(
    tmp_path: Path, feed_server: FeedServer, hook: WebhookSink, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "monitor")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ground = Ground(tmp_path, configured(feed_server, hook, f'listen = "127.0.0.1:{port}"'))
        ground.__enter__()
        ground.run(ground.served.open())
    try:
        complaints = [record for record in caplog.records if record.message == "no page"]
        assert [record.__dict__["fields"] for record in complaints] == [
            {
                "address": f"127.0.0.1:{port}",
                "detail": 'another program uses the address; name another with listen in [web], or "off"',
            }
        ]
        ground.go_on()  # the rest goes on
        assert polls(ground) == 4
        ground.run(ground.served.open())  # as it does each minute
        assert httpx.get(f"http://127.0.0.1:{port}/").status_code == 200
        (told,) = [record for record in caplog.records if record.message == "page"]
        assert told.__dict__["fields"] == {"url": f"http://127.0.0.1:{port}/"}
    finally:
        ground.__exit__(None, None, None)


def test_it_ends_with_the_program_though_browsers_hold_connections(
    tmp_path: Path, feed_server: FeedServer, hook: WebhookSink
) -> None:
    with Ground(tmp_path, configured(feed_server, hook)) as ground:
        ground.client.get("/")
        port = int(ground.url.rpartition(":")[2])
        idle = socket.create_connection(("127.0.0.1", port))
    idle.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
