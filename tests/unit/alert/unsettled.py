"""Deliveries that nobody has settled yet."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from monitor.model import Alert, Entry, Notice, Unsettled
from tests.support.clock import NOON

FERRY = Entry(title="Ferry sinks off Paros")
FEED = "https://news.example/rss"


def alert(number: int = 1, *, entry: Entry = FERRY, feed: str = FEED, created_at: datetime = NOON) -> Alert:
    return Alert(id=number, entry=entry, feed_url=feed, feed_name="World", matches=(), created_at=created_at)


def unsettled(number: int = 1, *rules: str, **options: Any) -> Unsettled:
    """Return the delivery of an alert by `rules` for the channel "desk"; the alert has the same number."""
    usual: dict[str, Any] = {"channel": "desk", "rules": rules or ("ferry",), "created_at": NOON}
    usual["about"] = alert(number, created_at=options.get("created_at", NOON))
    return Unsettled(id=number, **usual | options)


def notice(number: int = 1, **options: Any) -> Unsettled:
    about = Notice(id=number, created_at=NOON, subject="3 feeds fail", lines=())
    return replace(unsettled(number, **options), rules=(), about=about)
