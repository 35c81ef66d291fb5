"""Which feeds are watched."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, case, null, select, update

from monitor.model import FeedSpec
from monitor.store.engine import Turn, chunks, insert_into, take_turn
from monitor.store.feeds import GONE
from monitor.store.tables import FEED

# A feed that was out of use for longer begins anew: what it brings then is told as its first_poll says.
AWAY = timedelta(days=30)
# What belongs to the address that was asked.
_OF_THE_SERVER = ("etag", "last_modified", "validators_url", "cache_control", "expires", "move")


def sync(connection: Connection, specs: Sequence[FeedSpec], first_polls: Sequence[datetime]) -> None:
    """Make the active feeds those of `specs`; see Store.sync_feeds."""
    take_turn(connection, Turn.SYNC_FEEDS)
    rows = [
        {
            "url": spec.url,
            "host": spec.host,
            "name": spec.name,
            "active": spec.enabled,
            "address": hashlib.sha256(spec.request_url.reveal().encode()).hexdigest(),
            "detail": "",
            "failures": 0,
            "next_poll_at": first_poll,
        }
        for spec, first_poll in zip(specs, first_polls, strict=True)
    ]
    stored = {row.url: row for row in connection.execute(select(*_CONFIGURED).order_by(FEED.c.id))}
    rows = [row for row in rows if not _is_stored(row, stored.get(row["url"]))]
    if rows:
        back = [str(row["url"]) for row in rows if row["active"] and row["url"] in stored]
        _begin_anew(connection, back, min(first_polls) - AWAY)
        # In one order for all workers: who commits polls meanwhile has some of these rows.
        order = {url: place for place, url in enumerate(stored)}
        rows.sort(key=lambda row: order.get(row["url"], len(order)))
        connection.execute(_upsert(connection), rows)
    watched = {spec.url for spec in specs}
    for gone in chunks(row.id for row in stored.values() if row.active and row.url not in watched):
        connection.execute(update(FEED).where(FEED.c.id.in_(gone)).values(active=False))


_WATCHED_BY = ("host", "name", "active", "address")
_CONFIGURED = [FEED.c[name] for name in ("id", "url", *_WATCHED_BY)]


def _is_stored(wanted: Mapping[str, Any], row: Row[Any] | None) -> bool:
    return row is not None and tuple(row)[2:] == tuple(wanted[name] for name in _WATCHED_BY)


def _begin_anew(connection: Connection, urls: Sequence[str], before: datetime) -> None:
    """Let the next poll of those of the feeds be a first one that come back, and did well for the last time `before` then."""
    for some in chunks(urls):
        returning = and_(FEED.c.url.in_(some), FEED.c.active.is_(False))
        away = and_(returning, FEED.c.succeeded_at < before)
        connection.execute(update(FEED).where(away).values(baseline_at=null(), listed_on=null()))


def _upsert(connection: Connection) -> Any:
    statement = insert_into(connection, FEED)
    offered = statement.excluded
    # A feed that comes back keeps a later date that its server may have asked for.
    back_again = and_(FEED.c.active.is_(False), FEED.c.next_poll_at < offered.next_poll_at)
    # Written by a reference, an address may become another one under the same name.
    moved = FEED.c.address != offered.address
    return statement.on_conflict_do_update(
        index_elements=[FEED.c.url],
        set_={
            "host": offered.host,
            "name": offered.name,
            "active": offered.active,
            "next_poll_at": case((back_again, offered.next_poll_at), else_=FEED.c.next_poll_at),
            # Whoever takes a feed that is gone out and puts it in again wants it tried again.
            "reason": case((and_(FEED.c.active.is_(False), GONE), None), else_=FEED.c.reason),
            "address": offered.address,
            **{name: case((moved, null()), else_=FEED.c[name]) for name in _OF_THE_SERVER},
        },
    )
