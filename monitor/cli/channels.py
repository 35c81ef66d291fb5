"""`channels list` and `channels test`."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Annotated

import typer

from monitor import __version__
from monitor.cli import output
from monitor.cli.completing import channel_names
from monitor.cli.ending import FAILED, GOOD, WRONG
from monitor.cli.feeds import unknown
from monitor.cli.options import DEFAULT_CONFIG, Config, Json, load
from monitor.cli.output import Cell, Column, Grid
from monitor.errors import StoreError
from monitor.model import (
    Alert,
    Channel,
    ChannelStatus,
    Entry,
    Hit,
    Match,
    SendOutcome,
    SendStatus,
    TextField,
)
from monitor.moments import spoken

if TYPE_CHECKING:
    from monitor.app.channels import ListedChannel
    from monitor.config import Settings

Name = Annotated[
    str,
    typer.Argument(
        metavar="NAME",
        autocompletion=channel_names,
        help="The name of a channel or of a group in config.toml.",
    ),
]

_TITLE = "Test message from news-monitor"
_WAYS_OUT = {
    SendStatus.FAILED: "check its url in the configuration, and whether the service can be reached from here",
    SendStatus.REFUSED: "the service says no for good: check its url in the configuration",
    SendStatus.UNKNOWN: "it may have arrived all the same: look there before trying again",
}


def list_channels(config: Config = DEFAULT_CONFIG, as_json: Json = False) -> int:
    """List the channels: the rules that use them, what waits for them, and when they may be told again.

    Waiting is what is to be sent as soon as the channel may be told; held is what waits on purpose, for a digest, the
    end of quiet hours or others of its group.

    Example: news-monitor channels list
    """
    from monitor.app.channels import channels
    from monitor.clock import SystemClock

    settings, now = load(config), SystemClock().now()
    listed = channels(settings, _stored(settings), now)
    if as_json:
        output.say_json([asdict(one) for one in listed])
    else:
        _grid(listed, now, settings.timezone).say()
    return GOOD


def _stored(settings: "Settings") -> Sequence[ChannelStatus]:
    """Return what is stored of channels, nothing before the first start."""
    import asyncio

    from monitor.app import ask

    try:
        return asyncio.run(ask.status(settings)).channels
    except StoreError:
        return ()


def _grid(channels: Sequence["ListedChannel"], now: datetime, zone: tzinfo) -> Grid:
    columns = [
        Column("Channel"),
        Column("Service"),
        Column("Waiting", right=True),
        Column("Held", right=True),
        Column("Dead", right=True),
        Column("Last success"),
        Column("Rests", note="Why"),
        Column("Rules"),
    ]
    grid = Grid(columns)
    for one in channels:
        waiting = one.pending + one.failed
        grid.rows.append(
            [
                Cell(one.name, style="bold"),
                Cell(one.service),
                Cell(f"{waiting:,}", style="yellow" if waiting else ""),
                Cell(f"{one.held:,}"),
                Cell(f"{one.dead:,}", style="red" if one.dead else ""),
                Cell(spoken(one.last_sent_at, now, zone)),
                Cell(spoken(one.rests_until, now, zone) if one.rests_until else "no", one.rests_because),
                Cell(", ".join(one.rules) or "none: nothing comes here"),
            ]
        )
    return grid


def try_channel(name: Name, config: Config = DEFAULT_CONFIG) -> int:
    """Send a test message through one channel, or through each of a group.

    It is made as a real alert is made. Nothing is stored, and nothing is tried again.

    Example: news-monitor channels test desk
    """
    settings = load(config)
    names = settings.channel_names.get(name, ())
    if not names:
        output.complain(unknown("channel", name, settings.channel_names))
        return WRONG
    return max([_try(settings, channel) for channel in settings.channels if channel.name in names])


def _try(settings: "Settings", channel: Channel) -> int:
    import asyncio

    from monitor.alert import render
    from monitor.app.outside import send_test
    from monitor.clock import SystemClock

    message = render(_test_alert(SystemClock().now()), channel, settings.timezone)
    outcome = asyncio.run(send_test(settings, channel.name, message))
    if outcome.status is SendStatus.SENT:
        output.say(f"The test message is sent to {channel.name}.")
        return GOOD
    output.complain(_unsent(channel.name, outcome))
    return FAILED


def _test_alert(now: datetime) -> Alert:
    entry = Entry(
        title=_TITLE,
        summary=f"If you can read this, alerts arrive here. Nothing has happened. (news-monitor {__version__})",
        published_at=now,
    )
    return Alert(
        id=0,
        entry=entry,
        feed_url="news-monitor channels test",
        feed_name="news-monitor",
        matches=(Match("test", (Hit(TextField.TITLE, 0, len("Test")),)),),
        created_at=now,
    )


def _unsent(name: str, outcome: SendOutcome) -> str:
    detail = f": {outcome.detail}" if outcome.detail else ""
    return f"The test message to {name}: {outcome.status}{detail}; {_WAYS_OUT[outcome.status]}"
