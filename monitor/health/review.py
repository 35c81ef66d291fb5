"""When is the owner told of a feed's health? Once when it is in trouble for long, once when it is well again.

All changes of one look make one notice, and there is at most one an hour; what changes meanwhile is in the
next. Feeds of one host go together: those that fail as well are told along with the first, and that they
are well again is told when all of them have been asked. When every feed fails, that is what is said.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.health import wording
from monitor.health.activity import state_of
from monitor.model import FeedHealth, FeedState, Review, Told, Trouble

NOTICE_GAP = timedelta(hours=1)
LEAST_FAILURES = 3
# How long a feed fails before it is told: one that has worked, and one that never has.
PATIENCE, PATIENCE_WITH_NEW = timedelta(hours=6), timedelta(hours=1)
# How long good news waits for the other feeds of the host.
_LONGEST_WAIT = timedelta(hours=6)
# With fewer hosts it is no wonder when all of them fail.
_HOSTS_OF_AN_OUTAGE = 3
_UNANSWERED = (Trouble.FAILING, Trouble.OUTAGE, Trouble.GONE)


@dataclass(frozen=True, slots=True)
class _Look:
    """All feeds as they are at one look; each is either as its owner knows it or among the changes."""

    feeds: Sequence[FeedHealth]
    states: Mapping[int, FeedState]
    now: datetime

    def changes(self) -> wording.Changes:
        failing = self._failing()
        everything = bool(failing) and self._outage()
        return wording.Changes(
            outage=tuple(self._untold_failing()) if everything else (),
            outage_over=self._outage_over(),
            failing=() if everything else tuple(failing),
            gone=tuple(self._in(FeedState.GONE, but=(Trouble.GONE,))),
            stale=tuple(self._in(FeedState.STALE, but=(Trouble.STALE, Trouble.OUTAGE))),
            recovered=tuple(self._recovered()),
            reset=tuple(feed for feed in self.feeds if _has_untold_reset(feed)),
        )

    def _in(self, state: FeedState, but: Sequence[Trouble | None]) -> Iterator[FeedHealth]:
        return (feed for feed in self.feeds if self.states[feed.id] is state and feed.trouble not in but)

    def _untold_failing(self) -> Iterator[FeedHealth]:
        return self._in(FeedState.FAILING, but=_UNANSWERED)

    def _failing(self) -> list[FeedHealth]:
        untold = list(self._untold_failing())
        hosts = {feed.host for feed in untold if _for_long(feed)}
        return [feed for feed in untold if feed.host in hosts and feed.failures >= LEAST_FAILURES]

    def _outage(self) -> bool:
        asked = [feed for feed in self.feeds if self.states[feed.id] not in (FeedState.NEW, FeedState.GONE)]
        all_fail = all(self.states[feed.id] is FeedState.FAILING for feed in asked)
        return all_fail and len({feed.host for feed in asked}) >= _HOSTS_OF_AN_OUTAGE

    def _outage_over(self) -> tuple[FeedHealth, ...]:
        told = [feed for feed in self.feeds if feed.trouble is Trouble.OUTAGE]
        answers = any(self.states[feed.id] in (FeedState.OK, FeedState.STALE) for feed in told)
        return tuple(feed for feed in told if self.states[feed.id] is not FeedState.GONE) if answers else ()

    def _recovered(self) -> Iterator[FeedHealth]:
        well = list(self._in(FeedState.OK, but=(None, Trouble.OUTAGE)))
        recovered = _earliest((feed.host, feed.since or self.now) for feed in well)
        asked = _earliest(
            (feed.host, feed.polled_at or self.now)
            for feed in self.feeds
            if feed.trouble is Trouble.FAILING and self.states[feed.id] is FeedState.FAILING
        )
        for feed in well:
            first = recovered[feed.host]
            # Until the others of its host have been asked, too, nobody knows how many are well again.
            if asked.get(feed.host, first) >= first or self.now - first >= _LONGEST_WAIT:
                yield feed


def review(feeds: Sequence[FeedHealth], now: datetime, last_notice_at: datetime | None) -> Review | None:
    """Return what the owner is to be told now of all active feeds; None when there is nothing to say yet."""
    if last_notice_at is not None and timedelta(0) <= now - last_notice_at < NOTICE_GAP:
        return None
    states = {feed.id: state_of(feed.reason, feed.succeeded_at, feed.activity) for feed in feeds}
    changes = _Look(feeds, states, now).changes()
    told = tuple(_told(changes))
    if not told:
        return None
    return Review(subject=wording.subject(changes), lines=wording.lines(changes, now), told=told)


def _told(changes: wording.Changes) -> Iterator[Told]:
    for feeds, trouble in (
        (changes.outage, Trouble.OUTAGE),
        (changes.outage_over, None),
        (changes.failing, Trouble.FAILING),
        (changes.gone, Trouble.GONE),
        (changes.stale, Trouble.STALE),
        (changes.recovered, None),
    ):
        yield from (Told(feed.id, trouble, feed.told_at) for feed in feeds)
    changed = {feed.id for feed in changes.feeds}
    yield from (Told(feed.id, feed.trouble, feed.told_at) for feed in changes.reset if feed.id not in changed)


def _has_untold_reset(feed: FeedHealth) -> bool:
    return feed.reset is not None and (feed.told_at is None or feed.told_at < feed.reset.at)


def _for_long(feed: FeedHealth) -> bool:
    if feed.since is None or feed.polled_at is None or feed.failures < LEAST_FAILURES:
        return False
    # What an outage has hidden counts from its end.
    begun = max(feed.since, feed.told_at or feed.since)
    return feed.polled_at - begun >= (PATIENCE if feed.succeeded_at else PATIENCE_WITH_NEW)


def _earliest(moments: Iterable[tuple[str, datetime]]) -> dict[str, datetime]:
    earliest: dict[str, datetime] = {}
    for host, moment in moments:
        earliest[host] = min(earliest.get(host, moment), moment)
    return earliest
