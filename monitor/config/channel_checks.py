"""Mistakes of channels and their groups that only show beside other keys and tables."""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from monitor.config.channels import Names, members, stand_for
from monitor.config.findings import Finding, Loc, Mistake
from monitor.config.options import read_windows
from monitor.config.tree import Place, Tree, table, tables, unknown_name
from monitor.model import Window

_GROUPING = ("group_wait", "group_interval", "group_by")
_MONDAY = datetime(2024, 1, 1, tzinfo=UTC)


def check(tree: Tree, names: Names, place: Place) -> Iterator[Finding]:
    """Find channel groups that can't be, names of no channel, and keys of a channel that contradict each other."""
    yield from _same_names(tree, names, place)
    yield from _groups(tree, names)
    yield from _owner(tree, names)
    for at, channel in tables(tree, "channels"):
        where: Loc = ("channels", at)
        yield from _digest(where, channel)
        yield from _quiet_hours(where, channel)
        yield from _escalation(where, channel, names)


def unknown_channels(where: Loc, written: object, known: Collection[str]) -> Iterator[Finding]:
    """Find names of no channel in what is `written` there: one, or a list of them."""
    for here, name in _each(where, written):
        if known:
            yield from unknown_name(here, name, set(known), "no channel has this name", "channels")


def notes(tree: Tree, names: Names) -> Iterator[Finding]:
    """Find who would be told of trouble only with a digest."""
    digests = [channel.get("name") for _, channel in tables(tree, "channels") if "digest" in channel]
    late = set(stand_for(members(digests), names))
    told: dict[Loc, object] = {("monitor", "owner"): table(tree, "monitor").get("owner")}
    for at, channel in tables(tree, "channels"):
        told["channels", at, "escalate_to"] = channel.get("escalate_to")
    for where, written in told.items():
        if found := sorted(late.intersection(stand_for(members(written), names))):
            what = f"{', '.join(found)} learns of trouble only with the next digest"
            yield Finding(where, what, "name a channel without digest")


def _each(where: Loc, written: object) -> Iterator[tuple[Loc, object]]:
    if not isinstance(written, list):
        yield where, written
        return
    for at, name in enumerate(written):
        yield (*where, at), name


def _same_names(tree: Tree, names: Names, place: Place) -> Iterator[Finding]:
    first: dict[str, Loc] = {}
    for at, channel in tables(tree, "channels"):
        name, where = channel.get("name"), ("channels", at, "name")
        for own in {name, *names.get(name, ())} if isinstance(name, str) else ():
            if first.setdefault(own, where) != where:
                own_part = "" if own == name else f"its recipient {own} has "
                yield Finding(
                    where, f"{own_part}the same name as {place(first[own], where)}", "give it another"
                )
    for name in table(tree, "channel_groups"):
        if name in first:
            here: Loc = ("channel_groups", name)
            yield Finding(here, f"the same name as the channel {place(first[name], here)}", "give it another")


def _groups(tree: Tree, names: Names) -> Iterator[Finding]:
    groups = table(tree, "channel_groups")
    for name, written in groups.items():
        if written == []:
            advice = "add one, or remove the group"
            yield Finding(("channel_groups", name), "the group has no channels", advice)
        for here, member in _each(("channel_groups", name), written):
            if isinstance(member, str) and member in groups:
                yield Finding(here, "is a group itself", "write the names of its channels")
            else:
                yield from unknown_channels(here, member, names.keys() - groups.keys())


def _owner(tree: Tree, names: Names) -> Iterator[Finding]:
    monitor = table(tree, "monitor")
    yield from unknown_channels(("monitor", "owner"), monitor.get("owner"), names)
    if "alive" in monitor and "owner" not in monitor:
        yield Finding(("monitor", "alive"), "tells nobody", 'add owner = "...", the channel to tell')


def _digest(where: Loc, channel: Tree) -> Iterator[Finding]:
    if "digest" not in channel:
        if channel.get("digest_empty") is True:
            advice = 'add digest = "0 8 * * *", or remove it'
            yield Finding((*where, "digest_empty"), "there is no digest", advice)
        return
    for key in _GROUPING:
        if key in channel:
            yield Finding((*where, key), "a digest gathers everything already", "keep one of the two")


def _quiet_hours(where: Loc, channel: Tree) -> Iterator[Finding]:
    try:
        windows = read_windows(channel["quiet_hours"])
    except (KeyError, Mistake):
        return
    if _never_end(windows):
        yield Finding((*where, "quiet_hours"), "never end, so that nothing would be told", "leave some hours")


def _never_end(windows: Sequence[Window]) -> bool:
    """Tell whether at the end of each of `windows` another one is open."""
    from monitor.alert import is_active  # noqa: PLC0415 - see read_cron

    ends = (
        datetime.combine(_MONDAY + timedelta(days=day + (window.end <= window.start)), window.end, UTC)
        for window in windows
        for day in window.days
    )
    return all(is_active(windows, end, UTC) for end in ends)


def _escalation(where: Loc, channel: Tree, names: Names) -> Iterator[Finding]:
    after, to = (*where, "escalate_after"), (*where, "escalate_to")
    written = channel.get("escalate_to")
    if "escalate_to" not in channel:
        if "escalate_after" in channel:
            yield Finding(after, "tells nobody", 'add escalate_to = ["..."]')
        return
    if "escalate_after" not in channel:
        yield Finding(to, "doesn't say when", 'add escalate_after = "15m"')
    if written == []:
        yield Finding(to, "names nobody", "name a channel, or remove it")
    yield from unknown_channels(to, written, names)
    told = stand_for(members(written), names)
    if told and set(told) <= set(stand_for(members(channel.get("name")), names)):
        yield Finding(to, "names the channel itself", "name another one")
