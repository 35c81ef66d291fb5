"""All tables of version 0.1."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _feeds()
    _entries()
    _outbox()


def _feeds() -> None:
    op.create_table(
        "feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("name", sa.String()),
        sa.Column("title", sa.String()),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("etag", sa.String()),
        sa.Column("last_modified", sa.String()),
        sa.Column("body_hash", sa.String()),
        sa.Column("baseline_at", MOMENT),
        sa.Column("reason", sa.String()),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("polled_at", MOMENT),
        sa.Column("succeeded_at", MOMENT),
        sa.Column("next_poll_at", MOMENT, nullable=False),
        sa.Column("lease", sa.String()),
        sa.Column("lease_until", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_feed"),
        sa.UniqueConstraint("url", name="uq_feed_url"),
    )
    _partial_index("ix_feed_due", "feed", ["next_poll_at"], sqlite="active IS 1", postgresql="active IS true")
    _partial_index("ix_feed_leased", "feed", ["host"], "lease IS NOT NULL")


def _entries() -> None:
    op.create_table(
        "entry",
        sa.Column("id", ID, nullable=False),
        sa.Column("feed_id", sa.Integer(), nullable=False),
        sa.Column("guid", sa.String()),
        sa.Column("link", sa.String()),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("published_at", MOMENT),
        sa.Column("updated_at", MOMENT),
        sa.Column("first_seen_at", MOMENT, nullable=False),
        sa.Column("baseline", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_entry"),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name="fk_entry_feed_id_feed"),
    )
    op.create_index("ix_entry_feed_id", "entry", ["feed_id"])
    op.create_table(
        "entry_key",
        sa.Column("feed_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("entry_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("feed_id", "key", name="pk_entry_key"),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name="fk_entry_key_feed_id_feed"),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_entry_key_entry_id_entry"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "match",
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("hits", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "rule", name="pk_match"),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_match_entry_id_entry"),
    )


def _outbox() -> None:
    op.create_table(
        "alert",
        sa.Column("id", ID, nullable=False),
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alert"),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_alert_entry_id_entry"),
    )
    op.create_index("ix_alert_entry_id", "alert", ["entry_id"])
    op.create_table(
        "delivery",
        sa.Column("id", ID, nullable=False),
        sa.Column("alert_id", ID, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", MOMENT),
        sa.Column("lease", sa.String()),
        sa.Column("lease_until", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.UniqueConstraint("alert_id", "channel", name="uq_delivery_alert_id_channel"),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name="fk_delivery_alert_id_alert"),
    )
    _partial_index("ix_delivery_due", "delivery", ["channel", "next_attempt_at"], "state = 'pending'")
    _partial_index("ix_delivery_leased", "delivery", ["channel"], "lease IS NOT NULL")
    op.create_table(
        "attempt",
        sa.Column("delivery_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("attempted_at", MOMENT, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("delivery_id", "number", name="pk_attempt"),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name="fk_attempt_delivery_id_delivery"),
    )


def _partial_index(
    name: str, table: str, columns: list[str], sqlite: str, postgresql: str | None = None
) -> None:
    op.create_index(
        name, table, columns, sqlite_where=sa.text(sqlite), postgresql_where=sa.text(postgresql or sqlite)
    )
