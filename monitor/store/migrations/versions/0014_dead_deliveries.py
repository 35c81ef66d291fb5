"""All dead deliveries are counted, also those that the owner knows of."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_delivery_dead", "delivery")
    op.create_index(
        "ix_delivery_dead",
        "delivery",
        ["reported", "channel"],
        sqlite_where=sa.text("state = 'dead'"),
        postgresql_where=sa.text("state = 'dead'"),
    )
