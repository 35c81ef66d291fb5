"""How many entries a second are held against many rules, on one core, their analysis included.

    python benchmarks/match.py [--sizes 1000 10000 100000]

The texts are made up, some 800 characters each: words of a vocabulary of 50,000 in the frequencies that are
found in the news (two regimes of Zipf's law; of 40,000 words in a row, 9,000 are different), the frequent ones
short, with capitals, commas, possessives and hyphens. A rule is two or three words, as words, alternatives, a
phrase, a prefix, NEAR, in the title, with an exclusion. Of selective rules one word is a rare one, as names are
(ranks 3,000 to 50,000); those of broad rules are among the 3,000 most frequent. How many rules are looked at and
hold for an entry is in the table.

`match` finds the rules that hold, `judge` those as well that want to see the page (full_text is "auto"). Beside
them: one regular expression for each word of each rule, and a table of SQLite's FTS5 that takes in all texts and is asked
each rule; both on a sample, in the same run, scaled. Times are those of the processor.
"""

import argparse
import gc
import json
import random
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

from monitor.match import Matcher, Verdicts, compile_rules
from monitor.model import Entry, Origin, Rule

VOCABULARY = 50_000
KNEE = 4_000
TEXTS = 10_000
SIZES = (1_000, 10_000, 100_000)
FEED = Origin(url="https://news.example/rss", language="en")
# For what is too slow to be done with all.
FEW_TEXTS, FEW_RULES = 100, 1_000
SELECTIVE, BROAD = (3_000, 50_000), (300, 3_000)
HOSTILE = r"/(a+)+$/"


def vocabulary(chance: random.Random) -> list[str]:
    """Return words, the frequent ones short."""
    syllables = [c + v + e for c in "bcdfghklmnprstvw" for v in "aeiou" for e in ("", "", "n", "r", "s", "l")]
    endings = ("", "", "", "s", "ed", "ing", "er")
    words: dict[str, None] = {}
    while len(words) < VOCABULARY:
        rank = len(words)
        size = 1 if rank < 150 else 2 if rank < 3_000 else 3
        ending = chance.choice(endings) if rank >= 150 else ""
        words["".join(chance.choices(syllables, k=size - chance.randrange(2) * (size > 2))) + ending] = None
    return list(words)


def frequency(rank: int) -> float:
    """Return how often the word of a rank is written, as Ferrer i Cancho and Solé (2001) found: in two regimes."""
    return 1 / (rank + 2.7) if rank < KNEE else KNEE / rank**2


class Newsroom:
    """Makes texts and rules of one vocabulary, the same ones in every run."""

    def __init__(self) -> None:
        self._chance = random.Random(1)
        self.words = vocabulary(self._chance)
        self._weights = list(accumulate(map(frequency, range(1, VOCABULARY + 1))))

    def entries(self, count: int) -> list[Entry]:
        return [Entry(title=self.text(60), summary=self.text(740)) for _ in range(count)]

    def text(self, size: int) -> str:
        """Return sentences of about `size` characters."""
        chance = self._chance
        words = chance.choices(self.words, cum_weights=self._weights, k=size // 3)
        written: list[str] = []
        length, begins = 0, True
        for word in words:
            shown = word.capitalize() if begins or chance.random() < 0.1 else word
            kind = chance.random()
            begins = kind < 0.06
            shown += "." if begins else "," if kind < 0.11 else "’s" if kind < 0.13 else ""
            written.append(shown)
            length += len(shown) + 1
            if length > size:
                break
        text = " ".join(written)
        return re.sub(r"(\w) (\w+ing\b)", r"\1-\2", text, count=1) if chance.random() < 0.3 else text

    def rules(self, count: int, ranks: tuple[int, int]) -> list[Rule]:
        """Return rules with a word of these ranks."""
        return [Rule(name=f"rule-{n}", query=self._query(ranks), channels=("desk",)) for n in range(count)]

    def _query(self, ranks: tuple[int, int]) -> str:
        one, three = (self.words[int(300 * 10 ** self._chance.random())] for _ in range(2))
        two = self.words[self._chance.randrange(*ranks)]
        shapes = [f"{one} {two}"] * 5 + [f"{one} {two} {three}"] * 2
        shapes += [
            f"({one} OR {three}) {two}",
            f'"{one} {two}"',
            f"{one} {two} NOT {three}",
            f"{two[:6]}* {one}",
        ]
        return self._chance.choice([*shapes, f"title:{one} {two}", f"{one} NEAR/5 {two}"])


def memory() -> float:
    """Return what the process occupies, in MB."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def best(work: Callable[[], object], times: int = 5) -> float:
    return min(seconds(work) for _ in range(times))


def measure(count: int, ranks: tuple[int, int]) -> dict[str, Any]:
    """Measure the matcher with `count` rules."""
    newsroom = Newsroom()
    entries, rules = newsroom.entries(TEXTS), newsroom.rules(count, ranks)
    # An article keeps to its subject: the words of a few texts, again and again.
    article = " ".join([entry.summary for entry in entries[:15]] * 9)[:100_000]
    page = Entry(title="An article")
    before = memory()
    built: list[Matcher] = []
    build = seconds(lambda: built.append(compile_rules(rules, languages=["en"])))
    [matcher] = built
    held = memory() - before
    # What is remembered of words is filled first, as in a daemon that has been running for an hour.
    for entry in entries:
        matcher.match(entry, FEED)
    match = seconds(lambda: [matcher.match(entry, FEED) for entry in entries])
    # The names of open rules are most of the work, so that a tenth of the entries is enough.
    verdicts: list[Verdicts] = []
    judge = seconds(lambda: verdicts.extend(matcher.judge(entry, FEED) for entry in entries[::10]))
    hostile = compile_rules([Rule(name="hostile", query=HOSTILE, channels=("desk",))])
    return {
        "rules": f"{count:,}",
        "built s": f"{build:.2f}",
        "MB": f"{held:.0f}",
        "match/s": f"{len(entries) / match:,.0f}",
        "judge/s": f"{len(verdicts) / judge:,.0f}",
        "hold": f"{sum(len(verdict.matches) for verdict in verdicts) / len(verdicts):.2f}",
        "open": f"{sum(len(verdict.open) for verdict in verdicts) / len(verdicts):.0f}",
        "MB then": f"{memory() - before:.0f}",
        "100 kB ms": f"{best(lambda: matcher.match(page, FEED, article)) * 1e3:.1f}",
        "hold there": f"{len(matcher.match(page, FEED, article).matches)}",
        "hostile ms": f"{best(lambda: hostile.match(page, FEED, 'a' * 100_000 + 'b')) * 1e3:.1f}",
    }


def measure_others(count: int) -> dict[str, Any]:
    """Measure what else could be done, on a sample of texts and rules."""
    newsroom = Newsroom()
    texts = [f"{entry.title} {entry.summary}" for entry in newsroom.entries(TEXTS)]
    queries = [re.findall(r"\w{3,}", rule.query) for rule in newsroom.rules(FEW_RULES, SELECTIVE)]
    return {
        "rules": f"{count:,}",
        "regex/s": by_regex(queries, texts, count),
        "FTS5/s": by_fts5(queries, texts, count),
    }


def by_regex(queries: Sequence[Sequence[str]], texts: Sequence[str], count: int) -> str:
    rules = [[re.compile(rf"\b{word}\b", re.IGNORECASE) for word in words] for words in queries]

    def work() -> None:
        for text in texts[:FEW_TEXTS]:
            for words in rules:
                all(word.search(text) for word in words)

    return f"{FEW_TEXTS / (seconds(work) * count / FEW_RULES):,.1f}"


def by_fts5(queries: Sequence[Sequence[str]], texts: Sequence[str], count: int) -> str:
    table = sqlite3.connect(":memory:")
    table.execute("CREATE VIRTUAL TABLE entry USING fts5(text, tokenize = 'porter unicode61')")

    def fill() -> None:
        table.executemany("INSERT INTO entry (text) VALUES (?)", ((text,) for text in texts))

    def ask() -> None:
        for words in queries:
            query = " AND ".join(f'"{word}"' for word in words)
            table.execute("SELECT rowid FROM entry WHERE entry MATCH ?", (query,)).fetchall()

    return f"{len(texts) / (seconds(fill) + seconds(ask) * count / FEW_RULES):,.0f}"


def table(rows: Sequence[dict[str, Any]]) -> str:
    widths = {name: max(len(name), *(len(str(row[name])) for row in rows)) for name in rows[0]}
    lines = [widths.keys(), *(row.values() for row in rows)]
    return "\n".join(
        "  ".join(str(cell).rjust(widths[name]) for name, cell in zip(widths, line, strict=True))
        for line in lines
    )


def apart(kind: str, count: int) -> dict[str, Any]:
    """Measure in a process of its own, for its memory."""
    done = subprocess.run(
        [sys.executable, __file__, "--one", kind, str(count)], check=True, capture_output=True
    )
    row: dict[str, Any] = json.loads(done.stdout)
    return row


def main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--sizes", nargs="+", type=int, default=SIZES)
    arguments.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.one:
        kind, count = given.one[0], int(given.one[1])
        row = (
            measure_others(count)
            if kind == "others"
            else measure(count, SELECTIVE if kind == "selective" else BROAD)
        )
        print(json.dumps(row))
        return
    for kind in ("selective", "broad", "others"):
        print(f"{kind}\n{table([apart(kind, size) for size in given.sizes])}\n", flush=True)


if __name__ == "__main__":
    main()
