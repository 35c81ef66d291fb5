import asyncio
import contextlib
import gzip
import threading
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.fetch.body import decompress
from monitor.fetch.failure import Failure
from monitor.model import Reason
from tests.integration.fetch.fetching import failed, fetch, limits, served
from tests.support.feed_server import Answer, FeedServer, Raw, Received, sends

FEED = b"<rss>" + b"news " * 2_000 + b"</rss>"


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def bomb(megabytes: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    block = bytes(1_000_000)
    return b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()


def encoded(coding: str, body: bytes) -> Answer:
    return Answer(headers=[("Content-Encoding", coding)], body=body)


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(FEED)),
        ("GZIP", gzip.compress(FEED)),
        ("x-gzip", gzip.compress(FEED)),
        ("gzip", gzip.compress(FEED) + b"\0\0junk"),
        ("gzip", gzip.compress(FEED[:100]) + gzip.compress(FEED[100:])),
        ("deflate", zlib.compress(FEED)),
        ("deflate", raw_deflate(FEED)),
        ("identity", FEED),
        ("", gzip.compress(FEED)),
    ],
    ids=[
        "gzip",
        "upper case",
        "x-gzip",
        "trailing junk",
        "two members",
        "deflate",
        "raw deflate",
        "identity",
        "undeclared",
    ],
)
def test_gzip_and_deflate_are_decoded(server: FeedServer, coding: str, body: bytes) -> None:
    server.script("/feed", encoded(coding, body))
    assert served(fetch(server.url("/feed"))).body == FEED


@pytest.mark.parametrize("coding", ["br", "zstd", "compress", "gzip, gzip", "gzip, br", "x" * 500, "\xff"])
def test_an_encoding_that_was_not_asked_for_is_refused(server: FeedServer, coding: str) -> None:
    server.script("/feed", encoded(coding, gzip.compress(gzip.compress(FEED))))
    failed(fetch(server.url("/feed")), Reason.ENCODING)


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(FEED)[:-9]),
        ("gzip", gzip.compress(FEED)[:-1]),
        ("gzip", gzip.compress(FEED)[:5]),
        ("gzip", gzip.compress(FEED)[:30] + b"\xff" * 50),
        ("gzip", FEED),
        ("deflate", zlib.compress(FEED)[:-3]),
        ("deflate", raw_deflate(FEED)[:-3]),
        ("deflate", b"\xff" * 50),
    ],
    ids=[
        "gzip without its length",
        "gzip less a byte",
        "gzip header cut",
        "gzip damaged",
        "no gzip at all",
        "deflate cut",
        "raw deflate cut",
        "no deflate at all",
    ],
)
def test_a_damaged_or_cut_compressed_body_is_no_document(
    server: FeedServer, coding: str, body: bytes
) -> None:
    server.script("/feed", encoded(coding, body))
    failed(fetch(server.url("/feed")), Reason.PROTOCOL)


def test_an_empty_body_is_an_empty_document_whatever_its_encoding(server: FeedServer) -> None:
    server.script("/feed", encoded("gzip", b""))
    assert served(fetch(server.url("/feed"))).body == b""


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<rss>",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<rss>\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n<rss>",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<rss>\r\n0\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n<rss>\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n<rss/>",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n<rss/>",
        b"HTTP/1.1 200 OK\r\n",
        b"",
        b"220 smtp.example.org ESMTP\r\n",
        b"\x16\x03\x01\x02\x00",
        b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 10_000_000,
        b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 100_000 + b"\r\n",
    ],
    ids=lambda answer: repr(answer[:70]),
)
def test_an_answer_that_is_cut_or_not_http_is_no_document(server: FeedServer, answer: bytes) -> None:
    server.script("/feed", sends(answer))
    failed(fetch(server.url("/feed")), Reason.PROTOCOL)


def test_a_body_in_pieces_without_end_is_refused(server: FeedServer) -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    server.script("/few", sends(chunked, b"1\r\nx\r\n" * 1_000 + b"0\r\n\r\n"))
    assert served(fetch(server.url("/few"))).body == b"x" * 1_000
    server.script("/many", sends(chunked, b"1\r\nx\r\n" * 100_001 + b"0\r\n\r\n"))
    failed(fetch(server.url("/many"), limits(max_body=5_000_000)), Reason.PROTOCOL)


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\nContent-Length: %d\n\n",
        b"HTTP/1.1 200\r\ncontent-length:%d\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nX-Folded: a\r\n\tb\r\nContent-Length: %d\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: %d, %d\r\n\r\n",
    ],
    ids=["bare line feeds", "no phrase, no space", "folded", "preliminary, length twice"],
)
def test_a_careless_but_clear_answer_is_read(server: FeedServer, head: bytes) -> None:
    lengths = (len(FEED),) * head.count(b"%d")
    server.script("/feed", sends(head % lengths, FEED + b"what follows is not the body"))
    assert served(fetch(server.url("/feed"))).body == FEED


def test_a_body_that_ends_with_its_connection_is_complete(server: FeedServer) -> None:
    server.script("/feed", sends(b"HTTP/1.0 200 OK\r\n\r\n", FEED))
    assert served(fetch(server.url("/feed"))).body == FEED


def test_a_body_of_exactly_the_limit_is_taken_and_one_byte_more_is_not(server: FeedServer) -> None:
    exact = limits(max_body=1_000)
    for coding, pack in (("", bytes), ("gzip", gzip.compress)):
        server.script("/fits", encoded(coding, pack(b"x" * 1_000)))
        server.script("/more", encoded(coding, pack(b"x" * 1_001)))
        assert len(served(fetch(server.url("/fits"), exact)).body) == 1_000
        assert "1000 bytes" in failed(fetch(server.url("/more"), exact), Reason.TOO_LARGE)


def test_an_announced_body_over_the_limit_is_refused_before_it_is_read(server: FeedServer) -> None:
    server.script("/feed", sends(b"HTTP/1.1 200 OK\r\nContent-Length: 100001\r\n\r\n"))
    failed(fetch(server.url("/feed")), Reason.TOO_LARGE)


def test_a_gzip_bomb_takes_no_more_memory_than_the_limit(server: FeedServer) -> None:
    server.script("/feed", encoded("gzip", bomb(300)))
    tracemalloc.start()
    try:
        failed(fetch(server.url("/feed"), limits(max_body=1_000_000)), Reason.TOO_LARGE)
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


def test_an_endless_body_is_cut_off_at_the_limit(server: FeedServer) -> None:
    cut_off = threading.Event()

    async def pour(received: Received, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            while True:
                writer.write(b"x" * 65_536)
                await writer.drain()
        except ConnectionError:
            cut_off.set()

    server.script("/feed", Raw(pour))
    failed(fetch(server.url("/feed"), limits(max_body=1_000_000)), Reason.TOO_LARGE)
    assert cut_off.wait(10)


def test_thousands_of_empty_gzip_members_are_refused_quickly() -> None:
    with pytest.raises(Failure):
        decompress(gzip.compress(b"") * 100_000, "gzip", 1_000_000)


@given(st.binary(max_size=3_000), st.sampled_from(["gzip", "deflate"]), st.integers(1, 500))
def test_any_bytes_decode_within_the_limit_or_fail(raw: bytes, coding: str, limit: int) -> None:
    with contextlib.suppress(Failure):
        assert len(decompress(raw, coding, limit)) <= limit


@given(st.binary(max_size=3_000))
def test_whatever_was_packed_comes_out(data: bytes) -> None:
    for coding, packed in (
        ("gzip", gzip.compress(data)),
        ("deflate", zlib.compress(data)),
        ("deflate", raw_deflate(data)),
    ):
        assert decompress(packed, coding, 10_000) == data
