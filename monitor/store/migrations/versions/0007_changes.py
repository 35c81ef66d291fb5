"""What entries said before, what a feed proves about its ids and texts, and its resets; keys outlive entries."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for table, column in (
        ("feed", sa.Column("guid_churn", sa.Integer(), nullable=False, server_default="0")),
        ("feed", sa.Column("text_churn", sa.Integer(), nullable=False, server_default="0")),
        ("feed", sa.Column("reset_at", MOMENT)),
        ("feed", sa.Column("reset_known", sa.Integer(), nullable=False, server_default="0")),
        ("feed", sa.Column("reset_held", sa.Integer(), nullable=False, server_default="0")),
        ("entry", sa.Column("held", sa.Boolean(), nullable=False, server_default=sa.false())),
        ("entry", sa.Column("known_by", sa.String())),
        ("entry", sa.Column("changes", sa.Integer(), nullable=False, server_default="0")),
        ("entry", sa.Column("changed_at", MOMENT)),
        ("alert", sa.Column("changed", sa.Boolean(), nullable=False, server_default=sa.false())),
    ):
        op.add_column(table, column)
    op.create_table(
        "revision",
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "number", name="pk_revision"),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_revision_entry_id_entry"),
    )
    _untie_keys()


def _untie_keys() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint("fk_entry_key_entry_id_entry", "entry_key", type_="foreignkey")
        return
    op.rename_table("entry_key", "entry_key_0006")
    op.create_table(
        "entry_key",
        sa.Column("feed_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("entry_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("feed_id", "key", name="pk_entry_key"),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name="fk_entry_key_feed_id_feed"),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO entry_key SELECT feed_id, key, entry_id FROM entry_key_0006")
    op.drop_table("entry_key_0006")
