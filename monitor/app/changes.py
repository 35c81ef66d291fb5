"""What does a new configuration change? Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace

from monitor.config import Settings
from monitor.model import Changes, Difference, Keep, Web

# The keys that stand behind the fields of Settings, but for those of feeds, rules and channels.
KEYS: Mapping[str, str] = {
    "timezone": "monitor.timezone",
    "owners": "monitor.owner",
    "heartbeat": "monitor.heartbeat",
    "heartbeat_every": "monitor.heartbeat_every",
    "alive": "monitor.alive",
    "concurrency": "fetch.concurrency",
    "per_host": "fetch.per_host",
    "parse_timeout": "parse.timeout",
    "parse_workers": "parse.workers",
    "groups": "groups",
}
_MOST_NAMES = 10
_FETCH = {
    "timeout": "fetch.timeout",
    "max_body": "fetch.max_body",
    "max_redirects": "fetch.max_redirects",
    "allow_networks": "fetch.allow_networks",
    "proxy": "fetch.proxy",
    "contact": "monitor.contact",
}
_RETRY = {
    "first": "delivery.retry_first",
    "longest": "delivery.retry_longest",
    "attempts": "delivery.max_attempts",
    "life": "delivery.max_age",
}
_KEEP = {field.name: f"keep.{field.name}" for field in fields(Keep)}
_WEB = {"host": "web.listen", "port": "web.listen", "auth": "web.auth", "url": "web.url"}
_OFF = Web(host="")


def compare(old: Settings, new: Settings) -> Changes:
    """Return what `new` changes of `old`."""
    return Changes(
        feeds=_difference({one.url: one for one in old.feeds}, {one.url: one for one in new.feeds}),
        rules=_difference({one.name: one for one in old.rules}, {one.name: one for one in new.rules}),
        channels=_difference(
            {one.name: one for one in old.channels}, {one.name: one for one in new.channels}
        ),
        other=tuple(_other(old, new)),
        needs_restart=() if old.database == new.database else ("monitor.database",),
    )


def without_restart(old: Settings, new: Settings) -> Settings:
    """Return `new` as far as it can come into force without a restart."""
    return replace(
        new, database=old.database, database_label=old.database_label, database_file=old.database_file
    )


def in_words(changes: Changes) -> dict[str, str]:
    """Return what has changed in short: how many and which of each kind, as far as a line has room."""
    lists = {"feeds": changes.feeds, "rules": changes.rules, "channels": changes.channels}
    said = {kind: _said(difference) for kind, difference in lists.items() if difference}
    return said | ({"settings": ", ".join(changes.other)} if changes.other else {})


def _said(difference: Difference) -> str:
    named = {"added": difference.added, "removed": difference.removed, "edited": difference.edited}
    return "; ".join(f"{len(names):,} {how} ({_some(names)})" for how, names in named.items() if names)


def _some(names: Sequence[str]) -> str:
    return ", ".join([*names[:_MOST_NAMES], *(["..."] if len(names) > _MOST_NAMES else [])])


def _difference(old: Mapping[str, object], new: Mapping[str, object]) -> Difference:
    return Difference(
        added=tuple(name for name in new if name not in old),
        removed=tuple(name for name in old if name not in new),
        edited=tuple(name for name, value in new.items() if name in old and old[name] != value),
    )


def _other(old: Settings, new: Settings) -> Iterator[str]:
    yield from _differing(old, new, KEYS)
    yield from _differing(old.fetch, new.fetch, _FETCH)
    yield from _differing(old.retry, new.retry, _RETRY)
    yield from _differing(old.keep, new.keep, _KEEP)
    yield from dict.fromkeys(_differing(old.web or _OFF, new.web or _OFF, _WEB))
    # Names of single channels and their recipients stand here, too; those are told as channels.
    if _groups(old) != _groups(new):
        yield "channel_groups"


def _differing(old: object, new: object, keys: Mapping[str, str]) -> Iterator[str]:
    return (key for name, key in keys.items() if getattr(old, name) != getattr(new, name))


def _groups(settings: Settings) -> Mapping[str, Iterable[str]]:
    own = {channel.name.partition("/")[0] for channel in settings.channels}
    return {name: names for name, names in settings.channel_names.items() if name not in own}
