"""A database to look things up in, beside a running daemon or without one. Changes nothing."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine

from monitor.errors import StoreError
from monitor.match.presearch import Presearch
from monitor.model import (
    AlertWish,
    Among,
    DatabaseContents,
    DatabaseSize,
    DeliveryWish,
    EntryHistory,
    Exported,
    Keep,
    ListedAlert,
    ListedDelivery,
    Part,
    PastAttempt,
    PollRun,
    RuleVersion,
    Secret,
    SeenEntry,
    Silence,
    Standing,
    StoredEntry,
    StoredFeed,
    StoreStatus,
    Story,
)
from monitor.store import (
    deliveries,
    entries,
    export,
    history,
    listing,
    prune,
    rules,
    silences,
    size,
    standing,
    status,
    stories,
)
from monitor.store.engine import open_reader, read_url, sqlite_path
from monitor.store.faults import told_plainly
from monitor.store.schema import check_schema
from monitor.store.search.candidates import Candidates, read_feeds

P = ParamSpec("P")
T = TypeVar("T")


class Reader:
    """What is stored. Each question is a transaction of its own, so that none holds up the daemon."""

    def __init__(self, engine: Engine, label: str) -> None:
        self._engine = engine
        self._label = label

    def ask(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return `work` of a connection. Raises StoreError."""
        with told_plainly(self._label, opening=True), self._engine.begin() as connection:
            return work(connection, *args, **kwargs)

    def status(self) -> StoreStatus:
        """Return the state of all feeds and of all channels that ever had a delivery."""
        return self.ask(status.read)

    def alerts(self, wish: AlertWish) -> tuple[Sequence[ListedAlert], int | None]:
        """Return the newest alerts that are wished for, and what to ask with as `before` for more; None: that is all."""
        return self.ask(listing.alerts, wish)

    def alert(self, number: int) -> ListedAlert | None:
        """Return the alert of this number."""
        return self.ask(listing.alert, number)

    def alerts_between(self, wish: AlertWish, moments: Sequence[datetime]) -> Sequence[int]:
        """Return how many of the alerts that are wished for, at any time, were made between each two of these moments."""
        return self.ask(listing.alerts_between, wish, moments)

    def entries_per_hour(self, since: datetime, hours: int) -> Sequence[int]:
        """Return how many entries came in each of the hours that follow `since`, but for baselines."""
        return self.ask(listing.entries_per_hour, since, hours)

    def first_poll_entries(self, since: datetime) -> int:
        """Return how many entries came since then as baselines, which `entries_per_hour` leaves out."""
        return self.ask(listing.first_poll_entries, since)

    def entries_per_day(
        self, feeds: Collection[str], since: datetime, days: int
    ) -> Mapping[str, Sequence[int]]:
        """Return the same for each of these feeds, by address, and each of the days that follow `since`."""
        return self.ask(listing.entries_per_day, feeds, since, days)

    def matches_per_day(self, since: datetime, days: int) -> Mapping[str, Sequence[int]]:
        """Return how many entries each rule matched, of those that came in each of the days that follow `since`."""
        return self.ask(listing.matches_per_day, since, days)

    def last_matches(self, since: datetime) -> Mapping[str, datetime]:
        """Return when the last entry came that each rule matched, of those since then."""
        return self.ask(listing.last_matches, since)

    def recent(self, feed: str, limit: int) -> tuple[SeenEntry, ...]:
        """Return the entries of a feed, by its address, that came last, the newest first."""
        return self.ask(status.recent, feed, limit)

    def polls(self, feed: str, limit: int) -> tuple[PollRun, ...]:
        """Return the runs of a feed's polls that came last, the newest first."""
        return self.ask(history.history, feed, limit)

    def count_since(self, since: datetime) -> int:
        """Return how many entries were first seen since then."""
        return self.ask(entries.count_since, since)

    def entries_since(self, since: datetime) -> Iterator[StoredEntry]:
        """Yield the entries that were first seen since then, in the order in which they came."""
        last = self.ask(entries.last_before, since)
        while batch := self.ask(entries.read_after, last, since):
            yield from batch
            last = batch[-1].id

    def find(self, which: str) -> tuple[StoredEntry, ...]:
        """Return the entries that a number, a link, a guid or a part of a title may mean, the newest first."""
        return self.ask(entries.find, which)

    def history(self, stored: StoredEntry, names: Iterable[str] = ()) -> EntryHistory:
        """Return all that came of an entry, with the rules of these names as they were when it came."""
        past = self.ask(entries.read_history, stored, names)
        return replace(past, story=self.story(stored.id))

    def story(self, entry_id: int) -> Story | None:
        """Return the story that an entry belongs to, None when it has none."""
        return self.ask(stories.story_of, entry_id)

    def stories(self, since: datetime | None, limit: int, before: int | None = None) -> Sequence[Story]:
        """Return the stories that began last, since then and before the story of a number if given, the newest first."""
        return self.ask(stories.newest, since, limit, before)

    def rule(self, name: str, at: datetime) -> RuleVersion | None:
        """Return the rule of that name as it was `at` then, None when there was none."""
        return self.ask(rules.in_force, name, at)

    def silences(self, now: datetime | None) -> Sequence[Silence]:
        """Return the silences in force at `now`, or with None all that ever were, the newest first."""
        return self.ask(silences.listed, now)

    def deliveries(self, wish: DeliveryWish, now: datetime) -> Sequence[ListedDelivery]:
        """Return the newest deliveries that are wished for."""
        return self.ask(deliveries.listed, wish, now)

    def standing(self, now: datetime) -> Standing:
        """Return how much of everything there is."""
        return self.ask(standing.read, now)

    def delivery_counts(self, wish: DeliveryWish, now: datetime) -> Mapping[str, int]:
        """Return how many deliveries there are in each state, of those that are wished for in any; "sending" is one as well."""
        return self.ask(deliveries.counted, wish, now)

    def attempts(self, delivery_ids: Collection[int]) -> Mapping[int, Sequence[PastAttempt]]:
        """Return the tries to send each of these deliveries, the oldest first."""
        return self.ask(deliveries.attempts, delivery_ids)

    def oldest_at(self) -> datetime | None:
        """Return when the first of the entries was first seen, None when there is none."""
        return self.ask(entries.oldest_at)

    def feeds(self) -> tuple[StoredFeed, ...]:
        """Return all feeds that there are entries of, those out of use too."""
        return self.ask(read_feeds)

    @contextmanager
    def candidates(self, asked: Presearch | None, among: Among) -> Iterator[Candidates]:
        """Open the entries `among` others that may have what is `asked` for, for one short look."""
        with told_plainly(self._label, opening=True), self._engine.begin() as connection:
            yield Candidates(connection, asked, among)

    def export(self, what: Exported, since: datetime, now: datetime) -> tuple[int, Iterator[Any]]:
        """Return how many there are of `what` since then, and all of them in their order, read a few at a time."""
        match what:
            case Exported.ENTRIES:
                return self.ask(export.count_entries, since), self._batches(export.entries_after, since)
            case Exported.ALERTS:
                return self.ask(export.count_alerts, since), self._batches(export.alerts_after, since)
            case Exported.DELIVERIES:
                rows = self._batches(partial(deliveries.listed_after, now=now), since)
                return self.ask(export.count_deliveries, since), rows

    def _batches(
        self, read: Callable[[Connection, int, datetime], Sequence[Any]], since: datetime
    ) -> Iterator[Any]:
        last = 0
        while batch := self.ask(read, last, since):
            yield from batch
            last = batch[-1].id

    def size(self) -> DatabaseSize:
        """Return how many bytes the database takes."""
        return self.ask(size.read_size)

    def contents(self) -> DatabaseContents:
        """Return how large the database is, and how many rows its tables have."""
        return self.ask(size.read_contents)

    def prunable(self, part: Part, keep: Keep, now: datetime) -> int:
        """Return how many rows of a part aren't kept any more."""
        counted, after, done = 0, None, False
        while not done:
            found = self.ask(prune.count, part, keep, now, after)
            counted, after, done = counted + found.pruned, found.after, found.after is None
        return counted

    def untold(self, entry_ids: Iterable[int], channels: Collection[str]) -> Mapping[int, tuple[str, ...]]:
        """Return which of `channels` were never told of an entry, for each that has such."""
        return self.ask(entries.untold, entry_ids, channels)


@contextmanager
def open_to_read(url: Secret, label: str) -> Iterator[Reader]:
    """Open a database to read. Raises StoreError, also when there is none yet or it has another schema."""
    address = read_url(url, label)
    path = sqlite_path(address)
    with suppress(PermissionError):  # which SQLite runs into as well, and then tells
        if path and not path.exists():
            raise StoreError(f"{label}: there is no such file yet; start the monitor first: news-monitor run")
    engine = open_reader(address)
    try:
        reader = Reader(engine, label)
        reader.ask(check_schema, label)
        yield reader
    finally:
        engine.dispose()


async def read_status(url: Secret, *, label: str) -> StoreStatus:
    """Read the status of a database, beside a running daemon or without one, changing nothing.

    Raises StoreError, also when there is no database yet or it has another version's schema.
    """
    return await asyncio.to_thread(_read, url, label, status.read)


async def read_recent(url: Secret, *, label: str, feed: str, limit: int) -> tuple[SeenEntry, ...]:
    """Read the entries of `feed` (its `FeedSpec.url`) that came last, the newest first; as `read_status`."""
    return await asyncio.to_thread(_read, url, label, status.recent, feed, limit)


async def read_history(url: Secret, *, label: str, feed: str, limit: int) -> tuple[PollRun, ...]:
    """Read the runs of polls of `feed` that came last, the newest first; as `read_recent`."""
    return await asyncio.to_thread(_read, url, label, history.history, feed, limit)


def _read(
    url: Secret,
    label: str,
    work: Callable[Concatenate[Connection, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    with open_to_read(url, label) as reader:
        return reader.ask(work, *args, **kwargs)
