"""Channels as commands and API list them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from monitor import pace
from monitor.config import Settings
from monitor.model import Channel, ChannelStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedChannel:
    """A configured channel: its service, the rules that tell it, how many deliveries it has in each state, and how it does.

    `failures` counts those since the last success. It rests `until` then, None: it may be told now.
    """

    name: str
    service: str
    rules: tuple[str, ...]
    pending: int
    held: int
    failed: int
    sent: int
    dead: int
    suppressed: int
    last_sent_at: datetime | None
    last_error: str
    failures: int
    rests_until: datetime | None
    rests_because: str


def channels(settings: Settings, stored: Iterable[ChannelStatus], now: datetime) -> list[ListedChannel]:
    """Return the configured channels, with what is stored of them, in their order."""
    known = {channel.name: channel for channel in stored}
    return [
        _listed(settings, channel, known.get(channel.name, ChannelStatus(name=channel.name)), now)
        for channel in settings.channels
    ]


def _listed(settings: Settings, channel: Channel, stored: ChannelStatus, now: datetime) -> ListedChannel:
    free_at = pace.free_at(stored.pace, channel.max_per_hour, now)
    rests_until = free_at if free_at > now else None
    return ListedChannel(
        name=channel.name,
        # The scheme of its URL is the one part that is no secret.
        service=channel.service or channel.url.reveal().partition(":")[0].lower(),
        rules=tuple(rule.name for rule in settings.rules if channel.name in rule.channels),
        pending=stored.pending,
        held=stored.held,
        failed=stored.failed,
        sent=stored.sent,
        dead=stored.dead,
        suppressed=stored.suppressed,
        last_sent_at=stored.last_sent_at,
        last_error=stored.last_error,
        failures=stored.pace.failures,
        rests_until=rests_until,
        rests_because=_because(stored, rests_until),
    )


def _because(stored: ChannelStatus, rests_until: datetime | None) -> str:
    if rests_until is None:
        return ""
    failures = stored.pace.failures
    if failures:
        return f"{failures:,} {'failure' if failures == 1 else 'failures'} in a row: {stored.last_error}"
    return "between two messages" if stored.pace.rest_until == rests_until else "max_per_hour is used up"
