"""A delivery in plain words: what held, hid or gathered it, what its channel waits for, each try, and how long it took."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from monitor import pace
from monitor.alert import spoken_time
from monitor.explain.stage import Stage
from monitor.explain.wording import hides, times
from monitor.model import (
    DIGEST_BUNDLE,
    GROUP_BUNDLE,
    QUIET_BUNDLE,
    Channel,
    DeliveryState,
    PastDelivery,
)
from monitor.moments import lasting

_WAITING = (DeliveryState.PENDING, DeliveryState.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A delivery on its way: when its entry was published and seen, and its channel, None when that isn't configured any more."""

    delivery: PastDelivery
    published_at: datetime | None
    seen_at: datetime
    channel: Channel | None
    now: datetime
    zone: tzinfo

    def said(self, moment: datetime | None) -> str:
        """Return a moment for people."""
        return spoken_time(moment, self.zone) if moment else "soon"


def stages(way: Way) -> Iterator[Stage]:
    """Yield what happened to a delivery, in the order in which it did."""
    delivery = way.delivery
    yield from _stand_in(way)
    yield from _silence(way)
    yield from _gathering(way)
    yield from _pace(way)
    yield Stage(f"channel {delivery.channel}", _state(way), tuple(_tries(way)))
    yield Stage("times", _times(way))


def _stand_in(way: Way) -> Iterator[Stage]:
    delivery = way.delivery
    if delivery.escalated_from is not None:
        what = f"{delivery.channel} stands in for {delivery.escalated_from}, which hadn't told it in time"
        yield Stage("escalation", f"{what}, since {way.said(delivery.revived_at)}")


def _silence(way: Way) -> Iterator[Stage]:
    silence = way.delivery.silence
    if silence is not None:
        until = way.said(silence.ended_at or silence.until)
        said = (
            f"hidden by silence {silence.id} of {hides(silence)}, which lasts until {until}: {silence.reason}"
        )
        yield Stage("silence", said)
    elif way.delivery.state is DeliveryState.SUPPRESSED:
        yield Stage("silence", f"hidden: {way.delivery.detail}")


def _gathering(way: Way) -> Iterator[Stage]:
    """Say with what it waits, or has been told."""
    bundle, others = way.delivery.bundle or "", way.delivery.together - 1
    held, sent = way.delivery.state is DeliveryState.HELD, way.delivery.sent_at is not None
    company = f"told in one message with {others:,} more" if others > 0 else "told alone"
    told = (
        f"held until {way.said(way.delivery.next_attempt_at)}"
        if held
        else company
        if sent
        else "its time has come"
    )
    if bundle == QUIET_BUNDLE:
        yield Stage("quiet hours", f"it came in those of {way.delivery.channel}; {told}")
    elif bundle == DIGEST_BUNDLE:
        yield Stage("digest", f"it is for the digest of {way.delivery.channel}; {told}")
    elif bundle.startswith(GROUP_BUNDLE):
        by = bundle.removeprefix(GROUP_BUNDLE)
        what = f"those of {by}" if by else f"all of {way.delivery.channel}"
        yield Stage("group", f"gathered with {what}; {told}")
    elif held:
        yield Stage("quiet hours", f"{way.delivery.detail}; {told}")
    elif sent and others > 0:
        limit = f" ({way.channel.max_per_hour})" if way.channel and way.channel.max_per_hour else ""
        yield Stage("overflow", f"more waited than max_per_hour{limit} lets through; {company}")


def _pace(way: Way) -> Iterator[Stage]:
    waits = way.delivery.state in _WAITING
    if way.channel is None and (waits or way.delivery.state is DeliveryState.HELD):
        gone = f"the channel {way.delivery.channel} isn't configured any more: it waits for it"
        yield Stage("pace", f"{gone}, for as long as [delivery] max_age")
    if way.channel is None or not waits:
        return
    free_at = pace.free_at(way.delivery.pace, way.channel.max_per_hour, way.now)
    if free_at > way.now:
        because = (
            f" after {way.delivery.pace.failures:,} failures in a row"
            if way.delivery.pace.failures > 1
            else ""
        )
        full = "" if way.delivery.pace.rest_until == free_at else ": max_per_hour is used up"
        yield Stage("pace", f"{way.delivery.channel} rests until {way.said(free_at)}{because}{full}")


def _state(way: Way) -> str:
    delivery, tried = way.delivery, times(way.delivery.tried)
    match delivery.state:
        case DeliveryState.SENT:
            return "sent"
        case DeliveryState.DEAD:
            why = f": {delivery.detail}" if delivery.detail else ""
            return f"given up, tried {tried}{why}; again: news-monitor deliveries retry {delivery.id}"
        case DeliveryState.HELD:
            return f"held: {delivery.detail}"
        case DeliveryState.SUPPRESSED:
            return "not sent: hidden by a silence"
        case DeliveryState.PENDING | DeliveryState.FAILED:
            return f"waiting, tried {tried}, next try {way.said(delivery.next_attempt_at)}"


def _tries(way: Way) -> Iterator[str]:
    if (lost := way.delivery.tried - len(way.delivery.attempts)) > 0:
        yield f"what came of {'a try' if lost == 1 else f'{lost:,} tries'} is no longer kept"
    for attempt in way.delivery.attempts:
        detail = f", {attempt.detail}" if attempt.detail else ""
        yield f"{way.said(attempt.attempted_at)}: {attempt.status}{detail}"
    if way.delivery.revived_at and not way.delivery.escalated_from:
        yield f"{way.said(way.delivery.revived_at)}: sent again by hand"


def _times(way: Way) -> str:
    """Say when it was published, seen, alerted and sent, each with how long it took."""
    delivery = way.delivery
    moments = (
        ("published", way.published_at),
        ("seen", way.seen_at),
        ("alerted", delivery.created_at),
        ("sent", delivery.sent_at),
    )
    said, before = [], None
    for name, moment in moments:
        if moment is not None:
            after = f" ({lasting(max(moment - before, timedelta(0)))} later)" if before else ""
            said.append(f"{name} {way.said(moment)}{after}")
            before = moment
    return ", ".join(said)
