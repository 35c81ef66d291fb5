"""What a shell completes: names from the configuration, read as it is written, however wrong it may be.

Each TAB starts the program, so nothing here checks, asks the network or opens the database.
"""

import tomllib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import typer

from monitor.cli.options import DEFAULT_CONFIG

_ODD = set("\"'`$\\")


def rule_names(context: typer.Context, incomplete: str) -> list[str]:
    """Return the names of rules that begin so."""
    return _plain((table.get("name") for table in _tables(context, "rules")), incomplete)


def channel_names(context: typer.Context, incomplete: str) -> list[str]:
    """Return the names of channels and their groups that begin so."""
    groups = [
        name
        for file in _files(context)
        if isinstance(file.get("channel_groups"), dict)
        for name in file["channel_groups"]
    ]
    return _plain([*(table.get("name") for table in _tables(context, "channels")), *groups], incomplete)


def feed_names(context: typer.Context, incomplete: str) -> list[str]:
    """Return the addresses and the configured names of feeds that begin so."""
    feeds = list(_tables(context, "feeds"))
    return _plain([feed.get(key) for feed in feeds for key in ("name", "url")], incomplete)


def tag_names(context: typer.Context, incomplete: str) -> list[str]:
    """Return the tags of feeds that begin so."""
    lists = (feed.get("tags") for feed in _tables(context, "feeds"))
    return _plain([tag for tags in lists if isinstance(tags, list) for tag in tags], incomplete)


def _plain(names: Any, incomplete: str) -> list[str]:
    """Return the names, sorted. One with quotes in it is left to the person: each shell would read them differently."""
    words = {name for name in names if isinstance(name, str) and name.isprintable() and not _ODD & set(name)}
    return sorted(word for word in words if word.startswith(incomplete))


def _tables(context: typer.Context, kind: str) -> Iterator[dict[str, Any]]:
    for file in _files(context):
        tables = file.get(kind)
        if isinstance(tables, list):
            yield from (table for table in tables if isinstance(table, dict))


def _files(context: typer.Context) -> Iterator[dict[str, Any]]:
    """Read the configuration and what it includes; of what can't be read, nothing."""
    config = Path(context.params.get("config") or DEFAULT_CONFIG)
    main = _read(config)
    yield main
    patterns = main.get("include")
    for pattern in patterns if isinstance(patterns, list) else ():
        with suppress(ValueError, NotImplementedError, TypeError):  # what glob says to patterns that are none
            yield from [_read(file) for file in sorted(config.parent.glob(pattern))]


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
