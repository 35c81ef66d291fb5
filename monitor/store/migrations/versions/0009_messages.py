"""Deliveries wait on purpose and go together; the pace of channels; silences; what comes by the clock."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for column in (
        sa.Column("bundle", sa.String()),
        sa.Column("importance", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("detail", sa.String(), nullable=False, server_default=""),
        sa.Column("sent_at", MOMENT),
        sa.Column("revived_at", MOMENT),
        sa.Column("silence_id", ID),
        sa.Column("escalated_from", sa.String()),
        sa.Column("reported", sa.Boolean(), nullable=False, server_default=sa.false()),
    ):
        op.add_column("delivery", column)
    # What was due goes as it would have gone, and nobody is told anew of what has been dead since long.
    last = "SELECT max(attempted_at) FROM attempt WHERE attempt.delivery_id = delivery.id"
    op.execute(f"UPDATE delivery SET sent_at = ({last}) WHERE state = 'sent'")  # noqa: S608 - all of it is above
    op.execute("UPDATE delivery SET bundle = '', reported = (state = 'dead')")
    op.execute("UPDATE delivery SET state = 'failed' WHERE state = 'pending' AND attempts > 0")
    _indexes()
    op.create_table(
        "channel",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("rest_until", MOMENT),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("full_at", MOMENT),
        sa.PrimaryKeyConstraint("name", name="pk_channel"),
    )
    op.create_table(
        "silence",
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("rule", sa.String()),
        sa.Column("feed", sa.String()),
        sa.Column("story_id", ID),
        sa.Column("query", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_silence"),
        sa.ForeignKeyConstraint(["story_id"], ["entry.id"], name="fk_silence_story_id_entry"),
    )
    op.create_table(
        "timer",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_timer"),
    )


def _indexes() -> None:
    op.drop_index("ix_delivery_due", "delivery")
    false = "0" if op.get_bind().dialect.name == "sqlite" else "false"
    for name, columns, condition in (
        ("ix_delivery_unsettled", ["id"], "bundle IS NULL"),
        ("ix_delivery_held", ["next_attempt_at"], "state = 'held'"),
        ("ix_delivery_ready", ["channel", "id"], "state IN ('pending', 'failed')"),
        ("ix_delivery_dead", ["channel"], f"state = 'dead' AND reported IS {false}"),
        ("ix_delivery_bundle", ["channel", "bundle", "state", "sent_at"], "bundle != ''"),
    ):
        where = sa.text(condition)
        op.create_index(name, "delivery", columns, sqlite_where=where, postgresql_where=where)
