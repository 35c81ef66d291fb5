"""`channels list` and `channels test`."""

from dataclasses import asdict, dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Annotated

import typer

from monitor import __version__, pace
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
    DeliveryState,
    Entry,
    Hit,
    Match,
    SendOutcome,
    SendStatus,
    TextField,
)
from monitor.moments import spoken

if TYPE_CHECKING:
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
    from monitor.clock import SystemClock

    settings, now = load(config), SystemClock().now()
    stored = _stored(settings)
    shown = [
        _Shown(
            channel,
            stored.get(channel.name, ChannelStatus(name=channel.name)),
            _rules(settings, channel.name),
            now,
        )
        for channel in settings.channels
    ]
    if as_json:
        output.say_json([one.as_json() for one in shown])
    else:
        _grid(shown, settings.timezone).say()
    return GOOD


@dataclass(frozen=True, slots=True)
class _Shown:
    """A configured channel, its deliveries so far and the rules that tell it."""

    channel: Channel
    stored: ChannelStatus
    rules: list[str]
    now: datetime

    @property
    def rests_until(self) -> datetime | None:
        """When it may be told again; None: now."""
        free_at = pace.free_at(self.stored.pace, self.channel.max_per_hour, self.now)
        return free_at if free_at > self.now else None

    @property
    def rests_because(self) -> str:
        if self.rests_until is None:
            return ""
        failures = self.stored.pace.failures
        if failures:
            return f"{output.count(failures, 'failure')} in a row: {self.stored.last_error}"
        resting = self.stored.pace.rest_until
        return "between two messages" if resting == self.rests_until else "max_per_hour is used up"

    def as_json(self) -> dict[str, object]:
        stored = asdict(self.stored)
        return {
            "name": self.channel.name,
            "service": _service(self.channel),
            "rules": self.rules,
            **{state.value: stored[state.value] for state in DeliveryState},
            "last_sent_at": self.stored.last_sent_at,
            "last_error": self.stored.last_error,
            "failures": self.stored.pace.failures,
            "rests_until": self.rests_until,
            "rests_because": self.rests_because,
        }


def _stored(settings: "Settings") -> dict[str, ChannelStatus]:
    """Return what is stored of channels, nothing before the first start."""
    import asyncio

    from monitor.app import ask

    try:
        return {channel.name: channel for channel in asyncio.run(ask.status(settings)).channels}
    except StoreError:
        return {}


def _rules(settings: "Settings", name: str) -> list[str]:
    return [rule.name for rule in settings.rules if name in rule.channels]


def _grid(channels: list[_Shown], zone: tzinfo) -> Grid:
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
        stored = one.stored
        rest = f"{spoken(one.rests_until, one.now, zone)}" if one.rests_until else "no"
        grid.rows.append(
            [
                Cell(one.channel.name, style="bold"),
                Cell(_service(one.channel)),
                Cell(f"{stored.waiting:,}", style="yellow" if stored.waiting else ""),
                Cell(f"{stored.held:,}"),
                Cell(f"{stored.dead:,}", style="red" if stored.dead else ""),
                Cell(spoken(stored.last_sent_at, one.now, zone)),
                Cell(rest, one.rests_because),
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


def _unsent(name: str, outcome: SendOutcome) -> str:
    detail = f": {outcome.detail}" if outcome.detail else ""
    return f"The test message to {name}: {outcome.status}{detail}; {_WAYS_OUT[outcome.status]}"
