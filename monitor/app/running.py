"""Settings -> App, the running program. Opens all edges, closes them in reverse."""

import asyncio
import gc
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TextIO

from monitor import log, schedule
from monitor.app.building import Base, Setup, build, heartbeat, moved, open_base
from monitor.app.changes import compare, without_restart
from monitor.app.descriptors import raise_limit
from monitor.app.measuring import measure, open_metrics
from monitor.app.presence import Presence, agree_on_time
from monitor.article import HOST_GAP
from monitor.clock import Clock, SharedClock
from monitor.config import Settings
from monitor.errors import Problem, StoreError
from monitor.metrics import Metrics
from monitor.model import (
    ArticleReport,
    Changes,
    ClaimedArticle,
    ClaimedFeed,
    DeliveryReport,
    DeliveryState,
    FeedSpec,
    PollReport,
    Queue,
    Reason,
    Reloaded,
    Report,
    Role,
)
from monitor.pipeline.crew import Crew
from monitor.pipeline.file import FileEntries
from monitor.pipeline.ports import Observer
from monitor.pipeline.prune import Prune
from monitor.pipeline.pulse import Pulse
from monitor.store import Store

# What a configuration may mend. One that is gone has said so for good.
_FAILURES = frozenset(reason for reason in Reason if not reason.is_success) - {Reason.GONE}
# These say no to what would be asked: trying again costs no server anything.
_OWN_REFUSALS = frozenset({Reason.BAD_URL, Reason.BLOCKED_ADDRESS})


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


class App:
    """The running program: its crews, the reviews of how it does, and what they have done.

    A reload puts another setup in place of the present one. The crews stay, and what they have under way is finished as it was begun.
    """

    def __init__(self, base: Base, setup: Setup, tally: Tally, metrics: Metrics, role: Role) -> None:
        self.role = role
        self.tally = tally
        self.metrics = metrics
        self.store: Store = base.store
        self.clock: Clock = base.clock
        self.polls: Crew[ClaimedFeed] = Crew(setup.polling)
        self.articles: Crew[ClaimedArticle] = Crew(setup.reading)
        self.deliveries: Crew[Queue] = Crew(setup.delivering)
        self.reloaded: Reloaded | None = None
        self._base = base
        self._setup = setup
        self._reloading = asyncio.Lock()
        self._file = FileEntries(store=base.store, clock=base.clock)
        self._prune = Prune(store=base.store, clock=base.clock, pause=_rest, observe=base.observe)
        # Those that look for work in this role, by what they do.
        self.crews: Mapping[str, Crew[Any]] = {
            **({"poll": self.polls, "read": self.articles} if role.polls else {}),
            **({"deliver": self.deliveries} if role.delivers else {}),
        }
        # A heartbeat says that feeds are polled and deliveries sent; an article may do without.
        self._beating = {name: crew for name, crew in self.crews.items() if name != "read"}
        self.heartbeat = heartbeat(base, setup, self._beating)
        self.pulse = Pulse(self.crews, base.clock)
        metrics.watch(self.crews)
        self._presence = Presence(base.store, base.clock, role)

    @property
    def settings(self) -> Settings:
        """The configuration in force."""
        return self._setup.settings

    async def reload(self, settings: Settings) -> Changes:
        """Put `settings` in force and return what they change. Raises StoreError: then all is as before.

        What is claimed from now on goes by them.
        """
        async with self._reloading:
            old = self.settings
            changes, new = compare(old, settings), without_restart(old, settings)
            setup = (
                await build(self._base, new, self._setup) if changes else replace(self._setup, settings=new)
            )
            async with self.polls.pausing(), self.articles.pausing(), self.deliveries.pausing():
                await _sync(self._base, old, new, changes)
                self._put_in(setup)
            await self._keep(Reloaded(at=self.clock.now(), changes=changes))
            return changes

    async def refuse(self, problems: Sequence[Problem]) -> None:
        """Stay with the configuration in force, and keep for which `problems`. Raises StoreError."""
        await self._keep(Reloaded(at=self.clock.now(), problems=tuple(problems)))

    async def run_once(self) -> None:
        """Poll, read and deliver what is due, look once at how feeds do, prune, and wait for all of it."""
        await self.polls.run_until_idle()
        await self.review()
        await self.deliveries.run_until_idle()
        await self._read_all()
        await self.deliveries.run_until_idle()
        await self.file()
        await self.prune()

    async def review(self) -> None:
        """Look once at how feeds and deliveries do, and at the clock; what is to be told becomes deliveries."""
        for look in self._setup.reviews:
            await look()

    async def file(self) -> None:
        """Make the entries quick to find that have come or changed."""
        await self._file(_languages(self.settings))

    async def prune(self) -> None:
        """Take out what is no longer kept."""
        await self._prune(self.settings.keep)

    async def check_in(self) -> None:
        """Let those who share the database know that this worker is there."""
        await self._presence.check_in(self.settings)

    async def retry_logins(self) -> None:
        """Poll feeds at once whose login or headers of their own were refused: since then they may have been mended."""
        own = [feed.url for feed in self.settings.feeds if feed.extras.headers or feed.extras.authorization]
        await self.store.retry_failing(own, [Reason.FORBIDDEN], self.clock.now())

    async def beat(self) -> None:
        """Send a heartbeat, where one is configured."""
        if self.heartbeat:
            await self.heartbeat()

    async def backlog(self) -> dict[str, int]:
        """Return how many deliveries are still to be sent, and how many are held on purpose."""
        waiting, held = await self.store.backlog()
        return {"waiting": waiting, "held": held}

    async def stop(self, patience: timedelta) -> None:
        """Start nothing more. Polls and articles are dropped, to be repeated; sends get `patience` to finish."""
        self._setup.over.set()
        await self.polls.stop(0)
        await self.articles.stop(0)
        await self.deliveries.stop(patience.total_seconds())

    def _put_in(self, setup: Setup) -> None:
        if setup.over is not self._setup.over:
            self._setup.over.set()
        self._setup = setup
        self._base.change(setup.settings)
        measure(self.metrics, setup.settings)
        self.polls.duty, self.articles.duty = setup.polling, setup.reading
        # Sends that hang in channels which are gone take nobody's place.
        places = setup.delivering.capacity + self.deliveries.busy
        self.deliveries.duty = replace(setup.delivering, capacity=places)
        self.heartbeat = heartbeat(self._base, setup, self._beating, self.heartbeat)

    async def _keep(self, reloaded: Reloaded) -> None:
        self.reloaded = reloaded
        self.metrics.reloaded(good=not reloaded.problems)
        await self.store.record_reload(reloaded)
        await self._setup.tell_configuration()

    async def _read_all(self) -> None:
        await self.articles.run_until_idle()
        while await self.store.articles_due(self.clock.now(), within=HOST_GAP):
            await asyncio.sleep(HOST_GAP.total_seconds() / 2)  # the hosts have their rest
            await self.articles.run_until_idle()


@asynccontextmanager
async def open_app(
    settings: Settings,
    *,
    role: Role = Role.ALL,
    clock: Clock | None = None,
    console: TextIO | None = None,
    spread: bool = True,
) -> AsyncIterator[App]:
    """Open all edges and yield the App; close them in reverse. Raises StoreError.

    With `spread` new feeds are polled a little apart, else all at once.
    """
    raise_limit()
    clock, tally = clock or SharedClock(), Tally()
    async with AsyncExitStack() as stack:
        metrics = open_metrics(settings, clock)
        observe = _both(tally, metrics)
        base = await open_base(
            stack, settings, role=role, clock=clock, console=console or sys.stdout, observe=observe
        )
        if role is not Role.ALL and not base.store.is_shared:
            raise StoreError(
                f"{settings.database_label}: is SQLite, where one daemon does everything; leave --role out, or name a PostgreSQL database"
            )
        await agree_on_time(base.store, clock)
        app = App(base, await build(base, settings), tally, metrics, role)
        await base.store.sync_rules(settings.rules, clock.now(), settings.groups)
        await base.store.sync_feeds(settings.feeds, _first_polls(settings, None, clock.now(), spread=spread))
        await base.store.retry_failing([feed.url for feed in settings.feeds], _OWN_REFUSALS, clock.now())
        await base.store.record_reload(Reloaded(at=clock.now()))
        yield app


async def _rest(span: timedelta) -> None:
    await asyncio.sleep(span.total_seconds())


def _both(one: Observer, other: Observer) -> Observer:
    def observe(done: Report) -> None:
        one(done)
        other(done)

    return observe


def collect_seldom() -> None:
    """Have the garbage collector leave alone what is here to stay, and look for circles in the rest, but not so often.

    For a process that does nothing but run the App: a poll makes thousands of objects, hardly any in a circle. Of what a
    start makes, a hundred in some hundred thousand are garbage, which isn't worth the tenth of a second to find it.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


async def _sync(base: Base, old: Settings, new: Settings, changes: Changes) -> None:
    """Let the store know what has changed."""
    now = base.clock.now()
    if changes.rules or "groups" in changes.other:
        await base.store.sync_rules(new.rules, now, new.groups)
    if changes.feeds:
        await base.store.sync_feeds(new.feeds, _first_polls(new, old, now, spread=True))
    if mended := _asked_otherwise(old, new):
        await base.store.retry_failing(mended, _FAILURES, now)
    if names := moved(old, new):
        await base.store.redirect_channels(names, now)


def _asked_otherwise(old: Settings, new: Settings) -> Sequence[str]:
    """Return the feeds that are asked for or read in another way than before: those that failed may be mended."""
    if old.fetch != new.fetch:
        return [feed.url for feed in new.feeds]
    before = {feed.url: _way(feed) for feed in old.feeds}
    return [feed.url for feed in new.feeds if before.get(feed.url, _way(feed)) != _way(feed)]


def _way(feed: FeedSpec) -> tuple[object, ...]:
    return feed.request_url, feed.extras, feed.encoding


def _first_polls(new: Settings, old: Settings | None, now: datetime, *, spread: bool) -> Sequence[datetime]:
    """Return when each feed is polled for the first time, if it is one that is new or comes back."""
    known = {feed.url for feed in old.feeds if feed.enabled} if old else set()
    added = [feed for feed in new.feeds if feed.url not in known]
    dates = schedule.first_polls(now, [feed.poll_every if spread else timedelta(0) for feed in added])
    first = dict(zip((feed.url for feed in added), dates, strict=True))
    return [first.get(feed.url, now) for feed in new.feeds]


def _languages(settings: Settings) -> frozenset[str | None]:
    """Return the languages in which rules are read, as far as the configuration says."""
    of_feeds = (feed.extras.language for feed in settings.feeds)
    return frozenset((*of_feeds, *(rule.language for rule in settings.rules)))
