"""A monitor whose configuration is edited while it runs: feeds on a local server, messages to a webhook of its own."""

import json
import os
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support import warm
from tests.support.daemon import Daemon
from tests.support.feed_server import Answer, FeedServer
from tests.support.layouts import Workers
from tests.support.rss import Item, rss
from tests.support.sinks import WebhookSink

HEAD = """\
[monitor]
poll_every = "200ms"
adaptive = false
owner = "desk"

[fetch]
allow_networks = ["127.0.0.0/8"]

[delivery]
retry_first = "200ms"
retry_longest = "1s"
"""
OLD = Item(title="Old news", guid="old")


def rule(name: str, query: str, *channels: str) -> str:
    return f'[[rules]]\nname = "{name}"\nquery = "{query}"\nchannels = {json.dumps(channels or ["desk"])}\n'


def headlines(sink: WebhookSink) -> list[str]:
    """The headlines of the alerts that a webhook got, in order of arrival."""
    messages = [json.loads(request.body) for request in sink.requests]
    return [message["alert"]["title"] for message in messages if message["type"] == "alert"]


@dataclass(slots=True)
class Newsroom:
    """A folder with a config.toml, which `write` puts together. `database` is an address; without one, it is a file in there."""

    folder: Path
    feeds: FeedServer
    sink: WebhookSink
    items: dict[str, list[Item]] = field(default_factory=dict)
    database: str = ""

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    def text(self, *rules: str, feeds: Sequence[str] = ("/a",), head: str = HEAD, hook: str = "") -> str:
        if self.database:
            head = head.replace("[monitor]", f'[monitor]\ndatabase = "{self.database}"')
        tables = "".join(f'[[feeds]]\nurl = "{self.feeds.url(path)}"\n' for path in feeds)
        desk = f'[[channels]]\nname = "desk"\nurl = "{self.hook(hook)}"\n'
        return "\n".join([head, desk, tables, *(rules or [rule("storms", "storm")])])

    def hook(self, path: str = "") -> str:
        return f"webhook://127.0.0.1:{self.sink.port}{path}"

    def write(self, *rules: str, **parts: Any) -> None:
        """Write the configuration as editors do: a new file in place of the old one."""
        self.put(self.config, self.text(*rules, **parts))

    def put(self, path: Path, text: str) -> None:
        beside = path.with_name(f".{path.name}.new")
        beside.write_text(text)
        beside.replace(path)

    def publish(self, path: str, *titles: str) -> None:
        """Serve these headlines as well, from now on."""
        served = self.items.setdefault(path, [OLD])
        served[:0] = [Item(title=title, guid=f"{path} {title}") for title in titles]
        self.feeds.script(path, Answer(body=rss(*served)))

    def start(self, **env: str) -> Daemon:
        daemon = Daemon(self.config, env=env)
        daemon.wait_for("baseline")
        return daemon

    def start_all(self, count: int) -> Workers:
        """Start several that share the work, and wait until all have begun."""
        workers = Workers(lambda changed: Daemon(self.config, changed=changed), count)
        workers.wait_for("started", count=count)
        workers.wait_for("baseline")
        return workers

    def ask(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command beside the monitor."""
        command = ["-m", "monitor", *arguments, "--config", str(self.config)]
        return warm.run(command, cwd=warm.REPOSITORY, env=os.environ)


def hang_up(daemon: Daemon) -> None:
    daemon.process.send_signal(signal.SIGHUP)
