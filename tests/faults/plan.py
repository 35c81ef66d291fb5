"""What a seed stands for: faults in their order, and what is published meanwhile.

The same seed and database give the same plan, down to the last entry and answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

CHANNELS = ("desk", "hook", "mail")
FEEDS = 4

# Where a daemon can be killed, and how often it may get there before: what each publication brings about.
POINTS = {
    "after fetch": 3,
    "after parse": 2,
    "early in a commit": 1,
    "late in a commit": 1,
    "after commit": 1,
    "after claim": 2,
    "before send": 3,
    "after send": 3,
    "in a record": 3,
    "after record": 3,
}
_KINDS = {"point": 12, "instant": 5, "start": 2, "terminate": 2, "pause": 2}
_FEED_ANSWERS = ("503", "reset", "half", "cut")
_CHANNEL_ANSWERS = ("500", "500", "429", "reset", "reset", "hang", "refused")


@dataclass(frozen=True, slots=True, kw_only=True)
class Strike:
    """One fault, and what goes along with it.

    `kind`: killed at a `point` when it is reached for the `count`-th time, or `after` so many seconds since all was published
    (instant) or since it began (start); terminated then; or paused for `lasting` seconds and terminated. `worker` is the
    one that is struck, where it isn't the first that reaches the point. `entries` are the new ones of each feed that match,
    `decoys` those that don't. The next requests for a feed, and the next messages of a channel, are answered as told.
    """

    kind: str
    point: str = ""
    count: int = 1
    after: float = 0.0
    lasting: float = 0.0
    worker: int = 0
    entries: tuple[int, ...] = (1,) * FEEDS
    decoys: tuple[int, ...] = (0,) * FEEDS
    feeds: tuple[tuple[str, ...], ...] = ((),) * FEEDS
    channels: tuple[tuple[str, ...], ...] = ((),) * len(CHANNELS)

    def __str__(self) -> str:
        """Tell it in a line."""
        what = {
            "point": f"kill {self.point} ({self.count})",
            "instant": f"kill {self.after:.2f} s after the news",
            "start": f"kill {self.after:.2f} s after the start",
            "terminate": f"SIGTERM {self.after:.2f} s after the news",
            "pause": f"SIGSTOP {self.after:.2f} s after the news, for {self.lasting:.1f} s",
        }[self.kind]
        who = f"worker {self.worker}: " if self.kind != "point" else ""
        news = "+".join(map(str, self.entries))
        answers = [f"feed {n} {','.join(given)}" for n, given in enumerate(self.feeds) if given]
        answers += [
            f"{name} {','.join(given)}" for name, given in zip(CHANNELS, self.channels, strict=True) if given
        ]
        return "; ".join([f"{who}{what}", f"{news} entries", *answers])


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that happens under a seed before there is quiet."""

    seed: int
    database: str
    workers: int
    strikes: tuple[Strike, ...]

    def __str__(self) -> str:
        """Tell it, a line for each strike."""
        head = f"seed {self.seed}, {self.database}, {self.workers} worker(s)"
        return "\n".join([head, *(f"  {number}. {strike}" for number, strike in enumerate(self.strikes, 1))])


def draw(seed: int, database: str) -> Plan:
    """Return the plan of a seed on "sqlite" or "postgresql"."""
    chance = Random(f"{seed} {database}")
    workers = 3 if database == "postgresql" else 1
    many = 8 if database == "postgresql" else 6
    strikes = tuple(_strike(chance, workers) for _ in range(many))
    return Plan(seed=seed, database=database, workers=workers, strikes=strikes)


def _strike(chance: Random, workers: int) -> Strike:
    (kind,) = chance.choices(list(_KINDS), list(_KINDS.values()))
    point = chance.choice(list(POINTS))
    return Strike(
        kind=kind,
        point=point if kind == "point" else "",
        count=chance.randint(1, POINTS[point]),
        after=chance.uniform(0.0, 0.4 if kind == "start" else 1.5),
        # With three workers the clock goes twenty times as fast: half of these are longer than a worker may be silent.
        lasting=chance.uniform(1.0, 11.0) if workers > 1 else chance.uniform(0.2, 1.0),
        worker=chance.randrange(workers),
        entries=tuple(chance.choice((1, 1, 2)) for _ in range(FEEDS)),
        decoys=tuple(chance.choice((0, 0, 1)) for _ in range(FEEDS)),
        feeds=tuple(_some(chance, _FEED_ANSWERS) for _ in range(FEEDS)),
        channels=tuple(_some(chance, _CHANNEL_ANSWERS) for _ in CHANNELS),
    )


def _some(chance: Random, answers: Sequence[str]) -> tuple[str, ...]:
    """Return no answer mostly, sometimes a few."""
    many = chance.choice((0, 0, 0, 1, 2))
    return tuple(chance.choice(("ok", *answers)) for _ in range(many))
