"""What publishers don't want fetched: robots.txt, asked before an article's page (RFC 9309).

Feeds are published to be polled, so that robots.txt is not asked about them.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import httpx
from protego import Protego

from monitor.clock import Clock
from monitor.fetch.failure import Failure
from monitor.fetch.url import shown
from monitor.model import (
    Document,
    DocumentKind,
    FetchOutcome,
    FetchRequest,
    NotModified,
    Reason,
    RequestExtras,
    Secret,
)

PRODUCT = "news-monitor"
# RFC 9309, 2.4: no longer than a day.
KEPT_FOR = timedelta(days=1)
# Of all hosts together. What is kept are bytes: parsed rules take many times as much.
MOST_KEPT = 8_000_000

# There is none, or none that can be had: everything may be fetched (RFC 9309, 2.3.1.3).
_NO_RULES = frozenset(
    {
        Reason.FORBIDDEN,
        Reason.GONE,
        Reason.HTTP_CLIENT_ERROR,
        Reason.HTTP_OTHER,
        Reason.REDIRECT,
    }
)


class Robots:
    """The rules of every host that was asked lately. `fetch` gets robots.txt itself."""

    def __init__(self, fetch: Callable[[FetchRequest], Awaitable[FetchOutcome]], clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, bytes]] = OrderedDict()
        self._size = 0

    async def check(self, url: httpx.URL, extras: RequestExtras) -> None:
        """Raise Failure when `url` must not be fetched, or when nobody can say now."""
        origin = str(url.copy_with(raw_path=b"/"))
        rules = self._known(origin)
        if rules is None:
            rules = await self._ask(f"{origin}robots.txt", extras)
            self._keep(origin, rules)
        allowed = Protego.parse(rules.decode("utf-8-sig", "replace")).can_fetch(str(url), PRODUCT)
        if not allowed:
            raise Failure(Reason.ROBOTS, f"robots.txt doesn't let us fetch {shown(url)}")

    async def _ask(self, address: str, extras: RequestExtras) -> bytes:
        extras = replace(extras, headers=(), authorization=None)
        outcome = await self._fetch(
            FetchRequest(url=Secret(address), extras=extras, kind=DocumentKind.ROBOTS)
        )
        if isinstance(outcome, Document):
            return outcome.body
        if isinstance(outcome, NotModified) or outcome.reason in _NO_RULES:
            return b""
        raise Failure(outcome.reason, f"robots.txt can't be read: {outcome.detail}", outcome.retry_after)

    def _known(self, origin: str) -> bytes | None:
        until, rules = self._kept.get(origin, (0.0, None))
        return rules if self._clock.monotonic() < until else None

    def _keep(self, origin: str, rules: bytes) -> None:
        self._forget(origin)
        self._kept[origin] = (self._clock.monotonic() + KEPT_FOR.total_seconds(), rules)
        self._size += _weight(origin, rules)
        while self._size > MOST_KEPT:
            self._forget(next(iter(self._kept)))

    def _forget(self, origin: str) -> None:
        kept = self._kept.pop(origin, None)
        if kept is not None:
            self._size -= _weight(origin, kept[1])


def _weight(origin: str, rules: bytes) -> int:
    return len(origin) + len(rules) + 300  # the objects around them
