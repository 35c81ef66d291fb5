"""The daemon as systemd meets it: sd_notify(3) and the watchdog, over a real socket.

On SQLite alone: systemd starts one process, and is told of that one; which database it works on makes no difference there.
"""

import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.daemon import Daemon
from tests.support.feed_server import SILENT, Answer, FeedServer
from tests.support.rss import Item, rss

CONFIG = """\
[fetch]
allow_networks = ["127.0.0.0/8"]

[[channels]]
name = "console"
url = "console:"

[[feeds]]
url = "{feed}"

[[rules]]
name = "all"
query = "news"
channels = ["console"]
"""


class Manager:
    """The service manager's end of NOTIFY_SOCKET."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(address.replace("@", "\0", 1))
        self._socket.settimeout(30)

    def next(self) -> str:
        return self._socket.recv(4096).decode()

    def next_other_than(self, state: str) -> str:
        while (told := self.next()) == state:
            pass
        return told

    def heard_nothing(self) -> bool:
        self._socket.setblocking(False)
        try:
            return not self._socket.recv(4096)
        except BlockingIOError:
            return True

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Manager]:
    path = tmp_path / "notify"
    manager = Manager(str(path) if request.param == "path" else f"@{path}")
    yield manager
    manager.close()


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    with FeedServer() as server:
        server.script("/feed.xml", Answer(body=rss(Item(title="Old news", guid="1"))))
        yield server


def test_it_tells_systemd_when_it_is_ready_that_it_lives_and_when_it_stops(
    manager: Manager, feeds: FeedServer, tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(CONFIG.format(feed=feeds.url("/feed.xml")))
    env = {"NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": "600000"}

    with Daemon(config, env=env, cold=True) as daemon:
        assert manager.next() == "READY=1\nSTATUS=feeds: 1, rules: 1, channels: 1"
        assert [manager.next() for _ in range(3)] == ["WATCHDOG=1"] * 3
        assert daemon.terminate() == 0
        assert manager.next_other_than("WATCHDOG=1") == "STOPPING=1"
        assert daemon.other == []


def test_it_tells_systemd_when_it_reloads_and_what_came_of_it(
    manager: Manager, feeds: FeedServer, tmp_path: Path
) -> None:
    def next_told() -> str:
        return manager.next_other_than("WATCHDOG=1")

    config = tmp_path / "config.toml"
    good = CONFIG.format(feed=feeds.url("/feed.xml"))
    config.write_text(good)
    with Daemon(
        config, env={"NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": "600000"}, cold=True
    ) as daemon:
        assert next_told().startswith("READY=1")
        before = time.monotonic_ns() // 1_000
        daemon.process.send_signal(signal.SIGHUP)
        reloading, moment = next_told().split("\nMONOTONIC_USEC=")
        assert reloading == "RELOADING=1"
        assert before <= int(moment) <= time.monotonic_ns() // 1_000
        assert next_told() == "READY=1\nSTATUS=feeds: 1, rules: 1, channels: 1"

        config.write_text(good + "[nonsense]\n")
        assert next_told().startswith("RELOADING=1")
        assert next_told() == (
            "READY=1\nSTATUS=feeds: 1, rules: 1, channels: 1; the configuration has been refused since, mistakes: 1"
        )
        assert daemon.terminate() == 0


def test_it_lives_and_stops_while_a_feed_hangs(feeds: FeedServer, manager: Manager, tmp_path: Path) -> None:
    feeds.script("/feed.xml", SILENT)
    config = tmp_path / "config.toml"
    config.write_text(CONFIG.format(feed=feeds.url("/feed.xml")))
    env = {"NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": "600000"}

    with Daemon(config, env=env, cold=True) as daemon:
        feeds.wait_for(1)
        assert manager.next().startswith("READY=1")
        assert [manager.next() for _ in range(3)] == ["WATCHDOG=1"] * 3
        assert daemon.terminate(timeout=10) == 0


def test_a_manager_that_is_gone_harms_nothing(feeds: FeedServer, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(CONFIG.format(feed=feeds.url("/feed.xml")))

    with Daemon(config, env={"NOTIFY_SOCKET": str(tmp_path / "nobody")}, cold=True) as daemon:
        daemon.wait_for("baseline")
        assert daemon.terminate() == 0
        assert daemon.wait_for("systemd can't be told", count=2)


def test_a_broken_configuration_ends_it_before_it_is_ready(manager: Manager, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[monitor]\npoll_every = 5\n")

    with Daemon(config, env={"NOTIFY_SOCKET": manager.address}, cold=True) as daemon:
        assert daemon.wait_until_ended() == 2
    assert manager.heard_nothing()
