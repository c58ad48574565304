"""The database: engine and metadata (owned by Flask-SQLAlchemy) and the unit of work (port Transactions).

A unit begins its transaction with its first write: `BEGIN IMMEDIATE` on SQLite, so a writer waits at the start and
never half-way. Outside a unit one statement is one transaction, and a verb marked `@atomic` is a unit of its own.
Between aggregates ids are plain text; foreign keys hold only what lives and dies together.
"""

from __future__ import annotations

import functools
import os
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.base import Executable

from idp.stores.engines import build_options, install_hooks, prepare_file, resolve_url
from idp.stores.unit import Parameters, Rows, Turn, Unit, outages_named, run_statement

METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
_EXTENSION = SQLAlchemy(metadata=METADATA)
_SERIALIZATION_FAILURES = frozenset({"40001", "40P01"})
_PAUSES = (0.01, 0.05, 0.2, 0.5)

T = TypeVar("T")
P = ParamSpec("P")


class _Current(threading.local):
    unit: Unit | None = None


class Database:
    """One database; threads share it. Reads before the first write of a unit see what others commit meanwhile."""

    def __init__(self, url: str) -> None:
        """Raises UnsupportedDatabase."""
        resolved = resolve_url(url)
        prepare_file(resolved)
        here = str(Path(__file__).parent)
        self._app = Flask("sekisho-stores", root_path=here, instance_path=here, static_folder=None)
        self._app.config["SQLALCHEMY_DATABASE_URI"] = resolved
        self._app.config["SQLALCHEMY_ENGINE_OPTIONS"] = build_options(resolved)
        _EXTENSION.init_app(self._app)
        with self._app.app_context():
            self.engine = _EXTENSION.engine
        install_hooks(self.engine)
        self.is_postgresql = self.engine.dialect.name == "postgresql"
        self._turn = Turn(self.engine)
        self._current = _Current()
        _databases.add(self)

    @contextmanager
    def unit(self) -> Iterator[None]:
        """All store calls inside are committed together, or rolled back when the block raises.

        A unit inside a unit joins it: when the inner one raises, the whole is rolled back, even if the outer block
        goes on (it then raises UnitBroken). Raises StoreUnavailable.
        """
        with outages_named(), self._unit():
            yield

    @contextmanager
    def _unit(self) -> Iterator[None]:
        outer = self._current.unit
        unit = outer or Unit(self.engine, self._turn)
        self._current.unit = unit
        is_good = False
        try:
            yield
            is_good = True
        finally:
            self._current.unit = outer
            if outer is None:
                unit.end(is_good=is_good)
            elif not is_good:
                unit.is_broken = True

    def begin(self) -> None:
        """Begin the transaction of the current unit before its first write, to read what may not change meanwhile."""
        if self._current.unit is None:
            raise RuntimeError("no unit to begin")
        self._current.unit.begin()

    def is_in_unit(self) -> bool:
        """True inside a unit of this thread."""
        return self._current.unit is not None

    def read(self, statement: Executable, parameters: Parameters | None = None) -> Rows:
        """Rows of a query."""
        unit = self._current.unit
        if unit is not None:
            return unit.run(statement, parameters)[0]
        with outages_named(), self.engine.connect() as connection:
            return run_statement(connection, statement, parameters)[0]

    def write(self, statement: Executable, parameters: Parameters | None = None) -> int:
        """Run one changing statement; returns how many rows it touched."""
        return self._change(statement, parameters)[1]

    def returning(self, statement: Executable, parameters: Parameters | None = None) -> Rows:
        """Run one changing statement; returns its RETURNING rows."""
        return self._change(statement, parameters)[0]

    def run(self, work: Callable[[], T]) -> T:
        """Run `work` in a unit. On its own it is run again after a deadlock or serialization failure."""
        if self._current.unit is not None:
            with self.unit():
                return work()
        with outages_named():
            return _persist(functools.partial(self._run_alone, work))

    def insert(self, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
        """An INSERT that knows ON CONFLICT."""
        return postgresql.insert(table) if self.is_postgresql else sqlite.insert(table)

    def close(self) -> None:
        """Close the idle connections."""
        self.engine.dispose()

    def forget_connections(self) -> None:
        """Let go of connections that belong to the parent process."""
        self.engine.dispose(close=False)
        self._turn = Turn(self.engine)
        self._current = _Current()

    def _change(self, statement: Executable, parameters: Parameters | None) -> tuple[Rows, int]:
        unit = self._current.unit
        if unit is not None:
            unit.begin()
            return unit.run(statement, parameters)
        with outages_named():
            return _persist(functools.partial(self._change_alone, statement, parameters))

    def _change_alone(self, statement: Executable, parameters: Parameters | None) -> tuple[Rows, int]:
        with self.engine.connect() as connection, self._turn.hold():
            return run_statement(connection, statement, parameters)

    def _run_alone(self, work: Callable[[], T]) -> T:
        with self._unit():
            return work()


class Store:
    """What every store has: the database."""

    def __init__(self, database: Database) -> None:
        self._database = database


S = TypeVar("S", bound=Store)


def atomic(verb: Callable[Concatenate[S, P], T]) -> Callable[Concatenate[S, P], T]:
    """Make a verb of several statements one transaction: the caller's unit, or its own."""

    @functools.wraps(verb)
    def in_unit(store: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return store._database.run(lambda: verb(store, *args, **kwargs))  # noqa: SLF001

    return in_unit


def _persist(work: Callable[[], T]) -> T:
    for pause in _PAUSES:
        try:
            return work()
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in _SERIALIZATION_FAILURES:
                raise
        time.sleep(pause)
    return work()


def _forget_in_child() -> None:
    for database in tuple(_databases):
        database.forget_connections()


_databases: weakref.WeakSet[Database] = weakref.WeakSet()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_in_child)
