"""A desk: feeds on a local server, Slack and a mail server of its own, and a config that joins them."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.daemon import Daemon
from tests.support.database import Database, empty_database
from tests.support.feed_server import Answer, FeedServer
from tests.support.rss import Item, rss
from tests.support.sinks import Authority, SmtpSink, WebhookSink, service_env, slack_sink

SLACK_URL = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#desk"
FEED = "/world.xml"
CONFIG = """
[monitor]
database = "DATABASE_URL"
timezone = "Europe/Berlin"
poll_every = "500ms"

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


@dataclass(slots=True)
class Desk:
    """What a test of the whole program works with."""

    config: Path
    env: dict[str, str]
    feeds: FeedServer
    slack: WebhookSink
    mail: SmtpSink
    database: Database

    def publish(self, *items: Item) -> None:
        """Serve these items from now on, on top of the old ones."""
        self.feeds.script(
            FEED, Answer(body=rss(*items, *OLD), headers=[("Content-Type", "application/rss+xml")])
        )

    def start(self, command: Sequence[str] = ("-m", "monitor")) -> Daemon:
        return Daemon(self.config, env=self.env, command=command)

    def polls(self, daemon: Daemon, count: int = 2) -> None:
        """Wait until `count` more polls have been stored."""
        seen = len(daemon.wait_for("polled", count=0)) + len(daemon.wait_for("baseline", count=0))
        daemon.wait_for("polled", count=seen + count)


# For tests that are to pass on either database.
both = pytest.mark.parametrize("desk", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def desk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Desk]:
    database = empty_database(getattr(request, "param", "sqlite"), tmp_path)
    authority = Authority(tmp_path)
    with FeedServer() as feeds, slack_sink(authority) as slack, SmtpSink() as mail:
        config = tmp_path / "config.toml"
        text = CONFIG.replace("FEED_URL", feeds.url(FEED))
        text = text.replace("MAIL_URL", mail.url(to="desk@example.org"))
        config.write_text(text.replace("DATABASE_URL", database.url.reveal()))
        env = {**service_env(slack, authority), "SLACK_URL": SLACK_URL, "PATH": os.environ["PATH"]}
        here = Desk(config=config, env=env, feeds=feeds, slack=slack, mail=mail, database=database)
        here.publish()
        yield here
    database.discard()
