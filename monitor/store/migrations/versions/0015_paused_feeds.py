"""People may let a feed rest without changing the configuration."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feed", sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
