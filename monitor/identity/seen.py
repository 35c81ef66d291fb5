"""What is kept of a feed's last document: for each entry the digest of its bytes, and its traits.

The traits stay as they were when the entry was read. Only a date that was too far ahead to be believed
would read otherwise later on, and must not make an old entry a new one.
"""

from collections.abc import Mapping, Sequence
from itertools import islice
from struct import Struct

from monitor.identity.keys import Traits

# Entries beyond are read anew each time; few feeds have as many.
MAX_SEEN = 500

# To be raised with every change in what an entry's bytes or its traits are made of.
_FORMAT = b"\x02"
_RECORD = Struct(f"16s{Traits.FORMAT}")


def write_seen(digests: Sequence[bytes], document: Sequence[Traits]) -> bytes:
    """Return what to keep of a document: 64 bytes an entry, for at most MAX_SEEN of them."""
    seen = dict(zip(digests, document, strict=True))
    return _FORMAT + b"".join(digest + own.packed() for digest, own in islice(seen.items(), MAX_SEEN))


def read_seen(kept: bytes) -> Mapping[bytes, Traits]:
    """Return the traits by digest; nothing of what another version of the program has kept."""
    if not kept.startswith(_FORMAT) or len(kept) % _RECORD.size != len(_FORMAT):
        return {}
    records = _RECORD.iter_unpack(kept[len(_FORMAT) :])
    return {digest: Traits.unpacked(own) for digest, *own in records}
