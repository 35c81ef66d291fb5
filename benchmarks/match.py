"""How many entries a second are held against many rules, on one core, their analysis included.

    python benchmarks/match.py

The texts are made up: words by Zipf's law from a vocabulary of 50,000, the frequent ones short, in sentences of
about 800 characters with capitals, commas, possessives and hyphens. The rules are selective: two or three words
of the ranks 300 to 30,000, as words, phrases, alternatives, prefixes, in a field, with an exclusion. How often
they hold is in the table, and so is what SQLite's FTS5 and one regular expression a rule need for the same.
"""

import gc
import json
import random
import re
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

from monitor.match import Matcher, compile_rules
from monitor.model import Entry, Origin, Rule

VOCABULARY = 50_000
KNEE = 4_000
TEXTS = 10_000
SIZES = (1_000, 10_000, 100_000)
FEED = Origin(url="https://news.example/rss", language="en")
# For what is too slow to be done with all: texts, and rules.
FEW_TEXTS, FEW_RULES = 50, 1_000
BATCH_RULES = 10_000


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
        self._words = vocabulary(self._chance)
        self._weights = list(accumulate(map(frequency, range(1, VOCABULARY + 1))))

    def entries(self, count: int) -> list[Entry]:
        return [Entry(title=self.text(60), summary=self.text(740)) for _ in range(count)]

    def text(self, size: int) -> str:
        """Return sentences of about `size` characters."""
        chance = self._chance
        words = chance.choices(self._words, cum_weights=self._weights, k=size // 3)
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

    def rules(self, count: int) -> list[Rule]:
        return [Rule(name=f"rule-{n}", query=self._query(), channels=("desk",)) for n in range(count)]

    def _query(self) -> str:
        one = self._words[int(300 * 10 ** self._chance.random())]
        two, three = (self._words[int(1_000 * 30 ** self._chance.random())] for _ in range(2))
        shapes = [f"{one} {two}"] * 5 + [f"{one} {two} {three}"] * 2
        shapes += [
            f"({one} OR {two}) {three}",
            f'"{one} {two}"',
            f"{one} {two} NOT {three}",
            f"{one} {two[:6]}*",
            f"title:{one} {two}",
            f"{one} NEAR/5 {two}",
        ]
        return self._chance.choice(shapes)


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


def measure(count: int) -> dict[str, Any]:
    """Measure everything with `count` rules, in a process of its own."""
    newsroom = Newsroom()
    entries = newsroom.entries(TEXTS)
    rules = newsroom.rules(count)
    article = newsroom.text(100_000)
    before = memory()
    built: list[Matcher] = []
    build = seconds(lambda: built.append(compile_rules(rules, languages=["en"])))
    [matcher] = built
    held = memory() - before
    matches = undecided = 0

    def judge() -> None:
        nonlocal matches, undecided
        for entry in entries:
            verdicts = matcher.judge(entry, FEED)
            matches += len(verdicts.matches)
            undecided += len(verdicts.open)

    def match() -> None:
        for entry in entries:
            matcher.match(entry, FEED)

    cold = seconds(match)
    warm, judged = seconds(match), seconds(judge)
    page = Entry(title="An article")
    return {
        "rules": count,
        "build s": round(build, 2),
        "MB": round(held),
        "match/s": round(TEXTS / warm),
        "cold": round(TEXTS / cold),
        "judge/s": round(TEXTS / judged),
        "matches": round(matches / TEXTS, 3),
        "open": round(undecided / TEXTS, 1),
        "MB after": round(memory() - before),
        "100 kB ms": round(best(lambda: matcher.match(page, FEED, article)) * 1e3, 1),
        "hits": len(matcher.match(page, FEED, article).matches),
    }


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measure(int(sys.argv[1]))))
    else:
        for size in SIZES:
            subprocess.run([sys.executable, __file__, str(size)], check=True)
