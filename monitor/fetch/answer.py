"""Status -> outcome."""

from dataclasses import dataclass, replace

import httpx

from monitor.fetch.body import read_body
from monitor.fetch.failure import Failure, status_text
from monitor.fetch.headers import fresh_for, received_freshness, received_validators, retry_after
from monitor.fetch.redirects import LONGEST_KEPT
from monitor.fetch.room import Share
from monitor.model import (
    NO_VALIDATORS,
    Document,
    DocumentKind,
    FetchOutcome,
    Freshness,
    NotModified,
    Reason,
    Secret,
    Validators,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """The last hop: its address, the validators it was asked with, whether it is the feed's own address.

    `freshness`: see FetchRequest; `moved_to`: see Document. `withheld`: the feed has a login or headers of
    its own, which are for another server.
    """

    url: httpx.URL
    sent: Validators
    freshness: Freshness
    at_home: bool
    moved_to: Secret | None
    withheld: bool = False
    kind: DocumentKind = DocumentKind.FEED


async def interpret(response: httpx.Response, asked: Asked, share: Share) -> FetchOutcome:
    """Return what the last hop's answer means; its body takes `share`. Raises Failure."""
    headers = response.headers.raw
    received = received_validators(headers)
    freshness = received_freshness(headers)
    if response.status_code == 304 and asked.sent != NO_VALIDATORS:
        freshness = _renewed(asked.freshness, freshness)
        return NotModified(
            validators=_owned(_refreshed(asked.sent, received), asked),
            freshness=freshness,
            fresh_for=fresh_for(freshness, headers),
            moved_to=asked.moved_to,
        )
    if asked.kind is DocumentKind.PING and response.is_success:
        return Document(url=str(asked.url), body=b"")
    if response.status_code != 200:
        raise _refusal(response, asked)
    document = Document(
        url=str(asked.url),
        body=await read_body(response, share),
        content_type=response.headers.get("content-type"),
        validators=_owned(received, asked),
        freshness=freshness,
        fresh_for=fresh_for(freshness, headers),
        moved_to=asked.moved_to,
    )
    share.last_as_long_as(document)
    return document


def _refreshed(sent: Validators, received: Validators) -> Validators:
    return Validators(received.etag or sent.etag, received.last_modified or sent.last_modified)


def _renewed(kept: Freshness, received: Freshness) -> Freshness:
    """Return what holds after a 304: a header that it doesn't repeat stays (RFC 9111, 4.3.4 and 3.2)."""
    return Freshness(received.cache_control or kept.cache_control, received.expires or kept.expires)


def _owned(validators: Validators, asked: Asked) -> Validators:
    if asked.at_home or validators == NO_VALIDATORS:
        return validators
    address = str(asked.url)
    return replace(validators, url=Secret(address)) if len(address) <= LONGEST_KEPT else NO_VALIDATORS


def _refusal(response: httpx.Response, asked: Asked) -> Failure:
    status = response.status_code
    wait = retry_after(response.headers.raw) if status in (429, 503) else None
    reason = Reason.RATE_LIMITED if wait is not None else _reason(status)
    if reason is Reason.GONE and not asked.at_home:
        reason = Reason.HTTP_CLIENT_ERROR  # what is gone is the other address, not the feed's own
    detail = f"the server answered {status_text(status)}"
    if reason is Reason.FORBIDDEN and asked.withheld:
        detail += "; login and headers were not sent there, after a redirect: write its address as url"
    return Failure(reason, detail, wait)


def _reason(status: int) -> Reason:
    if status == 410:
        return Reason.GONE
    if status in (401, 403):
        return Reason.FORBIDDEN
    if status == 429:
        return Reason.RATE_LIMITED
    if 400 <= status < 500:
        return Reason.HTTP_CLIENT_ERROR
    if 500 <= status < 600:
        return Reason.HTTP_SERVER_ERROR
    return Reason.HTTP_OTHER
