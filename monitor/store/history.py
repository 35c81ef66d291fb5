"""The history of a feed's polls: the present run stands in its own row, those that are over in `poll_run`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from monitor.model import PollRecord, PollRun, Reason
from monitor.store.prepared import Prepared
from monitor.store.tables import FEED, POLL_RUN

# Of one feed; the oldest go first.
MOST_RUNS = 200


def run_columns(record: PollRecord) -> dict[str, Any]:
    """Return what changes of the columns that hold the run that goes on; its reason and detail are the feed's."""
    run = record.run
    columns: dict[str, Any] = {"run_polls": run.polls if run else 0}
    if run is None or run.polls == 1:
        columns["run_began_at"] = run.began_at if run else None
    if record.ended:
        columns["runs"] = record.runs
    return columns


def read_run(row: Any) -> PollRun | None:
    """Return the present run in a row of `feed`.

    None before its first poll, and after one that brought entries. A feed that was gone and is put in again
    has lost its reason, and nothing else of its run.
    """
    if not row.run_polls:
        return None
    return PollRun(
        began_at=row.run_began_at,
        ended_at=row.polled_at,
        reason=Reason(row.reason or Reason.GONE),
        detail=row.detail,
        polls=row.run_polls,
    )


def add_runs(connection: Connection, records: Sequence[PollRecord]) -> None:
    """Add the runs that are over with these polls, and let each feed's oldest go."""
    rows = [
        _row(record.feed_id, number, run)
        for record in records
        for number, run in enumerate(record.ended, start=record.runs - len(record.ended) + 1)
    ]
    if not rows:
        return
    _ADD.run(connection, rows)
    full = [record for record in records if record.ended and record.runs > MOST_RUNS]
    if full:
        connection.execute(
            _DROP, [{"feed": record.feed_id, "last": record.runs - MOST_RUNS} for record in full]
        )


_ADD = Prepared(insert(POLL_RUN))
_DROP = delete(POLL_RUN).where(
    POLL_RUN.c.feed_id == bindparam("feed"), POLL_RUN.c.number <= bindparam("last")
)


def _row(feed_id: int, number: int, run: PollRun) -> dict[str, Any]:
    return {
        "feed_id": feed_id,
        "number": number,
        "began_at": run.began_at,
        "ended_at": run.ended_at,
        "reason": run.reason.value,
        "detail": run.detail,
        "polls": run.polls,
        "entries": run.entries,
        "alerts": run.alerts,
        "baseline": run.baseline,
    }


def history(connection: Connection, feed_url: str, limit: int) -> tuple[PollRun, ...]:
    """Return the runs of a feed's polls that came last, the newest first; none when the feed is unknown."""
    feed = connection.execute(select(FEED).where(FEED.c.url == feed_url)).one_or_none()
    if feed is None:
        return ()
    newest = select(POLL_RUN).where(POLL_RUN.c.feed_id == feed.id).order_by(POLL_RUN.c.number.desc())
    present = read_run(feed)
    over = tuple(_read(row) for row in connection.execute(newest.limit(limit)))
    return ((present, *over) if present else over)[:limit]


def poll_at(connection: Connection, feed_url: str, moment: datetime) -> PollRun | None:
    """Return the poll of a feed that brought entries at that moment; None when it is forgotten."""
    poll = (
        select(POLL_RUN)
        .join(FEED, FEED.c.id == POLL_RUN.c.feed_id)
        .where(FEED.c.url == feed_url, POLL_RUN.c.began_at == moment, POLL_RUN.c.entries > 0)
        .limit(1)
    )
    row = connection.execute(poll).one_or_none()
    return _read(row) if row else None


def _read(row: Any) -> PollRun:
    return PollRun(
        began_at=row.began_at,
        ended_at=row.ended_at,
        reason=Reason(row.reason),
        detail=row.detail,
        polls=row.polls,
        entries=row.entries,
        alerts=row.alerts,
        baseline=row.baseline,
    )
