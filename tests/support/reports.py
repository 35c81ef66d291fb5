"""Builders of what observers are told, with all that a test doesn't care about filled in, and a look at metrics."""

from collections.abc import Mapping
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from monitor.clock import Clock
from monitor.metrics import Metrics
from monitor.model import (
    ArticleReport,
    DeliveryReport,
    DeliveryState,
    FeedState,
    NoticeReport,
    PollReport,
    Reason,
    SendStatus,
    Standing,
)
from tests.support.clock import NOON, ManualClock

Labels = Mapping[str, str]


def poll_report(**changes: Any) -> PollReport:
    values: dict[str, Any] = {
        "feed": "https://secret.example/feed",
        "reason": Reason.OK,
        "detail": "hostile detail",
        "entries": 30,
        "new": 0,
        "alerts": 0,
        "baseline": False,
        "failures": 0,
        "next_poll_at": NOON,
        "took": 0.2,
    }
    return PollReport(**(values | changes))


def article_report(**changes: Any) -> ArticleReport:
    values: dict[str, Any] = {
        "feed": "https://secret.example/feed",
        "link": "https://secret.example/article",
        "attempt": 1,
        "reason": Reason.OK,
        "detail": "hostile detail",
        "alerts": 0,
        "next_attempt_at": None,
        "took": 0.3,
    }
    return ArticleReport(**(values | changes))


def delivery_report(**changes: Any) -> DeliveryReport:
    values: dict[str, Any] = {
        "deliveries": (1,),
        "channel": "desk",
        "rules": ("storms",),
        "title": "hostile title",
        "attempt": 1,
        "status": SendStatus.SENT,
        "detail": "",
        "state": DeliveryState.SENT,
        "next_attempt_at": None,
        "delay": 1.0,
        "took": 0.4,
    }
    return DeliveryReport(**(values | changes))


def notice_report() -> NoticeReport:
    return NoticeReport(subject="hostile subject", lines=("hostile line",), channels=("desk",))


STANDING = Standing(
    deliveries={
        ("desk", DeliveryState.PENDING): 3,
        ("desk", DeliveryState.DEAD): 1,
        ("gone", DeliveryState.PENDING): 9,
    },
    waiting_since={"desk": NOON, "gone": NOON},
    feeds={FeedState.OK: 5, FeedState.FAILING: 2},
    overdue=1,
    due_since=NOON,
    articles=4,
    entries=1_000,
    size=5_000_000,
)


async def _standing() -> Standing:
    return STANDING


def measured(
    *, rules: tuple[str, ...] = ("storms", "floods"), channels: tuple[str, ...] = ("desk",), **changes: Any
) -> Metrics:
    """Return metrics of a configuration with these names; `read` and `clock` may be given."""
    clock: Clock = changes.get("clock") or ManualClock()
    metrics = Metrics(changes.get("read", _standing), clock=clock, database="sqlite")
    metrics.follow(feeds=9, paused=2, rules=rules, channels=channels)
    return metrics


async def numbers(metrics: Metrics) -> "Numbers":
    """Scrape."""
    return Numbers(await metrics.text())


class Numbers:
    """A scrape as it is read by others."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.families = {family.name: family for family in text_string_to_metric_families(text.decode())}
        self._values = {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in self.families.values()
            for sample in family.samples
        }

    def __call__(self, name: str, **labels: str) -> float | None:
        """Return one number, None when there is no such series."""
        return self._values.get((f"news_monitor_{name}", frozenset(labels.items())))

    def by(self, name: str, label: str) -> dict[str, float]:
        """Return the numbers of a metric with one label, as far as they aren't 0."""
        full = f"news_monitor_{name}"
        found = {dict(labels)[label]: value for (own, labels), value in self._values.items() if own == full}
        return {key: value for key, value in found.items() if value}
