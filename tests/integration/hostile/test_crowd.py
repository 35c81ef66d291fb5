"""Two hundred hostile feeds beside a hundred good ones, all due at once, the hostile ones first."""

import asyncio
import io
import socket
import time
from collections.abc import Sequence
from contextlib import closing
from itertools import cycle, islice
from pathlib import Path

from monitor.app.running import App, open_app
from monitor.app.settings import load_settings
from tests.integration.fetch.test_deadline import crowded
from tests.support.database import Database
from tests.support.feed_server import SILENT, Answer, FeedServer, Raw, Received, Step, sends
from tests.support.hostile import entity_bombs, huge_documents, rss_around, stuck_document
from tests.support.rss import Item, rss

FETCH_SECONDS = 8
PARSE_SECONDS = 4
GOOD = 100
CONFIG = f"""
[monitor]
database = "sqlite:///monitor.db"

[fetch]
timeout = "{FETCH_SECONDS}s"
allow_networks = ["127.0.0.0/8"]

[parse]
timeout = "{PARSE_SECONDS}s"

[[channels]]
name = "desk"
url = "console:"

[[rules]]
name = "truce"
query = "truce"
channels = ["desk"]
"""
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n"


async def _endless(received: Received, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD)
    while True:
        writer.write(b"<item>" * 10_000)
        await writer.drain()


WAITING: dict[str, Step] = {
    "silent": SILENT,
    "headers that drip": sends(b"HTTP/1.1 200 OK\r\n", *[b"X-A: b\r\n"] * 1_000, pause=0.2),
    "a body that drips": sends(HEAD, *[b"<"] * 1_000, pause=0.2),
}
BUSY: dict[str, Step] = {
    "endless": Raw(_endless),
    "entities": Answer(body=entity_bombs("http://127.0.0.1/", "file:///")["billion laughs"]),
    "huge": Answer(body=huge_documents()["100,000 entries"]),
    "stuck": Answer(body=stuck_document()),
    "nested": Answer(body=rss_around("<item>" * 50_000)),
}


async def test_two_hundred_hostile_feeds_do_not_keep_a_hundred_good_ones_waiting(tmp_path: Path) -> None:
    # At all addresses of 127.0.0.0/8, each of which is a host.
    with FeedServer(host="0.0.0.0") as server, closing(socket.socket()) as full:
        full.bind(("0.0.0.0", 0))
        full.listen(0)
        hole = full.getsockname()[1]
        with crowded(("127.0.0.1", hole)):
            settings = _configured(tmp_path, server, hole)
            async with open_app(load_settings(settings, {}), console=io.StringIO(), spread=False) as app:
                started = time.monotonic()
                await _until_good_are_read(app, tmp_path, patience=4 * FETCH_SECONDS)
                took = time.monotonic() - started
                await app.polls.stop(0)
    assert took < 2 * FETCH_SECONDS


def _configured(folder: Path, server: FeedServer, hole: int) -> Path:
    for name, step in {**WAITING, **BUSY}.items():
        server.script(f"/{name.replace(' ', '-')}", step)
    server.script("/good", Answer(body=rss(*[Item(title=f"News {n}", guid=str(n)) for n in range(30)])))
    waiting = [f":{server.port}/{name.replace(' ', '-')}" for name in WAITING]
    busy = [f":{server.port}/{name}" for name in BUSY]
    hostile = [*islice(cycle([*waiting, f":{hole}/hole"]), 170), *islice(cycle(busy), 30)]
    urls = _each_at_a_host_of_its_own([*hostile, *[f":{server.port}/good"] * GOOD])
    config = folder / "config.toml"
    config.write_text(CONFIG + "".join(f'\n[[feeds]]\nurl = "{url}"\n' for url in urls))
    return config


def _each_at_a_host_of_its_own(places: Sequence[str]) -> list[str]:
    return [f"http://127.0.{1 + number // 200}.{1 + number % 200}{at}" for number, at in enumerate(places)]


async def _until_good_are_read(app: App, folder: Path, *, patience: float) -> None:
    database = Database("sqlite", str(folder / "monitor.db"))
    done = "SELECT count(*) FROM feed WHERE url LIKE '%/good' AND baseline_at IS NOT NULL"
    failed = "SELECT url, reason, detail FROM feed WHERE url LIKE '%/good' AND failures > 0"
    async with asyncio.timeout(patience):
        while database.rows(done)[0][0] < GOOD:
            assert list(database.rows(failed)) == []
            await app.polls.tick()  # as the daemon does every second
            await asyncio.sleep(0.1)
