"""Made-up headlines, and outlines of them."""

from datetime import UTC, datetime, timedelta

from monitor.model import Entry
from monitor.story import Decision, Outline, StoryIndex, decide, outline

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def told(
    title: str,
    entry_id: int = 1,
    *,
    summary: str = "",
    link: str | None = None,
    feed: str = "",
    hours: float = 0,
    language: str = "",
) -> Outline:
    """Return the outline of an entry; of a feed of its own, unless `feed` is given."""
    return outline(
        Entry(title=title, summary=summary, link=link),
        entry_id=entry_id,
        feed=feed or f"feed {entry_id}",
        at=NOON + timedelta(hours=hours),
        language=language,
    )


def compared(first: str, then: str, language: str = "") -> Decision:
    """Return the decision on `then`, told by another feed after `first`, with nothing else in the window."""
    return decide(told(then, 2, language=language), [told(first, 1, language=language)], StoryIndex().weigh)
