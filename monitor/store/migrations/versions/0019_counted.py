"""What is counted of all there is can be read from indexes alone; the last error of each channel."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None
works_with = "0017"

# A program that doesn't know the column leaves it as it is here, until the next error that another one meets.
_LAST_ERRORS = """
INSERT INTO channel (name, failures, last_error) SELECT last.channel, 0, last.detail FROM (
 SELECT delivery.channel, attempt.detail, row_number() OVER (
  PARTITION BY delivery.channel ORDER BY attempt.attempted_at DESC, attempt.delivery_id DESC, attempt.number DESC
 ) AS place
 FROM attempt JOIN delivery ON delivery.id = attempt.delivery_id WHERE attempt.status <> 'sent'
) AS last WHERE last.place = 1
ON CONFLICT (name) DO UPDATE SET last_error = excluded.last_error
"""


def upgrade() -> None:
    op.add_column("channel", sa.Column("last_error", sa.String()))
    op.execute(_LAST_ERRORS)
    for name, table, columns, condition in (
        ("ix_delivery_over", "delivery", ["state", "channel", "sent_at"], "state IN ('sent', 'suppressed')"),
        ("ix_article_failed", "article", ["entry_id"], "state = 'failed'"),
    ):
        where = sa.text(condition)
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_entry_feed_id", "entry")
        op.create_index("ix_entry_feed_id", "entry", ["feed_id"], postgresql_include=["id"])
