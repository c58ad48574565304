"""A database that is away, or locked for too long, and what only looks like it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from idp.domain.ports import StoreUnavailable
from tests.samples import make_session, make_subject


def use(stores, verb):
    if verb == "read":
        stores.sessions.get("session-1")
    elif verb == "write":
        stores.sessions.create(make_session())
    else:
        with stores.transactions.unit():
            stores.subjects.create(make_subject(id="new"))


@pytest.mark.parametrize("verb", ["read", "write", "unit"])
def test_a_database_that_is_away_is_named_so_and_back_at_once(stores, database, verb):
    def refuse(*_: object):
        raise database.engine.dialect.loaded_dbapi.OperationalError("no way there\nat all")

    stores.subjects.create(make_subject())
    database.close()
    event.listen(database.engine, "do_connect", refuse)
    with pytest.raises(StoreUnavailable, match=r"^no way there$"):
        use(stores, verb)
    event.remove(database.engine, "do_connect", refuse)
    use(stores, verb)


class TestSqlite:
    @pytest.fixture
    def engine_name(self):
        return "sqlite"

    def test_a_lock_that_nobody_gives_back_is_an_outage(self, stores, database, other_database):
        database.read(sa.text("PRAGMA busy_timeout = 10"))
        with other_database.unit():
            other_database.begin()
            for verb in ("write", "unit"):
                with pytest.raises(StoreUnavailable, match="locked"):
                    use(stores, verb)
        use(stores, "unit")

    def test_a_table_that_is_not_there_is_none(self, database):
        with pytest.raises(OperationalError):
            database.read(sa.text("SELECT * FROM nothing"))
