"""Settings -> all that works by them. What doesn't depend on a configuration, or not on what it changes, goes on from the one before."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from ipaddress import IPv4Network, IPv6Network
from typing import TextIO

from monitor import __version__, log
from monitor.app.descriptors import most_polls
from monitor.app.presence import tell_waiting
from monitor.clock import Clock
from monitor.config import Settings
from monitor.fetch import HttpFetcher
from monitor.match import Matcher, compile_rules
from monitor.model import AttemptRecord, ClaimedArticle, ClaimedFeed, Queue, Role, Secret
from monitor.notify import Notifier
from monitor.parse.lanes import Lanes
from monitor.parse.pool import ParserPool
from monitor.pipeline.crew import Duty
from monitor.pipeline.deliver import Deliver
from monitor.pipeline.health import ReviewHealth
from monitor.pipeline.heartbeat import Heartbeat, Ticking
from monitor.pipeline.hold import Watch
from monitor.pipeline.owner import Escalate, TellConfiguration, TellDead, TellStranded
from monitor.pipeline.poll import Poll
from monitor.pipeline.ports import Observer
from monitor.pipeline.read import Read
from monitor.pipeline.settle import Settle
from monitor.pipeline.stories import Stories
from monitor.pipeline.timers import ByTheClock
from monitor.store import Store
from monitor.threads import in_daemon_thread

# Long enough for the slowest fetch and parse; a worker that died is replaced after this.
POLL_LEASE = timedelta(minutes=10)
# As for polls: a page and its robots.txt, and a page in front of it in the one process that extracts.
READ_LEASE = timedelta(minutes=10)
# A heartbeat that is as late is missed.
HEARTBEAT_TIMEOUT = timedelta(seconds=10)
_EVERYWHERE = (IPv4Network("0.0.0.0/0"), IPv6Network("::/0"))
# Feeds that take more than this part of the time that a fetch may take don't count as polled at once.
_SLOW = 1 / 6
# Feeds that are done ask together for what else is due, in seconds.
_MOMENT = 0.05
# Documents that take more than this part of the time that parsing may take are parsed elsewhere.
_QUICK = 1 / 10
# Documents of so many bytes, as most are, are handed to a parser ahead of their time.
_AHEAD = 256 * 1024
# Articles read at once, each at a host of its own.
READERS = 10

Look = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What stays the same under every configuration, and what was sent under any that could not be recorded yet (`late`)."""

    store: Store
    quick: ParserPool
    patient: ParserPool
    extractor: ParserPool
    parser: Lanes
    console: TextIO
    clock: Clock
    observe: Observer
    role: Role
    late: list[AttemptRecord] = field(default_factory=list)

    def change(self, settings: Settings) -> None:
        """Let the parsers be as many and as patient as `settings` say."""
        self.quick.change(workers=settings.parse_workers, timeout=settings.parse_timeout * _QUICK)
        for pool in (self.patient, self.extractor):
            pool.change(workers=1, timeout=settings.parse_timeout)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """All that works by one configuration. `over` is set when another has taken its place, or the program ends."""

    settings: Settings
    matcher: Matcher
    stories: Stories
    fetcher: HttpFetcher
    notifier: Notifier
    polling: Duty[ClaimedFeed]
    reading: Duty[ClaimedArticle]
    delivering: Duty[Queue]
    tell_configuration: Look
    reviews: Sequence[Look]
    over: asyncio.Event


async def open_base(
    stack: AsyncExitStack,
    settings: Settings,
    *,
    role: Role,
    clock: Clock,
    console: TextIO,
    observe: Observer,
) -> Base:
    """Open what stays; `stack` closes it. Raises StoreError."""
    store = await Store.open(settings.database, label=settings.database_label, waits=tell_waiting)
    stack.push_async_callback(store.close)

    def pool(workers: int, timeout: timedelta, ahead: int = -1) -> ParserPool:
        opened = ParserPool(workers=workers, timeout=timeout, clock=clock, ahead=ahead)
        stack.push_async_callback(opened.close)
        return opened

    quick = pool(settings.parse_workers, settings.parse_timeout * _QUICK, _AHEAD)
    patient = pool(1, settings.parse_timeout)
    return Base(
        store=store,
        quick=quick,
        patient=patient,
        # A process of their own, so that no page, however hostile, keeps a feed waiting.
        extractor=pool(1, settings.parse_timeout),
        parser=Lanes(quick, patient),
        console=console,
        clock=clock,
        observe=observe,
        role=role,
    )


async def build(base: Base, settings: Settings, before: Setup | None = None) -> Setup:
    """Build what works by `settings`, going on from the setup `before`. The loop serves others meanwhile."""
    matcher = await _matcher(base.role, settings, before)
    rules = {rule.name: rule for rule in settings.rules}
    feeds = {feed.url: feed for feed in settings.feeds}
    notifier = (
        before.notifier.to(settings.channels) if before else Notifier(settings.channels, console=base.console)
    )
    await notifier.warm_up()
    watch = Watch(feeds=feeds, rules=rules, matcher=matcher, zone=settings.timezone)
    stories = before.stories.under(rules, feeds) if before else Stories(rules, feeds, base.store)
    fetcher, over = _fetcher(base, settings, before), asyncio.Event()
    tell_configuration = TellConfiguration(
        settings.owners, store=base.store, zone=settings.timezone, clock=base.clock, observe=base.observe
    )
    return Setup(
        settings=settings,
        matcher=matcher,
        stories=stories,
        fetcher=fetcher,
        notifier=notifier,
        polling=_polling(base, settings, watch, stories, fetcher),
        reading=_reading(base, watch, stories, fetcher),
        delivering=_delivering(base, settings, notifier, over),
        tell_configuration=tell_configuration,
        reviews=(tell_configuration, *_reviews(base, settings)),
        over=over,
    )


def heartbeat(
    base: Base, setup: Setup, crews: Mapping[str, Ticking], before: Heartbeat | None = None
) -> Heartbeat | None:
    """Return the heartbeat of a setup, if it is to have one, going on from the one `before`."""
    settings = setup.settings
    if settings.heartbeat is None or not crews:
        return None
    # Who runs the monitor has named this address, wherever it is; where it might lead to, nobody has.
    limits = replace(settings.fetch, timeout=HEARTBEAT_TIMEOUT, allow_networks=_EVERYWHERE, max_redirects=0)
    channels, fetcher = [channel.name for channel in settings.channels], setup.fetcher.within(limits)
    if before:
        return before.to(settings.heartbeat, channels=channels, fetcher=fetcher)
    return Heartbeat(
        settings.heartbeat,
        crews=crews,
        channels=channels,
        store=base.store,
        fetcher=fetcher,
        clock=base.clock,
    )


async def _matcher(role: Role, settings: Settings, before: Setup | None) -> Matcher:
    if before and (before.settings.rules, before.settings.groups) == (settings.rules, settings.groups):
        return before.matcher
    rules = settings.rules if role.polls else ()  # whoever doesn't poll needs no index, which may be large
    return await in_daemon_thread(partial(compile_rules, rules, settings.groups), "compile rules")


def _fetcher(base: Base, settings: Settings, before: Setup | None) -> HttpFetcher:
    if before is None:
        return HttpFetcher(settings.fetch, version=__version__, clock=base.clock)
    same = before.settings.fetch == settings.fetch
    return before.fetcher if same else before.fetcher.within(settings.fetch)


def _polling(
    base: Base, settings: Settings, watch: Watch, stories: Stories, fetcher: HttpFetcher
) -> Duty[ClaimedFeed]:
    poll = Poll(
        watch,
        store=base.store,
        stories=stories,
        fetcher=fetcher,
        parser=base.parser,
        clock=base.clock,
        jitter=random.random,
        observe=base.observe,
    )

    async def claim(limit: int) -> Sequence[ClaimedFeed]:
        return await base.store.claim_due_feeds(
            base.clock.now(),
            limit=limit,
            per_host=settings.per_host,
            lease=POLL_LEASE,
            strange=poll.strange,
        )

    async def give_back(feed: ClaimedFeed) -> None:
        await base.store.leave_feed(feed.id, feed.lease)

    return Duty(
        claim=claim,
        work=poll,
        capacity=_room(settings.concurrency),
        slow_after=(settings.fetch.timeout * _SLOW).total_seconds(),
        moment=_MOMENT,
        give_back=give_back,
    )


def _room(concurrency: int) -> int:
    most = most_polls()
    if concurrency > most:
        log.event(
            logging.WARNING,
            "fewer feeds are polled at once than configured",
            concurrency=concurrency,
            at_once=most,
            detail="too few files may be open: raise LimitNOFILE or lower fetch.concurrency",
        )
    return min(concurrency, most)


def _reading(base: Base, watch: Watch, stories: Stories, fetcher: HttpFetcher) -> Duty[ClaimedArticle]:
    read = Read(
        watch,
        store=base.store,
        stories=stories,
        fetcher=fetcher,
        extractor=base.extractor,
        clock=base.clock,
        jitter=random.random,
        observe=base.observe,
    )

    async def claim(limit: int) -> Sequence[ClaimedArticle]:
        return await base.store.claim_due_articles(base.clock.now(), limit=limit, lease=READ_LEASE)

    async def give_back(article: ClaimedArticle) -> None:
        await base.store.leave_article(article.entry_id, article.lease)

    return Duty(claim=claim, work=read, capacity=READERS, give_back=give_back)


def _delivering(base: Base, settings: Settings, notifier: Notifier, over: asyncio.Event) -> Duty[Queue]:
    channels = {channel.name: channel for channel in settings.channels}
    settle = Settle(
        channels,
        {rule.name: rule for rule in settings.rules},
        outbox=base.store,
        zone=settings.timezone,
        clock=base.clock,
    )
    deliver = Deliver(
        channels=channels,
        outbox=base.store,
        sender=notifier,
        policy=settings.retry,
        zone=settings.timezone,
        clock=base.clock,
        pause=partial(_pause, over),
        is_over=over.is_set,
        jitter=random.random,
        observe=base.observe,
        late=base.late,
    )

    async def claim(_: int) -> Sequence[Queue]:
        # Each channel has a place of its own in the crew.
        await settle()
        return await deliver.claim()

    return Duty(claim=claim, work=deliver, capacity=max(1, len(channels)))


async def _pause(over: asyncio.Event, span: timedelta) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(over.wait(), span.total_seconds())


def _reviews(base: Base, settings: Settings) -> tuple[Look, ...]:
    store, clock, observe = base.store, base.clock, base.observe
    return (
        ReviewHealth(settings.owners, store=store, clock=clock, observe=observe),
        Escalate(settings.channels, store=store, clock=clock, observe=observe),
        TellStranded(
            [channel.name for channel in settings.channels],
            owners=settings.owners,
            life=settings.retry.life,
            store=store,
            zone=settings.timezone,
            clock=clock,
            observe=observe,
        ),
        # After those for which others stand in: the owner needn't know.
        TellDead(settings.owners, store=store, clock=clock, observe=observe),
        ByTheClock(
            settings.channels,
            owners=settings.owners,
            alive=settings.alive,
            store=store,
            zone=settings.timezone,
            clock=clock,
            observe=observe,
        ),
    )


def moved(old: Settings, new: Settings) -> tuple[str, ...]:
    """Return the channels that lead elsewhere now."""
    before: dict[str, Secret] = {channel.name: channel.url for channel in old.channels}
    return tuple(one.name for one in new.channels if before.get(one.name, one.url) != one.url)
