"""Entries by their words: an index, the words in it, and which entries are still to be filed: all that are there."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "search_unfiled",
        sa.Column("entry_id", ID, nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("entry_id", name="pk_search_unfiled"),
    )
    op.create_table(
        "search_word",
        sa.Column("id", ID, nullable=False),
        sa.Column("written", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_word"),
        sa.UniqueConstraint("written", name="uq_search_word_written"),
    )
    op.create_table(
        "search_form",
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("stem", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("language", "stem", "token", name="pk_search_form"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "search_language",
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("known", ID, nullable=False),
        sa.PrimaryKeyConstraint("language", name="pk_search_language"),
    )
    if op.get_bind().dialect.name == "sqlite":
        # Neither the text nor where in it a word stands: whoever finds an entry looks at the entry itself.
        op.execute(
            "CREATE VIRTUAL TABLE search_index USING fts5"
            "(words, content='', detail=none, columnsize=0, tokenize='ascii')"
        )
    else:
        op.execute("CREATE TABLE search_index (entry_id bigint PRIMARY KEY, words tsvector NOT NULL)")
        op.execute("CREATE INDEX ix_search_index_words ON search_index USING gin (words)")
    op.create_index("ix_entry_first_seen_at", "entry", ["first_seen_at"])
    op.create_index("ix_match_rule_entry_id", "match", ["rule", "entry_id"])
    op.execute("INSERT INTO search_unfiled (entry_id) SELECT id FROM entry")
