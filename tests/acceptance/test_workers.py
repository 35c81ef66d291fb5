"""Several workers on one PostgreSQL, of which some end badly: nothing is lost, hosts have their rest, each digest comes once."""

import asyncio
import os
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.support import warm
from tests.support.accelerated import command
from tests.support.daemon import Daemon
from tests.support.database import Database, migrated_database
from tests.support.feed_server import Answer as FeedAnswer
from tests.support.feed_server import FeedServer, Raw, Received
from tests.support.rss import Item, rss
from tests.support.sinks import WebhookSink

FASTER = 20  # a minute is three seconds
HOSTS = ("127.0.0.2", "127.0.0.3", "127.0.0.4")
FEEDS = 12
TOKEN = re.compile(r"token-\d+-\d+")
CONFIG = """
[monitor]
database = "{database}"
poll_every = "30s"
adaptive = false

[web]
listen = "off"

[fetch]
allow_networks = ["127.0.0.0/8"]

[[channels]]
name = "desk"
url = "json://127.0.0.1:{sink}/desk"

[[channels]]
name = "digest"
url = "json://127.0.0.1:{sink}/digest"
digest = "*/5 * * * *"

[[rules]]
name = "ukraine-ceasefire"
query = "Ukraine ceasefire"
channels = ["desk", "digest"]
story = "every"
full_text = "never"
"""


@dataclass(slots=True)
class Newsroom:
    """Feeds on some hosts, a sink, and a configuration that any number of workers may be started with."""

    config: Path
    feeds: FeedServer
    sink: WebhookSink
    database: Database
    rounds: int = 0
    workers: list[Daemon] = field(default_factory=list)
    since: float = field(default_factory=time.time)
    _asked: Counter[str] = field(default_factory=Counter)
    _most: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self, role: str = "all") -> Daemon:
        worker = Daemon(self.config, command=command(FASTER, self.since), options=("--role", role))
        self.workers.append(worker)
        return worker

    def publish(self) -> None:
        """Let each feed have one entry more."""
        self.rounds += 1
        for feed in range(FEEDS):
            items = [
                Item(title=f"Ceasefire in Ukraine, token-{feed}-{number}", guid=f"{feed}/{number}")
                for number in range(self.rounds)
            ]
            self.feeds.script(f"/{feed}.xml", self._slowly(FeedAnswer(body=rss(*items))))

    def wait_until_told(self) -> None:
        """Wait until all has been told that was published, but for what the first polls found."""
        wanted = {f"token-{feed}-{number}" for feed in range(FEEDS) for number in range(1, self.rounds)}
        deadline = time.monotonic() + 90
        while wanted - set(self.told("desk")):
            count = len(self.sink.requests)
            assert time.monotonic() < deadline, f"{wanted - set(self.told('desk'))}: {self.said()}"
            self.sink.wait_for(count + 1, timeout=90)

    def told(self, channel: str) -> Counter[str]:
        """Return how often each token has come in a channel."""
        bodies = [request.body for request in self.sink.requests if request.path == f"/{channel}"]
        return Counter(token for body in bodies for token in set(TOKEN.findall(body.decode())))

    def most_at_once(self) -> dict[str, int]:
        """Return how many requests at most each host has had at a time."""
        return dict(self._most)

    def said(self) -> str:
        return "\n\n".join(worker.told()[-3000:] for worker in self.workers)

    def status(self) -> str:
        asked = ["-m", "monitor", "status", "--config", str(self.config)]
        return warm.run(asked, cwd=warm.REPOSITORY, env=os.environ).stdout

    def _slowly(self, answer: FeedAnswer) -> Raw:
        async def handle(received: Received, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            host = (received.header("Host") or "").partition(":")[0]
            with self._lock:
                self._asked[host] += 1
                self._most[host] = max(self._most[host], self._asked[host])
            await asyncio.sleep(0.02)  # what a feed takes: else no two requests would ever meet
            with self._lock:
                self._asked[host] -= 1
            writer.write(answer.encode())
            await writer.drain()

        return Raw(handle)


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    database = migrated_database("postgresql", tmp_path)
    with FeedServer(host="0.0.0.0") as feeds, WebhookSink() as sink:
        config = tmp_path / "config.toml"
        urls = [feeds.url(f"/{feed}.xml", host=HOSTS[feed % len(HOSTS)]) for feed in range(FEEDS)]
        text = CONFIG.format(database=database.url.reveal(), sink=sink.port)
        config.write_text(text + "".join(f'\n[[feeds]]\nurl = "{url}"\n' for url in urls))
        room = Newsroom(config, feeds, sink, database)
        room.publish()
        yield room
        for worker in room.workers:
            if worker.process.poll() is None:
                worker.kill()
    database.discard()


def wait_for_baselines(room: Newsroom) -> None:
    deadline = time.monotonic() + 60
    while room.database.rows("SELECT count(*) FROM feed WHERE baseline_at IS NOT NULL") != [(FEEDS,)]:
        assert time.monotonic() < deadline, room.said()
        room.feeds.wait_for(len(room.feeds.requests()) + 1, timeout=60)


def test_workers_that_are_killed_or_stopped_cost_nothing_but_time(newsroom: Newsroom) -> None:
    killed, stopped, steady = [newsroom.start() for _ in range(3)]
    wait_for_baselines(newsroom)
    newsroom.publish()
    newsroom.wait_until_told()

    stopped.process.send_signal(signal.SIGSTOP)
    newsroom.publish()
    killed.kill()
    newsroom.wait_until_told()
    assert f"{killed.process.pid}" in newsroom.status()
    steady.wait_for("worker lost, what it held is given to others", count=2)

    stopped.process.send_signal(signal.SIGCONT)
    newsroom.start().wait_for("started", timeout=60)  # else the end could come before it listens for one
    newsroom.publish()
    newsroom.wait_until_told()
    wait_for_digests(newsroom)
    for worker in newsroom.workers:
        assert worker is killed or worker.terminate() == 0

    assert sum(newsroom.told("desk").values()) - len(newsroom.told("desk")) <= 2, "one a crash"
    assert set(newsroom.told("digest").values()) == {1}
    assert newsroom.most_at_once() == dict.fromkeys(HOSTS, 1)


def wait_for_digests(room: Newsroom) -> None:
    wanted = {f"token-{feed}-{number}" for feed in range(FEEDS) for number in range(1, room.rounds)}
    deadline = time.monotonic() + 90
    while wanted - set(room.told("digest")):
        assert time.monotonic() < deadline, room.said()
        room.sink.wait_for(len(room.sink.requests) + 1, timeout=60)


def test_workers_with_roles_do_their_part_together(newsroom: Newsroom) -> None:
    with_page = newsroom.config.with_name("web.toml")
    with_page.write_text(newsroom.config.read_text().replace('listen = "off"', 'listen = "127.0.0.1:0"'))
    polling, delivering = newsroom.start("poll"), newsroom.start("deliver")
    serving = Daemon(with_page, command=command(FASTER, newsroom.since), options=("--role", "web"))
    newsroom.workers.append(serving)
    (page,) = serving.wait_for("page")
    wait_for_baselines(newsroom)
    newsroom.publish()
    newsroom.wait_until_told()

    workers = httpx.get(f"{page['url'].rstrip('/')}/api/v1/status").json()["workers"]
    assert sorted(worker["role"] for worker in workers) == ["deliver", "poll", "web"]
    assert newsroom.status().count("\nworker ") == 3
    for worker in newsroom.workers:
        assert worker.terminate() == 0
    assert "sent" not in {event["event"] for event in polling.events + serving.events}
    assert "polled" not in {event["event"] for event in delivering.events + serving.events}


def test_a_feed_that_only_some_workers_know_yet_is_polled_by_those(newsroom: Newsroom) -> None:
    old = newsroom.start()
    wait_for_baselines(newsroom)
    newer = newsroom.config.with_name("newer.toml")
    added = newsroom.feeds.url("/added.xml", host=HOSTS[0])
    newsroom.feeds.script("/added.xml", FeedAnswer(body=rss(Item(title="Harvest fair", guid="1"))))
    newer.write_text(f'{newsroom.config.read_text()}\n[[feeds]]\nurl = "{added}"\n')
    new = Daemon(newer, command=command(FASTER, newsroom.since))
    newsroom.workers.append(new)

    new.wait_for("baseline", where=lambda event: event["feed"] == added, timeout=60)
    newsroom.feeds.wait_for(3, "/added.xml", timeout=60)
    assert "different configurations" in newsroom.status()
    assert new.terminate() == 0
    assert old.terminate() == 0
    assert not [event for event in old.events if event["level"] == "error"], old.told()


@pytest.mark.parametrize("role", ["poll", "deliver", "web"])
def test_on_sqlite_one_daemon_does_everything(newsroom: Newsroom, role: str) -> None:
    text = newsroom.config.read_text().replace(newsroom.database.url.reveal(), "sqlite:///monitor.db")
    newsroom.config.write_text(text.replace('listen = "off"', 'listen = "127.0.0.1:0"'))

    worker = newsroom.start(role)

    assert worker.wait_until_ended() == 1
    assert "SQLite, where one daemon does everything; leave --role out" in worker.told()


def test_a_worker_for_the_page_needs_one(newsroom: Newsroom) -> None:
    worker = newsroom.start("web")

    assert worker.wait_until_ended() == 2
    assert '--role web has nothing to do: listen in [web] is "off"' in worker.told()
