"""Configured feeds, held against what is stored of them. Commands, page and API show the same."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from monitor.config import Settings
from monitor.health import is_polled, is_unwell
from monitor.model import FeedSpec, FeedState, FeedStatus, Reason, Reset, StoreStatus

# One that somebody should look at.
UNWELL = "unwell"
STATES = (*(state.value for state in FeedState), UNWELL)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedView:
    """A configured feed and how it does; see monitor.model.FeedStatus.

    `poll_every` is in seconds; `next_poll_at` is None for one that isn't polled.
    """

    url: str
    name: str
    tags: tuple[str, ...]
    state: FeedState
    reason: Reason | None = None
    detail: str = ""
    failures: int = 0
    entries: int = 0
    polled_at: datetime | None = None
    succeeded_at: datetime | None = None
    newest_at: datetime | None = None
    since: datetime | None = None
    silent_since: datetime | None = None
    per_day: float | None = None
    reset: Reset | None = None
    paused_at: datetime | None = None
    next_poll_at: datetime | None = None
    poll_every: float


def feed_views(settings: Settings, stored: StoreStatus) -> list[FeedView]:
    """Return the configured feeds, in the order of the configuration."""
    known = {feed.url: feed for feed in (*stored.retired, *stored.feeds)}
    return [_view(spec, known.get(spec.url)) for spec in settings.feeds]


def narrowed(
    feeds: Iterable[FeedView], *, state: str | None = None, tag: str | None = None, words: str | None = None
) -> list[FeedView]:
    """Return those in a state (``unwell``: in any that is), with a tag, with `words` in name or address."""
    return [
        feed
        for feed in feeds
        if (state is None or state == feed.state or (state == UNWELL and is_unwell(feed)))
        and (tag is None or tag in feed.tags)
        and (words is None or words.casefold() in f"{feed.name} {feed.url}".casefold())
    ]


def named(settings: Settings, feeds: Iterable[FeedView], which: str) -> list[FeedView]:
    """Return the feed of an address, as written or as fetched, else those of a name."""
    of = {spec.url: spec.request_url.reveal() for spec in settings.feeds}
    found = [feed for feed in feeds if which in (feed.url, of[feed.url])]
    return found or [feed for feed in feeds if feed.name == which]


def _view(spec: FeedSpec, stored: FeedStatus | None) -> FeedView:
    tags, every = tuple(sorted(spec.tags)), spec.poll_every.total_seconds()
    if stored is None:
        state = FeedState.NEW if spec.enabled else FeedState.PAUSED
        return FeedView(url=spec.url, name=spec.name or spec.url, tags=tags, state=state, poll_every=every)
    return FeedView(
        url=spec.url,
        name=spec.name or stored.name,
        tags=tags,
        state=_state(spec, stored),
        reason=stored.reason,
        detail=stored.detail,
        failures=stored.failures,
        entries=stored.entries,
        polled_at=stored.polled_at,
        succeeded_at=stored.succeeded_at,
        newest_at=stored.newest_at,
        since=stored.since,
        silent_since=stored.silent_since,
        per_day=stored.per_day,
        reset=stored.reset,
        paused_at=stored.paused_at,
        next_poll_at=stored.next_poll_at if is_polled(stored) and spec.enabled else None,
        poll_every=every,
    )


def _state(spec: FeedSpec, stored: FeedStatus) -> FeedState:
    if not spec.enabled:
        return FeedState.PAUSED
    if stored.state is FeedState.PAUSED and stored.paused_at is None:  # enabled since the last start
        return FeedState.NEW
    return stored.state
