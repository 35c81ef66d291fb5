"""What commands do with the database as a whole, beside a running daemon or without one."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from monitor.app.ask import open_history
from monitor.app.change import open_to_change
from monitor.app.presence import WAITS
from monitor.clock import SystemClock
from monitor.config import Settings
from monitor.model import DatabaseContents, DatabaseSize, Exported, Part, SchemaPlan, Soundness
from monitor.pipeline.prune import Prune
from monitor.store import whole

# The oldest database is younger.
_EVER = timedelta(days=36_500)
# Too few to be worth mentioning, or gone with others.
_MINOR = frozenset({Part.SILENCES, Part.RULES, Part.KEYS})


@dataclass(frozen=True, slots=True)
class Export:
    """What is exported: about how many rows, and the rows, dataclasses with an `id`."""

    count: int
    rows: Iterator[Any]


def contents(settings: Settings) -> DatabaseContents:
    """Return how large the database is, and how many rows its tables have. Raises StoreError."""
    with open_history(settings) as history:
        return history.contents()


def backup(settings: Settings, target: Path, *, force: bool, progress: Callable[[int, int], None]) -> int:
    """Copy the database to a file and return the size of the copy; see monitor.store.backup. Raises StoreError."""
    label = settings.database_label
    return whole.back_up(settings.database, target, label=label, force=force, progress=progress)


def give_back(settings: Settings, progress: Callable[[str], None]) -> tuple[DatabaseSize, DatabaseSize]:
    """Give what is free in the database back to the disk; return its size before and after. Raises StoreError."""
    return whole.vacuum(settings.database, label=settings.database_label, progress=progress)


def check(settings: Settings, progress: Callable[[int, int], None]) -> Soundness:
    """Look through the database, changing nothing; see monitor.store.soundness. Raises StoreError."""
    now = SystemClock().now()
    return whole.check_database(settings.database, label=settings.database_label, now=now, progress=progress)


def plan_migration(settings: Settings) -> SchemaPlan:
    """Return what `migrate` would do. Raises StoreError."""
    return whole.plan_migration(settings.database, label=settings.database_label)


def migrate(
    settings: Settings, progress: Callable[[int, int], None], note: Callable[[str], None]
) -> SchemaPlan:
    """Bring the database to this version's schema and return what was done; see monitor.store.migrate. Raises StoreError.

    `note` is told what people have to know meanwhile.
    """
    label = settings.database_label
    return whole.migrate(settings.database, label=label, progress=progress, waits=lambda: note(WAITS))


def prunable(settings: Settings) -> Iterator[tuple[Part, int]]:
    """Yield how many rows of each part aren't kept any more. Raises StoreError."""
    now = SystemClock().now()
    with open_history(settings) as history:
        for part in Part:
            if part not in _MINOR:
                yield part, history.prunable(part, settings.keep, now)


async def prune(settings: Settings, progress: Callable[[Part, int], None]) -> None:
    """Take out what is no longer kept, and tell `progress` of each step. Raises StoreError."""

    async def pause(span: timedelta) -> None:
        await asyncio.sleep(span.total_seconds())

    with open_history(settings):
        pass  # there has to be a database: opening it to change would make one
    async with open_to_change(settings) as store:
        pruning = Prune(store=store, clock=SystemClock(), pause=pause, observe=lambda _: None)
        async for part, count in pruning.steps(settings.keep):
            progress(part, count)


@contextmanager
def open_export(settings: Settings, what: Exported, since: timedelta | None) -> Iterator[Export]:
    """Open what is to be exported, of the last time if given. Raises StoreError."""
    now = SystemClock().now()
    with open_history(settings) as history:
        yield Export(*history.export(what, now - (_EVER if since is None else since), now))
