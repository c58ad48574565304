"""Brings a database to the newest shape of its tables, with Alembic, called from code.

The whole way is one transaction on both databases (their DDL is transactional): killed in the middle, nothing has
happened. Processes that start together wait for each other; whoever comes second finds nothing left to do.
Kept out of `idp.stores`, so that only those who upgrade import Alembic.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine

_HERE = Path(__file__).parent
_LOCK = 0x5E4153  # any number of our own


class NewerDatabase(RuntimeError):
    """A database that a newer version of this program has changed; an older one must not touch it."""


def upgrade(engine: Engine) -> None:
    """Run the migrations that this database has not had; harmless at any time. Raises NewerDatabase."""
    with engine.connect() as plain:
        connection = plain.execution_options(isolation_level="AUTOCOMMIT")
        revision = _read_revision(connection)
        if revision == newest_revision():
            return
        # Left by an exception, the connection goes back to its pool, which rolls back.
        _begin_alone(connection)
        command.upgrade(_build_config(connection), "head")
        connection.exec_driver_sql("COMMIT")


def is_current(engine: Engine) -> bool:
    """True when no migration is missing. Raises NewerDatabase."""
    with engine.connect() as connection:
        return _read_revision(connection) == newest_revision()


def newest_revision() -> str | None:
    """The revision that this program expects."""
    return ScriptDirectory(str(_HERE)).get_current_head()


def _known_revisions() -> set[str | None]:
    return {None, *(script.revision for script in ScriptDirectory(str(_HERE)).walk_revisions())}


def _begin_alone(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


def _read_revision(connection: Connection) -> str | None:
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision not in _known_revisions():
        raise NewerDatabase(f"the tables are of revision {revision}, which this version does not know")
    return revision


def _build_config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
