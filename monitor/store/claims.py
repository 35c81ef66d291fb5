"""Which deliveries of each channel go next, and in which messages."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from monitor import pace
from monitor.model import (
    ALONE_BUNDLE,
    DIGEST_BUNDLE,
    GROUP_BUNDLE,
    QUIET_BUNDLE,
    Channel,
    ChannelPace,
    Occasion,
    Queue,
)
from monitor.store.engine import Turn, chunks, take_turn
from monitor.store.leases import Claim, take
from monitor.store.messages import read_alone, read_together
from monitor.store.tables import CHANNEL, DELIVERY, DELIVERY_LEASED, READY

# So many messages of a channel are claimed at a time: what one lives through a power failure may come twice.
_AHEAD = 10
_OCCASIONS = {QUIET_BUNDLE: Occasion.QUIET, DIGEST_BUNDLE: Occasion.DIGEST}


def claim_messages(connection: Connection, claim: Claim, channels: Collection[Channel]) -> list[Queue]:
    """Lease what goes next; see Outbox.claim_messages."""
    take_turn(connection, Turn.CLAIM_DELIVERIES)
    ready = _ready(connection) if len(channels) > 1 else {channel.name for channel in channels}
    wanted = [channel for channel in channels if channel.name in ready]
    if not wanted:
        return []
    leased = DELIVERY_LEASED & (DELIVERY.c.lease_until > claim.now)
    busy = set(connection.scalars(select(DELIVERY.c.channel).where(leased).distinct()))
    paces = _paces(connection, [channel.name for channel in wanted])
    queues = (
        _Desk(connection, claim, channel, paces.get(channel.name, ChannelPace())).queue()
        for channel in wanted
        if channel.name not in busy
    )
    return [queue for queue in queues if queue]


def _ready(connection: Connection) -> set[str]:
    """Return the channels in which something is ready, from one to the next in the index."""
    found = select(func.min(DELIVERY.c.channel).label("name")).where(READY).cte("ready", recursive=True)
    after = select(func.min(DELIVERY.c.channel)).where(READY, DELIVERY.c.channel > found.c.name)
    found = found.union_all(select(after.scalar_subquery()).where(found.c.name.is_not(None)))
    return {name for name in connection.scalars(select(found.c.name)) if name is not None}


def _paces(connection: Connection, names: Collection[str]) -> dict[str, ChannelPace]:
    return {
        row.name: ChannelPace(rest_until=row.rest_until, failures=row.failures, full_at=row.full_at)
        for some in chunks(names)
        for row in connection.execute(select(CHANNEL).where(CHANNEL.c.name.in_(some)))
    }


@dataclass(frozen=True, slots=True)
class _Desk:
    """One channel, from which the next messages are claimed."""

    connection: Connection
    claim: Claim
    channel: Channel
    pace: ChannelPace

    def queue(self) -> Queue:
        """Lease the next messages."""
        room = pace.room(self.pace, self.channel.max_per_hour, self.claim.now)
        if room == 0:
            return ()
        first, *others = self._heads(_AHEAD) or (None,)
        if first is None:
            return ()
        if room == 1 and self._is_over(first):
            return self._together(Occasion.OVERFLOW, *_SINGLE)
        if first.bundle != ALONE_BUNDLE:
            occasion = _OCCASIONS.get(first.bundle, Occasion.GROUP)
            return self._together(occasion, DELIVERY.c.bundle == first.bundle)
        many = 1 if room is not None or self.pace.failures or self.channel.gap else _AHEAD
        alone = takewhile(lambda row: row.bundle == ALONE_BUNDLE, [first, *others][:many])
        return self._one_by_one([row.id for row in alone])

    def _heads(self, limit: int) -> Sequence[Any]:
        wanted = select(DELIVERY.c.id, DELIVERY.c.bundle, DELIVERY.c.notice_id).where(self._due())
        return self.connection.execute(wanted.order_by(DELIVERY.c.id).limit(limit)).all()

    def _due(self) -> ColumnElement[bool]:
        return and_(
            READY,
            DELIVERY.c.channel == self.channel.name,
            DELIVERY.c.bundle.is_not(None),
            DELIVERY.c.next_attempt_at <= self.claim.now,
            self.claim.is_free(DELIVERY),
        )

    def _is_over(self, first: Any) -> bool:
        """Tell whether more waits than the one message that `first` belongs to."""
        if first.notice_id is not None or first.bundle in _OCCASIONS:
            return False
        other = DELIVERY.c.id != first.id
        if first.bundle != ALONE_BUNDLE:
            other &= DELIVERY.c.bundle != first.bundle
        more = select(DELIVERY.c.id).where(self._due(), *_SINGLE, other).limit(1)
        return self.connection.scalar(more) is not None

    def _one_by_one(self, ids: Sequence[int]) -> Queue:
        return read_alone(self.connection, self._take(DELIVERY.c.id.in_(ids)), self.pace)

    def _together(self, occasion: Occasion, *wanted: ColumnElement[bool]) -> Queue:
        rows = self._take(*wanted)
        if len(rows) == 1 and occasion is not Occasion.DIGEST:
            return read_alone(self.connection, rows, self.pace)
        return (read_together(self.connection, rows, self.pace, occasion),) if rows else ()

    def _take(self, *wanted: ColumnElement[bool]) -> list[Any]:
        due = select(DELIVERY.c.id).where(self._due(), *wanted)
        return sorted(take(self.connection, DELIVERY, due, self.claim), key=lambda row: row.id)


_SINGLE = (
    DELIVERY.c.alert_id.is_not(None),
    or_(DELIVERY.c.bundle == ALONE_BUNDLE, DELIVERY.c.bundle.startswith(GROUP_BUNDLE)),
)
