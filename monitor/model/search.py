"""What is looked for among stored entries, and what was found."""

from dataclasses import dataclass
from datetime import datetime

from monitor.model.entry import Hit, Match, TextField
from monitor.model.history import StoredEntry
from monitor.model.rule import USUAL_FIELDS


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFeed:
    """A feed of stored entries, be it in use or not. `language` is what its documents say of themselves."""

    id: int
    url: str
    name: str
    language: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Among:
    """Among which entries somebody looks: first seen from `since` to before `until`, older than the entry `before`.

    `feeds` are numbers of feeds, None: of all. A `rule` has matched them when they came; they belong to `story`.
    """

    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    feeds: frozenset[int] | None = None
    rule: str | None = None
    story: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryWish:
    """Which stored entries somebody wishes to see, the newest first; "" as the query: whatever they say.

    `feeds` (addresses or names), `tags`, `language` and `fields` are as in a rule; the rest is as in Among.
    `limit` entries, and how many there are in all, as far as that can be told in time.
    """

    query: str = ""
    language: str | None = None
    fields: frozenset[TextField] = USUAL_FIELDS
    feeds: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    rule: str | None = None
    story: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class FoundEntry:
    """An entry that was wished for: where what was asked for stands in it, and the rules that it matched when it came."""

    stored: StoredEntry
    hits: tuple[Hit, ...] = ()
    matches: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found, the newest first, when `looked_at` of `candidates` had been looked at, of which `matched` match.

    `reached_at` is when the last one that was looked at was first seen. `before` is where a next page begins, None
    when all is shown.
    """

    entries: tuple[FoundEntry, ...]
    matched: int
    looked_at: int
    candidates: int
    reached_at: datetime | None = None
    before: int | None = None

    @property
    def complete(self) -> bool:
        """Tell whether all was looked at, so that the count is exact."""
        return self.looked_at >= self.candidates

    @property
    def count(self) -> int:
        """Return how many entries match, estimated from those that were looked at when these weren't all."""
        if self.complete or not self.looked_at:
            return self.matched
        return max(self.matched, round(self.matched / self.looked_at * self.candidates))
