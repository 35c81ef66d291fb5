"""Too few file descriptors, parser processes that are killed, and everything out for a while."""

import os
import resource
import signal
from pathlib import Path

from tests.faults.station import Station
from tests.support.sinks import Answer


def test_without_a_descriptor_left_polls_fail_and_come_again(station: Station) -> None:
    with station.start() as daemon:
        pid = daemon.process.pid
        soft, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (len(descriptors(pid)) - 5, hard))
        station.publish("1")
        daemon.wait_for("poll failed", count=2, where=lambda event: "too many open files" in event["detail"])
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (soft, hard))
        station.wait_until_told(daemon)
        assert daemon.terminate() == 0
    assert station.repeated() == 0


def test_parser_processes_that_are_killed_are_replaced(station: Station) -> None:
    with station.start() as daemon:
        before = len(descriptors(daemon.process.pid))
        for number in range(3):
            for pid in descendants(daemon.process.pid):
                os.kill(pid, signal.SIGKILL)
            station.publish(f"{number}")
            station.wait_until_told(daemon)
        assert len(descriptors(daemon.process.pid)) <= before + 4, "none is left open"
        assert daemon.terminate() == 0
    assert station.repeated() == 0


def descriptors(pid: int) -> list[Path]:
    return list(Path(f"/proc/{pid}/fd").iterdir())


def descendants(ancestor: int) -> list[int]:
    """Return the processes that a process has started, and those that they have."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):  # it has just ended
            continue
        parents[int(stat.parent.name)] = int(fields[1])
    found = [ancestor]
    for known in found:
        found += [pid for pid, parent in parents.items() if parent == known]
    return found[1:]


def test_when_all_was_out_for_a_while_nothing_is_lost(station: Station) -> None:
    with station.start() as daemon:
        station.sink.routes["/desk"] = Answer(status=503)
        station.publish("before")
        daemon.wait_for("send failed, will be tried again")
        station.feeds.stop()
        station.publish("meanwhile")
        daemon.wait_for("poll failed")
        station.feeds.start()
        del station.sink.routes["/desk"]
        station.wait_until_told(daemon)
        assert daemon.terminate() == 0
    assert station.repeated() == 0
    assert station.backlog() == 0
