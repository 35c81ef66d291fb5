"""A document and what is known of its entries -> which of them are new, known, or known under other names."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from monitor.identity.evidence import Guids
from monitor.identity.keys import (
    BareKeys,
    Keys,
    Traits,
    bare_keys,
    guid_keys,
    kind_of,
    lasting,
    named,
    second_keys,
)
from monitor.identity.reset import LEAST, is_next_issue, is_recycled, recognise
from monitor.identity.seen import digest_of
from monitor.identity.sort import Sorted, sort_out
from monitor.model import Entry, Remembered


@dataclass(frozen=True, slots=True)
class Items:
    """The entries of a document, None for those that weren't read, with their keys and second keys.

    Left out are as many as are `standing`: entries that weren't read, under the keys that they had in the last document
    and that no other has. So all of these are known, and tell nothing of the others. `digests` are of the keys
    of all entries.
    """

    entries: Sequence[Entry | None]
    keys: Sequence[Keys]
    second: Sequence[Keys]
    standing: int
    digests: Sequence[bytes]

    @property
    def all_keys(self) -> set[str]:
        """Return what the store is to be asked for."""
        return {key for each in (*self.keys, *self.second) for key in each}


@dataclass(frozen=True, slots=True)
class Settled:
    """How the entries were sorted; `known` counts those that aren't new, `recognised` of them under other names, as after a reset."""

    sorted: Sorted[Entry | None]
    known: int
    recognised: int


def items_of(
    entries: Sequence[Entry | None],
    document: Sequence[Traits],
    *,
    guids: Guids,
    before: Sequence[bytes] = (),
) -> Items:
    """Return the entries with their keys; those by guids that are only to be remembered are second keys.

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
    return Items(
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
        digests,
    )


def _standing(keys: Sequence[BareKeys], digests: Sequence[bytes], before: Sequence[bytes]) -> set[int]:
    """Return the places of the entries that stand as they stood, and share no key with another."""
    same = {place for place, (now, then) in enumerate(zip(digests, before, strict=False)) if now == then}
    shared = {key for key, times in Counter(chain.from_iterable(keys)).items() if times > 1}
    return {place for place in same if shared.isdisjoint(keys[place])}


def to_compare(items: Items, known: Mapping[str, int]) -> set[int]:
    """Return the ids of the stored entries that `settle` has to see."""
    return {
        known[key]
        for entry, own, second in zip(items.entries, items.keys, items.second, strict=True)
        if entry is not None
        for key in (*own, *second)
        if key in known
    }


def settle(items: Items, known: Mapping[str, int], stored: Mapping[int, Remembered]) -> Settled:
    """Tell new entries from known ones; `known` and `stored` are what the store knows of keys and entries."""
    if not known:
        found = sort_out(items.entries, items.keys, {}, second=items.second)
        return Settled(found, items.standing, 0)
    keys = [
        _without_others(entry, own, known, stored)
        for entry, own in zip(items.entries, items.keys, strict=True)
    ]
    strangers: dict[int, tuple[Entry, Collection[int]]] = {}
    usual: set[int] = set()
    moved: set[int] = set()
    for place, (entry, own) in enumerate(zip(items.entries, keys, strict=True)):
        known_by = next((key for key in own if key in known), None)
        if known_by is not None:
            (moved if kind_of(known_by) == "content" else usual).add(known[known_by])
        elif entry is not None:
            strangers[place] = (entry, _candidates((*items.keys[place], *items.second[place]), known))
    recognised = recognise(strangers, stored)
    many = len(recognised) + len(moved) >= max(LEAST, len(usual) + items.standing)
    found = sort_out(items.entries, keys, known, second=items.second, recognised=recognised if many else {})
    return Settled(found, len(found.again) + items.standing, len(recognised) + len(moved) if many else 0)


def _candidates(keys: Keys, known: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(known[key] for key in keys if key in known))


def _without_others(
    entry: Entry | None, own: Keys, known: Mapping[str, int], stored: Mapping[int, Remembered]
) -> Keys:
    """Leave out the id, or link and title, that another entry had: an earlier issue of a daily column, say."""
    if entry is None or not own[0].startswith("guid:"):
        return own
    guid, *others = own
    last = {key: stored[known[key]] for key in own if known.get(key) in stored}
    if guid in last and is_recycled(entry, last[guid]):
        return tuple(others)
    if guid in known:
        return own
    return (guid, *(key for key in others if not _is_of_last_issue(key, entry, last)))


def _is_of_last_issue(key: str, entry: Entry, last: Mapping[str, Remembered]) -> bool:
    return kind_of(key) == "link+title" and key in last and is_next_issue(entry, last[key])
