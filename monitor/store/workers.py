"""The daemons that share the database: each is heard of again and again, and what a silent one holds is given back."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Table, delete, func, select, update
from sqlmodel import Field, SQLModel

from monitor.health import SILENT
from monitor.model import Role, Worker
from monitor.store.engine import Turn, insert_into, take_turn
from monitor.store.leases import release
from monitor.store.setback import follow, last_poll
from monitor.store.tables import ARTICLE, DELIVERY, FEED, METADATA

# So long people see that it was lost.
_SHOWN = timedelta(days=1)


class WorkerRow(SQLModel, table=True):
    """A daemon; see monitor.model.Worker."""

    __tablename__ = "worker"
    metadata = METADATA

    id: str = Field(primary_key=True)
    host: str
    pid: int
    role: str
    version: str
    setup: str
    began_at: datetime
    seen_at: datetime
    lost_at: datetime | None


WORKER: Final[Table] = METADATA.tables["worker"]


def check_in(connection: Connection, worker: Worker) -> Sequence[Worker]:
    """Keep that a worker is there; see Store.check_in."""
    take_turn(connection, Turn.CHECK_IN)
    now = worker.seen_at
    if follow(connection, _seen(connection, worker.id), now):
        connection.execute(update(WORKER).where(WORKER.c.seen_at > now).values(seen_at=now))
    values = asdict(worker)
    statement = insert_into(connection, WORKER).values(values)
    connection.execute(statement.on_conflict_do_update(index_elements=[WORKER.c.id], set_=values))
    connection.execute(delete(WORKER).where(WORKER.c.lost_at <= now - _SHOWN))
    silent = WORKER.c.lost_at.is_(None) & (WORKER.c.seen_at <= now - SILENT)
    lost = connection.execute(update(WORKER).where(silent).values(lost_at=now).returning(WORKER)).all()
    for row in lost:
        give_back(connection, row.id)
    return [_worker(row) for row in lost]


def _seen(connection: Connection, worker: str) -> datetime | None:
    """Return the latest time that a worker knows of: of its own, for others may come in between; the first one goes by the last poll."""
    own: datetime | None = connection.scalar(select(WORKER.c.seen_at).where(WORKER.c.id == worker))
    if own is not None or connection.scalar(select(WORKER.c.id).where(WORKER.c.lost_at.is_(None)).limit(1)):
        return own
    return last_poll(connection)


def leave(connection: Connection, worker: str = "") -> None:
    """Forget a worker that ends, or all, and give back what it holds."""
    give_back(connection, worker)
    connection.execute(delete(WORKER).where(WORKER.c.id.startswith(worker)))


def give_back(connection: Connection, worker: str) -> None:
    """End the claims of a worker, or of all."""
    for table in (FEED, ARTICLE, DELIVERY):
        release(connection, table, worker)


def read(connection: Connection) -> tuple[Worker, ...]:
    """Return all workers that run or were lost of late, in the order in which they began."""
    rows = connection.execute(select(WORKER).order_by(WORKER.c.began_at, WORKER.c.id))
    return tuple(_worker(row) for row in rows)


def count(connection: Connection, now: datetime) -> dict[Role, int]:
    """Return how many workers were heard of lately, by role."""
    lately = WORKER.c.lost_at.is_(None) & (WORKER.c.seen_at > now - SILENT)
    counted = select(WORKER.c.role, func.count()).where(lately).group_by(WORKER.c.role)
    return {Role(role): many for role, many in connection.execute(counted)}


def read_clock(connection: Connection) -> datetime | None:
    """Return what time it is for all who share the database; None when nobody does."""
    if connection.dialect.name != "postgresql":
        return None
    told: datetime = connection.scalar(select(func.clock_timestamp()))  # type: ignore[assignment]  # never NULL
    return told


def _worker(row: Any) -> Worker:
    return Worker(
        id=row.id,
        host=row.host,
        pid=row.pid,
        role=Role(row.role),
        version=row.version,
        setup=row.setup,
        began_at=row.began_at,
        seen_at=row.seen_at,
        lost_at=row.lost_at,
    )
