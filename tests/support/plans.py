"""How a database goes about what it is asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event


@contextmanager
def plans(connection: Connection) -> Iterator[list[str]]:
    """Collect the database's plan for every statement that is run."""
    told: list[str] = []
    asking = "EXPLAIN " if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "

    def explain(
        _: Connection, cursor: Any, statement: str, parameters: Any, _context: Any, many: bool
    ) -> None:
        cursor.execute(asking + statement, parameters[0] if many else parameters)
        told.extend(str(row[-1]) for row in cursor.fetchall())

    event.listen(connection, "before_cursor_execute", explain)
    yield told
    event.remove(connection, "before_cursor_execute", explain)
