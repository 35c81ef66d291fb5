"""`run`: the daemon."""

import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from monitor import __version__
from monitor.cli import output
from monitor.cli.ending import FAILED, GOOD, WRONG
from monitor.cli.options import DEFAULT_CONFIG, Config, load
from monitor.model import Role

if TYPE_CHECKING:
    from monitor.config import Settings

Once = Annotated[bool, typer.Option("--once", help="Poll every feed that is due, deliver, and end.")]
RoleOption = Annotated[
    Role,
    typer.Option("--role", help="What this one does of the work that several share on one PostgreSQL."),
]
LogFormat = Annotated[
    Literal["text", "json"], typer.Option("--log-format", help="How log lines look; they go to stderr.")
]
LogLevel = Annotated[
    Literal["debug", "info", "warning", "error"],
    typer.Option("--log-level", help="The least that is logged."),
]


def run(
    config: Config = DEFAULT_CONFIG,
    once: Once = False,
    role: RoleOption = Role.ALL,
    log_format: LogFormat = "text",
    log_level: LogLevel = "info",
) -> int:
    """Watch the feeds and send alerts, until SIGTERM or Ctrl-C.

    An edited configuration comes into force while it runs, or is refused and told; SIGHUP reads it at once. Sends
    under way are finished before it ends; a second Ctrl-C ends it at once. What it knows is in
    the database, so it goes on where it was when it is started again.

    On PostgreSQL any number may run, on any machine, with the same feeds, rules and channels; each does its --role: poll (feeds and
    articles), deliver (messages, digests, notices), web (the page), or all of it.

    Example: news-monitor run --config /etc/news-monitor/config.toml
    """
    import asyncio

    from monitor import log

    settings = load(config)
    log.set_up(json_lines=log_format == "json", level=log_level, secrets=settings.secrets)
    if role is Role.WEB and settings.web is None:
        output.complain(f'{config}: --role web has nothing to do: listen in [web] is "off"')
        return WRONG
    if once:
        from monitor.app.once import run_once

        return GOOD if asyncio.run(run_once(settings)) else FAILED
    gc.disable()  # the daemon puts aside all that its start makes, and collects from then on
    from monitor import daemon

    if sys.stderr.isatty():
        output.complain(_welcome(settings, config))
    asyncio.run(daemon.run(settings, role))
    return GOOD


def _welcome(settings: "Settings", config: Path) -> str:
    watched = sum(feed.enabled for feed in settings.feeds)
    feeds, rules = output.count(watched, "feed"), output.count(len(settings.rules), "rule")
    channels = output.count(len(settings.channels), "channel")
    return (
        f"news-monitor {__version__} watches {feeds} for {rules} and tells {channels}, as {config} says."
        " How it goes: news-monitor status. To stop it: Ctrl-C."
    )
