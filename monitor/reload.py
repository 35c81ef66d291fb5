"""Reads the configuration anew: asked to by SIGHUP, or when one of its files has changed.

read | validate | try the rules | compare | swap, or stay with what is in force. Each try is told in the log, the store and to systemd.
"""

import asyncio
import logging
import os
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from monitor import log
from monitor.app.changes import in_words
from monitor.app.running import App
from monitor.app.settings import load_settings, tell_notes
from monitor.config import Files, Settings
from monitor.errors import ConfigError, Problem, StoreError
from monitor.lookout import look_out
from monitor.model import Changes
from monitor.threads import in_daemon_thread

# Files that are being written are let be until they have rested for so many seconds, for so many times.
_REST, _ROUNDS = 0.2, 10
# Of more mistakes only the first are logged.
_MOST_MISTAKES = 100
# A database that can't take it is asked again after so many seconds.
_AGAIN = 5.0

_LOGGER = logging.getLogger("monitor")


class Reloader:
    """Reads the configuration of `app` anew, once at a time; what is asked or changes meanwhile makes one more try.

    `tell` tells the service manager; `swapped` is called when settings have come into force.
    """

    def __init__(self, app: App, *, tell: Callable[[str], None], swapped: Callable[[], None]) -> None:
        self._app = app
        self._tell = tell
        self._swapped = swapped
        self._files = app.settings.files
        self._wake = asyncio.Event()
        self._asked = False
        self._told: tuple[Problem, ...] = ()
        self._failure = ""

    def ask(self) -> None:
        """Have the configuration read anew, whether it has changed or not."""
        self._asked = True
        self._wake.set()

    async def run(self) -> None:
        """Read it whenever that is wanted, until cancelled."""
        watching = asyncio.create_task(self._watch())
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                asked, self._asked = self._asked, False
                if asked or await self._changed():
                    await self._reload(asked=asked)
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching

    async def _watch(self) -> None:
        database = self._app.settings.database_file
        noise = str(database) if database else "\0"  # no path holds that
        async for _ in look_out(self._folders, but_for=lambda path: path.startswith(noise)):
            self._wake.set()

    def _folders(self) -> frozenset[Path]:
        return self._files.folders()

    async def _changed(self) -> bool:
        """Tell whether the files are others than those that were read last, as soon as they rest."""
        seen = await self._seen(self._files)
        for _ in range(_ROUNDS):
            if seen == self._files:
                return False
            await asyncio.sleep(_REST)
            before, seen = seen, await self._seen(seen)
            if seen == before:
                break
        return seen != self._files

    async def _seen(self, files: Files) -> Files:
        return await in_daemon_thread(files.as_now, "look at the configuration")

    async def _reload(self, *, asked: bool) -> None:
        self._tell(f"RELOADING=1\nMONOTONIC_USEC={int(self._app.clock.monotonic() * 1_000_000)}")
        try:
            await self._try(asked=asked)
            self._failure = ""
        except StoreError as error:
            if self._failure != (failure := str(error)):  # while a disk is full, once is enough
                self._failure = failure
                log.event(logging.ERROR, "reload failed, will be tried again", detail=error)
            asyncio.get_running_loop().call_later(_AGAIN, self.ask)
        except Exception:  # the boundary of one try: told in full, what is in force goes on
            _LOGGER.exception("reload failed inside")
        self._tell(f"READY=1\nSTATUS={status_line(self._app)}")

    async def _try(self, *, asked: bool) -> None:
        files, path = Files(), self._app.settings.path
        try:
            settings = await in_daemon_thread(
                partial(load_settings, path, os.environ, files), "read the configuration"
            )
        except ConfigError as error:
            await self._refuse(error.problems)
        else:
            await self._accept(settings, asked=asked)
        finally:
            self._files = files

    async def _accept(self, settings: Settings, *, asked: bool) -> None:
        log.hide(settings.secrets)
        changes = await self._app.reload(settings)
        self._swapped()
        was_bad, self._told = bool(self._told), ()
        tell_changes(changes, level=logging.INFO if changes or asked or was_bad else logging.DEBUG)
        waiting = await self._app.store.waiting_for(changes.channels.removed)
        for channel, count in waiting.items():
            log.event(
                logging.WARNING, "messages wait for a channel that is gone", channel=channel, waiting=count
            )
        if changes:
            await tell_notes(settings)

    async def _refuse(self, problems: tuple[Problem, ...]) -> None:
        fresh = [problem for problem in problems if problem not in self._told]
        self._told = problems
        for problem in fresh[:_MOST_MISTAKES]:
            log.event(
                logging.ERROR,
                "mistake in the configuration",
                file=problem.file,
                line=problem.line,
                key=problem.key,
                detail=problem.what,
                advice=problem.advice,
            )
        log.event(
            logging.ERROR, "configuration refused, the one before stays in force", mistakes=len(problems)
        )
        await self._app.refuse(problems)


def status_line(app: App) -> str:
    """Return what the service manager shows of the app."""
    settings, reloaded = app.settings, app.reloaded
    counts = {"feeds": settings.feeds, "rules": settings.rules, "channels": settings.channels}
    line = ", ".join(f"{name}: {len(listed)}" for name, listed in counts.items())
    mistakes = len(reloaded.problems) if reloaded else 0
    return f"{line}; the configuration has been refused since, mistakes: {mistakes}" if mistakes else line


def tell_changes(changes: Changes, *, level: int) -> None:
    """Log what has changed."""
    log.event(level, "reloaded" if changes else "reloaded, nothing has changed", **in_words(changes))
    if changes.needs_restart:
        log.event(logging.WARNING, "needs a restart", keys=", ".join(changes.needs_restart))
