"""What the tests of the fetcher share: one fetch over real sockets, and its outcome of the wanted kind."""

import asyncio
import ssl
from datetime import timedelta
from ipaddress import ip_network

from monitor.fetch import HttpFetcher
from monitor.fetch.network import Lookup, system_lookup
from monitor.model import (
    Document,
    FetchFailed,
    FetchLimits,
    FetchOutcome,
    FetchRequest,
    Network,
    Reason,
    Secret,
    Validators,
)

UNCONDITIONAL = Validators()
LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"),)


def limits(
    *,
    seconds: float = 10.0,
    max_body: int = 100_000,
    max_redirects: int = 5,
    allow: tuple[Network, ...] = LOOPBACK,
    proxy: str | None = None,
    contact: str | None = None,
) -> FetchLimits:
    return FetchLimits(
        timeout=timedelta(seconds=seconds),
        max_body=max_body,
        max_redirects=max_redirects,
        allow_networks=allow,
        proxy=None if proxy is None else Secret(proxy),
        contact=contact,
    )


def request(url: str, validators: Validators = UNCONDITIONAL) -> FetchRequest:
    return FetchRequest(url=Secret(url), validators=validators)


def fetch(
    url: str,
    bounds: FetchLimits | None = None,
    *,
    validators: Validators = UNCONDITIONAL,
    tls: ssl.SSLContext | None = None,
    lookup: Lookup = system_lookup,
) -> FetchOutcome:
    async def once() -> FetchOutcome:
        fetcher = HttpFetcher(bounds or limits(), version="1.2", tls=tls, lookup=lookup)
        return await fetcher.fetch(request(url, validators))

    return asyncio.run(once())


def served(outcome: FetchOutcome) -> Document:
    assert isinstance(outcome, Document), outcome
    return outcome


def failed(outcome: FetchOutcome, reason: Reason) -> str:
    """Return the detail."""
    assert isinstance(outcome, FetchFailed), outcome
    assert outcome.reason is reason, outcome
    assert len(outcome.detail.splitlines()) == 1
    assert outcome.detail.isascii()
    assert outcome.detail.isprintable()
    return outcome.detail
