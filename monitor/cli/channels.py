"""`channels list` and `channels test`."""

import asyncio
from datetime import datetime
from difflib import get_close_matches
from typing import Annotated

import typer

from monitor import __version__
from monitor.cli import output
from monitor.cli.ending import FAILED, GOOD, WRONG
from monitor.cli.options import DEFAULT_CONFIG, Config, Json, load
from monitor.cli.output import Cell, Column, Grid
from monitor.model import Alert, Channel, Entry, Hit, Match, SendOutcome, SendStatus, TextField

Name = Annotated[str, typer.Argument(metavar="NAME", help="A channel's name in config.toml.")]

_TITLE = "Test message from news-monitor"
_WAYS_OUT = {
    SendStatus.FAILED: "check its url in the configuration, and whether the service can be reached from here",
    SendStatus.REFUSED: "the service says no for good: check its url in the configuration",
    SendStatus.UNKNOWN: "it may have arrived all the same: look there before trying again",
}


def list_channels(config: Config = DEFAULT_CONFIG, as_json: Json = False) -> int:
    """List the channels and the rules that use them.

    Example: news-monitor channels list
    """
    settings = load(config)
    rules = {
        channel.name: [rule.name for rule in settings.rules if channel.name in rule.channels]
        for channel in settings.channels
    }
    if as_json:
        output.say_json(
            [
                {"name": channel.name, "service": _service(channel), "rules": rules[channel.name]}
                for channel in settings.channels
            ]
        )
        return GOOD
    grid = Grid([Column("Channel"), Column("Service"), Column("Rules")])
    for channel in settings.channels:
        told = ", ".join(rules[channel.name]) or "none: nothing comes here"
        grid.rows.append([Cell(channel.name, style="bold"), Cell(_service(channel)), Cell(told)])
    grid.say()
    return GOOD


def try_channel(name: Name, config: Config = DEFAULT_CONFIG) -> int:
    """Send a test message through one channel.

    It is made as a real alert is made. Nothing is stored, and nothing is tried again.

    Example: news-monitor channels test desk
    """
    from monitor.alert import render
    from monitor.app.outside import send_test
    from monitor.clock import SystemClock

    settings = load(config)
    channel = next((one for one in settings.channels if one.name == name), None)
    if channel is None:
        output.complain(_unknown(name, [one.name for one in settings.channels]))
        return WRONG
    message = render(_test_alert(SystemClock().now()), channel.format, settings.timezone)
    outcome = asyncio.run(send_test(settings, name, message))
    if outcome.status is SendStatus.SENT:
        output.say(f"The test message is sent to {name}.")
        return GOOD
    output.complain(_unsent(name, outcome))
    return FAILED


def _service(channel: Channel) -> str:
    """Return the scheme of the channel's URL, the one part of it that is no secret."""
    return channel.url.reveal().partition(":")[0].lower()


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


def _unknown(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1)
    advice = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(known) or 'none'}"
    return f"there is no channel {name!r}; {advice}"


def _unsent(name: str, outcome: SendOutcome) -> str:
    detail = f": {outcome.detail}" if outcome.detail else ""
    return f"The test message to {name}: {outcome.status}{detail}; {_WAYS_OUT[outcome.status]}"
