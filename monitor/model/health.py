"""How feeds do, and what their owner is told of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.model.fetched import Reason


class FeedState(StrEnum):
    """How a feed does.

    NEW: not polled yet. STALE: it answers, but has had nothing new for far longer than usual. GONE: its
    server says that it is no more. PAUSED: not enabled.
    """

    OK = "ok"
    NEW = "new"
    FAILING = "failing"
    STALE = "stale"
    GONE = "gone"
    PAUSED = "paused"


class Trouble(StrEnum):
    """What the owner was told of a feed. OUTAGE: it failed together with all others."""

    FAILING = "failing"
    STALE = "stale"
    GONE = "gone"
    OUTAGE = "outage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """How often a feed had something new; older history counts ever less (`monitor.health.learn`).

    `entries` appeared in `days` of watching, with never more than `longest` between two of them. All of it
    is as of `last_new_at`, so that a silence doesn't become what is usual.
    """

    last_new_at: datetime
    entries: float = 0.0
    days: float = 0.0
    longest: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reset:
    """A burst in which a feed served what isn't new: `known` entries under other names, `held` ones that look old."""

    at: datetime
    known: int
    held: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PollRun:
    """Polls of a feed in a row that ended alike and brought nothing new, or one poll that did.

    `reason` and `detail` are those of the last one. A poll that brought `entries` is a run by itself, and its
    time the `first_seen_at` of these; `alerts` counts those of them that alerted at once.
    """

    began_at: datetime
    ended_at: datetime
    reason: Reason
    detail: str = ""
    polls: int = 1
    entries: int = 0
    alerts: int = 0
    baseline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """What is known of an active feed's health.

    `since`: when the polls began to succeed, or to fail, as they have done up to `polled_at`. `trouble`
    is what the owner knows, None when all is well, as of `told_at`.
    """

    id: int
    name: str
    host: str
    reason: Reason | None = None
    detail: str = ""
    failures: int = 0
    since: datetime | None = None
    polled_at: datetime | None = None
    succeeded_at: datetime | None = None
    activity: Activity | None = None
    reset: Reset | None = None
    trouble: Trouble | None = None
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What the owner learns of one feed by a notice. `before` is the `told_at` that this follows on."""

    feed_id: int
    trouble: Trouble | None
    before: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What is to be said of all feeds at one look: a subject, lines below it, and which feeds they cover."""

    subject: str
    lines: tuple[str, ...]
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRecord:
    """A review and whom to tell, stored by `commit_notice` in one transaction. No `channels`: only the log."""

    created_at: datetime
    review: Review
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What the owner is to be told of the program's own work. `lines` hold feed text: hostile data."""

    id: int
    created_at: datetime
    subject: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadChannel:
    """Deliveries of alerts in a channel that are dead without anybody knowing yet, by id; `detail` is the last one's."""

    channel: str
    deliveries: tuple[int, ...]
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """Something that comes by the clock: it came, or began to run, at `since`, and comes at `due_at`."""

    name: str
    since: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Doings:
    """What was done `since` then, and how things stand now.

    `told` counts deliveries that were sent; `waiting` those that are to be sent, `held` those that wait on purpose.
    """

    since: datetime
    feeds: int
    failing: int
    entries: int
    alerts: int
    told: int
    waiting: int
    held: int
    dead: int
