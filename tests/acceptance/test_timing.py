"""Which message comes within which time: the whole program on a clock that the test moves.

In the manner of Alertmanager's acceptance tests: a scene says what is published when, and each message that
arrives must fall into a window of its own.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.conftest import only_on
from tests.support.database import Database, migrated_database
from tests.support.feed_server import Answer as FeedAnswer
from tests.support.feed_server import FeedServer
from tests.support.layouts import Layout
from tests.support.rss import Item, rss
from tests.support.sinks import Answer, WebhookSink
from tests.support.stepped import Stepped

START = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
# Each step has all workers look for work, so only what could come twice, or too often, is played by three.
on_shared = only_on(Layout.SQLITE, Layout.THREE_WORKERS)
alone = only_on(Layout.SQLITE)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
FEED = "/world.xml"
CONFIG = """
[monitor]
database = "{database}"
timezone = "Europe/Berlin"
poll_every = "1s"
adaptive = false

[fetch]
allow_networks = ["127.0.0.0/8"]

[[feeds]]
url = "{feed}"
full_text = "never"
"""


@dataclass(frozen=True, slots=True)
class Told:
    """A message as it arrived, `at` so long after the start."""

    at: timedelta
    channel: str
    text: str


@dataclass(frozen=True, slots=True)
class Window:
    """A message that has to come in `channel` from `start` to `end`: with all of `holds`, and nothing of `lacks`."""

    start: timedelta
    end: timedelta
    channel: str
    holds: tuple[str, ...]
    lacks: tuple[str, ...] = ()

    def takes(self, told: Told) -> bool:
        return (
            self.start <= told.at <= self.end
            and told.channel == self.channel
            and all(part in told.text for part in self.holds)
            and not any(part in told.text for part in self.lacks)
        )


@dataclass(slots=True)
class Stage:
    """A feed, a sink with one path a channel, and a configuration that joins them."""

    config: Path
    feeds: FeedServer
    sink: WebhookSink
    database: Database
    workers: int
    start: datetime = START
    items: list[Item] = field(default_factory=lambda: [Item(title="Old news", guid="old")])

    def set_up(self, *, channels: Mapping[str, str], rules: str) -> None:
        """Write the configuration; each channel's options are given under its name."""
        tables = [
            f'[[channels]]\nname = "{name}"\nurl = "json://127.0.0.1:{self.sink.port}/{name}"\ngap = "1ms"\n{options}\n'
            for name, options in channels.items()
        ]
        text = CONFIG.format(database=self.database.url.reveal(), feed=self.feeds.url(FEED))
        self.config.write_text("\n".join([text, *tables, rules]))
        self._serve()

    def play(
        self,
        scene: Mapping[timedelta, Sequence[str]],
        *,
        until: timedelta,
        step: timedelta,
        cues: Mapping[timedelta, Any] | None = None,
    ) -> list[Told]:
        """Publish headlines at their times, call `cues` at theirs, and return what was told until the end."""
        told: list[Told] = []
        cues = cues or {}
        with Stepped(self.config, self.start, workers=self.workers) as program:
            while program.now - self.start < until:
                passed = program.now - self.start
                self._publish(scene.get(passed, ()), program.now)
                if passed in cues:
                    cues[passed]()
                program.go_on(step)
                told += self._arrived(len(told), program.now - self.start)
        return told

    def run(self, *arguments: str) -> str:
        """Run a command of the program beside it and return what it says."""
        command = [sys.executable, "-m", "monitor", *arguments, "--config", str(self.config)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _publish(self, titles: Sequence[str], now: datetime) -> None:
        for title in titles:
            link = f"https://news.example/{len(self.items)}"
            self.items.insert(0, Item(title=title, guid=link, link=link, published=now))
        self._serve()

    def _serve(self) -> None:
        self.feeds.script(FEED, FeedAnswer(body=rss(*self.items)))

    def _arrived(self, seen: int, at: timedelta) -> list[Told]:
        return [
            Told(at, request.path.strip("/"), f"{payload['title']}\n{payload['message']}")
            for request in self.sink.requests[seen:]
            for payload in [json.loads(request.body)]
        ]


@pytest.fixture
def stage(tmp_path: Path, layout: Layout) -> Iterator[Stage]:
    database = migrated_database(layout.database, tmp_path)
    with FeedServer() as feeds, WebhookSink() as sink:
        yield Stage(tmp_path / "config.toml", feeds, sink, database, layout.workers)
    database.discard()


def assert_told(told: Sequence[Told], *windows: Window) -> None:
    """Each message falls into its window, in this order, and there is none besides."""
    assert len(told) == len(windows), told
    for one, window in zip(told, windows, strict=True):
        assert window.takes(one), f"{one} is not within {window}"


def rule(name: str, query: str, *channels: str, options: str = "") -> str:
    names = ", ".join(f'"{channel}"' for channel in channels)
    return (
        f'[[rules]]\nname = "{name}"\nquery = "{query}"\nchannels = [{names}]\nstory = "every"\n{options}\n'
    )


QUAKES = rule("quakes", "quake", "desk")


@alone
def test_a_group_waits_then_keeps_its_interval_and_begins_anew_when_it_has_been_silent(stage: Stage) -> None:
    stage.set_up(channels={"desk": 'group_wait = "30s"\ngroup_interval = "5m"'}, rules=QUAKES)

    told = stage.play(
        {
            5 * SECOND: ["Quake in Chile"],
            20 * SECOND: ["Quake in Peru"],
            2 * MINUTE: ["Quake in Iran"],
            4 * MINUTE: ["Quake in Nepal"],
            20 * MINUTE: ["Quake in Tonga"],
        },
        until=22 * MINUTE,
        step=5 * SECOND,
    )

    first = 40 * SECOND
    assert_told(
        told,
        Window(35 * SECOND, first + 5 * SECOND, "desk", ("Chile", "Peru")),
        Window(first + 290 * SECOND, first + 310 * SECOND, "desk", ("Iran", "Nepal"), ("Chile",)),
        Window(20 * MINUTE + 30 * SECOND, 20 * MINUTE + 45 * SECOND, "desk", ("Tonga",), ("Nepal",)),
    )


@alone
def test_groups_by_rule_do_not_wait_for_one_another(stage: Stage) -> None:
    stage.set_up(
        channels={"desk": 'group_wait = "30s"\ngroup_by = ["rule"]'},
        rules=QUAKES + rule("storms", "storm", "desk"),
    )

    told = stage.play(
        {5 * SECOND: ["Quake in Chile"], 20 * SECOND: ["Storm in Peru"], 25 * SECOND: ["Quake in Iran"]},
        until=2 * MINUTE,
        step=5 * SECOND,
    )

    assert_told(
        told,
        Window(35 * SECOND, 45 * SECOND, "desk", ("Chile", "Iran"), ("Peru",)),
        Window(50 * SECOND, 60 * SECOND, "desk", ("Peru",)),
    )


@alone
def test_a_digest_comes_at_its_hour_on_both_sides_of_the_end_of_summer_time(stage: Stage) -> None:
    stage.start = datetime(2026, 10, 24, 5, 0, tzinfo=UTC)  # 07:00 in Berlin, by summer time for one day more
    stage.set_up(channels={"desk": 'digest = "0 8 * * *"'}, rules=QUAKES)

    told = stage.play(
        {
            10 * MINUTE: ["Quake in Chile", "Quake in Peru"],
            4 * HOUR: ["Quake in Iran"],
            27 * HOUR: ["Quake in Nepal"],
        },
        until=52 * HOUR,
        step=10 * MINUTE,
    )

    assert_told(
        told,
        Window(60 * MINUTE, 70 * MINUTE, "desk", ("Chile", "Peru")),  # 06:00 UTC
        Window(26 * HOUR, 26 * HOUR + 10 * MINUTE, "desk", ("Iran",), ("Chile",)),  # 07:00 UTC
        Window(50 * HOUR, 50 * HOUR + 10 * MINUTE, "desk", ("Nepal",)),
    )


@on_shared
def test_an_empty_digest_is_sent_only_where_it_is_asked_for(stage: Stage) -> None:
    stage.set_up(
        channels={
            "asked": 'digest = "0 14 * * *"\ndigest_empty = true',
            "desk": 'digest = "0 14 * * *"',
        },
        rules=rule("quakes", "quake", "asked", "desk"),
    )

    told = stage.play({}, until=3 * HOUR, step=10 * MINUTE)

    assert_told(told, Window(HOUR, HOUR + 10 * MINUTE, "asked", ("Nothing",)))


@alone
def test_quiet_hours_end_in_one_summary_and_what_is_urgent_breaks_through(stage: Stage) -> None:
    stage.start = datetime(2026, 3, 10, 20, 0, tzinfo=UTC)  # 21:00 in Berlin
    stage.set_up(
        channels={"desk": 'quiet_hours = ["22:00-07:00"]'},
        rules=QUAKES + rule("tsunamis", "tsunami", "desk", options='priority = "high"'),
    )

    told = stage.play(
        {
            10 * MINUTE: ["Quake in Chile"],
            2 * HOUR: ["Quake in Peru"],
            3 * HOUR: ["Tsunami in Tonga"],
            8 * HOUR: ["Quake in Iran"],
            11 * HOUR: ["Quake in Nepal"],
        },
        until=12 * HOUR,
        step=10 * MINUTE,
    )

    assert_told(
        told,
        Window(10 * MINUTE, 20 * MINUTE, "desk", ("Chile",)),
        Window(3 * HOUR, 3 * HOUR + 10 * MINUTE, "desk", ("Tonga",), ("Peru",)),
        Window(10 * HOUR, 10 * HOUR + 10 * MINUTE, "desk", ("Peru", "Iran"), ("Nepal", "Chile")),
        Window(11 * HOUR, 11 * HOUR + 10 * MINUTE, "desk", ("Nepal",)),
    )


@alone
def test_a_silence_hides_what_it_names_while_it_lasts(stage: Stage) -> None:
    stage.start = datetime.now(UTC).replace(microsecond=0)  # the command that silences reads the real clock
    stage.set_up(channels={"desk": ""}, rules=QUAKES + rule("storms", "storm", "desk"))

    def silence() -> None:
        stage.run("silence", "add", "--rule", "quakes", "--for", "20m", "--reason", "a drill")

    told = stage.play(
        {
            2 * MINUTE: ["Quake in Chile"],
            4 * MINUTE: ["Storm in Peru"],
            30 * MINUTE: ["Quake in Iran"],
        },
        until=32 * MINUTE,
        step=30 * SECOND,
        cues={MINUTE: silence},
    )

    assert_told(
        told,
        Window(4 * MINUTE, 5 * MINUTE, "desk", ("Peru",)),
        Window(30 * MINUTE, 31 * MINUTE, "desk", ("Iran",), ("Chile",)),
    )
    (shown,) = json.loads(stage.run("silence", "list", "--all", "--json"))
    assert (shown["reason"], shown["hidden"]) == ("a drill", 1)


@on_shared
def test_what_is_over_the_limit_of_an_hour_comes_in_one_summary(stage: Stage) -> None:
    stage.set_up(channels={"desk": "max_per_hour = 4"}, rules=QUAKES)
    places = ["Chile", "Peru", "Iran", "Nepal", "Tonga", "Japan", "Italy", "Ghana"]

    told = stage.play(
        {MINUTE: [f"Quake in {place}" for place in places], 5 * MINUTE: ["Quake in Fiji"]},
        until=30 * MINUTE,
        step=30 * SECOND,
    )

    # Two may go at once, and one more each twenty minutes: no hour has more than four.
    assert_told(
        told,
        Window(MINUTE, 2 * MINUTE, "desk", ("Quake",)),
        Window(MINUTE, 2 * MINUTE, "desk", ("7",)),
        Window(20 * MINUTE, 22 * MINUTE, "desk", ("Fiji",)),
    )
    everything = "".join(one.text for one in told)
    assert [place for place in places if place not in everything] == []


@alone
def test_a_channel_that_fails_is_stood_in_for(stage: Stage) -> None:
    with WebhookSink() as broken:
        broken.default = Answer(status=503)
        stage.set_up(
            channels={"oncall": ""},
            rules=QUAKES
            + f'[[channels]]\nname = "desk"\nurl = "json://127.0.0.1:{broken.port}/desk"\n'
            + 'escalate_after = "15m"\nescalate_to = ["oncall"]\n',
        )

        told = stage.play({MINUTE: ["Quake in Chile"]}, until=40 * MINUTE, step=30 * SECOND)

        assert 5 < len(broken.requests) < 20
    assert_told(told, Window(16 * MINUTE, 17 * MINUTE, "oncall", ("Chile", "desk")))


@alone
def test_a_narrow_rule_stands_for_a_broad_one(stage: Stage) -> None:
    stage.set_up(
        channels={"desk": "", "oncall": ""},
        rules=rule("strong quakes", "strong quake", "oncall", options='suppresses = ["quakes"]') + QUAKES,
    )

    told = stage.play(
        {MINUTE: ["Strong quake in Chile"], 3 * MINUTE: ["Quake in Peru"]}, until=5 * MINUTE, step=30 * SECOND
    )

    assert_told(
        told,
        Window(MINUTE, 2 * MINUTE, "oncall", ("Chile",)),
        Window(3 * MINUTE, 4 * MINUTE, "desk", ("Peru",)),
    )
