"""Which deliveries of each channel go next, and in which messages."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from sqlalchemy import Connection, Executable, and_, bindparam, func, or_, select

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
from monitor.store.engine import chunks
from monitor.store.leases import Claim, is_free, taking
from monitor.store.messages import read_alone, read_together
from monitor.store.tables import BUNDLED, CHANNEL, DELIVERY, DELIVERY_LEASED, READY

# So many messages of a channel are claimed at a time: what one lives through a power failure may come twice.
_AHEAD = 20
_OCCASIONS = {QUIET_BUNDLE: Occasion.QUIET, DIGEST_BUNDLE: Occasion.DIGEST}


def claim_messages(connection: Connection, claim: Claim, channels: Collection[Channel]) -> list[Queue]:
    """Lease what goes next; see Outbox.claim_messages."""
    ready = _ready(connection) if len(channels) > 1 else {channel.name for channel in channels}
    wanted = [channel for channel in channels if channel.name in ready]
    if not wanted:
        return []
    busy = set(connection.scalars(_BUSY, {"now": claim.now}))
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
        for row in connection.execute(_PACES, {"names": some})
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
        many = 1 if room is not None or self.pace.failures or self.channel.gap else _AHEAD
        first, *others = self._ask(_HEADS, limit=many) or (None,)
        if first is None:
            return ()
        if room == 1 and self._is_over(first):
            return self._together(Occasion.OVERFLOW, self._take(_TAKE_SINGLE))
        if first.bundle == ALONE_BUNDLE:
            alone = takewhile(lambda row: row.bundle == ALONE_BUNDLE, [first, *others])
            rows = self._take(_TAKE_ALONE, ids=[row.id for row in alone])
            return read_alone(self.connection, rows, self.pace)
        occasion = _OCCASIONS.get(first.bundle, Occasion.GROUP)
        return self._together(occasion, self._take(_TAKE_BUNDLE, its_bundle=first.bundle))

    def _is_over(self, first: Any) -> bool:
        """Tell whether more waits than the one message that `first` belongs to."""
        if first.notice_id is not None or first.bundle in _OCCASIONS:
            return False
        return bool(self._ask(_OTHER, first=first.id, its_bundle=first.bundle))

    def _together(self, occasion: Occasion, rows: Sequence[Any]) -> Queue:
        if len(rows) == 1 and occasion is Occasion.GROUP:
            return read_alone(self.connection, rows, self.pace)
        return (read_together(self.connection, rows, self.pace, occasion),) if rows else ()

    def _ask(self, question: Executable, **values: object) -> Sequence[Any]:
        return self.connection.execute(
            question, self.claim.parameters | {"its_channel": self.channel.name, **values}
        ).all()

    def _take(self, leasing: Executable, **values: object) -> list[Any]:
        return sorted(self._ask(leasing, **values), key=lambda row: row.id)


# Built once: to build a statement takes longer than to run it, and these run for each message or two.
_DUE = and_(
    READY,
    DELIVERY.c.channel == bindparam("its_channel"),
    DELIVERY.c.bundle.is_not(None),
    DELIVERY.c.next_attempt_at <= bindparam("now"),
    is_free(DELIVERY),
)
# What goes one by one or in groups, as long as there is room.
_SINGLE = and_(
    DELIVERY.c.alert_id.is_not(None),
    or_(DELIVERY.c.bundle == ALONE_BUNDLE, DELIVERY.c.bundle.startswith(GROUP_BUNDLE)),
)
_IN_BUNDLE = DELIVERY.c.bundle == bindparam("its_bundle")

_BUSY = (
    select(DELIVERY.c.channel).where(DELIVERY_LEASED, DELIVERY.c.lease_until > bindparam("now")).distinct()
)
_PACES = select(CHANNEL).where(CHANNEL.c.name.in_(bindparam("names", expanding=True)))
_HEADS = (
    select(DELIVERY.c.id, DELIVERY.c.bundle, DELIVERY.c.notice_id)
    .where(_DUE)
    .order_by(DELIVERY.c.id)
    .limit(bindparam("limit"))
)
_OTHER = (
    select(DELIVERY.c.id)
    .where(
        _DUE,
        _SINGLE,
        DELIVERY.c.id != bindparam("first"),
        or_(DELIVERY.c.bundle == ALONE_BUNDLE, ~_IN_BUNDLE),
    )
    .limit(1)
)
_TAKE_ALONE = taking(
    DELIVERY, select(DELIVERY.c.id).where(_DUE, DELIVERY.c.id.in_(bindparam("ids", expanding=True)))
)
_TAKE_BUNDLE = taking(DELIVERY, select(DELIVERY.c.id).where(_DUE, BUNDLED, _IN_BUNDLE))
_TAKE_SINGLE = taking(DELIVERY, select(DELIVERY.c.id).where(_DUE, _SINGLE))
