from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.fetch.headers import retry_after
from monitor.model import FetchFailed, NotModified, Reason, Validators
from tests.integration.fetch.fetching import failed, fetch, served
from tests.support.feed_server import Answer, FeedServer, Headers, document, sends

DATE = ("Date", "Mon, 23 Nov 2026 12:00:00 GMT")
KNOWN = Validators(etag='"1"', last_modified="Mon, 23 Nov 2026 11:00:00 GMT")


def test_a_document_has_its_address_body_type_and_validators(server: FeedServer) -> None:
    server.script(
        "/feed", document(b"<rss/>", etag='W/"1"', last_modified="yesterday", content_type="text/xml")
    )
    got = served(fetch(server.url("/feed?x=1#top")))
    assert (got.url, got.body, got.content_type) == (server.url("/feed?x=1"), b"<rss/>", "text/xml")
    assert got.validators == Validators(etag='W/"1"', last_modified="yesterday")


@pytest.mark.parametrize(
    "etag", [b'"1"', b'W/"1"', b"bare", b'"sp ace"', b'"\xe9\xff\x80"', b'"caf\xc3\xa9"', b"'';--", b'""']
)
def test_validators_come_back_byte_for_byte(server: FeedServer, etag: bytes) -> None:
    server.script("/feed", Answer(headers=[("ETag", etag), ("Last-Modified", b"31 Feb 2041 \xff")]))
    got = served(fetch(server.url("/feed")))
    fetch(server.url("/feed"), validators=got.validators)
    seen = server.requests()[1]
    assert (seen.header("If-None-Match") or "").encode("latin-1") == etag
    assert (seen.header("If-Modified-Since") or "").encode("latin-1") == b"31 Feb 2041 \xff"


@pytest.mark.parametrize("etag", [b'"\x01"', b'"a\tb"', b'"\x7f"', b"x" * 5_000, b""])
def test_a_validator_that_cannot_be_sent_back_is_dropped(server: FeedServer, etag: bytes) -> None:
    server.script("/feed", Answer(headers=[("ETag", etag), ("Last-Modified", "then")], body=b"<rss/>"))
    got = served(fetch(server.url("/feed")))
    assert got.validators == Validators(last_modified="then")


def test_a_stored_validator_with_control_characters_is_not_sent(server: FeedServer) -> None:
    server.script("/feed", Answer(body=b"<rss/>"))
    served(fetch(server.url("/feed"), validators=Validators(etag='"\r\nX: 1"')))
    assert server.requests()[0].header("If-None-Match") is None


def test_a_first_request_is_unconditional(server: FeedServer) -> None:
    fetch(server.url("/feed"))
    (seen,) = server.requests()
    assert seen.header("If-None-Match") is None
    assert seen.header("If-Modified-Since") is None


def test_a_document_without_validators_keeps_none_of_the_old_ones(server: FeedServer) -> None:
    server.script("/feed", Answer(headers=[("ETag", '"2"')], body=b"<rss/>"))
    assert served(fetch(server.url("/feed"), validators=KNOWN)).validators == Validators(etag='"2"')


@pytest.mark.parametrize(
    ("headers", "kept"),
    [
        ((), KNOWN),
        ([("ETag", '"2"')], Validators('"2"', KNOWN.last_modified)),
        ([("Last-Modified", "today")], Validators('"1"', "today")),
        ([("ETag", '"2"'), ("Last-Modified", "today")], Validators('"2"', "today")),
    ],
)
def test_an_unchanged_answer_renews_the_validators_that_it_gives(
    server: FeedServer, headers: Headers, kept: Validators
) -> None:
    server.script("/feed", Answer(304, headers))
    assert fetch(server.url("/feed"), validators=KNOWN) == NotModified(validators=kept)


def test_an_unchanged_answer_to_an_unconditional_request_is_a_failure(server: FeedServer) -> None:
    server.script("/feed", Answer(304))
    failed(fetch(server.url("/feed")), Reason.HTTP_OTHER)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (400, Reason.HTTP_CLIENT_ERROR),
        (401, Reason.FORBIDDEN),
        (403, Reason.FORBIDDEN),
        (404, Reason.HTTP_CLIENT_ERROR),
        (499, Reason.HTTP_CLIENT_ERROR),
        (410, Reason.GONE),
        (429, Reason.RATE_LIMITED),
        (500, Reason.HTTP_SERVER_ERROR),
        (503, Reason.HTTP_SERVER_ERROR),
        (599, Reason.HTTP_SERVER_ERROR),
        (204, Reason.HTTP_OTHER),
        (206, Reason.HTTP_OTHER),
        (226, Reason.HTTP_OTHER),
        (300, Reason.HTTP_OTHER),
        (302, Reason.HTTP_OTHER),
        (777, Reason.HTTP_OTHER),
    ],
)
def test_every_other_status_is_a_failure_of_its_kind(server: FeedServer, status: int, reason: Reason) -> None:
    server.script("/feed", Answer(status, body=b"" if status == 204 else b"<rss/>"))
    assert str(status) in failed(fetch(server.url("/feed?token=hush")), reason)


def test_the_servers_own_words_are_not_repeated(server: FeedServer) -> None:
    server.script("/feed", sends(b"HTTP/1.1 404 \x1b[2Jhush\r\nContent-Length: 0\r\n\r\n"))
    assert failed(fetch(server.url("/feed")), Reason.HTTP_CLIENT_ERROR).endswith("404 Not Found")


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("0", timedelta(0)),
        ("Mon, 23 Nov 2026 12:30:00 GMT", timedelta(minutes=30)),
        ("Mon, 23 Nov 2026 14:30:00 +0200", timedelta(minutes=30)),
        ("9" * 5_000, timedelta(days=366)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", timedelta(days=366)),
    ],
)
def test_retry_after_is_read_as_seconds_or_relative_to_the_answers_date(
    server: FeedServer, status: int, value: str, wait: timedelta
) -> None:
    server.script("/feed", Answer(status, [DATE, ("Retry-After", value)]))
    outcome = fetch(server.url("/feed"))
    failed(outcome, Reason.RATE_LIMITED)
    assert isinstance(outcome, FetchFailed)
    assert outcome.retry_after == wait


@pytest.mark.parametrize(
    "value", ["-5", "soon", "1.5", "", "²", "Mon, 23 Nov 2026 11:59:59 GMT", "31 Feb 2026", "Mon, 99"]
)
def test_a_retry_after_that_makes_no_sense_is_ignored(server: FeedServer, value: str) -> None:
    server.script("/limited", Answer(429, [DATE, ("Retry-After", value)]))
    server.script("/down", Answer(503, [DATE, ("Retry-After", value)]))
    limited, down = fetch(server.url("/limited")), fetch(server.url("/down"))
    failed(limited, Reason.RATE_LIMITED)
    failed(down, Reason.HTTP_SERVER_ERROR)
    assert isinstance(limited, FetchFailed)
    assert limited.retry_after is None


@given(st.text(st.characters(max_codepoint=255), max_size=60))
def test_no_retry_after_breaks_the_reader(value: str) -> None:
    wait = retry_after([(b"retry-after", value.encode("latin-1")), (b"date", DATE[1].encode())])
    assert wait is None or timedelta(0) <= wait <= timedelta(days=366)
