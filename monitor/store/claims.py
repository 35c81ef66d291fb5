"""Which deliveries of each channel go next, and in which messages."""

from collections.abc import Collection, Sequence
from itertools import takewhile
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Executable,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
)

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
from monitor.store.leases import Claim, is_free, taking
from monitor.store.messages import read_alone, read_together
from monitor.store.tables import BUNDLED, CHANNEL, DELIVERY, READY

# So many messages of a channel are claimed at a time: what one lives through a power failure may come twice.
_AHEAD = 20
_OCCASIONS = {QUIET_BUNDLE: Occasion.QUIET, DIGEST_BUNDLE: Occasion.DIGEST}


def claim_messages(connection: Connection, claim: Claim, channels: Collection[Channel]) -> list[Queue]:
    """Lease what goes next; see Outbox.claim_messages."""
    ready = set(connection.scalars(_READY_IN, claim.parameters)) if len(channels) > 1 else ()
    wanted = [channel for channel in channels if len(channels) == 1 or channel.name in ready]
    queues = (_Desk(connection, claim, channel).queue() for channel in wanted)
    return [queue for queue in queues if queue]


class _Desk:
    """One channel, from which the next messages are claimed."""

    def __init__(self, connection: Connection, claim: Claim, channel: Channel) -> None:
        self._connection = connection
        self._asked = claim.parameters | {"its_channel": channel.name}
        self._now = claim.now
        self._channel = channel

    def queue(self) -> Queue:
        """Lease the next messages."""
        heads = self._ask(_HEADS)
        if not heads:
            return ()
        first = heads[0]
        rests = ChannelPace(rest_until=first.rest_until, failures=first.failures or 0, full_at=first.full_at)
        room = pace.room(rests, self._channel.max_per_hour, self._now)
        if room == 0:
            return ()
        if room == 1 and self._is_over(first):
            return self._together(Occasion.OVERFLOW, self._take(_TAKE_SINGLE), rests)
        if first.bundle == ALONE_BUNDLE:
            many = 1 if room is not None or rests.failures or self._channel.gap else _AHEAD
            *_, last = takewhile(lambda row: row.bundle == ALONE_BUNDLE, heads[:many])
            self._take(_TAKE_ALONE, last=last.id, limit=many)
            return read_alone(self._connection, self._asked, rests)
        occasion = _OCCASIONS.get(first.bundle, Occasion.GROUP)
        return self._together(occasion, self._take(_TAKE_BUNDLE, its_bundle=first.bundle), rests)

    def _is_over(self, first: Any) -> bool:
        """Tell whether more waits than the one message that `first` belongs to."""
        if first.notice_id is not None or first.bundle in _OCCASIONS:
            return False
        return bool(self._ask(_OTHER, first=first.id, its_bundle=first.bundle))

    def _together(self, occasion: Occasion, many: int, rests: ChannelPace) -> Queue:
        if many == 1 and occasion is Occasion.GROUP:
            return read_alone(self._connection, self._asked, rests)
        return (read_together(self._connection, self._asked, rests, occasion),) if many else ()

    def _ask(self, question: Executable, **values: object) -> Sequence[Any]:
        return self._connection.execute(question, self._asked | values).all()

    def _take(self, leasing: Executable, **values: object) -> int:
        """Lease, and return how many."""
        return len(self._ask(leasing, **values))


# Built once: to build a statement takes longer than to run it, and these run for each message or two.
def _is_told(channel: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that somebody is telling a channel `now`."""
    held = DELIVERY.alias("held")
    return exists().where(
        held.c.channel == channel, held.c.lease.is_not(None), held.c.lease_until > bindparam("now")
    )


def _ready_in() -> Select[Any]:
    """Return the query for the channels in which something is ready, from one to the next in the index."""
    found = select(func.min(DELIVERY.c.channel).label("name")).where(READY).cte("ready", recursive=True)
    after = select(func.min(DELIVERY.c.channel)).where(READY, DELIVERY.c.channel > found.c.name)
    found = found.union_all(select(after.scalar_subquery()).where(found.c.name.is_not(None)))
    return select(found.c.name).where(found.c.name.is_not(None), ~_is_told(found.c.name))


_CHANNEL: BindParameter[str] = bindparam("its_channel")
_DUE = and_(
    READY,
    DELIVERY.c.channel == _CHANNEL,
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

_READY_IN = _ready_in()
_HEADS = (
    select(
        DELIVERY.c.id,
        DELIVERY.c.bundle,
        DELIVERY.c.notice_id,
        CHANNEL.c.rest_until,
        CHANNEL.c.failures,
        CHANNEL.c.full_at,
    )
    .outerjoin(CHANNEL, CHANNEL.c.name == DELIVERY.c.channel)
    .where(_DUE, ~_is_told(_CHANNEL))
    .order_by(DELIVERY.c.id)
    .limit(_AHEAD)
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


def _taking(wanted: Select[int]) -> Executable:
    return taking(DELIVERY, wanted, [DELIVERY.c.id])


_TAKE_ALONE = _taking(
    select(DELIVERY.c.id)
    .where(_DUE, DELIVERY.c.bundle == ALONE_BUNDLE, DELIVERY.c.id <= bindparam("last"))
    .order_by(DELIVERY.c.id)
    .limit(bindparam("limit"))
)
_TAKE_BUNDLE = _taking(select(DELIVERY.c.id).where(_DUE, BUNDLED, _IN_BUNDLE))
_TAKE_SINGLE = _taking(select(DELIVERY.c.id).where(_DUE, _SINGLE))
