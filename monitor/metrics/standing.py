"""How things stand, told when somebody asks."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from monitor.clock import Clock
from monitor.metrics.names import Names
from monitor.metrics.reading import Answer
from monitor.model import DeliveryState, FeedState, Role, Standing

_WAITING = (DeliveryState.PENDING, DeliveryState.HELD, DeliveryState.FAILED, DeliveryState.DEAD)


class StandingCollector(Collector):
    """The last answer of the store as gauges; those that it doesn't answer are left out."""

    def __init__(self, channels: Names, clock: Clock) -> None:
        self._channels = channels
        self._clock = clock
        self.answer = Answer(None, in_time=False)
        self.paused = 0

    def collect(self) -> Iterator[Metric]:
        """Yield all gauges."""
        yield GaugeMetricFamily(
            "news_monitor_scrape_ok",
            "1 when the database has said in time how things stand, 0 when this is old or missing.",
            value=self.answer.in_time,
        )
        if standing := self.answer.standing:
            yield self._backlog(standing)
            yield self._oldest(standing)
            yield self._feeds(standing)
            yield self._workers(standing)
            yield from self._numbers(standing)

    def _backlog(self, standing: Standing) -> Metric:
        counts = {(channel, state): 0 for channel in self._channels for state in _WAITING}
        for (name, state), count in standing.deliveries.items():
            if name in self._channels:
                counts[self._channels.label(name), state] += count
        return _family(
            "news_monitor_backlog_deliveries",
            "Deliveries that wait, or are dead, by channel and state.",
            ("channel", "state"),
            (((channel, state.value), count) for (channel, state), count in counts.items()),
        )

    def _oldest(self, standing: Standing) -> Metric:
        ages = dict.fromkeys(self._channels, 0.0)
        for name, since in standing.waiting_since.items():
            if name in self._channels:
                channel = self._channels.label(name)
                ages[channel] = max(ages[channel], self._since(since))
        return _family(
            "news_monitor_backlog_oldest_seconds",
            "How long the oldest delivery that is to be sent has waited, by channel; 0 when none waits.",
            ("channel",),
            (((channel,), age) for channel, age in ages.items()),
        )

    def _feeds(self, standing: Standing) -> Metric:
        counts = {state: standing.feeds.get(state, 0) for state in FeedState} | {
            FeedState.PAUSED: self.paused
        }
        return _family(
            "news_monitor_feeds",
            "Feeds, by how they do.",
            ("state",),
            (((state.value,), count) for state, count in counts.items()),
        )

    def _workers(self, standing: Standing) -> Metric:
        return _family(
            "news_monitor_workers",
            "Workers that share the database and were heard of lately, by role.",
            ("role",),
            (((role.value,), standing.workers.get(role, 0)) for role in Role),
        )

    def _numbers(self, standing: Standing) -> Iterator[Metric]:
        yield GaugeMetricFamily(
            "news_monitor_overdue_feeds",
            "Feeds that have been due for more than a minute.",
            value=standing.overdue,
        )
        yield GaugeMetricFamily(
            "news_monitor_greatest_lateness_seconds",
            "How long the feed that waits longest for its poll has been due; 0 when none waits.",
            value=self._since(standing.due_since) if standing.due_since else 0,
        )
        yield GaugeMetricFamily(
            "news_monitor_waiting_articles", "Articles that rules wait for.", value=standing.articles
        )
        yield GaugeMetricFamily(
            "news_monitor_stored_entries",
            "Entries in the database; about so many, once there are 100,000 in PostgreSQL.",
            value=standing.entries,
        )
        yield GaugeMetricFamily("news_monitor_database_bytes", "Size of the database.", value=standing.size)

    def _since(self, moment: datetime) -> float:
        return max((self._clock.now() - moment).total_seconds(), 0.0)


def _family(
    name: str, text: str, labels: tuple[str, ...], values: Iterable[tuple[tuple[str, ...], float]]
) -> Metric:
    family = GaugeMetricFamily(name, text, labels=labels)
    for own, value in values:
        family.add_metric(own, value)
    return family
