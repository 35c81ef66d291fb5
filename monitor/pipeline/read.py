"""read: claim_due_articles | fetch page | extract | match | plan deliveries | cluster | commit_article."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from monitor.alert import plan
from monitor.article import after_try, found_at
from monitor.clock import Clock
from monitor.errors import OutOfFiles
from monitor.match.origin import origin_of
from monitor.model import (
    ArticleRecord,
    ArticleReport,
    ClaimedArticle,
    DocumentKind,
    FetchFailed,
    FetchRequest,
    Match,
    NotModified,
    Origin,
    ParseFailed,
    Reason,
    Secret,
)
from monitor.pipeline.faults import RuleFaults
from monitor.pipeline.hold import Watch
from monitor.pipeline.ports import ArticleStore, Extractor, Observer, PageFetcher
from monitor.pipeline.stories import Stories

_LOGGER = logging.getLogger("monitor")


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What one try has brought: the text, where it was found and what matched in it, or why there is none."""

    reason: Reason
    detail: str = ""
    retry_after: timedelta | None = None
    text: str | None = None
    url: str | None = None
    matches: tuple[Match, ...] = ()


class Read:
    """The stages of reading one article, in order. What keeps one from being read harms no other."""

    def __init__(
        self,
        watch: Watch,
        *,
        store: ArticleStore,
        stories: Stories,
        fetcher: PageFetcher,
        extractor: Extractor,
        clock: Clock,
        jitter: Callable[[], float],
        observe: Observer,
    ) -> None:
        self._watch = watch
        self._store = store
        self._stories = stories
        self._fetcher = fetcher
        self._extractor = extractor
        self._clock = clock
        self._jitter = jitter
        self._observe = observe
        self._faults = RuleFaults()

    async def __call__(self, article: ClaimedArticle) -> None:
        """Read one article and commit what came of it. Raises StoreError, OutOfFiles."""
        started = self._clock.monotonic()
        try:
            outcome = await self._examine(article)
        except OutOfFiles:  # no fault of the article
            raise
        except Exception as error:  # the boundary of one article: told in full, the others go on
            _LOGGER.exception("reading failed inside", extra={"fields": {"link": article.entry.link}})
            outcome = _Outcome(
                Reason.INTERNAL, f"a fault of news-monitor: {type(error).__name__}, see the log"
            )
        record = self._record(article, outcome)
        async with self._stories.turn(record.matches, record.tried_at):
            if outcome.text is not None:
                record = await self._stories.place_article(article, self._origin(article), record)
            await self._store.commit_article(record)
        self._observe(_report(article, record, self._clock.monotonic() - started))

    async def _examine(self, article: ClaimedArticle) -> _Outcome:
        fetched = await self._fetcher.fetch(self._request(article))
        if isinstance(fetched, FetchFailed):
            return _Outcome(fetched.reason, fetched.detail, fetched.retry_after)
        if isinstance(fetched, NotModified):
            return _Outcome(Reason.HTTP_OTHER, "the server answered 304 to an unconditional request")
        found = await self._extractor.extract(fetched)
        if isinstance(found, ParseFailed):
            return _Outcome(found.reason, found.detail)
        origin = self._origin(article)
        verdicts = self._watch.matcher.match(article.entry, origin, found.text, only=article.rules)
        self._faults.tell(verdicts.failed)
        url = found_at(article.entry.link, fetched.url)
        return _Outcome(Reason.OK, text=found.text, url=url, matches=verdicts.matches)

    def _origin(self, article: ClaimedArticle) -> Origin:
        return origin_of(self._watch.feeds[article.feed_url], article.feed_language, article.feed_title)

    def _request(self, article: ClaimedArticle) -> FetchRequest:
        # What the feed's own server was given to know us by is nobody else's business.
        extras = replace(self._watch.feeds[article.feed_url].extras, headers=(), authorization=None)
        return FetchRequest(url=Secret(article.entry.link or ""), extras=extras, kind=DocumentKind.PAGE)

    def _record(self, article: ClaimedArticle, outcome: _Outcome) -> ArticleRecord:
        now = self._clock.now()
        matches, deliveries = plan(
            outcome.matches,
            self._watch.rules,
            entry=article.entry,
            # An entry that may not alert has no article that anybody waits for.
            baseline=False,
            first_poll=self._watch.feeds[article.feed_url].first_poll,
            seen_at=article.first_seen_at,
            now=now,
            zone=self._watch.zone,
        )
        return ArticleRecord(
            entry_id=article.entry_id,
            lease=article.lease,
            tried_at=now,
            reason=outcome.reason,
            detail=outcome.detail,
            decision=after_try(
                outcome.reason,
                attempts=article.attempts + 1,
                now=now,
                retry_after=outcome.retry_after,
                crawl_delay=self._fetcher.crawl_delay(Secret(article.entry.link or "")),
                jitter=self._jitter(),
            ),
            text=outcome.text,
            url=outcome.url,
            matches=matches,
            deliveries=deliveries,
        )


def _report(article: ClaimedArticle, record: ArticleRecord, took: float) -> ArticleReport:
    return ArticleReport(
        feed=article.feed_url,
        link=article.entry.link or "",
        attempt=article.attempts + 1,
        reason=record.reason,
        detail=record.detail,
        alerts=1 if record.deliveries else 0,
        next_attempt_at=record.decision.next_attempt_at,
        took=took,
        matches=record.matches,
    )
