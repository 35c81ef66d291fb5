"""Reports -> numbers for Prometheus; the one owner of prometheus-client. docs/metrics.md tells what each means.

No label holds anything that a feed or a server says: labels are words of this program and names of the configuration.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial

from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as CONTENT_TYPE

from monitor.clock import Clock
from monitor.metrics.deliveries import Deliveries
from monitor.metrics.latency import Latency
from monitor.metrics.names import OTHERS, Names
from monitor.metrics.polls import Articles, Polls
from monitor.metrics.process import CrewsCollector, EventLoop, Process, Ticking
from monitor.metrics.reading import Reading
from monitor.metrics.rules import Rules
from monitor.metrics.standing import StandingCollector
from monitor.model import (
    ArticleReport,
    DeliveryReport,
    DeliveryState,
    NoticeReport,
    PollReport,
    Report,
    Standing,
)
from monitor.threads import in_daemon_thread

__all__ = ["CONTENT_TYPE", "MOST_CHANNELS", "MOST_RULES", "OTHERS", "Metrics"]

# So many have series of their own, so that no configuration makes a scrape larger than a megabyte.
MOST_RULES = 1_000
MOST_CHANNELS = 100


class Metrics:
    """All numbers of one App; an observer of its pipelines. Nothing is kept beyond the process.

    `read` asks the store how things stand, `database` is its kind.
    """

    def __init__(self, read: Callable[[], Awaitable[Standing]], *, clock: Clock, database: str) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call] # the library gives it no types; it is a second series for each
        registry = self._registry = CollectorRegistry()
        self._rule_names, self._channel_names = Names(MOST_RULES), Names(MOST_CHANNELS)
        self._polls, self._articles = Polls(registry), Articles(registry)
        self._rules = Rules(registry, self._rule_names)
        self._deliveries = Deliveries(registry, self._channel_names)
        self._latency = Latency(registry)
        self._notices = Counter(
            "news_monitor_notices", "Notices that were made for the owner.", registry=registry
        )
        self._process = Process(registry, clock, database)
        self._loop = EventLoop(registry)
        self._crews = CrewsCollector()
        self._standing = StandingCollector(self._channel_names, clock)
        self._reading = Reading(read, clock)
        registry.register(self._crews)
        registry.register(self._standing)
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        GCCollector(registry=registry)

    def __call__(self, done: Report) -> None:
        """Count a finished poll, article or attempt, or a notice."""
        match done:
            case PollReport():
                self._polls(done)
                if done.matches:
                    self._rules(done.matches, done.alerts)
                if done.ages:
                    self._latency.seen(done.ages)
            case ArticleReport():
                self._articles(done)
                self._rules(done.matches, done.alerts)
            case DeliveryReport():
                self._deliveries(done)
                if done.state is DeliveryState.SENT:
                    self._latency.sent(done.ages, done.occasion)
            case NoticeReport():
                self._notices.inc()

    def follow(self, *, feeds: int, paused: int, rules: Sequence[str], channels: Sequence[str]) -> None:
        """Make this the configuration that is measured. What left it has no series any more, what is new begins at 0."""
        self._rule_names.follow(rules)
        self._channel_names.follow(channels)
        self._standing.paused = paused
        self._process.configured(feeds=feeds, rules=len(rules), channels=len(channels))

    def watch(self, crews: Mapping[str, Ticking]) -> None:
        """Measure how long ago these have looked for work."""
        self._crews.crews = crews

    @asynccontextmanager
    async def watching_the_loop(self) -> AsyncIterator[None]:
        """Measure meanwhile how late the event loop is."""
        task = asyncio.create_task(self._loop.watch())
        try:
            yield
        finally:
            task.cancel()

    def reloaded(self, *, good: bool) -> None:
        """Count a configuration that was tried while running."""
        self._process.reloaded(good=good)

    async def text(self) -> bytes:
        """Return all numbers in Prometheus' text format (CONTENT_TYPE), within a second and whatever the store does."""
        self._standing.answer = await self._reading.answer()
        self._crews.now = asyncio.get_running_loop().time()
        return await in_daemon_thread(partial(generate_latest, self._registry), "metrics")
