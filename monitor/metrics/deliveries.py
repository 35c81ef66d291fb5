"""Attempts to send, by channel."""

from prometheus_client import CollectorRegistry, Counter, Histogram

from monitor.metrics.names import Names
from monitor.model import DeliveryReport, DeliveryState, SendStatus

_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Deliveries:
    """What becomes of deliveries, and how long attempts take."""

    def __init__(self, registry: CollectorRegistry, channels: Names) -> None:
        self._channels = channels
        self._attempts = Counter(
            "news_monitor_attempts",
            "Attempts to send a message, by channel and what came of them.",
            ["channel", "status"],
            registry=registry,
        )
        self._took = Histogram(
            "news_monitor_attempt_duration_seconds",
            "How long attempts to send a message take, by channel.",
            ["channel"],
            buckets=_BUCKETS,
            registry=registry,
        )
        self._deliveries = Counter(
            "news_monitor_deliveries",
            "Deliveries that are over, by channel and how they ended.",
            ["channel", "state"],
            registry=registry,
        )
        channels.tell_apart(self._attempts, list(SendStatus))
        channels.tell_apart(self._took)
        channels.tell_apart(self._deliveries, [DeliveryState.SENT, DeliveryState.DEAD])

    def __call__(self, done: DeliveryReport) -> None:
        """Count an attempt."""
        channel = self._channels.label(done.channel)
        self._attempts.labels(channel, done.status.value).inc()
        self._took.labels(channel).observe(done.took)
        if done.state is DeliveryState.SENT:
            self._deliveries.labels(channel, DeliveryState.SENT.value).inc(len(done.deliveries))
        if done.dead:
            self._deliveries.labels(channel, DeliveryState.DEAD.value).inc(done.dead)
