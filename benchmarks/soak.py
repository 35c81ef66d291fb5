"""A day in minutes: does anything grow, get lost or come twice when the monitor runs on?

    python -m benchmarks.soak [--hours 24] [--faster 240] [--feeds 300] [--postgresql]

The daemon runs as a process, on a clock that goes --faster times as fast as this machine's (tests/support/accelerated.py). The feeds
publish from four times an hour to twice a day, by that clock, the last 30 entries each; one entry in ten is about what the only rule
asks for, under a word of its own. Every hour by that clock a line tells how many entries and alerts there were, how many polls, the memory of the
daemon with its parser processes (proportional set size), its open files, and the size of the database. At the end
everything that was published in time is held against what has arrived: lost and repeated alerts are counted, and both should be 0.
"""

import argparse
import json
import re
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from benchmarks.poll import memory_of
from tests.support.accelerated import command
from tests.support.daemon import Daemon
from tests.support.rss import Item, rss

TOKEN = re.compile(r"token-\d+-\d+")
LISTED, ONE_IN = 30, 10
# Entries an hour, from one feed to the next.
RATES = (4.0, 1.0, 0.5, 1 / 12)
CONFIG = """
[monitor]
database = "{database}"
poll_every = "15m"
first_poll = "alert"
[web]
listen = "off"
[fetch]
allow_networks = ["127.0.0.0/8"]
[keep]
entries = "30d"
[[channels]]
name = "sink"
url = "json://127.0.0.1:{port}/sink"
gap = "1ms"
[[rules]]
name = "ceasefire"
query = "Ukraine ceasefire"
channels = ["sink"]
story = "every"
full_text = "never"
"""


@dataclass
class World:
    """What is published when, and what has arrived. Time is that of the daemon's clock, in seconds since 1970."""

    since: float
    faster: int
    arrived: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> float:
        return self.since + (time.time() - self.since) * self.faster

    def published(self, feed: int, by: float) -> int:
        """Return how many entries a feed has published by then."""
        return 1 + int(max(0.0, by - self.since) / 3600 * RATES[feed % len(RATES)] + feed % 7 / 7)

    def document(self, feed: int) -> bytes:
        last = self.published(feed, self.now())
        return rss(*[self.item(feed, number) for number in range(last - 1, max(-1, last - 1 - LISTED), -1)])

    def item(self, feed: int, number: int) -> Item:
        date = self.since + (number - feed % 7 / 7) * 3600 / RATES[feed % len(RATES)]
        what = "Ceasefire in Ukraine" if is_asked_for(feed, number) else "Harvest fair in Larkfold"
        return Item(
            title=f"{what}: token-{feed}-{number}",
            guid=f"{feed}-{number}",
            link=f"https://news.example/{feed}/{number}",
            description=f"Report {number} of feed {feed}. " * 20,
            published=datetime.fromtimestamp(date, UTC),
        )

    def asked_for(self, feeds: int, by: float) -> set[str]:
        """Return the tokens of all entries that the rule asks for and that were published by then."""
        return {
            f"token-{feed}-{number}"
            for feed in range(feeds)
            for number in range(self.published(feed, by))
            if is_asked_for(feed, number)
        }


def is_asked_for(feed: int, number: int) -> bool:
    return (feed + number) % ONE_IN == 0


@contextmanager
def site(world: World) -> Iterator[int]:
    """Serve the feeds and take the messages; give the port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer(world.document(int(self.path.strip("/"))), "application/rss+xml")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            with world.lock:
                world.arrived.update(set(TOKEN.findall(body)))
            self._answer(b"{}", "application/json")

        def _answer(self, body: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 500
        daemon_threads = True

    server = Server(("0.0.0.0", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()


@contextmanager
def place(folder: Path, *, postgresql: bool) -> Iterator[str]:
    """Give the URL of a new database."""
    if not postgresql:
        yield f"sqlite:///{folder / 'monitor.db'}"
        return
    from tests.support.postgres import postgres_server

    server = postgres_server()
    name = server.create_database()
    yield server.url(name)
    server.drop_database(name)


def soak(arguments: argparse.Namespace) -> int:
    """Run it, and return how many alerts were lost or came twice."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        world = World(since=time.time(), faster=arguments.faster)
        port = stack.enter_context(site(world))
        database = stack.enter_context(place(folder, postgresql=arguments.postgresql))
        config = folder / "config.toml"
        feeds = "".join(
            f'[[feeds]]\nurl = "http://127.1.{feed // 250}.{feed % 250 + 1}:{port}/{feed}"\n'
            for feed in range(arguments.feeds)
        )
        config.write_text(CONFIG.format(database=database, port=port) + feeds)
        daemon = stack.enter_context(Daemon(config, command=command(arguments.faster, world.since)))
        print("hour   polls  entries   alerts      MB  files  database MB")
        for hour in range(1, arguments.hours + 1):
            while world.now() < world.since + hour * 3600:
                time.sleep(0.05)
            print(line(hour, daemon, folder), flush=True)
        wanted = world.asked_for(arguments.feeds, world.now())
        return settle(world, wanted, daemon)


def line(hour: int, daemon: Daemon, folder: Path) -> str:
    polls = [event for event in list(daemon.events) if event["event"] in ("polled", "baseline")]
    new = sum(event["new"] for event in polls)
    told = sum(event["event"] == "sent" for event in list(daemon.events))
    memory = sum(memory_of(process) for process in family(daemon.process.pid))
    files = len(list(Path(f"/proc/{daemon.process.pid}/fd").iterdir()))
    stored = sum(path.stat().st_size for path in folder.glob("monitor.db*")) / 1e6
    return f"{hour:4}{len(polls):8,}{new:9,}{told:9,}{memory:8}{files:7}{stored:13.1f}"


def family(pid: int) -> Iterator[str]:
    """Yield a process and those below it."""
    yield str(pid)
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            yield from family(int(child))


def settle(world: World, wanted: set[str], daemon: Daemon) -> int:
    """Wait for what was published by now, as long as something still comes; count what is lost and what came twice."""
    patience = time.monotonic() + 120
    while wanted - set(world.arrived) and time.monotonic() < patience:
        time.sleep(0.5)
    ended = daemon.terminate()
    for event in [event for event in daemon.events if event["level"] == "error"][:3]:
        print(json.dumps(event)[:1500])
    lost = wanted - set(world.arrived)
    twice = {token: count for token, count in world.arrived.items() if count > 1}
    faults = Counter(event["event"] for event in daemon.events if event["level"] == "error")
    print(
        json.dumps(
            {"wanted": len(wanted), "lost": len(lost), "twice": len(twice), "faults": faults, "exit": ended}
        )
    )
    return len(lost) + len(twice)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--hours", type=int, default=24)
    parser.add_argument("--faster", type=int, default=240)
    parser.add_argument("--feeds", type=int, default=300)
    parser.add_argument("--postgresql", action="store_true")
    sys.exit(1 if soak(parser.parse_args()) else 0)


if __name__ == "__main__":
    main()
