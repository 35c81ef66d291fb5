"""Statements that run for each message, compiled once.

With each execution SQLAlchemy looks up what it has compiled and puts together how parameters and results are to be read: several times
what the database itself takes for one row. It still writes the statement, and each value by the type of its column.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.sql.dml import UpdateBase

Row = Mapping[str, Any]


class Prepared:
    """A statement that changes rows, and has no parameter that is a list."""

    def __init__(self, statement: UpdateBase) -> None:
        self._statement = statement
        self._texts: dict[str, _Text] = {}

    def run(self, connection: Connection, rows: Sequence[Row]) -> int:
        """Run it with the parameters in each of the rows, at least one, and return how many rows it changed."""
        text = self._text(connection.dialect)
        written = [text.write(row) for row in rows]
        return connection.exec_driver_sql(text.sql, written if len(written) > 1 else written[0]).rowcount

    def run_by_driver(self, connection: Connection, row: Row) -> int:
        """Run it as `run`, with one row, past SQLAlchemy and its transactions. Raises what the driver raises."""
        text = self._text(connection.dialect)
        driver: Any = connection.connection.driver_connection
        changed: int = driver.execute(text.sql, text.write(row)).rowcount
        return changed

    def _text(self, dialect: Dialect) -> "_Text":
        if dialect.name not in self._texts:
            self._texts[dialect.name] = _text(self._statement, dialect)
        return self._texts[dialect.name]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """A statement as the driver takes it. `fixed` are the values that are always the same, `writers` make what the driver takes."""

    sql: str
    names: Sequence[str]
    by_position: bool
    fixed: Row
    writers: Mapping[str, Callable[[Any], Any]]

    def write(self, row: Row) -> Any:
        values = {**self.fixed, **row}
        for name, writer in self.writers.items():
            values[name] = writer(values[name])
        if self.by_position:
            return tuple([values[name] for name in self.names])
        return {name: values[name] for name in self.names}


def _text(statement: UpdateBase, dialect: Dialect) -> _Text:
    compiled = statement.compile(dialect=dialect)
    fixed, writers = {}, {}
    for parameter, name in compiled.bind_names.items():
        write = parameter.type.dialect_impl(dialect).bind_processor(dialect)
        if not parameter.required:
            fixed[name] = write(parameter.value) if write else parameter.value
        elif write:
            writers[name] = write
    return _Text(
        sql=compiled.string,
        names=compiled.positiontup or list(compiled.bind_names.values()),
        by_position=compiled.positional,
        fixed=fixed,
        writers=writers,
    )
