"""The unit of work: what is committed together, what is undone, and how long anything is locked."""

from __future__ import annotations

import os
import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from idp.domain.ports import StoreUnavailable
from idp.stores import Database
from idp.stores.engines import UnsupportedDatabase
from idp.stores.grant_rows import GRANTS
from idp.stores.unit import UnitBroken
from tests.samples import NOW, make_session, make_subject
from tests.stores.makers import make_grant, make_job
from tests.stores.parallel import together
from tests.stores.units import rolled_back


def test_what_is_inside_a_unit_is_committed_together(stores, other_stores):
    with stores.transactions.unit():
        stores.subjects.create(make_subject())
        stores.outbox.add(make_job())
        assert other_stores.subjects.get("hanako") is None
    assert other_stores.subjects.get("hanako") == make_subject()
    assert [job.id for job in other_stores.outbox.claim(NOW, lease=NOW - NOW, limit=9)] == ["job"]


def test_a_unit_that_raises_leaves_nothing(stores):
    with rolled_back(stores):
        stores.subjects.create(make_subject())
        stores.sessions.create(make_session())
    assert stores.subjects.get("hanako") is None
    assert stores.sessions.get("session-1") is None


def test_even_a_keyboard_interrupt_rolls_back_and_lets_the_next_writer_in(stores, other_stores):
    def interrupted():
        with stores.transactions.unit():
            stores.subjects.create(make_subject())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert other_stores.subjects.create(make_subject())


def test_a_unit_reads_its_own_writes(stores):
    with stores.transactions.unit():
        stores.subjects.create(make_subject())
        assert stores.subjects.get("hanako") == make_subject()


def test_a_unit_inside_a_unit_joins_it(stores, other_stores):
    with rolled_back(stores):
        with stores.transactions.unit():
            stores.subjects.create(make_subject())
        assert other_stores.subjects.get("hanako") is None
    assert stores.subjects.get("hanako") is None


def test_an_inner_failure_that_is_swallowed_stores_nothing_and_does_not_pass_for_success(stores):
    def swallow():
        with stores.transactions.unit():
            stores.sessions.create(make_session())
            with rolled_back(stores):
                stores.subjects.create(make_subject())

    with pytest.raises(UnitBroken):
        swallow()
    assert stores.sessions.get("session-1") is None
    assert stores.subjects.get("hanako") is None


def test_a_failed_statement_that_is_swallowed_does_not_pass_for_success(stores):
    def swallow():
        with stores.transactions.unit():
            stores.sessions.create(make_session())
            with pytest.raises(DBAPIError):
                stores.sessions.create(make_session())
            with pytest.raises(UnitBroken):
                stores.sessions.get("session-1")

    with pytest.raises(UnitBroken):
        swallow()
    assert stores.sessions.get("session-1") is None


def test_a_broken_unit_is_forgotten_afterwards(stores):
    with rolled_back(stores):
        stores.sessions.create(make_session())
    stores.subjects.create(make_subject())
    assert stores.subjects.get("hanako") is not None


def test_nothing_is_locked_before_the_first_write(stores, other_stores):
    with stores.transactions.unit():
        assert stores.subjects.get("hanako") is None
        assert other_stores.subjects.create(make_subject())  # would wait for its time-out otherwise
        assert stores.subjects.get("hanako") is not None  # and is seen: this unit has begun no transaction yet


def test_a_unit_takes_one_connection_and_gives_it_back(database, stores):
    with stores.transactions.unit():
        stores.subjects.get("hanako")
        stores.subjects.create(make_subject())
        stores.sessions.create(make_session())
        assert database.engine.pool.checkedout() == 1
    assert database.engine.pool.checkedout() == 0


def test_a_unit_without_a_statement_takes_no_connection(database, statements):
    with database.unit():
        assert database.engine.pool.checkedout() == 0
    assert statements.sent == []


def test_a_read_outside_a_unit_is_one_statement_without_a_transaction(stores, statements):
    stores.sessions.find("digest", NOW)
    assert len(statements.sent) == 1


def test_a_single_write_outside_a_unit_is_one_statement(stores, statements):
    stores.sessions.create(make_session())
    assert len(statements.sent) == 1


def test_a_verb_of_several_statements_is_atomic_by_itself(stores, statements):
    stores.subjects.create(make_subject())
    assert statements.sent[0].startswith("BEGIN")
    assert statements.sent[-1] == "COMMIT"
    assert statements.commits == 1


def test_a_unit_belongs_to_its_thread(stores):
    seen = []
    with rolled_back(stores):
        stores.budgets.used("other", window=NOW - NOW, now=NOW)
        thread = threading.Thread(target=lambda: seen.append(stores.subjects.create(make_subject())))
        thread.start()
        thread.join()
    assert seen == [True]
    assert stores.subjects.get("hanako") is not None


def test_more_threads_than_connections_wait_for_their_turn(stores):
    def sign_up(number):
        with stores.transactions.unit():
            created = stores.subjects.create(make_subject(id=f"s{number}", email=f"s{number}@example.jp", phones=()))
            return created and stores.subjects.get(f"s{number}") is not None

    assert together(48, sign_up) == [True] * 48


def test_begin_outside_a_unit_is_a_mistake(database):
    with pytest.raises(RuntimeError):
        database.begin()


def test_a_child_process_does_not_use_the_connections_of_its_parent(database, stores):
    stores.subjects.create(make_subject())
    parents = database.engine.pool
    child = os.fork()
    if child == 0:
        is_own = database.engine.pool is not parents and stores.subjects.get("hanako") is not None
        os._exit(0 if is_own else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert stores.subjects.get("hanako") is not None


class TestSqlite:
    @pytest.fixture
    def engine_name(self):
        return "sqlite"

    def test_a_commit_survives_a_power_cut_and_readers_never_wait(self, database):
        with database.engine.connect() as connection:
            settings = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
        assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 15_000}

    def test_a_writer_takes_the_lock_at_the_start(self, stores, statements):
        with stores.transactions.unit():
            stores.subjects.get("hanako")
            stores.sessions.create(make_session())
        assert statements.sent[1] == "BEGIN IMMEDIATE"

    def test_foreign_keys_are_enforced(self, stores):
        with pytest.raises(DBAPIError):
            stores.passwords.set("nobody", "hash", NOW)

    def test_the_file_is_readable_by_its_owner_only(self, tmp_path):
        path = tmp_path / "new" / "folder" / "file.sqlite3"
        Database(f"sqlite:///{path}").close()
        assert path.stat().st_mode & 0o777 == 0o600

    def test_a_relative_path_is_below_the_current_folder(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        Database("sqlite:///var/file.sqlite3").close()
        assert (tmp_path / "var" / "file.sqlite3").is_file()

    def test_processes_that_open_a_new_file_at_once_all_get_in(self, tmp_path):
        url = f"sqlite:///{tmp_path / 'new.sqlite3'}"

        def open_it(_):
            database = Database(url)
            [row] = database.read(sa.text("SELECT 1 AS one"))
            database.close()
            return row.one

        assert together(16, open_it) == [1] * 16


@pytest.mark.postgres
class TestPostgresql:
    @pytest.fixture
    def engine_name(self):
        return "postgresql"

    def test_a_stand_alone_verb_is_run_again_after_a_deadlock(self, database, other_database, stores):
        stores.grants.create(make_grant(id="a"), None)
        stores.grants.create(make_grant(id="b"), None)

        gate, runs = threading.Barrier(2), []

        def change(number):
            own = (database, other_database)[number]
            first, second = ("ab", "ba")[number]

            def work():
                runs.append(number)
                own.write(sa.update(GRANTS).where(GRANTS.c.id == first).values(sid="x"))
                if runs.count(number) == 1:
                    gate.wait(10)  # now each holds what the other wants
                own.write(sa.update(GRANTS).where(GRANTS.c.id == second).values(sid="x"))
                return number

            return own.run(work)

        assert together(2, change) == [0, 1]
        assert len(runs) == 3

    def test_a_deadlock_inside_a_unit_is_for_the_caller(self, stores):
        """A unit may have had effects that the database knows nothing of: only stand-alone verbs are repeated."""
        runs = []

        def work():
            runs.append(1)
            stores.transactions.write(sa.text("DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '40P01'; END $$"))

        with pytest.raises(StoreUnavailable), stores.transactions.unit():
            stores.transactions.run(work)
        assert len(runs) == 1

    def test_a_failure_that_time_does_not_heal_is_not_repeated(self, database):
        runs = []

        def work():
            runs.append(1)
            database.write(sa.text("SELECT 1 / 0"))

        with pytest.raises(DBAPIError):
            database.run(work)
        assert len(runs) == 1

    def test_a_lost_connection_costs_one_answer_and_no_more(self, database, other_database, stores):
        stores.subjects.create(make_subject())
        kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"

        def use_a_dead_connection():
            with stores.transactions.unit():
                stores.sessions.create(make_session())
                other_database.read(sa.text(kill))
                stores.sessions.get("session-1")

        with pytest.raises(StoreUnavailable):
            use_a_dead_connection()
        assert stores.sessions.get("session-1") is None
        assert stores.subjects.get("hanako") is not None


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y", "postgresql+psycopg2://x/y", "sqlite:///file:x?uri=true"]
)
def test_a_database_that_could_not_keep_its_promises_is_refused(url):
    with pytest.raises(UnsupportedDatabase):
        Database(url)
