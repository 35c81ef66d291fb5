"""How it goes: what is configured, held against what is stored. Commands, page and API show the same."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta, tzinfo

from monitor.config import Settings
from monitor.errors import Problem
from monitor.health import is_polled, is_there, is_unwell, what_is_amiss
from monitor.model import (
    Changes,
    ChannelStatus,
    ConfigurationState,
    DeliveryState,
    FeedState,
    FeedStatus,
    Role,
    StoreStatus,
    Worker,
)

# A daemon that runs asks what is due each second, and even a slow poll is over by then.
_LATE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownChannel(ChannelStatus):
    """A channel, and whether the configuration has it."""

    configured: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedConfiguration:
    """What `monitor.model.ConfigurationState` says of the configuration, but for whom was told."""

    since: datetime
    tried_at: datetime
    changes: Changes | None
    mistakes: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedWorker:
    """A worker, see `monitor.model.Worker`, and whether it was heard of lately."""

    host: str
    pid: int
    role: Role
    version: str
    began_at: datetime
    seen_at: datetime
    there: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How it goes: what `status` prints and the API answers. `totals` counts feeds and deliveries by state, and what is stored.

    `workers` run, or were lost within a day; what they lack together is `amiss`. `database` is its size, see `monitor.model.DatabaseSize.in_bytes`. `configuration` is None when none was ever in force.
    """

    checked_at: datetime
    running: bool
    feeds: tuple[FeedStatus, ...]
    channels: tuple[KnownChannel, ...]
    totals: dict[str, int]
    database: dict[str, int]
    configuration: ListedConfiguration | None
    workers: tuple[ListedWorker, ...]
    amiss: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """The state of feeds and channels at `now`. Without `settings`, which have mistakes, what is stored is all there is."""

    settings: Settings | None
    stored: StoreStatus
    now: datetime

    @property
    def zone(self) -> tzinfo:
        """The time zone of those who look."""
        return self.settings.timezone if self.settings else UTC

    @property
    def feeds(self) -> list[FeedStatus]:
        """Those that are polled, and those that aren't though they are configured; by address."""
        configured = {feed.url for feed in self.settings.feeds} if self.settings else set()
        paused = [feed for feed in self.stored.retired if feed.url in configured]
        return sorted([*self.stored.feeds, *paused], key=lambda feed: feed.url)

    @property
    def unwell(self) -> list[FeedStatus]:
        """Those that somebody should look at."""
        return [feed for feed in self.feeds if is_unwell(feed)]

    @property
    def late(self) -> timedelta:
        """How long the longest waiting feed has been due."""
        polled = [feed for feed in self.feeds if is_polled(feed)]
        return max((self.now - feed.next_poll_at for feed in polled), default=timedelta(0))

    @property
    def runs(self) -> bool:
        """Whether a daemon seems to run."""
        return self.late <= _LATE

    @property
    def channels(self) -> list[tuple[ChannelStatus, bool]]:
        """The configured channels in their order, then those that only the database knows; and which are which."""
        stored = {channel.name: channel for channel in self.stored.channels}
        if self.settings is None:
            return [(channel, True) for channel in stored.values()]
        configured = [channel.name for channel in self.settings.channels]
        known = [(stored.pop(name, ChannelStatus(name=name)), True) for name in configured]
        return [*known, *((channel, False) for channel in stored.values())]

    @property
    def workers(self) -> list[ListedWorker]:
        """The daemons that share the database, in the order in which they began."""
        return [_worker(worker, there=is_there(worker, self.now)) for worker in self.stored.workers]

    @property
    def amiss(self) -> list[str]:
        """What they lack together, in sentences."""
        return what_is_amiss(self.stored.workers, self.now)

    def totals(self) -> dict[str, int]:
        """Return what there is, by kind and state."""
        states = [feed.state for feed in self.feeds]
        return {
            "feeds": len(states),
            **{state.value: states.count(state) for state in FeedState},
            "entries": self.stored.entries,
            "alerts": self.stored.alerts,
            "articles_waiting": self.stored.articles_waiting,
            "articles_failed": self.stored.articles_failed,
            **{state.value: self._deliveries(state) for state in DeliveryState},
        }

    def whole(self) -> Status:
        """Return all of it."""
        return Status(
            checked_at=self.now,
            running=self.runs,
            feeds=tuple(self.feeds),
            channels=tuple(_listed(channel, configured=known) for channel, known in self.channels),
            totals=self.totals(),
            database=self.stored.size.in_bytes(),
            configuration=_configuration(self.stored.configuration),
            workers=tuple(self.workers),
            amiss=tuple(self.amiss),
        )

    def _deliveries(self, state: DeliveryState) -> int:
        counts: Iterable[int] = (getattr(channel, state.value) for channel in self.stored.channels)
        return sum(counts)


def _listed(channel: ChannelStatus, *, configured: bool) -> KnownChannel:
    values = {field.name: getattr(channel, field.name) for field in fields(channel)}
    return KnownChannel(**values, configured=configured)


def _worker(worker: Worker, *, there: bool) -> ListedWorker:
    return ListedWorker(
        host=worker.host,
        pid=worker.pid,
        role=worker.role,
        version=worker.version,
        began_at=worker.began_at,
        seen_at=worker.seen_at,
        there=there,
    )


def _configuration(state: ConfigurationState | None) -> ListedConfiguration | None:
    if state is None:
        return None
    return ListedConfiguration(
        since=state.since,
        tried_at=state.tried_at,
        changes=state.changes,
        mistakes=state.mistakes,
        problems=state.problems,
    )
