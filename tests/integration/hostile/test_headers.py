"""Answers whose head is the attack."""

import time

import pytest

from monitor.model import Reason
from tests.integration.fetch.fetching import failed, fetch, limits
from tests.support.feed_server import FeedServer, sends

STATUS = b"HTTP/1.1 200 OK\r\n"
HEADS = {
    "a header of 10 MB": sends(STATUS, b"X-A: " + b"a" * 10_000_000, b"\r\n\r\n"),
    "100,000 headers": sends(STATUS, b"X-A: b\r\n" * 100_000, b"\r\n"),
    "a status line of 10 MB": sends(b"HTTP/1.1 200 " + b"O" * 10_000_000, b"\r\n\r\n"),
    "a chunk size of 10 MB": sends(STATUS, b"Transfer-Encoding: chunked\r\n\r\n" + b"0" * 10_000_000),
}


@pytest.mark.parametrize("name", HEADS)
def test_headers_without_end_are_refused(name: str) -> None:
    with FeedServer() as server:
        server.script("/feed", HEADS[name])
        started = time.monotonic()
        failed(fetch(server.url("/feed"), limits(seconds=20)), Reason.PROTOCOL)
        assert time.monotonic() - started < 5
