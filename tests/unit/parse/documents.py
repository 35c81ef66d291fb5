"""Builders of documents for the parse tests."""

from datetime import UTC, datetime

from monitor.model import Document, Entry, ParsedFeed, ParseFailed
from monitor.parse.feed import parse_feed

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
URL = "https://news.example/feeds/world.xml"


def rss(*items: str) -> str:
    inner = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0"><channel><title>World</title>{inner}</channel></rss>'


def atom(*entries: str) -> str:
    inner = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>World</title>{inner}</feed>'


def parsed(body: str | bytes, content_type: str | None = None) -> ParsedFeed:
    outcome = parse_feed(_document(body, content_type), NOW)
    assert isinstance(outcome, ParsedFeed), outcome
    return outcome


def refused(body: str | bytes) -> ParseFailed:
    outcome = parse_feed(_document(body, None), NOW)
    assert isinstance(outcome, ParseFailed), outcome
    return outcome


def only_entry(body: str | bytes, content_type: str | None = None) -> Entry:
    (entry,) = parsed(body, content_type).entries
    return entry


def _document(body: str | bytes, content_type: str | None) -> Document:
    content = body.encode() if isinstance(body, str) else body
    return Document(url=URL, body=content, content_type=content_type)
