"""Tables of two databases held against each other: how many rows, and a sum over what is in them.

A row is what SQLAlchemy reads, so that what SQLite and PostgreSQL keep in different ways (times, truth, JSON) is alike. The
sum doesn't ask for an order, which the two have different ones of for texts.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, null, select, tuple_

# How many rows are in memory at once; an article may be long.
BATCH = 500

_LEASE = ("lease", "lease_until")


@dataclass(slots=True)
class RowSum:
    """The number of rows, and the sum of their digests."""

    rows: int = 0
    total: int = 0

    def add(self, rows: Sequence[Row[Any]]) -> None:
        """Add some rows."""
        self.rows += len(rows)
        for row in rows:
            digest = blake2b(repr(tuple(row)).encode(), digest_size=16).digest()
            self.total = (self.total + int.from_bytes(digest)) % 2**128


def without_leases(table: Table) -> Select[Any]:
    """Return the query for all of a table, with nobody at work on it."""
    return select(*(null().label(column.name) if column.name in _LEASE else column for column in table.c))


@contextmanager
def batches(connection: Connection, query: Select[Any]) -> Iterator[Iterator[Sequence[Row[Any]]]]:
    """Give the rows of a query, as few at a time as are wanted in memory."""
    with connection.execute(query, execution_options={"yield_per": BATCH}) as result:
        yield result.partitions()


def first_difference(table: Table, source: Connection, target: Connection) -> str:
    """Return where the second database differs first from what `without_leases` reads in the first one."""
    with batches(source, without_leases(table)) as all_rows:
        for rows in all_rows:
            if where := _difference(table, rows, target):
                return where
    return f"{table.name} has rows that were not there"


def _difference(table: Table, rows: Sequence[Row[Any]], target: Connection) -> str:
    wanted = _by_key(table, rows)
    there = _by_key(
        table, target.execute(select(table).where(tuple_(*table.primary_key).in_(list(wanted)))).all()
    )
    for key, row in wanted.items():
        name = f"{table.name} {', '.join(map(str, key))}"
        if key not in there:
            return f"{name} is missing"
        for column, before, after in zip(table.c, row, there[key], strict=True):
            if repr(before) != repr(after):
                return f"{name} has another {column.name}"
    return ""


def _by_key(table: Table, rows: Sequence[Row[Any]]) -> dict[tuple[Any, ...], Row[Any]]:
    return {tuple(getattr(row, column.name) for column in table.primary_key): row for row in rows}
