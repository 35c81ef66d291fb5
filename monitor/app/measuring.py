"""Settings -> Metrics, which ask the database beside the daemon."""

from functools import partial

from monitor.clock import Clock
from monitor.config import Settings
from monitor.metrics import Metrics
from monitor.model import Standing
from monitor.store import open_to_read
from monitor.threads import in_daemon_thread


def open_metrics(settings: Settings, clock: Clock) -> Metrics:
    """Return the metrics of a program with these settings."""
    database = "sqlite" if settings.database_file else "postgresql"
    metrics = Metrics(partial(_standing, settings, clock), clock=clock, database=database)
    measure(metrics, settings)
    return metrics


def measure(metrics: Metrics, settings: Settings) -> None:
    """Make these the settings that are measured, at the start and when others come into force."""
    metrics.follow(
        feeds=len(settings.feeds),
        paused=sum(1 for feed in settings.feeds if not feed.enabled),
        rules=[rule.name for rule in settings.rules],
        channels=[channel.name for channel in settings.channels],
    )


async def _standing(settings: Settings, clock: Clock) -> Standing:
    def read() -> Standing:
        with open_to_read(settings.database, settings.database_label) as reader:
            return reader.standing(clock.now())

    return await in_daemon_thread(read, "metrics")
