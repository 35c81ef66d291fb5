"""poll: claim_due_feeds | fetch | parse | identify | match | plan deliveries | cluster | next_poll_at | commit_poll."""

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from monitor import health, schedule
from monitor.clock import Clock
from monitor.errors import OutOfFiles, StoreError
from monitor.match.origin import origin_of
from monitor.model import (
    Activity,
    ChangedEntry,
    ClaimedFeed,
    Document,
    Evidence,
    FeedMemory,
    FeedSpec,
    FetchFailed,
    FetchRequest,
    NewEntry,
    NotModified,
    ParseFailed,
    PollPart,
    PollRecord,
    PollReport,
    PollRun,
    Predecessor,
    PublisherHints,
    Reason,
    Reset,
    Rhythm,
    Sighting,
    Validators,
)
from monitor.pipeline.course import Course
from monitor.pipeline.faults import RuleFaults
from monitor.pipeline.hold import Holding, Watch
from monitor.pipeline.pace import Pace
from monitor.pipeline.ports import Fetcher, Identifier, Observer, PollStore
from monitor.pipeline.sift import Sifted, sift
from monitor.pipeline.stories import Stories

# A reset that goes on is told once in so long.
_SAME_RESET = timedelta(days=7)

T = TypeVar("T")

_LOGGER = logging.getLogger("monitor")


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What one poll found, before it is dated and scheduled. `size` counts the entries served."""

    reason: Reason
    detail: str = ""
    retry_after: timedelta | None = None
    answer: Document | NotModified | None = None
    hints: PublisherHints | None = None
    validators: Validators | None = None
    body_hash: str | None = None
    feed_title: str | None = None
    language: str | None = None
    size: int = 0
    cut_short: bool = False
    seen: bytes | None = None
    entries: tuple[NewEntry, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    changes: tuple[ChangedEntry, ...] = ()
    evidence: Evidence | None = None
    recognised: int = 0
    predecessor: Predecessor | None = None
    listed: tuple[int, ...] = ()
    is_listing: bool = False

    @property
    def news(self) -> list[NewEntry]:
        """The new entries that were published since the last poll, as far as can be told."""
        return [new for new in self.entries if not new.held]


class Poll:
    """The stages of one poll, in order. One feed's failure is that feed's outcome and nobody else's.

    `strange` are the feeds, by id, that only other workers know.
    """

    def __init__(
        self,
        watch: Watch,
        *,
        store: PollStore,
        stories: Stories,
        fetcher: Fetcher,
        parser: Identifier,
        clock: Clock,
        jitter: Callable[[], float],
        observe: Observer,
    ) -> None:
        self._watch = watch
        self._store = store
        self._stories = stories
        self._fetcher = fetcher
        self._pace = Pace(watch.feeds, store)
        self._parser = parser
        self._clock = clock
        self._jitter = jitter
        self._observe = observe
        self._faults = RuleFaults()
        self.strange: set[int] = set()

    async def __call__(self, feed: ClaimedFeed) -> None:
        """Poll one feed and commit what came of it."""
        course = Course(self._clock)
        spec = self._watch.feeds.get(feed.url)
        if spec is None:  # another worker has read a newer configuration
            self.strange.add(feed.id)
            await self._store.leave_feed(feed.id, feed.lease)
            return
        try:
            outcome = await self._examine(feed, spec, course)
        except (StoreError, OutOfFiles):  # no fault of the feed
            raise
        except Exception as error:  # the boundary of one feed: told in full, the others go on
            _LOGGER.exception("poll failed inside", extra={"fields": {"feed": feed.url}})
            outcome = _Outcome(
                Reason.INTERNAL, f"a fault of news-monitor: {type(error).__name__}, see the log"
            )
        matches = [match for new in outcome.entries for match in new.matches]
        matches += [match for changed in outcome.changes for match in changed.telling]
        async with self._stories.turn(matches, self._clock.now()):
            outcome = await self._cluster(feed, spec, outcome)
            record = await self._record(feed, spec, outcome)
            await self._store.commit_poll(record)
        course.end(PollPart.COMMIT)
        _tell_move(feed, record)
        self._observe(_report(feed, record, outcome, course))

    async def _examine(self, feed: ClaimedFeed, spec: FeedSpec, course: Course) -> _Outcome:
        fetched = await self._fetcher.fetch(
            FetchRequest(
                url=spec.request_url,
                moved_to=schedule.moved_to(feed.memory),
                validators=schedule.condition(feed, self._clock.now()),
                freshness=feed.memory.freshness,
                extras=spec.extras,
            )
        )
        course.end(PollPart.FETCH)
        if isinstance(fetched, FetchFailed):
            return _Outcome(fetched.reason, fetched.detail, fetched.retry_after)
        if isinstance(fetched, NotModified):
            return _unchanged(Reason.NOT_MODIFIED, fetched, feed.body_hash)
        course.size = len(fetched.body)
        body_hash = hashlib.sha256(fetched.body).hexdigest()
        if body_hash == feed.body_hash:
            return _unchanged(Reason.UNCHANGED, fetched, body_hash)
        document = replace(fetched, encoding=spec.encoding) if spec.encoding else fetched
        sifted = await sift(document, feed, parser=self._parser, shelf=self._store, now=self._clock.now())
        course.end(PollPart.PARSE)
        if isinstance(sifted, ParseFailed):
            return _Outcome(sifted.reason, sifted.detail)
        outcome = self._match(feed, spec, sifted, fetched, body_hash)
        course.end(PollPart.MATCH)
        return outcome

    def _match(
        self, feed: ClaimedFeed, spec: FeedSpec, sifted: Sifted, document: Document, body_hash: str
    ) -> _Outcome:
        said = sifted.feed
        origin = origin_of(spec, said.language or feed.language, said.title or feed.title)
        holding = Holding(
            watch=self._watch,
            origin=origin,
            baseline=not feed.baselined and sifted.predecessor is None,
            mass=sifted.mass,
            now=self._clock.now(),
            faults=self._faults,
        )
        return _Outcome(
            Reason.OK,
            said.damaged or "",
            answer=document,
            hints=said.hints,
            # With those of a document without its end we would say that we have all of it, and never get the rest.
            validators=None if said.cut_short else document.validators,
            body_hash=None if said.cut_short else body_hash,
            feed_title=said.title,
            language=said.language,
            size=said.size,
            cut_short=said.cut_short,
            entries=tuple(holding.new_entry(new) for new in sifted.new),
            sightings=sifted.sightings,
            changes=tuple(holding.changed_entry(known, entry) for known, entry in sifted.changed),
            evidence=sifted.evidence,
            recognised=sifted.recognised,
            predecessor=sifted.predecessor,
            listed=sifted.listed,
            is_listing=sifted.is_listing,
            seen=sifted.seen,
        )

    async def _cluster(self, feed: ClaimedFeed, spec: FeedSpec, outcome: _Outcome) -> _Outcome:
        if not (outcome.entries or outcome.changes):
            return outcome
        now = self._clock.now()
        origin = origin_of(spec, outcome.language or feed.language, outcome.feed_title or feed.title)
        entries = await self._stories.place(outcome.entries, origin, now)
        changes = [await self._stories.place_change(changed, origin, now) for changed in outcome.changes]
        return replace(outcome, entries=entries, changes=tuple(changes))

    async def _record(self, feed: ClaimedFeed, spec: FeedSpec, outcome: _Outcome) -> PollRecord:
        now = self._clock.now()
        failures = 0 if outcome.reason.is_success else feed.failures + 1
        memory = _remembered(feed, outcome, failures, now)
        learned = _learned(feed, outcome, now)
        circumstances = schedule.Circumstances(
            poll_every=spec.poll_every,
            own_interval=spec.own_interval,
            adaptive=spec.adaptive,
            reason=outcome.reason,
            failures=failures,
            reached=feed.reached,
            retry_after=outcome.retry_after,
            fresh_for=outcome.answer.fresh_for if outcome.answer else None,
            hints=memory.hints,
            rhythm=learned or feed.rhythm,
            pace=await self._pace.at(now),
            jitter=self._jitter(),
        )
        run, ended = health.follow(feed.run, _run_of_one(outcome, now))
        return PollRecord(
            feed_id=feed.id,
            lease=feed.lease,
            polled_at=now,
            reason=outcome.reason,
            detail=outcome.detail,
            next_poll_at=schedule.next_poll_at(now, circumstances),
            failures=failures,
            validators=_if_new(outcome.validators, feed.validators),
            body_hash=_if_new(outcome.body_hash, feed.body_hash),
            feed_title=outcome.feed_title,
            language=outcome.language,
            baseline=_is_baseline(feed, outcome),
            run=run,
            ended=ended,
            runs=feed.runs + len(ended),
            activity=_activity(feed, outcome, now),
            memory=_if_new(memory, feed.memory),
            rhythm=learned,
            weights=schedule.weights(learned),
            retry_until=schedule.retry_until(now, outcome.retry_after),
            entries=outcome.entries,
            sightings=outcome.sightings,
            changes=outcome.changes,
            evidence=_if_new(outcome.evidence, feed.evidence),
            reset=_reset(feed, outcome, now),
            predecessor=outcome.predecessor.feed_id if outcome.predecessor else None,
            listed=outcome.listed,
            listed_on=now.date() if outcome.is_listing else None,
            seen=outcome.seen,
        )


def _is_baseline(feed: ClaimedFeed, outcome: _Outcome) -> bool:
    """Tell whether what comes with the next poll is news.

    An empty document is no baseline, nor is the first with entries if it lost its end: the old ones that follow would all
    look new. A second one without an end is: some feeds never have one.
    """
    is_first = feed.listed_on is None
    return not feed.baselined and outcome.size > 0 and not (is_first and outcome.cut_short)


def _if_new(found: T, stored: T) -> T | None:
    return None if found == stored else found


def _unchanged(reason: Reason, answer: Document | NotModified, body_hash: str | None) -> _Outcome:
    return _Outcome(reason, answer=answer, validators=answer.validators, body_hash=body_hash)


def _remembered(feed: ClaimedFeed, outcome: _Outcome, failures: int, now: datetime) -> FeedMemory:
    if outcome.answer is None:
        return schedule.after_failure(feed.memory, outcome.reason, failures)
    memory = schedule.after_success(feed.memory, now, outcome.answer.moved_to)
    served_at = now if isinstance(outcome.answer, Document) else memory.served_at or now
    return FeedMemory(
        served_at=served_at,
        freshness=outcome.answer.freshness,
        hints=outcome.hints or memory.hints,
        move=memory.move,
    )


def _run_of_one(outcome: _Outcome, now: datetime) -> PollRun:
    return PollRun(
        began_at=now,
        ended_at=now,
        reason=outcome.reason,
        detail=outcome.detail,
        entries=len(outcome.entries),
        alerts=_alerts(outcome.entries),
        baseline=any(new.baseline for new in outcome.entries),
    )


def _alerts(entries: Sequence[NewEntry | ChangedEntry]) -> int:
    return sum(1 for entry in entries if entry.deliveries)


def _tell_move(feed: ClaimedFeed, record: PollRecord) -> None:
    target = schedule.moved_to(record.memory or feed.memory)
    if target and target != schedule.moved_to(feed.memory):
        address, query, _ = target.reveal().partition("?")  # which may hold a token
        fields = {"feed": feed.url, "to": address + ("?..." if query else "")}
        _LOGGER.warning(
            "feed has moved for good, its new address belongs in the configuration", extra={"fields": fields}
        )


def _learned(feed: ClaimedFeed, outcome: _Outcome, now: datetime) -> Rhythm | None:
    if outcome.answer is None:
        return None
    dates = [new.entry.published_at for new in outcome.news]
    overlaps = outcome.hints is None or outcome.size > len(dates)
    return schedule.learn(feed.rhythm, now, dates, overlaps=overlaps)


def _activity(feed: ClaimedFeed, outcome: _Outcome, now: datetime) -> Activity | None:
    dates = [new.entry.published_at for new in outcome.news]
    return health.learn(feed.activity, now, dates) if dates else None


def _reset(feed: ClaimedFeed, outcome: _Outcome, now: datetime) -> Reset | None:
    """Return what the owner is to be told of, None for nothing, and for what goes on with what was told of late."""
    held = len(outcome.entries) - len(outcome.news)
    lately = feed.reset is not None and now - feed.reset.at < _SAME_RESET
    if lately or not (outcome.recognised or held):
        return None
    return Reset(at=now, known=outcome.recognised, held=held)


def _report(feed: ClaimedFeed, record: PollRecord, outcome: _Outcome, course: Course) -> PollReport:
    return PollReport(
        feed=feed.url,
        reason=record.reason,
        detail=record.detail,
        entries=outcome.size,
        new=len(record.entries),
        alerts=_alerts(record.entries) + _alerts(record.changes),
        baseline=record.baseline,
        failures=record.failures,
        next_poll_at=record.next_poll_at,
        took=course.took,
        parts=course.parts,
        size=course.size,
        changed=len(record.changes),
        held=len(record.entries) - len(outcome.news),
        matches=(
            *(match for new in record.entries for match in new.matches),
            *(match for changed in record.changes for match in changed.first),
        ),
        ages=tuple(
            (record.polled_at - at).total_seconds() if (at := new.entry.published_at) else None
            for new in outcome.news
            if not new.baseline
        ),
    )
