"""One feed has 10,000 new entries that match, at once: its channel gets summaries, and the other feed is told as ever."""

import json
from datetime import UTC, datetime, timedelta

from tests.faults.station import Station
from tests.support.feed_server import Answer
from tests.support.rss import Item, rss
from tests.support.waiting import wait_until

FLOOD = 10_000
AT_ONCE = 5_000  # of one document, more are not read
MORE = """
[[channels]]
name = "flooded"
url = "webhook://127.0.0.1:{sink}/flooded"
max_per_hour = 4

[[rules]]
name = "floods"
query = "flood"
channels = ["flooded"]
story = "every"
full_text = "never"
"""


def test_a_feed_that_floods_is_told_in_summaries_and_delays_no_other(station: Station) -> None:
    station.paths = ("/a", "/flood")
    station.write(MORE.format(sink=station.sink.port))
    with station.start() as daemon:
        for part in range(FLOOD // AT_ONCE):
            station.feeds.script("/flood", Answer(body=document(part * AT_ONCE)))
            daemon.wait_for(
                "polled", count=part + 1, timeout=90, where=lambda event: event.get("new") == AT_ONCE
            )
            station.publish(f"beside {part}")
            station.wait_until_told(daemon, seconds=30)
        assert wait_until(lambda: "bulletin" in told_of_the_flood(station), 60)
        assert daemon.terminate() == 0
    assert len(told_of_the_flood(station)) <= 4
    assert station.repeated() == 0
    rows = station.database.rows("SELECT state FROM delivery WHERE channel = 'flooded'")
    assert len(rows) == FLOOD
    assert {state for (state,) in rows} <= {"sent", "pending", "held"}, "none is dropped"


def document(first: int) -> bytes:
    now = datetime.now(UTC)
    numbers = range(first, first + AT_ONCE)
    return rss(
        *[Item(title=f"Flood {n}", guid=f"{n}", published=now - timedelta(seconds=n % 60)) for n in numbers]
    )


def told_of_the_flood(station: Station) -> list[str]:
    """Return of which types the messages are that the flooded channel got."""
    return [json.loads(one.body)["type"] for one in station.sink.requests if one.path == "/flooded"]
