"""What is reported to people and observers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from monitor.model.delivery import NO_PACE, ChannelPace, DeliveryState, Occasion, SendStatus
from monitor.model.entry import Match
from monitor.model.fetched import Reason
from monitor.model.health import FeedState, Reset
from monitor.model.keep import DatabaseSize, PruneReport
from monitor.model.reload import ConfigurationState
from monitor.model.worker import Role, Worker


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedStatus:
    """A feed as `status` shows it. `entries` counts the stored ones, of which the last came at `newest_at`.

    `since` is when its polls began to succeed, or to fail. At `silent_since` something new appeared for the
    last time, by the dates of a first document; `per_day` is how many entries a day are usual, None when
    that isn't known yet. `reset` is the last one of which its owner was told. `paused_at`: somebody lets it rest since then.
    """

    url: str
    name: str
    reason: Reason | None
    detail: str
    failures: int
    entries: int
    polled_at: datetime | None
    succeeded_at: datetime | None
    next_poll_at: datetime
    newest_at: datetime | None = None
    state: FeedState = FeedState.NEW
    since: datetime | None = None
    silent_since: datetime | None = None
    per_day: float | None = None
    reset: Reset | None = None
    paused_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelStatus:
    """A channel's deliveries by state, the last success and the last problem, and when it may be told again."""

    name: str
    pending: int = 0
    held: int = 0
    failed: int = 0
    sent: int = 0
    dead: int = 0
    suppressed: int = 0
    last_sent_at: datetime | None = None
    last_error: str = ""
    pace: ChannelPace = NO_PACE

    @property
    def waiting(self) -> int:
        """Return how many are to be sent as soon as it goes."""
        return self.pending + self.failed


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreStatus:
    """What the store knows, for `status`. Feeds by address, channels by name.

    `workers` run, or were lost of late. `retired` are the feeds that are out of use: paused, or not configured any more. `configuration` is None until a daemon has run.
    """

    feeds: tuple[FeedStatus, ...]
    channels: tuple[ChannelStatus, ...]
    entries: int
    alerts: int
    articles_waiting: int = 0
    articles_failed: int = 0
    retired: tuple[FeedStatus, ...] = ()
    size: DatabaseSize
    configuration: ConfigurationState | None = None
    workers: tuple[Worker, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How much of everything there is in the store at one moment, for the metrics.

    `deliveries` counts those that aren't over, and the dead, by channel and state; at `waiting_since` the oldest of a channel
    that is to be sent was made, or revived. `feeds` are those in use. `overdue` of them have been due for a minute, though nobody
    polls them; the first was due at `due_since`, None when no feed waits. `entries` is what PostgreSQL estimates, once there are many.
    `size` is that of the database in bytes. `workers` counts those that were heard of lately, by role.
    """

    deliveries: Mapping[tuple[str, DeliveryState], int]
    waiting_since: Mapping[str, datetime]
    feeds: Mapping[FeedState, int]
    overdue: int
    due_since: datetime | None
    articles: int
    entries: int
    size: int
    workers: Mapping[Role, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedEntry:
    """A stored entry as others take it over, with the text of its page and the rules that it has matched."""

    id: int
    feed: str
    feed_name: str
    guid: str | None
    link: str | None
    title: str
    summary: str
    text: str | None
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    published_at: datetime | None
    updated_at: datetime | None
    first_seen_at: datetime
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedAlert:
    """An alert as others take it over: its entry, by number and in short, its story, and the rules that told of it."""

    id: int
    entry: int
    story: int | None
    feed: str
    feed_name: str
    link: str | None
    title: str
    published_at: datetime | None
    seen_at: datetime
    created_at: datetime
    changed: bool
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenEntry:
    """A stored entry in short, with the rules that it matched."""

    id: int
    title: str
    link: str | None
    published_at: datetime | None
    first_seen_at: datetime
    rules: tuple[str, ...] = ()


class PollPart(StrEnum):
    """What a poll spends its time on. PARSE: and finding what is new; COMMIT: and finding the stories."""

    FETCH = "fetch"
    PARSE = "parse"
    MATCH = "match"
    COMMIT = "commit"


@dataclass(frozen=True, slots=True, kw_only=True)
class PollReport:
    """One finished poll, told to the observer. `took` is in seconds, and so are those of its `parts` that there were.

    Of the `new` entries `held` were old ones; `changed` known ones have said something else. `matches` are those that hold for the first
    time, of new and changed entries. `ages` are the seconds from publication to now of what is news, None where no date is
    given. `size` is that of the document in bytes.
    """

    feed: str
    reason: Reason
    detail: str
    entries: int
    new: int
    alerts: int
    baseline: bool
    failures: int
    next_poll_at: datetime
    took: float
    parts: Mapping[PollPart, float] = field(default_factory=dict)
    size: int = 0
    changed: int = 0
    held: int = 0
    matches: tuple[Match, ...] = ()
    ages: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """How many seconds ago an entry was published, None when no date is given, and first seen."""

    published: float | None
    seen: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """One finished attempt to send a message, told to the observer. It took `took` seconds.

    The message is made of `deliveries` (ids), the oldest first, of which `dead` ones are given up by it; `state` is FAILED as long as one of
    them will be tried again. `attempt` is that of the one tried most often, `next_attempt_at` the first to come.
    `delay` is from the oldest alert to now, in seconds. `ages` are those of the entries that it shows, as far as they are news.
    """

    deliveries: tuple[int, ...]
    channel: str
    rules: tuple[str, ...]
    title: str
    attempt: int
    status: SendStatus
    detail: str
    state: DeliveryState
    next_attempt_at: datetime | None
    delay: float
    occasion: Occasion = Occasion.ALONE
    dead: int = 0
    took: float = 0.0
    ages: tuple[Age, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleReport:
    """One finished try to read an article, told to the observer. `took` is in seconds."""

    feed: str
    link: str
    attempt: int
    reason: Reason
    detail: str
    alerts: int
    next_attempt_at: datetime | None
    took: float
    matches: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeReport:
    """A notice that is on its way to `channels` (none: the log is all), told to the observer."""

    subject: str
    lines: tuple[str, ...]
    channels: tuple[str, ...]


Report = PollReport | NoticeReport | DeliveryReport | ArticleReport | PruneReport
