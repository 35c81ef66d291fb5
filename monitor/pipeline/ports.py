"""What the pipelines need from the edges, as the pipelines see it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from monitor.model import (
    ArticleOutcome,
    ArticleRecord,
    AttemptRecord,
    Before,
    Channel,
    ClaimedArticle,
    ClaimedFeed,
    ConfigurationState,
    DeadChannel,
    Document,
    Doings,
    FeedHealth,
    FetchOutcome,
    FetchRequest,
    GroupState,
    IdentifyOutcome,
    Keep,
    Message,
    NoticeRecord,
    ParseOutcome,
    Part,
    Place,
    PollRecord,
    Predecessor,
    PruneStep,
    Queue,
    Remembered,
    Report,
    Secret,
    SendOutcome,
    Settled,
    Silence,
    StoredEntry,
    Story,
    StrandedChannel,
    Timer,
    Unsettled,
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


class Identifier(Protocol):
    """The bytes of a feed's document, and what is known of the feed -> what may be new in it."""

    async def identify(self, document: Document, before: Before) -> IdentifyOutcome:
        """Parse one document as a Parser does, and tell its entries from those of the last one."""


class Extractor(Protocol):
    """The bytes of an article's page -> its text."""

    async def extract(self, page: Document) -> ArticleOutcome:
        """Find the main text of a page within a deadline; every failure is a value."""


class PollStore(Protocol):
    """Feeds and entries."""

    async def claim_due_feeds(
        self,
        now: datetime,
        *,
        limit: int,
        per_host: int,
        lease: timedelta,
        strange: Collection[int] = frozenset(),
    ) -> Sequence[ClaimedFeed]:
        """Lease up to `limit` due feeds, the longest due first, at most `per_host` leased per host.

        Those of the ids `strange` are left to others.
        """

    async def known_entries(self, feed_id: int, keys: Collection[str]) -> Mapping[str, int]:
        """Return the entry id under each of the feed's `keys` that is known."""

    async def read_entries(self, ids: Collection[int]) -> Mapping[int, Remembered]:
        """Return the entries of these ids, or what is left of them."""

    async def predecessor(self, keys: Collection[str], least: int, now: datetime) -> Predecessor | None:
        """Return the feed that knows most entries by `keys`, at least `least`, and is out of use, though not for long."""

    async def feed_weights(self) -> Mapping[str, Sequence[float]]:
        """Return `schedule.weights` of the active feeds, by address, as far as they are known."""

    async def leave_feed(self, feed_id: int, lease: str) -> None:
        """Give a feed back unpolled. Nothing is done when it isn't leased any more."""

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

    async def leave_article(self, entry_id: int, lease: str) -> None:
        """Give an article back unread. Nothing is done when it isn't leased any more."""

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


class OwnerStore(Protocol):
    """Deliveries that don't reach anybody."""

    async def read_dead(self, now: datetime) -> Sequence[DeadChannel]:
        """Return the dead deliveries of alerts of which nobody knows, by channel; none so soon after the last notice."""

    async def commit_dead(self, record: NoticeRecord, dead: Sequence[DeadChannel]) -> bool:
        """Store a notice, its deliveries and that the owner knows of `dead` in one transaction.

        False, storing nothing, when another daemon was quicker.
        """

    async def escalate(self, channel: str, to: Sequence[str], *, since: datetime, now: datetime) -> int:
        """Add a delivery in each of `to` for each alert that the channel has given up, or should have told by `since`.

        Each is escalated once, and nobody is told of an alert twice. Return how many were added.
        """

    async def read_stranded(self, channels: Collection[str], since: datetime) -> Sequence[StrandedChannel]:
        """Return deliveries of alerts that should have been sent by `since`, in others than `channels`, and of which nobody knows."""

    async def commit_stranded(self, record: NoticeRecord, stranded: Sequence[StrandedChannel]) -> bool:
        """Store a notice, its deliveries and that the owner knows of `stranded` in one transaction; False as `commit_dead`."""

    async def give_up_stranded(self, channels: Collection[str], before: datetime, now: datetime) -> int:
        """Let deliveries be dead that should have been sent before then, in others than `channels`; return how many."""


class ConfigurationStore(Protocol):
    """How it stands with the configuration, and what the owner knows of it."""

    async def read_configuration(self) -> ConfigurationState | None:
        """Return how it stands, None when that isn't known."""

    async def commit_configuration_notice(self, record: NoticeRecord, state: ConfigurationState) -> bool:
        """Store a notice, its deliveries and that the owner knows of `state`; False when another daemon was quicker."""


class PruneStore(Protocol):
    """What is no longer kept."""

    async def prune(self, part: Part, keep: Keep, now: datetime, after: Place | None) -> PruneStep:
        """Take out what is no longer kept of the next rows of a part, a bounded number of them, in one transaction."""


class TimerStore(Protocol):
    """What comes by the clock."""

    async def due_timers(self, wanted: Mapping[str, datetime], now: datetime) -> Sequence[Timer]:
        """Return the due timers. Those of `wanted` that don't run begin to, up to the times there; others end."""

    async def add_empty_digest(self, channel: str, timer: Timer, *, now: datetime, due_at: datetime) -> bool:
        """Set the timer to `due_at`, and add an empty digest unless one with something in it is due or sent since.

        False when none was added.
        """

    async def read_doings(self, since: datetime) -> Doings:
        """Return what was done since then."""

    async def commit_alive(self, record: NoticeRecord, timer: Timer, due_at: datetime) -> bool:
        """Set the timer to `due_at` and store a notice in one transaction. False when another daemon was quicker."""


class FilingStore(Protocol):
    """Entries that are to be found by their words."""

    async def file_entries(self, languages: Collection[str | None]) -> bool:
        """File some of the entries that have come or changed. Return whether there is more to do.

        `languages` are those in which rules and feeds are read, by their tags.
        """


class Outbox(Protocol):
    """Deliveries."""

    async def unsettled_deliveries(
        self, now: datetime, channels: Collection[str], *, limit: int
    ) -> Sequence[Unsettled]:
        """Return deliveries that nobody has settled, the oldest first, then those that were held until now."""

    async def active_silences(self, now: datetime) -> Sequence[Silence]:
        """Return the silences that hide something now."""

    async def read_groups(self, keys: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], GroupState]:
        """Return how bundles stand, by channel and bundle."""

    async def settle_deliveries(self, settled: Sequence[Settled]) -> None:
        """Store what becomes of deliveries, but for those that are beyond it: another worker has settled them."""

    async def claim_messages(
        self, now: datetime, channels: Collection[Channel], *, lease: timedelta
    ) -> Sequence[Queue]:
        """Lease what goes next in each channel that may be told now and isn't being told.

        The oldest due delivery goes first, with all that are due in its bundle. Of those that go alone a few are
        claimed at once, as far as there is room for them. When there is room for one message only and more wait,
        all that go alone or in groups go in it.
        """

    async def record_attempt(
        self, record: AttemptRecord, meanwhile: Callable[[], None] = lambda: None
    ) -> None:
        """Store what came of an attempt. Raises LeaseLost, storing nothing.

        When the channel is well again, all that failed there are due. `meanwhile` is called while the database is at it.
        """


class Sender(Protocol):
    """Message -> outcome."""

    async def send(self, channel: str, message: Message) -> SendOutcome:
        """Send one message to one channel, once; every failure is a value."""
