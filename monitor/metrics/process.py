"""The process itself: what runs, since when, with what, and whether it keeps up."""

import asyncio
import sys
from collections.abc import Iterator, Mapping
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from monitor import __version__
from monitor.clock import Clock

# How often the event loop is looked at, in seconds.
_LOOK = 1.0
_BUCKETS = (0.002, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class Ticking(Protocol):
    """Somebody who looks for work again and again, for the last time at `ticked_at` on the event loop's clock."""

    ticked_at: float | None


class Process:
    """What runs, with which configuration."""

    def __init__(self, registry: CollectorRegistry, clock: Clock, database: str) -> None:
        self._clock = clock
        build = Gauge(
            "news_monitor_build_info",
            "1; what runs here.",
            ["version", "python", "database"],
            registry=registry,
        )
        build.labels(__version__, sys.version.split()[0], database).set(1)
        started = Gauge(
            "news_monitor_start_time_seconds", "When the monitor started, in Unix time.", registry=registry
        )
        started.set(clock.now().timestamp())
        time = Gauge(
            "news_monitor_clock_timestamp_seconds", "What its clock says, in Unix time.", registry=registry
        )
        time.set_function(lambda: clock.now().timestamp())
        self._configured = Gauge(
            "news_monitor_configured",
            "Feeds, rules and channels in the configuration.",
            ["what"],
            registry=registry,
        )
        self._loaded = Gauge(
            "news_monitor_config_loaded_timestamp_seconds",
            "When the configuration in force was loaded, in Unix time.",
            registry=registry,
        )
        self._good = Gauge(
            "news_monitor_config_ok",
            "1 when the configuration in force is the one that was tried last, 0 when that was bad.",
            registry=registry,
        )
        reloads = Counter(
            "news_monitor_reloads",
            "Configurations that were tried while running.",
            ["result"],
            registry=registry,
        )
        self._reloads = {True: reloads.labels("good"), False: reloads.labels("bad")}
        self._set(good=True)

    def configured(self, **counts: int) -> None:
        """Say how much is configured."""
        for what, count in counts.items():
            self._configured.labels(what).set(count)

    def reloaded(self, *, good: bool) -> None:
        """Count a configuration that was tried while running."""
        self._reloads[good].inc()
        self._set(good=good)

    def _set(self, *, good: bool) -> None:
        self._good.set(good)
        if good:
            self._loaded.set(self._clock.now().timestamp())


class CrewsCollector(Collector):
    """How long ago each crew has looked for work, by the time of an event loop."""

    def __init__(self) -> None:
        self.crews: Mapping[str, Ticking] = {}
        self.now = 0.0

    def collect(self) -> Iterator[Metric]:
        """Yield one gauge."""
        ages = GaugeMetricFamily(
            "news_monitor_tick_age_seconds", "How long ago each crew has looked for work.", labels=["crew"]
        )
        for name, crew in self.crews.items():
            if crew.ticked_at is not None:
                ages.add_metric([name], max(self.now - crew.ticked_at, 0.0))
        yield ages


class EventLoop:
    """How late the event loop comes to what is due."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._lag = Histogram(
            "news_monitor_event_loop_lag_seconds",
            "How late the event loop wakes who sleeps for a second.",
            buckets=_BUCKETS,
            registry=registry,
        )

    async def watch(self) -> None:
        """Look each second, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + _LOOK
            await asyncio.sleep(_LOOK)
            self._lag.observe(max(loop.time() - due, 0.0))
