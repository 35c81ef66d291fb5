"""What publishers don't want fetched, or not so fast: robots.txt, asked before an article's page (RFC 9309).

Feeds are published to be polled, so that robots.txt is not asked about them.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
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


@dataclass(frozen=True, slots=True)
class _Kept:
    """The robots.txt of an origin and what it says of the pace, until it is to be asked for again."""

    until: float
    body: bytes
    crawl_delay: timedelta | None


class Robots:
    """The rules of every host that was asked lately. `fetch` gets robots.txt itself."""

    def __init__(self, fetch: Callable[[FetchRequest], Awaitable[FetchOutcome]], clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._size = 0

    async def check(self, url: httpx.URL, extras: RequestExtras) -> None:
        """Raise Failure when `url` must not be fetched, or when nobody can say now."""
        origin = _origin(url)
        known = self._known(origin)
        body = await self._ask(f"{origin}robots.txt", extras) if known is None else known.body
        rules = Protego.parse(body.decode("utf-8-sig", "replace"))
        if known is None:
            self._keep(origin, body, rules)
        if not rules.can_fetch(str(url), PRODUCT):
            raise Failure(Reason.ROBOTS, f"robots.txt doesn't let us fetch {shown(url)}")

    def crawl_delay(self, url: httpx.URL) -> timedelta | None:
        """Return what is known of the time to leave between two pages of the host of `url`; asks for nothing."""
        known = self._known(_origin(url))
        return known.crawl_delay if known else None

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

    def _known(self, origin: str) -> _Kept | None:
        kept = self._kept.get(origin)
        return kept if kept and self._clock.monotonic() < kept.until else None

    def _keep(self, origin: str, body: bytes, rules: Protego) -> None:
        self._forget(origin)
        until = self._clock.monotonic() + KEPT_FOR.total_seconds()
        self._kept[origin] = _Kept(until, body, _crawl_delay(rules))
        self._size += _weight(origin, body)
        while self._size > MOST_KEPT:
            self._forget(next(iter(self._kept)))

    def _forget(self, origin: str) -> None:
        kept = self._kept.pop(origin, None)
        if kept is not None:
            self._size -= _weight(origin, kept.body)


def _origin(url: httpx.URL) -> str:
    return str(url.copy_with(raw_path=b"/"))


def _crawl_delay(rules: Protego) -> timedelta | None:
    """Return the Crawl-delay that is meant for us; a day for one that is longer."""
    seconds = rules.crawl_delay(PRODUCT)
    return timedelta(seconds=min(seconds, KEPT_FOR.total_seconds())) if seconds else None


def _weight(origin: str, body: bytes) -> int:
    return len(origin) + len(body) + 300  # the objects around them
