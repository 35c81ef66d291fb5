"""How it stands with the configuration: one row, which the daemon writes and others read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, Connection, Table, select, update
from sqlmodel import Field, SQLModel

from monitor.errors import Problem
from monitor.model import Changes, ConfigurationState, Difference, NoticeRecord, Reloaded
from monitor.store.engine import Turn, insert_into, take_turn
from monitor.store.health import add_notice
from monitor.store.tables import METADATA

_ID = 1
# Of so many mistakes each is kept; whoever mends them reads them where they are found.
_MOST_PROBLEMS = 50


class ConfigurationRow(SQLModel, table=True):
    """The one row of its table, for what nothing else refers to. `told` and `problems` are lists of monitor.errors.Problem."""

    __tablename__ = "configuration"
    metadata = METADATA

    id: int = Field(primary_key=True)
    since: datetime
    tried_at: datetime
    changes: dict[str, Any] | None = Field(sa_type=JSON(none_as_null=True))
    mistakes: int
    problems: list[Any] = Field(sa_type=JSON)
    told: list[Any] = Field(sa_type=JSON)
    told_at: datetime | None


CONFIGURATION: Final[Table] = METADATA.tables["configuration"]


def record(connection: Connection, reloaded: Reloaded) -> None:
    """Keep how a try went to read the configuration; see Store.record_reload."""
    changes, problems = reloaded.changes, reloaded.problems
    values: dict[str, Any] = {
        "tried_at": reloaded.at,
        "mistakes": len(problems),
        "problems": _plain(problems[:_MOST_PROBLEMS]),
    }
    if changes or not (problems or changes is not None):
        values |= {"since": reloaded.at, "changes": asdict(changes) if changes else None}
    _write(connection, values)


def read(connection: Connection) -> ConfigurationState | None:
    """Return how it stands, None when no daemon has been started since the row exists."""
    row = connection.execute(select(CONFIGURATION)).one_or_none()
    if row is None:
        return None
    return ConfigurationState(
        since=row.since,
        tried_at=row.tried_at,
        changes=_changes(row.changes) if row.changes else None,
        mistakes=row.mistakes,
        problems=_problems(row.problems),
        told=_problems(row.told),
        told_at=row.told_at,
    )


def commit_told(connection: Connection, record: NoticeRecord, state: ConfigurationState) -> bool:
    """Add a notice of how it stands; see ConfigurationStore.commit_configuration_notice."""
    take_turn(connection, Turn.COMMIT_NOTICE)
    unchanged = CONFIGURATION.c.told_at.is_not_distinct_from(state.told_at)
    values = {"told": _plain(state.problems), "told_at": record.created_at}
    if not connection.execute(update(CONFIGURATION).where(unchanged).values(values)).rowcount:
        return False
    add_notice(connection, record)
    return True


def _write(connection: Connection, values: Mapping[str, Any]) -> None:
    first = {"id": _ID, "since": values["tried_at"], "changes": None, "told": [], **values}
    statement = insert_into(connection, CONFIGURATION).values(first)
    connection.execute(
        statement.on_conflict_do_update(index_elements=[CONFIGURATION.c.id], set_=dict(values))
    )


def _plain(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    return [asdict(problem) for problem in problems]


def _problems(stored: Sequence[Mapping[str, Any]]) -> tuple[Problem, ...]:
    return tuple(Problem(**one) for one in stored)


def _changes(stored: Mapping[str, Any]) -> Changes:
    return Changes(
        feeds=_difference(stored["feeds"]),
        rules=_difference(stored["rules"]),
        channels=_difference(stored["channels"]),
        other=tuple(stored["other"]),
        needs_restart=tuple(stored["needs_restart"]),
    )


def _difference(stored: Mapping[str, Sequence[str]]) -> Difference:
    return Difference(**{name: tuple(names) for name, names in stored.items()})
