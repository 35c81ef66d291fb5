"""A disk that takes no more, and one that may not be written.

The limit of a file's size stands for a full one: every write fails, in the database, its log and elsewhere, until it is lifted.
"""

import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults.station import Station
from tests.support import confined
from tests.support.daemon import Daemon
from tests.support.sinks import Answer


@contextmanager
def no_room(daemon: Daemon) -> Iterator[None]:
    """Let all that the daemon writes to files fail meanwhile."""
    _, hard = resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, (1, hard))
    yield
    resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, (hard, hard))


def test_a_full_disk_costs_time_and_nothing_else(station: Station) -> None:
    gate = threading.Event()
    with station.start() as daemon:
        with no_room(daemon):
            (told,) = daemon.wait_for("poll tick failed, will be tried again")
            assert "see whether the disk is full" in told["detail"]
            station.publish("1")
            daemon.wait_for("file tick failed, will be tried again")
        station.wait_until_told(daemon)

        station.sink.default = Answer(after=gate)
        station.publish("2")
        station.sink.wait_for(2)
        with no_room(daemon):
            gate.set()
            daemon.wait_for("sent, will be recorded later")
            daemon.wait_for("deliver tick failed, will be tried again")
        station.publish("3")
        station.wait_until_told(daemon)
        daemon.wait_for("sent", count=3)
        assert daemon.terminate() == 0
        assert len(daemon.wait_for("poll tick failed, will be tried again")) <= 2, "told once each time"
    assert station.repeated() == 0
    assert station.backlog() == 0
    assert station.database.rows("PRAGMA integrity_check") == [("ok",)]


def test_a_daemon_that_finds_no_room_says_so_and_harms_nothing(station: Station) -> None:
    with station.start() as daemon:
        assert daemon.terminate() == 0
    station.publish("1")
    with station.start(confined.command(FSIZE=1), baselines=False) as daemon:
        assert daemon.wait_until_ended() == 1
        assert "see whether the disk is full" in daemon.told()
    with station.start(baselines=False) as daemon:
        station.wait_until_told(daemon)
        assert daemon.terminate() == 0


def test_a_database_that_may_not_be_written_is_refused_until_it_may(station: Station) -> None:
    with station.start() as daemon:
        assert daemon.terminate() == 0
    station.publish("1")
    station.database.path.chmod(0o400)
    with station.start(confined.command(ROOT=0), baselines=False) as daemon:
        assert daemon.wait_until_ended() == 1
        assert "let the user who runs news-monitor write to the file" in daemon.told()
    for file in station.folder.glob("empty.db*"):  # what SQLite keeps beside it has got the same rights
        file.chmod(0o600)
    with station.start(confined.command(ROOT=0), baselines=False) as daemon:
        station.wait_until_told(daemon)
        assert daemon.terminate() == 0
