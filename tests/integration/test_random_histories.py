"""Whatever a publisher does to its feed, no entry is lost and none alerts twice."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from monitor.model import Keep
from tests.support.clock import NOON
from tests.support.database import migrated_database
from tests.support.feed_server import Answer
from tests.support.rss import Item, rss
from tests.support.simulation import Simulation

HOUR = timedelta(hours=1)


@dataclass
class Publisher:
    """A feed of stories, each told apart by a number that is in its title, and what may happen to it.

    An edit comes by itself: two of a story's id, link and title with text never change at the same time, as
    otherwise nobody could tell.
    """

    stories: list[int] = field(default_factory=lambda: list(range(10)))
    hidden: list[int] = field(default_factory=list)
    edits: Counter[int] = field(default_factory=Counter)
    published: int = 10
    guids: int = 0
    site: str = "news"
    churns: bool = False
    today: datetime = NOON
    dates: dict[int, datetime] = field(default_factory=dict)

    def publish(self, count: int) -> None:
        self.dates |= dict.fromkeys(range(self.published, self.published + count), self.today)
        self.stories = [*range(self.published, self.published + count), *self.stories][:20]
        self.published += count

    def hide(self, place: int) -> None:
        if len(self.stories) > 4:
            self.hidden.append(self.stories.pop(place % len(self.stories)))

    def bring_back(self) -> None:
        self.stories += self.hidden
        self.hidden = []

    def edit(self, place: int) -> None:
        self.edits[self.stories[place % len(self.stories)]] += 1

    def issue_guids(self, issue: int) -> None:
        self.guids = issue

    def move(self, issue: int) -> None:
        self.site = f"site{issue}"

    def churn(self, churns: bool) -> None:
        self.churns = churns

    def document(self, poll: int) -> bytes:
        issue = poll if self.churns else self.guids
        return rss(*(self._item(number, issue) for number in self.stories))

    def _item(self, number: int, issue: int) -> Item:
        return Item(
            title=f"Truce {number}" + " (edited)" * self.edits[number],
            guid=f"{issue}-{number}",
            link=f"https://{self.site}.example/{number}",
            description=f"What the parties have agreed to in the truce of the number {number}",
            published=self.dates.get(number, NOON) + number * timedelta(minutes=1),
        )


EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("publish"), st.integers(1, 4)),
        st.tuples(st.just("hide"), st.integers(0, 19)),
        st.tuples(st.just("bring back"), st.just(0)),
        st.tuples(st.just("edit"), st.integers(0, 19)),
        st.tuples(
            st.sampled_from(["new guids", "move", "churn", "rest", "empty", "cut"]), st.integers(10, 90)
        ),
    ),
    max_size=12,
)


async def follow(
    events: list[tuple[str, int]],
    world: Simulation,
    *,
    every: timedelta = timedelta(0),
    keep: Keep | None = None,
) -> Publisher:
    """Let the events happen, each some time after the last one, and prune after each."""
    publisher = Publisher()
    async with world:
        world.serve("/feed", Answer(body=publisher.document(0)))
        await world.watch("/feed")
        await world.poll_due()
        for poll, (event, number) in enumerate(events, start=1):
            publisher.today = world.clock.now() + every
            body = happen(publisher, event, number, poll)
            await world.take_in("/feed", publisher.document(poll) if body is None else body, after=every)
            world.deliver()
            if keep:
                await world.prune(keep)
        await world.take_in("/feed", publisher.document(len(events) + 1))
        world.deliver()
    return publisher


def happen(publisher: Publisher, event: str, number: int, poll: int) -> bytes | None:
    """Let something happen; return what is served instead of the document."""
    if event == "cut":
        whole = publisher.document(poll)
        return whole[: len(whole) * number // 100]
    deeds: dict[str, Callable[[], None]] = {
        "publish": lambda: publisher.publish(number),
        "hide": lambda: publisher.hide(number),
        "bring back": publisher.bring_back,
        "edit": lambda: publisher.edit(number),
        "new guids": lambda: publisher.issue_guids(poll),
        "move": lambda: publisher.move(poll),
    }
    deeds.get(event, lambda: publisher.churn(event == "churn"))()
    return rss() if event == "empty" else None


@given(EVENTS)
@example([("new guids", 10), ("edit", 0)])
@example([("new guids", 10), ("new guids", 10), ("edit", 0)])
@example([("churn", 10)] + [("churn", 10)] * 3 + [("rest", 10), ("rest", 10), ("edit", 0)])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_entry_is_lost_and_none_alerts_twice(events: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = Simulation(migrated_database("sqlite", Path(folder)))
        publisher = asyncio.run(follow(events, world))
        told = Counter(int(title.split()[1]) for title in world.alerts())
        stored = Counter(int(title.split()[1]) for title in world.titles())
        assert stored == Counter(range(publisher.published))
        assert told == Counter(range(10, publisher.published))


DAY = timedelta(days=1)
HIDDEN = [("publish", 2), ("hide", 0), ("publish", 2), ("publish", 2), ("bring back", 0), ("move", 10)]
SHORTLY = Keep(entries=7 * DAY, alerts=7 * DAY, texts=DAY, revisions=DAY, polls=DAY, seen=400 * DAY)


@given(EVENTS)
@example(HIDDEN)
@example([("publish", 4), ("rest", 10), ("move", 10), ("publish", 1)])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_pruning_changes_nothing_in_what_alerts(events: list[tuple[str, int]]) -> None:
    told, left = [], []
    for keep in (None, SHORTLY):
        with tempfile.TemporaryDirectory() as folder:
            world = Simulation(migrated_database("sqlite", Path(folder)))
            asyncio.run(follow(events, world, every=5 * DAY, keep=keep))
            told.append(world.told)
            left.append(world.database.counts()["tombstone"])
    assert told[0] == told[1]
    # A story that is hidden is no longer listed at the second poll after, and pruned.
    assert left[1] or events != HIDDEN
