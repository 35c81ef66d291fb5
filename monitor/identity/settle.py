"""A document and what is known of its entries -> which of them are new, known, or known under other names."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from monitor.identity.keys import kind_of
from monitor.identity.reset import LEAST, is_next_issue, is_recycled, recognise
from monitor.identity.sort import Sorted, sort_out
from monitor.model import Entry, Items, Keys, Remembered


@dataclass(frozen=True, slots=True)
class Settled:
    """How the entries were sorted; `known` counts those that aren't new, `recognised` of them under other names, as after a reset."""

    sorted: Sorted[Entry | None]
    known: int
    recognised: int


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
