"""How far does one machine go? Rounds over all feeds on SQLite, and on PostgreSQL with one worker and with several.

    python -m benchmarks.scale [--feeds 1000 10000] [--workers 1 2 4] [--rules 10000] [--share] [--reader PYTHON]

The feeds and the rounds are those of benchmarks/poll.py: cold, unchanged (304), the same bytes without validators, one new entry
of 30, all entries read anew. Each worker is a process of its own, with its own parser processes, that runs the program as it is; PostgreSQL is
started for the purpose, with its durability. A round is over when no feed is due any more; in `feeds/s` it has taken so long on
the clock. Beside it: how long `news-monitor run` takes to start, from its process to its first polls, on a new database and on one
that it has been on before (its modules are compiled, as pip does when it installs them); the
memory of all workers and their parsers together (proportional set size, the most that was seen), and the size of the database
after the round.

With --share each worker and its parsers keep to one core, the first to the first, the second to the second: as much machine for each of
two workers as for one. Without it one worker already parses on all cores.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.poll import (
    PARALLEL,
    ROUNDS,
    Memory,
    RoundByRound,
    measure_reader,
    server,
    set_round,
    url,
)

if TYPE_CHECKING:
    from monitor.app.running import App

CONFIG = """
[monitor]
database = "{database}"
poll_every = "15m"
[web]
listen = "off"
[fetch]
concurrency = {parallel}
allow_networks = ["127.0.0.0/8"]
[parse]
workers = {parsers}
[[channels]]
name = "desk"
url = "console:"
"""
RULE = '[[rules]]\nname = "rule-{0}"\nquery = "storm{0} Oslo{1}"\nchannels = ["desk"]\n'


# -- a worker -----------------------------------------------------------------------------------------------


async def work(config: Path) -> None:
    """Do a round each time a line comes on stdin, and answer with a line of JSON."""
    import asyncio

    from monitor.app.running import collect_seldom, open_app
    from monitor.app.settings import load_settings

    clock = RoundByRound()
    async with open_app(load_settings(config, {}), clock=clock, spread=False) as app:
        collect_seldom()
        say(started=1)
        while await asyncio.to_thread(sys.stdin.readline):
            # Not after the round: who has just finished looks for more, and would find the next one's.
            clock.next_round()
            await _round(app)


async def _round(app: "App") -> None:
    before = app.tally.counts["polls"]
    await app.polls.run_until_idle()
    say(polls=app.tally.counts["polls"] - before, failed=app.tally.counts["failed polls"])


def say(**what: int) -> None:
    print(json.dumps(what), flush=True)


@dataclass
class Worker:
    """The process of one, as the benchmark sees it."""

    process: "subprocess.Popen[str]"

    def ask(self) -> None:
        assert self.process.stdin
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def answer(self) -> dict[str, int]:
        assert self.process.stdout
        answer: dict[str, int] = json.loads(self.process.stdout.readline())
        return answer


@contextmanager
def workers(config: Path, count: int, *, share: bool) -> Iterator[Sequence[Worker]]:
    """Give so many that have started. The first makes the tables, the others come after it."""
    started: list[Worker] = []
    try:
        for number in range(count):
            core = ["--core", str(number % (os.cpu_count() or 1))] if share else []
            process = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.scale", "--worker", str(config), *core],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            started.append(Worker(process))
            assert started[-1].answer()["started"]
        yield started
    finally:
        for worker in started:
            assert worker.process.stdin
            worker.process.stdin.close()
            worker.process.wait()


def start(config: Path) -> float:
    """Return how many seconds it takes from the process of `news-monitor run` to its first polls, and end it."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "monitor", "run", "--config", str(config)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    next(line for line in process.stderr if " started " in line)
    took = time.perf_counter() - begun
    process.terminate()
    process.communicate()
    return took


# -- a database ---------------------------------------------------------------------------------------------


@contextmanager
def sqlite(folder: Path) -> Iterator[str]:
    """Give the URL of a new SQLite file."""
    yield f"sqlite:///{folder / 'monitor.db'}"


@contextmanager
def postgresql(_: Path) -> Iterator[str]:
    """Give the URL of a new PostgreSQL database, on a server that keeps its promises to the disk."""
    from tests.support.postgres import postgres_server

    running = postgres_server()
    running.execute("ALTER SYSTEM SET fsync = on")
    running.execute("SELECT pg_reload_conf()")
    name = running.create_database()
    yield running.url(name)
    running.drop_database(name)


def size_of(config: Path) -> int:
    """Return the size of the database in bytes."""
    import asyncio

    from monitor.app.settings import load_settings
    from monitor.store import Store

    async def ask() -> int:
        settings = load_settings(config, {})
        store = await Store.open(settings.database, label="db", exclusive=False)
        size = await store.size()
        await store.close()
        return sum(size.in_bytes().values())

    return asyncio.run(ask())


# -- the table ----------------------------------------------------------------------------------------------


def measure(feeds: int, count: int, database: str, arguments: argparse.Namespace, others: int) -> None:
    """Print a line for each round."""
    with configured(feeds, database, arguments) as config:
        first, again = start(config), start(config)
    with configured(feeds, database, arguments) as config:
        memory = Memory(others, own=False)
        with workers(config, count, share=arguments.share) as started:
            memory.start()
            for part in ROUNDS:
                set_round(part)
                begun = time.perf_counter()
                for worker in started:
                    worker.ask()
                polled = sum(worker.answer()["polls"] for worker in started)
                took = time.perf_counter() - begun
                assert polled == feeds, f"{polled} of {feeds} feeds polled"
                line = f"{feeds:9,}{database:>12}{count:9}  {part:14}{took:9.2f}{feeds / took:9.0f}"
                print(
                    f"{line}{first:9.2f}{again:9.2f}{memory.most:8}{size_of(config) / 1e6:10.1f}", flush=True
                )
            memory.stop()


@contextmanager
def configured(feeds: int, database: str, arguments: argparse.Namespace) -> Iterator[Path]:
    """Give a configuration with a new database."""
    opened = sqlite if database == "SQLite" else postgresql
    with tempfile.TemporaryDirectory() as name, opened(Path(name)) as address:
        config = Path(name) / "config.toml"
        config.write_text(configuration(address, feeds, arguments))
        yield config


def configuration(database: str, feeds: int, arguments: argparse.Namespace) -> str:
    parsers = 1 if arguments.share else os.cpu_count() or 1
    text = CONFIG.format(database=database, parallel=PARALLEL, parsers=parsers)
    rules = (RULE.format(number, number % 97) for number in range(arguments.rules))
    return text + "".join(rules) + "".join(f'[[feeds]]\nurl = "{url(feed)}"\n' for feed in range(feeds))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--feeds", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument(
        "--workers", type=int, nargs="*", default=[1, 2, 4], help="on PostgreSQL; none: without it"
    )
    parser.add_argument("--rules", type=int, default=10_000)
    parser.add_argument("--share", action="store_true", help="a core for each worker")
    parser.add_argument("--no-sqlite", action="store_true")
    parser.add_argument("--reader", metavar="PYTHON", help="an interpreter that can import `reader`")
    parser.add_argument("--worker", metavar="CONFIG", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--core", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        import asyncio

        if arguments.core is not None:
            os.sched_setaffinity(0, {arguments.core})
        asyncio.run(work(arguments.worker))
        return
    print(
        "    feeds    database  workers  round           seconds  feeds/s  start s  again s      MB  database MB"
    )
    for feeds in arguments.feeds:
        with server() as others:
            if not arguments.no_sqlite:
                measure(feeds, 1, "SQLite", arguments, others)
            for count in arguments.workers:
                measure(feeds, count, "PostgreSQL", arguments, others)
            with tempfile.TemporaryDirectory() as name:
                for part, took in measure_reader(arguments.reader, 200, Path(name)).items():
                    print(f"{200:9,}{'reader':>12}{1:9}  {part:14}{took.wall:9.2f}{200 / took.wall:9.0f}")


if __name__ == "__main__":
    main()
