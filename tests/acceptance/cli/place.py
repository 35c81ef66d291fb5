"""A folder with a config.toml and a feed server, and the program run in it as a person or a script would."""

import json
import os
import pty
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support import warm
from tests.support.daemon import Daemon
from tests.support.feed_server import Answer, FeedServer
from tests.support.rss import Item, rss

Done = subprocess.CompletedProcess[str]

TRUCE = Item(title="Ceasefire in Ukraine agreed", guid="truce", link="https://news.example/truce")
CONFIG = """\
[monitor]
first_poll = "alert"

[fetch]
allow_networks = ["127.0.0.0/8"]
"""
CONSOLE = '[[channels]]\nname = "console"\nurl = "console:"\n'
RULE = '[[rules]]\nname = "ukraine-ceasefire"\nquery = "Ukraine ceasefire"\nchannels = ["{channel}"]\n'


@dataclass(slots=True)
class Place:
    """Runs commands in `folder`, with nothing of the tester's own environment that would change them."""

    folder: Path
    feeds: FeedServer
    env: dict[str, str] = field(default_factory=dict)

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    def configure(self, *feeds: str, channels: str = CONSOLE, rules: str = "") -> None:
        """Write a config.toml that polls these paths of the server, or addresses."""
        addresses = (path if "://" in path else self.feeds.url(path) for path in feeds or ("/world.xml",))
        tables = "".join(f"[[feeds]]\nurl = {json.dumps(address)}\n" for address in addresses)
        rules = rules or RULE.format(channel="console")
        self.config.touch(0o600)
        self.config.write_text(f"{CONFIG}\n{channels}\n{tables}\n{rules}", encoding="utf-8")

    def publish(self, *items: Item, path: str = "/world.xml", title: str = "Example World") -> None:
        self.feeds.script(path, Answer(body=rss(*items, title=title)))

    def make_due(self) -> None:
        """Have all feeds polled again by the next run."""
        with closing(sqlite3.connect(self.folder / "news-monitor.db")) as database, database:
            database.execute("UPDATE feed SET next_poll_at = '2000-01-01 00:00:00'")

    def await_hidden(self, count: int) -> None:
        """Ask, as a person would, until silences have hidden so many messages. Raises AssertionError."""
        for _ in range(60):
            if sum(silence["hidden"] for silence in self.json("silence", "list")) >= count:
                return
        raise AssertionError(f"{count} messages were not hidden, though asked for 60 times")

    def run(self, *arguments: str, env: dict[str, str] | None = None, most_bytes: int | None = None) -> Done:
        """Run a command; `most_bytes`: no file may become larger, as on a full disk."""
        command = ["-m", "monitor", *arguments]
        return warm.run(command, cwd=self.folder, env=self._environment(env), most_bytes=most_bytes)

    def json(self, *arguments: str) -> Any:
        return json.loads(self.run(*arguments, "--json").stdout)

    def on_terminal(
        self, *arguments: str, columns: int = 100, env: dict[str, str] | None = None
    ) -> tuple[int, str]:
        """Run with a terminal for stdout and stderr; return the exit code and all that was shown."""
        process, terminal = self._start_on_terminal(arguments, {"COLUMNS": str(columns), **(env or {})})
        return _finish(process, terminal)

    def interrupted(self, *arguments: str, after: str) -> tuple[int, str]:
        """Run in a terminal, press Ctrl-C once it has shown `after`; return as `on_terminal`."""
        process, terminal = self._start_on_terminal(arguments, {})
        said = _read(terminal, until=after)
        process.send_signal(signal.SIGINT)
        code, rest = _finish(process, terminal)
        return code, said + rest

    def pressed(
        self, key: str, *arguments: str, after: str, meanwhile: Callable[[], object] = lambda: None
    ) -> tuple[int, str]:
        """Run in a terminal, do something `meanwhile`, press a key once it has shown `after`; return as `on_terminal`."""
        process, terminal = self._start_on_terminal(
            arguments, {"COLUMNS": "120", "LINES": "40"}, keyboard=True
        )
        meanwhile()
        said = _read(terminal, until=after)
        os.write(terminal, key.encode())
        code, rest = _finish(process, terminal)
        return code, said + rest

    def _start_on_terminal(
        self, arguments: Sequence[str], env: dict[str, str], *, keyboard: bool = False
    ) -> tuple[warm.Process, int]:
        ours, theirs = pty.openpty()
        with Path(os.devnull).open() as nothing:
            process = warm.Process(
                ["-m", "monitor", *arguments],
                cwd=self.folder,
                env=self._environment({"TERM": "xterm-256color", **env}),
                stdin=theirs if keyboard else nothing.fileno(),
                stdout=theirs,
                stderr=theirs,
            )
        os.close(theirs)
        return process, ours

    def daemon(self) -> Daemon:
        return Daemon(self.config, env=self.env)

    def _environment(self, more: dict[str, str] | None) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **self.env, **(more or {})}


def _finish(process: warm.Process, terminal: int) -> tuple[int, str]:
    said = _read(terminal)
    os.close(terminal)
    return process.wait(30), said


def _read(terminal: int, until: str = "") -> str:
    """Return what is shown, to the end or as soon as `until` is among it."""
    said = b""
    with suppress(OSError):  # Linux says EIO when the other end is closed
        while part := os.read(terminal, 65_536):
            said += part
            if until and until.encode() in said:
                break
    return said.decode().replace("\r\n", "\n")
