import json
from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.model import Entry, Reason
from tests.unit.parse.documents import only_entry, parsed, refused


def feed(*items: Any, version: Any = "https://jsonfeed.org/version/1.1") -> str:
    return json.dumps({"version": version, "title": "World", "items": items})


def test_an_item_in_full() -> None:
    body = feed(
        {
            "id": 4711,
            "url": "/a",
            "title": "Truce &amp; <peace>",
            "summary": "Teaser",
            "content_html": "<p>Full <b>text</b></p>",
            "authors": [{"name": "Ann"}, {"url": "x"}],
            "tags": ["world", 5],
            "date_published": "2026-11-23T10:00:00+02:00",
            "date_modified": "2026-11-23T11:00:00Z",
        }
    )
    assert parsed(body).title == "World"
    assert only_entry(body) == Entry(
        guid="4711",
        link="https://news.example/a",
        title="Truce &amp; <peace>",
        summary="Teaser\nFull text",
        authors=("Ann",),
        categories=("world",),
        published_at=datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
        updated_at=datetime(2026, 11, 23, 11, 0, tzinfo=UTC),
    )


def test_a_version_1_author_is_read() -> None:
    assert only_entry(
        feed({"id": "1", "author": {"name": "Ann"}}, version="https://jsonfeed.org/version/1")
    ).authors == ("Ann",)


def test_values_of_the_wrong_kind_are_left_out() -> None:
    body = feed(
        {
            "id": None,
            "url": ["x"],
            "title": {"a": 1},
            "content_text": True,
            "authors": "Ann",
            "tags": {"a": 1},
            "date_published": "2026-11-23",
            "date_modified": 5,
        },
        "no item",
        None,
    )
    assert only_entry(body) == Entry()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('{"version": "https://jsonfeed.org/version/1.1", "items": [', Reason.MALFORMED),
        ('{"version": "https://jsonfeed.org/version/1.1", "items": ' + "[" * 200_000, Reason.MALFORMED),
        (
            '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": ' + "9" * 10_000 + "}]}",
            Reason.MALFORMED,
        ),
        ('{"version": "https://jsonfeed.org/version/1.1", "items": {}}', Reason.MALFORMED),
        ('{"version": "https://jsonfeed.org/version/2", "items": []}', Reason.NOT_A_FEED),
        ('{"items": []}', Reason.NOT_A_FEED),
    ],
)
def test_what_can_not_be_read_is_refused(body: str, reason: Reason) -> None:
    assert refused(body).reason is reason


def test_lone_surrogates_in_escapes_are_dropped() -> None:
    assert only_entry('{"version": "1.1", "items": [{"id": "1", "title": "a\\ud800\\u0000b"}]}').title == "ab"
