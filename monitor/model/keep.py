"""What is kept for how long, what is taken out, and what all of it takes."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class Part(StrEnum):
    """What is pruned, in this order: what hangs on something goes before it.

    TEXTS are those of pages, REVISIONS what entries said before, ATTEMPTS the tries of deliveries that are settled. ALERTS take
    their deliveries with them, ENTRIES their matches and all that is left of these. RULES are versions that no entry has met.
    SEEN are tombstones, and KEYS those by which they were known.
    """

    TEXTS = "texts"
    REVISIONS = "revisions"
    ATTEMPTS = "attempts"
    ALERTS = "alerts"
    NOTICES = "notices"
    ENTRIES = "entries"
    SILENCES = "silences"
    RULES = "rules"
    POLLS = "polls"
    SEEN = "seen"
    KEYS = "keys"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """How long things are kept, None for ever. `seen`: what identifies an entry, since its feed listed it for the last time.

    An entry that its feed lists is kept anyway, and so is what waits, and what something else that is kept needs.
    """

    entries: timedelta | None = None
    alerts: timedelta | None = None
    attempts: timedelta | None = None
    texts: timedelta | None = None
    revisions: timedelta | None = None
    polls: timedelta | None = None
    seen: timedelta | None = None

    def of(self, part: Part) -> timedelta | None:
        """Return how long a part is kept, None for ever."""
        match part:
            case Part.ALERTS | Part.NOTICES | Part.SILENCES:
                return self.alerts
            case Part.ENTRIES | Part.RULES:
                return self.entries
            case Part.SEEN | Part.KEYS:
                return self.seen
            case Part.TEXTS | Part.REVISIONS | Part.ATTEMPTS | Part.POLLS:
                kept: timedelta | None = getattr(self, part.value)
                return kept

    def before(self, part: Part, now: datetime) -> datetime | None:
        """Return the time before which a part isn't kept any more, None when all of it is."""
        kept = self.of(part)
        return None if kept is None else now - kept


# Where the pruning of a part goes on: the key of the last row that was looked at.
Place = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class PruneStep:
    """What a step of pruning has taken out, and where the next one begins; None when the part is done."""

    pruned: int
    after: Place | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PruneReport:
    """What was pruned in one go, by part, told to the observer. `took` is in seconds."""

    pruned: Mapping[Part, int]
    took: float


class Exported(StrEnum):
    """What can be written to a file for others."""

    ENTRIES = "entries"
    ALERTS = "alerts"
    DELIVERIES = "deliveries"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSize:
    """How large a database is, in bytes.

    `log`: what SQLite has written beside the file and not yet into it. `free`: the part of the file that new rows are going to fill.
    """

    file: int
    log: int = 0
    free: int = 0

    @property
    def total(self) -> int:
        """Return what it takes of the disk."""
        return self.file + self.log

    def in_bytes(self) -> dict[str, int]:
        """Return all of it by name, as JSON has it."""
        return {**asdict(self), "total": self.total}


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseContents:
    """How large a database is, and how many rows each of its tables has."""

    size: DatabaseSize
    rows: Mapping[str, int] = field(default_factory=dict)
