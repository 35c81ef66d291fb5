"""Are headlines of one event told from headlines of two? And what does an entry cost against a full window?

    python benchmarks/story.py [../shared/corpora/headlines] [--misses] [--ablation] [--window 20000]

The pairs are those of the SemEval tasks on headlines (sts-2013.tsv, sts-2014.tsv): a score from 0 to 5 and two
headlines. From 4 on they tell one story, up to 2 they tell two; what lies between is ambiguous and left out. Titles
are all there is: no summary, no link, no time, so this measures the hardest part of the decision alone. What a
word tells is taken from the titles of the same year, as the window would have it.

The threshold is fixed on one year, where nothing is merged wrongly any more (a wrong merge hides news) and a margin
above, and measured on the other; then the same the other way round. "built in" is what the program does. Beside it, on the same pairs, what others do:

    trigrams      tt-rss: trigram similarity of at least .75, titles of at least 32 characters
    token sort    words sorted, 2 x longest common subsequence / length at least .88, and equal numbers

Every wrong merge is listed; with --misses also what the program doesn't merge, and why. --ablation leaves out one
guard after the other.

Cost: entries with a summary against a window full of such. Their words are made up, with the frequencies of
a language (Zipf) and the lengths of headlines; a third tells an earlier story in other words.
"""

import argparse
import random
import re
import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from monitor.model import Entry
from monitor.story import Guard, Objection, Outline, StoryIndex, decide, outline
from monitor.story.guards import objections

START = datetime(2026, 11, 23, tzinfo=UTC)
YEARS = (2013, 2014)
MARGINS = (0.03, 0.001)


@dataclass(frozen=True, slots=True)
class Pair:
    one: str
    other: str
    same: bool


@dataclass(frozen=True, slots=True)
class Measured:
    """How many pairs were merged rightly, wrongly, and could have been."""

    right: int
    wrong: int
    possible: int

    def __str__(self) -> str:
        return f"precision {self.precision:.3f}  recall {self.recall:.3f}  wrong {self.wrong}"

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.possible


# -- the pairs ----------------------------------------------------------------------------------------------


def read_rows(path: Path) -> list[tuple[float, str, str]]:
    rows = (line.split("\t") for line in path.read_text("utf-8").splitlines())
    return [(float(score), one, other) for score, one, other in rows]


def labelled(rows: Sequence[tuple[float, str, str]]) -> list[Pair]:
    return [Pair(one, other, score >= 4) for score, one, other in rows if score >= 4 or score <= 2]


def outlined(title: str, number: int, summary: str = "", feed: str = "") -> Outline:
    at = START + timedelta(seconds=number)
    entry = Entry(title=title, summary=summary)
    return outline(entry, entry_id=number, feed=feed or str(number), at=at, language="en")


@dataclass(frozen=True, slots=True)
class Compared:
    """How alike the titles of a pair are, what forbids that they tell one story, and whether they are merged."""

    title: float
    objections: tuple[Objection, ...]
    merged: bool

    def score(self, without: Guard | None = None) -> float:
        """Return how alike the titles are; 0 when a guard (other than `without`) forbids that they are merged."""
        return 0.0 if {one.guard for one in self.objections} - {without} else self.title


def compare(pair: Pair, window: StoryIndex) -> Compared:
    one, other = outlined(pair.one, 1), outlined(pair.other, 2)
    found = decide(other, [one], window.weigh)
    title = found.nearest.title if found.nearest else 0.0
    return Compared(title, objections(one.headline, other.headline), found.story is not None)


# Does it merge this pair?
Rule = Callable[[Pair, Compared], bool]


class Year:
    """The pairs of a year, compared."""

    def __init__(self, path: Path) -> None:
        rows = read_rows(path)
        window = StoryIndex()
        for number, title in enumerate(title for _, *both in rows for title in both):
            window.add(outlined(title, number), first=False)
        self.pairs = labelled(rows)
        self.compared = [compare(pair, window) for pair in self.pairs]

    def measure(self, merges: Rule) -> Measured:
        merged = [pair.same for pair, found in self.judged() if merges(pair, found)]
        return Measured(sum(merged), len(merged) - sum(merged), sum(pair.same for pair in self.pairs))

    def judged(self) -> Iterator[tuple[Pair, Compared]]:
        return zip(self.pairs, self.compared, strict=True)

    def closest_wrong(self) -> float:
        """Return the highest score of a pair that is not to be merged."""
        return max(found.score() for pair, found in self.judged() if not pair.same)


def above(low: float, without: Guard | None = None) -> Rule:
    return lambda _, found: found.score(without) >= low


def built_in(_: Pair, found: Compared) -> bool:
    return found.merged


# -- what others do -----------------------------------------------------------------------------------------


def trigrams(pair: Pair, _: Compared) -> bool:
    one, other = (
        {
            f"  {word} "[at : at + 3]
            for word in re.findall(r"\w+", title.lower())
            for at in range(len(word) + 1)
        }
        for title in (pair.one, pair.other)
    )
    return min(len(pair.one), len(pair.other)) >= 32 and len(one & other) / len(one | other) >= 0.75


def token_sort(pair: Pair, _: Compared) -> bool:
    one, other = (" ".join(sorted(re.findall(r"\w+", title.lower()))) for title in (pair.one, pair.other))
    numbers = [set(re.findall(r"\d+", title)) for title in (one, other)]
    return numbers[0] == numbers[1] and 2 * subsequence(one, other) / (len(one) + len(other)) >= 0.88


def subsequence(one: str, other: str) -> int:
    """Return the length of the longest common subsequence."""
    row = [0] * (len(other) + 1)
    for letter in one:
        diagonal = 0
        for place, facing in enumerate(other, 1):
            best = diagonal + 1 if letter == facing else max(row[place], row[place - 1])
            diagonal, row[place] = row[place], best
    return row[-1]


# -- the report ---------------------------------------------------------------------------------------------


def report_precision(years: dict[int, Year], *, misses: bool, ablation: bool) -> None:
    for margin in MARGINS:
        for fixed, measured in (YEARS, YEARS[::-1]):
            low = years[fixed].closest_wrong() + margin
            found = years[measured].measure(above(low))
            print(f"fixed on {fixed} at {low:.3f} (margin {margin}), measured on {measured}: {found}")
            report_pairs("  wrong", years[measured], above(low), same=False, merged=True)
    for name, rule in (("built in", built_in), ("trigrams", trigrams), ("token sort", token_sort)):
        for number, year in years.items():
            print(f"{name:12} {number}: {year.measure(rule)}")
            report_pairs("  wrong", year, rule, same=False, merged=True)
    if ablation:
        report_guards(years)
    for year in years.values() if misses else ():
        report_pairs("missed", year, built_in, same=True, merged=False)


def report_guards(years: dict[int, Year]) -> None:
    low = min(found.title for year in years.values() for _, found in year.judged() if found.merged)
    for guard in Guard:
        for number, year in years.items():
            print(f"without {guard:14} {number}: {year.measure(above(low, guard))}")


def report_pairs(heading: str, year: Year, rule: Rule, *, same: bool, merged: bool) -> None:
    for pair, found in year.judged():
        if (pair.same, rule(pair, found)) == (same, merged):
            reasons = "".join(f" [{objection.detail}]" for objection in found.objections)
            print(f"{heading} {found.title:.2f}{reasons} {pair.one} || {pair.other}")


# -- the cost -----------------------------------------------------------------------------------------------


class Writer:
    """Writes entries in made-up words, `vocabulary` of them."""

    def __init__(self, seed: int, vocabulary: int = 30_000) -> None:
        self.chance = random.Random(seed)
        syllables = [first + vowel for first in "bcdfglmnprstvz" for vowel in "aeiou"]
        self.words = [
            "".join(self.chance.choices(syllables, k=self.chance.randint(2, 4))) for _ in range(vocabulary)
        ]
        self.ranks = list(accumulate(1 / (rank + 10) for rank in range(vocabulary)))
        self.told: list[list[str]] = []

    def entry(self) -> tuple[str, str]:
        if self.told and self.chance.random() < 1 / 3:
            title = list(self.chance.choice(self.told[-3000:]))
            for place in self.chance.sample(range(len(title)), k=len(title) // 4):
                title[place] = self.some(1)[0]
            self.chance.shuffle(title)
        else:
            title = self.some(self.chance.randint(6, 13))
            self.told.append(title)
        return " ".join(title), " ".join([*title, *self.some(40)])

    def some(self, count: int) -> list[str]:
        return self.chance.choices(self.words, cum_weights=self.ranks, k=count)


def report_cost(size: int) -> None:
    writer = Writer(seed=1)
    entries = [writer.entry() for _ in range(size + 2_000)]
    began = time.process_time()
    outlines = [outlined(title, n, summary, str(n % 200)) for n, (title, summary) in enumerate(entries)]
    reading = (time.process_time() - began) / len(entries)
    window = StoryIndex()
    for one in outlines[:size]:
        window.add(one, first=window.decide(one).story is None)
    times, merged = [], 0
    for one in outlines[size:]:
        began = time.process_time()
        story = window.decide(one).story
        window.add(one, first=story is None)
        times.append(1000 * (time.process_time() - began))
        merged += story is not None
    times.sort()
    print(
        f"cost at {size} entries: read {1000 * reading:.2f} ms, decide and add {statistics.fmean(times):.2f} ms"
    )
    print(f"  p95 {times[len(times) * 95 // 100]:.2f} ms, worst {times[-1]:.1f} ms, {merged} of 2000 merged")
    print(f"  memory {memory(entries[:size]) / 1e6:.0f} MB; reading the window again {size * reading:.1f} s")


def memory(entries: Sequence[tuple[str, str]]) -> int:
    tracemalloc.start()
    window = StoryIndex()
    for number, (title, summary) in enumerate(entries):
        window.add(outlined(title, number, summary), first=number % 3 > 0)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return held


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    default = Path("../shared/corpora/headlines")
    parser.add_argument("headlines", nargs="?", type=Path, default=default, help="default: %(default)s")
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--ablation", action="store_true")
    parser.add_argument("--window", type=int, default=20_000)
    asked = parser.parse_args()
    years = {year: Year(asked.headlines / f"sts-{year}.tsv") for year in YEARS}
    report_precision(years, misses=asked.misses, ablation=asked.ablation)
    report_cost(asked.window)


if __name__ == "__main__":
    main()
