"""Whatever a stranger serves, the outcome is a value: clean, short, and the same for a document that was partly seen."""

import dataclasses
import json
import pickle
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from hypothesis import given
from hypothesis import strategies as st

from monitor.model import ArticleText, Document, Entry, ParsedFeed, ParseFailed, Reason
from monitor.parse.answers import read_answer
from monitor.parse.article import extract
from monitor.parse.feed import parse_feed
from tests.support.fuzz import tries
from tests.support.hostile_feeds import bodies, json_documents
from tests.unit.parse.documents import NOW, URL

TYPES = [
    None,
    "application/rss+xml",
    "text/html; charset=utf-7",
    "application/json",
    "text/xml; charset=x-unknown",
    ";;\x00",
]
UNCLEAN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]"
)
LONGEST = {"title": 500, "summary": 20_000, "link": 4_000}
SECONDS = 5.0


@tries(120)
@given(
    bodies() | json_documents.map(lambda document: json.dumps(document).encode()),
    st.sampled_from(TYPES),
    st.randoms(),
)
def test_any_document_is_clean_entries_or_a_reason(
    body: bytes, content_type: str | None, chance: Any
) -> None:
    started = time.process_time()
    outcome = parse_feed(Document(url=URL, body=body, content_type=content_type), NOW)
    assert time.process_time() - started < SECONDS
    assert read_answer(pickle.dumps(outcome)) == outcome
    assert_clean(outcome)
    if isinstance(outcome, ParseFailed):
        assert not outcome.reason.is_success
        assert 0 < len(outcome.detail) < 500
        assert "\n" not in outcome.detail
        return
    for entry in outcome.entries:
        assert_plain(entry)
    assert_same_without_seen(outcome, body, content_type, chance)


@tries(60)
@given(bodies(), st.sampled_from(TYPES))
def test_any_page_is_clean_text_or_a_reason(body: bytes, content_type: str | None) -> None:
    started = time.process_time()
    outcome = extract(Document(url=URL, body=body, content_type=content_type))
    assert time.process_time() - started < SECONDS
    assert read_answer(pickle.dumps(outcome)) == outcome
    assert_clean(outcome)
    if not isinstance(outcome, ArticleText):
        assert outcome.reason is not Reason.OK
        assert 0 < len(outcome.detail) < 500


def assert_clean(value: Any) -> None:
    for text in texts(value):
        assert not UNCLEAN.search(text), ascii(text)
        text.encode()


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | frozenset):
        for inner in value:
            yield from texts(inner)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from texts(getattr(value, field.name))


def assert_plain(entry: Entry) -> None:
    for name, longest in LONGEST.items():
        assert len(getattr(entry, name) or "") <= longest
    assert "\n" not in entry.title
    assert len(entry.categories) <= 50
    if entry.link is not None:
        parts = urlsplit(entry.link)
        assert parts.scheme in ("http", "https")
        assert parts.hostname
        assert not re.search(r"""[\s<>"@]""", parts.netloc), entry.link
        assert not re.search(r"""[\s<>"]""", entry.link), entry.link
    for moment in (entry.published_at, entry.updated_at):
        assert moment is None or NOW - timedelta(days=3_660) <= moment <= NOW + timedelta(days=3)


def assert_same_without_seen(whole: ParsedFeed, body: bytes, content_type: str | None, chance: Any) -> None:
    """Read the document anew with some of its entries seen: the others must be as before."""
    seen = frozenset(digest for digest in whole.digests if chance.random() < 0.5)
    again = parse_feed(Document(url=URL, body=body, content_type=content_type, seen=seen), NOW)
    pairs = zip(whole.entries, whole.digests, strict=True) if whole.digests else ()
    expected = (
        tuple(entry for entry, digest in pairs if digest not in seen) if whole.digests else whole.entries
    )
    assert again == dataclasses.replace(whole, entries=expected)
