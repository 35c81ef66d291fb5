"""Stories: which entries belong to one, and why; what of it was told; where a page was found."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("match", sa.Column("progress", sa.String()))
    op.add_column("article", sa.Column("url", sa.String()))
    op.create_table(
        "story_member",
        sa.Column("id", ID, nullable=False),
        sa.Column("story_id", ID, nullable=False),
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_story_member"),
        sa.ForeignKeyConstraint(["story_id"], ["entry.id"], name="fk_story_member_story_id_entry"),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_story_member_entry_id_entry"),
        sa.UniqueConstraint("entry_id", name="uq_story_member_entry_id"),
    )
    op.create_index("ix_story_member_story_id", "story_member", ["story_id"])
