"""parse | identify: which entries of a document are new or changed, with as little of it read again as can be."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from monitor import health, identity
from monitor.model import (
    Before,
    ClaimedFeed,
    Document,
    Entry,
    Evidence,
    Identified,
    Items,
    Keys,
    KnownEntry,
    ParsedFeed,
    ParseFailed,
    Predecessor,
    Remembered,
    Sighting,
)
from monitor.pipeline.ports import Identifier

Known = Mapping[str, int]

# As many entries of a new feed's first document tell whether it goes on with another feed.
_ENOUGH = 100
# So often it is noted which entries a feed lists: those aren't pruned. Asking for all of them each time would cost more.
_LISTING = timedelta(days=7)


class Shelf(Protocol):
    """What is known of entries; see PollStore."""

    async def known_entries(self, feed_id: int, keys: Collection[str]) -> Known:
        """Return the entry id under each known key."""

    async def read_entries(self, ids: Collection[int]) -> Mapping[int, Remembered]:
        """Return the entries of these ids, or what is left of them."""

    async def predecessor(self, keys: Collection[str], least: int, now: datetime) -> Predecessor | None:
        """Return the feed whose entries a new one goes on with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshEntry:
    """A new entry and its keys; one that is `held` is no news."""

    entry: Entry
    keys: Keys
    held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """What a document brings, and what to keep as `PollRecord.seen` and `evidence`.

    `changed` are known entries that say something else now, in a `mass` when it's the feed that has changed.
    `recognised` have come under other names. `unread` are new, too, but weren't read. `listed` and `is_listing` are
    those of PollRecord, where `listed_on` is today.
    """

    feed: ParsedFeed
    seen: bytes
    evidence: Evidence
    new: tuple[FreshEntry, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    changed: tuple[tuple[KnownEntry, Entry], ...] = ()
    mass: bool = False
    recognised: int = 0
    predecessor: Predecessor | None = None
    unread: int = 0
    listed: tuple[int, ...] = ()
    is_listing: bool = False


async def sift(
    document: Document, feed: ClaimedFeed, *, parser: Identifier, shelf: Shelf, now: datetime
) -> Sifted | ParseFailed:
    """Parse a document and tell its new and changed entries.

    Entries whose bytes were in the last document aren't read; what is kept of them decides in their place,
    so that the outcome is that of reading all.
    """
    is_due = _is_due(feed, now)
    before = Before(seen=feed.seen, evidence=feed.evidence, all_wanted=is_due or not feed.baselined)
    sifting = _Sifting(feed, shelf, now, is_due)
    found = await parser.identify(document, before)
    sifted = found if isinstance(found, ParseFailed) else await sifting(found)
    if isinstance(sifted, ParseFailed) or not sifted.unread:
        return sifted
    # An entry that wasn't read turned out to be new in its present company: it has to be read.
    found = await parser.identify(document, replace(before, whole=True))
    return found if isinstance(found, ParseFailed) else await sifting(found)


def _is_due(feed: ClaimedFeed, now: datetime) -> bool:
    """Tell whether it is to be noted which entries the feed lists: after a week, or when the clock was set back."""
    return feed.listed_on is None or not timedelta(0) <= now.date() - feed.listed_on < _LISTING


class _Changes(NamedTuple):
    """What is known of the feed then, the known entries that say something else, and whether it's the feed that does."""

    evidence: Evidence
    changed: tuple[tuple[KnownEntry, Entry], ...] = ()
    mass: bool = False


@dataclass(frozen=True, slots=True)
class _Sifting:
    """A document on its way through identity. `is_due`: it is to be noted which entries it lists."""

    feed: ClaimedFeed
    shelf: Shelf
    now: datetime
    is_due: bool

    async def __call__(self, found: Identified) -> Sifted:
        """Return what the document brings, as far as its entries were read."""
        items, evidence = found.items, found.evidence
        if items is None:
            return Sifted(feed=found.feed, seen=found.seen, evidence=evidence)
        known, predecessor = await self._known(items)
        compared = identity.to_compare(items, known)
        stored = await self.shelf.read_entries(compared) if compared else {}
        settled = identity.settle(items, known, stored)
        new = [(entry, own) for entry, own in settled.sorted.new if entry is not None]
        # Of a damaged document the last entry may have lost a part.
        changes = _Changes(evidence) if found.feed.damaged else self._changes(evidence, settled, stored)
        return Sifted(
            feed=found.feed,
            seen=found.seen,
            evidence=changes.evidence,
            new=self._fresh(new, settled.recognised, predecessor),
            sightings=tuple(settled.sorted.sightings),
            changed=changes.changed,
            mass=changes.mass,
            recognised=settled.recognised,
            predecessor=predecessor,
            unread=len(settled.sorted.new) - len(new),
            listed=tuple(settled.sorted.again),
            is_listing=self.is_due and found.feed.size > 0,
        )

    async def _known(self, items: Items) -> tuple[Known, Predecessor | None]:
        known: Known = {}
        if self.feed.reached and items.keys:  # before there are no entries
            known = await self.shelf.known_entries(self.feed.id, items.all_keys)
        if known or self.feed.baselined or not items.entries:
            return known, None
        first = items.keys[:_ENOUGH]
        keys = {key for own in first for key in own}
        predecessor = await self.shelf.predecessor(keys, (len(first) + 1) // 2, self.now)
        if predecessor is None:
            return {}, None
        return await self.shelf.known_entries(predecessor.feed_id, items.all_keys), predecessor

    def _fresh(
        self,
        new: Sequence[tuple[Entry, Keys]],
        recognised: int,
        predecessor: Predecessor | None,
    ) -> tuple[FreshEntry, ...]:
        burst = identity.Burst(
            since=predecessor.served_at if predecessor else self.feed.memory.served_at,
            reset=bool(recognised or predecessor),
            crowded=len(new) > health.most_at_once(self.feed.activity, self.now),
        )
        # What a first document brings is the baseline's business.
        may_hold = self.feed.baselined or predecessor is not None
        return tuple(
            FreshEntry(entry=entry, keys=keys, held=may_hold and burst.holds(entry)) for entry, keys in new
        )

    def _changes(
        self, evidence: Evidence, settled: identity.Settled, stored: Mapping[int, Remembered]
    ) -> _Changes:
        again = settled.sorted.again
        found = [
            (known, entry)
            for entry_id, entry in again.items()
            if entry is not None and isinstance(known := stored.get(entry_id), KnownEntry)
        ]
        other = [(known, entry) for known, entry in found if identity.has_other_words(known.entry, entry)]
        evidence, texts = identity.texts_of(evidence, len(other), settled.known)
        changed = [each for each in other if identity.has_changed(*each, self.now, texts=texts)]
        return _Changes(evidence, tuple(changed), identity.is_mass(len(changed), settled.known))
