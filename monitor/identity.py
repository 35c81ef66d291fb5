"""Same entry or new? Pure.

An entry is known by keys: digests of what a publisher is likely to keep when it serves the entry again.
One known key is enough, and the entry's other keys are then learned. Strongest first they are

    guid        in any case; an address without what doesn't matter in one
    link+title  so that a re-issued guid makes nothing new, while another entry on the same page does
    link+date   instead of a missing guid, so that an edited title makes nothing new; undated: the link
    title       with the date, else with the summary, for an entry without link+title

A key counts only where it tells entries apart: one that stands on different entries of a document (all
share one link, say) is left out of that document. An entry that stands in a document twice is one.
"""

import re
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import parse_qsl, unquote, urlsplit

from monitor.model import Entry, Sighting

Keys = tuple[str, ...]

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


def identity_keys(entries: Sequence[Entry]) -> tuple[Keys, ...]:
    """Return each entry's keys, strongest first, as they hold within this one document; at least one each."""
    document = [_traits(entry) for entry in entries]
    constant = len({own.guid for own in document}) == 1
    guids = _telling(
        "guid",
        [own.guid for own in document],
        [(own.link or own.headline, constant and own.headline) for own in document],
    )
    titled = _telling(
        "link+title",
        [own.link and f"{own.link}\0{own.headline}" for own in document],
        [guid or own.date for guid, own in zip(guids, document, strict=True)],
    )
    dated = _telling(
        "link+date",
        [
            "" if guid else own.link and f"{own.link}\0{own.date}"
            for guid, own in zip(guids, document, strict=True)
        ],
        [own.headline for own in document],
    )
    bare = _telling(
        "title",
        ["" if key else own.last_resort for key, own in zip(titled, document, strict=True)],
        [guid or "" for guid in guids],
    )
    return tuple(
        tuple(key for key in keys if key) or (_key("title", own.last_resort),)
        for *keys, own in zip(guids, titled, dated, bare, document, strict=True)
    )


def sort_out(
    entries: Sequence[Entry], keys: Sequence[Keys], known: Mapping[str, int]
) -> tuple[list[tuple[Entry, Keys]], list[Sighting]]:
    """Tell the new entries of a document from the known ones.

    `keys` are those of `identity_keys`; `known` gives the id of the entry that the store has under a key.
    Return the new entries, in document order, and for each known entry the keys it was not yet known under.
    Entries that share a key are one: the first of them, with the keys of all.
    """
    ids = dict(known)
    learned: dict[int, list[str]] = {}
    strangers: list[tuple[Entry, Keys]] = []
    for entry, own in zip(entries, keys, strict=True):
        entry_id = _first(own, ids)
        if entry_id is None:
            strangers.append((entry, own))
        else:
            learned.setdefault(entry_id, []).extend(_learn(own, entry_id, ids))
    new: list[tuple[Entry, list[str]]] = []
    places: dict[str, int] = {}
    for entry, own in strangers:
        # The same entry, further down in the document, may have been known under another key.
        if (entry_id := _first(own, ids)) is not None:
            learned[entry_id].extend(_learn(own, entry_id, ids))
            continue
        place = _first(own, places)
        if place is None:
            place = len(new)
            new.append((entry, []))
        new[place][1].extend(_learn(own, place, places))
    sightings = [Sighting(entry_id, tuple(fresh)) for entry_id, fresh in learned.items() if fresh]
    return [(entry, tuple(own)) for entry, own in new], sightings


def _first(own: Keys, ids: Mapping[str, int]) -> int | None:
    return next((ids[key] for key in own if key in ids), None)


def _learn(own: Keys, entry_id: int, ids: dict[str, int]) -> list[str]:
    """Enter the keys that are not in `ids` yet, and return them."""
    fresh = [key for key in own if key not in ids]
    ids.update(dict.fromkeys(fresh, entry_id))
    return fresh


def _telling(kind: str, values: Sequence[str], others: Sequence[Hashable]) -> list[str | None]:
    """Return the key for each value, None for "" and for a value that stands beside different `others`."""
    beside = defaultdict(set)
    for value, other in zip(values, others, strict=True):
        beside[value].add(other)
    return [_key(kind, value) if value and len(beside[value]) == 1 else None for value in values]


def _key(kind: str, value: str) -> str:
    return f"{kind}:{blake2b(value.encode(), digest_size=16).hexdigest()}"


@dataclass(frozen=True, slots=True)
class _Traits:
    """What identifies an entry, each in one form for all its spellings; "" where there is none."""

    entry: Entry
    guid: str
    link: str
    headline: str
    date: str

    @property
    def last_resort(self) -> str:
        return f"{self.headline}\0{self.date or _folded(self.entry.summary)}"


def _traits(entry: Entry) -> _Traits:
    return _Traits(
        entry=entry,
        guid=_normal_guid(entry.guid or ""),
        link=canonical_link(entry.link or "") or "",
        headline=_folded(entry.title or entry.summary),
        date=entry.published_at.isoformat() if entry.published_at else "",
    )


def _normal_guid(guid: str) -> str:
    if guid.strip().lower().startswith(("http://", "https://")):
        guid = canonical_link(guid) or ""
    return _folded(guid)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


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
