"""Silences."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """What is hidden from all channels until `until`: alerts for which all that is given here holds.

    `rule` is a rule's name, `feed` a feed's address or name, `story` the id of a story, `query` a query that
    the entry matches. `ended_at`: somebody ended it before. `hidden` counts the deliveries that it has suppressed.
    """

    id: int
    created_at: datetime
    until: datetime
    reason: str
    rule: str | None = None
    feed: str | None = None
    story: int | None = None
    query: str | None = None
    ended_at: datetime | None = None
    hidden: int = 0

    def in_force(self, now: datetime) -> bool:
        """Tell whether it still hides something."""
        return self.ended_at is None and now < self.until
