"""The entries of a document -> new ones and known ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Generic, TypeVar

from monitor.identity.keys import kind_of
from monitor.model import Keys, Sighting

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sorted(Generic[T]):
    """The new entries with their keys, in document order, and each known one that is `again` there, by its id.

    `sightings` tell the keys that known entries were not yet known under.
    """

    new: list[tuple[T, Keys]]
    again: dict[int, T]
    sightings: list[Sighting]


def sort_out(
    entries: Sequence[T],
    keys: Sequence[Keys],
    known: Mapping[str, int],
    *,
    second: Sequence[Keys] = (),
    recognised: Mapping[int, int] = {},
) -> Sorted[T]:
    """Tell the new entries of a document from the known ones.

    `keys` are those of `identity_keys`, which decide; `second` more that are to be remembered. `known` gives the
    id of the entry that the store has under a key, and `recognised` that of an entry known otherwise, by its
    place in the document. Entries that share a key are one: the first of them, with the keys of all.
    """
    ids = dict(known)
    again: dict[int, T] = {}
    learned: dict[int, list[str]] = {}
    decided: dict[int, str] = {}

    def recognise(place: int, entry_id: int) -> None:
        again.setdefault(entry_id, entries[place])
        decided.setdefault(entry_id, _decided_by(keys[place], known))
        learned.setdefault(entry_id, []).extend(_learn(all_keys[place], entry_id, ids))

    all_keys = [own + more for own, more in zip_longest(keys, second, fillvalue=())]
    strangers = []
    for place, own in enumerate(keys):
        entry_id = recognised.get(place) or _first(own, ids)
        if entry_id is None:
            strangers.append(place)
        else:
            recognise(place, entry_id)
    new: dict[int, list[str]] = {}
    places: dict[str, int] = {}
    for place in strangers:
        # The same entry, further down in the document, may have been known under another key.
        if (entry_id := _first(keys[place], ids)) is not None:
            recognise(place, entry_id)
            continue
        first = _first(keys[place], places)
        first = place if first is None else first
        new.setdefault(first, []).extend(_learn(all_keys[place], first, places))
    return Sorted(
        [(entries[place], tuple(key for key in own if key not in ids)) for place, own in new.items()],
        again,
        [Sighting(entry_id, tuple(fresh), decided[entry_id]) for entry_id, fresh in learned.items() if fresh],
    )


def _first(own: Keys, ids: Mapping[str, int]) -> int | None:
    return next((ids[key] for key in own if key in ids), None)


def _decided_by(own: Keys, known: Mapping[str, int]) -> str:
    """Return the kind of the key by which an entry is known; "" when it is none of its own."""
    return next((kind_of(key) for key in own if key in known), "")


def _learn(own: Keys, entry_id: int, ids: dict[str, int]) -> list[str]:
    """Enter the keys that are not in `ids` yet, and return them."""
    fresh = [key for key in own if key not in ids]
    ids.update(dict.fromkeys(fresh, entry_id))
    return fresh
