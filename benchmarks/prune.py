"""How long does pruning hold the database's thread, and how much does it get done?

    python -m benchmarks.prune [--entries 1000000] [--feeds 1000] [--share 0.5]

An SQLite file is filled with so many entries with five keys each (one in twenty with an alert that was sent, one in ten with
a page's text), first seen over a year. Then what is older than `share` of that year is pruned, as the program does it, and
after that what is left of these entries.

Of each part: how many rows were taken out, how many a second of the thread's time, and how long one step has held the
thread, in milliseconds: the median, the longest but for one in a hundred, and the longest. Times are of the processor,
taken within the thread; a step commits once, without waiting for the disk.
"""

import argparse
import asyncio
import sqlite3
import tempfile
import time
from collections import defaultdict
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import Connection

from monitor.model import Keep, Part, Place, PruneStep, Secret
from monitor.pipeline.prune import Prune
from monitor.store import Store, prune

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
YEAR = timedelta(days=365)
SUMMARY = "Envoys of both sides have met again, and said that they would go on tomorrow. " * 6
TEXT = SUMMARY * 10
KINDS = ("guid", "headline", "link", "link+title", "text")


class Holds(defaultdict[Part, list[float]]):
    """How long each step of pruning has held the database's thread, by part."""

    def __init__(self) -> None:
        super().__init__(list)
        self._step = prune.step
        prune.step = self._timed

    def _timed(
        self, connection: Connection, part: Part, keep: Keep, now: datetime, after: Place | None
    ) -> PruneStep:
        began = time.thread_time()
        step = self._step(connection, part, keep, now, after)
        self[part].append(time.thread_time() - began)
        return step


class Clock:
    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return time.monotonic()


def fill(path: Path, entries: int, feeds: int) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("PRAGMA synchronous = OFF")
        database.executemany(
            "INSERT INTO feed (id, url, host, active, detail, failures, next_poll_at, listed_on)"
            " VALUES (?, ?, 'news.example', 1, '', 0, '2026-11-23 12:00:00.000000', '2026-11-23')",
            ((feed, f"https://news.example/{feed}") for feed in range(1, feeds + 1)),
        )
        database.executemany(
            "INSERT INTO entry (id, feed_id, guid, link, title, summary, authors, categories, published_at,"
            " first_seen_at, baseline, listed_on) VALUES (?, ?, ?, ?, ?, ?, '[]', '[]', ?, ?, 0, ?)",
            (row(number, entries, feeds) for number in range(1, entries + 1)),
        )
        each = entries // feeds
        database.execute(
            "INSERT INTO search_unfiled (entry_id) SELECT id FROM entry"
        )  # none stands in the search index
        database.executemany(
            "INSERT INTO entry_key (feed_id, key, entry_id) VALUES (?, ?, ?)",
            (
                (feed, f"{kind}:{number:032x}", number * feeds + feed)
                for feed in range(1, feeds + 1)
                for kind in KINDS
                for number in range(each)
            ),
        )
        some = {"of": "SELECT id, first_seen_at FROM entry WHERE id % 20 = 0"}
        database.executescript(
            "INSERT INTO alert (id, entry_id, created_at) SELECT id, id, first_seen_at FROM ({of});"
            "INSERT INTO delivery (id, alert_id, channel, rules, state, attempts, bundle, sent_at)"
            " SELECT id, id, 'desk', '[\"r\"]', 'sent', 1, '', first_seen_at FROM ({of});"
            "INSERT INTO attempt (delivery_id, number, attempted_at, status, detail)"
            " SELECT id, 1, first_seen_at, 'sent', '' FROM ({of});"
            "INSERT INTO match (entry_id, rule, hits) SELECT id, 'r', '[]' FROM ({of});"
            "INSERT INTO article (entry_id, host, rules, state, detail, attempts, tried_at, text)"
            " SELECT id, 'news.example', '[\"r\"]', 'done', '', 1, first_seen_at, '{text}'"
            " FROM entry WHERE id % 10 = 0;".format(text=TEXT, **some)
        )


def row(number: int, entries: int, feeds: int) -> tuple[object, ...]:
    seen = NOW - YEAR + YEAR * (number / entries)
    link = f"https://news.example/{number}"
    text = seen.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
    day = seen.date().isoformat()
    return (number, number % feeds + 1, link, link, f"Storm number {number}", SUMMARY, text, text, day)


async def measure(store: Store, holds: Holds, keep: Keep) -> None:
    async def pause(_: timedelta) -> None:
        await asyncio.sleep(0)

    pruned: defaultdict[Part, int] = defaultdict(int)
    holds.clear()
    pruner = Prune(store=store, clock=Clock(), pause=pause, observe=lambda _: None)
    async for part, count in pruner.steps(keep):
        pruned[part] += count
    print(f"{'part':<10}{'rows':>10}{'a second':>10}{'steps':>8}{'median':>9}{'99 %':>9}{'longest':>9}  ms")
    for part, steps in holds.items():
        if pruned[part] or len(steps) > 1:
            told = (pruned[part] / sum(steps), len(steps))
            times = (median(steps), sorted(steps)[len(steps) * 99 // 100], max(steps))
            print(
                f"{part:<10}{pruned[part]:>10,}{told[0]:>10,.0f}{told[1]:>8,}"
                + "".join(f"{1000 * held:>9.1f}" for held in times)
            )


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--feeds", type=int, default=1_000)
    parser.add_argument("--share", type=float, default=0.5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "news.db"
        url = Secret(f"sqlite:///{path}")
        await (await Store.open(url, label="db")).close()
        fill(path, arguments.entries, arguments.feeds)
        store = await Store.open(url, label="db")
        size = await store.size()
        print(f"{arguments.entries:,} entries, {size.total / 1e9:.2f} GB")
        kept = YEAR * arguments.share
        holds = Holds()
        await measure(store, holds, Keep(entries=kept, alerts=kept, attempts=kept, texts=kept))
        size = await store.size()
        print(f"{size.total / 1e9:.2f} GB, {size.free / 1e9:.2f} GB of it free; then the tombstones:")
        await measure(store, holds, Keep(seen=kept))
        await store.close()


if __name__ == "__main__":
    asyncio.run(main())
