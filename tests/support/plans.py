"""How a database goes about what it is asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, event

_ASKING = {"postgresql": "EXPLAIN ", "sqlite": "EXPLAIN QUERY PLAN "}
_EXPLAINED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


class Plan(NamedTuple):
    """A statement, and the lines of the database's plan for it."""

    statement: str
    lines: tuple[str, ...]


@contextmanager
def statements(on: Connection | type[Engine]) -> Iterator[list[Plan]]:
    """Collect each statement that is run, with its plan: over a connection, or over all of this process."""
    told: list[Plan] = []

    def explain(
        connection: Connection, cursor: Any, statement: str, parameters: Any, _context: Any, many: bool
    ) -> None:
        if statement.lstrip().upper().startswith(_EXPLAINED):
            asking = _ASKING[connection.dialect.name] + statement
            cursor.execute(asking, parameters[0] if many else parameters)
            told.append(Plan(statement, tuple(str(row[-1]) for row in cursor.fetchall())))

    event.listen(on, "before_cursor_execute", explain)
    yield told
    event.remove(on, "before_cursor_execute", explain)


@contextmanager
def plans(connection: Connection) -> Iterator[list[str]]:
    """Collect the lines of the database's plans for all statements that are run."""
    lines: list[str] = []
    with statements(connection) as told:
        yield lines
    lines.extend(line for plan in told for line in plan.lines)
