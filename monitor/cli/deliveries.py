"""`deliveries list` and `deliveries retry`: what is sent, waits or was given up."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from monitor.cli import output
from monitor.cli.completing import channel_names, rule_names
from monitor.cli.ending import FAILED, GOOD, WRONG
from monitor.cli.feeds import unknown
from monitor.cli.options import DEFAULT_CONFIG, Config, Json, load, read_span
from monitor.cli.output import Cell, Column, Grid
from monitor.model import SENDING, DeliveryState, DeliveryWish, ListedDelivery
from monitor.moments import lasting, spoken

if TYPE_CHECKING:
    from monitor.config import Settings

_WAITING = (DeliveryState.PENDING, DeliveryState.HELD, DeliveryState.FAILED)
_MOST = 2**63 - 1
# Why these are not sent again.
_NOT_RETRIED = {
    DeliveryState.SENT: "it was sent",
    DeliveryState.PENDING: "it waits to be sent anyway",
    DeliveryState.HELD: "it is held on purpose and will be sent later",
    DeliveryState.SUPPRESSED: "a silence hides it",
}
_STYLES = {"sent": "green", "failed": "yellow", "dead": "red", "held": "cyan", "suppressed": "dim"}

State = Annotated[
    Literal["pending", "held", "sending", "failed", "sent", "dead", "suppressed"] | None,
    typer.Option("--state", "-s", help="Only those in this state."),
]
OneChannel = Annotated[
    str | None,
    typer.Option(
        "--channel",
        metavar="NAME",
        autocompletion=channel_names,
        help="Only those of this channel, or group.",
    ),
]
OneRule = Annotated[
    str | None,
    typer.Option("--rule", "-r", metavar="RULE", autocompletion=rule_names, help="Only those of this rule."),
]
Since = Annotated[
    timedelta | None,
    typer.Option("--since", parser=read_span, metavar="TIME", help="Only of alerts made since, such as 7d."),
]
Most = Annotated[int, typer.Option("--limit", min=1, max=_MOST, metavar="NUMBER", help="The most to list.")]
Numbers = Annotated[
    list[int] | None,
    typer.Argument(
        metavar="NUMBER...", min=1, max=_MOST, help="Their numbers, as deliveries list shows them."
    ),
]
Dead = Annotated[bool, typer.Option("--dead", help="All that were given up.")]


def list_deliveries(
    state: State = None,
    channel: OneChannel = None,
    rule: OneRule = None,
    since: Since = None,
    limit: Most = 50,
    config: Config = DEFAULT_CONFIG,
    as_json: Json = False,
) -> int:
    """List deliveries, the newest first: each is an alert, or a notice, for one channel.

    One is pending (to be sent), held (it waits on purpose), sending, failed (it will be tried again), sent, dead (given up) or
    suppressed (hidden by a silence).

    Example: news-monitor deliveries list --state dead --since 7d
    """
    from monitor.app import ask
    from monitor.app.names import channels_called
    from monitor.clock import SystemClock

    settings, now = load(config), SystemClock().now()
    wish = DeliveryWish(
        state=DeliveryState(state) if state and state != SENDING else None,
        sending=state == SENDING,
        channels=channels_called(settings, channel),
        rule=rule,
        since=None if since is None else now - since,
        limit=limit,
    )
    with ask.open_history(settings) as history:
        deliveries, counts = history.deliveries(wish, now), history.delivery_counts(wish, now)
    if not deliveries and (complaint := _unknown(settings, channel, rule)):
        output.complain(complaint)
        return WRONG
    if as_json:
        output.say_json([asdict(one) for one in deliveries])
    else:
        listing = _grid(deliveries, settings, now)
        count = counts.get(state, 0) if state else sum(counts.values())
        _say(listing, count, everything=wish == DeliveryWish(limit=limit))
    return GOOD


def retry_deliveries(
    numbers: Numbers = None,
    dead: Dead = False,
    channel: OneChannel = None,
    config: Config = DEFAULT_CONFIG,
    as_json: Json = False,
) -> int:
    """Send again what was given up, or what fails and would be tried only later.

    They are due at once and are tried for as long as new ones. It works while the monitor runs.

    Example: news-monitor deliveries retry --dead --channel desk
    """
    import asyncio

    from monitor.app import change
    from monitor.clock import SystemClock

    if bool(numbers) == dead or (channel is not None and not dead):
        output.complain(
            "give the numbers of deliveries, or --dead for all that were given up, if wanted of one --channel"
        )
        return WRONG
    settings = load(config)
    if complaint := _unknown(settings, channel, None):
        output.complain(complaint)
        return WRONG
    now = SystemClock().now()
    revived = asyncio.run(change.retry_deliveries(settings, now, ids=numbers or None, channel=channel))
    left = sorted(set(numbers or ()).difference(number for number, _ in revived))
    if as_json:
        output.say_json({"retried": [number for number, _ in revived], "left": left})
    else:
        _say_retried(revived, left)
        _say_left(left, settings, now)
    return FAILED if left and not revived else GOOD


def _unknown(settings: "Settings", channel: str | None, rule: str | None) -> str:
    rules = [each.name for each in settings.rules]
    if channel is not None and channel not in settings.channel_names:
        return unknown("channel", channel, settings.channel_names)
    return unknown("rule", rule, rules) if rule is not None and rule not in rules else ""


def _say(listing: Grid, count: int, *, everything: bool) -> None:
    if not listing.rows:
        nothing = "Nothing was told so far: no rule has found anything. What rules would find: news-monitor backtest"
        output.say(
            nothing if everything else "There is no such delivery. All of them: news-monitor deliveries list"
        )
        return
    listing.say()
    output.say()
    shown = len(listing.rows)
    more = f"the newest {shown:,} of " if shown < count else ""
    output.say(f"{more}{output.count(count, 'delivery')}" + ("; more: --limit NUMBER" if more else ""))


def _grid(deliveries: Sequence[ListedDelivery], settings: "Settings", now: datetime) -> Grid:
    zone, channels = settings.timezone, {channel.name for channel in settings.channels}
    columns = [
        Column("Delivery", right=True),
        Column("State", note="Why"),
        Column("Channel"),
        Column("Headline", note="Rules"),
        Column("Alerted"),
        Column("Seen after"),
        Column("Sent after"),
        Column("Tries", right=True),
        Column("Next try"),
    ]
    grid = Grid(columns)
    for one in deliveries:
        state = _state(one)
        grid.rows.append(
            [
                Cell(str(one.id)),
                Cell(state, _why(one, channels), _STYLES.get(state, "")),
                Cell(one.channel),
                Cell(_headline(one), ", ".join(one.rules)),
                Cell(spoken(one.created_at, now, zone)),
                Cell(_span(one.published_at, one.seen_at)),
                Cell(_span(one.seen_at or one.created_at, one.sent_at)),
                Cell(f"{one.attempts:,}"),
                Cell(_next_try(one, now, zone)),
            ]
        )
    return grid


def _headline(one: ListedDelivery) -> str:
    """Return what it is about; only a digest of nothing is about no entry and has no subject."""
    return one.title or ("(no title)" if one.entry else "(an empty digest)")


def _state(one: ListedDelivery) -> str:
    return SENDING if one.sending else one.state.value


def _why(one: ListedDelivery, channels: Collection[str]) -> str:
    """Say why it isn't sent, and for whom it stands in."""
    if one.state in _WAITING and one.channel not in channels:
        return "its channel isn't configured any more"
    error = one.error if one.state is not DeliveryState.SENT else ""
    stands_in = f"in place of {one.escalated_from}" if one.escalated_from else ""
    rests = "its channel rests" if one.rests_until and not error else ""
    return "; ".join(filter(None, (stands_in, one.detail or error, rests)))


def _next_try(one: ListedDelivery, now: datetime, zone: tzinfo) -> str:
    if one.next_attempt_at is None or one.sending:
        return ""
    return spoken(max(one.next_attempt_at, one.rests_until or now, now), now, zone)


def _span(began: datetime | None, ended: datetime | None) -> str:
    """Return how long it took; a date in the future is no time that passed."""
    return lasting(max(ended - began, timedelta(0))) if began and ended else ""


def _say_retried(revived: Sequence[tuple[int, str]], left: Collection[int]) -> None:
    if revived:
        channels = Counter(channel for _, channel in revived)
        where = ", ".join(f"{number:,} in {channel}" for channel, number in channels.items())
        output.say(f"{output.count(len(revived), 'delivery')} will be sent again, now: {where}")
    elif not left:
        output.say("Nothing to send again: no delivery was given up.")


def _say_left(numbers: Sequence[int], settings: "Settings", now: datetime) -> None:
    from monitor.app import ask

    if not numbers:
        return
    with ask.open_history(settings) as history:
        for number in numbers:
            wish = DeliveryWish(before=min(number, _MOST - 1) + 1, limit=1)
            found = [one for one in history.deliveries(wish, now) if one.id == number]
            why = _why_left(found[0], settings) if found else "there is none of this number"
            output.complain(f"delivery {number} is left alone: {why}")


def _why_left(delivery: ListedDelivery, settings: "Settings") -> str:
    if delivery.sending:
        return "it is just being sent"
    if delivery.state in _NOT_RETRIED:
        return _NOT_RETRIED[delivery.state]
    if all(delivery.channel != channel.name for channel in settings.channels):
        return f"its channel, {delivery.channel}, isn't configured"
    return f"it is {delivery.state}"  # by now: another has changed it meanwhile
