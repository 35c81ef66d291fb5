"""How a feed does, in a few words: what `status` and the page say of it."""

from datetime import datetime
from typing import Protocol

from monitor.model import FeedState, Reason
from monitor.moments import lasting

_TROUBLES = (FeedState.STALE, FeedState.FAILING, FeedState.GONE)
_NEVER_POLLED = (FeedState.GONE, FeedState.PAUSED)


class Doing(Protocol):
    """What is known of how a feed does; see monitor.model.FeedStatus."""

    @property
    def state(self) -> FeedState: ...  # noqa: D102 - the class says it
    @property
    def reason(self) -> Reason | None: ...  # noqa: D102
    @property
    def detail(self) -> str: ...  # noqa: D102
    @property
    def silent_since(self) -> datetime | None: ...  # noqa: D102
    @property
    def per_day(self) -> float | None: ...  # noqa: D102


def is_unwell(feed: Doing) -> bool:
    """Tell whether somebody should look at it."""
    return feed.state in _TROUBLES


def is_polled(feed: Doing) -> bool:
    """Tell whether it will be polled again."""
    return feed.state not in _NEVER_POLLED


def detail_of(feed: Doing, now: datetime) -> str:
    """Return why its state is what it is."""
    if feed.state is FeedState.STALE and feed.silent_since and feed.per_day:
        silent = lasting(now - feed.silent_since)
        return f"nothing new for {silent}, usual are {feed.per_day:.0f} a day"
    if feed.state not in (FeedState.FAILING, FeedState.GONE):
        return feed.detail
    return f"{feed.reason}: {feed.detail}" if feed.detail else str(feed.reason)
