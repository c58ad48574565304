from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from idp.domain.grant import CodeReplayed
from idp.stores.db import METADATA
from tests.samples import NOW, make_session, make_subject
from tests.stores.makers import (
    later,
    make_access,
    make_challenge,
    make_code,
    make_grant,
    make_interaction,
    make_job,
    make_journey,
    make_refresh,
)

EXPIRING = {
    "access_tokens", "refresh_tokens", "authorization_codes", "grants", "sessions", "session_clients", "interactions",
    "journeys", "challenges", "budgets", "replays", "outbox",
}  # fmt: skip


def counts(database):
    return {table.name: len(database.read(sa.select(table))) for table in METADATA.sorted_tables}


@pytest.fixture
def full(stores):
    """One row of everything, all of it over within ninety days."""
    stores.subjects.create(make_subject())
    stores.grants.create(make_grant(), make_code())
    stores.grants.save_tokens(make_access(), make_refresh())
    stores.sessions.create(make_session())
    stores.sessions.add_client("session-1", "portal")
    stores.interactions.create(make_interaction())
    stores.journeys.create(make_journey())
    stores.challenges.create(make_challenge())
    stores.budgets.spend("key", limit=1, window=timedelta(days=1), now=NOW)
    stores.replays.first_use("portal", "jti", later(minutes=1), NOW)
    stores.outbox.add(make_job())
    stores.outbox.done("job")
    return stores


def test_nothing_goes_before_its_time(full, database):
    before = counts(database)
    assert full.purger.purge(NOW, limit=100) == 0
    assert counts(database) == before


def test_everything_that_expires_goes_and_the_rest_stays(full, database):
    before = counts(database)
    assert full.purger.purge(later(days=91), limit=100) == len(EXPIRING) - 1  # a session takes its clients along
    after = counts(database)
    assert {name for name, count in before.items() if count and not after[name]} == EXPIRING
    assert full.subjects.get("hanako") == make_subject()


def test_no_more_than_the_limit_at_once(stores, database):
    for number in range(5):
        stores.journeys.create(make_journey(id=f"j{number}"))
        stores.budgets.spend(f"key {number}", limit=1, window=timedelta(hours=1), now=NOW)
    assert [stores.purger.purge(later(days=2), limit=2) for _ in range(4)] == [4, 4, 2, 0]


def test_a_spent_code_is_remembered_as_long_as_its_grant(stores):
    stores.grants.create(make_grant(), make_code())
    stores.grants.redeem("code", client_id="portal", now=NOW)
    stores.purger.purge(later(days=89), limit=100)
    assert stores.grants.redeem("code", client_id="portal", now=later(days=89)) == CodeReplayed("grant")


def test_a_revoked_grant_stays_revoked_until_it_would_have_ended(stores):
    stores.grants.create(make_grant(), None)
    stores.grants.revoke("grant", NOW)
    stores.purger.purge(later(days=89), limit=100)
    assert stores.grants.get("grant").revoked_at == NOW


def test_whoever_comes_a_little_late_is_still_told_so(full):
    full.purger.purge(later(hours=24), limit=100)
    assert full.challenges.get("challenge") is not None
    assert full.journeys.get("journey") is not None
    full.purger.purge(later(hours=25), limit=100)
    assert full.challenges.get("challenge") is None
    assert full.journeys.get("journey") is None


def test_work_that_is_not_done_is_never_deleted(stores):
    stores.outbox.add(make_job())
    stores.purger.purge(later(days=900), limit=100)
    assert len(stores.outbox.claim(later(days=900), lease=timedelta(minutes=1), limit=9)) == 1


def test_a_large_family_goes_with_its_grant(stores, database):
    stores.grants.create(make_grant(expires_at=later(days=1)), None)
    for number in range(20):
        stores.grants.save_tokens(make_access(digest=f"a{number}", expires_at=later(days=9)), None)
    stores.purger.purge(later(days=2), limit=1)
    assert counts(database)["access_tokens"] == 0
