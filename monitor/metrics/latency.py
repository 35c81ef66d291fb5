"""How late the news is: from when it was published until it is seen, and until it is told."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram

from monitor.model import Age, Occasion

# Dates are what publishers say they are. One a little ahead of us is now; one further ahead, or long past, tells nothing.
_AHEAD = 5 * 60
_PAST = 2 * 24 * 3600
_BUCKETS = (1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 4 * 3600, 12 * 3600, 24 * 3600)


class Latency:
    """Three spans of time; and which entries have no date by which to tell."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._seen = Histogram(
            "news_monitor_published_to_seen_seconds",
            "From when an entry says it was published until it was seen.",
            buckets=_BUCKETS,
            registry=registry,
        )
        published_to_sent = Histogram(
            "news_monitor_published_to_sent_seconds",
            "From when an entry says it was published until a channel was told.",
            ["occasion"],
            buckets=_BUCKETS,
            registry=registry,
        )
        seen_to_sent = Histogram(
            "news_monitor_seen_to_sent_seconds",
            "From when an entry was seen until a channel was told.",
            ["occasion"],
            buckets=_BUCKETS,
            registry=registry,
        )
        self._published_to_sent = {one: published_to_sent.labels(one.value) for one in Occasion}
        self._seen_to_sent = {one: seen_to_sent.labels(one.value) for one in Occasion}
        self._undated = Counter(
            "news_monitor_undated_entries",
            "New entries whose date is none to measure by, by why.",
            ["why"],
            registry=registry,
        )
        for why in ("absent", "future", "past"):
            self._undated.labels(why)

    def seen(self, ages: Iterable[float | None]) -> None:
        """Count entries that were seen for the first time, by how long ago they were published."""
        for age in ages:
            why = _undated(age)
            if age is None or why:
                self._undated.labels(why).inc()
            else:
                self._seen.observe(max(age, 0.0))

    def sent(self, ages: Iterable[Age], occasion: Occasion) -> None:
        """Count entries of which a channel was told."""
        for age in ages:
            self._seen_to_sent[occasion].observe(max(age.seen, 0.0))
            # What is known of its date doesn't change on the way: `seen` has counted those without.
            if age.published is not None and not _undated(age.published - age.seen):
                self._published_to_sent[occasion].observe(max(age.published, 0.0))


def _undated(age: float | None) -> str:
    """Return why a date is none to measure by, "" when it is one."""
    if age is None:
        return "absent"
    if age < -_AHEAD:
        return "future"
    return "past" if age > _PAST else ""
