"""How long an answer says it stays current."""

from datetime import timedelta

import pytest

from monitor.model import NotModified, Validators
from tests.integration.fetch.fetching import fetch, served
from tests.support.feed_server import Answer, FeedServer

DATE = ("Date", "Mon, 23 Nov 2026 12:00:00 GMT")
LATER = "Mon, 23 Nov 2026 13:00:00 GMT"
EARLIER = "Mon, 23 Nov 2026 11:00:00 GMT"


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
        ([("Cache-Control", "max-age=" + "9" * 5000)], 366 * 86400),
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
