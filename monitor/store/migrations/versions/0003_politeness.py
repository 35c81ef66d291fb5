"""What a feed's publisher asks for, and the feed's own rhythm."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
WAITING = sa.text("retry_until IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("feed") as feed:
        feed.add_column(sa.Column("validators_url", sa.String()))
        feed.add_column(sa.Column("served_at", MOMENT))
        feed.add_column(sa.Column("retry_until", MOMENT))
        feed.add_column(sa.Column("hints", sa.JSON()))
        feed.add_column(sa.Column("move", sa.JSON()))
        feed.add_column(sa.Column("rhythm", sa.JSON()))
        feed.add_column(sa.Column("weights", sa.JSON()))
    op.create_index("ix_feed_waiting", "feed", ["host"], sqlite_where=WAITING, postgresql_where=WAITING)
