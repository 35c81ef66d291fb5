"""A link -> one form for all its spellings."""

import re
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlsplit

# Parameters that say how a reader came to a page, never which page it is.
_TRACKING = frozenset(
    {
        "_ga", "_gl", "_hsenc", "_hsmi", "at_campaign", "at_campaign_type", "at_custom1", "at_custom2", "at_custom3",
        "at_custom4", "at_format", "at_link_id", "at_link_origin", "at_link_type", "at_medium", "cmpid", "dclid",
        "fbclid", "gclid", "gclsrc", "igshid", "jsessionid", "mc_cid", "mc_eid", "mkt_tok", "msclkid", "phpsessid",
        "ref_src", "twclid", "xtor", "yclid",
    }
)  # fmt: skip
_TRACKING_PREFIXES = ("utm_", "ns_", "wt_")
_SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)


@lru_cache(1_024)  # an entry's link is asked for in several places, one soon after the other
def canonical_link(url: str) -> str | None:
    """Return an http(s) address without what doesn't matter in it: equal results, the same page.

    Left out are the scheme, a leading "www.", the default port, tracking parameters, the order of the others,
    a trailing slash, and the fragment unless it is a page's own address ("#!...", "#/..." or "/#...").
    None for what is no such address, and for the root of a site, which is no entry's page. Not for showing.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not host:
        return None
    path = unquote(_SESSION.sub("", parts.path)).rstrip("/")
    query = sorted(
        pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _tracks(pair[0].lower())
    )
    tells = parts.fragment.startswith(("!", "/")) or not (path or query)
    fragment = parts.fragment if tells else ""
    if not path and not query and not fragment:
        return None
    place = host.lower().removeprefix("www.") + (f":{port}" if port not in (None, 80, 443) else "")
    return f"{place}{path}?{'&'.join(f'{name}={value}' for name, value in query)}#{fragment}"


def _tracks(parameter: str) -> bool:
    return parameter in _TRACKING or parameter.startswith(_TRACKING_PREFIXES)
