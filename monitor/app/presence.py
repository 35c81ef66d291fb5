"""This daemon among those that share its database: it is there, by what clock, and who isn't any more."""

import hashlib
import logging
import os
import socket
from datetime import timedelta

from monitor import __version__, log
from monitor.clock import Clock, SharedClock
from monitor.config import Settings
from monitor.model import Role, Worker
from monitor.moments import lasting
from monitor.store import Store

WAITS = (
    "waits for another news-monitor that migrates or fills the database, or was stopped while it opened it"
)


class Presence:
    """Lets the other workers know, each time it is asked to, that this one is there."""

    def __init__(self, store: Store, clock: Clock, role: Role) -> None:
        self._store = store
        self._clock = clock
        self._role = role
        self._began_at = clock.now()
        self._setup: tuple[Settings, str] | None = None

    async def check_in(self, settings: Settings) -> None:
        """Say that this worker is there, and tell of those that aren't any more. Raises StoreError."""
        await agree_on_time(self._store, self._clock)
        me = Worker(
            id=self._store.worker,
            host=socket.gethostname(),
            pid=os.getpid(),
            role=self._role,
            version=__version__,
            setup=self._digest(settings),
            began_at=self._began_at,
            seen_at=self._clock.now(),
        )
        for lost in await self._store.check_in(me):
            log.event(
                logging.WARNING,
                "worker lost, what it held is given to others",
                worker=lost.name,
                role=lost.role,
                last_seen=lost.seen_at.isoformat(timespec="seconds"),
            )

    def _digest(self, settings: Settings) -> str:
        if self._setup is None or self._setup[0] is not settings:
            self._setup = (settings, digest(settings))
        return self._setup[1]


def tell_waiting() -> None:
    """Say that this daemon can't start as long as another program has the opening of the database to itself."""
    log.event(logging.WARNING, WAITS)


async def agree_on_time(store: Store, clock: Clock) -> None:
    """Put a clock right by that of the database, where one is shared. Raises StoreError."""
    if not isinstance(clock, SharedClock):
        return
    asked = clock.now()
    told = await store.read_clock()
    if told is not None and (off := clock.agree(told, asked, clock.now())):
        log.event(
            logging.WARNING,
            "clock of this machine differs from the database's, which all workers go by",
            it_was=f"{lasting(abs(off))} {'behind' if off > timedelta(0) else 'ahead'}",
        )


def digest(settings: Settings) -> str:
    """Return twelve hexadecimal digits that are the same for the same feeds, rules and channels."""
    watched = sorted(feed.url for feed in settings.feeds if feed.enabled)
    rules = sorted((rule.name, rule.query, *sorted(rule.channels)) for rule in settings.rules)
    channels = sorted(channel.name for channel in settings.channels)
    return hashlib.sha256(repr((watched, rules, channels)).encode()).hexdigest()[:12]
