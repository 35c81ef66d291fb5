"""Values <-> rows. Keeps feeds, entries and the outbox in SQLite or PostgreSQL; the one owner of both.

Everything synchronous runs in one thread of the store's own. Each method is one whole unit of work in
one transaction there: whoever stops waiting for it leaves neither a lock nor half a change behind.
What is done with a database as a whole has a door of its own (`monitor.store.whole`).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Self

import monitor.store.indexes  # noqa: F401 - they belong to the tables
from monitor.model import (
    ArticleRecord,
    AttemptRecord,
    Channel,
    ClaimedArticle,
    ClaimedFeed,
    ConfigurationState,
    DatabaseSize,
    DeadChannel,
    Doings,
    FeedHealth,
    FeedSpec,
    GroupState,
    Keep,
    Match,
    NoticeRecord,
    Part,
    Place,
    PollRecord,
    Predecessor,
    PruneStep,
    Queue,
    Reason,
    Reloaded,
    Remembered,
    Rule,
    Secret,
    Settled,
    Silence,
    StoredEntry,
    Story,
    StrandedChannel,
    Timer,
    Unsettled,
    Worker,
)
from monitor.store import (
    articles,
    claims,
    configuration,
    deliveries,
    entries,
    feeds,
    health,
    known,
    leases,
    owner,
    prune,
    rules,
    settling,
    silences,
    size,
    stories,
    stranded,
    timers,
    watched,
    wishes,
    workers,
)
from monitor.store.claiming import Claims
from monitor.store.database import Database
from monitor.store.engine import Turn
from monitor.store.reader import Reader, open_to_read, read_history, read_recent, read_status
from monitor.store.recording import Recording, nothing
from monitor.store.search import filing
from monitor.store.search.candidates import Candidates
from monitor.store.tables import ARTICLE, DELIVERY, FEED
from monitor.store.together import Asked, Known, PollsTogether

__all__ = [
    "Candidates",
    "Reader",
    "Store",
    "open_to_read",
    "read_history",
    "read_recent",
    "read_status",
]


class Store:
    """The database of one daemon; implements the stores and the Outbox of monitor.pipeline.ports.

    Every method raises StoreError when the database can't go on (disk full, server gone); nothing is
    stored then, and the next call tries anew.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._run = database.run
        self._run_lazily = database.run_lazily
        self._polls = PollsTogether(self._commit_polls, self._look_up, database.submit)
        self._attempts = Recording(database)
        # Nobody waits for the disk: a claim of feeds that is lost is as good as one that is given back.
        self._claim_feeds = Claims(database, FEED, Turn.CLAIM_FEEDS, lazily=True)
        self._claim_articles = Claims(database, ARTICLE, Turn.CLAIM_ARTICLES)
        self._claim_messages = Claims(database, DELIVERY, Turn.CLAIM_DELIVERIES)

    @classmethod
    async def open(
        cls, url: Secret, *, label: str, exclusive: bool = True, waits: Callable[[], None] = lambda: None
    ) -> Self:
        """Open the database at `url`, creating or migrating its tables; `label` names it to people.

        On SQLite, `exclusive` keeps other daemons out and takes back what a killed one had claimed. On PostgreSQL, `waits` is called,
        in another thread, when somebody else keeps it waiting. Raises StoreError, StoreBusy for another daemon's, SchemaTooNew.
        """
        return cls(await Database.open(url, label=label, exclusive=exclusive, waits=waits))

    async def close(self) -> None:
        """Finish what was begun, give back this daemon's claims and the database."""
        self._polls.flush()
        await self._database.close()

    @property
    def worker(self) -> str:
        """The name of this daemon among the workers."""
        return self._database.worker

    @property
    def is_shared(self) -> bool:
        """Whether several daemons may work on this database."""
        return self._database.is_shared

    async def read_clock(self) -> datetime | None:
        """Return what time it is for all who share the database; None when nobody does."""
        return await self._run_lazily(workers.read_clock)

    async def check_in(self, worker: Worker) -> Sequence[Worker]:
        """Keep that this daemon is there; return those that have been silent for too long, whose claims are ended now."""
        return await self._run_lazily(workers.check_in, worker)

    async def sync_feeds(self, specs: Sequence[FeedSpec], first_polls: Sequence[datetime]) -> None:
        """Make the enabled `specs` the feeds that are polled; a new or returning one at its first poll time.

        Feeds are known by `url`. One that is left out is kept, out of use, with all its entries, so that
        it doesn't alert anew when it comes back; after more than `watched.AWAY` its next poll is a first one. No feed is
        polled earlier than it was told before.
        """
        await self._run(watched.sync, specs, first_polls)

    async def sync_rules(
        self, wanted: Sequence[Rule], now: datetime, groups: Mapping[str, Sequence[str]] = {}
    ) -> None:
        """Make `wanted` the rules in force, with the `groups` that their queries name.

        A rule that has changed or is gone ends its version at `now`, and what it is from there on begins one.
        One that is as before is left alone, so that several daemons may start at once.
        """
        await self._run(rules.sync, wanted, groups, now)

    async def redirect_channels(self, names: Collection[str], now: datetime) -> None:
        """Try at once what channels have failed to send which lead elsewhere now; they rest no longer."""
        await self._run(stranded.hasten, names, now)

    async def waiting_for(self, channels: Collection[str]) -> Mapping[str, int]:
        """Return how many deliveries wait for each of these channels, where some do."""
        return await self._run(stranded.waiting, channels)

    async def record_reload(self, reloaded: Reloaded) -> None:
        """Keep how a try went to read the configuration; with neither changes nor problems: at the start."""
        await self._run(configuration.record, reloaded)

    async def read_configuration(self) -> ConfigurationState | None:
        """See ConfigurationStore."""
        return await self._run(configuration.read)

    async def commit_configuration_notice(self, record: NoticeRecord, state: ConfigurationState) -> bool:
        """See ConfigurationStore."""
        return await self._run(configuration.commit_told, record, state)

    async def claim_due_feeds(
        self,
        now: datetime,
        *,
        limit: int,
        per_host: int,
        lease: timedelta,
        strange: Collection[int] = frozenset(),
    ) -> Sequence[ClaimedFeed]:
        """See PollStore."""
        claimed = await self._claim_feeds(now, lease, feeds.claim_due, limit, per_host, strange)
        self._polls.expect(feed.id for feed in claimed)
        return claimed

    async def known_entries(self, feed_id: int, keys: Collection[str]) -> Mapping[str, int]:
        """See PollStore. Polls that ask in the same moment are answered in one transaction."""
        return await self._polls.known(feed_id, keys)

    async def read_entries(self, ids: Collection[int]) -> Mapping[int, Remembered]:
        """See PollStore."""
        return await self._run(known.read_known, ids)

    async def predecessor(self, keys: Collection[str], least: int, now: datetime) -> Predecessor | None:
        """See PollStore."""
        return await self._run(known.predecessor, keys, least, now - watched.AWAY)

    async def feed_weights(self) -> Mapping[str, Sequence[float]]:
        """See PollStore."""
        return await self._run(feeds.weights)

    async def stories_begun(self, last: int, since: datetime) -> tuple[int, Sequence[StoredEntry]]:
        """See StoryStore."""
        return await self._run(stories.begun_since, last, since)

    async def newest_entries(self, since: datetime, limit: int) -> Sequence[StoredEntry]:
        """See StoryStore."""
        return await self._run(stories.newest_entries, since, limit)

    async def story_of(self, entry_id: int) -> Story | None:
        """See StoryStore."""
        return await self._run(stories.story_of, entry_id)

    async def leave_feed(self, feed_id: int, lease: str) -> None:
        """See PollStore."""
        self._polls.forget(feed_id)
        await self._run_lazily(leases.leave, FEED, feed_id, lease)

    async def commit_poll(self, record: PollRecord) -> None:
        """See PollStore. Polls that finish in the same moment are stored in one transaction."""
        await self._polls.commit(record)

    async def claim_due_articles(
        self, now: datetime, *, limit: int, lease: timedelta
    ) -> Sequence[ClaimedArticle]:
        """See ArticleStore."""
        return await self._claim_articles(now, lease, articles.claim_due, limit)

    async def leave_article(self, entry_id: int, lease: str) -> None:
        """See ArticleStore."""
        await self._run_lazily(leases.leave, ARTICLE, entry_id, lease)

    async def commit_article(self, record: ArticleRecord) -> None:
        """See ArticleStore."""
        await self._run(articles.commit_article, record)

    async def file_entries(self, languages: Collection[str | None]) -> bool:
        """See FilingStore."""
        return await self._run_lazily(filing.file_some, languages)

    async def articles_due(self, now: datetime, *, within: timedelta) -> bool:
        """Tell whether a due article waits for nothing but a host that may be asked again `within` a time."""
        return await self._run(articles.are_due, now, now + within)

    async def unsettled_deliveries(
        self, now: datetime, channels: Collection[str], *, limit: int
    ) -> Sequence[Unsettled]:
        """See Outbox."""
        return await self._run(settling.unsettled, now, channels, limit)

    async def active_silences(self, now: datetime) -> Sequence[Silence]:
        """See Outbox."""
        return await self._run(silences.active, now)

    async def read_groups(self, keys: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], GroupState]:
        """See Outbox."""
        return await self._run(settling.read_groups, keys)

    async def settle_deliveries(self, settled: Sequence[Settled]) -> None:
        """See Outbox."""
        await self._run(settling.settle, settled)

    async def claim_messages(
        self, now: datetime, channels: Collection[Channel], *, lease: timedelta
    ) -> Sequence[Queue]:
        """See Outbox."""
        await self._attempts.repeat()
        return await self._claim_messages(now, lease, claims.claim_messages, channels)

    async def backlog(self) -> tuple[int, int]:
        """Return how many deliveries are to be sent, and how many are held on purpose."""
        return await self._run(settling.backlog)

    async def record_attempt(self, record: AttemptRecord, meanwhile: Callable[[], None] = nothing) -> None:
        """See Outbox, and Recording."""
        await self._attempts.record(record, meanwhile)

    async def read_dead(self, now: datetime) -> Sequence[DeadChannel]:
        """See OwnerStore."""
        return await self._run(owner.read_dead, now)

    async def commit_dead(self, record: NoticeRecord, dead: Sequence[DeadChannel]) -> bool:
        """See OwnerStore."""
        return await self._run(owner.commit_dead, record, dead)

    async def escalate(self, channel: str, to: Sequence[str], *, since: datetime, now: datetime) -> int:
        """See OwnerStore."""
        return await self._run(owner.escalate, channel, to, since=since, now=now)

    async def read_stranded(self, channels: Collection[str], since: datetime) -> Sequence[StrandedChannel]:
        """See OwnerStore."""
        return await self._run(stranded.read, channels, since)

    async def commit_stranded(self, record: NoticeRecord, found: Sequence[StrandedChannel]) -> bool:
        """See OwnerStore."""
        return await self._run(stranded.commit, record, found)

    async def give_up_stranded(self, channels: Collection[str], before: datetime, now: datetime) -> int:
        """See OwnerStore."""
        return await self._run(stranded.give_up, channels, before, now)

    async def due_timers(self, wanted: Mapping[str, datetime], now: datetime) -> Sequence[Timer]:
        """See TimerStore."""
        return await self._run(timers.due_timers, wanted, now)

    async def add_empty_digest(self, channel: str, timer: Timer, *, now: datetime, due_at: datetime) -> bool:
        """See TimerStore."""
        return await self._run(timers.add_empty_digest, channel, timer, now=now, due_at=due_at)

    async def read_doings(self, since: datetime) -> Doings:
        """See TimerStore."""
        return await self._run(timers.read_doings, since)

    async def commit_alive(self, record: NoticeRecord, timer: Timer, due_at: datetime) -> bool:
        """See TimerStore."""
        return await self._run(timers.commit_alive, record, timer, due_at)

    async def read_health(self) -> tuple[Sequence[FeedHealth], datetime | None]:
        """See HealthStore."""
        return await self._run(health.read_health)

    async def poll_now(self, urls: Collection[str], now: datetime) -> Sequence[str]:
        """Make these feeds due, but for those that rest, are being polled or whose server wants to be left alone.

        Return their addresses.
        """
        return await self._run(wishes.poll_now, urls, now)

    async def retry_failing(self, urls: Collection[str], why: Collection[Reason], now: datetime) -> None:
        """Make those of these feeds due that fail for one of these reasons, but for those that `poll_now` leaves alone."""
        await self._run(wishes.retry_failing, urls, why, now)

    async def pause_feeds(self, urls: Collection[str], now: datetime) -> Sequence[str]:
        """Let these feeds rest until `resume_feeds`; return the addresses of those that didn't yet."""
        return await self._run(wishes.pause, urls, now)

    async def resume_feeds(self, urls: Collection[str], now: datetime) -> Sequence[str]:
        """Let these feeds go on; return the addresses of those that rested."""
        return await self._run(wishes.resume, urls, now)

    async def commit_notice(self, record: NoticeRecord) -> bool:
        """See HealthStore."""
        return await self._run(health.commit_notice, record)

    async def size(self) -> DatabaseSize:
        """Return how many bytes the database takes."""
        return await self._run(size.read_size)

    async def prune(self, part: Part, keep: Keep, now: datetime, after: Place | None) -> PruneStep:
        """See PruneStore. Nobody waits for the disk: what a power failure brings back is pruned again."""
        return await self._run_lazily(prune.step, part, keep, now, after)

    async def add_past_alerts(
        self, rule: str, channels: Collection[str], matches: Mapping[int, Match], now: datetime
    ) -> int:
        """Alert on stored entries (by id) for `rule`, in those of `channels` that were never told of them.

        Return the number of alerts.
        """
        return await self._run(entries.add_past_alerts, rule, channels, matches, now)

    async def add_silence(self, silence: Silence) -> int:
        """Store a new silence, whose `id` is none yet, and return its number."""
        return await self._run(silences.add, silence)

    async def end_silence(self, number: int, now: datetime) -> Silence | None:
        """End a silence and return it; None when none of this number is in force."""
        return await self._run(silences.end, number, now)

    async def retry_deliveries(
        self, now: datetime, channels: Collection[str], ids: Collection[int] | None = None
    ) -> Sequence[tuple[int, str]]:
        """Let dead and failing deliveries of `channels` live anew, due now; return each with its channel, by number.

        Those of these `ids`, without them all that are dead. One that is just being sent is left alone.
        """
        return await self._run(deliveries.retry, now, channels, ids)

    async def failing_channels(self, channels: Collection[str]) -> Mapping[str, datetime]:
        """See PulseStore."""
        return await self._run(deliveries.failing, channels)

    def _commit_polls(self, records: Sequence[PollRecord]) -> Sequence[None]:
        self._database.transact(lambda opened: feeds.commit_polls(opened, records))
        return [None] * len(records)

    def _look_up(self, asked: Sequence[Asked]) -> Sequence[Known]:
        return self._database.transact_lazily(lambda opened: known.known(opened, asked))
