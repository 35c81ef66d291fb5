"""Mistakes of rules and groups that only show beside the other tables: names of nothing, queries that can't be read."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial

from monitor.config.addresses import feed_key, without_password
from monitor.config.channel_checks import unknown_channels
from monitor.config.channels import Names
from monitor.config.findings import MISSING, Finding, Loc, quoted
from monitor.config.options import GROUP_NAME
from monitor.config.tree import Tree, items, nearest, table, tables, texts, unknown_name
from monitor.errors import QueryError
from monitor.match import parse_query

_USE = re.compile(f"@({GROUP_NAME})")

Groups = Mapping[str, Sequence[str]]


def check(tree: Tree, names: Names, *, complete: bool) -> Iterator[Finding]:
    """Find unknown channels, tags, feeds, groups and rules, queries and terms that can't be read, and tests of nothing.

    `names` are those that stand for channels. Unless the tree is `complete`, nothing is said of feeds that it might lack.
    """
    yield from _channels(tree, names)
    yield from _suppressed(tree)
    if complete:
        yield from _feeds(tree)
    yield from _queries(tree)
    yield from _empty(tree)


def read_groups(tree: Tree) -> dict[str, tuple[str, ...]]:
    """Return the terms of all groups."""
    return {name: tuple(text for _, text in _terms(tree, name)) for name in table(tree, "groups")}


def used_groups(query: str) -> set[str]:
    """Return the names of groups that a query, or a term, may name."""
    return set(_USE.findall(query))


def _channels(tree: Tree, names: Names) -> Iterator[Finding]:
    shared = "channels" in (monitor := table(tree, "monitor"))
    if shared:
        yield from _told(("monitor", "channels"), monitor, names, "rules would tell nobody")
    for at, rule in tables(tree, "rules"):
        if "channels" in rule:
            yield from _told(("rules", at, "channels"), rule, names, "the rule tells nobody")
        elif not shared:
            advice = 'add channels = ["..."], here or for all rules under [monitor]'
            yield Finding(("rules", at, "channels"), MISSING, advice)


def _told(where: Loc, told: Tree, names: Names, nobody: str) -> Iterator[Finding]:
    if told["channels"] == []:
        advice = f"name one of {quoted(names)}" if names else 'write channels = ["..."]'
        yield Finding(where, nobody, advice)
    else:
        yield from unknown_channels(where, items(told, "channels"), names)


def _suppressed(tree: Tree) -> Iterator[Finding]:
    named = [(at, rule) for at, rule in tables(tree, "rules") if isinstance(rule.get("name"), str)]
    if not any("suppresses" in rule for _, rule in named):
        return
    suppressed = {str(rule["name"]): list(texts(items(rule, "suppresses"))) for _, rule in named}
    told: set[str] = set()
    for at, rule in named:
        name, where = str(rule["name"]), ("rules", at, "suppresses")
        for place, other in enumerate(items(rule, "suppresses")):
            if other == name:
                yield Finding((*where, place), "names the rule itself", "remove it")
            yield from unknown_name((*where, place), other, set(suppressed), "no rule has this name", "rules")
        circle = () if name in told else _circle(name, suppressed)
        if circle:
            told.update(circle)
            what = f"the rules suppress each other in a circle: {' > '.join([*circle, name])}"
            yield Finding(where, what, "take one out, so that somebody is told")


def _circle(name: str, suppressed: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the shortest way from a rule over others back to it, without its end; () when there is none."""
    ways: list[tuple[str, ...]] = [(name,)]
    seen = {name}
    for way in ways:
        for other in suppressed.get(way[-1], ()):
            if other == name and len(way) > 1:
                return way
            if other not in seen:
                seen.add(other)
                ways.append((*way, other))
    return ()


def _feeds(tree: Tree) -> Iterator[Finding]:
    feeds = [feed for _, feed in tables(tree, "feeds")]
    if not feeds or any(not isinstance(feed.get("tags", []), list) for feed in feeds):
        return
    tags = {tag for feed in feeds for tag in texts(items(feed, "tags"))}
    names_of = cache(partial(_names, feeds))  # most rules name no feeds
    for at, rule in tables(tree, "rules"):
        for key in ("tags", "not_tags"):
            for place, tag in enumerate(items(rule, key)):
                yield from unknown_name(("rules", at, key, place), tag, tags, "no feed has this tag", "tags")
        for key in ("feeds", "not_feeds"):
            for place, name in enumerate(items(rule, key)):
                keys, shown = names_of()
                if isinstance(name, str) and feed_key(name) not in keys:
                    advice = nearest(name, shown, "feeds")
                    yield Finding(("rules", at, key, place), "no feed has this address or name", advice)


def _names(feeds: Sequence[Tree]) -> tuple[set[object], set[str]]:
    """Return what feeds are found by, and what they are called as it may be shown."""
    names = set(texts(feed.get(key) for feed in feeds for key in ("name", "url")))
    return set(map(feed_key, names)), set(map(without_password, names))


def _queries(tree: Tree) -> Iterator[Finding]:
    groups = read_groups(tree)
    mistaken = set()
    for name in groups:
        for where, term in _terms(tree, name):
            if finding := _unreadable(where, term, groups, "term"):
                mistaken.add(name)
                yield finding
    # What is wrong with a group is told once, not again by each rule that names it.
    sound = {name: ("x",) if name in mistaken else terms or ("x",) for name, terms in groups.items()}
    for at, rule in tables(tree, "rules"):
        query = rule.get("query")
        if isinstance(query, str) and (finding := _unreadable(("rules", at, "query"), query, sound, "query")):
            yield finding


def _unreadable(where: Loc, text: str, groups: Groups, kind: str) -> Finding | None:
    try:
        parse_query(text, groups)
    except QueryError as error:
        return Finding(where, f"column {error.column} of the {kind}: {error.what}", error.advice)
    return None


def _terms(tree: Tree, name: str) -> Iterator[tuple[Loc, str]]:
    terms = table(tree, "groups")[name]
    if isinstance(terms, str):
        yield ("groups", name), terms
    for at, term in enumerate(terms if isinstance(terms, list) else []):
        if isinstance(term, str):
            yield ("groups", name, at), term


def _empty(tree: Tree) -> Iterator[Finding]:
    for at, rule in tables(tree, "rules"):
        if rule.get("fields") == []:
            yield Finding(("rules", at, "fields"), "names no part", 'such as ["title"], or leave it out')
        for place, test in tables(rule, "tests"):
            if not (test.get("title") or test.get("text")):
                yield Finding(
                    ("rules", at, "tests", place), "has no text", 'add title = "..." or text = "..."'
                )
