"""From one database into another, as a command asks for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from monitor.app.presence import WAITS
from monitor.config import Settings, named_database
from monitor.model import Copied, DatabaseAddress, Secret
from monitor.store.whole import copy_database


@dataclass(frozen=True, slots=True)
class Named:
    """A database that a command or the configuration names, and the texts that nobody may see."""

    address: DatabaseAddress
    secrets: frozenset[str]


def named(name: str, text: str, environ: Mapping[str, str], folder: Path) -> Named:
    """Read a URL that is given as `name`, of an option or an argument. Raises ConfigError."""
    database = named_database(name, text, environ, folder)
    return Named(DatabaseAddress(Secret(database.url), database.label), database.secrets)


def configured(settings: Settings) -> Named:
    """Return the database of the configuration."""
    return Named(DatabaseAddress(settings.database, settings.database_label), frozenset(settings.secrets))


def copy(
    source: DatabaseAddress,
    target: DatabaseAddress,
    progress: Callable[[int, int], None],
    note: Callable[[str], None],
) -> Copied:
    """Copy a database into an empty one; see monitor.store.copying. Raises StoreError."""
    return copy_database(source, target, progress=progress, note=note, waits=lambda: note(WAITS))
