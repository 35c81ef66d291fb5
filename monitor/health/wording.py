"""A review in words: short lines of plain text. The names and details in them are feed text."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.health.activity import per_day
from monitor.model import FeedHealth, Reason, Reset

_MOST_LINES = 8
_MOST_NAMES = 3
_UNITS = (("d", timedelta(days=1)), ("h", timedelta(hours=1)), ("min", timedelta(minutes=1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What the owner doesn't know yet; no feed is in two of them, but for those with a `reset`."""

    outage: tuple[FeedHealth, ...] = ()
    outage_over: tuple[FeedHealth, ...] = ()
    failing: tuple[FeedHealth, ...] = ()
    gone: tuple[FeedHealth, ...] = ()
    stale: tuple[FeedHealth, ...] = ()
    recovered: tuple[FeedHealth, ...] = ()
    reset: tuple[FeedHealth, ...] = ()

    @property
    def feeds(self) -> tuple[FeedHealth, ...]:
        """Return those whose trouble has changed."""
        return (
            *self.outage,
            *self.outage_over,
            *self.failing,
            *self.gone,
            *self.stale,
            *self.recovered,
        )


def subject(changes: Changes) -> str:
    """Return the changes in a few words."""
    parts = [
        _all(changes.outage),
        "feeds answer again" if changes.outage_over else "",
        _some(changes.failing, "fails", "fail"),
        _some(changes.gone, "is gone", "are gone"),
        _some(changes.stale, "has fallen silent", "have fallen silent"),
        _some(changes.recovered, "works again", "work again"),
        _some(changes.reset, "has served old entries as new", "have served old entries as new"),
    ]
    return ", ".join(filter(None, parts))


def lines(changes: Changes, now: datetime) -> tuple[str, ...]:
    """Return what is known of each feed, those that are in trouble for longest first."""
    said: list[str] = []
    if changes.outage:
        said.append(f"None of the feeds can be read, for {_reasons(changes.outage)}.")
        said.append("The network or the proxy here may be down. You will be told when feeds answer again.")
    if changes.outage_over:
        said.append("What still fails will be told by itself.")
    said += _bounded(list(_failing(changes.failing, now)))
    said += _bounded([_gone(feed) for feed in changes.gone])
    said += _bounded([_stale(feed, now) for feed in _oldest_first(changes.stale, _silent_since)])
    said += _bounded([f"{_name(feed)} works again" for feed in changes.recovered])
    said += _bounded([_reset(feed, feed.reset) for feed in changes.reset if feed.reset])
    return tuple(said)


def _all(feeds: Sequence[FeedHealth]) -> str:
    return f"all {len(feeds):,} feeds fail" if feeds else ""


def _some(feeds: Sequence[FeedHealth], one: str, several: str) -> str:
    if len(feeds) < 2:
        return "".join(f"{feed.name} {one}" for feed in feeds)
    hosts = {feed.host for feed in feeds}
    where = f" of {hosts.pop()}" if len(hosts) == 1 else ""
    return f"{len(feeds):,} feeds{where} {several}"


def _failing(feeds: Sequence[FeedHealth], now: datetime) -> Iterator[str]:
    hosts: dict[str, list[FeedHealth]] = {}
    for feed in _oldest_first(feeds, lambda feed: feed.since):
        hosts.setdefault(feed.host, []).append(feed)
    for host, (worst, *others) in hosts.items():
        lasting = f"for {_lasting(worst.since, now)}"
        if others:
            names = _names([worst, *others])
            yield f"{host}: {len(others) + 1:,} feeds fail {lasting}, {_reasons([worst, *others])}: {names}"
        else:
            yield f"{_name(worst)} fails {lasting}, {worst.failures} polls in a row: {_why(worst)}"


def _gone(feed: FeedHealth) -> str:
    return f"{_name(feed)} is gone for good, says its server: remove it or give its new address"


def _stale(feed: FeedHealth, now: datetime) -> str:
    usual = per_day(feed.activity) or 0.0
    return (
        f"{_name(feed)} answers, but has had nothing new for {_lasting(_silent_since(feed), now)};"
        f" usual are {usual:.0f} a day"
    )


def _reset(feed: FeedHealth, reset: Reset) -> str:
    parts = []
    if reset.known:
        parts.append(f"{reset.known:,} known entries came under new ids or addresses and aren't told again")
    if reset.held:
        parts.append(
            f"{reset.held:,} more look old and were held; see: news-monitor match WORDS --since 1d, and explain"
        )
    return f"{_name(feed)}: {'; '.join(parts)}"


def _silent_since(feed: FeedHealth) -> datetime | None:
    return feed.activity.last_new_at if feed.activity else None


def _oldest_first(
    feeds: Sequence[FeedHealth], moment: Callable[[FeedHealth], datetime | None]
) -> list[FeedHealth]:
    return sorted(feeds, key=lambda feed: at.timestamp() if (at := moment(feed)) else 0.0)


def _name(feed: FeedHealth) -> str:
    return f"{feed.name} ({feed.host})"


def _names(feeds: Sequence[FeedHealth]) -> str:
    shown = ", ".join(feed.name for feed in feeds[:_MOST_NAMES])
    more = len(feeds) - _MOST_NAMES
    return f"{shown} and {more:,} more" if more > 0 else shown


def _why(feed: FeedHealth) -> str:
    reason = feed.reason or Reason.INTERNAL
    return f"{reason}, {feed.detail}" if feed.detail else str(reason)


def _reasons(feeds: Sequence[FeedHealth]) -> str:
    counted = Counter(str(feed.reason) for feed in feeds).most_common(_MOST_NAMES)
    return ", ".join(f"{reason} ({number:,})" for reason, number in counted)


def _bounded(said: list[str]) -> list[str]:
    more = len(said) - _MOST_LINES
    return said if more <= 0 else [*said[:_MOST_LINES], f"and {more:,} more; all: news-monitor status"]


def _lasting(since: datetime | None, now: datetime) -> str:
    span = max(now - since, timedelta(minutes=1)) if since else timedelta(minutes=1)
    return next(f"{round(span / unit)} {name}" for name, unit in _UNITS if span >= unit)
