"""The power fails, or the daemon is asked to end, while messages are under way."""

import shutil
import signal
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

from tests.faults.station import Station
from tests.support.sinks import Answer
from tests.support.waiting import wait_until


def test_files_as_a_failing_power_leaves_them_are_a_database_that_goes_on(station: Station) -> None:
    gate = threading.Event()
    with station.start() as daemon:
        station.publish("before")
        station.wait_until_told(daemon)
        station.sink.default = Answer(after=gate)
        station.publish("1", "2", "3")
        station.sink.wait_for(2)  # the first of them is there, and not yet answered
        daemon.process.send_signal(signal.SIGSTOP)
        kept = cut_off(station)
        daemon.process.kill()
        gate.set()
    for file in station.folder.glob("empty.db*"):
        file.unlink()
    shutil.copytree(kept, station.folder, dirs_exist_ok=True)
    with closing(sqlite3.connect(station.database.place)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("SELECT count(*) FROM alert").fetchall() == [(4,)], "all that was committed"
    with station.start(baselines=False) as daemon:
        station.wait_until_told(daemon)
        assert wait_until(lambda: station.backlog() == 0)
        assert daemon.terminate() == 0
    assert station.repeated() == 1, "the one that nobody had answered"


def cut_off(station: Station) -> Path:
    """Copy the file of a database that works and its log, in whose end the last write is half done, and return where they are."""
    kept = station.folder / "kept"
    kept.mkdir()
    file = station.database.path
    for source in (file, file.with_name(f"{file.name}-wal")):
        shutil.copy(source, kept)
    with (kept / f"{file.name}-wal").open("ab") as log:
        log.write(b"half of a page" * 100)
    return kept


def test_asked_to_end_while_it_sends_it_waits_for_the_answer_and_ends(station: Station) -> None:
    gate = threading.Event()
    station.sink.default = Answer(after=gate)
    with station.start() as daemon:
        station.publish("1", "2", "3")
        station.sink.wait_for(1)
        daemon.process.send_signal(signal.SIGTERM)
        daemon.wait_for("stopping")
        gate.set()
        assert daemon.wait_until_ended() == 0
        assert len(daemon.wait_for("sent")) == 1, "no other is begun"
    with station.start(baselines=False) as daemon:
        station.wait_until_told(daemon)
        assert daemon.terminate() == 0
    assert station.repeated() == 0
