"""What a database says when it can't go on -> StoreError: the thing, the place, the way out."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NotSupportedError, ProgrammingError

from monitor.errors import StoreError

_OURS = (DataError, IntegrityError, NotSupportedError, ProgrammingError)

_WRITABLE = "let the user who runs news-monitor write to the file, to those beside it with its name, and to their folder"
_ADVICE = (
    ("not a database", "name another file in `database`; this one is left as it is"),
    ("malformed", "the file is damaged: restore it from a backup, or move it away to start afresh"),
    ("disk is full", "free some space"),
    ("No space left", "free some space"),
    ("disk I/O error", "see whether the disk is full or failing"),
    ("locked", "end the program that is writing to it"),
    ("readonly", _WRITABLE),
    ("unable to open", _WRITABLE),
    ("lock timeout", "something reads the database for long, such as a backup; try again when it is over"),
    ("deadlock", "two programs waited for each other; try again"),
    ("authentication failed", "check the user and password in `database`"),
    ("permission denied", "grant the user in `database` the right to create and change tables"),
    ("does not exist", "create it, or correct `database`"),
    ("already exists", "give news-monitor a database of its own"),
)
_ADVICE_OTHERWISE = "see whether the database server runs and can be reached at this address"


@contextmanager
def told_plainly(label: str, *, opening: bool = False) -> Iterator[None]:
    """Raise StoreError for what the database, not the program, is to blame for.

    A broken constraint or a wrong statement is a fault of ours and passes as it is, except while
    `opening`, where it says that the database is not what it should be.
    """
    try:
        yield
    except DBAPIError as error:
        if isinstance(error, _OURS) and not opening:
            raise
        raise StoreError(f"{label}: {explain(error.orig)}") from error


def explain(error: object) -> str:
    """Return what a database said, and what can be done about it."""
    # Only the first line: the next ones may quote the row.
    said = str(error).strip().partition("\n")[0]
    advice = next((advice for words, advice in _ADVICE if words in said), _ADVICE_OTHERWISE)
    return f"{said}; {advice}"
