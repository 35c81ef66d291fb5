"""What polls brought, what rules said and when, and why a match tells nobody."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
IN_FORCE = sa.text("until IS NULL")


def upgrade() -> None:
    for column in (
        sa.Column("cache_control", sa.String()),
        sa.Column("expires", sa.String()),
        sa.Column("address", sa.String()),
        sa.Column("language", sa.String()),
        sa.Column("run_began_at", MOMENT),
        sa.Column("run_polls", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("runs", sa.Integer(), nullable=False, server_default="0"),
    ):
        op.add_column("feed", column)
    op.add_column("match", sa.Column("withheld", sa.String()))
    _poll_runs()
    _rule_versions()


def _poll_runs() -> None:
    op.create_table(
        "poll_run",
        sa.Column("feed_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("polls", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("alerts", sa.Integer(), nullable=False),
        sa.Column("baseline", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("feed_id", "number", name="pk_poll_run"),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name="fk_poll_run_feed_id_feed"),
        sqlite_with_rowid=False,
    )


def _rule_versions() -> None:
    op.create_table(
        "rule_version",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("definition", sa.String(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_rule_version"),
    )
    op.create_index("ix_rule_version_name_since", "rule_version", ["name", "since"])
    op.create_index(
        "uq_rule_version_in_force",
        "rule_version",
        ["name"],
        unique=True,
        sqlite_where=IN_FORCE,
        postgresql_where=IN_FORCE,
    )
