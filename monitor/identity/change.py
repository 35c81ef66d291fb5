"""Has a known entry changed, and is it worth another look?"""

import re
from datetime import datetime, timedelta

from monitor.model import Entry, KnownEntry

# So often an entry may change freely; from then on only once in a while.
_FREE_CHANGES = 20
_PAUSE = timedelta(hours=1)
_DIGITS = re.compile(r"\d+")


def has_other_words(known: Entry, entry: Entry) -> bool:
    """Tell whether an entry says something else than before; less of the same, or nothing, is nothing else."""
    return _differs(known.title, entry.title) or _differs(known.summary, entry.summary)


def has_changed(known: KnownEntry, entry: Entry, now: datetime, *, texts: bool) -> bool:
    """Tell whether an entry with other words has changed in earnest.

    `texts` says whether those of its feed count. Where they don't, a clock or a counter being in all of them,
    it takes a title that differs in more than its numbers.
    """
    often = known.changes >= _FREE_CHANGES
    if often and known.changed_at is not None and timedelta(0) <= now - known.changed_at < _PAUSE:
        return False
    return texts or _differs(_DIGITS.sub("", known.entry.title), _DIGITS.sub("", entry.title))


def _differs(before: str, after: str) -> bool:
    return not before.startswith(after.rstrip("….[] \n"))
