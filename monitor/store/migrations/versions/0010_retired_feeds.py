"""Each new feed asks for those that are out of use."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_feed_retired",
        "feed",
        ["succeeded_at"],
        sqlite_where=sa.text("active IS NOT 1"),
        postgresql_where=sa.text("active IS NOT true"),
    )
