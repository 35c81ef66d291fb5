"""What the page and the API ask of the running program, and how they change it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from monitor.app.overview import Overview
from monitor.app.running import App
from monitor.config import Settings
from monitor.store import Reader, Store, open_to_read

# Threads that ask at once. More would only take turns with each other, and from the daemon.
ASK_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Desk:
    """The running program for those who look at it.

    `reader` answers questions on connections of its own: from threads, never in the event loop. Changes go through
    `store`, whose methods are coroutines for the loop.
    """

    app: App
    reader: Reader

    @property
    def settings(self) -> Settings:
        """The settings in force now."""
        return self.app.settings

    @property
    def store(self) -> Store:
        """The store that the program itself works with."""
        return self.app.store

    def now(self) -> datetime:
        """Return the present time, in UTC."""
        return self.app.clock.now()

    def overview(self) -> Overview:
        """Read how it goes. Raises StoreError."""
        return Overview(self.settings, self.reader.status(), self.now())


@contextmanager
def open_desk(app: App) -> Iterator[Desk]:
    """Open a database beside the one that the program works with. Raises StoreError."""
    with open_to_read(app.settings.database, app.settings.database_label) as reader:
        yield Desk(app, reader)
