"""A feed's rhythm is read in every poll: as JSON that took as long as all the rest of its row."""

import json
from datetime import datetime
from struct import pack
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

FEED = sa.table("feed", sa.column("id"), sa.column("rhythm", sa.LargeBinary()))


def upgrade() -> None:
    connection = op.get_bind()
    learned = sa.text("SELECT id, CAST(rhythm AS text) FROM feed WHERE rhythm IS NOT NULL")
    known = {feed_id: _packed(json.loads(rhythm)) for feed_id, rhythm in connection.execute(learned)}
    op.drop_column("feed", "rhythm")
    op.add_column("feed", sa.Column("rhythm", sa.LargeBinary()))
    for feed_id, rhythm in known.items():
        op.execute(FEED.update().where(FEED.c.id == feed_id).values(rhythm=rhythm))


def _packed(rhythm: dict[str, Any]) -> bytes:
    numbers = (rhythm["hours"], rhythm["recent"], rhythm["expected"], *rhythm["counts"])
    return pack("<d171f", datetime.fromisoformat(rhythm["as_of"]).timestamp(), *numbers)
