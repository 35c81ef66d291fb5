"""One fetch: deadline, hops, answer -> outcome."""

import asyncio
import ssl
from dataclasses import replace
from datetime import timedelta

import httpx

from monitor.clock import Clock, SystemClock
from monitor.fetch.answer import Asked, interpret
from monitor.fetch.failure import NETWORK_ERRORS, Failure, classify
from monitor.fetch.headers import basic_authorization, belonging_to, own_headers, request_headers, user_agent
from monitor.fetch.network import Lookup, Progress, Resolver, system_lookup
from monitor.fetch.redirects import Trail, is_permanent, location
from monitor.fetch.robots import Robots
from monitor.fetch.room import Room
from monitor.fetch.transport import OneShotTransport, read_proxy
from monitor.fetch.url import host_of, is_same, origin, parse_url, without_secrets
from monitor.model import (
    DocumentKind,
    FetchFailed,
    FetchLimits,
    FetchOutcome,
    FetchRequest,
    Reason,
    Secret,
)

# Beyond this a page is a data dump, or an attack on whoever reads it. RFC 9309, 2.5, wants 500 KiB.
_LARGEST = {DocumentKind.PAGE: 2_000_000, DocumentKind.ROBOTS: 512_000}


class HttpFetcher:
    """Fetches over HTTP (implements pipeline.ports.PageFetcher). One for the life of a configuration.

    There is nothing to close: each fetch holds its connections itself.

    `tls` None trusts the certificates of certifi and of the system (SSL_CERT_FILE and SSL_CERT_DIR too).
    Raises ValueError when the contact or the proxy in `limits` can't be used.
    """

    def __init__(
        self,
        limits: FetchLimits,
        *,
        version: str,
        tls: ssl.SSLContext | None = None,
        lookup: Lookup = system_lookup,
        clock: Clock | None = None,
        room: Room | None = None,
    ) -> None:
        self._limits = limits
        self._version = version
        self._tls = tls or _trusting_system_and_certifi()
        self._lookup = lookup
        self._clock = clock or SystemClock()
        self._agent = user_agent(version, limits.contact)
        self._resolver = Resolver(lookup)
        self._room = room or Room()
        self._robots = Robots(self.fetch, self._clock)
        # Not through httpx.AsyncClient: it would keep cookies, log addresses with their passwords, read .netrc and
        # build requests for redirects that are refused here.
        self._transport = OneShotTransport(limits, self._resolver, self._tls)

    def within(self, limits: FetchLimits) -> "HttpFetcher":
        """Return a fetcher with other limits that shares the room for large bodies. Raises ValueError as above."""
        return HttpFetcher(
            limits,
            version=self._version,
            tls=self._tls,
            lookup=self._lookup,
            clock=self._clock,
            room=self._room,
        )

    async def fetch(self, request: FetchRequest) -> FetchOutcome:
        """Fetch one document within all bounds; every failure is a value. Raises OutOfFiles."""
        progress = Progress()
        seconds = self._limits.timeout.total_seconds()
        try:
            async with asyncio.timeout(seconds):
                return await self._follow(request, progress)
        except Failure as failure:
            return _advised(failure.outcome, request.kind)
        except TimeoutError:
            detail = f"not finished after {seconds:g} s, still {progress}"
            return FetchFailed(reason=Reason.TIMEOUT, detail=detail)
        except NETWORK_ERRORS as error:
            return classify(error, str(progress))

    def crawl_delay(self, url: Secret) -> timedelta | None:
        """Return the time that robots.txt wants between two pages of a host, if it was read for one of them."""
        try:
            return self._robots.crawl_delay(without_secrets(parse_url(url.reveal())))
        except Failure:
            return None

    async def _follow(self, request: FetchRequest, progress: Progress) -> FetchOutcome:
        requested = parse_url(request.url.reveal())
        own = own_headers(request.extras, basic_authorization(requested))
        secret = bool(requested.userinfo or requested.query or request.extras.authorization)
        home = without_secrets(requested)
        start = without_secrets(parse_url(request.moved_to.reveal())) if request.moved_to else home
        trail = Trail(start, secret=secret, limit=self._limits.max_redirects)
        proxy = _own_proxy(request.extras.proxy) if request.extras.proxy else None
        while True:
            if request.kind is DocumentKind.PAGE:
                progress.enter("reading robots.txt of", host_of(trail.current))
                await self._robots.check(trail.current, request.extras)
            # Validators, password and own headers belong to what they were given for: one URL, one server.
            sent = belonging_to(trail.current, request.validators, home)
            at_home = origin(trail.current) == origin(requested)
            headers = request_headers(self._agent, sent, request, own if at_home else [])
            response = await self._transport.get(trail.current, headers, progress, proxy=proxy)
            try:
                target = location(response)
                if target is None:
                    withheld = bool(own) and not at_home
                    at_own = is_same(trail.current, home)
                    asked_for = Asked(
                        trail.current, sent, request.freshness, at_own, trail.moved_to, withheld, request.kind
                    )
                    return await interpret(response, asked_for, self._room.share(self._most(request.kind)))
                trail.follow(target, permanent=is_permanent(response))
            finally:
                await response.aclose()

    def _most(self, kind: DocumentKind) -> int:
        return min(self._limits.max_body, _LARGEST.get(kind, self._limits.max_body))


def _advised(outcome: FetchFailed, kind: DocumentKind) -> FetchFailed:
    if outcome.reason is Reason.TOO_LARGE and kind not in _LARGEST:
        return replace(outcome, detail=f"{outcome.detail}; see [fetch] max_body to allow more")
    return outcome


def _own_proxy(proxy: Secret) -> httpx.Proxy:
    try:
        return read_proxy(proxy)
    except ValueError as error:
        raise Failure(Reason.BAD_URL, f"the feed's {error}") from None


def _trusting_system_and_certifi() -> ssl.SSLContext:
    tls = httpx.create_ssl_context(trust_env=False)
    tls.load_default_certs()
    return tls
