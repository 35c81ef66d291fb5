"""Hits in their order."""

from collections.abc import Iterable, Iterator

from monitor.model import Hit, TextField

_ORDER = {field: place for place, field in enumerate(TextField)}


def in_order(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """Return hits by field, then by position, without those that lie inside another."""
    return tuple(_widest(sorted(hits, key=_place)))


def _place(hit: Hit) -> tuple[int, int, int, str]:
    return _ORDER[hit.field], hit.start, -hit.end, hit.term


def _widest(hits: Iterable[Hit]) -> Iterator[Hit]:
    last: Hit | None = None
    for hit in hits:
        if last is None or hit.field is not last.field or hit.end > last.end:
            yield hit
            last = hit
