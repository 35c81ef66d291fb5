"""APScheduler ticks, signals, systemd. No decisions."""

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from monitor import __version__, log
from monitor.app.running import App, collect_seldom, open_app
from monitor.app.settings import tell_notes
from monitor.clock import Clock
from monitor.config import Settings
from monitor.model import Role
from monitor.reload import Reloader, status_line
from monitor.web import Page

TICK = timedelta(seconds=1)
REVIEW = timedelta(minutes=1)
# Until then an entry is found all the same, a little slower.
FILE = timedelta(seconds=5)
# Well within the time after which a silent worker is given up.
CHECK_IN = timedelta(seconds=20)
# What is pruned has been kept for days or years. After a start there is enough else to do.
PRUNE, FIRST_PRUNE = timedelta(hours=6), timedelta(minutes=10)
# Sends under way get this long at shutdown; systemd's TimeoutStopSec must be longer.
PATIENCE = timedelta(seconds=20)


class Every(BaseTrigger):  # type: ignore[misc] # the scheduler ships no types
    """Again and again, so long after the last time; the first time so long after the start, or `at_once`.

    The scheduler's own would call up each time that a clock put forward has left out: for an hour of a machine that
    slept, or years of one that began in 1970.
    """

    def __init__(self, interval: timedelta, *, at_once: bool = False) -> None:
        self.interval = interval
        self._at_once = at_once

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        """Return when it is to be done next, later than `now` but for a first time at once."""
        if self._at_once and previous is None:
            return now
        planned = (previous or now) + self.interval
        return planned if planned > now else now + self.interval


async def run(settings: Settings, role: Role = Role.ALL) -> None:
    """Run until SIGTERM or SIGINT; a second signal ends the process at once. Raises StoreError.

    SIGHUP, or a change of one of its files, has the configuration read anew.
    """
    stopping = _stop_on_signals()
    async with open_app(settings, role=role) as app, app.metrics.watching_the_loop():
        collect_seldom()
        await app.check_in()
        await app.retry_logins()
        scheduler = _scheduler(app)
        _keep_beating(scheduler, app)
        page = Page(app)
        if role.serves:
            await page.open()
            scheduler.add_job(page.open, Every(REVIEW), id="page")
        reloader = Reloader(app, tell=notify_systemd, swapped=partial(_follow, scheduler, app))
        _reload_on_hangup(reloader, stopping)
        _tell_ready(app)
        scheduler.start()
        works = (reloader.run(), _keep_up(scheduler, app.clock), _tell_notes(settings))
        beside = [asyncio.create_task(work) for work in works]
        await stopping.wait()
        notify_systemd("STOPPING=1")
        log.event(logging.INFO, "stopping", sends_may_take=f"{PATIENCE.total_seconds():.0f}s")
        for task in beside:
            task.cancel()
        scheduler.pause()
        await asyncio.wait(beside)
        await page.close()
        await app.stop(PATIENCE)
        scheduler.shutdown(wait=False)
    log.event(logging.INFO, "stopped")


async def _tell_notes(settings: Settings) -> None:
    """Look for what there is to note when the first polls are under way."""
    await asyncio.sleep(TICK.total_seconds())
    await tell_notes(settings)


async def _keep_up(scheduler: AsyncIOScheduler, clock: Clock) -> None:
    """Have done at once what waits for longer than its interval: the machine's clock was put back, by which the scheduler goes."""
    while True:
        await asyncio.sleep(TICK.total_seconds())
        now = clock.now()
        late = [job for job in scheduler.get_jobs() if job.next_run_time > now + job.trigger.interval + TICK]
        for job in late:
            job.modify(next_run_time=now)
        if late:
            log.event(logging.WARNING, "clock of this machine was put back, going on by what it shows now")


async def _watchdog(app: App) -> None:
    """Ping systemd, unless a crew has stopped ticking."""
    if not app.pulse.hanging():
        notify_systemd("WATCHDOG=1")


def _scheduler(app: App) -> AsyncIOScheduler:
    # The default grace of one second would silently skip a tick after any delay.
    scheduler = AsyncIOScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    for name, crew in app.crews.items():
        scheduler.add_job(crew.tick, Every(TICK, at_once=True), id=name)
    _add_upkeep(scheduler, app)
    if every := _watchdog_interval():
        scheduler.add_job(_watchdog, Every(every), args=[app], id="watchdog")
    scheduler.add_listener(_tell_failed_tick(), EVENT_JOB_ERROR)
    return scheduler


def _add_upkeep(scheduler: AsyncIOScheduler, app: App) -> None:
    def every(span: timedelta, do: Callable[[], Awaitable[None]], name: str, **options: datetime) -> None:
        scheduler.add_job(do, Every(span), id=name, **options)

    every(CHECK_IN, app.check_in, "check in")
    if app.role.delivers:
        every(REVIEW, app.review, "review")
    if app.role.polls:
        every(FILE, app.file, "file")
        every(PRUNE, app.prune, "prune", next_run_time=app.clock.now() + FIRST_PRUNE)


def _follow(scheduler: AsyncIOScheduler, app: App) -> None:
    """Let what comes by the clock be as the configuration in force says."""
    _keep_beating(scheduler, app)
    if app.role.serves:
        scheduler.modify_job("page", next_run_time=app.clock.now())


def _keep_beating(scheduler: AsyncIOScheduler, app: App) -> None:
    """Let the heartbeat come as often as the configuration says; one that comes as often already isn't put off."""
    job, settings = scheduler.get_job("heartbeat"), app.settings
    every = settings.heartbeat_every if settings.heartbeat else None
    if job and job.trigger.interval != every:
        job.remove()
        job = None
    if every and not job:
        scheduler.add_job(app.beat, Every(every), id="heartbeat")


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


def _reload_on_hangup(reloader: Reloader, stopping: asyncio.Event) -> None:
    in_terminal = os.isatty(0)

    def hang_up() -> None:
        # Whoever closes the terminal that it was started in sees no more of it, and means its end.
        if in_terminal and not os.isatty(0):
            stopping.set()
        else:
            reloader.ask()

    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, hang_up)


def _tell_ready(app: App) -> None:
    settings = app.settings
    log.event(
        logging.INFO,
        "started",
        version=__version__,
        config=settings.path,
        database=settings.database_label,
        feeds=len(settings.feeds),
        rules=len(settings.rules),
        channels=len(settings.channels),
    )
    notify_systemd(f"READY=1\nSTATUS={status_line(app)}")


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
