"""Feeds as the store hands them out and takes them back."""

from dataclasses import dataclass, field
from datetime import date, datetime

from monitor.model.base import Secret
from monitor.model.entry import ChangedEntry, NewEntry, Sighting
from monitor.model.fetched import NO_FRESHNESS, NO_VALIDATORS, Freshness, Reason, Validators
from monitor.model.health import Activity, PollRun, Reset
from monitor.model.pace import NO_HINTS, PublisherHints, Rhythm


@dataclass(frozen=True, slots=True)
class Move:
    """Where permanent redirects lead: in how many polls in a row, since when, and whether it is believed."""

    target: Secret
    sightings: int
    since: datetime
    settled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedMemory:
    """What is remembered of a feed's server between polls. `served_at`: the last document came in full.

    `freshness` is that of the document, or of the last 304 that renewed it.
    """

    served_at: datetime | None = None
    freshness: Freshness = NO_FRESHNESS
    hints: PublisherHints = NO_HINTS
    move: Move | None = None


NO_MEMORY = FeedMemory()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a feed's documents prove of it, as scores: that its `guids` don't stay, that its `texts` never rest."""

    guids: int = 0
    texts: int = 0


NO_EVIDENCE = Evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Predecessor:
    """A feed out of use whose entries a new one goes on with. `served_at`: when it last came."""

    feed_id: int
    served_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedFeed:
    """A due feed and the lease to poll it.

    `baselined`: what new documents bring is news. `reached`: a poll has succeeded before. `title` and `language`
    are what its documents have said last. `run` is the one that the next poll may go on with;
    `runs` are over. `reset` was the last one that is told. `seen` is what `monitor.identity` has kept of the last document.
    `listed_on`: it was noted then for the last time which entries the feed lists; None until a document had any.
    """

    id: int
    url: str
    lease: str
    validators: Validators = NO_VALIDATORS
    body_hash: str | None = None
    baselined: bool = False
    reached: bool = False
    failures: int = 0
    title: str = ""
    language: str | None = None
    run: PollRun | None = None
    runs: int = 0
    activity: Activity | None = None
    memory: FeedMemory = NO_MEMORY
    rhythm: Rhythm | None = None
    evidence: Evidence = NO_EVIDENCE
    reset: Reset | None = None
    listed_on: date | None = None
    seen: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PollRecord:
    """Everything one poll changes, stored by `commit_poll` in one transaction.

    What is None of all that is remembered of a feed (`validators`, `body_hash`, `memory` and so on) leaves the stored one:
    after most polls all of it. `baseline` is true for the poll that ends a feed's baseline, mostly the first that succeeds. `weights` are the new rhythm's. `run` goes on, those in `ended` are
    over (`monitor.health.follow`), `runs` of them in all. `retry_until` is what the server asked for: once two
    feeds of a host were asked, all of it waits. `predecessor` is the id of the feed whose entries this one goes
    on with. `listed` are known entries (by id) that the document lists, all of them
    when it is noted now, on `listed_on`, which these are; else those that didn't stand in the last one just so.
    """

    feed_id: int
    lease: str
    polled_at: datetime
    reason: Reason
    detail: str
    next_poll_at: datetime
    failures: int
    validators: Validators | None = None
    body_hash: str | None = None
    feed_title: str | None = None
    language: str | None = None
    baseline: bool = False
    run: PollRun | None = None
    ended: tuple[PollRun, ...] = ()
    runs: int = 0
    activity: Activity | None = None
    memory: FeedMemory | None = None
    rhythm: Rhythm | None = None
    weights: tuple[float, ...] = ()
    retry_until: datetime | None = None
    entries: tuple[NewEntry, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    changes: tuple[ChangedEntry, ...] = ()
    evidence: Evidence | None = None
    reset: Reset | None = None
    predecessor: int | None = None
    listed: tuple[int, ...] = ()
    listed_on: date | None = None
    seen: bytes | None = field(default=None, repr=False)
