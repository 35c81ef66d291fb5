"""How long an answer says it stays current."""

import asyncio
from datetime import timedelta

import pytest

from monitor.fetch import HttpFetcher
from monitor.model import FetchOutcome, FetchRequest, Freshness, NotModified, Secret, Validators
from tests.integration.fetch.fetching import fetch, limits, served
from tests.support.feed_server import Answer, FeedServer

DATE = ("Date", "Mon, 23 Nov 2026 12:00:00 GMT")
LATER = "Mon, 23 Nov 2026 13:00:00 GMT"
EARLIER = "Mon, 23 Nov 2026 11:00:00 GMT"


def ask_again(url: str, freshness: Freshness) -> FetchOutcome:
    """Ask for what was served with an ETag and this freshness before."""
    request = FetchRequest(url=Secret(url), validators=Validators('"1"'), freshness=freshness)
    return asyncio.run(HttpFetcher(limits(), version="1.2").fetch(request))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ([], None),
        ([("Cache-Control", "max-age=600")], 600),
        ([("Cache-Control", 'public, MAX-AGE="600", must-revalidate')], 600),
        ([("Cache-Control", "public"), ("Cache-Control", "max-age=600")], 600),
        ([("Cache-Control", "max-age=600, max-age=900")], 600),
        ([("Cache-Control", "max-age=600"), ("Age", "100")], 500),
        ([("Cache-Control", "max-age=600"), ("Age", "600")], None),
        ([("Cache-Control", "max-age=600"), ("Age", "soon")], 600),
        ([("Cache-Control", "max-age=0")], None),
        ([("Cache-Control", "max-age=-5")], None),
        ([("Cache-Control", "max-age=x")], None),
        ([("Cache-Control", "max-age=" + "9" * 900)], 366 * 86400),
        ([("Cache-Control", "max-age=600, x=" + "9" * 1000)], None),  # longer than what is kept
        ([("Cache-Control", "s-maxage=600")], None),
        ([("Cache-Control", "no-cache, max-age=600")], None),
        ([("Cache-Control", "max-age=600, no-store")], None),
        ([("Cache-Control", "no-cache"), ("Expires", LATER)], None),
        ([("Expires", LATER)], 3600),
        ([("Expires", LATER), ("Age", "600")], 3000),
        ([("Expires", EARLIER)], None),
        ([("Expires", "0")], None),
        ([("Expires", "never")], None),
        ([("Expires", LATER), ("Cache-Control", "max-age=60")], 60),
        ([("Expires", LATER), ("Cache-Control", "public")], 3600),
    ],
)
def test_freshness_is_read_from_max_age_or_expires_less_age(
    server: FeedServer, headers: list[tuple[str, str]], seconds: int | None
) -> None:
    server.script("/feed", Answer(200, [DATE, *headers], b"<rss/>"), Answer(304, [DATE, *headers]))
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert served(fetch(server.url("/feed"))).fresh_for == expected
    again = fetch(server.url("/feed"), validators=Validators('"1"'))
    assert isinstance(again, NotModified)
    assert again.fresh_for == expected


def test_expires_is_measured_by_the_servers_own_clock(server: FeedServer) -> None:
    headers = [
        ("Date", "Thu, 01 Jan 2015 00:00:00 GMT"),
        ("Expires", "Thu, 01 Jan 2015 00:30:00 GMT"),
    ]
    server.script("/feed", Answer(200, headers, b"<rss/>"))
    assert served(fetch(server.url("/feed"))).fresh_for == timedelta(minutes=30)


@pytest.mark.parametrize(
    ("headers", "kept", "seconds"),
    [
        ([], ("max-age=600", None), 600),
        ([("Age", "100")], ("max-age=600", None), 500),
        ([], (None, LATER), 3600),
        ([], (None, EARLIER), None),
        ([("Cache-Control", "max-age=60")], ("max-age=600", LATER), 60),
        ([("Cache-Control", "no-cache")], ("max-age=600", LATER), None),
        ([("Cache-Control", "public")], ("max-age=600", LATER), 3600),
        ([("Expires", LATER)], (None, EARLIER), 3600),
        ([("Expires", LATER)], ("max-age=600", EARLIER), 600),
    ],
)
def test_what_a_304_does_not_repeat_of_the_answer_it_confirms_stays(
    server: FeedServer,
    headers: list[tuple[str, str]],
    kept: tuple[str | None, str | None],
    seconds: int | None,
) -> None:
    server.script("/feed", Answer(304, [DATE, *headers]))
    again = ask_again(server.url("/feed"), Freshness(*kept))
    assert isinstance(again, NotModified)
    assert again.fresh_for == (None if seconds is None else timedelta(seconds=seconds))
    said = dict(headers)
    assert again.freshness == Freshness(said.get("Cache-Control", kept[0]), said.get("Expires", kept[1]))


def test_a_new_document_keeps_nothing_of_the_last_ones_freshness(server: FeedServer) -> None:
    server.script("/feed", Answer(200, [DATE, ("Expires", LATER)], b"<rss/>"))
    document = served(ask_again(server.url("/feed"), Freshness("max-age=600", None)))
    assert document.freshness == Freshness(None, LATER)
    assert document.fresh_for == timedelta(hours=1)
