"""deliver: claim_due_deliveries | render | send | decide | record_attempt."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo

from monitor import retry
from monitor.alert import render
from monitor.clock import Clock
from monitor.model import (
    Alert,
    AttemptRecord,
    Channel,
    ChannelPace,
    ClaimedDelivery,
    Decision,
    DeliveryReport,
    SendOutcome,
    SendStatus,
)
from monitor.pipeline.ports import Observer, Outbox, Sender

_LOGGER = logging.getLogger("monitor")


class Deliver:
    """The stages of one delivery, in order. One channel's failure never touches another."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        *,
        outbox: Outbox,
        sender: Sender,
        policy: retry.RetryPolicy,
        zone: tzinfo,
        clock: Clock,
        jitter: Callable[[], float],
        observe: Observer,
    ) -> None:
        self._channels = channels
        self._outbox = outbox
        self._sender = sender
        self._policy = policy
        self._zone = zone
        self._clock = clock
        self._jitter = jitter
        self._observe = observe

    async def __call__(self, delivery: ClaimedDelivery) -> None:
        """Send one delivery once and record what came of it."""
        outcome = await self._send(delivery)
        now, jitter = self._clock.now(), self._jitter()
        gap = self._channels[delivery.channel].gap
        pace = retry.rest(self._policy, ChannelPace(), outcome, gap=gap, now=now, jitter=jitter)
        decision = retry.decide(
            self._policy,
            outcome,
            attempts=delivery.attempts + 1,
            since=delivery.created_at,
            pace=pace,
            now=now,
            jitter=jitter,
        )
        await self._outbox.record_attempt(
            AttemptRecord(
                delivery_id=delivery.id,
                lease=delivery.lease,
                attempted_at=now,
                outcome=outcome,
                decision=decision,
            )
        )
        self._observe(_report(delivery, outcome, decision, now))

    async def _send(self, delivery: ClaimedDelivery) -> SendOutcome:
        try:
            message = render(delivery.about, self._channels[delivery.channel].format, self._zone)
            return await self._sender.send(delivery.channel, message)
        except Exception as error:  # the boundary of one delivery: told in full, kept and tried again
            _LOGGER.exception("delivery failed inside", extra={"fields": {"delivery": delivery.id}})
            return SendOutcome(
                SendStatus.FAILED, f"a fault of news-monitor: {type(error).__name__}, see the log"
            )


def _report(
    delivery: ClaimedDelivery, outcome: SendOutcome, decision: Decision, now: datetime
) -> DeliveryReport:
    about = delivery.about
    return DeliveryReport(
        delivery_id=delivery.id,
        channel=delivery.channel,
        rules=tuple(match.rule for match in about.matches) if isinstance(about, Alert) else (),
        title=about.entry.title if isinstance(about, Alert) else about.subject,
        attempt=delivery.attempts + 1,
        status=outcome.status,
        detail=outcome.detail,
        state=decision.state,
        next_attempt_at=decision.next_attempt_at,
        delay=(now - delivery.created_at).total_seconds(),
    )
