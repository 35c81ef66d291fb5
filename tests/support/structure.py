"""All that a database is made of, so that two can be held against each other."""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from sqlalchemy import Connection, inspect, text

# A migration dates its default for the entries that were there, and no program leaves the column out.
_DATED = re.compile(r"(listed_on .*?) DEFAULT '\d{4}-\d\d-\d\d'(?:::date)?")

_POSTGRESQL = (
    (
        "SELECT 'column', attrelid::regclass, attname, format_type(atttypid, atttypmod), attidentity,"
        " CASE WHEN attnotnull THEN 'NOT NULL' END, coalesce('DEFAULT ' || pg_get_expr(adbin, adrelid), '')"
        " FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
        " LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum"
        " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm') AND attnum > 0 AND NOT attisdropped"
    ),
    (
        "SELECT 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace AND contype != 'n'"
    ),  # that a column is NOT NULL stands above
    "SELECT 'relation', relkind, oid::regclass, reloptions::text FROM pg_class WHERE relnamespace = 'public'::regnamespace",
    "SELECT 'index', indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT 'view', viewname, definition FROM pg_views WHERE schemaname = 'public'",
    "SELECT 'trigger', tgrelid::regclass, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT 'function', oid::regprocedure, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
)


def structure(connection: Connection) -> AbstractSet[str]:
    """Return all parts of all tables, indexes and the like as text. In which order columns stand doesn't count."""
    if connection.dialect.name == "postgresql":
        told = (row for query in _POSTGRESQL for row in connection.execute(text(query)))
        return {_DATED.sub(r"\1", " ".join(map(str, row)).strip()) for row in told}
    rows = connection.execute(text("SELECT type, name, tbl_name, sql FROM sqlite_master")).all()
    return {part for row in rows for part in _parts(*row)}


def _parts(kind: str, name: str, table: str, sql: str | None) -> AbstractSet[str]:
    """Return what SQLite was told to make, as it keeps it; of a table each column, each constraint and its kind."""
    written = " ".join((sql or "").replace('"', "").split())
    head, _, rest = written.partition("(")
    if kind != "table" or " VIRTUAL " in head:
        return {f"{kind} {name} {table} {written}"}
    body, _, options = rest.rpartition(")")
    parts = [*_cut(body), f"of the kind {options}"]
    return {_DATED.sub(r"\1", f"{kind} {name} {part.strip()}") for part in parts}


def _cut(body: str) -> Iterator[str]:
    """Yield what stands between commas that are in no brackets."""
    part, depth = "", 0
    for character in body:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and not depth:
            yield part
            part = ""
        else:
            part += character
    yield part


def contents(connection: Connection) -> dict[str, list[str]]:
    """Return the rows of each table, but for the index of the search: nobody can read SQLite's as a whole."""
    found: dict[str, list[str]] = {}
    for table in set(inspect(connection).get_table_names()) - {"search_index"}:
        rows = connection.execute(text(f'SELECT * FROM "{table}"')).mappings()
        found[table] = sorted(str(sorted(row.items())) for row in rows)
    return found
