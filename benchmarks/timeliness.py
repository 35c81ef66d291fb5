"""How long until a published entry is seen? The adaptive schedule against a fixed interval, same number of requests.

    python benchmarks/timeliness.py [--feeds 120] [--weeks 4] [--seed 1] [--poll-every 15] [--sigma 1.8]

Feeds publish for some weeks; the schedule that the program uses (monitor.schedule, nothing else) decides
each poll. Then the same feeds are polled at one fixed interval, chosen so that the requests are as many.
Nothing is tuned to a seed: try others.

What is published is made up, but shaped as feeds are:
- rates are log-normal, from an entry in two weeks to hundreds a day: a few feeds publish most of it;
- each has its hours of work, in a time zone of its own, from hardly any rhythm to all within eight hours;
- weekends are quieter, for some feeds dead;
- entries cause others: each has on average 0.35 followers, mostly within the hour (a Hawkes process); and
  every feed has a day with ten times as much now and then.
A document holds the last 30 entries. For half of the feeds entries have no dates, so that times are
learned from when entries were first seen. Jitter is that of the program for both schedules.

Figures: delay from published to seen in minutes, over all entries after the first poll, the learning
included. "worst feed" compares each feed's own median with its median under the fixed interval; feeds with
fewer than 20 entries are left out there, as chance decides their median.
"""

import argparse
import math
import random
import statistics
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor import schedule
from monitor.model import Reason, Rhythm

START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
BEFORE = timedelta(weeks=2)  # publishing had begun before the first poll
HOUR = timedelta(hours=1)
IN_DOCUMENT = 30
REBALANCE = timedelta(minutes=10)  # as monitor.pipeline.pace does


@dataclass(frozen=True, slots=True)
class Feed:
    published: tuple[datetime, ...]
    dated: bool


def make_feed(chance: random.Random, weeks: int, sigma: float) -> Feed:
    daily = min(max(chance.lognormvariate(math.log(6), sigma), 1 / 14), 600)
    peak, focus = chance.uniform(0, 24), chance.choice((0.3, 1.5, 3.0, 5.0))
    weekend = chance.choice((0.1, 0.4, 0.8))
    shape = [
        math.exp(focus * math.cos((hour % 24 - peak) * math.tau / 24)) * (weekend if hour >= 120 else 1)
        for hour in range(168)
    ]
    scale = daily / 24 / statistics.fmean(shape) * 0.65  # the rest are followers
    moments = list(immigrants(chance, [scale * part for part in shape], weeks))
    moments += list(followers(chance, moments))
    end = START + timedelta(weeks=weeks)
    return Feed(tuple(sorted(moment for moment in moments if moment < end)), chance.random() < 0.5)


def immigrants(chance: random.Random, rates: Sequence[float], weeks: int) -> Iterator[datetime]:
    begun = START - BEFORE
    for hour in range((weeks + 2) * 168):
        if hour % 24 == 0:
            lively = 10 if chance.random() < 0.02 else 1
        for _ in range(poisson(chance, rates[hour % 168] * lively)):
            yield begun + HOUR * (hour + chance.random())


def followers(chance: random.Random, parents: Sequence[datetime]) -> Iterator[datetime]:
    while parents:
        children = [
            parent + HOUR * chance.expovariate(1.5)
            for parent in parents
            for _ in range(poisson(chance, 0.35))
        ]
        yield from children
        parents = children


def poisson(chance: random.Random, mean: float) -> int:
    count, product, limit = 0, chance.random(), math.exp(-mean)
    while product > limit:
        count, product = count + 1, product * chance.random()
    return count


@dataclass(slots=True)
class Reader:
    """One feed as the program sees it: what of it is known, and what was seen how late."""

    feed: Feed
    delays: list[float]
    requests: int = 0
    seen: int = 0
    rhythm: Rhythm | None = None

    def poll(self, now: datetime) -> None:
        served = bisect_right(self.feed.published, now)
        oldest = max(served - IN_DOCUMENT, 0)
        fresh = self.feed.published[max(self.seen, oldest) : served]
        overlaps = bool(self.requests) and self.seen > oldest
        if self.requests:
            self.delays += [(now - moment) / timedelta(minutes=1) for moment in fresh]
        dates = fresh if self.feed.dated else [None] * len(fresh)
        self.rhythm = schedule.learn(self.rhythm, now, dates, overlaps=overlaps) or self.rhythm
        self.requests, self.seen = self.requests + 1, served


def run_adaptive(
    feeds: Sequence[Feed], weeks: int, poll_every: timedelta, chance: random.Random
) -> list[Reader]:
    readers = [Reader(feed, []) for feed in feeds]
    due = [START + poll_every * chance.random() for _ in feeds]
    now, end = START, START + timedelta(weeks=weeks)
    while now < end:
        pace = schedule.balanced_pace(
            [part for reader in readers for part in schedule.weights(reader.rhythm)]
        )
        now += REBALANCE
        for number, reader in enumerate(readers):
            while due[number] < now:
                moment = due[number]
                reader.poll(moment)
                due[number] = schedule.next_poll_at(
                    moment,
                    schedule.Circumstances(
                        poll_every=poll_every,
                        adaptive=True,
                        reason=Reason.OK,
                        rhythm=reader.rhythm,
                        pace=pace,
                        jitter=chance.random(),
                    ),
                )
    return readers


def run_fixed(feeds: Sequence[Feed], weeks: int, interval: timedelta, chance: random.Random) -> list[Reader]:
    readers = [Reader(feed, []) for feed in feeds]
    for reader in readers:
        now = START + interval * chance.random()
        while now < START + timedelta(weeks=weeks):
            served = bisect_right(reader.feed.published, now)
            fresh = reader.feed.published[max(reader.seen, served - IN_DOCUMENT, 0) : served]
            if reader.requests:
                reader.delays += [(now - moment) / timedelta(minutes=1) for moment in fresh]
            reader.requests, reader.seen = reader.requests + 1, served
            now += interval * (1 + chance.random() / 10)
    return readers


def row(name: str, readers: Sequence[Reader], weeks: int) -> str:
    delays = sorted(delay for reader in readers for delay in reader.delays)
    cut = [delays[int(len(delays) * share)] for share in (0.5, 0.9, 0.99)]
    by_feed = statistics.median(statistics.median(r.delays) for r in readers if r.delays)
    requests = sum(reader.requests for reader in readers)
    return (
        f"{name:<10}{requests:>10}{requests / len(readers) / weeks / 7:>9.1f}{len(delays):>9}"
        f"{cut[0]:>9.2f}{statistics.fmean(delays):>8.2f}{cut[1]:>8.1f}{cut[2]:>8.1f}{by_feed:>12.2f}"
    )


def worst(
    adaptive: Sequence[Reader], fixed: Sequence[Reader], of: Callable[[Sequence[float]], float]
) -> tuple[float, int]:
    ratios = [
        (of(a.delays) / of(f.delays), number)
        for number, (a, f) in enumerate(zip(adaptive, fixed, strict=True))
        if min(len(a.delays), len(f.delays)) >= 20
    ]
    return max(ratios)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--feeds", type=int, default=120)
    parser.add_argument("--weeks", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--poll-every", type=int, default=15, help="minutes")
    parser.add_argument(
        "--sigma", type=float, default=1.8, help="how unequal the feeds' rates are; 0: all alike"
    )
    given = parser.parse_args()
    chance = random.Random(given.seed)
    feeds = [make_feed(chance, given.weeks, given.sigma) for _ in range(given.feeds)]
    poll_every = timedelta(minutes=given.poll_every)
    adaptive = run_adaptive(feeds, given.weeks, poll_every, chance)
    requests = sum(reader.requests for reader in adaptive)
    interval = timedelta(weeks=given.weeks) * given.feeds / requests / 1.05  # jitter adds a twentieth
    fixed = run_fixed(feeds, given.weeks, interval, chance)
    print(
        f"{given.feeds} feeds, {given.weeks} weeks, seed {given.seed}; delay in minutes from published to seen"
    )
    print(
        f"{'':<10}{'requests':>10}{'a day':>9}{'entries':>9}{'median':>9}{'mean':>8}{'p90':>8}{'p99':>8}"
        f"{'median feed':>12}"
    )
    print(row("fixed", fixed, given.weeks))
    print(row("adaptive", adaptive, given.weeks))
    medians = [statistics.median(d for r in run for d in r.delays) for run in (adaptive, fixed)]
    print(f"\nmedian delay, adaptive / fixed: {medians[0] / medians[1]:.2f} (aim: at most 0.60)")
    ratio, number = worst(adaptive, fixed, statistics.median)
    reader = adaptive[number]
    print(
        f"worst feed: {ratio:.2f} of its fixed median: {statistics.median(reader.delays):.1f} minutes, "
        f"{len(reader.delays) / given.weeks / 7:.1f} entries a day; "
        f"fewest requests to a feed: {min(r.requests for r in adaptive) / given.weeks / 7:.1f} a day"
    )
    planned = timedelta(weeks=given.weeks) / poll_every * given.feeds
    print(f"requests against poll_every = {given.poll_every}m without jitter: {requests / planned:.2f}")


if __name__ == "__main__":
    main()
