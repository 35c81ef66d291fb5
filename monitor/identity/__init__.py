"""Same entry or new? Pure.

    traits (what identifies an entry) | identity_keys (which of it counts in this document) | sort_out

`seen` keeps the traits of a feed's last document, so that the entries which are served again byte for
byte need not be read again to take part in the decision.
"""

from monitor.identity.keys import Keys, Traits, identity_keys, sort_out, traits
from monitor.identity.links import canonical_link
from monitor.identity.seen import read_seen, write_seen

__all__ = [
    "Keys",
    "Traits",
    "canonical_link",
    "identity_keys",
    "read_seen",
    "sort_out",
    "traits",
    "write_seen",
]
