"""Stored entries, asked in the query language: presearch | candidates | match, the newest first, as long as there is time."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.clock import Clock
from monitor.config import Settings
from monitor.match import Matcher, compile_rules, origin_of_feed, watches
from monitor.model import Among, EntryWish, Found, FoundEntry, FullText, Match, Origin, Rule, StoredEntry
from monitor.store import Candidates, Reader

# How long a page may take to count what it doesn't show.
PATIENCE = timedelta(milliseconds=150)

_DRAFT = "draft"
# How many entries are looked at before the clock is.
_ROUND = 16

# An entry that was looked at, and what matches in it, None when it doesn't.
Seen = tuple[StoredEntry, Match | None]


def search(
    reader: Reader,
    settings: Settings,
    wish: EntryWish,
    *,
    clock: Clock,
    patience: timedelta | None = PATIENCE,
) -> Found:
    """Return the newest entries that are wished for, and how many there are, as far as `patience` lasts (None: for ever).

    Each entry is held against the query just as a new one is held against a rule. Raises QueryError, StoreError.
    """
    ends = None if patience is None else clock.monotonic() + patience.total_seconds()
    among = Among(since=wish.since, until=wish.until, before=wish.before, rule=wish.rule, story=wish.story)
    with open_look(reader, settings, _rule(wish), among) as look:
        tally = Tally(wish.limit)
        for stored, match in look.seen():
            tally.add(stored, match)
            is_enough = len(tally.shown) == wish.limit and not wish.query
            if is_enough or (ends is not None and tally.is_time_to_ask and clock.monotonic() > ends):
                return tally.found(look.candidates, look.candidates.count())
        return tally.found(look.candidates, tally.looked_at)


@dataclass(frozen=True, slots=True)
class Look:
    """The entries for which a rule may hold, for one short look; without a `matcher` all of the feeds it watches."""

    candidates: Candidates
    origins: Mapping[str, Origin]
    matcher: Matcher | None

    def seen(self) -> Iterator[Seen]:
        """Yield the entries, the newest first, each with what matches in it."""
        for stored in self.candidates.entries():
            yield stored, self._match(stored)

    def _match(self, stored: StoredEntry) -> Match | None:
        if self.matcher is None:
            return Match(_DRAFT, ())
        found = self.matcher.match(stored.entry, self.origins[stored.feed_url], stored.text or "")
        return next(iter(found.matches), None)


@contextmanager
def open_look(reader: Reader, settings: Settings, rule: Rule, among: Among) -> Iterator[Look]:
    """Look at the entries `among` others that a rule may find. Raises QueryError, StoreError."""
    matcher = compile_rules([rule], settings.groups) if rule.query else None
    specs = {feed.url: feed for feed in settings.feeds}
    feeds = reader.feeds()
    origins = {feed.id: origin_of_feed(feed, specs.get(feed.url)) for feed in feeds}
    concerned = {
        number: origin
        for number, origin in origins.items()
        if (matcher.concerns(rule.name, origin) if matcher else watches(rule, origin))
    }
    if len(concerned) < len(feeds):
        among = replace(among, feeds=frozenset(concerned))
    asked = matcher.presearch(rule.name, concerned.values()) if matcher and concerned else None
    with reader.candidates(asked, among) as candidates:
        yield Look(candidates, {origin.url: origin for origin in origins.values()}, matcher)


@dataclass(slots=True)
class Tally:
    """What has been looked at so far; the first `limit` that match are shown."""

    limit: int
    shown: list[tuple[StoredEntry, Match]] = field(default_factory=list)
    matched: int = 0
    looked_at: int = 0
    reached_at: datetime | None = None

    @property
    def is_time_to_ask(self) -> bool:
        """Tell whether to look at the clock: to do so after each entry would take a part of the time itself."""
        return self.looked_at % _ROUND == 0

    def add(self, stored: StoredEntry, match: Match | None) -> None:
        """Count an entry that was looked at."""
        self.looked_at += 1
        self.reached_at = stored.first_seen_at
        if match is not None:
            self.matched += 1
            if len(self.shown) < self.limit:
                self.shown.append((stored, match))

    def found(self, candidates: Candidates, total: int) -> Found:
        """Return what was found among `candidates`, of which there are about this many in `total`."""
        matches: dict[int, list[Match]] = {stored.id: [] for stored, _ in self.shown}
        for (entry_id, _), match in candidates.matches(matches).items():
            matches[entry_id].append(match)
        return Found(
            entries=tuple(
                FoundEntry(stored, match.hits, tuple(matches[stored.id])) for stored, match in self.shown
            ),
            matched=self.matched,
            looked_at=self.looked_at,
            candidates=max(total, self.looked_at),
            reached_at=self.reached_at,
            before=self.shown[-1][0].id if len(self.shown) == self.limit else None,
        )


def _rule(wish: EntryWish) -> Rule:
    return Rule(
        name=_DRAFT,
        query=wish.query,
        channels=(),
        language=wish.language,
        fields=wish.fields,
        feeds=wish.feeds,
        tags=wish.tags,
        full_text=FullText.NEVER,
    )
