"""Feeds as the store hands them out and takes them back."""

from dataclasses import dataclass
from datetime import datetime

from monitor.model.entry import NewEntry, Sighting
from monitor.model.fetched import NO_VALIDATORS, Reason, Validators


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedFeed:
    """A due feed and the lease to poll it. `baselined`: a first poll has been stored."""

    id: int
    url: str
    lease: str
    validators: Validators = NO_VALIDATORS
    body_hash: str | None = None
    baselined: bool = False
    failures: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PollRecord:
    """Everything one poll changes, stored by `commit_poll` in one transaction.

    On success `validators` and `body_hash` replace the stored ones; on failure the stored ones stay.
    `baseline` is true for a feed's first successful poll. `feed_title` None leaves the stored title.
    """

    feed_id: int
    lease: str
    polled_at: datetime
    reason: Reason
    detail: str
    next_poll_at: datetime
    failures: int
    validators: Validators = NO_VALIDATORS
    body_hash: str | None = None
    feed_title: str | None = None
    baseline: bool = False
    entries: tuple[NewEntry, ...] = ()
    sightings: tuple[Sighting, ...] = ()
