"""What is asked of the server next: which address, and under which condition?"""

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.model import NO_VALIDATORS, ClaimedFeed, FeedMemory, Move, Reason, Secret, Validators

# A permanent redirect is believed when so many polls in a row were led there, over so long a time.
_SIGHTINGS = 3
_PROBATION = timedelta(days=1)
# An address that can't be reached this often in a row, which takes days, is given up.
_UNREACHABLE = 8
_UNREACHED = frozenset(
    {
        Reason.DNS,
        Reason.CONNECT,
        Reason.TLS,
        Reason.TIMEOUT,
        Reason.PROTOCOL,
        Reason.HTTP_SERVER_ERROR,
        Reason.RATE_LIMITED,
        Reason.INTERNAL,
    }
)
# Some servers say "not modified" for ever, whatever has changed: now and then a document is asked for in full.
_IN_FULL_AFTER = timedelta(days=7)
_IN_FULL_SPREAD = timedelta(days=1)


def moved_to(memory: FeedMemory) -> Secret | None:
    """Return the address to ask in place of the configured one."""
    return memory.move.target if memory.move and memory.move.settled else None


def condition(feed: ClaimedFeed, now: datetime) -> Validators:
    """Return the validators to send: none when a server has only said "not modified" for over a week."""
    served_at = feed.memory.served_at
    if served_at is None or feed.failures:
        return feed.validators
    # The same for a feed each time, so that not all of them ask in full on one day.
    spread = _IN_FULL_SPREAD * (feed.id % 24 / 24)
    return NO_VALIDATORS if now - served_at >= _IN_FULL_AFTER + spread else feed.validators


def after_success(memory: FeedMemory, now: datetime, led_to: Secret | None) -> FeedMemory:
    """Return what is remembered after a feed has answered; `led_to` is where it has moved, by this answer."""
    known = memory.move
    if known and known.settled and led_to is None:
        return memory
    if led_to is None:
        return replace(memory, move=None) if known else memory
    if known is None or known.target != led_to:
        return replace(memory, move=Move(led_to, 1, now, settled=False))
    sightings = known.sightings + 1
    settled = sightings >= _SIGHTINGS and now - known.since >= _PROBATION
    return replace(memory, move=replace(known, sightings=sightings, settled=settled))


def after_failure(memory: FeedMemory, reason: Reason, failures: int) -> FeedMemory:
    """Return what is remembered after a poll has failed, for the `failures`-th time in a row.

    An address that answers, but not as a feed, is forgotten: the configured one is asked again. One that
    can't be reached isn't, at first: that may be for want of a network.
    """
    if reason in _UNREACHED and failures < _UNREACHABLE:
        return memory
    return replace(memory, move=None)
