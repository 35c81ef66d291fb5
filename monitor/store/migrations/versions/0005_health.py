"""How feeds do, and what their owner is told of it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _feeds()
    op.create_table(
        "notice",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
    )
    if op.get_bind().dialect.name == "sqlite":
        _outbox_copied()
    else:
        _outbox_altered()


def _feeds() -> None:
    for column in (
        sa.Column("since", MOMENT),
        sa.Column("last_new_at", MOMENT),
        sa.Column("watched_entries", sa.Float(), nullable=False, server_default="0"),
        sa.Column("watched_days", sa.Float(), nullable=False, server_default="0"),
        sa.Column("longest_gap", sa.Float(), nullable=False, server_default="0"),
        sa.Column("trouble", sa.String()),
        sa.Column("told_at", MOMENT),
    ):
        op.add_column("feed", column)
    newest = "SELECT max(first_seen_at) FROM entry WHERE entry.feed_id = feed.id"
    op.execute(f"UPDATE feed SET last_new_at = ({newest}), since = polled_at")  # noqa: S608 - all of it is above


def _outbox_altered() -> None:
    op.alter_column("delivery", "alert_id", nullable=True)
    op.add_column("delivery", sa.Column("notice_id", ID))
    op.create_foreign_key("fk_delivery_notice_id_notice", "delivery", "notice", ["notice_id"], ["id"])
    op.create_unique_constraint("uq_delivery_notice_id_channel", "delivery", ["notice_id", "channel"])
    op.create_check_constraint("ck_delivery_about_one_thing", "delivery", _ONE_THING)


_ONE_THING = "(alert_id IS NULL) <> (notice_id IS NULL)"


def _outbox_copied() -> None:
    """SQLite can't alter a column, and drops no table to which rows refer: both get a new copy."""
    op.create_table(
        "delivery_new",
        sa.Column("id", ID, nullable=False),
        sa.Column("alert_id", ID),
        sa.Column("notice_id", ID),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", MOMENT),
        sa.Column("lease", sa.String()),
        sa.Column("lease_until", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.UniqueConstraint("alert_id", "channel", name="uq_delivery_alert_id_channel"),
        sa.UniqueConstraint("notice_id", "channel", name="uq_delivery_notice_id_channel"),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name="fk_delivery_alert_id_alert"),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name="fk_delivery_notice_id_notice"),
        sa.CheckConstraint(_ONE_THING, name="ck_delivery_about_one_thing"),
    )
    op.create_table(
        "attempt_new",
        sa.Column("delivery_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("attempted_at", MOMENT, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("delivery_id", "number", name="pk_attempt"),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery_new.id"], name="fk_attempt_delivery_id_delivery"),
    )
    kept = "id, alert_id, channel, rules, state, attempts, next_attempt_at, lease, lease_until"
    op.execute(f"INSERT INTO delivery_new ({kept}) SELECT {kept} FROM delivery")  # noqa: S608 - see above
    kept = "delivery_id, number, attempted_at, status, detail"
    op.execute(f"INSERT INTO attempt_new ({kept}) SELECT {kept} FROM attempt")  # noqa: S608 - see above
    op.drop_table("attempt")
    op.drop_table("delivery")
    op.rename_table("delivery_new", "delivery")
    op.rename_table("attempt_new", "attempt")
    _partial_index("ix_delivery_due", ["channel", "next_attempt_at"], "state = 'pending'")
    _partial_index("ix_delivery_leased", ["channel"], "lease IS NOT NULL")


def _partial_index(name: str, columns: list[str], condition: str) -> None:
    op.create_index(name, "delivery", columns, sqlite_where=sa.text(condition))
