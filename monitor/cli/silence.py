"""`silence add`, `silence list` and `silence end`: what nobody is to be told of for a time."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta, tzinfo
from functools import partial
from typing import Annotated

import typer

from monitor.cli import output
from monitor.cli.completing import feed_names, rule_names
from monitor.cli.ending import FAILED, GOOD, WRONG
from monitor.cli.options import DEFAULT_CONFIG, Config, Json, load, read_span
from monitor.cli.output import Cell, Column, Grid
from monitor.model import Silence
from monitor.moments import spoken

_MOST = 2**63 - 1

OneRule = Annotated[
    str | None,
    typer.Option("--rule", "-r", metavar="RULE", autocompletion=rule_names, help="Alerts of this rule."),
]
OneFeed = Annotated[
    str | None,
    typer.Option(
        "--feed", metavar="URL|NAME", autocompletion=feed_names, help="Alerts on entries of this feed."
    ),
]
OneStory = Annotated[
    int | None,
    typer.Option(
        "--story", min=1, max=_MOST, metavar="NUMBER", help="Alerts on this story, or this entry's."
    ),
]
Words = Annotated[
    str | None, typer.Option("--query", "-q", metavar="QUERY", help="Alerts on entries that match a query.")
]
Lasting = Annotated[
    timedelta, typer.Option("--for", parser=read_span, metavar="TIME", help="How long, such as 2h or 3d.")
]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, for those who wonder later.")]
All = Annotated[bool, typer.Option("--all", help="Those that are over, too.")]
Number = Annotated[
    int, typer.Argument(metavar="NUMBER", min=1, max=_MOST, help="Its number, as silence list shows it.")
]


def add_silence(
    lasting: Lasting,
    reason: Reason,
    rule: OneRule = None,
    feed: OneFeed = None,
    story: OneStory = None,
    query: Words = None,
    config: Config = DEFAULT_CONFIG,
    as_json: Json = False,
) -> int:
    """Hide alerts for a time, from all channels.

    Hidden is that for which all of --rule, --feed, --story and --query holds that are given. It is counted, explained and
    never sent later. An alert that another rule tells of as well is still told. It works while the monitor runs.

    Example: news-monitor silence add --rule earthquakes --for 2h --reason 'exercise in Chile'
    """
    import asyncio

    from monitor.app import ask, change
    from monitor.app.silences import NoSilence, checked
    from monitor.clock import SystemClock

    settings, now = load(config), SystemClock().now()
    wanted = Silence(
        id=0,
        created_at=now,
        until=now + lasting,
        reason=reason,
        rule=rule,
        feed=feed,
        story=story,
        query=query,
    )
    try:
        wanted = checked(settings, wanted, partial(ask.open_history, settings))
    except NoSilence as mistake:
        output.complain(f"--{mistake}")
        return WRONG
    silence = replace(wanted, id=asyncio.run(change.add_silence(settings, wanted)))
    if as_json:
        output.say_json(_as_json(silence, now))
    else:
        until = spoken(silence.until, now, settings.timezone)
        output.say(
            f"Silence {silence.id} hides {_hides(silence)}; it ends {until}, or with: news-monitor silence end {silence.id}"
        )
    return GOOD


def list_silences(everything: All = False, config: Config = DEFAULT_CONFIG, as_json: Json = False) -> int:
    """List the silences in force, and how many messages each has hidden.

    Example: news-monitor silence list --all
    """
    from monitor.app import ask
    from monitor.clock import SystemClock

    settings, now = load(config), SystemClock().now()
    with ask.open_history(settings) as history:
        silences = history.silences(None if everything else now)
    if as_json:
        output.say_json([_as_json(silence, now) for silence in silences])
    elif silences:
        _grid(silences, now, settings.timezone).say()
    else:
        which = (
            "There was no silence so far." if everything else "No silence is in force: all alerts are told."
        )
        output.say(f"{which} To add one: news-monitor silence add --rule RULE --for 2h --reason TEXT")
    return GOOD


def end_silence(number: Number, config: Config = DEFAULT_CONFIG, as_json: Json = False) -> int:
    """End a silence before its time. What it has hidden stays hidden.

    Example: news-monitor silence end 3
    """
    import asyncio

    from monitor.app import change
    from monitor.clock import SystemClock

    settings, now = load(config), SystemClock().now()
    silence = asyncio.run(change.end_silence(settings, number, now))
    if silence is None:
        output.complain(f"no silence {number} is in force; see: news-monitor silence list --all")
        return FAILED
    if as_json:
        output.say_json(_as_json(silence, now))
    else:
        hidden = output.count(silence.hidden, "message")
        output.say(f"Silence {number} is over: {_hides(silence)} is told again. It has hidden {hidden}.")
    return GOOD


def _hides(silence: Silence) -> str:
    from monitor.explain import hides

    return hides(silence)


def _grid(silences: Sequence[Silence], now: datetime, zone: tzinfo) -> Grid:
    columns = [Column("Silence"), Column("Hides", note="Reason"), Column("Ends")]
    grid = Grid([*columns, Column("Hidden", right=True)])
    for silence in silences:
        grid.rows.append(
            [
                Cell(str(silence.id)),
                Cell(_hides(silence), silence.reason),
                Cell(_end(silence, now, zone), style="" if silence.in_force(now) else "dim"),
                Cell(f"{silence.hidden:,}"),
            ]
        )
    return grid


def _end(silence: Silence, now: datetime, zone: tzinfo) -> str:
    if silence.ended_at is not None:
        return f"ended {spoken(silence.ended_at, now, zone)}"
    return spoken(silence.until, now, zone)


def _as_json(silence: Silence, now: datetime) -> dict[str, object]:
    from monitor.app.silences import listed

    return asdict(listed(silence, now))
