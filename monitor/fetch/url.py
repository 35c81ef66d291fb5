"""Which URLs can be asked at all, and how one is shown."""

import re
from functools import lru_cache

import httpx

from monitor.fetch.failure import Failure
from monitor.model import Reason

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST_NAME = re.compile(rf"(?=.{{1,254}}\Z){_LABEL}(?:\.{_LABEL})*\.?")
_SHOWN = 200


# The addresses of feeds are asked again and again. One takes half a kilobyte.
_KEPT = 16_384


@lru_cache(_KEPT)
def parse_url(text: str) -> httpx.URL:
    """Return the URL to ask. Raises Failure BAD_URL; `httpx.URL` lets much through that can't be dialled."""
    try:
        url = httpx.URL(text.strip())
    except (httpx.InvalidURL, ValueError) as error:
        raise Failure(Reason.BAD_URL, "the address isn't a valid URL") from error
    check_url(url)
    return url


def check_url(url: httpx.URL) -> None:
    """Raise Failure BAD_URL unless `url` is http(s) with a host and port that can be dialled."""
    if url.scheme not in ("http", "https"):
        raise Failure(Reason.BAD_URL, "the address doesn't start with http:// or https://")
    host = host_of(url)
    if ":" not in host and not _HOST_NAME.fullmatch(host):
        raise Failure(Reason.BAD_URL, "the address has no valid host name")
    if url.port is not None and not 0 < url.port < 65_536:
        raise Failure(Reason.BAD_URL, "the address has a port outside 1 to 65535")


def without_secrets(url: httpx.URL) -> httpx.URL:
    """Return `url` without userinfo and fragment: what is asked and shown as a document's address."""
    return url.copy_with(userinfo=b"", fragment=None) if url.userinfo or url.fragment else url


def is_same(url: httpx.URL, other: httpx.URL) -> bool:
    """Tell whether two URLs are the same; mostly they are one object, and no text has to be made of them."""
    return url is other or url == other


def shown(url: httpx.URL) -> str:
    """Return scheme, host and path, in ASCII and cut to a readable length; the query may hold a token."""
    port = f":{url.port}" if url.port else ""
    host = host_of(url)
    host = f"[{host}]" if ":" in host else host
    path = url.raw_path.decode("ascii").partition("?")[0]
    return f"{url.scheme}://{host}{port}{path}"[:_SHOWN]


def host_of(url: httpx.URL) -> str:
    """Return the host as it is asked for, in ASCII; `httpx.URL.host` raises where IDNA has no letters for it (``xn--zz``)."""
    return url.raw_host.decode("ascii")


def origin(url: httpx.URL) -> tuple[str, bytes, int]:
    """Return what decides whether two URLs lead to the same server: scheme, host, port."""
    return url.scheme, url.raw_host, url.port or (443 if url.scheme == "https" else 80)
