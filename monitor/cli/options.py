"""Options that commands share, and what they stand for."""

import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import output

if TYPE_CHECKING:  # importing it takes half a second, which --help hasn't got
    from monitor.config import Glimpse, Settings

Config = Annotated[
    Path,
    typer.Option(
        "--config", "-c", envvar="NEWS_MONITOR_CONFIG", metavar="FILE", help="The configuration file."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, with times in UTC.")]


# Dates end some thousand years from now, and began some before.
_LONGEST = timedelta(days=36_500)


def read_span(text: str) -> timedelta:
    """Read a time such as ``7d`` or ``12h``, at most a hundred years. Raises typer.BadParameter."""
    from monitor.config import read_duration

    try:
        span = read_duration(text)
    except ValueError as mistake:
        raise typer.BadParameter(str(mistake)) from None
    if span > _LONGEST:
        raise typer.BadParameter("must be at most 36500d")
    return span


def peep(config: Path) -> "Glimpse | None":
    """Read of a configuration with mistakes what it takes to look into its database; None when that can't be told."""
    from monitor import log
    from monitor.config import glimpse

    seen = glimpse(config, os.environ)
    if seen:
        output.hide(seen.secrets)
        log.set_up(json_lines=False, level="warning", secrets=seen.secrets)
    return seen


DEFAULT_CONFIG = Path("config.toml")


def load(config: Path) -> "Settings":
    """Read the configuration and keep its secrets out of all output. Raises ConfigError."""
    from monitor import log
    from monitor.app.settings import load_settings

    settings = load_settings(config, os.environ)
    output.hide(settings.secrets)
    log.set_up(json_lines=False, level="warning", secrets=settings.secrets)
    return settings
