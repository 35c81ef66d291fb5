"""Brings a database to the schema that this version works with. Forward only, in the caller's transaction."""

from typing import Any

from sqlalchemy import Connection, inspect, text

from monitor.errors import SchemaTooNew, StoreError

# The newest file in migrations/versions. Comparing it by plain SQL spares every start alembic's import.
HEAD = "0017"


def ensure_schema(connection: Connection, label: str) -> None:
    """Create or migrate the tables, all or nothing; the caller holds off other processes.

    Raises SchemaTooNew, or StoreError when the database holds another program's tables.
    """
    found = _version(connection, label)
    if found == HEAD:
        return
    from alembic import command  # noqa: PLC0415 - takes over a second, needed only once a release
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - see above

    config = alembic_config(connection)
    ours = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found and found not in ours:
        raise SchemaTooNew(
            f"{label}: has schema {found}, this version of news-monitor knows up to {HEAD}; "
            "install the newer version that wrote it"
        )
    command.upgrade(config, HEAD)


def check_schema(connection: Connection, label: str) -> None:
    """Raise StoreError when the database isn't at this version's schema; change nothing."""
    found = _version(connection, label)
    if found is None:
        raise StoreError(f"{label}: is empty so far; start the monitor first: news-monitor run")
    if found != HEAD:
        raise StoreError(
            f"{label}: has schema {found}, this version of news-monitor reads {HEAD}; "
            "use the version that the running monitor has, or start this one once"
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


def alembic_config(connection: Connection) -> Any:
    """Return the alembic Config that migrates over `connection`, without a file of its own."""
    from alembic.config import Config  # noqa: PLC0415 - see ensure_schema

    config = Config()
    config.set_main_option("script_location", "monitor.store:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
