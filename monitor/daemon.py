"""APScheduler ticks, signals, systemd. No decisions."""

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Awaitable, Callable
from datetime import timedelta

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor import __version__, log
from monitor.app.running import App, collect_seldom, open_app
from monitor.config import Settings
from monitor.model import ClaimedArticle, ClaimedFeed, Queue
from monitor.pipeline.crew import Crew

TICK = timedelta(seconds=1)
REVIEW = timedelta(minutes=1)
# What is pruned has been kept for days or years. After a start there is enough else to do.
PRUNE, FIRST_PRUNE = timedelta(hours=6), timedelta(minutes=10)
# Sends under way get this long at shutdown; systemd's TimeoutStopSec must be longer.
PATIENCE = timedelta(seconds=20)
# A crew that hasn't ticked for this long hangs: stop telling systemd that all is well.
ALIVE_WITHIN = timedelta(seconds=60)


async def run(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT; a second signal ends the process at once. Raises StoreError."""
    stopping = _stop_on_signals()
    async with open_app(settings) as app:
        collect_seldom()
        ticks = _Ticks(app)
        scheduler = _scheduler(ticks)
        scheduler.add_job(app.review, "interval", seconds=REVIEW.total_seconds(), id="review")
        first = app.clock.now() + FIRST_PRUNE
        scheduler.add_job(
            app.prune, "interval", seconds=PRUNE.total_seconds(), next_run_time=first, id="prune"
        )
        if settings.heartbeat:
            every = settings.heartbeat_every.total_seconds()
            scheduler.add_job(app.beat, "interval", seconds=every, id="heartbeat")
        scheduler.start()
        _tell_ready(settings)
        await stopping.wait()
        notify_systemd("STOPPING=1")
        log.event(logging.INFO, "stopping", sends_may_take=f"{PATIENCE.total_seconds():.0f}s")
        scheduler.pause()
        await app.stop(PATIENCE)
        scheduler.shutdown(wait=False)
    log.event(logging.INFO, "stopped")


async def run_once(settings: Settings) -> bool:
    """Poll and deliver what is due, then return: True when nothing failed. What is held stays. Raises StoreError."""
    async with open_app(settings, spread=False) as app:
        collect_seldom()
        await app.run_once()
        left = {name: count for name, count in (await app.backlog()).items() if count}
        done = {name.replace(" ", "_"): count for name, count in app.tally.counts.items()}
        log.event(logging.INFO, "done", **done, **left)
        return not app.tally.failed


class _Ticks:
    """The jobs of the scheduler, and whether they still come."""

    def __init__(self, app: App) -> None:
        self._crews: dict[str, Crew[ClaimedFeed] | Crew[ClaimedArticle] | Crew[Queue]] = {
            "poll": app.polls,
            "read": app.articles,
            "deliver": app.deliveries,
        }
        self._seen = dict.fromkeys(self._crews, -1)
        self._quiet = dict.fromkeys(self._crews, timedelta(0))

    def jobs(self) -> dict[str, Callable[[], Awaitable[object]]]:
        """Return the coroutine function of each crew's tick under its name."""
        return {name: crew.tick for name, crew in self._crews.items()}

    async def watchdog(self, every: timedelta) -> None:
        """Ping systemd, unless a crew has stopped ticking."""
        for name, crew in self._crews.items():
            self._quiet[name] = timedelta(0) if crew.ticks != self._seen[name] else self._quiet[name] + every
            self._seen[name] = crew.ticks
        if max(self._quiet.values()) < ALIVE_WITHIN:
            notify_systemd("WATCHDOG=1")


def _scheduler(ticks: _Ticks) -> AsyncIOScheduler:
    # The default grace of one second would silently skip a tick after any delay.
    scheduler = AsyncIOScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    for name, tick in ticks.jobs().items():
        scheduler.add_job(tick, "interval", seconds=TICK.total_seconds(), id=name)
    if every := _watchdog_interval():
        scheduler.add_job(
            ticks.watchdog, "interval", seconds=every.total_seconds(), args=[every], id="watchdog"
        )
    scheduler.add_listener(_tell_failed_tick(), EVENT_JOB_ERROR)
    return scheduler


def _tell_failed_tick() -> Callable[[JobExecutionEvent], None]:
    last: dict[str, str] = {}

    def tell(event: JobExecutionEvent) -> None:
        # The scheduler cancels a tick that is still asking the database when the program ends.
        if isinstance(event.exception, asyncio.CancelledError):
            return
        # The same failure comes back every second while a disk is full; once is enough.
        if last.get(event.job_id) != str(event.exception):
            last[event.job_id] = str(event.exception)
            log.event(
                logging.ERROR, f"{event.job_id} tick failed, will be tried again", detail=event.exception
            )

    return tell


def _stop_on_signals() -> asyncio.Event:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop(number: signal.Signals) -> None:
        stopping.set()
        loop.remove_signal_handler(number)  # the next one does what the system does by default

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop, number)
    return stopping


def _tell_ready(settings: Settings) -> None:
    counts = {
        "feeds": len(settings.feeds),
        "rules": len(settings.rules),
        "channels": len(settings.channels),
    }
    log.event(
        logging.INFO,
        "started",
        version=__version__,
        config=settings.path,
        database=settings.database_label,
        **counts,
    )
    notify_systemd("READY=1\nSTATUS=" + ", ".join(f"{name}: {n}" for name, n in counts.items()))


def _watchdog_interval() -> timedelta | None:
    """Return how often systemd wants to hear from us: a third of WATCHDOG_USEC, as sd_watchdog_enabled(3) advises."""
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    return timedelta(microseconds=int(microseconds)) / 3 if microseconds.isdigit() else None


def notify_systemd(state: str) -> None:
    """Send `state` to the service manager as sd_notify(3) describes; without one, do nothing."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):  # an abstract socket
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as manager:
            manager.sendto(state.encode(), address)
    except OSError as error:
        log.event(
            logging.WARNING, "systemd can't be told", state=state.split("=", maxsplit=1)[0], detail=error
        )
