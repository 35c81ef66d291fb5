"""What is older than it has to be kept, and still needed: by what waits, or by something else that is kept."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, and_, func, or_, select, true

from monitor.model import DeliveryState
from monitor.store.tables import ALERT, ARTICLE, DELIVERY, SILENCE, STORY_MEMBER, WAITING

_UNTOLD = (DeliveryState.PENDING.value, DeliveryState.HELD.value, DeliveryState.FAILED.value)
UNTOLD = DELIVERY.c.state.in_(_UNTOLD)


def newest(table: Table) -> ColumnElement[bool]:
    """Return the condition that a row has the highest number."""
    return table.c.id == select(func.max(table.c.id)).scalar_subquery()


def texts(connection: Connection, ids: Collection[int]) -> set[int]:
    """Return those of the entries of which somebody is still to be told: the message may quote the page."""
    waiting = select(ALERT.c.entry_id).join(DELIVERY, DELIVERY.c.alert_id == ALERT.c.id)
    return set(connection.scalars(waiting.where(ALERT.c.entry_id.in_(ids), UNTOLD)))


def alerts(connection: Connection, ids: Collection[int]) -> set[int]:
    """Return those of the alerts that somebody is still to be told."""
    waiting = select(DELIVERY.c.alert_id).where(DELIVERY.c.alert_id.in_(ids), or_(UNTOLD, newest(DELIVERY)))
    return {alert_id for alert_id in connection.scalars(waiting) if alert_id is not None}


def notices(connection: Connection, ids: Collection[int]) -> set[int]:
    """Return those of the notices that somebody is still to be told."""
    waiting = select(DELIVERY.c.notice_id).where(DELIVERY.c.notice_id.in_(ids), or_(UNTOLD, newest(DELIVERY)))
    return {notice_id for notice_id in connection.scalars(waiting) if notice_id is not None}


def entries(connection: Connection, ids: Collection[int], alerts_since: datetime | None = None) -> set[int]:
    """Return those of the entries that an alert is about, a silence names, a rule waits for, or a story begins with.

    With `alerts_since` the alerts before count as pruned, unless they wait.
    """
    needing = (
        select(ALERT.c.entry_id).where(ALERT.c.entry_id.in_(ids), _stays(alerts_since)),
        select(SILENCE.c.story_id).where(SILENCE.c.story_id.in_(ids)),
        select(ARTICLE.c.entry_id).where(ARTICLE.c.entry_id.in_(ids), WAITING),
        # The newest member, whose number must not be given again.
        select(STORY_MEMBER.c.entry_id).where(newest(STORY_MEMBER)),
    )
    needed = {entry_id for query in needing for entry_id in connection.scalars(query)}
    going = set(ids) - needed
    members = select(STORY_MEMBER.c.story_id, STORY_MEMBER.c.entry_id).where(
        STORY_MEMBER.c.story_id.in_(going)
    )
    return needed | {row.story_id for row in connection.execute(members) if row.entry_id not in going}


def _stays(since: datetime | None) -> ColumnElement[bool]:
    if since is None:
        return true()
    waiting = select(DELIVERY.c.id).where(and_(DELIVERY.c.alert_id == ALERT.c.id, UNTOLD)).exists()
    return or_(ALERT.c.created_at >= since, waiting)
