"""The database's SQLAlchemy URL, read without SQLAlchemy (which only the store imports)."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote

from monitor.config.addresses import spellings
from monitor.config.findings import Mistake

_SQLITE = re.compile(r"sqlite:///(?P<path>[^?]+)")
_POSTGRESQL = re.compile(
    r"(?P<scheme>postgresql(?:\+psycopg)?)://"
    r"(?:(?P<user>[^:/@?#\s]*)(?::(?P<password>[^:/@?#\s]*))?@)?"
    r"(?P<place>(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)?(?::[0-9]{1,5})?)"
    r"/(?P<name>[^/?#\s]+)"
    r"(?:\?(?P<options>[^#\s]*))?"
)
_SQLITE_ADVICE = "write sqlite:///news-monitor.db, with four slashes before an absolute path"
_POSTGRESQL_ADVICE = (
    "write postgresql://user:password@host:5432/name, and in a password %40 for @, %3A for :, %2F for /"
)


@dataclass(frozen=True, slots=True)
class Database:
    """A checked database URL; `label` is the URL without password and options, `secrets` what to hide.

    `file` is where SQLite keeps it, None on a server.
    """

    url: str
    label: str
    file: Path | None
    secrets: frozenset[str]


def read_database(text: str, folder: Path) -> Database:
    """Read an SQLAlchemy URL; a relative SQLite path starts at `folder`. Raises Mistake."""
    kind, _, _ = text.partition(":")
    if kind == "sqlite":
        return _sqlite(text, folder)
    if kind in ("postgresql", "postgresql+psycopg"):
        return _postgresql(text)
    advice = "write postgresql:// for postgres://" if kind == "postgres" else _SQLITE_ADVICE
    raise Mistake("must be an sqlite:/// or postgresql:// address", advice)


def _sqlite(text: str, folder: Path) -> Database:
    match = _SQLITE.fullmatch(text)
    if match is None or match["path"].startswith("file:") or match["path"].endswith("/"):
        raise Mistake("must name a database file, without options", _SQLITE_ADVICE)
    if match["path"] == ":memory:":
        raise Mistake("a database in memory forgets what it has seen", _SQLITE_ADVICE)
    path = os.path.normpath(folder / unquote(match["path"]))
    url = f"sqlite:///{quote(os.fsencode(path))}"
    return Database(url, url, Path(path), frozenset())


def _postgresql(text: str) -> Database:
    match = _POSTGRESQL.fullmatch(text)
    if match is None:
        raise Mistake("can't be read as a PostgreSQL address", _POSTGRESQL_ADVICE)
    masked = ":***" if match["password"] else ""
    user = f"{match['user']}{masked}@" if match["user"] else ""
    options = parse_qsl(match["options"] or "")
    secrets = {value for key, value in options if key.endswith("password")} | spellings(match["password"])
    label = f"{match['scheme']}://{user}{match['place']}/{match['name']}"
    return Database(text, label, None, frozenset({*secrets, text} if secrets else ()))
