"""Somebody puts the machine's clock, or the machine sleeps: nothing stands still, nothing comes twice, no server is pressed."""

import signal
import time
from datetime import timedelta

import pytest

from tests.faults.station import Station
from tests.support.jumping import Machine
from tests.support.sinks import Answer

HOUR, DAY, YEARS = timedelta(hours=1), timedelta(days=1), timedelta(days=12 * 365)
RIGHT = timedelta(0)
FEEDS = [f"/{number}" for number in range(30)]


@pytest.fixture
def machine(station: Station) -> Machine:
    return Machine(station.folder / "clock")


def test_a_clock_that_is_put_neither_stops_nor_repeats_anything(station: Station, machine: Machine) -> None:
    with station.start(machine.command) as daemon:
        for number, off in enumerate((RIGHT, HOUR, RIGHT, -DAY, YEARS, RIGHT)):
            machine.put(off)
            began, asked = time.monotonic(), len(station.feeds.requests())
            station.publish(f"{number}")
            station.wait_until_told(daemon, seconds=30)
            polls, seconds = len(station.feeds.requests()) - asked, time.monotonic() - began
            assert polls <= 4 * seconds + 2, "one each 300 ms, as ever"
        assert daemon.terminate() == 0
    assert station.repeated() == 0
    assert station.backlog() == 0


def test_what_waits_for_a_channel_does_not_wait_for_the_clock(station: Station, machine: Machine) -> None:
    machine.put(HOUR)
    station.sink.routes["/desk"] = Answer(status=500)
    with station.start(machine.command) as daemon:
        station.publish("1")
        daemon.wait_for("send failed, will be tried again")
        machine.put(RIGHT)
        daemon.wait_for("clock of this machine was put back, going on by what it shows now")
        del station.sink.routes["/desk"]
        station.wait_until_told(daemon, seconds=30)
        assert daemon.terminate() == 0
    assert station.repeated() == 0


def test_a_clock_that_was_put_back_while_the_daemon_was_off_delays_nothing(
    station: Station, machine: Machine
) -> None:
    machine.put(DAY)
    with station.start(machine.command) as daemon:
        assert daemon.terminate() == 0
    machine.put(RIGHT)
    station.publish("1")
    with station.start(machine.command, baselines=False) as daemon:
        station.wait_until_told(daemon, seconds=30)
        assert daemon.terminate() == 0


def test_a_machine_that_slept_polls_each_feed_once(station: Station, machine: Machine) -> None:
    station.paths, station.poll_every = FEEDS, "1h"
    station.write()
    with station.start(machine.command) as daemon:
        daemon.process.send_signal(signal.SIGSTOP)
        for path in FEEDS:
            station.publish(path, path=path)
        machine.put(8 * HOUR)
        daemon.process.send_signal(signal.SIGCONT)
        station.wait_until_told(daemon)
        assert daemon.terminate() == 0
    assert {path: len(station.feeds.requests(path)) for path in FEEDS} == dict.fromkeys(FEEDS, 2)
    assert station.repeated() == 0
