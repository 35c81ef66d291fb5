"""Which earlier versions of the program can work with the database as it is."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None
works_with = "0017"


def upgrade() -> None:
    table = op.create_table(
        "compatibility",
        sa.Column("works_with", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("works_with", name="pk_compatibility"),
    )
    op.bulk_insert(table, [{"works_with": works_with}])
