"""What other parsers expect of the feeds in the corpora, and where ours sees it differently.

feedparser's files say it in a comment, as an expression in Python, of which what can be read without
running it is taken; gofeed's results lie beside its files as JSON. Only what an entry is known and shown
by is compared: title, link, id, dates; and how many entries there are.
"""

import ast
import calendar
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.model import Document, Entry, ParsedFeed
from monitor.parse.feed import parse_feed
from monitor.parse.fields import web_link
from monitor.parse.text import clean_line
from tests.corpus.run import content_type

URL = "http://corpus.example/feeds/one.xml"

_EXPECT = re.compile(rb"^\s*Expect:\s*(.+?)\s*(?:-->)?\s*$", re.MULTILINE)
# Their names for our fields.
_FEEDPARSER = {
    "title": "title",
    "link": "link",
    "id": "guid",
    "guid": "guid",
    "published_parsed": "published_at",
    "updated_parsed": "updated_at",
}
_GOFEED = {
    "title": "title",
    "link": "link",
    "guid": "guid",
    "id": "guid",
    "publishedParsed": "published_at",
    "pubDateParsed": "published_at",
    "updatedParsed": "updated_at",
}

Value = str | datetime | int | None


@dataclass(frozen=True, slots=True)
class Claim:
    """What another parser says: `place` is as in ``entries[0].title``."""

    place: str
    value: Value


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """A claim that doesn't hold for what our parser has read."""

    file: str
    place: str
    theirs: str
    ours: str


def claims(path: Path, collection: str) -> list[Claim]:
    """Return what the collection's own parser says of a file."""
    if collection == "feedparser":
        return list(_claims_of_comment(path.read_bytes()[:4_000]))
    for expected in (path.with_suffix(".json"), path.with_name(f"{path.stem}_expected.json")):
        if collection == "gofeed" and expected.is_file() and expected != path:
            return list(_claims_of_json(json.loads(expected.read_bytes())))
    return []


def differences(path: Path, name: str, claimed: list[Claim]) -> list[Difference]:
    """Parse the file as of its latest date, so that none is too old, and return the claims that don't hold."""
    dates = [claim.value for claim in claimed if isinstance(claim.value, datetime)]
    now = max(dates, default=datetime(2026, 11, 23, tzinfo=UTC)) + timedelta(days=1)
    body = path.read_bytes()
    parsed = parse_feed(Document(url=URL, body=body, content_type=content_type(path, body)), now)
    found = {
        claim.place: _value(parsed, claim.place) if isinstance(parsed, ParsedFeed) else None
        for claim in claimed
    }
    return [
        Difference(name, claim.place, str(expected), str(found[claim.place]))
        for claim in claimed
        if (expected := _as_ours(claim)) != found[claim.place]
    ]


def _as_ours(claim: Claim) -> Value:
    """Return the claimed value as ours is written: titles and ids in one line, links absolute."""
    if not isinstance(claim.value, str):
        return claim.value
    field = claim.place.rpartition(".")[2]
    return (web_link(claim.value, URL) if field == "link" else clean_line(claim.value, 500)) or None


def _value(parsed: ParsedFeed, place: str) -> Value:
    if place == "entries":
        return len(parsed.entries)
    if place == "title":
        return parsed.title or None
    index, field = place.removeprefix("entries[").split("].")
    if int(index) >= len(parsed.entries):
        return None
    entry: Entry = parsed.entries[int(index)]
    value: Value = getattr(entry, field)
    return value or None


def _claims_of_comment(head: bytes) -> Iterator[Claim]:
    found = _EXPECT.search(head)
    if not found:
        return
    try:
        tree = ast.parse(found[1].decode("utf-8", "replace"), mode="eval")
    except SyntaxError:
        return
    for comparison in _comparisons(tree.body):
        value = _literal(comparison.comparators[0])
        place = _place(comparison.left)
        if place and value is not None:
            yield Claim(place, value)


def _comparisons(node: ast.expr) -> Iterator[ast.Compare]:
    """Yield every equation of an expression that holds only if all its parts do."""
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
        for part in node.values:
            yield from _comparisons(part)
    elif isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.Eq):
        yield node


def _literal(node: ast.expr) -> Value:
    try:
        value = ast.literal_eval(node)
    except ValueError:
        return None
    if isinstance(value, tuple) and len(value) == 9:
        return datetime.fromtimestamp(calendar.timegm(value), UTC)
    return value if isinstance(value, str | int) else None


def _place(node: ast.expr) -> str | None:
    """Return the place that an expression such as ``entries[0]['title']`` or ``len(entries)`` names."""
    if isinstance(node, ast.Call):
        return "entries" if ast.unparse(node) == "len(entries)" else None
    path = _path(node)
    match path:
        case ["feed", "title"]:
            return "title"
        case ["entries", int(index), str(name)] if name in _FEEDPARSER:
            return f"entries[{index}].{_FEEDPARSER[name]}"
        case ["entries", int(index), "title_detail", "value"]:
            return f"entries[{index}].title"
    return None


def _path(node: ast.expr) -> list[Any]:
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return [*_path(node.value), node.slice.value]
    if isinstance(node, ast.Attribute):
        return [*_path(node.value), node.attr]
    return [node.id] if isinstance(node, ast.Name) else [None]


def _claims_of_json(feed: dict[str, Any]) -> Iterator[Claim]:
    if isinstance(feed.get("title"), str):
        yield Claim("title", feed["title"])
    items = feed.get("items") or feed.get("entries") or []
    yield Claim("entries", len(items))
    for index, item in enumerate(items):
        for name, field in _GOFEED.items():
            value = item.get(name)
            value = value.get("value") if isinstance(value, dict) else value
            if isinstance(value, str) and value:
                yield Claim(f"entries[{index}].{field}", _moment(value) if field.endswith("_at") else value)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
