"""Same entry or new? Pure.

    identify: traits (what identifies an entry) | guids_of (do the feed's guids count?) | items_of (which keys count in
    this document) | what the store knows | settle (new, known, or known under other names) | Burst (what isn't
    news) | has_changed

`identify` works in the parser processes, where the document is read; what follows in the daemon. `seen` keeps the traits
of a feed's last document, so that the entries which are served again byte for byte need not be read again to take part
in the decision; a `tombstone` those of an entry that is no longer kept.
"""

from monitor.identity.change import has_changed, has_other_words
from monitor.identity.document import identify
from monitor.identity.evidence import is_mass, texts_of
from monitor.identity.keys import SECOND_KINDS, kind_of
from monitor.identity.links import canonical_link
from monitor.identity.reset import Burst
from monitor.identity.seen import read_seen, seen_digests, write_seen
from monitor.identity.settle import Settled, settle, to_compare
from monitor.identity.tombstone import is_sealed, seal

__all__ = [
    "SECOND_KINDS",
    "Burst",
    "Settled",
    "canonical_link",
    "has_changed",
    "has_other_words",
    "identify",
    "is_mass",
    "is_sealed",
    "kind_of",
    "read_seen",
    "seal",
    "seen_digests",
    "settle",
    "texts_of",
    "to_compare",
    "write_seen",
]
