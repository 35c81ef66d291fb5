"""Mistakes that only show when tables are seen together.

The checks read the plain tree and skip what has the wrong shape, which `wording.validate` reports: so a
mistake in one table hides none in another.
"""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta

from monitor.config import values
from monitor.config.addresses import Address, read_address
from monitor.config.findings import Finding, Loc, Mistake, did_you_mean, quoted
from monitor.model import Network

Tree = Mapping[str, object]
# Where a table stands, as seen from another: "on line 7".
Place = Callable[[Loc, Loc], str]

_ADVICE_WHEN_NONE = {
    "channels": 'add [[channels]] with name = "console" and url = "console:"',
    "feeds": 'add [[feeds]] with url = "https://..."',
    "rules": "add [[rules]] with name, query and channels",
}
_SHORTEST_INTERVAL = timedelta(minutes=1)


def check(tree: Tree, place: Place, *, complete: bool = True) -> Iterator[Finding]:
    """Find what is absent, what stands twice, what names nothing, and what is polled too often.

    Unless the tree is `complete`, nothing is said of feeds that it might lack.
    """
    yield from _absent(tree, complete)
    for listed in ("channels", "rules"):
        yield from _names_twice(tree, listed, place)
    yield from _feeds_twice(tree, place)
    yield from _two_logins(tree)
    yield from _unknown_channels(tree)
    yield from _unknown_owners(tree)
    if complete:
        yield from _unknown_tags(tree)
    yield from _fast_polls(tree)
    yield from _short_waits(tree)


def tables(tree: Tree, listed: str) -> Iterator[tuple[int, Tree]]:
    """Yield the tables of a list with their positions; nothing when it is no list of tables."""
    found = tree.get(listed)
    for at, table in enumerate(found if isinstance(found, list) else []):
        if isinstance(table, dict):
            yield at, table


def _absent(tree: Tree, complete: bool) -> Iterator[Finding]:
    for listed, advice in _ADVICE_WHEN_NONE.items():
        if tree.get(listed, []) == [] and (complete or listed != "feeds"):
            yield Finding((), f"there are no {listed}", advice)


def _names_twice(tree: Tree, listed: str, place: Place) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for at, table in tables(tree, listed):
        name = table.get("name")
        if isinstance(name, str) and first.setdefault(name, at) != at:
            where: Loc = (listed, at, "name")
            other = place((listed, first[name], "name"), where)
            yield Finding(where, f"the same name as {other}", "give it another")


def _feeds_twice(tree: Tree, place: Place) -> Iterator[Finding]:
    first: dict[tuple[object, ...], int] = {}
    for at, feed in tables(tree, "feeds"):
        address = _address(feed)
        if address is None:
            continue
        if first.setdefault(address.identity, at) != at:
            where: Loc = ("feeds", at, "url")
            other = place(("feeds", first[address.identity], "url"), where)
            yield Finding(where, f"the same feed as {other}", "keep one, with the tags of both")


def _two_logins(tree: Tree) -> Iterator[Finding]:
    for at, feed in tables(tree, "feeds"):
        address = _address(feed)
        if "auth" in feed and address and (address.user or address.password):
            yield Finding(("feeds", at, "auth"), "url holds a user as well", "keep one of the two")


def _unknown_channels(tree: Tree) -> Iterator[Finding]:
    names = [channel.get("name") for _, channel in tables(tree, "channels")]
    known = set(_texts(names))
    for at, rule in tables(tree, "rules"):
        if rule.get("channels") == []:
            advice = f"name one of {quoted(known)}" if known else 'write channels = ["..."]'
            yield Finding(("rules", at, "channels"), "the rule tells nobody", advice)
        elif names and all(isinstance(name, str) for name in names):
            yield from _unknown(("rules", at, "channels"), rule, known, "no channel has this name")


def _unknown_owners(tree: Tree) -> Iterator[Finding]:
    names = [channel.get("name") for _, channel in tables(tree, "channels")]
    if not names or not all(isinstance(name, str) for name in names):
        return
    owner = _table(tree, "monitor").get("owner")
    owners: dict[Loc, object] = {("monitor", "owner"): owner}
    if isinstance(owner, list):
        owners = {("monitor", "owner", at): name for at, name in enumerate(owner)}
    for where, name in owners.items():
        yield from _unknown_name(where, name, set(_texts(names)), "no channel has this name", "channels")


def _unknown_tags(tree: Tree) -> Iterator[Finding]:
    feeds = [feed for _, feed in tables(tree, "feeds")]
    if not feeds or any(not isinstance(feed.get("tags", []), list) for feed in feeds):
        return
    known = {tag for feed in feeds for tag in _texts(_items(feed, "tags"))}
    for at, rule in tables(tree, "rules"):
        yield from _unknown(("rules", at, "tags"), rule, known, "no feed has this tag")


def _unknown(where: Loc, rule: Tree, known: set[str], what: str) -> Iterator[Finding]:
    kind = str(where[-1])
    for at, name in enumerate(_items(rule, kind)):
        yield from _unknown_name((*where, at), name, known, what, kind)


def _unknown_name(where: Loc, name: object, known: set[str], what: str, kind: str) -> Iterator[Finding]:
    if isinstance(name, str) and name not in known:
        near = did_you_mean(name, known)
        hint = f'did you mean "{near}"? ' if near else ""
        yield Finding(where, what, f"{hint}{kind}: {quoted(known) or 'none'}")


def _fast_polls(tree: Tree) -> Iterator[Finding]:
    networks = _networks(tree)
    shared = _table(tree, "monitor").get("poll_every", "15m")
    places: dict[Loc, None] = {}  # a set that keeps its order
    for at, feed in tables(tree, "feeds"):
        where: Loc = ("feeds", at, "poll_every") if "poll_every" in feed else ("monitor", "poll_every")
        every = _duration(feed.get("poll_every", shared))
        address = _address(feed)
        if every and address and every < _SHORTEST_INTERVAL and not address.is_inside(networks):
            places[where] = None
    advice = "only feeds at an address in [fetch] allow_networks may be polled more often"
    yield from (Finding(where, "must be at least 1m", advice) for where in places)


def _short_waits(tree: Tree) -> Iterator[Finding]:
    delivery = _table(tree, "delivery")
    first = _duration(delivery.get("retry_first", "10s"))
    longest = _duration(delivery.get("retry_longest", "1h"))
    if first and longest and longest < first:
        where = "retry_longest" if "retry_longest" in delivery else "retry_first"
        yield Finding(("delivery", where), "retry_longest is shorter than retry_first", "make it longer")


def _networks(tree: Tree) -> list[Network]:
    found = []
    for item in _items(_table(tree, "fetch"), "allow_networks"):
        with contextlib.suppress(Mistake):
            found.append(values.read_network(item))
    return found


def _duration(value: object) -> timedelta | None:
    try:
        return values.read_duration(value)
    except Mistake:
        return None


def _address(feed: Tree) -> Address | None:
    url = feed.get("url")
    try:
        return read_address(url) if isinstance(url, str) else None
    except Mistake:
        return None


def _table(tree: Tree, name: str) -> Tree:
    table = tree.get(name)
    return table if isinstance(table, dict) else {}


def _items(table: Tree, key: str) -> list[object]:
    items = table.get(key)
    return items if isinstance(items, list) else []


def _texts(items: Iterable[object]) -> Iterator[str]:
    return (item for item in items if isinstance(item, str))
