"""A newsroom that has been at work for a while: stories, feeds that fail, a channel that is gone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.feed_server import Answer, FeedServer
from tests.support.ground import Ground
from tests.support.rss import Item, rss
from tests.support.sinks import Answer as Reply
from tests.support.sinks import WebhookSink

CONFIG = """
[monitor]
first_poll = "alert"
poll_every = "1h"
timezone = "Europe/Berlin"

[web]
listen = "127.0.0.1:0"

[fetch]
allow_networks = ["127.0.0.0/8"]

[[channels]]
name = "desk"
url = "console:"

[[channels]]
name = "hook"
url = "json://user:s3cr3t-word@{hook}/s3cr3t-path"

[[feeds]]
url = "{feeds}/world.xml"
tags = ["world"]
full_text = "never"

[[feeds]]
url = "{feeds}/gazette.xml"
tags = ["world"]
full_text = "never"

[[feeds]]
url = "{feeds}/local.xml"
name = "Local & Vocal"
tags = ["local"]
full_text = "never"

[[feeds]]
url = "{feeds}/broken.xml"
name = "Broken Times"
tags = ["local"]

[[rules]]
name = "truce"
query = "Ukraine ceasefire"
channels = ["desk"]
story = "every"

[[rules]]
name = "floods"
query = "flood"
channels = ["desk", "hook"]
"""
TRUCE = Item(
    title="Ceasefire in Ukraine agreed",
    guid="truce",
    link="https://world.example/truce",
    description="Envoys in Geneva signed a text after eleven hours.",
)
AGREED = Item(title="Ceasefire agreed in Ukraine", guid="agreed", link="https://gazette.example/agreed")
RAIN = Item(title="Rain in Rome", guid="rain", link="https://gazette.example/rain")
FLOOD = Item(
    title="Flood in KÖLN: 5 < 7 &lt;script&gt;alert(1)&lt;/script&gt;",
    guid="flood",
    link="javascript:alert(1)",
    description='The flood "of the century" & more; &lt;img src=x onerror=alert(1)&gt; was closed.',
)


@pytest.fixture(scope="session")
def feed_server() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


@pytest.fixture(scope="session")
def hook() -> Iterator[WebhookSink]:
    """A service that has no such channel any more."""
    with WebhookSink() as sink:
        yield sink


def configured(feed_server: FeedServer, hook: WebhookSink, web: str = "") -> str:
    """Return the configuration, with more lines of [web] if given."""
    text = CONFIG.replace("{feeds}", feed_server.url("").rstrip("/")).replace(
        "{hook}", f"127.0.0.1:{hook.port}"
    )
    return text.replace('listen = "127.0.0.1:0"', web) if web else text


def publish(feed_server: FeedServer, path: str, *items: Item, title: str) -> None:
    feed_server.script(path, Answer(body=rss(*items, title=title)))


@pytest.fixture
def ground(tmp_path: Path, feed_server: FeedServer, hook: WebhookSink) -> Iterator[Ground]:
    """A newsroom of a test's own, which it may change; nothing has been polled yet."""
    with Ground(tmp_path, configured(feed_server, hook)) as ground:
        publish(feed_server, "/world.xml", TRUCE, title="Example World")
        publish(feed_server, "/gazette.xml", AGREED, RAIN, title="The Gazette")
        publish(feed_server, "/local.xml", FLOOD, title="Local")
        hook.default = Reply(status=410, body=b"no such hook")
        yield ground


@pytest.fixture
def told(ground: Ground) -> Ground:
    """The same after its first polls: three alerts, of which two are of one story; one delivery is dead."""
    ground.go_on()
    return ground


@pytest.fixture(scope="module")
def open_page(
    tmp_path_factory: pytest.TempPathFactory, feed_server: FeedServer, hook: WebhookSink
) -> Iterator[Ground]:
    """A page to look at, which no test changes."""
    with Ground(tmp_path_factory.mktemp("open"), configured(feed_server, hook)) as ground:
        yield ground
