"""`alerts list` and `alerts show`: what was found, and who was told."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import output
from monitor.cli.completing import channel_names, feed_names, rule_names, tag_names
from monitor.cli.ending import FAILED, GOOD, WRONG
from monitor.cli.feeds import unknown
from monitor.cli.options import DEFAULT_CONFIG, Config, Json, load, read_span
from monitor.cli.output import Cell, Column, Grid
from monitor.model import AlertWish, ListedAlert, Telling, TextField
from monitor.moments import spoken

if TYPE_CHECKING:
    from monitor.config import Settings

_MOST = 2**63 - 1

OneRule = Annotated[
    str | None,
    typer.Option("--rule", "-r", metavar="RULE", autocompletion=rule_names, help="Only those of this rule."),
]
OneFeed = Annotated[
    str | None,
    typer.Option(
        "--feed", metavar="URL|NAME", autocompletion=feed_names, help="Only those on entries of this feed."
    ),
]
OneTag = Annotated[
    str | None,
    typer.Option(
        "--tag", metavar="TAG", autocompletion=tag_names, help="Only those on entries of feeds with this tag."
    ),
]
OneChannel = Annotated[
    str | None,
    typer.Option(
        "--channel",
        metavar="NAME",
        autocompletion=channel_names,
        help="Only those that this channel, or group, was or is to be told.",
    ),
]
OneStory = Annotated[
    int | None,
    typer.Option("--story", metavar="NUMBER", min=1, max=_MOST, help="Only those of this story."),
]
Words = Annotated[
    str | None,
    typer.Option("--words", "-w", metavar="WORDS", help="Only those with all of these in title or summary."),
]
Since = Annotated[
    timedelta | None,
    typer.Option("--since", parser=read_span, metavar="TIME", help="Only those made since, such as 7d."),
]
Most = Annotated[
    int, typer.Option("--limit", min=1, max=_MOST - 1, metavar="NUMBER", help="The most to list.")
]
Which = Annotated[
    int,
    typer.Argument(
        metavar="NUMBER", min=1, max=_MOST, help="The number of the alert, as alerts list shows it."
    ),
]


def list_alerts(
    rule: OneRule = None,
    feed: OneFeed = None,
    tag: OneTag = None,
    channel: OneChannel = None,
    story: OneStory = None,
    words: Words = None,
    since: Since = None,
    limit: Most = 50,
    config: Config = DEFAULT_CONFIG,
    as_json: Json = False,
) -> int:
    """List alerts, the newest first, with the rules that told them and the channels that were told.

    Example: news-monitor alerts list --rule ukraine-ceasefire --since 7d
    """
    from monitor.app import ask
    from monitor.app.names import channels_called, feeds_tagged
    from monitor.clock import SystemClock

    settings, now = load(config), SystemClock().now()
    wish = AlertWish(
        rule=rule,
        feed=feed,
        feeds=feeds_tagged(settings, tag),
        channels=channels_called(settings, channel),
        story=story,
        words=tuple((words or "").split()),
        since=None if since is None else now - since,
        limit=limit,
    )
    with ask.open_history(settings) as history:
        alerts, more = history.alerts(wish)
    if not alerts and (complaint := _unknown(settings, rule, tag, channel)):
        output.complain(complaint)
        return WRONG
    if as_json:
        output.say_json([asdict(alert) for alert in alerts])
    elif alerts:
        _grid(alerts, now, settings.timezone).say()
        output.say()
        output.say(f"{output.count(len(alerts), 'alert')}{'; more: --limit NUMBER' if more else ''}")
    else:
        output.say("There is no such alert. What rules would find: news-monitor backtest")
    return GOOD


def show_alert(which: Which, config: Config = DEFAULT_CONFIG, as_json: Json = False) -> int:
    """Show one alert: what matched where, its story, and who was told when.

    Example: news-monitor alerts show 4711
    """
    from monitor.app import ask
    from monitor.clock import SystemClock

    settings = load(config)
    with ask.open_history(settings) as history:
        alert = history.alert(which)
    if alert is None:
        output.complain(f"there is no alert {which}; see: news-monitor alerts list")
        return FAILED
    if as_json:
        output.say_json(asdict(alert))
        return GOOD
    _say_marked(alert)
    output.say()
    now, zone = SystemClock().now(), settings.timezone
    for name, value in _facts(alert, now, zone):
        output.say(f"{name + ':':<11} {value}")
    output.say()
    output.say(f"why: news-monitor explain {alert.entry}")
    return GOOD


def _unknown(settings: "Settings", rule: str | None, tag: str | None, channel: str | None) -> str:
    from monitor.app.names import tags

    asked = (
        ("rule", rule, [each.name for each in settings.rules]),
        ("tag", tag, tags(settings)),
        ("channel", channel, list(settings.channel_names)),
    )
    return next((unknown(kind, name, known) for kind, name, known in asked if name and name not in known), "")


def _grid(alerts: Sequence[ListedAlert], now: datetime, zone: tzinfo) -> Grid:
    columns = [
        Column("Alert", right=True),
        Column("Headline", note="Feed"),
        Column("Rules"),
        Column("Alerted"),
    ]
    grid = Grid([*columns, Column("Outlets", right=True), Column("Told")])
    for alert in alerts:
        grid.rows.append(
            [
                Cell(str(alert.id)),
                Cell(alert.title or "(no title)", alert.feed_name),
                Cell(", ".join(alert.rules)),
                Cell(spoken(alert.created_at, now, zone)),
                Cell(f"{len(alert.outlets) or 1:,}"),
                Cell(", ".join(f"{told.channel} {told.state.value}" for told in alert.told)),
            ]
        )
    return grid


def _say_marked(alert: ListedAlert) -> None:
    from monitor.alert import excerpt, tidy

    hits = [hit for match in alert.matches if match.withheld is None for hit in match.hits]

    def spans(field: TextField) -> list[tuple[int, int]]:
        return [(hit.start, hit.end) for hit in hits if hit.field is field]

    title = tidy(alert.title or "(no title)", spans(TextField.TITLE))
    output.say_marked(title.text, title.hits)
    for text, field in ((alert.summary, TextField.SUMMARY), (alert.text, TextField.TEXT)):
        if text:
            part = excerpt(text, spans(field))
            output.say_marked(part.text, part.hits, indent="  ")
    if alert.link:
        output.say(f"  {alert.link}")


def _facts(alert: ListedAlert, now: datetime, zone: tzinfo) -> list[tuple[str, str]]:
    facts = [
        ("feed", f"{alert.feed_name} ({alert.feed})" if alert.feed_name != alert.feed else alert.feed),
        ("rules", ", ".join(alert.rules)),
        ("published", spoken(alert.published_at, now, zone) if alert.published_at else "no date"),
        ("seen", spoken(alert.seen_at, now, zone)),
        (
            "alerted",
            spoken(alert.created_at, now, zone) + (", because it has changed" if alert.changed else ""),
        ),
        ("story", f"{alert.story}, reported by {', '.join(alert.outlets)}" if alert.story else ""),
        *((told.channel, _told(told, now, zone)) for told in alert.told),
    ]
    return [(name, value) for name, value in facts if value]


def _told(told: Telling, now: datetime, zone: tzinfo) -> str:
    return f"{told.state.value} {spoken(told.sent_at, now, zone)}" if told.sent_at else told.state.value
