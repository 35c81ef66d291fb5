"""Whatever a publisher does to its feed, no entry is lost and none alerts twice."""

import asyncio
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from monitor.model import Keep
from tests.support.database import migrated_database
from tests.support.feed_server import Answer
from tests.support.publisher import Publisher, happen
from tests.support.simulation import Simulation

HOUR = timedelta(hours=1)


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
