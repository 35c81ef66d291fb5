"""What is kept of a feed's last document: for each entry the digest of its bytes, its traits, and that of its keys.

The traits stay as they were when the entry was read. Only a date that was too far ahead to be believed
would read otherwise later on, and must not make an old entry a new one.

All of the keys were stored with the document, so that nobody needs to ask whether they are known.
"""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import islice
from struct import Struct
from typing import NamedTuple

from monitor.identity.keys import TRAITS_FORMAT, BareKeys, Traits

# Entries beyond are read anew each time; few feeds have as many.
MAX_SEEN = 500

# To be raised with every change in what an entry's bytes, its traits or its keys are made of.
_FORMAT = b"\x03"
_SIZE = 8
_RECORD = Struct(f"16s{_SIZE}s{TRAITS_FORMAT}")


class Seen(NamedTuple):
    """An entry of the last document. `keys`: the digest of those that it had in that company."""

    keys: bytes
    traits: Traits


def digest_of(keys: BareKeys) -> bytes:
    """Return the digest of those of an entry's keys that an unread one is looked for by (`lasting`)."""
    return blake2b(b"".join(keys), digest_size=_SIZE).digest()


def write_seen(digests: Sequence[bytes], document: Sequence[Seen]) -> bytes:
    """Return what to keep of a document: 72 bytes an entry, for at most MAX_SEEN of them."""
    seen = dict(zip(digests, document, strict=True))
    kept = islice(seen.items(), MAX_SEEN)
    return _FORMAT + b"".join([digest + own.keys + own.traits.packed() for digest, own in kept])


def read_seen(kept: bytes) -> Mapping[bytes, Seen]:
    """Return the entries by the digest of their bytes; none of what another version of the program has kept."""
    return {digest: Seen(keys, Traits.unpacked(own)) for digest, keys, *own in _records(kept)}


def seen_digests(kept: bytes) -> frozenset[bytes]:
    """Return the digests of the bytes of these entries alone."""
    return frozenset([digest for digest, *_ in _records(kept)])


def _records(kept: bytes) -> Iterator[tuple[bytes, ...]]:
    if not kept.startswith(_FORMAT) or len(kept) % _RECORD.size != len(_FORMAT):
        return iter(())
    return _RECORD.iter_unpack(kept[len(_FORMAT) :])
