"""`demo`: the real daemon on a made-up news wire."""

import json
import signal
import socket
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from monitor.cli import output
from monitor.cli.ending import GOOD
from monitor.cli.options import load

Seconds = Annotated[
    float | None,
    typer.Option("--seconds", min=1, metavar="N", help="End after N seconds instead of at Ctrl-C."),
]

_PACE = 2.0
_CONFIG = """\
[monitor]
database = {database}
poll_every = "2s"

[web]
listen = "127.0.0.1:{port}"

[fetch]
allow_networks = ["127.0.0.0/8"]

[[channels]]
name = "here"
url = "console:"

[[feeds]]
url = {feed}
full_text = "never"

[[rules]]
name = "ukraine-ceasefire"
query = "Ukraine ceasefire"
channels = ["here"]

[[rules]]
name = "disasters"
query = "earthquake OR flooding"
channels = ["here"]
"""


def demo(seconds: Seconds = None) -> int:
    """Show alerts from a made-up news wire.

    It needs no configuration and no network; the first alert comes within ten seconds. A news wire on this machine publishes a made-up headline every two seconds. The monitor polls it as
    it polls any feed, and prints alerts here. Its database is temporary.

    Example: news-monitor demo --seconds 20
    """
    import asyncio

    from monitor import log

    log.set_up(json_lines=False, level="warning", secrets=())
    output.say("A made-up news wire publishes a headline every two seconds; they appear below as they come.")
    output.say(
        'Alerts follow for the rules "Ukraine ceasefire" and "earthquake OR flooding". Ctrl-C ends it.'
    )
    output.say("After half a minute the headlines come anew; the alerts don't, for an event is told once.")
    port = _free_port()
    output.say(f"The page is at http://127.0.0.1:{port}/ meanwhile.")
    output.say()
    with TemporaryDirectory(prefix="news-monitor-demo-") as folder:
        asyncio.run(_watch_wire(Path(folder), seconds, port))
    return GOOD


async def _watch_wire(folder: Path, seconds: float | None, port: int) -> None:
    import asyncio

    from monitor import daemon
    from monitor.cli.wire import Wire
    from monitor.clock import SystemClock

    async with Wire(pace=_PACE, now=SystemClock().now, published=_say_headline) as wire:
        config = folder / "config.toml"
        config.write_text(_config(folder / "demo.db", wire.url, port), encoding="utf-8")
        settings = load(config)
        if seconds is not None:
            asyncio.get_running_loop().call_later(seconds, signal.raise_signal, signal.SIGINT)
        await daemon.run(settings)


def _free_port() -> int:
    # The usual one may be a daemon's that runs here already.
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def _config(database: Path, feed: str, port: int) -> str:
    # JSON's strings are TOML's, too.
    return _CONFIG.format(database=json.dumps(f"sqlite:///{database}"), feed=json.dumps(feed), port=port)


def _say_headline(title: str) -> None:
    output.say(f"published: {title}")
    sys.stdout.flush()
