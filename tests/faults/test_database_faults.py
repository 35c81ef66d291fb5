"""A database that is locked, crashes, ends connections or lets nobody in, and an upgrade that is killed."""

import json
import sqlite3
from contextlib import closing

import pytest
from alembic import command

from monitor.store.engine import open_engine, read_url
from monitor.store.schema import alembic_config
from tests.contract.test_upgrade import HELD
from tests.faults.station import Station
from tests.support.daemon import Daemon
from tests.support.postgres import postgres_server
from tests.support.waiting import wait_until


def test_a_file_that_is_locked_for_long_costs_time_and_nothing_else(station: Station) -> None:
    with station.start() as daemon:
        with closing(sqlite3.connect(station.database.place, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            station.publish("1")
            (told,) = daemon.wait_for("poll tick failed, will be tried again")
            assert "database is locked; end the program that is writing to it" in told["detail"]
            other.execute("ROLLBACK")
        station.wait_until_told(daemon)
        assert daemon.terminate() == 0
    assert station.repeated() == 0
    assert station.backlog() == 0


@pytest.mark.parametrize("station", ["postgresql"], indirect=True)
def test_a_server_that_crashes_and_refuses_costs_time_and_few_copies(station: Station) -> None:
    server, name = postgres_server(), station.database.place
    with station.start() as daemon:
        station.publish("before")
        station.wait_until_told(daemon)
        descriptors, memory = station.held(daemon)
        for number in range(20):
            station.publish(f"cut {number}")
            server.cut_connections(name)
        station.wait_until_told(daemon)

        server.crash()
        station.publish("crashed")
        station.wait_until_told(daemon)

        refusals = (
            (f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false", f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true"),
            (f"ALTER DATABASE {name} SET statement_timeout = 1", f"ALTER DATABASE {name} RESET statement_timeout"),
        )  # fmt: skip
        for refuse, admit in refusals:
            server.execute(refuse)
            server.cut_connections(name)
            station.publish(refuse)
            wait_for_trouble(daemon)
            server.execute(admit)
            server.cut_connections(name)
            station.wait_until_told(daemon)
        assert wait_until(lambda: station.backlog() == 0)
        in_the_end = station.held(daemon)
        assert in_the_end[0] <= descriptors + 4, "no connection that was cut stays open"
        assert in_the_end[1] <= memory + 20, "in MB"
        assert daemon.terminate() == 0
    assert station.repeated() <= 23, "one each time that connections ended"


def wait_for_trouble(daemon: Daemon) -> None:
    """Wait until a tick has failed that had not failed so before."""
    before = len([event for event in daemon.events if event["event"].endswith("will be tried again")])
    assert wait_until(
        lambda: len([one for one in daemon.events if one["event"].endswith("will be tried again")]) > before
    ), daemon.told()[-2000:]


def test_an_upgrade_that_is_killed_is_done_by_the_next_start(station: Station) -> None:
    engine = open_engine(read_url(station.database.url, "db"))
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0004")
    engine.dispose()
    station.database.write(HELD.replace("'mail'", "'owner'"))
    for statements in (3, 30):
        killed = ["-m", "tests.support.die_migrating", str(statements)]
        with station.start(killed, baselines=False) as daemon:
            assert daemon.wait_until_ended() == -9
        assert station.database.rows("PRAGMA integrity_check") == [("ok",)]
        assert station.database.rows("SELECT version_num FROM alembic_version") == [("0004",)]
    with station.start(baselines=False) as daemon:
        daemon.wait_for("sent", where=lambda event: event["channel"] == "owner")
        daemon.wait_for("baseline")
        assert daemon.terminate() == 0
    (message,) = [json.loads(one.body) for one in station.sink.requests if one.path == "/owner"]
    assert message["alert"]["title"] == "Storm"
