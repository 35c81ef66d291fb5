"""A document and what is known of its entries -> which of them are new, known, or known under other names."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from monitor.identity.evidence import Guids
from monitor.identity.keys import (
    CONTENT,
    Keys,
    Traits,
    guid_keys,
    identity_keys,
    kind_of,
    lasting,
    second_keys,
)
from monitor.identity.reset import LEAST, is_next_issue, is_recycled, recognise
from monitor.identity.seen import digest_of
from monitor.identity.sort import Sorted, sort_out
from monitor.model import Entry, KnownEntry


@dataclass(frozen=True, slots=True)
class Items:
    """The entries of a document, None for those that weren't read, with their keys and second keys.

    Those at the places `as_before` have the keys that they had in the last document, so that all of them are known.
    """

    entries: Sequence[Entry | None]
    keys: Sequence[Keys]
    second: Sequence[Keys]
    as_before: Collection[int] = ()

    @property
    def all_keys(self) -> set[str]:
        """Return the keys of all entries."""
        return {key for each in (*self.keys, *self.second) for key in each}

    @property
    def open_keys(self) -> set[str]:
        """Return what the store is to be asked for: the keys that may be new, and what stands beside them."""
        places = [place for place in range(len(self.keys)) if place not in self.as_before]
        asked = {key for place in places for key in (*self.keys[place], *self.second[place])}
        beside = [self.keys[place] for place in self.as_before if not asked.isdisjoint(self.keys[place])]
        return asked.union(*beside)

    def with_others(self, known: Mapping[str, int]) -> dict[str, int]:
        """Return `known`, the answer to `open_keys`, and all other keys: each entry's under a number below zero."""
        complete = dict(known)
        for place in self.as_before:
            own = self.keys[place]
            entry_id = next((complete[key] for key in own if key in complete), -1 - place)
            complete |= {key: entry_id for key in own if key not in complete}
        return complete


@dataclass(frozen=True, slots=True)
class Settled:
    """How the entries were sorted; `recognised` of them are known under other names, as after a reset."""

    sorted: Sorted[Entry | None]
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
    only those. `before`: the digest of the keys that it had in the last document, for each place.
    """
    all_keys = identity_keys(document, guids=guids is Guids.COUNT)
    newly_issued = guid_keys(document) if guids is Guids.REMEMBER else [None] * len(document)
    keys = [lasting(own) if entry is None else own for entry, own in zip(entries, all_keys, strict=True)]
    second = [
        (() if entry is None else second_keys(own)) + ((guid,) if guid else ())
        for entry, own, guid in zip(entries, document, newly_issued, strict=True)
    ]
    as_before = [
        place
        for place, digest in enumerate(before)
        if entries[place] is None and not second[place] and digest_of(keys[place]) == digest
    ]
    return Items(entries, keys, second, as_before)


def to_compare(items: Items, known: Mapping[str, int]) -> set[int]:
    """Return the ids of the stored entries that `settle` has to see."""
    return {
        known[key]
        for entry, own, second in zip(items.entries, items.keys, items.second, strict=True)
        if entry is not None
        for key in (*own, *second)
        if key in known
    }


def settle(items: Items, known: Mapping[str, int], stored: Mapping[int, KnownEntry]) -> Settled:
    """Tell new entries from known ones; `known` and `stored` are what the store knows of keys and entries."""
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
            (moved if known_by.startswith(CONTENT) else usual).add(known[known_by])
        elif entry is not None:
            strangers[place] = (entry, _candidates((*items.keys[place], *items.second[place]), known))
    recognised = recognise(strangers, stored)
    many = len(recognised) + len(moved) >= max(LEAST, len(usual))
    return Settled(
        sort_out(items.entries, keys, known, second=items.second, recognised=recognised if many else {}),
        len(recognised) + len(moved) if many else 0,
    )


def _candidates(keys: Keys, known: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(known[key] for key in keys if key in known))


def _without_others(
    entry: Entry | None, own: Keys, known: Mapping[str, int], stored: Mapping[int, KnownEntry]
) -> Keys:
    """Leave out the id, or link and title, that another entry had: an earlier issue of a daily column, say."""
    if entry is None or not own[0].startswith("guid:"):
        return own
    guid, *others = own
    last = {key: stored[known[key]].entry for key in own if known.get(key) in stored}
    if guid in last and is_recycled(entry, last[guid]):
        return tuple(others)
    if guid in known:
        return own
    return (guid, *(key for key in others if not _is_of_last_issue(key, entry, last)))


def _is_of_last_issue(key: str, entry: Entry, last: Mapping[str, Entry]) -> bool:
    return kind_of(key) == "link+title" and key in last and is_next_issue(entry, last[key])
