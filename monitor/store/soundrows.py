"""What must hold for each row, beyond what the tables themselves see to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Column, ColumnElement, Connection, Table, and_, func, select

from monitor.model import ArticleState, DeliveryState, Flaw, Reason, SendStatus
from monitor.store.needed import UNTOLD
from monitor.store.tables import (
    ARTICLE,
    ATTEMPT,
    DELIVERY,
    ENTRY,
    FEED,
    HELD,
    METADATA,
    POLL_RUN,
    REVISION,
    TOMBSTONE,
    WAITING,
)

# A daemon that works takes up what another one has let lie after minutes.
_LONG_PAST = timedelta(hours=1)
_SHOWN = 3
_RESTORE = "go back to a backup from before"
_REPORT = f"tell the makers of news-monitor; {_RESTORE}"


@dataclass(frozen=True, slots=True)
class RowCheck:
    """Rows of a table that there must be none of, and what is said of them."""

    name: str
    table: Table
    wrong: ColumnElement[bool]
    what: str
    advice: str

    def __call__(self, connection: Connection) -> Iterator[Flaw]:
        """Yield what is wrong, if there is such a row."""
        count = connection.scalar(select(func.count()).select_from(self.table).where(self.wrong)) or 0
        if count:
            key = list(self.table.primary_key)
            some = connection.execute(select(*key).where(self.wrong).order_by(*key).limit(_SHOWN)).all()
            names = ", ".join("/".join(map(str, row)) for row in some)
            more = f" and {count - len(some):,} more" if count > len(some) else ""
            yield Flaw(self.name, f"{self.table.name} {names}{more}", self.what, self.advice)


def row_checks(now: datetime) -> Sequence[RowCheck]:
    """Return all checks of rows."""
    return [*_orphans(), *_words(), *_leases(now), *_times(), *_counts()]


def _orphans() -> Iterator[RowCheck]:
    """Yield the checks that what rows refer to is there, and that what is gone isn't."""
    for table in METADATA.sorted_tables:
        for key in table.foreign_keys:
            other = key.column.table.alias()
            there = select(other.c[key.column.name]).where(other.c[key.column.name] == key.parent).exists()
            what = f"refers by {key.parent.name} to what isn't there in {key.column.table.name}"
            yield RowCheck("orphan", table, and_(key.parent.is_not(None), ~there), what, _RESTORE)
    one = DELIVERY.c.alert_id.is_(None) != DELIVERY.c.notice_id.is_(None)
    yield RowCheck("orphan", DELIVERY, ~one, "is about neither one alert nor one notice", _RESTORE)
    kept = select(ENTRY.c.id).where(ENTRY.c.id == TOMBSTONE.c.entry_id).exists()
    yield RowCheck("ghost", TOMBSTONE, kept, "is of an entry that was pruned, which is there", _REPORT)


def _words() -> Iterator[RowCheck]:
    """Yield the checks that states and reasons are those that there are."""
    known: tuple[tuple[Column[str], type[StrEnum]], ...] = (
        (DELIVERY.c.state, DeliveryState),
        (ARTICLE.c.state, ArticleState),
        (ATTEMPT.c.status, SendStatus),
        (FEED.c.reason, Reason),
        (POLL_RUN.c.reason, Reason),
    )
    for column, words in known:
        odd = column.not_in([word.value for word in words])
        what = f"has a {column.name} that this version doesn't know"
        yield RowCheck("state", column.table, odd, what, "use the version that wrote it, or a newer one")


def _leases(now: datetime) -> Iterator[RowCheck]:
    for table in (FEED, ARTICLE, DELIVERY):
        lease, until = table.c.lease, table.c.lease_until
        half = lease.is_(None) != until.is_(None)
        yield RowCheck("lease", table, half, "has half a lease", _REPORT)
        past = and_(lease.is_not(None), until < now - _LONG_PAST)
        what = "was taken up by a monitor that has not come back to it for more than an hour"
        yield RowCheck("lease", table, past, what, "start the monitor: it takes it up again")


def _times() -> Iterator[RowCheck]:
    for table, waits in ((DELIVERY, UNTOLD), (ARTICLE, WAITING)):
        timeless = and_(waits, table.c.next_attempt_at.is_(None))
        yield RowCheck("time", table, timeless, "waits, and for no time: its turn never comes", _REPORT)
    loose = and_(HELD, DELIVERY.c.bundle.is_(None))
    yield RowCheck("time", DELIVERY, loose, "is held back, and for no reason", _REPORT)


def _counts() -> Iterator[RowCheck]:
    """Yield the checks that nothing is numbered beyond how many there have been."""
    changes = select(ENTRY.c.changes).where(ENTRY.c.id == REVISION.c.entry_id).scalar_subquery()
    what = "is of a later change than its entry has had"
    yield RowCheck("count", REVISION, REVISION.c.number > changes, what, _REPORT)
    runs = select(FEED.c.runs).where(FEED.c.id == POLL_RUN.c.feed_id).scalar_subquery()
    yield RowCheck(
        "count", POLL_RUN, POLL_RUN.c.number > runs, "is a later one than its feed has had", _REPORT
    )
