"""One unit of work on one connection, and whose turn it is to write. Threads and nesting are `db.py`'s."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from sqlalchemy.engine import Connection, CursorResult, Engine, Row
from sqlalchemy.exc import OperationalError, SQLAlchemyError, TimeoutError  # noqa: A004 # of the pool
from sqlalchemy.sql.base import Executable

from idp.domain.ports import StoreUnavailable
from idp.stores.engines import BUSY_SECONDS

Rows = Sequence[Row[Any]]
Parameters = Mapping[str, object]


class UnitBroken(RuntimeError):
    """A part of this unit failed and the failure was swallowed; nothing of the unit is stored."""


class Turn:
    """Whose turn it is to write: on SQLite one thread of a process at a time, on PostgreSQL everybody's.

    SQLite's own way of waiting is to sleep and ask again; between threads a lock is several times faster.
    """

    def __init__(self, engine: Engine) -> None:
        is_sqlite = engine.dialect.name == "sqlite"
        self.begin = "BEGIN IMMEDIATE" if is_sqlite else "BEGIN"
        self._lock = threading.Lock() if is_sqlite else None

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Wait for the turn and hold it; when that takes too long, SQLite itself says that the database is locked."""
        if self._lock is None or not self._lock.acquire(timeout=BUSY_SECONDS):
            yield
            return
        try:
            yield
        finally:
            self._lock.release()


class Unit:
    """One unit: at most one connection, at most one transaction."""

    def __init__(self, engine: Engine, turn: Turn) -> None:
        self._engine = engine
        self._turn = turn
        self._held = ExitStack()
        self._connection: Connection | None = None
        self._is_begun = False
        self.is_broken = False

    def begin(self) -> None:
        """Begin the transaction, if it has not."""
        if not self._is_begun:
            with self._guard():
                self._connect()
                self._held.enter_context(self._turn.hold())
                self._send(self._turn.begin)
            self._is_begun = True

    def run(self, statement: Executable, parameters: Parameters | None) -> tuple[Rows, int]:
        """Rows and row count of a statement."""
        with self._guard():
            return run_statement(self._connect(), statement, parameters)

    def end(self, *, is_good: bool) -> None:
        """Commit, or roll back; the connection goes back in any case."""
        try:
            if is_good and self._is_begun and not self.is_broken:
                self._send("COMMIT")
                self._is_begun = False
        finally:
            self._release()
            self._held.close()
        if is_good and self.is_broken:
            raise UnitBroken

    @contextmanager
    def _guard(self) -> Iterator[None]:
        """Any failure breaks the unit: PostgreSQL would answer a later COMMIT with a silent rollback."""
        if self.is_broken:
            raise UnitBroken
        self.is_broken = True
        yield
        self.is_broken = False

    def _release(self) -> None:
        if self._connection is None:
            return
        try:
            if self._is_begun:
                self._send("ROLLBACK")
        except SQLAlchemyError:
            # The connection is gone, and the transaction with it.
            self._connection.invalidate()
        finally:
            self._connection.close()

    def _connect(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    def _send(self, command: str) -> None:
        self._connect().exec_driver_sql(command)


@contextmanager
def outages_named() -> Iterator[None]:
    """Raises StoreUnavailable where the database is away, full or locked for too long; other errors as they are."""
    try:
        yield
    except (OperationalError, TimeoutError) as error:
        cause = getattr(error, "orig", None)
        # SQLite calls operational also what time does not heal: a table that is not there.
        if getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR:
            raise
        raise StoreUnavailable(str(cause or error).strip().partition("\n")[0]) from error


def run_statement(connection: Connection, statement: Executable, parameters: Parameters | None) -> tuple[Rows, int]:
    """Rows and row count; the rows are all fetched, so no cursor stays open."""
    result: CursorResult[Any] = connection.execute(statement, parameters, execution_options={"preserve_rowcount": True})
    count = result.rowcount
    return (result.fetchall() if result.returns_rows else ()), count
