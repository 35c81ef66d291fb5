"""What is the owner told of deliveries? Short lines of plain text."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from monitor.alert.render import spoken_time
from monitor.model import ConfigurationState, DeadChannel, Doings, Review, StrandedChannel

_MOST_LINES = 8
# Whoever mends a file saves it more than once.
_CONFIGURATION_EVERY = timedelta(minutes=1)


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


def stranded(channels: Sequence[StrandedChannel], until: datetime, zone: tzinfo) -> Review:
    """Return what is to be said of deliveries whose channels aren't configured any more; the first are given up `until` then."""
    count = sum(len(one.deliveries) for one in channels)
    lines = [f"{one.channel}: {_messages(len(one.deliveries))}" for one in channels[:_MOST_LINES]]
    if len(channels) > _MOST_LINES:
        lines.append(f"and {len(channels) - _MOST_LINES} channels more")
    lines.append(
        f"What waits is sent when the channel is configured again, and given up from {spoken_time(until, zone)} on."
    )
    lines.append(f"To see them: news-monitor deliveries list --channel {channels[0].channel}")
    where = channels[0].channel if len(channels) == 1 else f"{len(channels)} channels"
    verb = "is" if len(channels) == 1 else "are"
    subject = f"{_messages(count)} for {where}, which {verb} not configured any more"
    return Review(subject=subject, lines=tuple(lines), told=())


def configured(state: ConfigurationState, now: datetime, zone: tzinfo) -> Review | None:
    """Return what is to be said of the configuration, None when its owner knows it, or was told something a moment ago."""
    lately = state.told_at is not None and now - state.told_at < _CONFIGURATION_EVERY
    if state.problems == state.told or lately:
        return None
    if not state.problems:
        return Review(subject="the configuration is good again", lines=(), told=())
    mistakes = "a mistake" if state.mistakes == 1 else f"{state.mistakes:,} mistakes"
    lines = [str(problem) for problem in state.problems[:_MOST_LINES]]
    if state.mistakes > len(lines):
        lines.append(f"and {state.mistakes - len(lines):,} more: news-monitor check")
    lines.append(f"That of {spoken_time(state.since, zone)} stays in force.")
    return Review(subject=f"{mistakes} in the configuration", lines=tuple(lines), told=())


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
