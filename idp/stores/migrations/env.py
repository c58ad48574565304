"""What Alembic runs: the migrations, on the connection and inside the transaction of `upgrade`."""

from alembic import context

from idp.stores.db import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
)
context.run_migrations()
