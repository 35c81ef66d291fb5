"""Pages of entries, read when they can change a verdict."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "article",
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String()),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", MOMENT),
        sa.Column("host_free_at", MOMENT),
        sa.Column("tried_at", MOMENT),
        sa.Column("text", sa.String()),
        sa.Column("lease", sa.String()),
        sa.Column("lease_until", MOMENT),
        sa.PrimaryKeyConstraint("entry_id", name="pk_article"),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_article_entry_id_entry"),
    )
    op.create_index("ix_article_host_free_at", "article", ["host_free_at"])
    _partial_index("ix_article_due", "next_attempt_at", "state = 'pending'")
    _partial_index("ix_article_leased", "host", "lease IS NOT NULL")


def _partial_index(name: str, column: str, condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, "article", [column], sqlite_where=where, postgresql_where=where)
