"""Deliveries as people ask for them, and their second life."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, String, and_, case, cast, func, or_, select, update

from monitor.model import (
    SENDING,
    DeliveryState,
    DeliveryWish,
    ListedDelivery,
    PastAttempt,
    SendStatus,
)
from monitor.store.engine import chunks
from monitor.store.tables import ALERT, ATTEMPT, CHANNEL, DEAD, DELIVERY, ENTRY, HELD, NOTICE, READY

# How many are read at once.
_BATCH = 500
_TO_RETRY = (DeliveryState.DEAD.value, DeliveryState.FAILED.value)


def listed(connection: Connection, wish: DeliveryWish, now: datetime) -> tuple[list[ListedDelivery], int]:
    """Return the newest deliveries that are wished for, at most `wish.limit`, and how many there are in all."""
    wanted = _deliveries().where(*_conditions(wish, now))
    count = connection.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    if wish.before is not None:
        wanted = wanted.where(DELIVERY.c.id < wish.before)
    rows = connection.execute(wanted.order_by(DELIVERY.c.id.desc()).limit(wish.limit)).all()
    errors = _last_errors(connection, [row.id for row in rows])
    return [_listed(row, now, errors.get(row.id, "")) for row in rows], count


def counted(connection: Connection, wish: DeliveryWish, now: datetime) -> dict[str, int]:
    """Return how many deliveries are in each state, also SENDING, of those that are wished for in any."""
    state = case((_leased(now), SENDING), else_=DELIVERY.c.state).label("stands")
    of_all = replace(wish, state=None, sending=False)
    wanted = _joined(select(state, func.count())).where(*_conditions(of_all, now)).group_by("stands")
    counts: dict[str, int] = dict(connection.execute(wanted).all())
    return counts


def attempts(connection: Connection, ids: Collection[int]) -> dict[int, list[PastAttempt]]:
    """Return the tries to send each of these deliveries, the oldest first."""
    found: defaultdict[int, list[PastAttempt]] = defaultdict(list)
    wanted = select(ATTEMPT).where(ATTEMPT.c.delivery_id.in_(ids))
    for row in connection.execute(wanted.order_by(ATTEMPT.c.delivery_id, ATTEMPT.c.number)):
        tried = PastAttempt(attempted_at=row.attempted_at, status=SendStatus(row.status), detail=row.detail)
        found[row.delivery_id].append(tried)
    return found


def listed_after(connection: Connection, last: int, since: datetime, now: datetime) -> list[ListedDelivery]:
    """Return the next deliveries after the number `last` of alerts and notices made since then, some of them at a time."""
    made = func.coalesce(ALERT.c.created_at, NOTICE.c.created_at) >= since
    wanted = _deliveries().where(DELIVERY.c.id > last, made).order_by(DELIVERY.c.id).limit(_BATCH)
    rows = connection.execute(wanted).all()
    errors = _last_errors(connection, [row.id for row in rows])
    return [_listed(row, now, errors.get(row.id, "")) for row in rows]


def retry(
    connection: Connection, now: datetime, channels: Collection[str], ids: Collection[int] | None
) -> list[tuple[int, str]]:
    """Let dead and failing deliveries of `channels` live anew, due now; return each with its channel, by number.

    Those of these `ids`, without them all that are dead. One that is just being sent is left alone. A channel
    that rests because it failed rests no longer.
    """
    free = or_(DELIVERY.c.lease.is_(None), DELIVERY.c.lease_until <= now)
    wanted = [
        DELIVERY.c.channel.in_(channels),
        free,
        DELIVERY.c.state == DeliveryState.DEAD.value if ids is None else DELIVERY.c.state.in_(_TO_RETRY),
    ]
    revived: list[Any] = []
    for some in [None] if ids is None else chunks(ids):
        chosen = [] if some is None else [DELIVERY.c.id.in_(some)]
        revived += connection.execute(_revive(now).where(*wanted, *chosen)).all()
    if revived:
        _wake(connection, {row.channel for row in revived})
    return sorted((row.id, row.channel) for row in revived)


def failing(connection: Connection, channels: Collection[str]) -> dict[str, datetime]:
    """Return those of `channels` that fail while something waits for them, and since when they do."""
    rows = connection.execute(
        select(CHANNEL).where(CHANNEL.c.name.in_(channels), CHANNEL.c.failures > 0)
    ).all()
    since = {row.name: connection.scalar(_first_failure(row.name, row.failures)) for row in rows}
    return {name: moment for name, moment in since.items() if moment}


def _first_failure(channel: str, failures: int) -> Select[Any]:
    """Return the query for the first of the last tries of what waits, as many as have `failures` since a success."""
    last = (
        select(ATTEMPT.c.attempted_at)
        .join(DELIVERY, DELIVERY.c.id == ATTEMPT.c.delivery_id)
        .where(READY, DELIVERY.c.channel == channel)
        .distinct()
        .order_by(ATTEMPT.c.attempted_at.desc())
        .limit(failures)
        .subquery()
    )
    return select(func.min(last.c.attempted_at))


def _revive(now: datetime) -> Any:
    return (
        update(DELIVERY)
        .values(
            state=DeliveryState.PENDING.value, next_attempt_at=now, revived_at=now, detail="", reported=False
        )
        .returning(DELIVERY.c.id, DELIVERY.c.channel)
    )


def _wake(connection: Connection, channels: Collection[str]) -> None:
    resting = and_(CHANNEL.c.name.in_(channels), CHANNEL.c.failures > 0)
    connection.execute(update(CHANNEL).where(resting).values(rest_until=None))


def _deliveries() -> Select[Any]:
    return _joined(
        select(
            DELIVERY,
            ALERT.c.entry_id,
            func.coalesce(ALERT.c.created_at, NOTICE.c.created_at).label("created_at"),
            func.coalesce(ENTRY.c.title, NOTICE.c.subject).label("title"),
            ENTRY.c.link,
            ENTRY.c.published_at,
            ENTRY.c.first_seen_at,
            CHANNEL.c.rest_until,
        )
    )


def _joined(wanted: Select[Any]) -> Select[Any]:
    return (
        wanted.select_from(DELIVERY)
        .outerjoin(ALERT, ALERT.c.id == DELIVERY.c.alert_id)
        .outerjoin(ENTRY, ENTRY.c.id == ALERT.c.entry_id)
        .outerjoin(NOTICE, NOTICE.c.id == DELIVERY.c.notice_id)
        .outerjoin(CHANNEL, CHANNEL.c.name == DELIVERY.c.channel)
    )


def _conditions(wish: DeliveryWish, now: datetime) -> Iterator[ColumnElement[bool]]:
    leased = _leased(now)
    if wish.sending:
        yield leased
    elif wish.state is not None:
        yield and_(*_IN_PART.get(wish.state, ()), DELIVERY.c.state == wish.state.value, ~leased)
    if wish.channels is not None:
        yield DELIVERY.c.channel.in_(wish.channels)
    if wish.rule is not None:
        yield _names(wish.rule)
    if wish.since is not None:
        yield func.coalesce(ALERT.c.created_at, NOTICE.c.created_at) >= wish.since


# What few deliveries are in has an index of its own, which a database uses for its own condition only.
_IN_PART = {
    DeliveryState.PENDING: (READY,),
    DeliveryState.FAILED: (READY,),
    DeliveryState.HELD: (HELD,),
    DeliveryState.DEAD: (DEAD,),
}


def _leased(now: datetime) -> ColumnElement[bool]:
    return and_(DELIVERY.c.lease.is_not(None), DELIVERY.c.lease_until > now)


def _names(rule: str) -> ColumnElement[bool]:
    """Return the condition that a rule is in the list, which is JSON: text between quotes, after [ or a comma."""
    text, name = cast(DELIVERY.c.rules, String), json.dumps(rule)
    return or_(text.contains(f"[{name}", autoescape=True), text.contains(f", {name}", autoescape=True))


def _last_errors(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    last = (
        select(ATTEMPT.c.delivery_id, func.max(ATTEMPT.c.number).label("number"))
        .where(ATTEMPT.c.delivery_id.in_(ids))
        .group_by(ATTEMPT.c.delivery_id)
        .subquery()
    )
    rows = connection.execute(
        select(ATTEMPT.c.delivery_id, ATTEMPT.c.detail).join(
            last, and_(last.c.delivery_id == ATTEMPT.c.delivery_id, last.c.number == ATTEMPT.c.number)
        )
    )
    return {row.delivery_id: row.detail for row in rows}


def _listed(row: Any, now: datetime, error: str) -> ListedDelivery:
    waits = row.state in (DeliveryState.PENDING.value, DeliveryState.FAILED.value)
    rests = waits and row.rest_until is not None and row.rest_until > now
    return ListedDelivery(
        id=row.id,
        channel=row.channel,
        rules=tuple(row.rules),
        state=DeliveryState(row.state),
        sending=row.lease is not None and row.lease_until > now,
        title=row.title,
        link=row.link,
        entry=row.entry_id,
        created_at=row.created_at,
        published_at=row.published_at,
        seen_at=row.first_seen_at,
        sent_at=row.sent_at,
        attempts=row.attempts,
        next_attempt_at=row.next_attempt_at,
        rests_until=row.rest_until if rests else None,
        detail=row.detail,
        error=error,
        escalated_from=row.escalated_from,
    )
