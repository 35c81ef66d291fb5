"""The pages of entries that some rules wait for: which are due, what reading one changes."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    func,
    insert,
    select,
    update,
)

from monitor.model import ArticleRecord, ArticleState, ClaimedArticle, WantedArticle
from monitor.store.alerts import read_entry
from monitor.store.engine import chunks
from monitor.store.leases import Claim, finish, held, is_free, taking
from monitor.store.members import add_members
from monitor.store.outbox import add_untold
from monitor.store.prepared import Prepared
from monitor.store.search.unfiled import note_unfiled
from monitor.store.tables import ACTIVE, ARTICLE, ENTRY, FEED, WAITING


def add_wanted(
    connection: Connection, wanted_of: Iterable[tuple[int, WantedArticle | None, datetime]]
) -> None:
    """Add the pages that entries (by their ids) want read, and from when on they are due."""
    rows = [
        {
            "entry_id": entry_id,
            "host": wanted.host,
            "rules": list(wanted.rules),
            "state": ArticleState.PENDING.value,
            "detail": "",
            "attempts": 0,
            "next_attempt_at": due,
        }
        for entry_id, wanted, due in wanted_of
        if wanted
    ]
    if rows:
        _ADD.run(connection, rows)


_WANTED = ("entry_id", "host", "rules", "state", "detail", "attempts", "next_attempt_at")
_ADD = Prepared(insert(ARTICLE).values({name: bindparam(name) for name in _WANTED}))


def claim_due(connection: Connection, claim: Claim, limit: int) -> list[ClaimedArticle]:
    """Lease due articles; see ArticleStore.claim_due_articles."""
    rows = connection.execute(_TAKE, claim.parameters | {"most": limit}).all()
    if not rows:
        return []
    leased = {row.entry_id: row for row in rows}
    entries = connection.execute(
        select(
            ENTRY,
            FEED.c.url.label("feed_url"),
            FEED.c.title.label("feed_title"),
            FEED.c.language.label("feed_language"),
        )
        .join(FEED, FEED.c.id == ENTRY.c.feed_id)
        .where(ENTRY.c.id.in_(leased))
        .order_by(ENTRY.c.id)
    )
    return [_claimed(leased[row.id], row) for row in entries]


def forget(connection: Connection, rules: Collection[str]) -> None:
    """Give up the articles that none of these rules waits for."""
    rows = connection.execute(
        select(ARTICLE.c.entry_id, ARTICLE.c.rules).where(WAITING, ARTICLE.c.lease.is_(None))
    )
    unwanted = [row.entry_id for row in rows if not set(row.rules).intersection(rules)]
    for some in chunks(unwanted):
        connection.execute(update(ARTICLE).where(ARTICLE.c.entry_id.in_(some)).values(_FORGOTTEN))


_FORGOTTEN = {
    "state": ArticleState.FAILED.value,
    "reason": None,
    "detail": "no rule that is configured waits for it any more",
    "next_attempt_at": None,
}


def _due() -> Select[int]:
    """Return the query for the oldest due article of each host that nobody reads from and that had its rest."""
    due = and_(WAITING, ARTICLE.c.next_attempt_at <= bindparam("now"), is_free(ARTICLE))
    place = func.row_number().over(
        partition_by=ARTICLE.c.host, order_by=(ARTICLE.c.next_attempt_at, ARTICLE.c.entry_id)
    )
    queue = (
        select(ARTICLE.c.entry_id, place.label("place"))
        .join(ENTRY, ENTRY.c.id == ARTICLE.c.entry_id)
        .join(FEED, FEED.c.id == ENTRY.c.feed_id)
        .where(due, ACTIVE)
        .subquery("queue")
    )
    read_from = held(ARTICLE, "host").subquery("held")
    return (
        select(ARTICLE.c.entry_id)
        .join(queue, queue.c.entry_id == ARTICLE.c.entry_id)
        .where(
            due,
            queue.c.place == 1,
            ARTICLE.c.host.not_in(select(read_from.c.host)),
            _is_rested(bindparam("now")),
        )
        .order_by(ARTICLE.c.next_attempt_at, ARTICLE.c.entry_id)
        .limit(bindparam("most"))
    )


def _claimed(article: Any, row: Any) -> ClaimedArticle:
    return ClaimedArticle(
        entry_id=article.entry_id,
        lease=article.lease,
        entry=read_entry(row),
        first_seen_at=row.first_seen_at,
        feed_url=row.feed_url,
        feed_title=row.feed_title or "",
        feed_language=row.feed_language,
        rules=tuple(article.rules),
        attempts=article.attempts,
    )


def are_due(connection: Connection, now: datetime, by: datetime) -> bool:
    """Tell whether a due article, which nobody reads now, has a host that may be asked `by` then."""
    due = (
        select(ARTICLE.c.entry_id)
        .join(ENTRY, ENTRY.c.id == ARTICLE.c.entry_id)
        .join(FEED, FEED.c.id == ENTRY.c.feed_id)
        .where(WAITING, ARTICLE.c.next_attempt_at <= now, ACTIVE, ARTICLE.c.lease.is_(None), _is_rested(by))
    )
    return connection.scalar(due.limit(1)) is not None


def _is_rested(by: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    other = ARTICLE.alias("other")
    return ARTICLE.c.host.not_in(select(other.c.host).where(other.c.host_free_at > by))


_TAKE = taking(ARTICLE, _due())


def commit_article(connection: Connection, record: ArticleRecord) -> None:
    """Store what one try to read an article changed; see ArticleStore.commit_article."""
    decision = record.decision
    changes = {
        "state": decision.state.value,
        "reason": record.reason.value,
        "detail": record.detail,
        "attempts": ARTICLE.c.attempts + 1,
        "next_attempt_at": decision.next_attempt_at,
        "host_free_at": decision.host_free_at,
        "tried_at": record.tried_at,
        "text": record.text,
        "url": record.url,
    }
    finish(connection, ARTICLE, record.entry_id, record.lease, changes)
    if record.text:
        note_unfiled(connection, [record.entry_id])
    add_untold(connection, record.entry_id, record.matches, record.deliveries, record.tried_at)
    add_members(connection, [(record.entry_id, record.story, record.tried_at)])
