"""Mistakes that only show when tables are seen together."""

import contextlib
from collections.abc import Iterator
from datetime import timedelta

from monitor.config import channel_checks, rule_checks, values
from monitor.config.channels import Names
from monitor.config.findings import Finding, Loc, Mistake
from monitor.config.listening import OFF, is_loopback, split_listen
from monitor.config.schema import KeepTable
from monitor.config.tree import Place, Tree, address_of, items, table, tables
from monitor.model import Network

_ADVICE_WHEN_NONE = {
    "channels": 'add [[channels]] with name = "console" and url = "console:"',
    "feeds": 'add [[feeds]] with url = "https://..."',
    "rules": "add [[rules]] with name, query and channels",
}
_USUALLY_KEPT = {name: field.default for name, field in KeepTable.model_fields.items()}
_NEEDED_FOR = {
    "alerts": "an entry whose alert is forgotten looks as if nobody had been told",
    "seen": "an entry can't be kept without what it is known by",
}
_SHORTEST_INTERVAL = timedelta(minutes=1)


def check(tree: Tree, names: Names, place: Place, *, complete: bool = True) -> Iterator[Finding]:
    """Find what is absent, what stands twice, what names nothing, and what is polled too often.

    `names` are those that stand for channels. Unless the tree is `complete`, nothing is said of feeds that it might lack.
    """
    yield from _absent(tree, complete)
    yield from _rules_twice(tree, place)
    yield from _feeds_twice(tree, place)
    yield from _two_logins(tree)
    yield from _fast_polls(tree)
    yield from _short_waits(tree)
    yield from _open_page(tree)
    yield from _short_memory(tree)
    yield from channel_checks.check(tree, names, place)
    yield from rule_checks.check(tree, names, complete=complete)


def _absent(tree: Tree, complete: bool) -> Iterator[Finding]:
    for listed, advice in _ADVICE_WHEN_NONE.items():
        if tree.get(listed, []) == [] and (complete or listed != "feeds"):
            yield Finding((), f"there are no {listed}", advice)


def _rules_twice(tree: Tree, place: Place) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for at, rule in tables(tree, "rules"):
        name = rule.get("name")
        if isinstance(name, str) and first.setdefault(name, at) != at:
            where: Loc = ("rules", at, "name")
            other = place(("rules", first[name], "name"), where)
            yield Finding(where, f"the same name as {other}", "give it another")


def _feeds_twice(tree: Tree, place: Place) -> Iterator[Finding]:
    first: dict[tuple[object, ...], int] = {}
    for at, feed in tables(tree, "feeds"):
        address = address_of(feed)
        if address is None:
            continue
        if first.setdefault(address.identity, at) != at:
            where: Loc = ("feeds", at, "url")
            other = place(("feeds", first[address.identity], "url"), where)
            yield Finding(where, f"the same feed as {other}", "keep one, with the tags of both")


def _two_logins(tree: Tree) -> Iterator[Finding]:
    for at, feed in tables(tree, "feeds"):
        address = address_of(feed) if "auth" in feed else None
        if address and (address.user or address.password):
            yield Finding(("feeds", at, "auth"), "url holds a user as well", "keep one of the two")


def _fast_polls(tree: Tree) -> Iterator[Finding]:
    networks = _networks(tree)
    usual = _duration(table(tree, "monitor").get("poll_every", "15m"))
    places: dict[Loc, None] = {}  # a set that keeps its order
    for at, feed in tables(tree, "feeds"):
        where: Loc = ("feeds", at, "poll_every") if "poll_every" in feed else ("monitor", "poll_every")
        every = _duration(feed["poll_every"]) if "poll_every" in feed else usual
        if every and every < _SHORTEST_INTERVAL:
            address = address_of(feed)
            if address and not address.is_inside(networks):
                places[where] = None
    advice = "only feeds at an address in [fetch] allow_networks may be polled more often"
    yield from (Finding(where, "must be at least 1m", advice) for where in places)


def _short_waits(tree: Tree) -> Iterator[Finding]:
    delivery = table(tree, "delivery")
    first = _duration(delivery.get("retry_first", "10s"))
    longest = _duration(delivery.get("retry_longest", "1h"))
    if first and longest and longest < first:
        where = "retry_longest" if "retry_longest" in delivery else "retry_first"
        yield Finding(("delivery", where), "retry_longest is shorter than retry_first", "make it longer")


def _open_page(tree: Tree) -> Iterator[Finding]:
    web = table(tree, "web")
    listen = web.get("listen", OFF)
    if "auth" in web or not isinstance(listen, str) or listen == OFF:
        return
    with contextlib.suppress(Mistake):
        if not is_loopback(split_listen(listen)[0]):
            yield Finding(
                ("web", "listen"),
                "others than this machine could see and change everything",
                'add auth = { basic = "desk:${WEB_PASSWORD}" }, or listen on 127.0.0.1',
            )


def _short_memory(tree: Tree) -> Iterator[Finding]:
    written = table(tree, "keep")
    entries = written.get("entries", _USUALLY_KEPT["entries"])
    for key in ("alerts", "seen"):
        longer = written.get(key, _USUALLY_KEPT[key])
        if _is_longer(entries, longer):
            where = key if key in written else "entries"
            enough = f'write {key} = "{entries}"' + ("" if entries == "forever" else " or more")
            advice = f"{enough}: {_NEEDED_FOR[key]}"
            yield Finding(("keep", where), f"{key} ({longer}) is shorter than entries ({entries})", advice)


def _is_longer(one: object, other: object) -> bool:
    """Tell whether one is kept for longer than the other, as far as both can be read."""
    try:
        first, second = (values.kept("0s", "")(value) for value in (one, other))
    except Mistake:
        return False
    return second is not None and (first is None or first > second)


def _networks(tree: Tree) -> list[Network]:
    found = []
    for item in items(table(tree, "fetch"), "allow_networks"):
        with contextlib.suppress(Mistake):
            found.append(values.read_network(item))
    return found


def _duration(value: object) -> timedelta | None:
    try:
        return values.read_duration(value)
    except Mistake:
        return None
