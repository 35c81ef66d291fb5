"""Time-limited claims on rows of `feed`, `article` and `delivery`, and what a claim that ran out may no longer do.

A claim is one UPDATE, so two workers never get the same row. The token written with it is asked for
again when the work is recorded: who was too slow changes nothing. All comparisons with a lease's end
stand here, because with workers on several machines their clocks must agree on them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    and_,
    bindparam,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from monitor.errors import LeaseLost


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """When something is claimed, for how long, and the token of its lease."""

    now: datetime
    lease: timedelta
    token: str

    @property
    def parameters(self) -> dict[str, Any]:
        """Return what the statements of this module ask for."""
        return {"now": self.now, "token": self.token, "until": self.now + self.lease}


# Statements are put together once: that takes a multiple of the time in which they are executed.


def is_free(table: Table) -> ColumnElement[bool]:
    """Return the condition that nobody holds a row of `table` `now`."""
    return or_(table.c.lease.is_(None), table.c.lease_until <= bindparam("now"))


def held(table: Table, group: str) -> Select[str, int]:
    """Return the query for how many rows are held `now`, by the column `group`; none: no row."""
    condition = and_(table.c.lease.is_not(None), table.c.lease_until > bindparam("now"))
    column = table.c[group]
    return select(column, func.count().label("held")).where(condition).group_by(column)


def taking(
    table: Table, wanted: Select[int], columns: Sequence[ColumnElement[Any]] = ()
) -> ReturningUpdate[Any]:
    """Return the statement that leases the rows of `table` whose primary keys `wanted` selects.

    It returns them, or `columns` of them, in any order. A row that another transaction is changing at this moment is
    left out, not waited for.
    """
    # A named subquery runs once; a bare one may run again for each row and lease more than its LIMIT.
    picked = wanted.with_for_update(of=table, skip_locked=True).cte("picked")
    key = _key(table)
    return (
        update(table)
        .where(key.in_(select(picked.c[key.name])))
        .values(lease=bindparam("token"), lease_until=bindparam("until"))
        .returning(*(columns or table.c))
    )


def finish(
    connection: Connection, table: Table, row_id: int, lease: str, changes: dict[str, Any]
) -> Row[Any]:
    """Change a leased row, give its lease back and return it. Raises LeaseLost."""
    done = (
        update(table)
        .where(_key(table) == row_id, table.c.lease == lease)
        .values(**changes, lease=None, lease_until=None)
        .returning(*table.c)
    )
    row = connection.execute(done).one_or_none()
    if row is None:
        raise lost(table, row_id)
    return row


def leave(connection: Connection, table: Table, row_id: int, lease: str) -> None:
    """Give a row back as it was claimed. Nothing is done when it isn't leased any more."""
    row = and_(_key(table) == row_id, table.c.lease == lease)
    connection.execute(update(table).where(row).values(lease=None, lease_until=None))


def _key(table: Table) -> Column[int]:
    (key,) = table.primary_key
    return key


def check(
    connection: Connection, table: Table, leases: Sequence[tuple[int, str]], *columns: ColumnElement[Any]
) -> dict[int, Row[Any]]:
    """Return these columns of leased rows, by primary key, and keep the rows from others until the transaction ends.

    `leases` are the primary keys and the tokens that the rows are held with. Raises LeaseLost.
    """
    found = connection.execute(_leased(table, *columns), {"rows": [row_id for row_id, _ in leases]})
    rows = {row[0]: row for row in found.all()}
    for row_id, lease in leases:
        # A row that stands there twice was leased anew meanwhile, by the same worker.
        if row_id not in rows or rows[row_id].lease != lease:
            raise lost(table, row_id)
    return rows


@cache
def _leased(table: Table, *columns: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    key = _key(table)
    wanted = key.in_(bindparam("rows", expanding=True))
    return select(key, table.c.lease, *columns).where(wanted).order_by(key).with_for_update(of=table)


def lost(table: Table, row_id: int, *others: int) -> LeaseLost:
    """Return what is raised when a row, or one of several, is no longer leased by whoever claimed it."""
    which = f"{table.name} {row_id}" + (" or one that goes with it" if others else "")
    return LeaseLost(f"{which}: taken over by another worker after its lease ran out")


def release(connection: Connection, table: Table, token: str = "") -> None:
    """Give back the leases whose token begins so; those of rows that are just being changed run out by themselves."""
    held = and_(table.c.lease.is_not(None), table.c.lease.startswith(token))
    rows = select(_key(table)).where(held).with_for_update(skip_locked=True)
    connection.execute(update(table).where(_key(table).in_(rows)).values(lease=None, lease_until=None))
