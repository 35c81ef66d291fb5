"""Moments <-> the text as which SQLite holds them. SQLModel's type does it in steps that take several times as long."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Dialect, MetaData
from sqlmodel.sql.sqltypes import UTCDateTime


class FastUTCDateTime(UTCDateTime):
    """Reads and writes the same as SQLModel's type."""

    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """Return what makes of a value what the driver takes."""
        return _write if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], Any] | None:
        """Return what makes a value of what the driver gives."""
        return _read if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def hasten_moments(metadata: MetaData) -> None:
    """Give the tables this type where they have SQLModel's. Nothing may have been built of their columns yet."""
    for table in metadata.tables.values():
        for column in table.c:
            if isinstance(column.type, UTCDateTime):
                column.type = FastUTCDateTime()


def _write(value: datetime | None) -> str | None:
    if value is None:
        return None
    if value.tzinfo is not UTC:
        if value.utcoffset() is None:
            raise ValueError("a moment without a timezone")
        value = value.astimezone(UTC)
    return f"{value.date().isoformat()} {value.time().isoformat('microseconds')}"


def _read(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(f"{text}+00:00")
