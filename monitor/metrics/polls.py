"""Polls and articles, as they are told of."""

from prometheus_client import CollectorRegistry, Counter, Histogram

from monitor.model import ArticleReport, PollPart, PollReport, Reason

_SHORT = (0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 30, 60)
_LONG = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60)


class Polls:
    """What polls bring, and how long they take."""

    def __init__(self, registry: CollectorRegistry) -> None:
        polls = Counter(
            "news_monitor_polls", "Polls that ended, by what came of them.", ["reason"], registry=registry
        )
        self._polls = {reason: polls.labels(reason.value) for reason in Reason}
        self._took = Histogram(
            "news_monitor_poll_duration_seconds",
            "How long polls take, from the request to the commit.",
            buckets=_LONG,
            registry=registry,
        )
        parts = Histogram(
            "news_monitor_poll_part_duration_seconds",
            "How long the parts of polls take.",
            ["part"],
            buckets=_SHORT,
            registry=registry,
        )
        self._parts = {part: parts.labels(part.value) for part in PollPart}
        self._bytes = Counter(
            "news_monitor_fetched_bytes",
            "Bytes of the documents that were fetched, decoded.",
            registry=registry,
        )
        entries = Counter(
            "news_monitor_entries", "Entries that polls have brought, by kind.", ["kind"], registry=registry
        )
        self._entries = {kind: entries.labels(kind) for kind in ("new", "changed", "baseline", "held")}

    def __call__(self, done: PollReport) -> None:
        """Count a poll."""
        self._polls[done.reason].inc()
        self._took.observe(done.took)
        for part, seconds in done.parts.items():
            self._parts[part].observe(seconds)
        if done.size:
            self._bytes.inc(done.size)
        if done.new or done.changed:
            self._count(done)

    def _count(self, done: PollReport) -> None:
        self._entries["changed"].inc(done.changed)
        self._entries["held"].inc(done.held)
        self._entries["baseline"].inc(done.new - done.held - len(done.ages))
        self._entries["new"].inc(len(done.ages))


class Articles:
    """What became of the pages of entries, and how long it took."""

    def __init__(self, registry: CollectorRegistry) -> None:
        articles = Counter(
            "news_monitor_articles",
            "Tries to read an article, by what came of them.",
            ["reason"],
            registry=registry,
        )
        self._articles = {reason: articles.labels(reason.value) for reason in Reason}
        self._took = Histogram(
            "news_monitor_article_duration_seconds",
            "How long it takes to read an article.",
            buckets=_LONG,
            registry=registry,
        )

    def __call__(self, done: ArticleReport) -> None:
        """Count a try to read an article."""
        self._articles[done.reason].inc()
        self._took.observe(done.took)
