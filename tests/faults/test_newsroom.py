"""Feeds of the harness take their reader at its word."""

import httpx

from tests.faults.newsroom import TOKEN, Feed
from tests.support.feed_server import FeedServer


def test_what_the_reader_says_it_has_is_not_in_the_answer_even_when_more_has_come_since() -> None:
    feed = Feed(0)
    with FeedServer() as server:
        server.script("/", feed.answer)
        feed.publish(1, 0)
        first = httpx.get(server.url())
        feed.publish(1, 0)

        second = httpx.get(server.url(), headers={"If-None-Match": first.headers["ETag"]})

    assert TOKEN.findall(first.text)[0] == "token-0-0"
    assert set(TOKEN.findall(second.text)) == {"token-0-1"}
    assert [one.tokens for one in feed.served if one.complete] == [
        {"token-0-0"},
        {"token-0-0"},
        {"token-0-1"},
    ]


def test_what_the_reader_was_given_without_saying_that_it_has_it_is_still_there() -> None:
    feed = Feed(0)
    with FeedServer() as server:
        server.script("/", feed.answer)
        feed.publish(1, 0)
        httpx.get(server.url())
        feed.publish(1, 0)

        again = httpx.get(server.url())

    assert set(TOKEN.findall(again.text)) == {"token-0-0", "token-0-1"}
