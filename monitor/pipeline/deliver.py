"""deliver: claim_messages | render | send | decide | rest of the channel | record_attempt."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo

from monitor import pace, retry
from monitor.alert import render
from monitor.clock import Clock
from monitor.errors import LeaseLost, StoreError
from monitor.model import (
    Age,
    Alert,
    AttemptRecord,
    Bulletin,
    Channel,
    ChannelPace,
    ClaimedMessage,
    DeliveryReport,
    DeliveryState,
    Notice,
    Queue,
    SendOutcome,
    SendStatus,
)
from monitor.pipeline.ports import Observer, Outbox, Sender

# Longer than all of a queue that is begun in time.
LEASE = timedelta(minutes=3)
# The sender's own deadline, twice: one send may wait for another that hangs.
_LONGEST_SEND = timedelta(minutes=2)
# A channel that is free again so soon is waited for: the next tick may come later than that.
_SOON = timedelta(seconds=10)
# An alert that is made so long after its entry was seen comes of a look into the past; pages are waited for less long.
_PAST = timedelta(days=1)
# The clock that wakes us isn't the one that tells the time.
_MARGIN = timedelta(milliseconds=1)

_LOGGER = logging.getLogger("monitor")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliver:
    """The stages of one message, in order. One channel's failure never touches another.

    What was sent while the database failed (`late`) is recorded before anything is claimed again, so that it isn't sent twice.

    `pause` waits for a time, though not beyond the end of this configuration or of the program, which `is_over` tells. What
    is under way then is finished, and what was claimed behind it is left to others.
    """

    channels: Mapping[str, Channel]
    outbox: Outbox
    sender: Sender
    policy: retry.RetryPolicy
    zone: tzinfo
    clock: Clock
    pause: Callable[[timedelta], Awaitable[None]]
    is_over: Callable[[], bool]
    jitter: Callable[[], float]
    observe: Observer
    late: list[AttemptRecord] = field(default_factory=list)

    async def claim(self) -> Sequence[Queue]:
        """Claim what goes next in each channel."""
        while self.late:
            with suppress(LeaseLost):  # another worker has sent it meanwhile
                await self.outbox.record_attempt(self.late[0])
            del self.late[0]
        return await self._claim(*self.channels.values())

    async def __call__(self, queue: Queue) -> Queue | None:
        """Send the first message of a queue once and record what came of it. Return what follows in the channel.

        While the database is at it, the attempt is reported and the next message rendered.
        """
        message, *others = queue
        channel = self.channels[message.channel]
        began = self.clock.monotonic()
        outcome = await self._send(message, channel)
        took = self.clock.monotonic() - began
        record = self._decide(message, channel, outcome)
        in_time = record.attempted_at + _LONGEST_SEND <= message.leased_until
        goes_on = bool(others) and in_time and outcome.status is SendStatus.SENT and not self.is_over()
        if others and not goes_on:
            record = replace(record, gives_back=True)
        following: Queue = ()

        def meanwhile() -> None:
            nonlocal following
            self.observe(_report(record, took))
            following = self._ahead(others, channel, record.pace) if goes_on else ()

        try:
            await self.outbox.record_attempt(record, meanwhile)
        except LeaseLost:
            raise
        except StoreError as error:
            _LOGGER.warning("sent, will be recorded later", extra={"fields": {"detail": str(error)}})
            self.late.append(replace(record, gives_back=bool(others)))
            return None
        return following or await self._next(channel, record.pace)

    async def _claim(self, *channels: Channel) -> Sequence[Queue]:
        return await self.outbox.claim_messages(self.clock.now(), channels, lease=LEASE)

    def _ahead(self, queue: Sequence[ClaimedMessage], channel: Channel, rest: ChannelPace) -> Queue:
        """Return what is left of a queue, its first message rendered."""
        first, *others = queue
        text = None
        with suppress(Exception):  # what fails does so again, and is told, when its turn comes
            text = render(first.about, channel, self.zone)
        return replace(first, pace=rest, text=text), *others

    async def _send(self, message: ClaimedMessage, channel: Channel) -> SendOutcome:
        try:
            text = message.text or render(message.about, channel, self.zone)
            return await self.sender.send(channel.name, text)
        except Exception as error:  # the boundary of one message: told in full, kept and tried again
            ids = [delivery.id for delivery in message.deliveries]
            _LOGGER.exception("delivery failed inside", extra={"fields": {"deliveries": ids}})
            return SendOutcome(
                SendStatus.FAILED, f"a fault of news-monitor: {type(error).__name__}, see the log"
            )

    def _decide(self, message: ClaimedMessage, channel: Channel, outcome: SendOutcome) -> AttemptRecord:
        now, jitter = self.clock.now(), self.jitter()
        rested = retry.rest(self.policy, message.pace, outcome, gap=channel.gap, now=now, jitter=jitter)
        arrived = outcome.status in (SendStatus.SENT, SendStatus.UNKNOWN)
        return AttemptRecord(
            message=message,
            attempted_at=now,
            outcome=outcome,
            decisions=tuple(
                retry.decide(
                    self.policy,
                    outcome,
                    attempts=delivery.attempts + 1,
                    since=delivery.since,
                    pace=rested,
                    now=now,
                    jitter=jitter,
                )
                for delivery in message.deliveries
            ),
            pace=pace.spent(rested, channel.max_per_hour, now) if arrived else rested,
        )

    async def _next(self, channel: Channel, rest: ChannelPace) -> Queue | None:
        """Claim what follows, as soon as the channel is free; None when that isn't soon."""
        now = self.clock.now()
        free_at = pace.free_at(rest, channel.max_per_hour, now)
        if rest.failures or free_at > now + _SOON:
            return None
        if free_at > now:
            await self.pause(free_at - now + _MARGIN)
        if self.is_over() or self.clock.now() < free_at:
            return None
        try:
            return next(iter(await self._claim(channel)), None)
        except StoreError:  # the next tick meets the same, and that is told once
            return None


def _report(record: AttemptRecord, took: float) -> DeliveryReport:
    message, decisions = record.message, record.decisions
    states = [decision.state for decision in decisions]
    rules = (rule for delivery in message.deliveries for rule in delivery.rules)
    since = min(delivery.since for delivery in message.deliveries)
    return DeliveryReport(
        deliveries=tuple(delivery.id for delivery in message.deliveries),
        channel=message.channel,
        rules=tuple(dict.fromkeys(rules)),
        title=_title(message.about),
        attempt=max(delivery.attempts for delivery in message.deliveries) + 1,
        status=record.outcome.status,
        detail=record.outcome.detail,
        state=DeliveryState.FAILED if DeliveryState.FAILED in states else states[0],
        next_attempt_at=min(filter(None, (one.next_attempt_at for one in decisions)), default=None),
        delay=(record.attempted_at - since).total_seconds(),
        occasion=message.occasion,
        dead=states.count(DeliveryState.DEAD),
        took=took,
        ages=tuple(_age(alert, record.attempted_at) for alert in _shown(message.about) if _is_news(alert)),
    )


def _shown(about: Alert | Notice | Bulletin) -> Sequence[Alert]:
    match about:
        case Alert():
            return (about,)
        case Notice():
            return ()
        case Bulletin():
            return about.alerts


def _is_news(alert: Alert) -> bool:
    # How old an entry is that was edited, passed on late by another channel or found in the past tells nothing.
    if alert.seen_at is None or alert.changed or alert.escalated_from:
        return False
    return alert.created_at - alert.seen_at <= _PAST


def _age(alert: Alert, now: datetime) -> Age:
    published, seen = alert.entry.published_at, alert.seen_at or now
    return Age(
        published=(now - published).total_seconds() if published else None,
        seen=(now - seen).total_seconds(),
    )


def _title(about: Alert | Notice | Bulletin) -> str:
    match about:
        case Alert():
            return about.entry.title
        case Notice():
            return about.subject
        case Bulletin():
            return f"{about.total} alerts"
