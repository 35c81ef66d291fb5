"""What goes into the outbox: matches, alerts and their deliveries, which nobody has settled yet."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from monitor.model import DeliveryState, Hit, Match, PlannedDelivery
from monitor.store.prepared import Prepared
from monitor.store.tables import ALERT, DELIVERY, MATCH


def add_matches(connection: Connection, found: Iterable[tuple[int, Sequence[Match]]]) -> None:
    """Add the matches of entries, given by their ids."""
    rows = [
        {
            "entry_id": entry_id,
            "rule": match.rule,
            "hits": hits_json(match.hits),
            "withheld": match.withheld.value if match.withheld else None,
            "progress": match.progress.value if match.progress else None,
        }
        for entry_id, matches in found
        for match in matches
    ]
    if rows:
        _ADD_MATCH.run(connection, rows)


_ADD_MATCH = Prepared(insert(MATCH))


def hits_json(hits: Iterable[Hit]) -> list[list[Any]]:
    """Return hits as their column holds them."""
    return [[hit.field.value, hit.start, hit.end, hit.term] for hit in hits]


def add_untold(
    connection: Connection,
    entry_id: int,
    matches: Sequence[Match],
    deliveries: Sequence[PlannedDelivery],
    created_at: datetime,
    *,
    changed: bool = False,
) -> None:
    """Add those matches of a known entry that are new, and the alert for them.

    Its page and an edit may make a rule true at the same time; the first of them tells.
    """
    held = set(connection.scalars(select(MATCH.c.rule).where(MATCH.c.entry_id == entry_id)))
    add_matches(connection, [(entry_id, [match for match in matches if match.rule not in held])])
    fresh = [
        (planned.channel, tuple(rule for rule in planned.rules if rule not in held)) for planned in deliveries
    ]
    left = [PlannedDelivery(channel, rules) for channel, rules in fresh if rules]
    add_alerts(connection, [(entry_id, left)], created_at, changed=changed)


def add_alerts(
    connection: Connection,
    planned_of: Iterable[tuple[int, Sequence[PlannedDelivery]]],
    created_at: datetime,
    *,
    changed: bool = False,
) -> None:
    """Add an alert for each entry (by its id) that has deliveries, and these, to be settled."""
    told = [(entry_id, deliveries) for entry_id, deliveries in planned_of if deliveries]
    if not told:
        return
    alerts = connection.scalars(
        insert(ALERT).returning(ALERT.c.id, sort_by_parameter_order=True),
        [{"entry_id": entry_id, "created_at": created_at, "changed": changed} for entry_id, _ in told],
    )
    rows = [
        {"alert_id": alert_id, "channel": planned.channel, "rules": list(planned.rules)}
        for alert_id, (_, deliveries) in zip(alerts, told, strict=True)
        for planned in deliveries
    ]
    add_deliveries(connection, rows, created_at)


def add_deliveries(connection: Connection, rows: Sequence[dict[str, Any]], created_at: datetime) -> None:
    """Add deliveries, given by what they are about, channel and rules, to be settled."""
    new = {"state": DeliveryState.PENDING.value, "attempts": 0, "next_attempt_at": created_at}
    if rows:
        connection.execute(insert(DELIVERY), [row | new for row in rows])
