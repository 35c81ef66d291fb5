"""Reading an article, from the row that a poll has left to the alert: real store, server and processes."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.fetch import HttpFetcher
from monitor.match import compile_rules
from monitor.model import (
    ArticleOutcome,
    ArticleReport,
    ClaimedMessage,
    Document,
    Entry,
    FullText,
    NewEntry,
    Reason,
    Report,
    RequestExtras,
    Rule,
    Secret,
    WantedArticle,
    Window,
)
from monitor.parse.pool import ParserPool
from monitor.pipeline.hold import Watch
from monitor.pipeline.ports import Extractor
from monitor.pipeline.read import Read
from monitor.pipeline.stories import Stories
from monitor.store import Store
from tests.integration.fetch.fetching import limits
from tests.support.clock import NOON, ManualClock
from tests.support.database import migrated_database
from tests.support.feed_server import Answer, FeedServer
from tests.support.pages import page
from tests.support.polls import LEASE, alert_of, claim_messages, feed_spec, poll, watch

FEED = feed_spec(
    extras=RequestExtras(
        headers=(("X-Key", Secret("word")),), authorization=Secret("Bearer word"), user_agent="Desk/1"
    )
)
RULES = [
    Rule(name=name, query=query, channels=("desk",), full_text=FullText.ALWAYS)
    for name, query in (("waits", "Ukraine ceasefire"), ("never asked", "Frankfurt"))
]
PAGE = Answer(headers=[("Content-Type", "text/html")], body=page())


@dataclass
class Desk:
    """A store with one article of the server's, for the rule "waits", and what came of reading it."""

    store: Store
    server: FeedServer
    clock: ManualClock = field(default_factory=ManualClock)
    reports: list[ArticleReport] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)  # of the rule

    def observe(self, done: Report) -> None:
        assert isinstance(done, ArticleReport)
        self.reports.append(done)

    async def publish(self, *names: str, published_at: datetime | None = None) -> None:
        wanted = WantedArticle("127.0.0.1", ("waits", "no longer configured"))
        entries = [
            NewEntry(
                entry=Entry(title="Ukraine", link=self.server.url(f"/{name}"), published_at=published_at),
                keys=(name,),
                article=wanted,
            )
            for name in names or ("1",)
        ]
        await watch(self.store, FEED)
        await poll(self.store, *entries)

    async def read(self, extractor: Extractor) -> ArticleReport:
        rules = [replace(rule, **self.options) for rule in RULES]
        watch = Watch({FEED.url: FEED}, {rule.name: rule for rule in rules}, compile_rules(rules))
        read = Read(
            watch,
            store=self.store,
            stories=Stories(watch.rules, watch.feeds, self.store),
            fetcher=HttpFetcher(limits(), version="1.2", clock=self.clock),
            extractor=extractor,
            clock=self.clock,
            jitter=lambda: 0.0,
            observe=self.observe,
        )
        (article,) = await self.store.claim_due_articles(self.clock.now(), limit=10, lease=LEASE)
        await read(article)
        return self.reports[-1]

    async def told(self) -> list[ClaimedMessage]:
        return list(await claim_messages(self.store, "desk", now=self.clock.now()))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    store = migrated_database("sqlite", tmp_path).open()
    with FeedServer() as server:
        server.script("/1", PAGE)
        yield Desk(store, server)
    asyncio.run(store.close())


def processes() -> ParserPool:
    return ParserPool(workers=1, timeout=timedelta(seconds=20), clock=ManualClock())


class Broken:
    async def extract(self, page: Document) -> ArticleOutcome:
        raise ZeroDivisionError


def test_only_rules_that_waited_for_the_page_are_decided_on_it(desk: Desk) -> None:
    async def scenario() -> None:
        await desk.publish()
        async with processes() as extractor:
            report = await desk.read(extractor)
        assert (report.reason, report.alerts) == (Reason.OK, 1)
        (delivery,) = await desk.told()
        assert [match.rule for match in alert_of(delivery).matches] == ["waits"]
        assert "Ceasefire" in alert_of(delivery).text

    asyncio.run(scenario())


def test_what_was_given_for_the_feeds_server_stays_there(desk: Desk) -> None:
    async def scenario() -> None:
        await desk.publish()
        async with processes() as extractor:
            await desk.read(extractor)

    asyncio.run(scenario())
    for received in desk.server.requests():
        assert (received.header("X-Key"), received.header("Authorization")) == (None, None)
        assert received.header("User-Agent") == "Desk/1"


def test_a_failure_is_tried_again_later_and_the_alert_comes_with_the_text(desk: Desk) -> None:
    desk.server.script("/1", Answer(500), Answer(304), PAGE)

    async def scenario() -> None:
        await desk.publish()
        async with processes() as extractor:
            for reason, wait in ((Reason.HTTP_SERVER_ERROR, 5), (Reason.HTTP_OTHER, 20)):
                report = await desk.read(extractor)
                assert report.reason is reason
                assert report.next_attempt_at == desk.clock.now() + timedelta(minutes=wait)
                assert await desk.told() == []
                desk.clock.advance(timedelta(minutes=wait))
            assert (await desk.read(extractor)).attempt == 3
        (delivery,) = await desk.told()
        assert delivery.deliveries[0].since == NOON + timedelta(minutes=25)

    asyncio.run(scenario())


def test_news_gets_no_older_while_its_page_is_waited_for(desk: Desk) -> None:
    desk.options = {"max_age": timedelta(hours=1)}
    desk.server.script("/1", Answer(500), Answer(500), PAGE)

    async def scenario() -> None:
        await desk.publish(published_at=NOON - timedelta(minutes=50))
        async with processes() as extractor:
            for wait in (5, 20):
                await desk.read(extractor)
                desk.clock.advance(timedelta(minutes=wait))
            assert (await desk.read(extractor)).alerts == 1
        assert len(await desk.told()) == 1

    asyncio.run(scenario())


def test_hours_count_when_the_text_has_come(desk: Desk) -> None:
    desk.options = {"active": (Window(frozenset(range(7)), time(11), time(12, 5)),)}
    desk.server.script("/1", Answer(500), PAGE)

    async def scenario() -> None:
        await desk.publish()
        async with processes() as extractor:
            await desk.read(extractor)
            desk.clock.advance(timedelta(minutes=5))
            report = await desk.read(extractor)
        assert (report.reason, report.alerts) == (Reason.OK, 0)
        assert await desk.told() == []

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("rules", "gap"),
    [("", 2), ("User-agent: *\nCrawl-delay: 20", 20), ("User-agent: *\nCrawl-delay: 3600", 60)],
)
def test_between_two_pages_of_a_host_lies_what_its_robots_txt_wants(desk: Desk, rules: str, gap: int) -> None:
    desk.server.script("/robots.txt", Answer(body=rules.encode()))
    desk.server.script("/2", PAGE)

    async def scenario() -> None:
        await desk.publish("1", "2")
        async with processes() as extractor:
            await desk.read(extractor)
            desk.clock.advance(timedelta(seconds=gap - 1))
            now = desk.clock.now()
            assert await desk.store.claim_due_articles(now, limit=10, lease=LEASE) == []
            desk.clock.advance(timedelta(seconds=1))
            assert (await desk.read(extractor)).link == desk.server.url("/2")

    asyncio.run(scenario())


def test_a_fault_of_the_program_costs_one_try_of_one_article(desk: Desk) -> None:
    async def scenario() -> None:
        await desk.publish()
        report = await desk.read(Broken())
        assert (report.reason, report.attempt) == (Reason.INTERNAL, 1)
        assert report.next_attempt_at is not None
        assert "ZeroDivisionError" in report.detail

    asyncio.run(scenario())
