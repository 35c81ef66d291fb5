"""The keys of an entry.

An entry is known by keys: digests of what a publisher is likely to keep when it serves the entry again.
One known key is enough, and the entry's other keys are then learned. Strongest first they are

    guid        in any case; an address without what doesn't matter in one
    link+title  so that a re-issued guid makes nothing new, while another entry on the same page does
    link+date   instead of a missing guid, so that an edited title makes nothing new; undated: the link
    title       with the date, else with the summary, for an entry without link+title

A key counts only where it tells entries apart: one that stands on different entries of a document (all
share one link, say) is left out of that document. An entry that stands in a document twice is one.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import ClassVar, TypeVar

from monitor.identity.links import canonical_link
from monitor.model import Entry, Sighting

T = TypeVar("T")
Keys = tuple[str, ...]

_SIZE = 8
_NONE = bytes(_SIZE)


@dataclass(frozen=True, slots=True)
class Traits:
    """What identifies an entry: digests, each the same for all spellings; b"" for what it doesn't have.

    `last_resort` is of the title with the date, else with the summary.
    """

    FORMAT: ClassVar = 5 * f"{_SIZE}s"

    guid: bytes
    link: bytes
    headline: bytes
    date: bytes
    last_resort: bytes

    def packed(self) -> bytes:
        """Return all of them in FORMAT (see struct)."""
        return b"".join(
            digest or _NONE for digest in (self.guid, self.link, self.headline, self.date, self.last_resort)
        )

    @classmethod
    def unpacked(cls, digests: Iterable[bytes]) -> "Traits":
        """Return what `packed` has written, split into the digests again."""
        return cls(*[b"" if digest == _NONE else digest for digest in digests])


def traits(entry: Entry) -> Traits:
    """Return what identifies an entry."""
    headline = _folded(entry.title or entry.summary)
    date = entry.published_at.isoformat() if entry.published_at else ""
    return Traits(
        guid=_digest(_normal_guid(entry.guid or "")),
        link=_digest(canonical_link(entry.link or "") or ""),
        headline=_digest(headline),
        date=_digest(date),
        last_resort=_digest(f"{headline}\0{date or _folded(entry.summary)}"),
    )


def _digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=_SIZE).digest() if text else b""


def identity_keys(document: Sequence[Traits]) -> tuple[Keys, ...]:
    """Return each entry's keys, strongest first, as they hold within this one document; at least one each."""
    constant = len({own.guid for own in document}) == 1
    guids = _telling(
        "guid",
        [own.guid for own in document],
        [(own.link or own.headline, constant and own.headline) for own in document],
    )
    titled = _telling(
        "link+title",
        [own.link and own.link + own.headline for own in document],
        [guid or own.date for guid, own in zip(guids, document, strict=True)],
    )
    dated = _telling(
        "link+date",
        [
            b"" if guid else own.link and own.link + own.date
            for guid, own in zip(guids, document, strict=True)
        ],
        [own.headline for own in document],
    )
    bare = _telling(
        "title",
        [b"" if key else own.last_resort for key, own in zip(titled, document, strict=True)],
        [guid or "" for guid in guids],
    )
    return tuple(
        tuple(key for key in keys if key) or (_key("title", own.last_resort),)
        for *keys, own in zip(guids, titled, dated, bare, document, strict=True)
    )


def sort_out(
    entries: Sequence[T], keys: Sequence[Keys], known: Mapping[str, int]
) -> tuple[list[tuple[T, Keys]], list[Sighting]]:
    """Tell the new entries of a document from the known ones.

    `keys` are those of `identity_keys`; `known` gives the id of the entry that the store has under a key.
    Return the new entries, in document order, and for each known entry the keys it was not yet known under.
    Entries that share a key are one: the first of them, with the keys of all.
    """
    ids = dict(known)
    learned: dict[int, list[str]] = {}
    strangers: list[tuple[T, Keys]] = []
    for entry, own in zip(entries, keys, strict=True):
        entry_id = _first(own, ids)
        if entry_id is None:
            strangers.append((entry, own))
        else:
            learned.setdefault(entry_id, []).extend(_learn(own, entry_id, ids))
    new: list[tuple[T, list[str]]] = []
    places: dict[str, int] = {}
    for entry, own in strangers:
        # The same entry, further down in the document, may have been known under another key.
        if (entry_id := _first(own, ids)) is not None:
            learned[entry_id].extend(_learn(own, entry_id, ids))
            continue
        place = _first(own, places)
        if place is None:
            place = len(new)
            new.append((entry, []))
        new[place][1].extend(_learn(own, place, places))
    sightings = [Sighting(entry_id, tuple(fresh)) for entry_id, fresh in learned.items() if fresh]
    return [(entry, tuple(own)) for entry, own in new], sightings


def _first(own: Keys, ids: Mapping[str, int]) -> int | None:
    return next((ids[key] for key in own if key in ids), None)


def _learn(own: Keys, entry_id: int, ids: dict[str, int]) -> list[str]:
    """Enter the keys that are not in `ids` yet, and return them."""
    fresh = [key for key in own if key not in ids]
    ids.update(dict.fromkeys(fresh, entry_id))
    return fresh


def _telling(kind: str, values: Sequence[bytes], others: Sequence[Hashable]) -> list[str | None]:
    """Return the key for each value, None for none and for a value that stands beside different `others`."""
    beside = defaultdict(set)
    for value, other in zip(values, others, strict=True):
        beside[value].add(other)
    return [_key(kind, value) if value and len(beside[value]) == 1 else None for value in values]


def _key(kind: str, value: bytes) -> str:
    return f"{kind}:{blake2b(value, digest_size=16).hexdigest()}"


def _normal_guid(guid: str) -> str:
    if guid.strip().lower().startswith(("http://", "https://")):
        guid = canonical_link(guid) or ""
    return _folded(guid)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
