"""What is left of an entry when the entry itself is no longer kept: its traits, so that it is told from others as before."""

from struct import Struct

from monitor.identity.keys import TRAITS_FORMAT, Traits, traits
from monitor.model import Entry, KnownEntry, Remembered

# To be raised with every change in what traits are made of: they couldn't be compared with newer ones.
_FORMAT = b"\x01"
_TRAITS = Struct(TRAITS_FORMAT)


def seal(entry: Entry) -> bytes:
    """Return the traits of an entry, to be kept."""
    return _FORMAT + traits(entry).packed()


def is_sealed(kept: bytes) -> bool:
    """Tell whether these are traits that can be compared: no other version of the program has kept them."""
    return kept.startswith(_FORMAT) and len(kept) == len(_FORMAT) + _TRAITS.size


def traits_of(known: Remembered) -> Traits:
    """Return the traits of an entry that was seen before."""
    if isinstance(known, KnownEntry):
        return traits(known.entry)
    return Traits.unpacked(_TRAITS.unpack(known.traits[len(_FORMAT) :]))
