"""Do the guids of a feed stay, and do its texts? Learned from one document to the next.

A guid proves nothing in a feed that issues new ones all the time. That is seen on entries which stand in two
documents in a row with the same link and title: when most of them come under other guids, the guids of this
document don't count (a site has moved), and after a second such document none does until they stay again.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import Enum

from monitor.identity.keys import Traits
from monitor.model import Evidence

# As many such documents in a row prove it, and as many others refute it at most.
_PROVED, _MOST = 2, 4
# Of fewer entries nothing is learned.
_LEAST = 2
# As many entries are hardly edited between two polls.
_MANY = 10


class Guids(Enum):
    """What the guids of a document are good for: REMEMBER, they may stay from here on."""

    COUNT = "count"
    REMEMBER = "remember"
    IGNORE = "ignore"


def guids_of(
    evidence: Evidence, before: Iterable[Traits], document: Sequence[Traits]
) -> tuple[Evidence, Guids]:
    """Return what is known of a feed's guids after a document, and what those in it are good for.

    `before` are the entries of the last document.
    """
    compared = _compared(before, document)
    changed = sum(old.guid != new.guid for old, new in compared)
    churns = changed >= _LEAST and 2 * changed > len(compared)
    score = evidence.guids
    if compared:
        score = _counted(score, churns)
    if not churns and score < _PROVED:
        use = Guids.COUNT
    else:
        use = Guids.IGNORE if churns and evidence.guids >= _PROVED else Guids.REMEMBER
    return Evidence(guids=score, texts=evidence.texts), use


def texts_of(evidence: Evidence, changed: int, known: int) -> tuple[Evidence, bool]:
    """Return what is known of a feed's texts after a document, and whether a changed one counts.

    `changed` of its `known` entries have come with other words.
    """
    churns = changed > _LEAST and 2 * changed >= known
    score = _counted(evidence.texts, churns) if known else evidence.texts
    return Evidence(guids=evidence.guids, texts=score), score < _PROVED


def is_mass(changed: int, known: int) -> bool:
    """Tell whether so many of a document's known entries have changed that it's the feed that has."""
    return changed >= _MANY and 2 * changed >= known


def _counted(score: int, churns: bool) -> int:
    return min(score + 1, _MOST) if churns else max(score - 1, 0)


def _compared(before: Iterable[Traits], document: Sequence[Traits]) -> list[tuple[Traits, Traits]]:
    """Return the entries of both documents that are the same whatever their guids say."""
    old = _by_page(before)
    return [
        (old[page], new)
        for page, new in _by_page(document).items()
        if page in old and _goes_on(old[page], new)
    ]


def _by_page(document: Iterable[Traits]) -> dict[bytes, Traits]:
    guided = [own for own in document if own.guid and own.link]
    pages = [own.link + own.headline for own in guided]
    found = dict(zip(pages, guided, strict=True))
    if len(found) < len(pages):
        times = Counter(pages)
        found = {page: own for page, own in found.items() if times[page] == 1}
    return found


def _goes_on(old: Traits, new: Traits) -> bool:
    """Tell whether it isn't the next one of a daily column."""
    return old.date == new.date or (old.text != b"" and old.text == new.text)
