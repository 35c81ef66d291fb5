"""How soon a query over many stored entries is answered, what it costs to file them, and how large the index is.

    python benchmarks/search.py [--entries 100000] [--database postgresql://...] [--days 7]

The entries are those of benchmarks/match.py, some 800 characters each, of 100 feeds and the last days; one in a
thousand is in Chinese. Each kind of query is asked through the workbench (`try`: matches highlighted, entries and alerts
a day) and through the list of entries (`list`), a few times each. `naive` reads all entries and holds each against the
query; `fts5` asks SQLite's index of the same words for the numbers alone, as the lower bound. Times are those of the
processor, in milliseconds; how long either may look is counted by the processor as well.
"""

import argparse
import asyncio
import sqlite3
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from match import Newsroom, table

from monitor.app.search import search
from monitor.app.settings import load_settings
from monitor.app.workbench import try_rule
from monitor.config import Settings
from monitor.match import compile_rules, origin_of_stored
from monitor.model import (
    ClaimedFeed,
    Entry,
    EntryWish,
    NewEntry,
    PollRecord,
    Reason,
    Rule,
)
from monitor.store import Reader, Store, open_to_read

FEEDS, DOCUMENT = 100, 20
TEXTS = 20_000
TIMES = 5
START = datetime(2026, 11, 16, tzinfo=UTC)
CHINESE = "乌克兰与俄罗斯就停火协议举行会谈双方代表在日内瓦"


class ProcessorClock:
    """Time as the processor counts it, from a moment on."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return time.process_time()


def queries(words: list[str]) -> dict[str, str]:
    """Return a query of each kind, of words by how frequent they are."""
    return {
        "rare": words[30_000],
        "medium": words[2_000],
        "common": words[10],
        "two words": f"{words[500]} {words[800]}",
        "OR of 40": " OR ".join(words[1_000:1_040]),
        "phrase": f'"{words[30]} {words[40]}"',
        "NEAR": f"{words[300]} NEAR/5 {words[500]}",
        "prefix": f"{words[5_000][:4]}*",
        "short prefix": f"{words[5_000][:2]}*",
        "Chinese": "停火",
        "title:": f"title:{words[900]}",
        "site:": "site:news7.example",
        "NOT": f"{words[100]} -{words[50]}",
        "regex": f"/{words[700]}\\w+/",
        "rare regex": r"/zz\d+/",
        "German words": f"{words[2_000]}",
    }


def config(database: str, folder: Path) -> Settings:
    text = f'[monitor]\ndatabase = "{database}"\n[[channels]]\nname = "desk"\nurl = "console:"\n'
    text += '[[rules]]\nname = "storms"\nquery = "storm"\nchannels = ["desk"]\n'
    text += "".join(f'[[feeds]]\nurl = "https://feeds.example/{feed}"\n' for feed in range(FEEDS))
    path = folder / "config.toml"
    path.write_text(text)
    return load_settings(path, {})


async def fill(settings: Settings, entries: int, days: int) -> dict[str, str]:
    """Store entries as polls do, then file them; return what each took."""
    texts = Newsroom().entries(TEXTS)
    store = await Store.open(settings.database, label="db")
    await store.sync_feeds(settings.feeds, [START] * FEEDS)
    rounds = max(1, entries // (FEEDS * DOCUMENT))
    committed = 0.0
    for round_ in range(rounds):
        now = START + timedelta(days=days) * round_ / rounds
        claimed = await store.claim_due_feeds(now, limit=FEEDS, per_host=FEEDS, lease=timedelta(minutes=5))
        records = [
            record(feed, texts, place, now) for place, feed in enumerate(claimed, start=round_ * FEEDS)
        ]
        began = time.process_time()
        await asyncio.gather(*map(store.commit_poll, records))
        committed += time.process_time() - began
    batches = []
    more = True
    while more:
        began = time.process_time()
        more = await store.file_entries([None])
        batches.append(time.process_time() - began)
    await store.close()
    return {
        "commit us an entry": f"{committed / entries * 1e6:.0f}",
        "file us an entry": f"{sum(batches) / entries * 1e6:.0f}",
        "batch ms": f"{statistics.median(batches) * 1e3:.0f}",
        "worst batch ms": f"{max(batches) * 1e3:.0f}",
    }


def record(feed: ClaimedFeed, texts: list[Entry], place: int, now: datetime) -> PollRecord:
    new = []
    for number in range(place * DOCUMENT, (place + 1) * DOCUMENT):
        entry = replace(
            texts[number * 7 % len(texts)],
            guid=str(number),
            link=f"https://news{number % 100}.example/{number}",
        )
        if number % 1_000 == 0:
            entry = replace(entry, title=CHINESE[number % 7 :])
        new.append(NewEntry(entry=entry, keys=(f"guid:{number}",)))
    return PollRecord(
        feed_id=feed.id,
        lease=feed.lease,
        polled_at=now,
        reason=Reason.OK,
        detail="",
        next_poll_at=now + timedelta(seconds=1),
        failures=0,
        entries=tuple(new),
        language="en",
    )


def measure(reader: Reader, settings: Settings, name: str, query: str, now: datetime) -> dict[str, str]:
    clock = ProcessorClock(now)
    rule = Rule(
        name="draft", query=query, channels=("desk",), language="de" if name == "German words" else None
    )
    wish = EntryWish(query=query, language=rule.language, since=START)
    tried = times(lambda: try_rule(reader, settings, rule, clock=clock))
    listed = times(lambda: search(reader, settings, wish, clock=clock))
    trial = try_rule(reader, settings, rule, clock=clock)
    found = trial.found
    assert found
    return {
        "query": name,
        "try": f"{statistics.median(tried):.0f}",
        "p95": f"{max(tried):.0f}",
        "list": f"{statistics.median(listed):.0f}",
        "list p95": f"{max(listed):.0f}",
        "looked at": f"{found.looked_at:,}",
        "of": f"{found.candidates:,}",
        "count": f"{'' if found.complete else '~'}{found.count:,}",
        "alerts a day": f"{'~' if trial.estimated else ''}{trial.alerts_a_day:.1f}",
    }


def times(work: Callable[[], object]) -> list[float]:
    taken = []
    for _ in range(TIMES):
        began = time.process_time()
        work()
        taken.append((time.process_time() - began) * 1e3)
    return taken


def naive(reader: Reader, query: str) -> str:
    matcher = compile_rules([Rule(name="draft", query=query, channels=())])
    began = time.process_time()
    for stored in reader.entries_since(START):
        matcher.match(stored.entry, origin_of_stored(stored, None), stored.text or "")
    return f"naive: {(time.process_time() - began) * 1e3:,.0f} ms for one query"


def fts5(path: Path, word: str) -> str:
    connection = sqlite3.connect(path)
    taken = times(
        lambda: connection.execute(
            "SELECT rowid FROM search_index WHERE search_index MATCH ? ORDER BY rowid DESC LIMIT 50",
            (f'"{word}"',),
        ).fetchall()
    )
    return f"fts5: {statistics.median(taken):.1f} ms for the 50 newest numbers of one common word"


def main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--entries", type=int, default=100_000)
    arguments.add_argument("--days", type=int, default=7)
    arguments.add_argument("--database", help="an empty PostgreSQL database; SQLite without it")
    given = arguments.parse_args()
    words = list(Newsroom().words)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "news-monitor.db"
        settings = config(given.database or f"sqlite:///{path}", Path(folder))
        took = asyncio.run(fill(settings, given.entries, given.days))
        print(", ".join(f"{name}: {value}" for name, value in took.items()), flush=True)
        if not given.database:
            print(sizes(path, given.entries))
        now = START + timedelta(days=given.days)
        with open_to_read(settings.database, "db") as reader:
            rows = [measure(reader, settings, name, query, now) for name, query in queries(words).items()]
            print(table(rows))
            print(naive(reader, words[2_000]))
        if not given.database:
            print(fts5(path, words[10]))


def sizes(path: Path, entries: int) -> str:
    """Return how many bytes of the file there are an entry, and how many of them belong to the search."""
    connection = sqlite3.connect(path)
    try:
        of_search = connection.execute(
            "SELECT sum(pgsize) FROM dbstat WHERE name LIKE '%search%' OR name = 'ix_entry_first_seen_at'"
        ).fetchone()[0]
    except sqlite3.OperationalError:  # a table that not every SQLite has
        return f"bytes an entry: {path.stat().st_size / entries:.0f}"
    return f"bytes an entry: {path.stat().st_size / entries:.0f}, for the search {of_search / entries:.0f}"


if __name__ == "__main__":
    main()
