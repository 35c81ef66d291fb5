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

    def __call__(self, stored: StoredEntry, origin: Origin, matches: Sequence[Match]) -> tuple[Match, ...]:
        """Return the matches of an entry, withheld where its story was told."""
        tells = telling(matches)
        if (stored.baseline or stored.held) and not tells:
            return tuple(matches)
        own = _outline(stored, origin)
        self._expire(own.at)
        decision = self._index.decide(own) if tells or self._follows else None
        if decision is None or decision.story is None:
            self._index.add(own, first=bool(tells))
            if tells:
                self._begun.append((own.at, stored.id))
                self._reported[stored.id] = [Reported(tells, lambda: own)]
            return tuple(matches)
        self._index.add(own, first=False)
        story = self._reported[decision.story]
        matches = retold(matches, self._rules, own=own, decision=decision, story=story)
        story.append(Reported(telling(matches), lambda: own))
        return matches

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
