"""RSS documents made for tests."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape

from tests.support.clock import NOON


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry as a publisher would write it. None leaves the element out."""

    title: str
    guid: str | None = None
    link: str | None = None
    description: str = ""
    published: datetime | None = NOON


def rss(*items: Item, title: str = "Example World") -> bytes:
    """Return an RSS 2.0 document."""
    body = "".join(map(_item, items))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>'
        f"<title>{escape(title)}</title><link>https://news.example/</link><description>d</description>{body}"
        "</channel></rss>"
    ).encode()


def _item(item: Item) -> str:
    parts = [
        _element("title", item.title),
        _element("link", item.link),
        _element("guid", item.guid, ' isPermaLink="false"'),
        _element("description", item.description),
        _element("pubDate", format_datetime(item.published) if item.published else None),
    ]
    return f"<item>{''.join(parts)}</item>"


def _element(name: str, text: str | None, attributes: str = "") -> str:
    return f"<{name}{attributes}>{escape(text)}</{name}>" if text else ""
