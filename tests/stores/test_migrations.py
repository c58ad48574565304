from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from idp.stores import Database
from idp.stores.db import METADATA
from idp.stores.migrations import NewerDatabase, is_current, newest_revision, upgrade
from tests.samples import make_subject
from tests.stores.fakes import make_stores
from tests.stores.parallel import together


@pytest.fixture
def empty(empty_url):
    database = Database(empty_url)
    yield database
    database.close()


def test_the_migrations_make_exactly_the_tables_that_the_stores_use(database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_partial_indexes_keep_what_they_promise(database, engine_name):
    catalog = {"sqlite": "SELECT name, sql AS text FROM sqlite_master WHERE type = 'index'"}
    query = catalog.get(engine_name, "SELECT indexname AS name, indexdef AS text FROM pg_indexes")
    found = {
        row.name: " ".join(str(row.text).replace("(", " ").replace(")", " ").split())
        for row in database.read(sa.text(query))
    }
    assert found["uq_refresh_tokens_predecessor"].endswith("WHERE replaced_at IS NULL")
    assert found["uq_challenges_journey_id_purpose"].endswith("WHERE spent_at IS NULL AND replaced_at IS NULL")
    assert found["ix_outbox_due_at"].endswith("WHERE payload IS NOT NULL")


def test_everything_that_expires_is_found_by_its_end(database):
    inspector = sa.inspect(database.engine)
    for table in METADATA.sorted_tables:
        if "expires_at" in table.c:
            indexed = [index["column_names"] for index in inspector.get_indexes(table.name)]
            assert ["expires_at"] in indexed, table.name


def test_a_new_database_is_brought_up_to_date(empty):
    assert not is_current(empty.engine)
    upgrade(empty.engine)
    assert is_current(empty.engine)
    assert make_stores(empty).subjects.create(make_subject())


def test_upgrading_again_changes_nothing(stores, database):
    stores.subjects.create(make_subject())
    upgrade(database.engine)
    assert stores.subjects.get("hanako") == make_subject()


def test_processes_that_start_together_upgrade_once(empty_url):
    def start(_):
        database = Database(empty_url)
        upgrade(database.engine)
        found = is_current(database.engine)
        database.close()
        return found

    assert together(6, start) == [True] * 6


def test_a_migration_that_fails_half_way_leaves_nothing(empty):
    """The last table is in the way, so the last step fails after all others were done."""
    with empty.engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE audit_events (id INTEGER)")
    with pytest.raises(sa.exc.DBAPIError):
        upgrade(empty.engine)
    assert set(sa.inspect(empty.engine).get_table_names()) == {"audit_events"}
    with empty.engine.connect() as connection:
        connection.exec_driver_sql("DROP TABLE audit_events")
    upgrade(empty.engine)
    assert is_current(empty.engine)


def test_a_database_that_a_newer_program_made_is_left_alone(database):
    with database.engine.connect() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        assert newest_revision() != "9999"
    try:
        for look in (is_current, upgrade):
            with pytest.raises(NewerDatabase, match="9999"):
                look(database.engine)
    finally:
        with database.engine.connect() as connection:
            connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{newest_revision()}'")
