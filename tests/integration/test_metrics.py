"""The numbers of the whole program, which polls real servers and tells real sinks."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from io import StringIO
from pathlib import Path

import httpx
import psycopg
import pytest

from monitor.app.desk import open_desk
from monitor.app.measuring import measure
from monitor.app.running import App, open_app
from monitor.app.settings import load_settings
from monitor.config import Settings
from monitor.metrics import CONTENT_TYPE
from monitor.web.guard import Guard
from monitor.web.site import build_site
from tests.support.clock import NOON, ManualClock
from tests.support.database import Database, migrated_database
from tests.support.feed_server import Answer, FeedServer
from tests.support.pages import page
from tests.support.postgres import postgres_server
from tests.support.reports import Numbers, numbers
from tests.support.rss import Item, rss
from tests.support.sinks import Answer as Reply
from tests.support.sinks import WebhookSink

MINUTE = timedelta(minutes=1)
# Somewhat more than `poll_every`, from which the program may differ a little.
EVERY = 75 * MINUTE
CONFIG = """
[monitor]
adaptive = false
[fetch]
allow_networks = ["127.0.0.0/8"]
[[feeds]]
url = "{good}"
poll_every = "1h"
[[feeds]]
url = "{bad}"
poll_every = "1h"
[[feeds]]
url = "{paused}"
enabled = false
[[channels]]
name = "desk"
url = "json://127.0.0.1:{desk}/hook"
[[channels]]
name = "dead"
url = "json://127.0.0.1:{dead}/hook"
[[rules]]
name = "storms"
query = "storm"
channels = ["desk", "dead"]
[[rules]]
name = "talks"
query = "talks AND ceasefire"
full_text = "always"
channels = ["desk"]
"""
DOCUMENTS = (
    rss(Item(title="A storm of long ago", guid="1"), Item(title="Nothing", guid="2")),
    rss(
        Item(title="A storm of long ago", guid="1"),
        Item(title="A new storm", guid="3", published=NOON + EVERY - 10 * MINUTE),
        Item(title="Peace talks", guid="4", published=None, link="{page}"),
    ),
)


@dataclass
class Place:
    """A feed that is good, one that answers 500, and one that is paused; a channel that works, and one that refuses all."""

    folder: Path
    server: FeedServer
    desk: WebhookSink
    dead: WebhookSink
    clock: ManualClock = field(default_factory=ManualClock)

    def documents(self) -> list[bytes]:
        return [text.replace(b"{page}", self.server.url("/page").encode()) for text in DOCUMENTS]

    def settings(self) -> Settings:
        first, second = self.documents()
        headers = [("Content-Type", "text/html")]
        self.server.script(
            "/good", Answer(body=first), Answer(body=second, headers=[("ETag", '"2"')]), Answer(status=304)
        )
        self.server.script("/bad", Answer(status=500))
        self.server.script("/page", Answer(body=page(), headers=headers))
        self.dead.default = Reply(status=404)
        addresses = {name: self.server.url(f"/{name}") for name in ("good", "bad", "paused")}
        config = self.folder / "config.toml"
        config.write_text(CONFIG.format(**addresses, desk=self.desk.port, dead=self.dead.port))
        return load_settings(config, {})

    async def three_polls(self, app: App) -> None:
        for _ in range(3):
            await app.run_once()
            self.clock.advance(EVERY)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with FeedServer() as server, WebhookSink() as desk, WebhookSink() as dead:
        yield Place(tmp_path, server, desk, dead)


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[Database]:
    database = migrated_database("postgresql", tmp_path)
    yield database
    database.discard()


async def test_three_polls_are_counted_exactly(place: Place) -> None:
    async with open_app(place.settings(), clock=place.clock, console=StringIO(), spread=False) as app:
        await place.three_polls(app)
        found = await numbers(app.metrics)
    polls = found.by("polls_total", "reason")
    assert {reason: polls[reason] for reason in ("ok", "not_modified")} == {"ok": 2, "not_modified": 1}
    assert sum(polls.values()) == found("poll_duration_seconds_count") == polls["http_5xx"] + 3
    assert found.by("poll_part_duration_seconds_count", "part") == {
        "fetch": sum(polls.values()),
        "parse": 2,
        "match": 2,
        "commit": sum(polls.values()),
    }
    bodies = [Path] and sum(
        len(text.replace(b"{page}", place.server.url("/page").encode())) for text in DOCUMENTS
    )
    assert found("fetched_bytes_total") == bodies
    assert found.by("entries_total", "kind") == {"baseline": 2, "new": 2}
    assert found.by("rule_matches_total", "rule") == {"storms": 2, "talks": 1}
    assert found.by("rule_alerts_total", "rule") == {"storms": 1, "talks": 1}
    assert found.by("withheld_matches_total", "why") == {"baseline": 1}
    assert found("alerts_total") == 2
    assert found.by("articles_total", "reason") == {"ok": 1}
    assert found("attempts_total", channel="desk", status="sent") == len(place.desk.requests) == 2
    assert found("attempts_total", channel="dead", status="refused") == len(place.dead.requests) == 1
    assert found("deliveries_total", channel="desk", state="sent") == 2
    assert found("deliveries_total", channel="dead", state="dead") == 1
    assert found("published_to_seen_seconds_sum") == 600
    assert found.by("undated_entries_total", "why") == {"absent": 1}
    assert found("seen_to_sent_seconds_count", occasion="alone") == 2
    assert found("published_to_sent_seconds_sum", occasion="alone") == 600


async def test_a_scrape_tells_how_things_stand(place: Place) -> None:
    async with open_app(place.settings(), clock=place.clock, console=StringIO(), spread=False) as app:
        await place.three_polls(app)
        found = await numbers(app.metrics)
    assert found("scrape_ok") == 1
    assert found("stored_entries") == 4
    assert found("backlog_deliveries", channel="dead", state="dead") == 1
    assert found("backlog_deliveries", channel="desk", state="pending") == 0
    assert found.by("feeds", "state") == {"ok": 1, "failing": 1, "paused": 1}
    assert found("overdue_feeds")
    assert 0 < (found("greatest_lateness_seconds") or 0) <= 30 * 60
    assert (found("database_bytes") or 0) > 10_000
    ages = [found("tick_age_seconds", crew=crew) for crew in ("poll", "read", "deliver")]
    assert all(age is not None and age < 60 for age in ages)


async def test_a_daemon_that_writes_keeps_no_scrape_waiting(place: Place) -> None:
    settings = place.settings()
    async with open_app(settings, clock=place.clock, console=StringIO(), spread=False) as app:
        with closing(sqlite3.connect(settings.database_file or "")) as other:
            other.execute("BEGIN IMMEDIATE")
            other.execute("DELETE FROM feed")
            found = await numbers(app.metrics)
    assert found("scrape_ok") == 1
    assert found.by("feeds", "state") == {"new": 2, "paused": 1}


async def test_a_scrape_says_within_a_second_that_the_database_does_not_answer(
    place: Place, postgres: Database
) -> None:
    settings = replace(place.settings(), database=postgres.url, database_label="db", database_file=None)
    async with open_app(settings, clock=place.clock, console=StringIO(), spread=False) as app:
        with psycopg.connect(postgres_server().url(postgres.place)) as other:
            other.execute("LOCK TABLE delivery IN ACCESS EXCLUSIVE MODE")
            began = time.monotonic()
            busy = await numbers(app.metrics)
            assert time.monotonic() - began < 1
        free = await numbers(app.metrics)
    assert (busy("scrape_ok"), busy("stored_entries")) == (0, None)
    assert (free("scrape_ok"), free("stored_entries")) == (1, 0)


async def test_a_scrape_says_that_the_database_is_gone(place: Place) -> None:
    settings = place.settings()
    async with open_app(settings, clock=place.clock, console=StringIO(), spread=False) as app:
        assert settings.database_file is not None
        moved = settings.database_file.rename(settings.database_file.with_name("elsewhere"))
        found = await numbers(app.metrics)
        moved.rename(settings.database_file)
    assert found("scrape_ok") == 0


async def test_the_page_serves_them(place: Place) -> None:
    settings = place.settings()
    assert settings.web is not None
    async with open_app(settings, clock=place.clock, console=StringIO(), spread=False) as app:
        await app.run_once()
        with open_desk(app) as desk:
            site = httpx.ASGITransport(Guard(build_site(desk, settings.web), settings.web))
            async with httpx.AsyncClient(transport=site, base_url="http://127.0.0.1:8765") as client:
                answer = await client.get("/metrics")
    assert (answer.status_code, answer.headers["content-type"]) == (200, CONTENT_TYPE)
    assert Numbers(answer.content).by("polls_total", "reason") == {"ok": 1, "http_5xx": 1}


async def test_other_settings_are_measured_from_when_they_come_into_force(place: Place) -> None:
    settings = place.settings()
    async with open_app(settings, clock=place.clock, console=StringIO(), spread=False) as app:
        await place.three_polls(app)
        config = place.folder / "config.toml"
        config.write_text(config.read_text().replace('name = "talks"', 'name = "peace"'))
        measure(app.metrics, load_settings(config, {}))
        found = await numbers(app.metrics)
    assert found("rule_alerts_total", rule="talks") is None
    assert found("rule_alerts_total", rule="peace") == 0
    assert found("rule_alerts_total", rule="storms") == 1
