"""How long does a round over all feeds take? Against the mere fetching of them, and against another feed reader.

    python benchmarks/poll.py [--feeds 1000 10000] [--reader PYTHON] [--reader-feeds 200] [--profile]

A server in a process of its own gives each feed a host of its own (127.x.y.z) and a document of 30
entries, some 45 kB, whose summaries are HTML as news sites write it, each with a word of its own. The program runs as it is: its own fetcher, parser processes, SQLite file and one
rule; only its clock is set forward by hours between the rounds, so that all feeds are due. The rounds:

    cold          nothing is known yet
    unchanged     the server answers 304
    no validators the server answers 200 with the same bytes
    1 new of 30   one entry has come in front, the last one has gone
    all anew      each entry counts one comment more, so that all are read and none is new: mere parsing

Beside it curl --parallel fetches the same documents and does nothing with them: the lower bound. It has as many
connections at a time, and like the program one for each feed, as each has a host of its own. With
--reader PYTHON, the interpreter of an environment that has lemon24's `reader` installed, that one updates
its own database from the same server, ten workers, as many feeds as --reader-feeds says (it takes its time).

Times are per feed, in milliseconds; only their ratios say anything about another machine, and on one that has
other work only those of the processor time. "cpu" is that of all processes of the program, "main" of the main one
with its database thread. Memory is that of all processes of the program together (proportional set size), the
most that was seen.
"""

import argparse
import asyncio
import cProfile
import os
import pstats
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, cast

# The parser processes import this module as well, and are to be as small as those of the daemon.
if TYPE_CHECKING:
    from monitor.app.running import App

PORT = 18480
ENTRIES = 30
START = datetime(2026, 11, 23, 12, tzinfo=UTC)
ROUNDS = ("cold", "unchanged", "no validators", "1 new of 30", "all anew")
# As news sites write their summaries: some paragraphs, links, a picture, a list.
SENTENCES = (
    "Leaders met on Tuesday to discuss the terms of a truce that both sides had long refused to consider.",
    "Officials said that talks would resume next week in Geneva, according to people with knowledge of the plan.",
    "Markets rose on the news, and oil prices fell by two percent.",
    "Residents of the coastal towns were told to leave their homes before the storm makes landfall on Friday.",
    "The court found that the ministry had no right to withhold the documents for more than thirty days.",
)
SUMMARY = """\
<p><em>Report @n@.</em> <img src="https://img.example/@n@.jpg?w=460&amp;q=85" alt="A photograph" width="460" height="276" /></p>
<p>{0} <a href="https://news.example/topic/@n@">Read more</a></p>
<p><strong>{1}</strong> {2} {3}</p>
<ul><li><a href="/live/@n@">Live: what we know</a></li><li>{4}</li></ul>
<p>{1} {3} <em>{0}</em> {2}</p>
<p><a href="https://news.example/@n@?utm_source=rss" rel="noopener">Continue reading...</a></p>"""


# -- the server ---------------------------------------------------------------------------------------------


@cache
def template(newest: int) -> bytes:
    """A document in which each feed only fills in its number and host: rendering one costs as good as nothing."""
    items = "".join(item(number) for number in range(newest, newest - ENTRIES, -1))
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:slash="http://purl.org/rss/1.0/modules/slash/"><channel>'
        f"<title>Feed @feed@</title><link>http://@host@/</link><description>Made</description>{items}"
        "</channel></rss>"
    ).encode()


def item(number: int) -> str:
    date = format_datetime(START - timedelta(hours=100 - number))
    return (
        f"<item><title>Entry {number} of feed @feed@</title><link>http://@host@/{number}</link>"
        f'<guid isPermaLink="false">@feed@-{number}</guid><pubDate>{date}</pubDate>'
        "<dc:creator>A Writer</dc:creator><category>World</category><slash:comments>@comments@</slash:comments>"
        f"<description>{escape(summary(number))}</description></item>"
    )


def summary(number: int) -> str:
    sentences = [SENTENCES[(number + place) % len(SENTENCES)] for place in range(len(SENTENCES))]
    return SUMMARY.format(*sentences).replace("@n@", str(number))


def body(feed: int, newest: int, comments: int = 0) -> bytes:
    document = template(newest).replace(b"@comments@", b"%d" % comments)
    return document.replace(b"@feed@", b"%d" % feed).replace(b"@host@", host(feed).encode())


def host(feed: int) -> str:
    return f"127.{10 + feed // 62_500}.{feed // 250 % 250}.{feed % 250 + 1}"


def url(feed: int) -> str:
    return f"http://{host(feed)}:{PORT}/{feed}"


@dataclass
class Site:
    """What the server serves at present."""

    newest: int = ENTRIES
    validators: bool = True
    comments: int = 0

    def answer(self, path: str, request: bytes) -> bytes:
        if path.startswith("control"):
            return self.control(path)
        etag = f'"{self.newest}.{self.comments}"'
        tagged = f"ETag: {etag}\r\n" if self.validators else ""
        if self.validators and f"if-none-match: {etag}".encode() in request.lower():
            return f"HTTP/1.1 304 Not Modified\r\n{tagged}Connection: close\r\n\r\n".encode()
        document = body(int(path), self.newest, self.comments)
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n{tagged}Content-Length: {len(document)}\r\n"
        return f"{head}Connection: close\r\n\r\n".encode() + document

    def control(self, path: str) -> bytes:
        """Switch to another round, or tell how much processor time the server has used."""
        _, newest, validators, comments = path.split("/")
        if newest != "cpu":
            self.newest, self.validators, self.comments = int(newest), validators == "1", int(comments)
        used = b"%f" % time.process_time()
        return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(used) + used


class Wire(asyncio.Protocol):
    """One connection, one request."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self.received += data
        if self.received.endswith(b"\r\n\r\n"):
            path = self.received.split(b" ", 2)[1].decode().strip("/")
            self.transport.write(self.site.answer(path, self.received))
            self.transport.close()


async def serve() -> None:
    site = Site()
    server = await asyncio.get_running_loop().create_server(lambda: Wire(site), "0.0.0.0", PORT, backlog=1000)
    print("ready", flush=True)
    await server.serve_forever()


@contextmanager
def server() -> Iterator[int]:
    process = subprocess.Popen([sys.executable, __file__, "--serve"], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    process.stdout.readline()
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def control(what: str) -> float:
    with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/control/{what}") as answer:
        return float(answer.read())


def set_round(name: str) -> None:
    newest = ENTRIES + (name in ("1 new of 30", "all anew"))
    control(f"{newest}/{int(name != 'no validators')}/{int(name == 'all anew')}")


def server_time() -> float:
    return control("cpu/0/0")


# -- who is measured ----------------------------------------------------------------------------------------


class RoundByRound:
    """A clock whose hours pass when they are told to: enough for all feeds to be due, the slowest too."""

    def __init__(self) -> None:
        self._now = START

    def now(self) -> datetime:
        return self._now

    def next_round(self) -> None:
        self._now += timedelta(hours=6)

    def monotonic(self) -> float:
        return time.monotonic()


# As many feeds at once as curl fetches.
PARALLEL = 100
CONFIG = """
[monitor]
database = "sqlite:///{database}"
poll_every = "15m"
[fetch]
concurrency = {parallel}
allow_networks = ["127.0.0.0/8"]
[[channels]]
name = "desk"
url = "console:"
[[rules]]
name = "storms"
query = "storm Oslo"
channels = ["desk"]
"""


@dataclass(frozen=True)
class Took:
    """Seconds: on the clock, of processor time in all, and of that the main process's."""

    wall: float
    cpu: float
    main: float = 0.0


async def measure_program(feeds: int, folder: Path, others: int, profile: bool) -> dict[str, Took]:
    from monitor.app.running import collect_seldom, open_app
    from monitor.app.settings import load_settings

    config = folder / "config.toml"
    text = CONFIG.format(database=folder / "news-monitor.db", parallel=PARALLEL)
    config.write_text(text + "".join(f'[[feeds]]\nurl = "{url(feed)}"\n' for feed in range(feeds)))
    clock = RoundByRound()
    times: dict[str, Took] = {}
    async with open_app(load_settings(config, {}), clock=clock, spread=False) as app:
        collect_seldom()
        for name in ROUNDS:
            set_round(name)
            times[name] = await measure_round(app, feeds, others, profile and name)
            clock.next_round()
        await app.stop(timedelta(0))
    return times


async def measure_round(app: "App", feeds: int, others: int, profiled: str | bool) -> Took:
    before = app.tally.counts["polls"]
    profile = cProfile.Profile()
    started, worked, parsed = time.perf_counter(), time.process_time(), time_of_parsers(others)
    if profiled:
        profile.enable()
    await app.polls.run_until_idle()
    profile.disable()
    main = time.process_time() - worked
    took = Took(time.perf_counter() - started, main + time_of_parsers(others) - parsed, main)
    polled = app.tally.counts["polls"] - before
    assert polled == feeds, f"{polled} of {feeds} polls succeeded"
    if profiled:
        print(f"\n{profiled}:")
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)
    return took


def time_of_parsers(others: int) -> float:
    """Return the processor time of all processes below this one but for `others`, in seconds."""
    ticks = sum(ticks_of(process) for process in processes(but=others) if process != "self")
    return ticks / os.sysconf("SC_CLK_TCK")


def ticks_of(process: str) -> int:
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # it has ended
        return 0
    return sum(map(int, fields[11:15]))  # its own, and that of those below it that have ended


def processes(*, but: int = 0) -> Iterator[str]:
    """Yield this process and its descendants, without `but`."""
    waiting = ["self"]
    while waiting:
        process = waiting.pop()
        yield process
        for children in Path(f"/proc/{process}/task").glob("*/children"):
            try:
                waiting += [child for child in children.read_text().split() if int(child) != but]
            except OSError:  # it has ended
                continue


def measure_curl(feeds: int, folder: Path) -> dict[str, Took]:
    if not shutil.which("curl"):
        print("no curl here: no lower bound")
        return {}
    times = {}
    for name in ROUNDS:
        set_round(name)
        listed = folder / "curl.txt"
        condition = f'header = "If-None-Match: \\"{ENTRIES}.0\\""\n' if name == "unchanged" else ""
        listed.write_text(
            condition + "".join(f'url = "{url(feed)}"\noutput = "/dev/null"\n' for feed in range(feeds))
        )
        command = [
            "curl",
            "--no-progress-meter",
            "--parallel",
            "--parallel-max",
            str(PARALLEL),
            "--config",
            str(listed),
        ]
        started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True)
        wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
        times[name] = Took(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return times


READER = """
import sys, time, logging
from reader import make_reader
logging.disable(logging.CRITICAL)
database, urls = sys.argv[1], sys.argv[2:]
reader = make_reader(database)
for url in urls:
    reader.add_feed(url, exist_ok=True)
started, worked = time.perf_counter(), time.process_time()
results = list(reader.update_feeds_iter(workers=10, scheduled=False))
print(time.perf_counter() - started, time.process_time() - worked)
failed = [result for result in results if isinstance(result.value, Exception)]
if failed or len(results) != len(urls):
    raise SystemExit(f"{len(results)} of {len(urls)} feeds, {len(failed)} failed: {failed[:1]}")
"""


def measure_reader(python: str | None, feeds: int, folder: Path) -> dict[str, Took]:
    if python is None:
        print("no --reader given: not compared with one")
        return {}
    times = {}
    for name in ROUNDS:
        set_round(name)
        command = [python, "-c", READER, str(folder / "reader.db"), *map(url, range(feeds))]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"reader doesn't run: {done.stderr.strip().splitlines()[-1]}")
            return {}
        times[name] = Took(*map(float, done.stdout.split()))
    return times


# -- memory -------------------------------------------------------------------------------------------------


class Memory(threading.Thread):
    """Watches the memory of this process and its descendants, but for `others`; or of these descendants alone."""

    def __init__(self, others: int, *, own: bool = True) -> None:
        super().__init__(daemon=True)
        self.most = 0
        self._others = others
        self._own = own
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(0.5):
            watched = [one for one in processes(but=self._others) if self._own or one != "self"]
            self.most = max(self.most, sum(map(memory_of, watched)))

    def stop(self) -> None:
        self._ended.set()
        self.join()


def memory_of(process: str) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has ended
        return 0
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) // 1024


# -- the report ---------------------------------------------------------------------------------------------


def cells(took: Took, feeds: int) -> str:
    return f"{took.wall / feeds * 1000:9.2f}{took.cpu / feeds * 1000:8.2f}"


def scaled(took: Took, factor: float) -> Took:
    return Took(took.wall * factor, took.cpu * factor)


def ratio(one: Took, other: Took) -> str:
    return f"{one.wall / other.wall:.1f} ({one.cpu / other.cpu:.1f})"


def compare(feeds: int, arguments: argparse.Namespace) -> None:
    with server() as others, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        memory = Memory(others)
        memory.start()
        used = [server_time()]
        program = asyncio.run(measure_program(feeds, folder, others, arguments.profile))
        memory.stop()
        used.append(server_time())
        curl = measure_curl(feeds, folder)
        used.append(server_time())
        fewer = min(feeds, arguments.reader_feeds)
        reader = measure_reader(arguments.reader, fewer, folder)
        used.append(server_time())
    served = [later - earlier for earlier, later in pairwise(used)]
    print(f"\n{feeds} feeds of {ENTRIES} entries; ms a feed, on the clock and of processor time")
    print(f"{'':16}{'program':>9}{'cpu':>8}{'main':>8}{'curl':>9}{'cpu':>8}{'reader':>9}{'cpu':>8}")
    for name in ROUNDS:
        line = f"{name:16}{cells(program[name], feeds)}{program[name].main / feeds * 1000:8.2f}"
        line += cells(curl[name], feeds) if curl else ""
        print(line + (cells(reader[name], fewer) if reader else ""))
    print("\ntimes curl, and reader times the program; of processor time in brackets")
    for name in ROUNDS:
        own = program[name]
        over_curl = ratio(own, curl[name]) if curl else ""
        over_reader = ratio(scaled(reader[name], feeds / fewer), own) if reader else ""
        print(f"{name:16}{over_curl:>16}{over_reader:>16}")
    for what, spent in zip(("program", "curl", "reader"), served, strict=False):
        print(f"the server's processor time, for the {what}: {spent:.1f} s")
    print(f"memory of all processes: {memory.most} MB at most", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--feeds", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--reader", metavar="PYTHON", help="an interpreter that can import `reader`")
    parser.add_argument("--reader-feeds", type=int, default=200)
    parser.add_argument("--profile", action="store_true", help="show where the main process spends its time")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        asyncio.run(serve())
        return
    for feeds in arguments.feeds:
        compare(feeds, arguments)


if __name__ == "__main__":
    main()
