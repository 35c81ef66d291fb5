"""A desk: feeds on a local server, Slack and a mail server of its own, and a config that joins them."""

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.accelerated import command
from tests.support.daemon import Daemon
from tests.support.database import Database, empty_database
from tests.support.feed_server import Answer, FeedServer
from tests.support.layouts import Layout, Workers
from tests.support.rss import Item, rss
from tests.support.sinks import Authority, SmtpSink, WebhookSink, service_env, slack_sink

SLACK_URL = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#desk"
FEED = "/world.xml"
CONFIG = """
[monitor]
database = "DATABASE_URL"
timezone = "Europe/Berlin"
poll_every = "500ms"

[web]
listen = "off"

[fetch]
allow_networks = ["127.0.0.0/8"]

[delivery]
retry_first = "200ms"
retry_longest = "1s"

[[channels]]
name = "desk"
url = "${SLACK_URL}"

[[channels]]
name = "mail"
url = "MAIL_URL"

[[feeds]]
url = "FEED_URL"
tags = ["world"]

[[rules]]
name = "ukraine-ceasefire"
query = "Ukraine ceasefire"
channels = ["desk", "mail"]
tags = ["world"]
"""
OLD = [
    Item(
        title=f"Old news of Ukraine and a ceasefire, part {number}",
        guid=f"https://news.example/old/{number}",
        link=f"https://news.example/old/{number}?at_medium=RSS",
        description="A ceasefire in Ukraine was in the news before anybody watched.",
    )
    for number in range(3)
]


# A minute is three seconds: what a killed worker held is given to others after two minutes.
FASTER = 20


@dataclass(slots=True)
class Desk:
    """What a test of the whole program works with."""

    config: Path
    env: dict[str, str]
    feeds: FeedServer
    slack: WebhookSink
    mail: SmtpSink
    database: Database
    layout: Layout
    since: float = field(default_factory=time.time)

    @property
    def faster(self) -> int:
        """How many times as fast as the machine's the program's clock goes."""
        # On SQLite the next daemon takes over at once.
        return 1 if self.layout is Layout.SQLITE else FASTER

    def publish(self, *items: Item) -> None:
        """Serve these items from now on, on top of the old ones."""
        self.feeds.script(
            FEED, Answer(body=rss(*items, *OLD), headers=[("Content-Type", "application/rss+xml")])
        )

    def start(self) -> Workers:
        """Start the program, as many times as the layout says."""
        return self._start(["monitor"], self.layout.workers)

    def start_one(self, *program: str) -> Workers:
        """Start the program once, or the module that runs it, with its arguments."""
        return self._start(program or ["monitor"], 1)

    def polls(self, daemon: Workers, count: int = 2) -> None:
        """Wait until `count` more polls have been stored."""
        seen = len(daemon.wait_for("polled", count=0)) + len(daemon.wait_for("baseline", count=0))
        daemon.wait_for("polled", count=seen + count)

    def _start(self, program: Sequence[str], count: int) -> Workers:
        plain = self.layout is Layout.SQLITE
        run = ["-m", *program] if plain else command(self.faster, self.since, program)
        return Workers(lambda changed: Daemon(self.config, env=self.env, command=run, changed=changed), count)


@pytest.fixture(params=list(Layout))
def layout(request: pytest.FixtureRequest) -> Layout:
    """Each test that asks for it, by itself or for a desk, runs on all three, or on those named by `only_on`."""
    chosen: Layout = request.param
    return chosen


def only_on(*layouts: Layout) -> pytest.MarkDecorator:
    """Return the mark of a test that runs on these layouts alone; beside it stands why."""
    return pytest.mark.parametrize("layout", layouts, indirect=True)


@pytest.fixture
def desk(tmp_path: Path, layout: Layout) -> Iterator[Desk]:
    database = empty_database(layout.database, tmp_path)
    authority = Authority(tmp_path)
    with FeedServer() as feeds, slack_sink(authority) as slack, SmtpSink() as mail:
        config = tmp_path / "config.toml"
        text = CONFIG.replace("FEED_URL", feeds.url(FEED))
        text = text.replace("MAIL_URL", mail.url(to="desk@example.org"))
        config.write_text(text.replace("DATABASE_URL", database.url.reveal()))
        env = {**service_env(slack, authority), "SLACK_URL": SLACK_URL, "PATH": os.environ["PATH"]}
        here = Desk(config, env, feeds, slack, mail, database, layout)
        here.publish()
        yield here
    database.discard()
