"""What can be told of a configuration with mistakes: where its database is, to look into it nevertheless."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from monitor.config.database import read_database
from monitor.config.expansion import expand
from monitor.config.files import Files
from monitor.config.schema import MonitorTable
from monitor.model import Secret

_WANTED = ("database", "timezone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Glimpse:
    """Where the database is, and the clock that times are told by; `secrets` are the texts that nobody may see."""

    database: Secret
    database_label: str
    timezone: ZoneInfo
    secrets: frozenset[str]


def glimpse(path: Path, environ: Mapping[str, str]) -> Glimpse | None:
    """Return what can be told of the configuration at `path`; None when its [monitor] can't be read."""
    try:
        written = _tree(path.read_text(encoding="utf-8-sig")).get("monitor", {})
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(written, dict):
        return None
    wanted = {key: written[key] for key in _WANTED if key in written}
    expanded = expand(wanted, environ, path.absolute().parent, Files())
    try:
        monitor = MonitorTable.model_validate(expanded.tree)
        database = read_database(monitor.database, path.absolute().parent)
    except (ValidationError, ValueError):
        return None
    return Glimpse(
        database=Secret(database.url),
        database_label=database.label,
        timezone=monitor.timezone,
        secrets=expanded.values | database.secrets,
    )


def _tree(text: str) -> dict[str, object]:
    """Return the tree of as many of the first tables as can be read."""
    lines = text.splitlines(keepends=True)
    for end in [len(lines), *(at for at in range(len(lines) - 1, 0, -1) if lines[at].startswith("["))]:
        try:
            return tomllib.loads("".join(lines[:end]))
        except tomllib.TOMLDecodeError:
            continue
    return {}
