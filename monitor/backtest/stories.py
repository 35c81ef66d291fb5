"""The stories that stored entries make under given rules, as monitor.pipeline.stories made them when they came."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.alert import Reported, retold, telling
from monitor.model import Match, Origin, Rule, StoredEntry, StoryMode
from monitor.story import WINDOW, Outline, StoryIndex, outline


class ReplayedStories:
    """The stories of the window, in memory. Entries come in the order of their first sight."""

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        self._rules = rules
        # Who reports a story without being told of matters to updates only.
        self._follows = any(rule.story is StoryMode.UPDATES for rule in rules.values())
        self._index = StoryIndex()
        self._reported: dict[int, list[Reported]] = {}
        self._begun: deque[tuple[datetime, int]] = deque()

    def __call__(
        self, stored: StoredEntry, origin: Origin, seen: Sequence[Match], read: Sequence[Match]
    ) -> tuple[Match, ...]:
        """Return the matches that an entry had when it was `seen`, and then its page, withheld where its story was told."""
        matches = (*seen, *read)
        tells = telling(matches)
        if (stored.baseline or stored.held) and not tells:
            return matches
        own = _outline(stored, origin)
        self._expire(own.at)
        decision = self._index.decide(own) if tells or self._follows else None
        joined = decision.story if decision else None
        self._index.add(own, first=bool(tells) and joined is None)
        if decision is None or not (tells or joined):
            return matches
        if joined is None:
            self._begun.append((own.at, stored.id))
            self._reported[stored.id] = []
        story = self._reported[joined or stored.id]
        first = retold(seen, self._rules, own=own, decision=decision, story=story)
        itself = Reported(telling(first), lambda: own)
        then = retold(read, self._rules, own=own, decision=decision, story=[*story, itself])
        story.append(Reported(telling((*first, *then)), lambda: own))
        return (*first, *then)

    def _expire(self, now: datetime) -> None:
        self._index.expire(now)
        while self._begun and self._begun[0][0] < now - WINDOW:
            del self._reported[self._begun.popleft()[1]]


def _outline(stored: StoredEntry, origin: Origin) -> Outline:
    entry = replace(stored.entry, link=stored.page_url or stored.entry.link)
    return outline(
        entry,
        entry_id=stored.id,
        feed=stored.feed_url,
        at=stored.first_seen_at,
        language=origin.language or "",
    )
