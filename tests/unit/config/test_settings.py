"""What a file without mistakes says."""

import dataclasses
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from monitor.model import FIRST_POLL_SILENT, Channel, FeedSpec, FetchLimits, MessageFormat, Rule, Secret
from monitor.retry import RetryPolicy
from tests.unit.config.conftest import REST, Load

FULL = """
[monitor]
database = "postgresql://news:${file:db}@db.example/news"
poll_every = "5m"
adaptive = false
first_poll = "6h"
contact = "https://example.org/bot"
timezone = "Europe/Berlin"
[fetch]
timeout = "10s"
max_body = "1MB"
max_redirects = 3
concurrency = 20
per_host = 2
proxy = "http://me:${PROXY}@proxy.example:3128"
[parse]
timeout = "5s"
workers = 4
[delivery]
retry_first = "1s"
retry_longest = "1m"
max_attempts = 3
max_age = "1h"
[[channels]]
name = "desk"
url = "${SLACK}"
[[channels]]
name = "morning"
url = "mailto://a:b@c.example"
[[feeds]]
url = "https://me:p%40ss${PASSWORD}@Example.org:8443/feed"
name = "Example"
tags = ["a", "b"]
poll_every = "1h"
first_poll = "silent"
[[feeds]]
url = "https://${HOST}/feed"
[[rules]]
name = "truce"
query = "truce"
channels = ["morning", "desk", "morning"]
tags = ["b"]
"""


def test_without_a_word_the_defaults_hold(load: Load) -> None:
    settings = load(REST)
    assert settings.fetch == FetchLimits()
    assert settings.retry == RetryPolicy()
    assert (settings.concurrency, settings.per_host) == (50, 1)
    assert 1 <= settings.parse_workers <= 4  # by the machine's processors
    assert settings.parse_timeout == timedelta(seconds=20)
    assert settings.timezone == ZoneInfo("UTC")
    feed = FeedSpec(
        url="https://example.org/feed.xml",
        request_url=Secret("https://example.org/feed.xml"),
        host="example.org",
        tags=frozenset({"world"}),
    )
    assert settings.feeds == (feed,)
    assert feed.first_poll is FIRST_POLL_SILENT
    assert settings.rules == (Rule(name="truce", query="Ukraine ceasefire", channels=("desk",)),)
    channel = Channel(name="desk", url=Secret("console:"), format=MessageFormat.CONSOLE)
    assert settings.channels == (channel,)


def test_every_key_does_what_it_says(load: Load, tmp_path: Path) -> None:
    (tmp_path / "db").write_text("db-word\n")
    settings = load(FULL, PROXY="proxy-word", SLACK="slack://hook", PASSWORD="feed-word", HOST="b.example")
    assert settings.path == tmp_path / "config.toml"
    assert settings.database.reveal() == "postgresql://news:db-word@db.example/news"
    assert settings.database_label == "postgresql://news:***@db.example/news"
    assert settings.timezone == ZoneInfo("Europe/Berlin")
    assert (settings.concurrency, settings.per_host) == (20, 2)
    assert settings.fetch == FetchLimits(
        timeout=timedelta(seconds=10),
        max_body=1_000_000,
        max_redirects=3,
        proxy=Secret("http://me:proxy-word@proxy.example:3128"),
        contact="https://example.org/bot",
    )
    assert (settings.parse_timeout, settings.parse_workers) == (timedelta(seconds=5), 4)
    assert settings.retry == RetryPolicy(
        first=timedelta(seconds=1), longest=timedelta(minutes=1), attempts=3, life=timedelta(hours=1)
    )
    assert settings.feeds == (
        FeedSpec(
            url="https://me:***@Example.org:8443/feed",
            request_url=Secret("https://me:p%40ssfeed-word@Example.org:8443/feed"),
            host="example.org:8443",
            name="Example",
            tags=frozenset({"a", "b"}),
            poll_every=timedelta(hours=1),
            own_interval=True,
            adaptive=False,
            first_poll=FIRST_POLL_SILENT,
        ),
        FeedSpec(
            url="https://${HOST}/feed",
            request_url=Secret("https://b.example/feed"),
            host="b.example",
            poll_every=timedelta(minutes=5),
            adaptive=False,
            first_poll=timedelta(hours=6),
        ),
    )
    assert settings.rules == (
        Rule(name="truce", query="truce", channels=("morning", "desk"), tags=frozenset({"b"})),
    )
    assert settings.channels == (
        Channel(name="desk", url=Secret("slack://hook"), format=MessageFormat.SLACK),
        Channel(name="morning", url=Secret("mailto://a:b@c.example"), format=MessageFormat.MAIL),
    )


def test_all_that_no_log_may_hold_is_known(load: Load, tmp_path: Path) -> None:
    (tmp_path / "db").write_text("db-word\n")
    settings = load(FULL, PROXY="proxy-word", SLACK="slack://hook", PASSWORD="feed-word", HOST="b.example")
    assert {
        "db-word",
        "proxy-word",
        "slack://hook",
        "mailto://a:b@c.example",
        "p%40ssfeed-word",
        "p@ssfeed-word",
        "b.example",
    } <= set(settings.secrets)
    for word in ("-word", "slack://hook", "mailto://"):
        assert word not in repr(settings)


def test_settings_don_t_change(load: Load) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        load(REST).concurrency = 1  # type: ignore[misc]  # what the test is about
