"""What comes by the clock: an empty digest that is asked for, the daily word that all is well."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, and_, delete, exists, func, insert, or_, select, update

from monitor.model import DIGEST_BUNDLE, DeliveryState, Doings, NoticeRecord, Timer
from monitor.store.engine import Turn, insert_into, take_turn
from monitor.store.health import add_notice
from monitor.store.tables import (
    ACTIVE,
    ALERT,
    BUNDLED,
    DEAD,
    DELIVERY,
    ENTRY,
    FEED,
    HELD,
    NOTICE,
    OVER,
    READY,
    TIMER,
)

# When the owner may be told of dead deliveries again.
DEAD_TIMER = "dead"


def due_timers(connection: Connection, wanted: Mapping[str, datetime], now: datetime) -> list[Timer]:
    """Keep the timers that are wanted and return the due ones; see TimerStore.due_timers."""
    connection.execute(delete(TIMER).where(TIMER.c.name.not_in([*wanted, DEAD_TIMER])))
    if wanted:
        rows = [{"name": name, "since": now, "due_at": due_at} for name, due_at in wanted.items()]
        new = insert_into(connection, TIMER).on_conflict_do_nothing(index_elements=[TIMER.c.name])
        connection.execute(new, rows)
    due = select(TIMER).where(TIMER.c.name.in_(wanted), TIMER.c.due_at <= now).order_by(TIMER.c.name)
    return [Timer(name=row.name, since=row.since, due_at=row.due_at) for row in connection.execute(due)]


def timer_due_at(connection: Connection, name: str) -> datetime | None:
    """Return when a timer is due, None when there is none."""
    return connection.scalar(select(TIMER.c.due_at).where(TIMER.c.name == name))


def set_timer(connection: Connection, name: str, since: datetime, due_at: datetime) -> None:
    """Let a timer run from `since` to `due_at`."""
    values = {"since": since, "due_at": due_at}
    new = insert_into(connection, TIMER).values(name=name, **values)
    connection.execute(new.on_conflict_do_update(index_elements=[TIMER.c.name], set_=values))


def _wind_up(connection: Connection, timer: Timer, now: datetime, due_at: datetime) -> bool:
    """Set a timer for the next time; False when another daemon was quicker."""
    take_turn(connection, Turn.COMMIT_NOTICE)
    due = and_(TIMER.c.name == timer.name, TIMER.c.due_at == timer.due_at)
    done = connection.execute(update(TIMER).where(due).values(since=now, due_at=due_at))
    return bool(done.rowcount)


def add_empty_digest(
    connection: Connection, channel: str, timer: Timer, *, now: datetime, due_at: datetime
) -> bool:
    """Add an empty digest unless there is one with something in it; see TimerStore.add_empty_digest."""
    if not _wind_up(connection, timer, now, due_at) or _has_digest(connection, channel, timer.due_at, now):
        return False
    notice_id = connection.scalar(
        insert(NOTICE).values(created_at=timer.since, subject="", lines=[]).returning(NOTICE.c.id)
    )
    connection.execute(
        insert(DELIVERY).values(
            notice_id=notice_id,
            channel=channel,
            rules=[],
            state=DeliveryState.PENDING.value,
            attempts=0,
            next_attempt_at=now,
            bundle=DIGEST_BUNDLE,
            revived_at=now,
        )
    )
    return True


def _has_digest(connection: Connection, channel: str, due_at: datetime, now: datetime) -> bool:
    state = DELIVERY.c.state
    sent = and_(state == DeliveryState.SENT.value, DELIVERY.c.sent_at >= due_at)
    held = and_(state == DeliveryState.HELD.value, DELIVERY.c.next_attempt_at <= now)
    waiting = state.in_([DeliveryState.PENDING.value, DeliveryState.FAILED.value])
    any_of_it = select(DELIVERY.c.id).where(
        BUNDLED, DELIVERY.c.channel == channel, DELIVERY.c.bundle == DIGEST_BUNDLE, or_(sent, held, waiting)
    )
    return bool(connection.scalar(select(exists(any_of_it))))


def commit_alive(connection: Connection, record: NoticeRecord, timer: Timer, due_at: datetime) -> bool:
    """Store the word that all is well; see TimerStore.commit_alive."""
    if not _wind_up(connection, timer, record.created_at, due_at):
        return False
    add_notice(connection, record)
    return True


def read_doings(connection: Connection, since: datetime) -> Doings:
    """Return what was done since then, and how things stand; see TimerStore.read_doings."""

    def count(*wanted: object) -> int:
        return connection.scalar(select(func.count()).where(*wanted)) or 0  # type: ignore[arg-type] # any condition

    return Doings(
        since=since,
        feeds=count(ACTIVE),
        failing=count(ACTIVE, FEED.c.failures > 0),
        entries=count(ENTRY.c.first_seen_at >= since),
        alerts=count(ALERT.c.created_at >= since),
        told=count(OVER, DELIVERY.c.state == DeliveryState.SENT.value, DELIVERY.c.sent_at >= since),
        waiting=count(READY),
        held=count(HELD),
        dead=count(DEAD),
    )
