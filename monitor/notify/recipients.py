"""A URL that names several recipients -> one URL for each.

One result for all of them would make a repeat for one that failed a second copy for the others. Split is only what comes
back from its new URL as it was: the same account, but this one recipient.
"""

import copy
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from monitor.model import Recipient, Secret
from monitor.notify.opening import open_plugin
from monitor.notify.traits import gap, scheme, traits

# Where the plugins whose splitting was tried keep whom they send to.
_HOLDERS = {
    "mailto": ("targets", "cc", "bcc"),
    "slack": ("channels",),
    "tgram": ("targets",),
    "matrix": ("rooms", "users"),
    "ntfy": ("topics",),
}
_MAIL_ARGUMENTS = frozenset({"to", "cc", "bcc"})
_SEVERAL = (
    "the URL names several recipients, which can't be told apart when one of them fails; "
    "write a channel for each, and name them all in the rule"
)
_NOBODY = "the URL names nobody to send to; add the recipient to the URL"


def recipients(url: str) -> tuple[Recipient, ...]:
    """Return whom `url` names, always in the same order. Raises ValueError as `monitor.notify.check_channel`."""
    plugin = open_plugin(url)
    if len(plugin) == 0 or _is_for_all(plugin):
        raise ValueError(_NOBODY)
    if is_for_one(plugin):
        return (_recipient("", url, plugin),)
    if scheme(plugin.schema) not in _HOLDERS:
        raise ValueError(_SEVERAL)
    return tuple(_mail(url, plugin) if scheme(plugin.schema) == "mailto" else _chats(plugin))


def is_for_one(plugin: Any) -> bool:
    """Return True when what the plugin sends goes to one recipient."""
    return len(plugin) == 1 and not getattr(plugin, "cc", None) and not getattr(plugin, "bcc", None)


def _is_for_all(plugin: Any) -> bool:
    """Return True for a Matrix account without a room, which Apprise takes for all rooms that it has joined."""
    return scheme(plugin.schema) == "matrix" and plugin.mode == "off" and not (plugin.rooms or plugin.users)


def _recipient(name: str, url: str, plugin: Any) -> Recipient:
    kind = traits(plugin.schema).format
    return Recipient(name=name, url=Secret(url), format=kind, service=plugin.schema, gap=gap(plugin))


def _mail(url: str, plugin: Any) -> Iterator[Recipient]:
    """Yield each address of to, cc and bcc as the only one of ``to``.

    The URL is changed as it was written: from the one that Apprise would write the domain of the login is missing.
    """
    copies = [(plugin.names.get(address), address) for address in (*sorted(plugin.cc), *sorted(plugin.bcc))]
    named = {address: name for name, address in reversed([*plugin.targets, *copies])}
    for address in dict.fromkeys(address for _, address in (*plugin.targets, *copies)):
        name = named[address]
        yield _same(address, _mail_url(url, name, address), plugin, {"targets": [(name or False, address)]})


def _mail_url(url: str, name: str | None, address: str) -> str:
    parts = urlsplit(url)
    pairs = [pair for pair in parts.query.split("&") if pair.partition("=")[0].lower() not in _MAIL_ARGUMENTS]
    to = quote(f'"{name}" <{address}>' if name else address, safe="")
    return urlunsplit(parts._replace(path="/", query="&".join([*filter(None, pairs), f"to={to}"])))


def _chats(plugin: Any) -> Iterator[Recipient]:
    """Yield each chat, channel, room or topic, with the URL that Apprise writes for a plugin with no other."""
    kind = scheme(plugin.schema)
    held = dict.fromkeys((holder, one) for holder in _HOLDERS[kind] for one in getattr(plugin, holder))
    for number, (holder, one) in enumerate(held, start=1):
        alone = copy.copy(plugin)
        for other in _HOLDERS[kind]:
            setattr(alone, other, [one] if other == holder else [])
        name = ":".join(map(str, filter(None, one))) if isinstance(one, tuple) else str(one)
        # Who knows a topic of ntfy may read it.
        yield _same(str(number) if kind == "ntfy" else name, alone.url(), plugin, {holder: [one]})


def _same(name: str, url: str, plugin: Any, held: dict[str, object]) -> Recipient:
    """Return the recipient behind `url`. Raises ValueError when that isn't `plugin` with nobody but `held`."""
    again = open_plugin(url)
    there = {holder: list(getattr(again, holder)) for holder in _HOLDERS[scheme(plugin.schema)]}
    named = {holder: whom for holder, whom in there.items() if whom}
    if again.url_identifier != plugin.url_identifier or named != held:
        raise ValueError(_SEVERAL)
    return _recipient(name, url, again)
