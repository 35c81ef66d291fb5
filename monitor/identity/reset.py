"""A publisher's reset: entries that are known come with other names, many of them at once.

After a move of the site, say, ids and links are others. Such an entry is recognised by two of its link, title,
text and date. One alone may be a daily column, so that it takes as many as are known in the usual way, and three
at least. What else comes along is news, unless its date says that it is old.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.identity.keys import Traits, traits
from monitor.identity.tombstone import traits_of
from monitor.model import Entry, Remembered

# With fewer it may be chance.
LEAST = 3
# From one issue of a daily column to the next it is as long, at least.
_ISSUE = timedelta(hours=20)
# A date may lag behind the time at which an entry appears.
_LATE = timedelta(days=1)


def is_next_issue(entry: Entry, known: Remembered) -> bool:
    """Tell whether an entry with the same link and title, but an id of its own, is another one: of the next day."""
    if entry.published_at is None or known.published_at is None:
        return False
    return entry.published_at - known.published_at >= _ISSUE


def is_recycled(entry: Entry, known: Remembered) -> bool:
    """Tell whether an entry has got the id of another one, long after it: nothing else of the two is the same."""
    if not (entry.link and known.linked and entry.published_at and known.published_at):
        return False
    apart = abs(entry.published_at - known.published_at) >= _ISSUE
    return apart and not _agreed(traits(entry), traits_of(known))


def recognise(
    strangers: Mapping[int, tuple[Entry, Collection[int]]], stored: Mapping[int, Remembered]
) -> dict[int, int]:
    """Return the strangers that are known entries under other names: place -> entry id.

    `strangers` gives for each place in the document the entry and the ids of those that it has a second key
    in common with.
    """
    found: dict[int, int] = {}
    taken: set[int] = set()
    for place, (entry, candidates) in strangers.items():
        same = (
            each
            for each in candidates
            if each in stored and each not in taken and _is_same(entry, stored[each])
        )
        if (entry_id := next(same, None)) is not None:
            found[place] = entry_id
            taken.add(entry_id)
    return found


def _is_same(entry: Entry, known: Remembered) -> bool:
    own, other = traits(entry), traits_of(known)
    agreed = _agreed(own, other)
    if agreed == {"link", "headline"} and is_next_issue(entry, known):
        return not (own.text and other.text)  # with another text it is another one
    return len(agreed) > 1


def _agreed(own: Traits, other: Traits) -> set[str]:
    return {
        name
        for name in ("link", "headline", "text", "date")
        if getattr(own, name) and getattr(own, name) == getattr(other, name)
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """The company that unknown entries come in.

    `since`: the feed came then for the last time. `reset`: others are known ones under other names. `crowded`:
    they are more than the feed's rate explains.
    """

    since: datetime | None
    reset: bool
    crowded: bool

    def holds(self, entry: Entry) -> bool:
        """Tell whether an unknown entry isn't news, as far as can be told."""
        if entry.published_at is None:
            return self.crowded
        old = self.since is not None and entry.published_at < self.since - _LATE
        return old and (self.reset or self.crowded)
