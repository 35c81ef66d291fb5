"""Brings a database to the schema that this version works with. Forward only, in the caller's transaction.

Programs of two versions may be at work on one database (ADR 0021): each schema tells, in the database, the oldest one
whose programs can work with it.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Column, Connection, String, Table, insert, inspect, select, text, update

from monitor.errors import SchemaTooNew, StoreError
from monitor.model import SchemaPlan, SchemaStep
from monitor.store.search import index
from monitor.store.tables import METADATA

if TYPE_CHECKING:
    from alembic.script import Script

# The newest file in migrations/versions, and what it says of older programs. Told here too, for a new database and one that
# is at the head are spared alembic's import.
HEAD, WORKS_WITH = "0019", "0017"

# One row. What is older than it can't know the files of newer versions, so what they say of it is kept here.
COMPATIBILITY: Final = Table("compatibility", METADATA, Column("works_with", String, primary_key=True))

# As alembic makes it.
_STAMP = (
    "CREATE TABLE alembic_version"
    " (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
)

Note = Callable[[str], None]


def _note_nothing(_: str) -> None:
    pass


def ensure_schema(connection: Connection, label: str, note: Note = _note_nothing) -> None:
    """Create or migrate the tables, all or nothing; the caller holds off other processes.

    `note` is told each schema that is reached. Raises as `plan`.
    """
    planned = plan(connection, label)
    if planned.found is None:
        _create(connection)
        note(HEAD)
    elif planned.steps:
        _migrate(connection, planned, note)


def _create(connection: Connection) -> None:
    """Make all tables at once, as the migrations would lead to them (ADR 0022)."""
    METADATA.create_all(connection, checkfirst=False)
    index.create(connection)
    connection.execute(insert(COMPATIBILITY).values(works_with=WORKS_WITH))
    connection.execute(text(_STAMP))
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})


def _migrate(connection: Connection, planned: SchemaPlan, note: Note) -> None:
    from alembic import command  # noqa: PLC0415 - takes over a second, needed only once a release

    if connection.dialect.name == "postgresql":
        # Whoever waits for a table to himself makes all others wait behind him.
        connection.execute(text("SET LOCAL lock_timeout = '10s'"))
    config = alembic_config(connection)
    config.attributes["note"] = lambda *, step, **_: note(step.up_revision_id)
    command.upgrade(config, HEAD)
    connection.execute(update(COMPATIBILITY).values(works_with=planned.works_with))


def plan(connection: Connection, label: str) -> SchemaPlan:
    """Return what brings the database to this version's schema; change nothing.

    There is nothing to do for a newer schema that this version can work with. Raises SchemaTooNew for another one, or
    StoreError when the database holds another program's tables.
    """
    found = _version(connection, label)
    if found is None:
        everything = SchemaStep(HEAD, "All tables of this version.")
        return SchemaPlan(found=None, head=HEAD, steps=[everything], works_with=WORKS_WITH)
    if found >= HEAD:
        _check_newer(connection, found, label)
        return SchemaPlan(found=found, head=HEAD)
    scripts = _scripts(connection, found)
    steps = [SchemaStep(script.revision, script.doc) for script in scripts]
    return SchemaPlan(found=found, head=HEAD, steps=steps, works_with=scripts[-1].module.works_with)


def check_schema(connection: Connection, label: str) -> None:
    """Raise StoreError when this version can't read the database's schema; change nothing."""
    found = _version(connection, label)
    if found is None:
        raise StoreError(f"{label}: is empty so far; start the monitor first: news-monitor run")
    if found < HEAD:
        raise StoreError(
            f"{label}: has schema {found}, this version of news-monitor reads {HEAD}; "
            "use the version that the running monitor has, or migrate it: news-monitor db migrate"
        )
    _check_newer(connection, found, label)


def check_same(connection: Connection, label: str) -> None:
    """Raise StoreError when the database isn't at this version's very schema; change nothing."""
    check_schema(connection, label)
    found = _version(connection, label)
    if found != HEAD:
        raise StoreError(
            f"{label}: has schema {found}, and this needs the version of news-monitor that made it; "
            f"this one has {HEAD}"
        )


def drift(connection: Connection) -> list[Any]:
    """Return how the tables differ from those that this version makes, as alembic tells differences."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 - see ensure_schema
    from alembic.migration import MigrationContext  # noqa: PLC0415 - see ensure_schema

    # Those of the index are the databases' own.
    ours = {"include_name": lambda name, *_: not (name or "").startswith("search_index")}
    context = MigrationContext.configure(connection, opts={"compare_type": True, **ours})
    found: list[Any] = compare_metadata(context, METADATA)
    return found


def _check_newer(connection: Connection, found: str, label: str) -> None:
    """Raise SchemaTooNew when this version can't work with a schema that isn't older than its own."""
    if found == HEAD:
        return
    known = inspect(connection).has_table(COMPATIBILITY.name)
    oldest = connection.scalar(select(COMPATIBILITY.c.works_with)) if known else None
    if oldest is None or oldest > HEAD:
        raise SchemaTooNew(
            f"{label}: has schema {found}, this version of news-monitor knows up to {HEAD}; "
            "install the newer version that wrote it"
        )


def _version(connection: Connection, label: str) -> str | None:
    tables = inspect(connection).get_table_names()
    if "alembic_version" in tables:
        version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return version
    if tables:
        raise StoreError(
            f"{label}: holds the tables of another program ({min(tables)}, ...); "
            "give news-monitor a database of its own"
        )
    return None


def _scripts(connection: Connection, found: str) -> "list[Script]":
    """Return the migrations that follow a schema, in their order."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - see ensure_schema

    scripts = ScriptDirectory.from_config(alembic_config(connection))
    return [*scripts.iterate_revisions(HEAD, found)][::-1]


def alembic_config(connection: Connection) -> Any:
    """Return the alembic Config that migrates over `connection`, without a file of its own."""
    from alembic.config import Config  # noqa: PLC0415 - see ensure_schema

    config = Config()
    config.set_main_option("script_location", "monitor.store:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
