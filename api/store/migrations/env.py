"""Run by Alembic: migrate over the connection that :mod:`api.store.migrate` opened."""

from alembic import context

from api.store.layout import METADATA

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    render_as_batch=True,
    compare_type=True,
    transactional_ddl=True,
    transaction_per_migration=False,
)
context.run_migrations()
