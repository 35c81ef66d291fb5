"""parse | identify: which entries of a document are new, with as little of it read again as can be."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace

from monitor import identity
from monitor.model import ClaimedFeed, Document, Entry, ParsedFeed, ParseFailed, Sighting
from monitor.pipeline.ports import Parser

# See PollStore.known_entries.
KnownEntries = Callable[[int, Collection[str]], Awaitable[Mapping[str, int]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """What a document brings: the new entries with their keys, and what to keep as `PollRecord.seen`."""

    feed: ParsedFeed
    new: list[tuple[Entry, identity.Keys]]
    sightings: list[Sighting]
    seen: bytes


async def sift(
    document: Document, feed: ClaimedFeed, *, parser: Parser, known_entries: KnownEntries
) -> Sifted | ParseFailed:
    """Parse a document and tell its new entries.

    Entries whose bytes were in the last document aren't read; what is kept of them decides in their place,
    so that the outcome is that of reading all.
    """
    seen = identity.read_seen(feed.seen)
    parsed = await parser.parse(replace(document, seen=frozenset(seen)))
    if isinstance(parsed, ParseFailed):
        return parsed
    if not parsed.entries and seen.keys() == set(parsed.digests):
        return Sifted(feed=parsed, new=[], sightings=[], seen=feed.seen)
    entries, traits = _united(parsed, seen)
    keys = identity.identity_keys(traits)
    asked = {key for own in keys for key in own} if feed.baselined else set()  # before there are no entries
    known = await known_entries(feed.id, asked) if asked else {}
    new, sightings = identity.sort_out(entries, keys, known)
    read = [(entry, own) for entry, own in new if entry is not None]
    if len(read) < len(new):
        # An entry that wasn't read turns out to be new in its present company: it has to be read.
        return await sift(document, replace(feed, seen=b""), parser=parser, known_entries=known_entries)
    kept = identity.write_seen(parsed.digests, traits) if parsed.digests else b""
    return Sifted(feed=parsed, new=read, sightings=sightings, seen=kept)


def _united(
    parsed: ParsedFeed, seen: Mapping[bytes, identity.Traits]
) -> tuple[list[Entry | None], list[identity.Traits]]:
    """Return all entries of the document in order, None for those that weren't read, and their traits."""
    if not parsed.digests:
        return list(parsed.entries), [identity.traits(entry) for entry in parsed.entries]
    unread = iter(parsed.entries)
    entries = [None if digest in seen else next(unread) for digest in parsed.digests]
    return entries, [
        seen[digest] if entry is None else identity.traits(entry)
        for digest, entry in zip(parsed.digests, entries, strict=True)
    ]
