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
from monitor.model import (
    DatabaseContents,
    DatabaseSize,
    DeliveryWish,
    EntryHistory,
    Exported,
    Keep,
    ListedDelivery,
    Part,
    PollRun,
    RuleVersion,
    Secret,
    SeenEntry,
    Silence,
    StoredEntry,
    StoreStatus,
    Story,
)
from monitor.store import deliveries, entries, export, history, prune, rules, silences, size, status, stories
from monitor.store.engine import open_reader, read_url, sqlite_path
from monitor.store.faults import told_plainly
from monitor.store.schema import check_schema

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

    def stories(self, since: datetime | None, limit: int) -> Sequence[Story]:
        """Return the stories that began last, since then if given, the newest first."""
        return self.ask(stories.newest, since, limit)

    def rule(self, name: str, at: datetime) -> RuleVersion | None:
        """Return the rule of that name as it was `at` then, None when there was none."""
        return self.ask(rules.in_force, name, at)

    def silences(self, now: datetime | None) -> Sequence[Silence]:
        """Return the silences in force at `now`, or with None all that ever were, the newest first."""
        return self.ask(silences.listed, now)

    def deliveries(self, wish: DeliveryWish, now: datetime) -> tuple[Sequence[ListedDelivery], int]:
        """Return the newest deliveries that are wished for, and how many there are in all."""
        return self.ask(deliveries.listed, wish, now)

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
