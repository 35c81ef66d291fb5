"""What is kept for how long: which entries feeds still list, tombstones, when texts were taken out."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("feed", sa.Column("listed_on", sa.Date()))
    # All entries may still be listed. As a default this costs nothing, however many there are.
    today = op.get_bind().scalar(sa.select(sa.func.current_date()))
    op.add_column(
        "entry", sa.Column("listed_on", sa.Date(), nullable=False, server_default=sa.text(f"'{today}'"))
    )
    op.add_column("article", sa.Column("pruned_at", MOMENT))
    op.create_table(
        "tombstone",
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("feed_id", sa.Integer(), nullable=False),
        sa.Column("listed_on", sa.Date(), nullable=False),
        sa.Column("published_at", MOMENT),
        sa.Column("linked", sa.Boolean(), nullable=False),
        sa.Column("traits", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name="pk_tombstone"),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name="fk_tombstone_feed_id_feed"),
    )
    for table, column in (
        ("tombstone", "listed_on"),
        ("revision", "seen_at"),
        ("alert", "created_at"),
        ("notice", "created_at"),
        ("silence", "story_id"),
    ):
        op.create_index(f"ix_{table}_{column}", table, [column])
    op.create_index("ix_attempt_attempted_at", "attempt", ["attempted_at", "delivery_id", "number"])
    with_text = sa.text("text IS NOT NULL")
    op.create_index(
        "ix_article_text",
        "article",
        ["tried_at", "entry_id"],
        sqlite_where=with_text,
        postgresql_where=with_text,
    )
