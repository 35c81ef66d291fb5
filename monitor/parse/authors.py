"""Names of authors that are too long to be any, cut before feedparser sees them.

It looks for an e-mail address in them, by a pattern that takes quadratic time: 12 s for 50 kB.
"""

import re
from collections.abc import Iterator

# As XML, with references and markup. Of a name 200 characters are kept.
LONGEST = 500

# Whatever feedparser takes for an author, by any prefix; to its lenient parser each end tag ends them all.
_NAMES = r"(?:[\w.-]{1,60}:)?(?:author|creator|managingeditor|owner|publisher|webmaster)"
_OPENING = re.compile(rf"<{_NAMES}(?:\s[^<>]*)?>", re.IGNORECASE)
_CLOSING = re.compile(rf"</{_NAMES}\s*>", re.IGNORECASE)
_CUT_REFERENCE = re.compile(r"&[^;\s]{0,40}\Z")


def with_short_authors(text: str) -> str:
    """Return an XML document in which no author is longer than LONGEST; one with markup in it is left out then."""
    return "".join(_pieces(text))


def _pieces(text: str) -> Iterator[str]:
    end = 0
    for opening in _OPENING.finditer(text):
        if opening.start() < end:
            continue
        closing = _CLOSING.search(text, opening.end())
        if closing is None:
            break
        if closing.start() - opening.end() > LONGEST:
            yield text[end : opening.end()]
            yield _cut(text[opening.end() : opening.end() + LONGEST])
            end = closing.start()
    yield text[end:]


def _cut(name: str) -> str:
    return "" if "<" in name else _CUT_REFERENCE.sub("", name)
