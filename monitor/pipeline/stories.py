"""cluster: which story an entry tells, and who is still to be told of it.

Entries that tell somebody begin a story, or join one. The others only join one, and only when they are neither of a
baseline nor held: most are refused at once, as nothing like them has been told.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, partial
from itertools import count
from typing import TypeVar

from monitor.alert import Reported, deliveries, retold, telling
from monitor.errors import StoreError
from monitor.match import origin_of_stored
from monitor.model import (
    ArticleRecord,
    ChangedEntry,
    ClaimedArticle,
    Entry,
    FeedSpec,
    Match,
    NewEntry,
    Origin,
    Rule,
    StoredEntry,
    Story,
    StoryDecision,
    Withheld,
)
from monitor.pipeline.ports import StoryStore
from monitor.story import WINDOW, Outline, StoryIndex, decide, outline

# Of how many entries the words are counted again after a start; each takes a third of a millisecond.
_COUNTED_AGAIN = 5_000

T = TypeVar("T")

_LOGGER = logging.getLogger("monitor")


@dataclass(frozen=True, slots=True)
class _Batch:
    """What the entries of one record, by their numbers below zero, add to stories before they are stored."""

    begun: StoryIndex = field(default_factory=StoryIndex)
    reported: defaultdict[int, list[Reported]] = field(default_factory=lambda: defaultdict(list))


@dataclass(slots=True)
class _Window:
    """What is known of the stories of the window, up to that of the number `last`; and whose turn it is."""

    index: StoryIndex = field(default_factory=StoryIndex)
    last: int | None = None
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Stories:
    """The stories of the window. They are read from the store, when the first entry asks and as others begin."""

    def __init__(self, rules: Mapping[str, Rule], feeds: Mapping[str, FeedSpec], store: StoryStore) -> None:
        self._rules = rules
        self._feeds = feeds
        self._store = store
        self._window = _Window()

    def under(self, rules: Mapping[str, Rule], feeds: Mapping[str, FeedSpec]) -> "Stories":
        """Return the same stories, and turns, for polls under another configuration."""
        stories = Stories(rules, feeds, self._store)
        stories._window = self._window
        return stories

    @asynccontextmanager
    async def turn(self, matches: Sequence[Match], now: datetime) -> AsyncIterator[None]:
        """Decide on entries with these matches, and store them, before anybody else does.

        Two outlets that report one event at once would each begin a story. Who tells nobody doesn't begin any,
        and waits for no other.
        """
        if not telling(matches):
            yield
            return
        async with self._window.turn:
            await self._catch_up(now)
            yield
            await self._catch_up(now)

    async def place(self, entries: Sequence[NewEntry], origin: Origin, now: datetime) -> tuple[NewEntry, ...]:
        """Return the new entries of a feed with their stories, and matches and deliveries as these leave them."""
        batch = _Batch()
        placings = (
            (self._placed(new, -number, origin, now, batch), new)
            for number, new in enumerate(entries, start=1)
        )
        return tuple([await _or_else(placing, new, new.entry.link) for placing, new in placings])

    async def place_article(
        self, article: ClaimedArticle, origin: Origin, record: ArticleRecord
    ) -> ArticleRecord:
        """Return what is to be stored of a page that was read, with the story of its entry; as `place`."""
        placing = self._placed_article(article, origin, record)
        return await _or_else(placing, record, article.entry.link)

    async def place_change(self, changed: ChangedEntry, origin: Origin, now: datetime) -> ChangedEntry:
        """Return a changed entry with the story of what its edit tells; as `place`."""
        if not changed.telling:
            return changed
        return await _or_else(self._placed_change(changed, origin, now), changed, changed.entry.link)

    async def _placed_article(
        self, article: ClaimedArticle, origin: Origin, record: ArticleRecord
    ) -> ArticleRecord:
        entry = replace(article.entry, link=record.url or article.entry.link)
        own = _outline(entry, article.entry_id, origin, article.first_seen_at)
        matches, story = await self._placed_late(own, record.matches, record.tried_at)
        return replace(record, matches=matches, deliveries=deliveries(matches, self._rules), story=story)

    async def _placed_change(self, changed: ChangedEntry, origin: Origin, now: datetime) -> ChangedEntry:
        own = _outline(changed.entry, changed.entry_id, origin, now)
        fresh = tuple(
            match
            for match in changed.matches
            if match in changed.telling or match.withheld is Withheld.INHIBITED
        )
        matches, story = await self._placed_late(own, fresh, now)
        others = tuple(match for match in changed.matches if match not in fresh)
        return replace(
            changed,
            matches=(*others, *matches),
            deliveries=deliveries(matches, self._rules),
            story=story,
        )

    async def _placed_late(
        self, own: Outline, matches: tuple[Match, ...], now: datetime
    ) -> tuple[tuple[Match, ...], StoryDecision | None]:
        """Return the matches of an entry that is stored already, and what is to be stored of its story."""
        await self._be_ready(now)
        story = await self._store.story_of(own.entry_id)
        placed = story is not None
        decision = _why(story, own.entry_id) if story else self._window.index.decide(own)
        if decision.story is None and not placed and not telling(matches):
            return matches, None
        story = story or await self._story(decision.story)
        retold_matches = self._retold(matches, own, decision, self._reported(story))
        return retold_matches, None if placed else decision

    async def _placed(
        self, new: NewEntry, number: int, origin: Origin, now: datetime, batch: _Batch
    ) -> NewEntry:
        tells = telling(new.matches)
        if (new.baseline or new.held) and not tells:
            return new
        await self._be_ready(now)
        await asyncio.sleep(0)  # a long document keeps nobody else waiting
        own = _outline(new.entry, number, origin, now)
        decision = decide(
            own, [*self._window.index.candidates(own), *batch.begun.candidates(own)], self._window.index.weigh
        )
        matches = new.matches
        if decision.story is not None or not tells:
            self._count(own)
        if decision.story is not None:
            story = await self._story(decision.story) if tells and decision.story > 0 else None
            reported = [*self._reported(story), *batch.reported[decision.story]]
            matches = self._retold(matches, own, decision, reported)
        elif tells:
            batch.begun.add(own, first=True)
        else:
            return new
        batch.reported[decision.story or number].append(Reported(telling(matches), lambda: own))
        return replace(new, matches=matches, deliveries=deliveries(matches, self._rules), story=decision)

    def _retold(
        self, matches: Sequence[Match], own: Outline, decision: StoryDecision, story: Sequence[Reported]
    ) -> tuple[Match, ...]:
        return retold(matches, self._rules, own=own, decision=decision, story=story)

    async def _story(self, story_id: int | None) -> Story | None:
        return None if story_id is None else await self._store.story_of(story_id)

    def _reported(self, story: Story | None) -> list[Reported]:
        return [
            Reported(telling(member.matches), cache(partial(self._outline_of, member.stored)))
            for member in (story.members if story else ())
        ]

    def _count(self, own: Outline) -> None:
        # What isn't stored yet has no number; the index wants one that nobody else has.
        self._window.index.add(replace(own, entry_id=-next(self._window.numbers)), first=False)

    async def _be_ready(self, now: datetime) -> None:
        if self._window.last is None:
            async with self._window.turn:
                if self._window.last is None:
                    await self._catch_up(now)
        self._window.index.expire(now)

    async def _catch_up(self, now: datetime) -> None:
        """Take in the stories that began since, here or in another daemon; at first all of the window."""
        since = now - WINDOW
        last, begun = await self._store.stories_begun(self._window.last or 0, since)
        words = (
            [] if self._window.last is not None else await self._store.newest_entries(since, _COUNTED_AGAIN)
        )
        for stored, first in [*((one, True) for one in begun), *((one, False) for one in words)]:
            await _or_else(self._take_in(stored, first=first), None, stored.entry.link)
        self._window.last = last

    async def _take_in(self, stored: StoredEntry, *, first: bool) -> None:
        await asyncio.sleep(0)  # after a start there are thousands
        self._window.index.add(self._outline_of(stored), first=first)

    def _outline_of(self, stored: StoredEntry) -> Outline:
        entry = replace(stored.entry, link=stored.page_url or stored.entry.link)
        origin = origin_of_stored(stored, self._feeds.get(stored.feed_url))
        return _outline(entry, stored.id, origin, stored.first_seen_at)


def _why(story: Story, entry_id: int) -> StoryDecision:
    return next(one.decision for one in story.members if one.stored.id == entry_id)


async def _or_else(placing: Awaitable[T], unplaced: T, link: str | None) -> T:
    """Return what `placing` brings. With a fault of ours the entry has no story, and the others go on."""
    try:
        return await placing
    except StoreError:
        raise
    except Exception:  # the boundary of one entry: told in full; it alerts by itself rather than not at all
        _LOGGER.exception("finding the story failed inside", extra={"fields": {"link": link}})
        return unplaced


def _outline(entry: Entry, number: int, origin: Origin, at: datetime) -> Outline:
    return outline(entry, entry_id=number, feed=origin.url, at=at, language=origin.language or "")
