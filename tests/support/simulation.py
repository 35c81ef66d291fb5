"""The real poll pipeline, fetcher, parser and store against a scripted server, in time that passes at once.

async with Simulation(database) as world:
    world.serve("/feed", document(...))
    await world.watch("/feed")
    await world.run(timedelta(days=7))
    world.seen("/feed")                      # what the server was asked, and when in simulated time
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from itertools import pairwise
from typing import Any, Self

from monitor import schedule
from monitor.fetch import HttpFetcher
from monitor.match import compile_rules
from monitor.model import FeedSpec, FetchLimits, Keep, PollReport, Report, Rule, Secret
from monitor.parse.pool import ParserPool
from monitor.pipeline.hold import Watch
from monitor.pipeline.poll import Poll
from monitor.pipeline.prune import Prune
from monitor.pipeline.stories import Stories
from monitor.store import Store
from tests.support.clock import ManualClock
from tests.support.database import Database
from tests.support.feed_server import Answer, FeedServer, Raw, Received, Step
from tests.support.rss import Item, rss

RULE = Rule(name="truce", query="truce", channels=("desk",))
LEASE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as the server met it. `status` is 0 when the answer wasn't a plain one."""

    at: datetime
    request: Received
    status: int

    @property
    def etag(self) -> str | None:
        return self.request.header("If-None-Match")

    @property
    def since(self) -> str | None:
        return self.request.header("If-Modified-Since")

    @property
    def conditional(self) -> bool:
        return self.etag is not None or self.since is not None


class Simulation:
    """A program without its ticks: whenever nothing is due, the clock goes on to when something is."""

    def __init__(self, database: Database, *, jitter: Callable[[], float] = lambda: 0.5) -> None:
        self.clock = ManualClock()
        self.server = FeedServer()
        self.reports: list[PollReport] = []
        self.told: list[str] = []
        self.rules: Sequence[Rule] = (RULE,)
        self.store: Store
        self.poll: Poll
        self.database = database
        self._jitter = jitter
        self._specs: dict[str, FeedSpec] = {}
        self._seen: list[Seen] = []
        self._parser = ParserPool(workers=1, timeout=timedelta(seconds=20), clock=self.clock)

    async def __aenter__(self) -> Self:
        self.server.start()
        self.store = await Store.open(self.database.url, label="simulation")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.store.close()
        await self._parser.close()
        self.server.stop()

    @property
    def url(self) -> Secret:
        """The address of the database."""
        return self.database.url

    def serve(self, path: str, *steps: Step) -> None:
        """Answer `path` by these steps; the last one stays."""
        self.server.script(path, *map(self._recording, steps))

    async def watch(self, *paths: str, **settings: Any) -> None:
        """Watch exactly these feeds from now on."""
        specs = [self.spec(path, **settings) for path in paths]
        self._specs = {spec.url: spec for spec in specs}
        self.poll = self._pipeline()
        await self.store.sync_feeds(
            specs, schedule.first_polls(self.clock.now(), [timedelta(0)] * len(specs))
        )

    def spec(self, path: str, **settings: Any) -> FeedSpec:
        url = self.server.url(path)
        return FeedSpec(url=url, request_url=Secret(url), host="127.0.0.1", **settings)

    async def restart(self) -> None:
        """Close the store and come up again, with all that isn't in the database gone."""
        await self.store.close()
        self.store = await Store.open(self.database.url, label="simulation")
        self.poll = self._pipeline()
        specs = list(self._specs.values())
        await self.store.sync_feeds(
            specs, schedule.first_polls(self.clock.now(), [timedelta(0)] * len(specs))
        )

    async def run(self, span: timedelta, *, at_once: bool = False) -> None:
        """Let `span` pass."""
        end = self.clock.now() + span
        while self.clock.now() < end:
            await self.poll_due(at_once=at_once)
            self.clock.advance(min(self._next_due(), end) - self.clock.now())

    async def poll_due(self, *, at_once: bool = False) -> None:
        """Poll what is due now, one feed after the other or all at the same time."""
        while claimed := await self.store.claim_due_feeds(
            self.clock.now(), limit=100 if at_once else 1, per_host=100, lease=LEASE
        ):
            await asyncio.gather(*map(self.poll, claimed))

    async def take_in(self, path: str, *documents: bytes, after: timedelta = timedelta(0)) -> None:
        """Serve the documents one after another, each until it has been polled; `after` this time or when due."""
        for document in documents:
            self.serve(path, Answer(body=document))
            self.clock.advance(max(after, self._next_due() - self.clock.now()))
            await self.poll_due()

    def deliver(self) -> None:
        """Send all that waits, to nowhere; `told` keeps the titles."""
        waiting = "SELECT entry.title FROM delivery JOIN alert ON alert.id = alert_id JOIN entry ON entry.id = entry_id"
        self.told += [
            title
            for (title,) in self.database.rows(f"{waiting} WHERE state = 'pending' ORDER BY delivery.id")
        ]
        self.database.write("UPDATE delivery SET state = 'sent', bundle = ''")

    async def prune(self, keep: Keep) -> None:
        """Take out what is no longer kept."""

        async def pause(_: timedelta) -> None:
            pass

        await Prune(store=self.store, clock=self.clock, pause=pause, observe=lambda _: None)(keep)

    def seen(self, path: str | None = None) -> list[Seen]:
        """Return the requests so far, for one path or for all."""
        return [one for one in self._seen if path in (None, one.request.path)]

    def titles(self) -> list[str]:
        """Return the titles of all entries that were stored, in order."""
        return [title for (title,) in self.database.rows("SELECT title FROM entry ORDER BY id")]

    def alerts(self) -> list[str]:
        """Return the titles of all entries that alerted, in order."""
        rows = self.database.rows(
            "SELECT entry.title FROM alert JOIN entry ON entry.id = alert.entry_id ORDER BY alert.id"
        )
        return [title for (title,) in rows]

    def rows(self, query: str) -> Sequence[tuple[Any, ...]]:
        """Look into the database, past the store."""
        return self.database.rows(query)

    def _next_due(self) -> datetime:
        query = "SELECT min(next_poll_at) FROM feed WHERE active = 1 AND reason IS NOT 'gone'"
        ((soonest,),) = self.database.rows(query)
        if soonest is None:
            return datetime.max.replace(tzinfo=UTC)
        due = datetime.fromisoformat(soonest).replace(tzinfo=UTC)
        return max(due, self.clock.now() + timedelta(milliseconds=1))

    def _pipeline(self) -> Poll:
        def observe(done: Report) -> None:
            assert isinstance(done, PollReport)
            self.reports.append(done)

        limits = FetchLimits(timeout=timedelta(seconds=10), allow_networks=(ip_network("127.0.0.0/8"),))
        rules = {rule.name: rule for rule in self.rules}
        return Poll(
            Watch(feeds=self._specs, rules=rules, matcher=compile_rules(self.rules)),
            store=self.store,
            stories=Stories(rules, self._specs, self.store),
            fetcher=HttpFetcher(limits, version="1.2"),
            parser=self._parser,
            clock=self.clock,
            jitter=self._jitter,
            observe=observe,
        )

    def _recording(self, step: Step) -> Step:
        def answer(received: Received) -> Answer | Raw:
            given = step if isinstance(step, Answer | Raw) else step(received)
            status = given.status if isinstance(given, Answer) else 0
            self._seen.append(Seen(self.clock.now(), received, status))
            return given

        return answer


JANUARY_2041 = "Tue, 01 Jan 2041 00:00:00 GMT"


def numbered(*numbers: int, channel: str = "") -> bytes:
    """Return a feed with an undated entry for each number, and with `channel` before them."""
    items = [
        Item(title=f"Truce {n}", guid=str(n), link=f"https://news.example/{n}", published=None)
        for n in numbers
    ]
    return rss(*items).replace(b"<item>", channel.encode() + b"<item>", 1)


def growing(world: Simulation, every: timedelta, *, channel: str = "") -> Step:
    """Return a step for a feed with a new entry after each `every`, and proper validators."""
    start = world.clock.now()

    def answer(received: Received) -> Answer:
        number = (world.clock.now() - start) // every
        headers = [("ETag", f'W/"é{number}"'), ("Last-Modified", JANUARY_2041)]
        if received.header("If-None-Match") == headers[0][1]:
            return Answer(304, headers)
        return Answer(200, headers, numbered(*range(number, max(number - 30, -1), -1), channel=channel))

    return answer


def gaps(seen: Iterable[Seen]) -> list[timedelta]:
    """Return the times between requests."""
    return [later.at - earlier.at for earlier, later in pairwise(seen)]
