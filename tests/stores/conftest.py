"""Every store test runs on a SQLite file and on a real PostgreSQL; each begins with empty, migrated tables."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from idp.stores import Database, Stores
from idp.stores.db import METADATA
from idp.stores.migrations import upgrade
from tests.postgres import postgres_server  # noqa: F401 - a fixture
from tests.stores.fakes import make_stores

ENGINES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))


class Statements:
    """What was sent to the database, and how many transactions were committed."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def __call__(self, connection, cursor, statement, parameters, context, executemany) -> None:
        self.sent.append(statement)

    @property
    def work(self):
        return [each for each in self.sent if not each.startswith(("BEGIN", "COMMIT", "ROLLBACK"))]

    @property
    def commits(self):
        return self.sent.count("COMMIT")


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("migrated") / "empty.sqlite3"
    database = Database(f"sqlite:///{path}")
    upgrade(database.engine)
    database.close()
    return path


@pytest.fixture(scope="session")
def migrated_server_database(postgres_server):  # noqa: F811
    url = postgres_server.create_database()
    database = Database(url)
    upgrade(database.engine)
    database.close()
    yield url
    postgres_server.drop_database(url)


@pytest.fixture(params=ENGINES)
def engine_name(request):
    return request.param


@pytest.fixture
def empty_url(engine_name, request, tmp_path) -> Iterator[str]:
    """A database without tables."""
    if engine_name == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    server = request.getfixturevalue("postgres_server")
    url = server.create_database()
    yield url
    server.drop_database(url)


@pytest.fixture
def database_url(engine_name, request, tmp_path):
    if engine_name == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "stores.sqlite3")
        return f"sqlite:///{tmp_path / 'stores.sqlite3'}"
    url = request.getfixturevalue("migrated_server_database")
    request.getfixturevalue("emptier")()
    return url


@pytest.fixture(scope="session")
def emptier(migrated_server_database):
    """Deletes all rows; with so few of them that is much faster than TRUNCATE."""
    engine = sa.create_engine(migrated_server_database, isolation_level="AUTOCOMMIT")
    deletes = ";".join(f"DELETE FROM {table.name}" for table in reversed(METADATA.sorted_tables))
    with engine.connect() as connection:
        yield lambda: connection.exec_driver_sql(deletes)
    engine.dispose()


@pytest.fixture
def database(database_url) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def other_database(database_url) -> Iterator[Database]:
    """The same database as another process would see it."""
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def stores(database) -> Stores:
    return make_stores(database)


@pytest.fixture
def other_stores(other_database) -> Stores:
    return make_stores(other_database)


@pytest.fixture
def statements(database) -> Statements:
    seen = Statements()
    event.listen(database.engine, "before_cursor_execute", seen)
    return seen
