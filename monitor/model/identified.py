"""What is told of a document's entries before the store is asked."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from monitor.model.entry import Entry, ParsedFeed, ParseFailed
from monitor.model.feed import NO_EVIDENCE, Evidence

# The keys of an entry; see monitor.identity.keys.
Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What is known of a feed before its next document is read.

    `seen` and `evidence` are what was kept of the last one (`PollRecord`). Entries whose bytes it had aren't read, unless
    `whole`; and those that stand as they stood are left out, unless `all_wanted`.
    """

    seen: bytes = field(default=b"", repr=False)
    evidence: Evidence = NO_EVIDENCE
    all_wanted: bool = True
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """The entries of a document, None for those that weren't read, with their keys and second keys.

    Left out are as many as are `standing`: entries that weren't read, under the keys that they had in the last document
    and that no other has. So all of these are known, and tell nothing of the others.
    """

    entries: Sequence[Entry | None]
    keys: Sequence[Keys]
    second: Sequence[Keys]
    standing: int

    @property
    def all_keys(self) -> set[str]:
        """Return what the store is to be asked for."""
        return {key for each in (*self.keys, *self.second) for key in each}


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """A document that is a feed, its `items`, and what to keep of it as `Before.seen` and `Before.evidence`.

    `items` are None when the document has the same entries as the last one, byte for byte.
    """

    feed: ParsedFeed
    items: Items | None
    seen: bytes
    evidence: Evidence


IdentifyOutcome = Identified | ParseFailed
