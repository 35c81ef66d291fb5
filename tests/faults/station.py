"""A monitor to which something happens: feeds and a sink on this machine, the daemon as a process, and the count of what was told."""

import json
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.daemon import Daemon
from tests.support.database import Database
from tests.support.feed_server import FeedServer, document
from tests.support.rss import Item, rss
from tests.support.sinks import WebhookSink
from tests.support.waiting import wait_until

CONFIG = """
[monitor]
database = "{database}"
poll_every = "{poll_every}"
adaptive = false
owner = "owner"

[web]
listen = "{listen}"

[fetch]
allow_networks = ["127.0.0.0/8"]
timeout = "5s"

[delivery]
retry_first = "200ms"
retry_longest = "1s"

[[channels]]
name = "desk"
url = "webhook://127.0.0.1:{sink}/desk"

[[channels]]
name = "owner"
url = "webhook://127.0.0.1:{sink}/owner"

[[rules]]
name = "storms"
query = "storm"
channels = ["desk"]
story = "every"
full_text = "never"
"""


@dataclass(slots=True)
class Station:
    """What a test works with: `publish`, `start`, let something happen, `wait_until_told`."""

    folder: Path
    feeds: FeedServer
    sink: WebhookSink
    database: Database
    paths: Sequence[str] = ("/a",)
    poll_every: str = "300ms"
    listen: str = "off"
    published: list[str] = field(default_factory=list)
    _items: dict[str, list[Item]] = field(default_factory=dict)

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    def write(self, more: str = "") -> None:
        """Write the configuration, and let each feed have one old entry."""
        text = CONFIG.format(
            database=self.database.url.reveal(),
            poll_every=self.poll_every,
            listen=self.listen,
            sink=self.sink.port,
        )
        urls = "".join(f'\n[[feeds]]\nurl = "{self.url(path)}"\n' for path in self.paths)
        self.config.write_text(text + urls + more)
        for path in self.paths:
            self._serve(path, Item(title="Old storm", guid="old"))

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """Return the address of a feed; all addresses that begin with 127 are this machine's."""
        return self.feeds.url(path, host=host)

    def publish(self, *titles: str, path: str = "/a") -> None:
        """Let a feed have these headlines as well; each is to be told once."""
        self.published += titles
        self._serve(path, *[Item(title=f"Storm {title}", guid=title) for title in titles])

    def start(
        self, command: Sequence[str] = ("-m", "monitor"), *, baselines: bool = True, **env: str
    ) -> Daemon:
        """Start the daemon; with `baselines`, wait until it knows what the feeds held before."""
        daemon = Daemon(self.config, command=command, env={"PATH": os.environ["PATH"], **env})
        if baselines:
            daemon.wait_for("baseline", count=len(self.paths))
        return daemon

    def told(self) -> Counter[str]:
        """Return how often each headline has come to the desk."""
        messages = [json.loads(one.body) for one in self.sink.requests if one.path == "/desk"]
        return Counter(message["alert"]["title"].removeprefix("Storm ") for message in messages)

    def wait_until_told(self, daemon: Daemon, *, seconds: float = 60.0) -> None:
        """Wait until all that was published has been told. Raises AssertionError."""
        done = wait_until(lambda: not self.untold(), seconds)
        assert done, f"lost: {self.untold()[:5]}; {daemon.told()[-4000:]}"

    def untold(self) -> list[str]:
        told = self.told()
        return [title for title in self.published if title not in told]

    def repeated(self) -> int:
        """Return how many messages have come that had come before."""
        return sum(self.told().values()) - len(self.told())

    def backlog(self) -> int:
        """Return how many deliveries are still to be made."""
        ((count,),) = self.database.rows("SELECT count(*) FROM delivery WHERE state NOT IN ('sent')")
        return int(count)

    def held(self, daemon: Daemon) -> tuple[int, int]:
        """Return how many descriptors a daemon has open, and how much memory it holds, in MB."""
        process = Path(f"/proc/{daemon.process.pid}")
        pages = int((process / "statm").read_text().split()[1])
        return len(list((process / "fd").iterdir())), pages * os.sysconf("SC_PAGE_SIZE") // 2**20

    def _serve(self, path: str, *items: Item) -> None:
        served = self._items.setdefault(path, [])
        served[:0] = items
        self.feeds.script(path, document(rss(*served), etag=f'"{len(served)}"'))
