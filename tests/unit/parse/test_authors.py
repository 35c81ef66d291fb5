"""Authors that are too long to be any: feedparser's e-mail pattern takes quadratic time on them."""

import time

import pytest

from monitor.model import Document, ParsedFeed
from monitor.parse.feed import parse_feed
from tests.support.clock import NOON

ENDLESS = "a." * 100_000


def parsed(author: str) -> ParsedFeed:
    body = f"<rss version='2.0'><channel><item><title>Truce</title>{author}</item></channel></rss>"
    outcome = parse_feed(Document(url="https://news.example/feed", body=body.encode()), NOON)
    assert isinstance(outcome, ParsedFeed)
    return outcome


@pytest.mark.parametrize(
    "author",
    [
        f"<author>{ENDLESS}</author>",
        f"<dc:creator xmlns:dc='http://purl.org/dc/elements/1.1/'>{ENDLESS}</dc:creator>",
        f"<author>{ENDLESS}</author ><managingEditor>{ENDLESS}</managingEditor>",
        f"<author><![CDATA[{ENDLESS}]]></author>",
        f"<author>{'&#97;.' * 30_000}</author>",
        f"<author>{'<b/>'.join([ENDLESS[:400]] * 100)}</author>",
        f"<author>{ENDLESS}</webMaster>",
        f"<AUTHOR>{ENDLESS}</AUTHOR><b>",
        f"<author>{ENDLESS}",
        f"<author>{'<author>' * 20_000}</author>",
    ],
    ids=lambda author: author[:40],
)
def test_an_endless_author_keeps_nobody_busy(author: str) -> None:
    started = time.process_time()
    (entry,) = parsed(author).entries
    assert time.process_time() - started < 2
    assert entry.title == "Truce"
    assert all(len(name) <= 200 for name in entry.authors)


def test_a_long_author_is_cut_and_not_within_a_reference() -> None:
    (entry,) = parsed(f"<author>{'Ann &amp; Bob, ' * 100}</author>").entries
    (name,) = entry.authors
    assert name.startswith("Ann & Bob, Ann & Bob, ")


def test_what_stands_around_a_long_author_is_read() -> None:
    (entry,) = parsed(f"<author>{ENDLESS}</author><description>War and peace</description>").entries
    assert entry.summary == "War and peace"


def test_an_author_of_usual_length_is_left_as_it_is() -> None:
    (entry,) = parsed("<author>ann@example.org (Ann Lee)</author>").entries
    assert entry.authors == ("Ann Lee",)
