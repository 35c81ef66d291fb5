"""What is the owner told of deliveries? Short lines of plain text."""

from collections.abc import Sequence
from datetime import tzinfo

from monitor.alert.render import spoken_time
from monitor.model import DeadChannel, Doings, Review

_MOST_LINES = 8


def undelivered(dead: Sequence[DeadChannel]) -> Review:
    """Return what is to be said of dead deliveries."""
    count = sum(len(one.deliveries) for one in dead)
    where = dead[0].channel if len(dead) == 1 else f"{len(dead)} channels"
    lines = [
        f"{one.channel}: {_messages(len(one.deliveries))}, the last one for: {one.detail}"
        for one in dead[:_MOST_LINES]
    ]
    if len(dead) > _MOST_LINES:
        lines.append(f"and {len(dead) - _MOST_LINES} channels more")
    lines.append("They are kept. To see them: news-monitor deliveries list --state dead")
    return Review(subject=f"{_messages(count)} to {where} given up", lines=tuple(lines), told=())


def stood_in(channel: str, count: int) -> Review:
    """Return what is to be said when others are told instead of a channel."""
    return Review(subject=f"{_messages(count)} instead of {channel}", lines=(), told=())


def alive(doings: Doings, zone: tzinfo) -> Review:
    """Return the word that the program works, with what it has done."""
    since = spoken_time(doings.since, zone)
    failing = f", of which {doings.failing:,} fail" if doings.failing else ""
    feeds = "1 feed" if doings.feeds == 1 else f"{doings.feeds:,} feeds"
    return Review(
        subject=f"at work, {_messages(doings.told)} since {since}",
        lines=(
            f"{feeds}{failing}",
            f"since {since}: {doings.entries:,} new entries, {doings.alerts:,} alerts, {doings.told:,} messages sent",
            f"{doings.waiting:,} messages wait to be sent, {doings.held:,} are held, {doings.dead:,} are given up",
        ),
        told=(),
    )


def _messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count:,} messages"
