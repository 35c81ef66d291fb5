"""The indexes of the schema beyond those of single columns. They are part of METADATA as soon as the package is imported."""

from typing import Any

from sqlalchemy import ColumnElement, Index

from monitor.store.tables import (
    ACTIVE,
    ARTICLE,
    ARTICLE_LEASED,
    ATTEMPT,
    BUNDLED,
    DEAD,
    DELIVERY,
    DELIVERY_LEASED,
    ENTRY,
    FEED,
    FEED_LEASED,
    FEED_WAITING,
    HELD,
    IN_FORCE,
    OVER,
    READY,
    RETIRED,
    RULE_VERSION,
    UNREADABLE,
    UNSETTLED,
    WAITING,
    WITH_TEXT,
)


def _partial(
    name: str, *columns: ColumnElement[Any], where: ColumnElement[bool], unique: bool = False
) -> None:
    Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


# SQLite has the id in each index.
Index("ix_entry_feed_id", ENTRY.c.feed_id, postgresql_include=["id"])
Index("ix_rule_version_name_since", RULE_VERSION.c.name, RULE_VERSION.c.since)
Index("ix_attempt_attempted_at", ATTEMPT.c.attempted_at, ATTEMPT.c.delivery_id, ATTEMPT.c.number)
_partial("ix_feed_due", FEED.c.next_poll_at, where=ACTIVE)
_partial("ix_feed_retired", FEED.c.succeeded_at, where=RETIRED)
_partial("ix_feed_waiting", FEED.c.host, where=FEED_WAITING)
_partial("ix_feed_leased", FEED.c.host, where=FEED_LEASED)
_partial("ix_article_due", ARTICLE.c.next_attempt_at, where=WAITING)
_partial("ix_article_leased", ARTICLE.c.host, where=ARTICLE_LEASED)
_partial("ix_article_text", ARTICLE.c.tried_at, ARTICLE.c.entry_id, where=WITH_TEXT)
_partial("ix_article_failed", ARTICLE.c.entry_id, where=UNREADABLE)
_partial("uq_rule_version_in_force", RULE_VERSION.c.name, where=IN_FORCE, unique=True)
_partial("ix_delivery_unsettled", DELIVERY.c.id, where=UNSETTLED)
_partial("ix_delivery_held", DELIVERY.c.next_attempt_at, where=HELD)
_partial("ix_delivery_ready", DELIVERY.c.channel, DELIVERY.c.id, where=READY)
_partial("ix_delivery_dead", DELIVERY.c.reported, DELIVERY.c.channel, where=DEAD)
_partial("ix_delivery_over", DELIVERY.c.state, DELIVERY.c.channel, DELIVERY.c.sent_at, where=OVER)
_partial("ix_delivery_leased", DELIVERY.c.channel, where=DELIVERY_LEASED)
_BUNDLE = [DELIVERY.c[name] for name in ("channel", "bundle", "state", "sent_at")]
_partial("ix_delivery_bundle", *_BUNDLE, where=BUNDLED)
