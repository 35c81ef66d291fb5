"""A bulletin as a page: several alerts in one message, each occasion in its own words."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from monitor.alert.excerpt import one_line
from monitor.alert.graphemes import cut
from monitor.alert.render.alert import alert_pages, card, row
from monitor.alert.render.digest import digest_blocks, stories
from monitor.alert.render.page import Block, Page
from monitor.alert.render.times import spoken_time
from monitor.alert.windows import covering
from monitor.model import Alert, Bulletin, Channel, Layout, Occasion

# Shorter than those of an alert, so that a title leaves room for what it stands above.
_LONGEST_TITLE = 120
_LONGEST_RULE = 40
_MOST_RULES = 4
# As many headlines as a summary is read for.
_MOST_ROWS = 20
# How long excerpts are, and how short they become before there are only rows (None).
_WIDTHS = (240, 120, None)


def bulletin_pages(bulletin: Bulletin, channel: Channel, zone: tzinfo) -> Iterator[Page]:
    """Yield the page about several alerts, then the same in ever fewer words.

    A lone alert is told as one, with the reason why it comes late; but a digest stays one.
    """
    if bulletin.total == 1 and bulletin.occasion is not Occasion.DIGEST:
        yield from alert_pages(bulletin.alerts[0], channel.layout, zone, late=_late(bulletin, channel, zone))
        return
    page = Page(
        title=cut(_title(bulletin, channel, zone), _LONGEST_TITLE),
        blocks=(),
        opening=_opening(bulletin, zone),
        total=bulletin.total,
        more=_list(channel),
    )
    if bulletin.occasion is Occasion.OVERFLOW:
        page = replace(page, closing=(f"All of them: {page.more}",), more="")
    brief = channel.layout is Layout.SHORT or bulletin.occasion is Occasion.OVERFLOW
    for width in _WIDTHS[-1:] if brief else _WIDTHS:
        yield replace(page, blocks=_blocks(bulletin, zone, width))


def _title(bulletin: Bulletin, channel: Channel, zone: tzinfo) -> str:
    alerts = _count(bulletin.total, "alert", "alerts")
    match bulletin.occasion:
        case Occasion.QUIET:
            return f"While it was quiet{_hours(bulletin, channel, zone)}: {alerts}"
        case Occasion.OVERFLOW:
            return f"{_count(bulletin.total, 'more alert', 'more alerts')}: more than the channel takes in an hour"
        case Occasion.DIGEST:
            return f"{_name(channel)}: {_digested(bulletin)}"
        case _:
            return f"{alerts}: {_named(bulletin)}"


def _opening(bulletin: Bulletin, zone: tzinfo) -> tuple[str, ...]:
    """Return what stands above the alerts: how many of each rule they are, or of what time."""
    if bulletin.occasion is Occasion.OVERFLOW:
        return (_counted(bulletin),)
    if bulletin.occasion is not Occasion.DIGEST:
        return ()
    since = spoken_time(bulletin.since, zone)
    if not bulletin.total:
        return (f"Nothing since {since}.",)
    return (f"From {since} to {spoken_time(_newest(bulletin), zone)}",)


def _blocks(bulletin: Bulletin, zone: tzinfo, width: int | None) -> tuple[Block, ...]:
    if not bulletin.alerts:
        return ()
    today = _newest(bulletin).astimezone(zone).date()
    if bulletin.occasion is Occasion.DIGEST:
        return tuple(digest_blocks(bulletin, zone, today, width))
    alerts = _ordered(bulletin)
    if width is None:
        return tuple(row(alert, zone, today) for alert in alerts)
    cards = [card(alert, zone, width, today) for alert in alerts]
    # The title of a group has told its only rule.
    told = bulletin.occasion is Occasion.GROUP and len(bulletin.rules) == 1
    return tuple(replace(one, rules="") if told else one for one in cards)


def _ordered(bulletin: Bulletin) -> Sequence[Alert]:
    """Return the most important of an overflow, all others newest first."""
    if bulletin.occasion is Occasion.OVERFLOW:
        return bulletin.alerts[:_MOST_ROWS]
    return sorted(bulletin.alerts, key=lambda alert: alert.created_at, reverse=True)


def _newest(bulletin: Bulletin) -> datetime:
    return max(alert.created_at for alert in bulletin.alerts)


def _late(bulletin: Bulletin, channel: Channel, zone: tzinfo) -> tuple[str, ...]:
    if bulletin.occasion is not Occasion.QUIET:
        return ()  # a group waits no longer than people chose to wait for it
    return (f"It waited for the end of the quiet hours{_hours(bulletin, channel, zone)}.",)


def _hours(bulletin: Bulletin, channel: Channel, zone: tzinfo) -> str:
    """Return the quiet hours in which the first of them came, in brackets; "" when they are others by now."""
    window = covering(channel.quiet_hours, bulletin.since, zone)
    return f" ({window.start:%H:%M}-{window.end:%H:%M})" if window else ""


def _name(channel: Channel) -> str:
    """Return what a channel's digest is called: "Morning digest"; one recipient of several reads it as all do."""
    name = one_line(channel.name.partition("/")[0])
    return f"{name[:1].upper()}{name[1:]}{'' if 'digest' in name.lower() else ' digest'}"


def _digested(bulletin: Bulletin) -> str:
    if not bulletin.total:
        return "nothing new"
    alerts = _count(bulletin.total, "alert", "alerts")
    told = len(stories(bulletin.alerts))
    # Of alerts that aren't here nobody knows how many stories they are.
    known = bulletin.total == len(bulletin.alerts) and told < bulletin.total
    return f"{alerts} in {_count(told, 'story', 'stories')}" if known else alerts


def _named(bulletin: Bulletin) -> str:
    return _listed([rule for rule, _ in _by_count(bulletin)])


def _counted(bulletin: Bulletin) -> str:
    return _listed([f"{rule} {count}" for rule, count in _by_count(bulletin)])


def _by_count(bulletin: Bulletin) -> list[tuple[str, int]]:
    ordered = sorted(bulletin.rules.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(cut(one_line(rule), _LONGEST_RULE), count) for rule, count in ordered]


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST_RULES
    last = f" and {_count(more, 'more rule', 'more rules')}" if more > 0 else ""
    return ", ".join(names[:_MOST_RULES]) + last


def _list(channel: Channel) -> str:
    return f"news-monitor deliveries list --channel {shlex.quote(one_line(channel.name))}"


def _count(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"
