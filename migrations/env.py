"""How Alembic reaches the database: on the connection that `proxeny_api.migrate` hands it."""

from alembic import context
from sqlalchemy import Connection

from proxeny_api.tables import metadata

connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    compare_type=True,
    compare_server_default=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
