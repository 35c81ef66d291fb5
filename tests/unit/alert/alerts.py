"""What is to be rendered, and where it goes."""

import re
from datetime import UTC, datetime, tzinfo
from html import unescape
from zoneinfo import ZoneInfo

from monitor.alert import render
from monitor.match import compile_rules
from monitor.model import (
    Alert,
    Bulletin,
    Channel,
    Entry,
    Layout,
    Message,
    MessageFormat,
    Notice,
    Origin,
    Rule,
    Secret,
)
from tests.support.mail_page import Page

# What people read; the JSON of webhooks is another matter.
READ = [kind for kind in MessageFormat if kind is not MessageFormat.WEBHOOK]
_HTML = (MessageFormat.TELEGRAM, MessageFormat.MATRIX)

PARIS = ZoneInfo("Europe/Paris")
PUBLISHED = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SEEN = datetime(2026, 11, 23, 12, 7, tzinfo=UTC)

TALKS = Entry(
    title="Ukraine and Russia agree to talks on a ceasefire",
    summary="Delegations meet in Geneva on Monday.\n\nA cease-fire in Ukraine’s east (the first) is near.",
    link="https://news.example/world/1?a=1&b=2",
    published_at=PUBLISHED,
)


def alert(
    entry: Entry, *, feed_name: str = "Example World", query: str = "Ukraine ceasefire", rules: int = 1
) -> Alert:
    """An alert on `entry`, with the matches that `query` has in it, if any."""
    names = ["ukraine-ceasefire", *(f"rule-{number}" for number in range(2, rules + 1))]
    matcher = compile_rules([Rule(name=name, query=query, channels=("desk",)) for name in names])
    return Alert(
        id=1,
        entry=entry,
        feed_url="https://news.example/rss",
        feed_name=feed_name,
        matches=matcher.match(entry, Origin(url="https://news.example/rss")).matches,
        created_at=SEEN,
    )


def rendered(
    about: Alert | Notice | Bulletin,
    kind: MessageFormat,
    zone: tzinfo = PARIS,
    *,
    layout: Layout = Layout.FULL,
    name: str = "desk",
) -> Message:
    """What a channel of this kind is sent."""
    channel = Channel(name=name, url=Secret("console:"), format=kind, layout=layout)
    return render(about, channel, zone)


def words(body: str, kind: MessageFormat) -> str:
    """What is read of a body."""
    if kind is MessageFormat.MAIL:
        return "\n".join(Page(body).lines)
    return unescape(re.sub("<[^>]*>", "", body.replace("<br>", "\n"))) if kind in _HTML else body
