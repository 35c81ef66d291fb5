"""A document, and what was kept of the last one -> its entries with their keys. The store is asked later (`settle`)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain

from monitor.identity.evidence import Guids, guids_of
from monitor.identity.keys import BareKeys, Traits, bare_keys, guid_keys, lasting, named, second_keys, traits
from monitor.identity.seen import Seen, digest_of, read_seen, write_seen
from monitor.model import Before, Entry, Identified, Items, ParsedFeed

# The entries of the last document, by the digest of their bytes.
Last = Mapping[bytes, Seen]


def identify(parsed: ParsedFeed, before: Before) -> Identified:
    """Return the entries of a document with their keys, as far as they may be new or changed, and what to keep of it.

    What is kept of the last document decides in place of the entries that weren't read, so that the outcome is that of
    reading all.
    """
    last = read_seen(before.seen)
    if not (parsed.entries or before.all_wanted) and last.keys() == set(parsed.digests):
        return Identified(feed=parsed, items=None, seen=before.seen, evidence=before.evidence)
    known: Last = {} if before.whole else last
    entries, document = _united(parsed, known)
    evidence, guids = guids_of(before.evidence, [own.traits for own in last.values()], document)
    stood = (
        ()
        if before.all_wanted
        else [known[digest].keys if digest in known else b"" for digest in parsed.digests]
    )
    items, keys = items_of(entries, document, guids=guids, before=stood)
    seen = write_seen(parsed.digests, [*map(Seen, keys, document)]) if parsed.digests else b""
    return Identified(feed=parsed, items=items, seen=seen, evidence=evidence)


def _united(parsed: ParsedFeed, known: Last) -> tuple[list[Entry | None], list[Traits]]:
    """Return all entries of the document in order, None for those that weren't read, and their traits."""
    if not parsed.digests:
        return list(parsed.entries), [traits(entry) for entry in parsed.entries]
    unread = iter(parsed.entries)
    entries = [None if digest in known else next(unread) for digest in parsed.digests]
    return entries, [
        known[digest].traits if entry is None else traits(entry)
        for digest, entry in zip(parsed.digests, entries, strict=True)
    ]


def items_of(
    entries: Sequence[Entry | None],
    document: Sequence[Traits],
    *,
    guids: Guids,
    before: Sequence[bytes] = (),
) -> tuple[Items, Sequence[bytes]]:
    """Return the entries with their keys, and the digests of the keys of all; guids that are only to be remembered are second keys.

    One that wasn't read has stayed where it was, so that nothing is asked of its content, and of its second keys
    only those. `before` are the digests of the keys that the entries had in the last document, b"" for a new one.
    """
    bare = bare_keys(document, guids=guids is Guids.COUNT)
    newly_issued = guid_keys(document) if guids is Guids.REMEMBER else [b""] * len(document)
    kept = [lasting(own) for own in bare]
    keys = [last if entry is None else own for entry, own, last in zip(entries, bare, kept, strict=True)]
    digests = [digest_of(own) for own in kept]
    standing = _standing(keys, digests, before) if guids is not Guids.REMEMBER else set[int]()
    left = [place for place in range(len(entries)) if place not in standing]
    items = Items(
        [entries[place] for place in left],
        [named(keys[place]) for place in left],
        [
            named(
                (() if entries[place] is None else second_keys(document[place]))
                + ((newly_issued[place],) if newly_issued[place] else ())
            )
            for place in left
        ],
        len(standing),
    )
    return items, digests


def _standing(keys: Sequence[BareKeys], digests: Sequence[bytes], before: Sequence[bytes]) -> set[int]:
    """Return the places of the entries that stand as they stood, and share no key with another."""
    same = {place for place, (now, then) in enumerate(zip(digests, before, strict=False)) if now == then}
    shared = {key for key, times in Counter(chain.from_iterable(keys)).items() if times > 1}
    return {place for place in same if shared.isdisjoint(keys[place])}
