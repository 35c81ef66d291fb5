"""JSON Feed 1.0 and 1.1 -> entries (https://www.jsonfeed.org/version/1.1/)."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from monitor.model import Entry, ParsedFeed, ParseFailed, ParseOutcome, Reason, primary_subtag
from monitor.parse.fields import (
    MAX_ENTRIES,
    MAX_FEED_TITLE,
    clean_guid,
    clean_names,
    clean_summary,
    clean_title,
    plausible,
    web_link,
)
from monitor.parse.html import html_to_text

# Some publishers write the bare number.
_VERSION = re.compile(r"(?:https?://(?:www\.)?jsonfeed\.org/version/)?1(?:\.\d+)?/?\Z")


def parse_json_feed(text: str, url: str, now: datetime) -> ParseOutcome:
    """Read a JSON document. `url` is the base of relative links."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        return ParseFailed(reason=Reason.MALFORMED, detail=f"broken JSON: {_first_line(error)}")
    if not isinstance(feed, dict) or not _VERSION.match(str(feed.get("version"))):
        return ParseFailed(
            reason=Reason.NOT_A_FEED,
            detail="JSON, but not a JSON Feed: give the address of an RSS, Atom or JSON feed",
        )
    items = feed.get("items")
    if not isinstance(items, list):
        return ParseFailed(reason=Reason.MALFORMED, detail="a JSON Feed without its list of items")
    entries = tuple(_entry(item, url, now) for item in items[:MAX_ENTRIES] if isinstance(item, dict))
    return ParsedFeed(
        title=clean_title(_text(feed, "title"), MAX_FEED_TITLE),
        language=primary_subtag(_text(feed, "language")),
        entries=entries,
    )


def _entry(item: dict[str, Any], url: str, now: datetime) -> Entry:
    return Entry(
        guid=clean_guid(_text(item, "id")),
        link=web_link(_text(item, "url"), url) or web_link(_text(item, "external_url"), url),
        title=clean_title(_text(item, "title")),
        summary=clean_summary(
            (_text(item, "summary"), _text(item, "content_text"), html_to_text(_text(item, "content_html")))
        ),
        authors=clean_names(_authors(item)),
        categories=clean_names(tag for tag in _list(item, "tags") if isinstance(tag, str)),
        published_at=plausible(_moment(item, "date_published"), now),
        updated_at=plausible(_moment(item, "date_modified"), now),
    )


def _text(of: dict[str, Any], key: str) -> str:
    value = of.get(key)
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _list(of: dict[str, Any], key: str) -> list[Any]:
    value = of.get(key)
    return value if isinstance(value, list) else []


def _authors(item: dict[str, Any]) -> Iterator[str]:
    for author in (*_list(item, "authors"), item.get("author")):
        if isinstance(author, dict):
            yield _text(author, "name")


def _moment(item: dict[str, Any], key: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(_text(item, key).strip())
    except ValueError:
        return None
    try:
        return moment.astimezone(UTC) if moment.tzinfo else None
    except OverflowError:
        return None


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
