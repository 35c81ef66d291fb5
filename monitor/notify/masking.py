"""The parts of a channel's URL that may be secret, kept out of what is told about its sends."""

import base64
import re
from collections.abc import Callable
from urllib.parse import quote, unquote, unquote_plus, urlsplit

# Values of URL arguments that are no secrets, and whose removal would garble an ordinary sentence.
_PLAIN_WORDS = frozenset({"true", "false", "text", "html", "markdown", "split", "starttls", "insecure"})
_SHORTEST_SECRET = 4


def masking(url: str) -> Callable[[str], str]:
    """Return what replaces any part of `url` that may be secret, as written and decoded, by asterisks."""
    parts = urlsplit(url)
    pieces = {url, parts.fragment, *parts.path.split("/"), *re.split("[@:]", parts.netloc)}
    pieces.update(pair.partition("=")[2] for pair in parts.query.split("&"))
    pieces |= {decode(piece) for piece in pieces for decode in (unquote, unquote_plus)}
    pieces |= {quote(piece, safe) for piece in pieces for safe in ("", "/")}  # as others spell them
    known = [p for p in pieces if len(p) >= _SHORTEST_SECRET and p.lower() not in _PLAIN_WORDS]
    if parts.password:
        pair = f"{unquote(parts.username or '')}:{unquote(parts.password)}"
        known += [parts.password, base64.b64encode(pair.encode()).decode()]  # as a server is sent them
    known.sort(key=len, reverse=True)  # one may be part of another
    secrets = re.compile("|".join(map(re.escape, known))) if known else None
    return lambda text: secrets.sub("***", text) if secrets else text
