"""Which hop may follow which."""

import httpx

from monitor.fetch.failure import Failure
from monitor.fetch.url import check_url, shown, without_secrets
from monitor.model import Reason, Secret

_PERMANENT = frozenset({301, 308})
_REDIRECTS = frozenset({302, 303, 307}) | _PERMANENT

# An address is remembered up to this length.
LONGEST_KEPT = 2_000


def location(response: httpx.Response) -> str | None:
    """Return where a redirect points to, as sent; None when the answer isn't a redirect."""
    if response.status_code not in _REDIRECTS:
        return None
    return next((_text(value) for name, value in response.headers.raw if name == b"location"), None)


def is_permanent(response: httpx.Response) -> bool:
    """Tell whether a redirect says that the address has changed for good."""
    return response.status_code in _PERMANENT


class Trail:
    """The hops of one fetch. `secret`: the requested URL carries a password or a query, maybe a token."""

    def __init__(self, start: httpx.URL, *, secret: bool, limit: int) -> None:
        self._visited = [start]
        self._permanent = True
        self._secret = secret
        self._limit = limit

    @property
    def current(self) -> httpx.URL:
        """The URL to ask now, without userinfo and fragment."""
        return self._visited[-1]

    @property
    def moved_to(self) -> Secret | None:
        """The current URL, when all redirects led there for good; never one that gave up encryption."""
        first, *rest = self._visited
        if not (rest and self._permanent):
            return None
        safe = self.current.scheme == "https" or first.scheme == "http"
        short = len(str(self.current)) <= LONGEST_KEPT
        return Secret(str(self.current)) if safe and short else None

    def follow(self, target: str, *, permanent: bool) -> None:
        """Go on to `target`, as the server sent it. Raises Failure REDIRECT."""
        following = self._resolve(target)
        if following in self._visited:
            raise Failure(Reason.REDIRECT, f"redirects in a circle at {shown(following)}")
        if len(self._visited) > self._limit:
            raise Failure(
                Reason.REDIRECT, f"more than {self._limit} redirects, the last to {shown(following)}"
            )
        if self._secret and self.current.scheme == "https" and following.scheme == "http":
            raise Failure(
                Reason.REDIRECT,
                f"redirected from https to {shown(following)}, which would send the address's password or "
                "query unencrypted",
            )
        self._permanent &= permanent
        self._visited.append(following)

    def _resolve(self, target: str) -> httpx.URL:
        try:
            url = self.current.join(target)
            check_url(url)
        except (httpx.InvalidURL, ValueError) as error:
            raise Failure(Reason.REDIRECT, "redirected to something that isn't a valid URL") from error
        except Failure as error:
            raise Failure(Reason.REDIRECT, f"redirected, but {error}") from error
        return without_secrets(url)


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
