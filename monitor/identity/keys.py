"""The keys of an entry.

An entry is known by keys: digests of what a publisher is likely to keep when it serves the entry again.
One known key is enough, and the entry's other keys are then learned. Strongest first they are

    guid        in any case; an address without what doesn't matter in one
    link        instead of the guid, in a feed whose guids don't stay (monitor.identity.evidence)
    link+title  so that a re-issued guid makes nothing new, while another entry on the same page does
    link+date   instead of a missing guid, so that an edited title makes nothing new; undated: the link
    title       with the date, else with the summary, for an entry without link+title
    content     the title with the date and a summary that is long enough to tell

A key counts only where it tells entries apart: one that stands on different entries of a document (all
share one link, say) is left out of that document. An entry that stands in a document twice is one.

Beside them each entry has second keys, which alone prove nothing: its link, its title, its text. They find
what a new entry may be the same as (monitor.identity.reset).
"""

from collections.abc import Hashable, Iterable, Sequence
from hashlib import blake2b
from typing import NamedTuple

from monitor.identity.links import canonical_link
from monitor.model import Entry, Keys

# The same before they are named: the kind, a colon, and the traits that make up the key.
BareKeys = tuple[bytes, ...]

SECOND_KINDS = ("link", "headline", "text")
CONTENT = b"content:"

_SIZE = 8
_NONE = bytes(_SIZE)
TRAITS_FORMAT = 6 * f"{_SIZE}s"
# A shorter summary may be the same on many entries: "Read more".
_LEAST_TEXT = 40


class Traits(NamedTuple):
    """What identifies an entry: digests, each the same for all spellings; b"" for what it doesn't have.

    `last_resort` is of the title with the date, else with the summary; `text` of a summary of some length.
    """

    guid: bytes
    link: bytes
    headline: bytes
    date: bytes
    last_resort: bytes
    text: bytes

    def packed(self) -> bytes:
        """Return all of them in TRAITS_FORMAT (see struct)."""
        return b"".join(self if all(self) else [digest or _NONE for digest in self])

    @classmethod
    def unpacked(cls, digests: Sequence[bytes]) -> "Traits":
        """Return what `packed` has written, split into the digests again."""
        if _NONE in digests:
            digests = [b"" if digest == _NONE else digest for digest in digests]
        return cls(*digests)


def traits(entry: Entry) -> Traits:
    """Return what identifies an entry."""
    headline = _folded(entry.title or entry.summary)
    summary = _folded(entry.summary)
    date = entry.published_at.isoformat() if entry.published_at else ""
    return Traits(
        guid=_digest(_normal_guid(entry.guid or "")),
        link=_digest(canonical_link(entry.link or "") or ""),
        headline=_digest(headline),
        date=_digest(date),
        last_resort=_digest(f"{headline}\0{date or summary}"),
        text=_digest(summary if len(summary) >= _LEAST_TEXT else ""),
    )


def _digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=_SIZE).digest() if text else b""


def identity_keys(document: Sequence[Traits], *, guids: bool = True) -> tuple[Keys, ...]:
    """Return each entry's keys, strongest first, as they hold within this one document; at least one each.

    `guids` says whether those of the feed count.
    """
    return tuple(named(own) for own in bare_keys(document, guids=guids))


def bare_keys(document: Sequence[Traits], *, guids: bool) -> list[BareKeys]:
    """Return the same as `identity_keys`, bare: of most entries nobody needs them under their names."""
    best = guid_keys(document) if guids else _link_keys(document)
    titled = _telling(
        b"link+title:",
        [own.link and own.link + own.headline for own in document],
        (key or own.date for key, own in zip(best, document, strict=True)),
    )
    dated = _telling(
        b"link+date:",
        [b"" if key else own.link and own.link + own.date for key, own in zip(best, document, strict=True)],
        (own.headline for own in document),
    )
    last = _telling(
        b"title:",
        [b"" if key else own.last_resort for key, own in zip(titled, document, strict=True)],
        best,
    )
    content = _telling(
        CONTENT,
        [own.date and own.text and own.headline + own.date + own.text for own in document],
        (key or own.link for key, own in zip(best, document, strict=True)),
    )
    return [
        tuple(filter(None, keys)) or (b"title:" + own.last_resort,)
        for *keys, own in zip(best, titled, dated, last, content, document, strict=True)
    ]


def guid_keys(document: Sequence[Traits]) -> list[bytes]:
    """Return each entry's bare key by its guid, b"" where that doesn't tell it apart."""
    constant = len({own.guid for own in document}) == 1
    return _telling(
        b"guid:",
        [own.guid for own in document],
        ((own.link or own.headline, constant and own.headline) for own in document),
    )


def _link_keys(document: Sequence[Traits]) -> list[bytes]:
    return _telling(b"link:", [own.link for own in document], (own.headline for own in document))


def second_keys(own: Traits) -> BareKeys:
    """Return an entry's second keys, whatever else stands in the document."""
    values = zip(SECOND_KINDS, (own.link, own.headline, own.text), strict=True)
    return tuple(kind.encode() + b":" + value for kind, value in values if value)


def lasting(own: BareKeys) -> BareKeys:
    """Return an entry's keys without that by its content, which only finds an entry that has moved."""
    return own[:-1] if len(own) > 1 and own[-1].startswith(CONTENT) else own


def _telling(kind: bytes, values: Sequence[bytes], others: Iterable[Hashable]) -> list[bytes]:
    """Return the key for each value, b"" for none and for a value that stands beside different `others`."""
    there = [value for value in values if value]
    if len(set(there)) == len(there):  # as mostly: none stands twice
        return [value and kind + value for value in values]
    beside: dict[bytes, Hashable] = {}
    shared = {b""}
    for value, other in zip(values, others, strict=True):
        if beside.setdefault(value, other) != other:
            shared.add(value)
    return [b"" if value in shared else kind + value for value in values]


def named(own: BareKeys) -> Keys:
    """Return keys as they are stored: the kind in words, and a digest."""
    return tuple([_named(*key.split(b":", 1)) for key in own])


def _named(kind: bytes, value: bytes) -> str:
    return f"{kind.decode()}:{blake2b(value, digest_size=16).hexdigest()}"


def kind_of(key: str) -> str:
    """Return what a key is of, such as ``guid``."""
    return key.partition(":")[0]


def _normal_guid(guid: str) -> str:
    if guid.strip().lower().startswith(("http://", "https://")):
        guid = canonical_link(guid) or ""
    return _folded(guid)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
