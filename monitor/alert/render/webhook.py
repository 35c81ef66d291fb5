"""JSON for webhooks of the reader's own, as docs/webhook.md documents it."""

import json
from datetime import UTC, datetime
from typing import Any

from monitor.alert.excerpt import Excerpt, one_line, tidy
from monitor.alert.render.alert import card
from monitor.model import Alert, Bulletin, Channel, Match, Message, MessageFormat, Notice, TextField

_VERSION = 1
_EXCERPT = 500


def webhook_message(about: Alert | Notice | Bulletin, channel: Channel, title: str) -> Message:
    """Return `about` as a message whose body is JSON; `title` is the one that people read elsewhere."""
    kind, moment, told = _told(about)
    body = {
        "version": _VERSION,
        "type": kind,
        "timestamp": _moment(moment),
        "channel": channel.name,
        "title": title,
        **told,
    }
    return Message(format=MessageFormat.WEBHOOK, title=title, body=json.dumps(body, ensure_ascii=False))


def _told(about: Alert | Notice | Bulletin) -> tuple[str, datetime, dict[str, Any]]:
    match about:
        case Alert():
            return "alert", about.created_at, {"alert": _alert(about)}
        case Bulletin():
            return "bulletin", _newest(about), _bulletin(about)
        case Notice():
            told = {"subject": one_line(about.subject), "lines": [one_line(line) for line in about.lines]}
            return "notice", about.created_at, told


def _newest(bulletin: Bulletin) -> datetime:
    return max((alert.created_at for alert in bulletin.alerts), default=bulletin.since)


def _bulletin(bulletin: Bulletin) -> dict[str, Any]:
    return {
        "occasion": str(bulletin.occasion),
        "since": _moment(bulletin.since),
        "total": bulletin.total,
        "counts": {one_line(rule): count for rule, count in bulletin.rules.items()},
        "alerts": [_alert(alert) for alert in bulletin.alerts],
    }


def _alert(alert: Alert) -> dict[str, Any]:
    entry, shown = alert.entry, card(alert, UTC, _EXCERPT)
    hits = [
        (hit.start, hit.end) for match in alert.matches for hit in match.hits if hit.field is TextField.TITLE
    ]
    headline = tidy(entry.title, hits)
    return {
        "id": alert.id,
        "rules": [_rule(match) for match in alert.matches],
        "title": headline.text,
        "title_hits": headline.hits,
        "link": shown.link,
        "excerpt": _excerpt(shown.excerpt),
        "feed": {"name": one_line(alert.feed_name), "url": one_line(alert.feed_url)},
        "authors": [one_line(author) for author in entry.authors],
        "categories": [one_line(category) for category in entry.categories],
        "published_at": _moment(entry.published_at),
        "seen_at": _moment(alert.seen_at),
        "story": alert.story,
        "outlets": [one_line(name) for name in alert.outlets],
        "edited": alert.changed,
    }


def _rule(match: Match) -> dict[str, Any]:
    return {"name": one_line(match.rule), "update": match.progress and str(match.progress)}


def _excerpt(shown: Excerpt | None) -> dict[str, Any] | None:
    return {"text": shown.text, "hits": shown.hits} if shown else None


def _moment(when: datetime | None) -> str | None:
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if when else None
