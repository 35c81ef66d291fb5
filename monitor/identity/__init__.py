"""Same entry or new? Pure.

    traits (what identifies an entry) | guids_of (do the feed's guids count?) | items_of (which keys count in
    this document) | settle (new, known, or known under other names) | Burst (what isn't news) | has_changed

`seen` keeps the traits of a feed's last document, so that the entries which are served again byte for
byte need not be read again to take part in the decision; a `tombstone` those of an entry that is no longer kept.
"""

from monitor.identity.change import has_changed, has_other_words
from monitor.identity.evidence import Guids, guids_of, is_mass, texts_of
from monitor.identity.keys import SECOND_KINDS, Keys, Traits, kind_of, traits
from monitor.identity.links import canonical_link
from monitor.identity.reset import Burst
from monitor.identity.seen import Seen, read_seen, write_seen
from monitor.identity.settle import Items, Settled, items_of, settle, to_compare
from monitor.identity.tombstone import is_sealed, seal

__all__ = [
    "SECOND_KINDS",
    "Burst",
    "Guids",
    "Items",
    "Keys",
    "Seen",
    "Settled",
    "Traits",
    "canonical_link",
    "guids_of",
    "has_changed",
    "has_other_words",
    "is_mass",
    "is_sealed",
    "items_of",
    "kind_of",
    "read_seen",
    "seal",
    "settle",
    "texts_of",
    "to_compare",
    "traits",
    "write_seen",
]
