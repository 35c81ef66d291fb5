"""A daemon, or three, and what befalls them."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from pprint import pformat

from tests.faults import points
from tests.faults.check import GIVEN_UP, STOPPED, Blow, Evidence, Row, Verdict, judge
from tests.faults.newsroom import TOKEN, Newsroom, open_newsroom
from tests.faults.plan import CHANNELS, FEEDS, Plan, Strike
from tests.faults.process import Birth, Process
from tests.support.database import Database, migrated_database
from tests.support.waiting import wait_until

FASTER = 20  # the clock of several workers: a minute is three seconds
_CLOCKS = {
    "sqlite": '\npoll_every = "500ms"\n[delivery]\nretry_first = "200ms"\nretry_longest = "1s"',
    "postgresql": '\npoll_every = "15s"\n[delivery]\nretry_first = "4s"\nretry_longest = "20s"',
}
# How long a point may take to be reached, and everything to come to rest, in seconds.
_REACHED = 8.0
_AT_REST = 120.0
_ROWS = """
    SELECT entry.title, delivery.channel, delivery.state, entry.first_seen_at
    FROM delivery JOIN alert ON alert.id = alert_id JOIN entry ON entry.id = entry_id
"""
_WAITING = "SELECT count(*) FROM delivery WHERE state IN ('pending', 'failed')"
_LOST = re.compile(r" worker lost, .* worker=\S+:(\d+) ")
_POLLED = "SELECT count(*) FROM feed WHERE lease IS NOT NULL"
_BASELINES = "SELECT count(*) FROM feed WHERE baseline_at IS NOT NULL"


@dataclass(slots=True)
class Trial:
    """The program with a newsroom and a database of its own; see `open_trial`."""

    newsroom: Newsroom
    database: Database
    folder: Path
    bug: str = ""
    clock: tuple[int, float] | None = None
    workers: list[Process | None] = field(default_factory=list)
    blows: list[Blow] = field(default_factory=list)
    quiet: float = 0.0
    _starts: int = 0
    _strikes: int = 0
    _warm: bool = False
    _struck: set[int] = field(default_factory=set)

    def start(self, worker: int = 0) -> Process:
        """Start a worker, or start it again."""
        self._starts += 1
        birth = Birth(
            arguments=["run", "--config", str(self.folder / "config.toml")],
            log=self.folder / f"log-{self._starts}",
            env=self.newsroom.env,
            points=self.folder,
            clock=self.clock,
            bug=self.bug,
        )
        process = Process(birth)
        self.workers[worker] = process
        return process

    def carry_out(self, strike: Strike) -> None:
        """Publish, strike, and see to it that all workers are there again."""
        self._strikes += 1
        if strike.kind == "point":
            points.arm(self.folder, self._strikes, strike.point, strike.count)
        self._start_missing(strike)
        if strike.kind != "start" or self._is_warm():
            self.make_news(strike)
        match strike.kind:
            case "point":
                self._await_death(strike)
            case "instant" | "start":
                time.sleep(strike.after)  # the fault falls at an instant that was drawn
                self._kill(strike.worker, "at an instant" if strike.kind == "instant" else "while it starts")
            case "terminate":
                time.sleep(strike.after)  # as above
                self._terminate(strike.worker)
            case _:
                time.sleep(strike.after)  # as above
                self._pause(strike)
        points.disarm(self.folder)

    def settle(self) -> Verdict:
        """Let everything be well, wait until all is told, end the workers and return what became of everything."""
        self.newsroom.calm()
        self._start_missing()
        assert wait_until(self._is_warm, _AT_REST), f"feeds have no baseline: {self.told()}"
        self.quiet = time.monotonic()
        wait_until(self._is_at_rest, _AT_REST)
        for number in range(len(self.workers)):
            self._terminate(number)
        return self.verdict()

    def verdict(self) -> Verdict:
        """Return what became of everything so far."""
        rows = [
            Row(token.group(), channel, state, str(seen))
            for title, channel, state, seen in self.database.rows(_ROWS)
            if (token := TOKEN.search(title))
        ]
        decoys = frozenset(token for feed in self.newsroom.feeds for token in feed.decoys)
        evidence = Evidence(
            channels=CHANNELS,
            served=self.newsroom.served(),
            decoys=decoys,
            receipts=self.newsroom.receipts(),
            rows=rows,
            blows=[*self.blows, *self._given_up()],
            quiet=self.quiet,
        )
        (self.folder / "evidence").write_text(pformat(evidence))
        return judge(evidence)

    def told(self) -> str:
        """Return what the processes have said."""
        return "\n".join(f"{log.name}\n{log.read_text()}" for log in sorted(self.folder.glob("log-*")))

    def end(self) -> None:
        """Kill what still runs."""
        for process in self.workers:
            if process is not None and process.exit_code is None:
                process.kill()

    def _given_up(self) -> list[Blow]:
        """Return a blow for each worker that the others took for dead, though nobody had struck it: the machine was too slow for it."""
        lost = {int(pid) for pid in _LOST.findall(self.told())} - self._struck
        return [Blow(GIVEN_UP, 0.0, time.monotonic()) for _ in lost]

    def _start_missing(self, strike: Strike | None = None) -> None:
        for number, process in enumerate(self.workers):
            if process is not None:
                continue
            started = self.start(number)
            if strike is None or strike.kind != "start" or strike.worker != number:
                started.wait_until_started()

    def make_news(self, strike: Strike) -> None:
        """Publish, and wait until somebody has asked for it, or died of it."""
        assert wait_until(lambda: self._is_warm() or self._dead() is not None, _AT_REST), self.told()
        if not self._is_warm():
            return
        asked = self.newsroom.asked()
        self.newsroom.trouble(strike.feeds, strike.channels)
        self.newsroom.publish(strike.entries, strike.decoys)
        if strike.kind != "start":
            wait_until(lambda: self.newsroom.asked() > asked or self._dead() is not None, _AT_REST)

    def _is_warm(self) -> bool:
        """Tell whether all feeds have been polled once: what they publish from then on is news."""
        self._warm = self._warm or self.database.rows(_BASELINES) == [(FEEDS,)]
        return self._warm

    def _is_at_rest(self) -> bool:
        # The second request for a feed tells that the poll of the first is over. Of a worker that was given up meanwhile
        # it isn't stored; then the second one's is, with whatever was to be told, once nobody polls.
        polled = all(feed.complete_since(self.quiet) > 1 for feed in self.newsroom.feeds)
        return polled and self.database.rows(_POLLED) == [(0,)] and self.database.rows(_WAITING) == [(0,)]

    def _await_death(self, strike: Strike) -> None:
        if wait_until(lambda: self._dead() is not None, _REACHED):
            number = self._dead()
            assert number is not None
            self._bury(number, strike.point, time.monotonic())
        else:
            self._kill(strike.worker, "at an instant, its point never came")

    def _dead(self) -> int | None:
        gone = (number for number, one in enumerate(self.workers) if one and one.exit_code is not None)
        return next(gone, None)

    def _kill(self, number: int, what: str) -> None:
        process = self.workers[number]
        assert process is not None
        began = time.monotonic()
        process.kill()
        self._bury(number, what, began)

    def _bury(self, number: int, what: str, began: float) -> None:
        process = self.workers[number]
        assert process is not None
        assert process.exit_code == -9, f"ended by itself with {process.exit_code}: {process.told()}"
        self.blows.append(Blow(what, began, time.monotonic()))
        self._struck.add(process.pid)
        self.workers[number] = None

    def _terminate(self, number: int) -> None:
        process = self.workers[number]
        assert process is not None
        code = process.terminate()
        assert code == 0, f"ended with {code} upon SIGTERM: {process.told()}"
        self.workers[number] = None

    def _pause(self, strike: Strike) -> None:
        process = self.workers[strike.worker]
        assert process is not None
        began = time.monotonic()
        process.pause()
        time.sleep(strike.lasting)  # the fault lasts as long as was drawn
        process.go_on()
        self.blows.append(Blow(STOPPED, began, time.monotonic()))
        self._struck.add(process.pid)
        self._terminate(strike.worker)


@contextmanager
def open_trial(folder: Path, database: str, *, workers: int = 1, bug: str = "") -> Iterator[Trial]:
    """Give a trial in an empty folder; no process runs yet."""
    opened = migrated_database(database, folder)
    clock = (FASTER, time.time()) if workers > 1 else None
    try:
        with open_newsroom(folder) as newsroom:
            config = newsroom.config(opened.url.reveal(), _CLOCKS["postgresql" if clock else "sqlite"])
            (folder / "config.toml").write_text(config)
            trial = Trial(newsroom, opened, folder, bug=bug, clock=clock, workers=[None] * workers)
            try:
                yield trial
            finally:
                trial.end()
    finally:
        opened.discard()


def carry_out(plan: Plan, folder: Path, *, bug: str = "") -> Verdict:
    """Carry out a whole plan in an empty folder."""
    with open_trial(folder, plan.database, workers=plan.workers, bug=bug) as trial:
        for strike in plan.strikes:
            trial.carry_out(strike)
        return trial.settle()
