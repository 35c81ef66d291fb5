"""What is sent, and what is read from the headers of an answer."""

import base64
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import unquote_to_bytes

import httpx

from monitor.fetch.exchange import Headers
from monitor.fetch.url import is_same
from monitor.model import (
    NO_FRESHNESS,
    NO_VALIDATORS,
    DocumentKind,
    FetchRequest,
    Freshness,
    RequestExtras,
    Validators,
)

_ACCEPT = {
    DocumentKind.FEED: b"application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9, "
    b"application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1",
    DocumentKind.PAGE: b"text/html, application/xhtml+xml;q=0.9, */*;q=0.1",
    DocumentKind.ROBOTS: b"text/plain, */*;q=0.1",
    DocumentKind.PING: b"*/*",
}
# Servers refuse requests with longer headers, and one that gave such a value would refuse us for ever.
_LONGEST_VALIDATOR = 1_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LONGEST_WAIT = timedelta(days=366)


def user_agent(version: str, contact: str | None) -> bytes:
    """Return product, version and contact. Raises ValueError when they can't stand in a header."""
    text = f"news-monitor/{version}" + (f" (+{contact})" if contact else "")
    if not (text.isascii() and text.isprintable()):
        raise ValueError("the contact for the User-Agent must be printable ASCII")
    return text.encode("ascii")


def basic_authorization(url: httpx.URL) -> bytes | None:
    """Return the Authorization value (RFC 7617) for a URL's userinfo, None when it has none."""
    if not url.userinfo:
        return None
    user, _, password = url.userinfo.partition(b":")
    return b"Basic " + base64.b64encode(unquote_to_bytes(user) + b":" + unquote_to_bytes(password))


def own_headers(extras: RequestExtras, authorization: bytes | None) -> Headers:
    """Return what only the origin of the feed's own address may see.

    `authorization` is that of the address itself; the configured one stands for it.
    """
    if extras.authorization:
        authorization = extras.authorization.reveal().encode("latin-1")
    own = [(name.encode("ascii"), value.reveal().encode("latin-1")) for name, value in extras.headers]
    return [(b"Authorization", authorization), *own] if authorization else own


def request_headers(agent: bytes, validators: Validators, request: FetchRequest, own: Headers) -> Headers:
    """Return all headers but Host, in the order in which they are sent; `own` ones go before ours."""
    extras = request.extras
    wanted = (
        (b"User-Agent", _as_sent(extras.user_agent) or agent),
        (b"Accept", _ACCEPT[request.kind]),
        (b"Accept-Encoding", b"gzip, deflate"),
        (b"Accept-Language", _as_sent(extras.language)),
        (b"If-None-Match", _as_sent(validators.etag)),
        (b"If-Modified-Since", _as_sent(validators.last_modified)),
        (b"Connection", b"close"),
    )
    ours = [(name, value) for name, value in wanted if value]
    if own:
        taken = {name.lower() for name, _ in own}
        ours = [header for header in ours if header[0].lower() not in taken]
    return [*ours, *own]


def belonging_to(url: httpx.URL, validators: Validators, home: httpx.URL) -> Validators:
    """Return what of `validators` can be sent to `url`. Those without an address belong to `home`."""
    theirs = is_same(url, home) if validators.url is None else str(url) == validators.url.reveal()
    if not theirs:
        return NO_VALIDATORS
    return Validators(_usable(validators.etag), _usable(validators.last_modified))


def received_validators(headers: Headers) -> Validators:
    """Return an answer's validators byte for byte, without the values that can't be sent back."""
    return Validators(_usable(_first(headers, b"etag")), _usable(_first(headers, b"last-modified")))


def received_freshness(headers: Headers) -> Freshness:
    """Return what an answer says of its freshness, without the values that are too long to keep."""
    said = ", ".join(_all(headers, b"cache-control"))
    return Freshness(_usable(said), _usable(_first(headers, b"expires")))


def fresh_for(freshness: Freshness, headers: Headers) -> timedelta | None:
    """Return how long an answer with these `headers` stays current (RFC 9111, 4.2), None when it doesn't say.

    That is max-age, else Expires against the answer's own Date, less the time it has spent in caches.
    What is for shared caches (s-maxage) isn't for us; one that mustn't be kept says nothing of its change.
    """
    if freshness == NO_FRESHNESS:
        return None
    directives = _directives(freshness.cache_control or "")
    if not directives.keys().isdisjoint(("no-cache", "no-store")):
        return None
    age = _seconds(_first(headers, b"age") or "") or timedelta(0)
    lifetime = (
        _seconds(directives["max-age"])
        if "max-age" in directives
        else _after_date(freshness.expires or "", headers)
    )
    return lifetime - age if lifetime is not None and lifetime > age else None


def retry_after(headers: Headers) -> timedelta | None:
    """Return how long to stay away: seconds, or an HTTP-date measured against the answer's own Date.

    So a wrong clock on either side does no harm. None when absent, garbage or in the past.
    """
    value = _first(headers, b"retry-after") or ""
    seconds = _seconds(value)
    return _after_date(value, headers) if seconds is None else seconds


def content_codings(headers: Headers) -> list[str]:
    """Return the names of the body's encodings, outermost last, in lower case."""
    listed = ",".join(_all(headers, b"content-encoding")).lower().split(",")
    return [name.strip() for name in listed if name.strip() not in ("", "identity")]


def content_length(headers: Headers) -> int | None:
    """Return the announced length of the body as it travels, None when there is none."""
    value = _first(headers, b"content-length") or ""
    return int(value[:20]) if re.fullmatch(r"[0-9]+", value) else None


def _directives(cache_control: str) -> dict[str, str]:
    """Return the directives of Cache-Control, names in lower case, the first of each."""
    pairs = [directive.partition("=") for directive in cache_control.split(",")]
    return {name.strip().lower(): value.strip().strip('"') for name, _, value in reversed(pairs)}


def _after_date(value: str, headers: Headers) -> timedelta | None:
    moment, sent = _http_date(value), _http_date(_first(headers, b"date") or "")
    if moment is None or sent is None or moment < sent:
        return None
    return min(moment - sent, _LONGEST_WAIT)


def _seconds(text: str) -> timedelta | None:
    if not re.fullmatch(r"[0-9]+", text):
        return None
    return min(timedelta(seconds=int(text[:12])), _LONGEST_WAIT)


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _usable(value: str | None) -> str | None:
    if not value or len(value) > _LONGEST_VALIDATOR or _CONTROL.search(value):
        return None
    return value


def _as_sent(value: str | None) -> bytes | None:
    return value.encode("latin-1") if value else None


def _all(headers: Headers, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in headers if key == name]


def _first(headers: Headers, name: bytes) -> str | None:
    for key, value in headers:
        if key == name:
            return value.decode("latin-1")
    return None
