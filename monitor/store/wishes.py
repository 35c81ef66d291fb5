"""What people wish of feeds beside the configuration: to be polled at once, to rest, to go on."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, or_, select, update

from monitor.model import Reason
from monitor.store.engine import chunks
from monitor.store.feeds import GONE
from monitor.store.leases import is_free
from monitor.store.tables import ACTIVE, FEED, RESTING


def poll_now(connection: Connection, urls: Collection[str], now: datetime) -> list[str]:
    """Make these feeds due, but for those that rest, that are being polled, or whose server wants to be left alone for now.

    One that is gone is tried again. Return their addresses.
    """
    wished = {"next_poll_at": now, "reason": case((GONE, None), else_=FEED.c.reason)}
    return _change(connection, urls, wished, ~RESTING, _patient(now), is_free(FEED), now=now)


def retry_failing(
    connection: Connection, urls: Collection[str], why: Collection[Reason], now: datetime
) -> None:
    """Make those of these feeds due that fail for one of these reasons; see Store.retry_failing."""
    failing = and_(ACTIVE, ~RESTING, FEED.c.reason.in_([reason.value for reason in why]))
    # Mostly there are few of them, and many feeds.
    few = set(connection.scalars(select(FEED.c.url).where(failing))).intersection(urls)
    later = FEED.c.next_poll_at > now
    wished = {"next_poll_at": now}
    _change(connection, sorted(few), wished, failing, later, _patient(now), is_free(FEED), now=now)


def pause(connection: Connection, urls: Collection[str], now: datetime) -> list[str]:
    """Let these feeds rest until somebody lets them go on; return the addresses of those that didn't yet."""
    return _change(connection, urls, {"paused_at": now}, ~RESTING)


def resume(connection: Connection, urls: Collection[str], now: datetime) -> list[str]:
    """Let these feeds go on, due now unless their server wants to be left alone; return the addresses of those that rested."""
    due = case((FEED.c.retry_until > now, FEED.c.retry_until), else_=now)
    return _change(connection, urls, {"paused_at": None, "next_poll_at": due}, RESTING)


def _patient(now: datetime) -> ColumnElement[bool]:
    return or_(FEED.c.retry_until.is_(None), FEED.c.retry_until <= now)


def _change(
    connection: Connection,
    urls: Collection[str],
    values: dict[str, Any],
    *where: ColumnElement[bool],
    **parameters: datetime,
) -> list[str]:
    changed: list[str] = []
    for some in chunks(urls):
        wanted = update(FEED).where(FEED.c.url.in_(some), ACTIVE, *where).values(values)
        changed += connection.scalars(wanted.returning(FEED.c.url), parameters).all()
    return sorted(changed)
