"""Runs migrations on the connection and in the transaction of monitor.store.schema."""

from alembic import context

from monitor.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,  # SQLite alters most things only by copying the table
    on_version_apply=context.config.attributes.get("note"),
)
with context.begin_transaction():
    context.run_migrations()
