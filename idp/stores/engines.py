"""How an engine is set up for each database; owns no table and no transaction.

SQLite: WAL, `synchronous=FULL` (an answered request survives a power cut), foreign keys, a patient busy time-out.
PostgreSQL: psycopg 3, time-outs so that a stuck node cannot hold a lock for ever. Both run in autocommit: the unit of
work says BEGIN itself (`db.py`), so a read costs one round trip.
"""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import URL, event
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_SECONDS = 15
_POOL = {"pool_size": 8, "max_overflow": 8, "pool_timeout": 30}
_POSTGRESQL_SETTINGS = f"-c lock_timeout={BUSY_SECONDS}s -c idle_in_transaction_session_timeout=60s"


class UnsupportedDatabase(ValueError):
    """A database URL that is neither `sqlite:///…` nor `postgresql+psycopg://…`."""


def resolve_url(text: str) -> URL:
    """The database URL with an absolute file path and the driver named.

    Raises UnsupportedDatabase; sqlalchemy.exc.ArgumentError for what is no URL.
    """
    url = make_url(text)
    match url.get_backend_name():
        case "sqlite" if url.database not in {None, "", ":memory:"} and "uri" not in url.query:
            return url.set(drivername="sqlite", database=str(Path(str(url.database)).resolve()))
        case "postgresql" if url.drivername in {"postgresql", "postgresql+psycopg"}:
            return url.set(drivername="postgresql+psycopg")
        case _:
            # A database in memory would be lost with the process, and threads could not have units of their own.
            raise UnsupportedDatabase("the database has to be sqlite:///FILE or postgresql+psycopg://…")


def build_options(url: URL) -> dict[str, Any]:
    """Arguments of `create_engine`."""
    if url.get_backend_name() == "sqlite":
        return {"isolation_level": "AUTOCOMMIT", "connect_args": {"timeout": BUSY_SECONDS}, **_POOL}
    arguments: dict[str, Any] = {"connect_timeout": 5}
    if "options" not in url.query:
        arguments["options"] = _POSTGRESQL_SETTINGS
    return {"isolation_level": "AUTOCOMMIT", "connect_args": arguments, "pool_recycle": 300, **_POOL}


def prepare_file(url: URL) -> None:
    """Make the folder and file of a SQLite database, readable by its owner only; harmless when they are there."""
    if url.get_backend_name() != "sqlite":
        return
    path = Path(str(url.database))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def install_hooks(engine: Engine) -> None:
    """Set up every new connection."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)


def _set_up_sqlite(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    del entry
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    _enter_wal(cursor)
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _enter_wal(cursor: Any) -> None:
    """Turn WAL on; the file remembers it. Only the first process ever waits here: SQLite's own time-out does not."""
    give_up_at = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode")
            if cursor.fetchone()[0] != "wal":
                cursor.execute("PRAGMA journal_mode = WAL")
                cursor.fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > give_up_at:
                raise
            time.sleep(0.02)
        else:
            return
