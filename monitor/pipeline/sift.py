"""parse | identify: which entries of a document are new or changed, with as little of it read again as can be."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from monitor import health, identity
from monitor.model import (
    ClaimedFeed,
    Document,
    Entry,
    Evidence,
    KnownEntry,
    ParsedFeed,
    ParseFailed,
    Predecessor,
    Remembered,
    Sighting,
)
from monitor.pipeline.ports import Parser

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
    keys: identity.Keys
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
    document: Document, feed: ClaimedFeed, *, parser: Parser, shelf: Shelf, now: datetime
) -> Sifted | ParseFailed:
    """Parse a document and tell its new and changed entries.

    Entries whose bytes were in the last document aren't read; what is kept of them decides in their place,
    so that the outcome is that of reading all.
    """
    seen = identity.read_seen(feed.seen)
    parsed = await parser.parse(replace(document, seen=frozenset(seen)))
    if isinstance(parsed, ParseFailed):
        return parsed
    is_listing = parsed.size > 0 and _is_due(feed, now)
    if not parsed.entries and seen.keys() == set(parsed.digests) and not is_listing:
        return Sifted(feed=parsed, seen=feed.seen, evidence=feed.evidence)
    sifting = _Sifting(feed, shelf, now, [own.traits for own in seen.values()], is_listing)
    sifted = await sifting(parsed, seen)
    if not sifted.unread:
        return sifted
    # An entry that wasn't read turned out to be new in its present company: it has to be read.
    parsed = await parser.parse(document)
    return parsed if isinstance(parsed, ParseFailed) else await sifting(parsed, {})


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
    """A document on its way through identity. `before` are the entries of the last one."""

    feed: ClaimedFeed
    shelf: Shelf
    now: datetime
    before: Sequence[identity.Traits]
    is_listing: bool

    async def __call__(self, parsed: ParsedFeed, seen: Mapping[bytes, identity.Seen]) -> Sifted:
        """Return what the document brings, as far as its entries were read."""
        entries, traits = _united(parsed, seen)
        evidence, guids = identity.guids_of(self.feed.evidence, self.before, traits)
        before = [seen[digest].keys if digest in seen else b"" for digest in parsed.digests]
        stand = self.feed.baselined and not self.is_listing
        items = identity.items_of(entries, traits, guids=guids, before=before if stand else ())
        known, predecessor = await self._known(items)
        compared = identity.to_compare(items, known)
        stored = await self.shelf.read_entries(compared) if compared else {}
        settled = identity.settle(items, known, stored)
        new = [(entry, own) for entry, own in settled.sorted.new if entry is not None]
        # Of a damaged document the last entry may have lost a part.
        changes = _Changes(evidence) if parsed.damaged else self._changes(evidence, settled, stored)
        return Sifted(
            feed=parsed,
            seen=_to_keep(parsed, items, traits),
            evidence=changes.evidence,
            new=self._fresh(new, settled.recognised, predecessor),
            sightings=tuple(settled.sorted.sightings),
            changed=changes.changed,
            mass=changes.mass,
            recognised=settled.recognised,
            predecessor=predecessor,
            unread=len(settled.sorted.new) - len(new),
            listed=tuple(settled.sorted.again),
            is_listing=self.is_listing,
        )

    async def _known(self, items: identity.Items) -> tuple[Known, Predecessor | None]:
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
        new: Sequence[tuple[Entry, identity.Keys]],
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


def _to_keep(parsed: ParsedFeed, items: identity.Items, traits: Sequence[identity.Traits]) -> bytes:
    if not parsed.digests:
        return b""
    return identity.write_seen(parsed.digests, [*map(identity.Seen, items.digests, traits)])


def _united(
    parsed: ParsedFeed, seen: Mapping[bytes, identity.Seen]
) -> tuple[list[Entry | None], list[identity.Traits]]:
    """Return all entries of the document in order, None for those that weren't read, and their traits."""
    if not parsed.digests:
        return list(parsed.entries), [identity.traits(entry) for entry in parsed.entries]
    unread = iter(parsed.entries)
    entries = [None if digest in seen else next(unread) for digest in parsed.digests]
    return entries, [
        seen[digest].traits if entry is None else identity.traits(entry)
        for digest, entry in zip(parsed.digests, entries, strict=True)
    ]
