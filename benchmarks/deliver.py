"""What does a message cost on its way through the outbox, beside a bare call of Apprise? And do channels wait for one another?

    python -m benchmarks.deliver [--deliveries 1000] [--paced 1000] [--profile]

A server in a process of its own takes the messages of webhooks (json://) and of Slack, whose plugin is led there, and answers at once. It keeps a
connection as long as the client does, which is what the servers of all these services do: to close it after each answer would charge both sides for
something that only one of them has to pay. The same messages, byte for byte, go to it by bare calls of Apprise in a loop, which remember nothing; through
the outbox of one channel; and through that of ten, on SQLite and on PostgreSQL (a server of our own, which doesn't wait for the disk). With the outbox it
is the program as it is: deliveries are settled, claimed, rendered, sent and recorded. The garbage collector is set as the program sets it, for both.

Times are per message, in milliseconds, on the clock and of the processor (without PostgreSQL's own); each is the best of --rounds. "Times bare Apprise" is
the median of what each round shows beside its own bare calls. Only this says anything about another machine, and the processor's more than the clock's where others
work at the same time. Then as many deliveries as --paced says go to ten channels, each of which leaves a time between
two messages; they should take no longer than the slowest channel needs by itself.
"""

import argparse
import asyncio
import cProfile
import logging
import pstats
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from statistics import median
from urllib.request import urlopen
from zoneinfo import ZoneInfo

from monitor.app.running import App, collect_seldom, open_app
from monitor.app.settings import load_settings
from monitor.clock import SystemClock
from monitor.config import Settings
from monitor.model import (
    Entry,
    Hit,
    Match,
    NewEntry,
    PlannedDelivery,
    PollRecord,
    Reason,
    Secret,
    TextField,
)
from tests.support.postgres import postgres_server

PORT = 18481
BARE = "bare Apprise"
GAPS = [timedelta(milliseconds=20 * number) for number in range(11) if number != 1]
URLS = {
    "json": f"json://127.0.0.1:{PORT}/hook",
    # Without the pictures that Apprise adds by itself, and we don't.
    "slack": "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#desk?image=no&footer=no",
}
FEED, FEED_NAME = "https://news.example/rss", "World"
CONFIG = """
[monitor]
database = "{database}"
[[feeds]]
url = "{feed}"
name = "{feed_name}"
[[rules]]
name = "storms"
query = "storm"
channels = [{names}]
"""
SUMMARY = " ".join(
    (
        "Leaders met on Tuesday to discuss the terms of a truce that both sides had long refused to consider.",
        "Residents of the coastal towns were told to leave their homes before the storm makes landfall on Friday.",
    )
    * 3
)


# -- the server ---------------------------------------------------------------------------------------------


class Wire(asyncio.Protocol):
    """One connection, kept as long as the client wants it, as all the services do. GET gives the message that came last."""

    last = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.received = transport, b""

    def data_received(self, data: bytes) -> None:
        self.received += data
        head, _, body = self.received.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length:")[2].partition(b"\r")[0]
        if length and len(body) >= int(length):
            Wire.last = body
            self._answer(b"ok")
        elif head.startswith(b"GET "):
            self._answer(Wire.last)

    def _answer(self, body: bytes) -> None:
        self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
        self.received = b""


async def serve() -> None:
    server = await asyncio.get_running_loop().create_server(Wire, "127.0.0.1", PORT, backlog=1000)
    print("ready", flush=True)
    await server.serve_forever()


@contextmanager
def server() -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.deliver", "--serve"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    process.stdout.readline()
    try:
        yield
    finally:
        process.terminate()
        process.wait()


# -- who is measured ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Took:
    """Seconds on the clock and of processor time."""

    wall: float
    cpu: float


@contextmanager
def measured(times: list[Took], profiled: str = "") -> Iterator[None]:
    profile = cProfile.Profile()
    started, worked = time.perf_counter(), time.process_time()
    if profiled:
        profile.enable()
    yield
    profile.disable()
    times.append(Took(time.perf_counter() - started, time.process_time() - worked))
    if profiled:
        print(f"\n{profiled}:")
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)


def bare(url: str, deliveries: int, times: list[Took]) -> None:
    """Send as many messages as there are deliveries, rendered beforehand, by Apprise alone."""
    from apprise import Apprise

    from monitor.alert import render
    from monitor.model import Alert
    from monitor.notify.service import given

    settings = settings_of(url, "sqlite:///none.db", 1)
    new = an_entry(0, ())
    alert = Alert(
        id=1,
        entry=new.entry,
        feed_url=FEED,
        feed_name=FEED_NAME,
        matches=new.matches,
        created_at=SystemClock().now(),
    )
    message = given(render(alert, settings.channels[0], ZoneInfo("UTC")))
    sender = Apprise()
    sender.add(url)
    for plugin in sender:
        plugin.request_rate_per_sec = 0
    with measured(times):
        for _ in range(deliveries):
            assert sender.notify(**message)


def outbox(settings: Settings, deliveries: int, times: list[Took], profiled: str = "") -> None:
    """Send as many messages through the outbox, to all channels in turn."""

    async def run() -> None:
        async with open_app(settings, spread=False) as app:
            await fill(app, deliveries)
            with measured(times, profiled):
                await app.deliveries.run_until_idle()
            assert app.tally.counts["sent"] == deliveries, app.tally.counts

    asyncio.run(run())


async def fill(app: App, deliveries: int) -> None:
    now = SystemClock().now()
    names = [channel.name for channel in app.settings.channels]
    entries = [an_entry(number, (names[number % len(names)],)) for number in range(deliveries)]
    (feed,) = await app.store.claim_due_feeds(now, limit=1, per_host=1, lease=timedelta(minutes=1))
    await app.store.commit_poll(
        PollRecord(
            feed_id=feed.id,
            lease=feed.lease,
            polled_at=now,
            reason=Reason.OK,
            detail="",
            next_poll_at=now + timedelta(hours=1),
            failures=0,
            entries=tuple(entries),
        )
    )


def an_entry(number: int, channels: Sequence[str]) -> NewEntry:
    title = f"Storm number {number} makes landfall on the coast"
    hits = (Hit(TextField.TITLE, 0, 5, "storm"),)
    return NewEntry(
        entry=Entry(title=title, summary=SUMMARY, link=f"https://news.example/{number}"),
        keys=(f"guid:{number}",),
        matches=(Match("storms", hits),),
        deliveries=tuple(PlannedDelivery(channel, ("storms",)) for channel in channels),
    )


def settings_of(url: str, database: str, channels: int) -> Settings:
    names = [f"channel {number}" for number in range(channels)]
    with tempfile.TemporaryDirectory() as name:
        config = Path(name) / "config.toml"
        tables = [f'[[channels]]\nname = "{each}"\nurl = "{url}"\n' for each in names]
        listed = ", ".join(f'"{each}"' for each in names)
        text = CONFIG.format(database=database, feed=FEED, feed_name=FEED_NAME, names=listed)
        config.write_text(text + "".join(tables))
        settings = load_settings(config, {})
    # Slack bears one message a second; what is measured here is what they cost.
    channels = tuple(replace(channel, gap=timedelta(0)) for channel in settings.channels)
    return replace(settings, channels=channels)


@contextmanager
def databases() -> Iterator[dict[str, Callable[[], str]]]:
    """Give what makes a new database of each kind and returns its address."""
    with tempfile.TemporaryDirectory() as name:
        numbers = count()
        server = postgres_server()
        yield {
            "SQLite": lambda: f"sqlite:///{name}/{next(numbers)}.db",
            "PostgreSQL": lambda: server.url(server.create_database()),
        }


# -- the report ---------------------------------------------------------------------------------------------


def compare(arguments: argparse.Namespace) -> None:
    number: int = arguments.deliveries
    with databases() as kinds:
        for service, url in URLS.items():
            assert_alike(url, kinds["SQLite"]())
            times: defaultdict[str, list[Took]] = defaultdict(list)
            for turn in range(arguments.rounds):
                bare(url, number, times[BARE])
                for kind, make in kinds.items():
                    for channels in (1, 10):
                        name = f"{kind}, {channels} channel{'s' * (channels > 1)}"
                        profiled = name if arguments.profile and turn == 0 else ""
                        outbox(settings_of(url, make(), channels), number, times[name], profiled)
            show(service, number, times)


def assert_alike(url: str, database: str) -> None:
    """Make sure that what both send is the same, but for the time in it."""
    bare(url, 1, [])
    expected = received()
    outbox(settings_of(url, database, 1), 1, [])
    sent = received()
    assert sent == expected, f"a bare call sends {expected!r}, the outbox {sent!r}"


def received() -> bytes:
    """Return the message that the server got last, with zeros for its digits."""
    with urlopen(f"http://127.0.0.1:{PORT}/") as answer:
        return re.sub(rb"\d", b"0", answer.read())


def show(service: str, number: int, times: Mapping[str, list[Took]]) -> None:
    print(
        f"\n{number} messages to {service}; ms each, on the clock and of processor time; times bare Apprise"
    )
    for name, took in times.items():
        wall, cpu = min(t.wall for t in took), min(t.cpu for t in took)
        beside = list(zip(took, times[BARE], strict=True))
        ratios = (
            median(t.wall / bare.wall for t, bare in beside),
            median(t.cpu / bare.cpu for t, bare in beside),
        )
        cells = f"{wall / number * 1000:8.2f}{cpu / number * 1000:8.2f}{ratios[0]:8.2f}{ratios[1]:8.2f}"
        print(f"{name:24}{cells}{number / wall:8.0f} a second", flush=True)


def paced(arguments: argparse.Namespace) -> None:
    number: int = arguments.paced
    each = number // len(GAPS)
    with databases() as kinds:
        for kind, make in kinds.items():
            settings = settings_of(URLS["json"], make(), len(GAPS))
            channels = tuple(replace(c, gap=gap) for c, gap in zip(settings.channels, GAPS, strict=True))
            times: list[Took] = []
            outbox(replace(settings, channels=channels), number, times)
            slowest, alone = [replace(settings, channels=channels[-1:], database=Secret(make()))], []
            outbox(slowest[0], each, alone)
            own = GAPS[-1].total_seconds() * (each - 1)
            print(
                f"\n{kind}: {number} messages to {len(GAPS)} channels with {GAPS[0].total_seconds():g} to "
                f"{GAPS[-1].total_seconds():g} s between two: {times[0].wall:.1f} s; the slowest alone "
                f"{alone[0].wall:.1f} s, of which its gaps are {own:.1f} s",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--deliveries", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--paced", type=int, default=1_000, help="0: leave this part out")
    parser.add_argument("--profile", action="store_true", help="show where the main thread spends its time")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        asyncio.run(serve())
        return
    logging.disable(logging.CRITICAL)
    with server():
        lead_slack_here()
        collect_seldom()
        if arguments.deliveries:
            compare(arguments)
        if arguments.paced:
            paced(arguments)


def lead_slack_here() -> None:
    from apprise.plugins.slack import NotifySlack

    NotifySlack.webhook_url = f"http://127.0.0.1:{PORT}/services"


if __name__ == "__main__":
    main()
