"""Channels, and the names that stand for them: of one, of all recipients of a URL, of a group."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

from monitor.config.schema import ChannelTable, RuleTable
from monitor.config.tree import Tree, table, tables, texts
from monitor.model import Channel, Escalation, Grouping, Recipient

# Whom the channels' URLs name, by the channels' positions; a channel whose URL is refused is absent.
Recipients = Mapping[int, Sequence[Recipient]]
# What a name that may be used for channels stands for.
Names = Mapping[str, tuple[str, ...]]

_WAIT, _INTERVAL = timedelta(seconds=30), timedelta(minutes=5)


def read_names(tree: Tree, recipients: Recipients) -> Names:
    """Return all names that channels may be meant by; none while a channel has no name that could be one."""
    own: dict[str, tuple[str, ...]] = {}
    for at, channel in tables(tree, "channels"):
        name = channel.get("name")
        if not isinstance(name, str):
            return {}
        parts = own_names(name, recipients.get(at, ()))
        own |= {part: (part,) for part in parts} | {name: parts}
    groups = table(tree, "channel_groups")
    return {name: stand_for(members(groups[name]), own) for name in groups} | own


def own_names(name: str, recipients: Sequence[Recipient]) -> tuple[str, ...]:
    """Return the names of the channels of one table: one for each recipient, where there are several."""
    return tuple(f"{name}/{one.name}" for one in recipients) if len(recipients) > 1 else (name,)


def members(written: object) -> tuple[str, ...]:
    """Return the names in a list of them, or the one that is written without a list."""
    return tuple(texts(written if isinstance(written, list) else [written]))


def stand_for(names: Iterable[str], known: Names) -> tuple[str, ...]:
    """Return the channels that `names` stand for, each once."""
    return tuple(dict.fromkeys(channel for name in names for channel in known.get(name, ())))


def build_channels(
    written: Sequence[ChannelTable], recipients: Recipients, known: Names
) -> Iterator[Channel]:
    """Yield a channel for each recipient."""
    for at, channel in enumerate(written):
        names = own_names(channel.name, recipients[at])
        for name, recipient in zip(names, recipients[at], strict=True):
            yield _channel(name, recipient, channel, _escalation(channel, names, known))


def read_grouping(written: ChannelTable | RuleTable) -> Grouping | None:
    """Return how alerts are gathered; not at all when nothing is said of it."""
    wait, interval, by = written.group_wait, written.group_interval, written.group_by
    if wait is None and interval is None and by is None:
        return None
    return Grouping(
        wait=_WAIT if wait is None else wait,
        interval=_INTERVAL if interval is None else interval,
        by=by or frozenset(),
    )


def _channel(
    name: str, recipient: Recipient, written: ChannelTable, escalation: Escalation | None
) -> Channel:
    return Channel(
        name=name,
        url=recipient.url,
        format=recipient.format,
        service=recipient.service,
        gap=recipient.gap if written.gap is None else written.gap,
        max_per_hour=written.max_per_hour,
        quiet_hours=written.quiet_hours or (),
        digest=written.digest,
        digest_empty=written.digest_empty,
        grouping=read_grouping(written),
        layout=written.layout,
        escalation=escalation,
    )


def _escalation(written: ChannelTable, own: Sequence[str], known: Names) -> Escalation | None:
    if written.escalate_after is None or written.escalate_to is None:
        return None
    # A group that a channel is in may stand in for it: the others do.
    others = tuple(name for name in stand_for(written.escalate_to, known) if name not in own)
    return Escalation(after=written.escalate_after, to=others)
