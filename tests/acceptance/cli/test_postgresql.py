"""What commands read and change on PostgreSQL is what they read and change on SQLite."""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any

import pytest

from tests.acceptance.cli.place import CONSOLE, TRUCE, Done, Place
from tests.support.database import empty_database
from tests.support.feed_server import FeedServer
from tests.support.rss import Item
from tests.support.sinks import Answer, WebhookSink

GAZETTE = Item(title="Ceasefire agreed in Ukraine", guid="gazette", link="https://gazette.example/1")
RAIN = Item(title="Rain in Rome floods the Forum", guid="rain", link="https://gazette.example/2")
RULES = """\
[[rules]]
name = "truce"
query = "Ukraine ceasefire"
channels = ["console", "desk"]

[[rules]]
name = "rain"
query = "rain OR snow"
channels = ["console"]
"""
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00")

Both = tuple[Place, Place]


@pytest.fixture(scope="module")
def sink() -> Iterator[WebhookSink]:
    """A channel that takes nothing, so far."""
    with WebhookSink() as here:
        here.default = Answer(status=410, body=b"no such hook")
        yield here


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, sink: WebhookSink) -> Iterator[Both]:
    """The same monitor twice, on SQLite and on PostgreSQL, after a run: two feeds have reported an event, which one channel took."""
    with ExitStack() as held:
        feeds = held.enter_context(FeedServer())
        places = []
        for kind in ("sqlite", "postgresql"):
            folder = tmp_path_factory.mktemp(kind)
            database = empty_database(kind, folder)
            held.callback(database.discard)
            place = Place(folder, feeds)
            _configure(place, sink, database.url.reveal())
            assert place.run("run", "--once").returncode == 1, "a message was given up"
            places.append(place)
        first, second = places
        yield first, second


def _configure(place: Place, sink: WebhookSink, database: str) -> None:
    place.publish(TRUCE)
    place.publish(GAZETTE, RAIN, path="/gazette.xml", title="The Gazette")
    desk = f'[[channels]]\nname = "desk"\nurl = "{sink.url.replace("http://", "json://")}"\n'
    place.configure("/world.xml", "/gazette.xml", channels=CONSOLE + desk, rules=RULES)
    text = place.config.read_text().replace("[monitor]\n", f'[monitor]\ndatabase = "{database}"\n')
    place.config.write_text(text)


def on_both(both: Both, *arguments: str) -> Any:
    """Run a command on both, see that it says the same but for the time, and return what it says."""
    sqlite, postgresql = (_said(place.run(*arguments, "--json")) for place in both)
    assert postgresql == sqlite
    return sqlite


def _said(done: Done) -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(MOMENT.sub("a moment", done.stdout))


def test_the_status_is_the_same_but_for_the_room_it_takes(both: Both) -> None:
    sqlite, postgresql = (_said(place.run("status", "--json")) for place in both)
    assert sqlite.pop("database")["total"] != postgresql.pop("database")["total"] > 0
    assert postgresql == sqlite


@pytest.mark.parametrize(
    "command",
    [
        ("alerts", "list", "--words", "ceasefire"),
        ("alerts", "show", "1"),
        ("entries", "list", "ceasefires", "--since", "1d"),
        ("entries", "show", "2"),
        ("stories", "list"),
        ("stories", "show", "1"),
        ("deliveries", "list"),
        ("feeds", "list"),
        ("feeds", "show", "The Gazette"),
        ("channels", "list"),
        ("rules", "list"),
        ("explain", "2"),
        ("backtest", "--query", "floods"),
        ("match", "floods", "--since", "1d"),
    ],
    ids=" ".join,
)
def test_what_is_read_is_the_same(both: Both, command: Sequence[str]) -> None:
    assert on_both(both, *command)


def test_top_shows_the_last_alerts(both: Both) -> None:
    _, postgresql = both
    done = postgresql.run("top")
    assert (done.returncode, done.stderr) == (0, "")
    assert str(TRUCE.title) in done.stdout
    assert "2 feeds (2 ok" in done.stdout


def test_what_is_changed_is_the_same_and_the_next_run_goes_by_it(both: Both, sink: WebhookSink) -> None:
    added = on_both(both, "silence", "add", "--rule", "rain", "--for", "2h", "--reason", "a drill")
    (listed,) = on_both(both, "silence", "list")
    assert (added["id"], listed["rule"], listed["in_force"]) == (1, "rain", True)
    on_both(both, "silence", "end", "1")
    assert on_both(both, "silence", "list") == []
    on_both(both, "deliveries", "retry", "--dead")
    on_both(both, "feeds", "poll", "Example World", "The Gazette")
    on_both(both, "feeds", "pause", "Example World")
    on_both(both, "db", "prune")

    sink.default = Answer()
    feeds = both[0].feeds
    sent, resting, polled = map(
        len, (sink.requests, feeds.requests("/world.xml"), feeds.requests("/gazette.xml"))
    )
    assert [place.run("run", "--once").returncode for place in both] == [0, 0]
    assert len(sink.requests) == sent + 2
    assert len(feeds.requests("/world.xml")) == resting
    assert len(feeds.requests("/gazette.xml")) == polled + 2
    assert {delivery["state"] for delivery in on_both(both, "deliveries", "list")} == {"sent"}
