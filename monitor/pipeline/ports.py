"""What the pipelines need from the edges, as the pipelines see it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from monitor.model import (
    ArticleOutcome,
    ArticleRecord,
    AttemptRecord,
    ClaimedArticle,
    ClaimedDelivery,
    ClaimedFeed,
    Document,
    FeedHealth,
    FetchOutcome,
    FetchRequest,
    KnownEntry,
    Message,
    NoticeRecord,
    ParseOutcome,
    PollRecord,
    Predecessor,
    Report,
    Secret,
    SendOutcome,
    StoredEntry,
    Story,
)

Observer = Callable[[Report], None]


class Fetcher(Protocol):
    """URL -> response."""

    async def fetch(self, request: FetchRequest) -> FetchOutcome:
        """Fetch one document within all bounds; every failure is a value."""


class PageFetcher(Fetcher, Protocol):
    """The same for articles."""

    def crawl_delay(self, url: Secret) -> timedelta | None:
        """Return the time to leave between two pages of a host, when its robots.txt was read and says so."""


class Parser(Protocol):
    """Bytes -> entries."""

    async def parse(self, document: Document) -> ParseOutcome:
        """Parse one document within a deadline; every failure is a value."""


class Extractor(Protocol):
    """The bytes of an article's page -> its text."""

    async def extract(self, page: Document) -> ArticleOutcome:
        """Find the main text of a page within a deadline; every failure is a value."""


class PollStore(Protocol):
    """Feeds and entries."""

    async def claim_due_feeds(
        self, now: datetime, *, limit: int, per_host: int, lease: timedelta
    ) -> Sequence[ClaimedFeed]:
        """Lease up to `limit` due feeds, the longest due first, at most `per_host` leased per host."""

    async def known_entries(self, feed_id: int, keys: Collection[str]) -> Mapping[str, int]:
        """Return the entry id under each of the feed's `keys` that is known."""

    async def read_entries(self, ids: Collection[int]) -> Mapping[int, KnownEntry]:
        """Return the entries of these ids, as far as their text is still kept."""

    async def predecessor(self, keys: Collection[str], least: int, now: datetime) -> Predecessor | None:
        """Return the feed that knows most entries by `keys`, at least `least`, and is out of use, though not for long."""

    async def feed_weights(self) -> Mapping[str, Sequence[float]]:
        """Return `schedule.weights` of the active feeds, by address, as far as they are known."""

    async def commit_poll(self, record: PollRecord) -> None:
        """Store all that a poll changed in one transaction. Raises LeaseLost, storing nothing."""


class StoryStore(Protocol):
    """Stories."""

    async def stories_begun(self, last: int, since: datetime) -> tuple[int, Sequence[StoredEntry]]:
        """Return the first entries of the stories that began after `last`, of those first seen `since` then.

        With them what to ask with as `last` the next time; 0 asks for all of that time.
        """

    async def newest_entries(self, since: datetime, limit: int) -> Sequence[StoredEntry]:
        """Return the `limit` entries that were first seen last, since then, but for baselines; the newest first."""

    async def story_of(self, entry_id: int) -> Story | None:
        """Return the story that an entry belongs to, None when it has none."""


class ArticleStore(Protocol):
    """Articles that rules wait for."""

    async def claim_due_articles(
        self, now: datetime, *, limit: int, lease: timedelta
    ) -> Sequence[ClaimedArticle]:
        """Lease up to `limit` due articles, the oldest first: one of each host that may be asked again."""

    async def commit_article(self, record: ArticleRecord) -> None:
        """Store all that one try to read an article changed in one transaction.

        Raises LeaseLost, storing nothing.
        """


class HealthStore(Protocol):
    """How feeds do, and what their owner knows of it."""

    async def read_health(self) -> tuple[Sequence[FeedHealth], datetime | None]:
        """Return all active feeds, and when the last notice was made."""

    async def commit_notice(self, record: NoticeRecord) -> bool:
        """Store a notice, its deliveries and what the owner then knows in one transaction.

        False, storing nothing, when another daemon was quicker or a feed is no longer watched.
        """


class PulseStore(Protocol):
    """Whether what is to be told is told."""

    async def failing_channels(self, channels: Collection[str]) -> Mapping[str, datetime]:
        """Return those of `channels` that fail while something waits for them, and since when they do."""


class Outbox(Protocol):
    """Deliveries."""

    async def claim_due_deliveries(
        self, now: datetime, *, channels: Collection[str], per_channel: int, lease: timedelta
    ) -> Sequence[ClaimedDelivery]:
        """Lease due deliveries, the oldest of each channel first, at most `per_channel` leased in each."""

    async def record_attempt(self, record: AttemptRecord) -> None:
        """Store what came of an attempt. Raises LeaseLost, storing nothing."""


class Sender(Protocol):
    """Message -> outcome."""

    async def send(self, channel: str, message: Message) -> SendOutcome:
        """Send one message to one channel, once; every failure is a value."""
