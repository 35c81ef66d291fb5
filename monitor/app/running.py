"""Settings -> App, the running program. Opens all edges, closes them in reverse."""

import asyncio
import gc
import random
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from ipaddress import IPv4Network, IPv6Network
from typing import TextIO

from monitor import __version__, log, schedule
from monitor.article import HOST_GAP
from monitor.clock import Clock, SystemClock
from monitor.config import Settings
from monitor.fetch import HttpFetcher
from monitor.match import compile_rules
from monitor.model import (
    ArticleReport,
    ClaimedArticle,
    ClaimedFeed,
    DeliveryReport,
    DeliveryState,
    PollReport,
    Queue,
    Report,
)
from monitor.notify import Notifier
from monitor.parse.lanes import Lanes
from monitor.parse.pool import ParserPool
from monitor.pipeline.crew import Crew
from monitor.pipeline.deliver import Deliver
from monitor.pipeline.health import ReviewHealth
from monitor.pipeline.heartbeat import Heartbeat, Ticking
from monitor.pipeline.hold import Watch
from monitor.pipeline.owner import Escalate, TellDead
from monitor.pipeline.poll import Poll
from monitor.pipeline.prune import Prune
from monitor.pipeline.read import Read
from monitor.pipeline.settle import Settle
from monitor.pipeline.stories import Stories
from monitor.pipeline.timers import ByTheClock
from monitor.store import Store

# Long enough for the slowest fetch and parse; a worker that died is replaced after this.
POLL_LEASE = timedelta(minutes=10)
# As for polls: a page and its robots.txt, and a page in front of it in the one process that extracts.
READ_LEASE = timedelta(minutes=10)
# A heartbeat that is as late is missed.
HEARTBEAT_TIMEOUT = timedelta(seconds=10)
_EVERYWHERE = (IPv4Network("0.0.0.0/0"), IPv6Network("::/0"))
# Feeds that take more than this part of the time that a fetch may take don't count as polled at once.
_SLOW = 1 / 6
# Documents that take more than this part of the time that parsing may take are parsed elsewhere.
_QUICK = 1 / 10
# Articles read at once, each at a host of its own.
READERS = 10


@dataclass(slots=True)
class Tally:
    """What happened since the start, for the exit code of ``run --once``."""

    counts: Counter[str] = field(default_factory=Counter)

    def __call__(self, done: Report) -> None:
        """Count one finished poll, article or attempt, and log it."""
        log.report(done)
        if isinstance(done, PollReport):
            self.counts["polls" if done.reason.is_success else "failed polls"] += 1
            self.counts["alerts"] += done.alerts
        elif isinstance(done, ArticleReport):
            self.counts["articles" if done.reason.is_success else "unread articles"] += 1
            self.counts["alerts"] += done.alerts
        elif isinstance(done, DeliveryReport):
            self.counts["sent" if done.state is DeliveryState.SENT else "failed attempts"] += 1

    @property
    def failed(self) -> bool:
        """True when a poll or an attempt to deliver has failed."""
        return bool(self.counts["failed polls"] or self.counts["failed attempts"])


@dataclass(frozen=True, slots=True)
class App:
    """The running program: its crews, the reviews of how it does, and what they have done."""

    settings: Settings
    polls: Crew[ClaimedFeed]
    articles: Crew[ClaimedArticle]
    deliveries: Crew[Queue]
    reviews: Sequence[Callable[[], Awaitable[None]]]
    tally: Tally
    store: Store
    clock: Clock
    stopping: asyncio.Event
    pruning: Prune
    heartbeat: Heartbeat | None = None

    async def run_once(self) -> None:
        """Poll, read and deliver what is due, look once at how feeds do, prune, and wait for all of it."""
        await self.polls.run_until_idle()
        await self.review()
        await self.deliveries.run_until_idle()
        await self._read_all()
        await self.deliveries.run_until_idle()
        await self.prune()

    async def review(self) -> None:
        """Look once at how feeds and deliveries do, and at the clock; what is to be told becomes deliveries."""
        for look in self.reviews:
            await look()

    async def beat(self) -> None:
        """Send a heartbeat, where one is configured."""
        if self.heartbeat:
            await self.heartbeat()

    async def prune(self) -> None:
        """Take out what is no longer kept."""
        await self.pruning(self.settings.keep)

    async def backlog(self) -> dict[str, int]:
        """Return how many deliveries are still to be sent, and how many are held on purpose."""
        waiting, held = await self.store.backlog()
        return {"waiting": waiting, "held": held}

    async def stop(self, patience: timedelta) -> None:
        """Start nothing more. Polls and articles are dropped, to be repeated; sends get `patience` to finish."""
        self.stopping.set()
        await self.polls.stop(0)
        await self.articles.stop(0)
        await self.deliveries.stop(patience.total_seconds())

    async def _read_all(self) -> None:
        await self.articles.run_until_idle()
        while await self.store.articles_due(self.clock.now(), within=HOST_GAP):
            await asyncio.sleep(HOST_GAP.total_seconds() / 2)  # the hosts have their rest
            await self.articles.run_until_idle()


@asynccontextmanager
async def open_app(
    settings: Settings, *, clock: Clock | None = None, console: TextIO | None = None, spread: bool = True
) -> AsyncIterator[App]:
    """Open all edges and yield the App; close them in reverse. Raises StoreError.

    With `spread` new feeds are polled a little apart, else all at once.
    """
    clock = clock or SystemClock()
    async with AsyncExitStack() as stack:
        edges = await _open_edges(stack, settings, clock, console or sys.stdout)
        await edges.store.sync_rules(settings.rules, clock.now(), settings.groups)
        await _sync_feeds(edges.store, settings, clock, spread=spread)
        store, tally, stopping = edges.store, Tally(), asyncio.Event()
        poll, read = _readers(edges, settings, clock, tally)
        polls = _poll_crew(store, poll, settings, clock)
        deliveries = _delivery_crew(edges, settings, clock, tally, stopping)
        yield App(
            settings,
            polls,
            _read_crew(store, read, clock),
            deliveries,
            _reviews(store, settings, clock, tally),
            tally,
            store,
            clock,
            stopping,
            Prune(store=store, clock=clock, pause=_rest, observe=tally),
            _heartbeat(settings, store, clock, {"poll": polls, "deliver": deliveries}),
        )


def collect_seldom() -> None:
    """Have the garbage collector leave alone what is here to stay, and look for circles in the rest less often.

    For a process that does nothing but run the App: a poll makes thousands of objects, hardly any in a circle.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@dataclass(frozen=True, slots=True)
class _Edges:
    store: Store
    notifier: Notifier
    fetcher: HttpFetcher
    parser: Lanes
    extractor: ParserPool


async def _open_edges(stack: AsyncExitStack, settings: Settings, clock: Clock, console: TextIO) -> _Edges:
    store = await Store.open(settings.database, label=settings.database_label)
    stack.push_async_callback(store.close)
    notifier = Notifier(settings.channels, console=console)
    stack.push_async_callback(notifier.close)
    await notifier.warm_up()

    def pool(workers: int, timeout: timedelta) -> ParserPool:
        opened = ParserPool(workers=workers, timeout=timeout, clock=clock)
        stack.push_async_callback(opened.close)
        return opened

    return _Edges(
        store,
        notifier,
        HttpFetcher(settings.fetch, version=__version__, clock=clock),
        Lanes(pool(settings.parse_workers, settings.parse_timeout * _QUICK), pool(1, settings.parse_timeout)),
        # A process of their own, so that no page, however hostile, keeps a feed waiting.
        pool(1, settings.parse_timeout),
    )


def _readers(edges: _Edges, settings: Settings, clock: Clock, tally: Tally) -> tuple[Poll, Read]:
    watch = _watch(settings)
    stories = Stories(watch.rules, watch.feeds, edges.store)
    poll = Poll(
        watch,
        store=edges.store,
        stories=stories,
        fetcher=edges.fetcher,
        parser=edges.parser,
        clock=clock,
        jitter=random.random,
        observe=tally,
    )
    read = Read(
        watch,
        store=edges.store,
        stories=stories,
        fetcher=edges.fetcher,
        extractor=edges.extractor,
        clock=clock,
        jitter=random.random,
        observe=tally,
    )
    return poll, read


def _heartbeat(
    settings: Settings, store: Store, clock: Clock, crews: Mapping[str, Ticking]
) -> Heartbeat | None:
    if settings.heartbeat is None:
        return None
    # Who runs the monitor has named this address, wherever it is; where it might lead to, nobody has.
    limits = replace(settings.fetch, timeout=HEARTBEAT_TIMEOUT, allow_networks=_EVERYWHERE, max_redirects=0)
    return Heartbeat(
        settings.heartbeat,
        crews=crews,
        channels=[channel.name for channel in settings.channels],
        store=store,
        fetcher=HttpFetcher(limits, version=__version__, clock=clock),
        clock=clock,
    )


async def _sync_feeds(store: Store, settings: Settings, clock: Clock, *, spread: bool) -> None:
    now = clock.now()
    every = [feed.poll_every if spread else timedelta(0) for feed in settings.feeds]
    await store.sync_feeds(settings.feeds, schedule.first_polls(now, every))


def _watch(settings: Settings) -> Watch:
    return Watch(
        feeds={feed.url: feed for feed in settings.feeds},
        rules={rule.name: rule for rule in settings.rules},
        matcher=compile_rules(settings.rules, settings.groups),
        zone=settings.timezone,
    )


def _poll_crew(store: Store, poll: Poll, settings: Settings, clock: Clock) -> Crew[ClaimedFeed]:
    async def claim(limit: int) -> Sequence[ClaimedFeed]:
        return await store.claim_due_feeds(
            clock.now(), limit=limit, per_host=settings.per_host, lease=POLL_LEASE
        )

    slow_after = (settings.fetch.timeout * _SLOW).total_seconds()
    return Crew(claim, poll, capacity=settings.concurrency, slow_after=slow_after)


def _read_crew(store: Store, read: Read, clock: Clock) -> Crew[ClaimedArticle]:
    async def claim(limit: int) -> Sequence[ClaimedArticle]:
        return await store.claim_due_articles(clock.now(), limit=limit, lease=READ_LEASE)

    return Crew(claim, read, capacity=READERS)


def _delivery_crew(
    edges: _Edges, settings: Settings, clock: Clock, tally: Tally, stopping: asyncio.Event
) -> Crew[Queue]:
    channels = {channel.name: channel for channel in settings.channels}
    settle = Settle(
        channels,
        {rule.name: rule for rule in settings.rules},
        outbox=edges.store,
        zone=settings.timezone,
        clock=clock,
    )
    deliver = Deliver(
        channels=channels,
        outbox=edges.store,
        sender=edges.notifier,
        policy=settings.retry,
        zone=settings.timezone,
        clock=clock,
        pause=partial(_pause, stopping),
        jitter=random.random,
        observe=tally,
    )

    async def claim(_: int) -> Sequence[Queue]:
        # Each channel has a place of its own in the crew.
        await settle()
        return await deliver.claim()

    return Crew(claim, deliver, capacity=max(1, len(channels)))


async def _pause(stopping: asyncio.Event, span: timedelta) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), span.total_seconds())


async def _rest(span: timedelta) -> None:
    await asyncio.sleep(span.total_seconds())


def _reviews(
    store: Store, settings: Settings, clock: Clock, tally: Tally
) -> tuple[Callable[[], Awaitable[None]], ...]:
    return (
        ReviewHealth(settings.owners, store=store, clock=clock, observe=tally),
        Escalate(settings.channels, store=store, clock=clock, observe=tally),
        # After those for which others stand in: the owner needn't know.
        TellDead(settings.owners, store=store, clock=clock, observe=tally),
        ByTheClock(
            settings.channels,
            owners=settings.owners,
            alive=settings.alive,
            store=store,
            zone=settings.timezone,
            clock=clock,
            observe=tally,
        ),
    )
