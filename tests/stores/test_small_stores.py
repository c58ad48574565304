"""Consents, replays, audit events."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from idp.domain.audit import AuditEvent, AuditKind
from idp.domain.grant import Consent
from idp.stores.audit import AUDIT_EVENTS
from tests.samples import NOW
from tests.stores.makers import later
from tests.stores.units import rolled_back


def make_consent(*scopes: str, client_id="wallet", at=NOW):
    return Consent(subject_id="hanako", client_id=client_id, scopes=frozenset(scopes), given_at=at)


class TestConsents:
    def test_nothing_is_remembered_at_first(self, stores):
        assert stores.consents.get("hanako", "wallet") is None

    def test_scopes_add_up_and_the_newest_answer_counts(self, stores):
        stores.consents.remember(make_consent("openid", "profile"))
        stores.consents.remember(make_consent("openid", "phone", at=later(days=1)))
        assert stores.consents.get("hanako", "wallet") == make_consent("openid", "profile", "phone", at=later(days=1))

    def test_each_client_was_answered_by_itself(self, stores):
        stores.consents.remember(make_consent("openid"))
        assert stores.consents.get("hanako", "portal") is None
        assert stores.consents.get("taro", "wallet") is None

    @pytest.mark.spec("RFC6749", "3.3")
    def test_a_yes_to_no_scope_is_a_yes_too(self, stores):
        stores.consents.remember(make_consent())
        assert stores.consents.get("hanako", "wallet") == make_consent()

    def test_a_revoked_consent_is_forgotten(self, stores):
        stores.consents.remember(make_consent("openid"))
        stores.consents.remember(make_consent("openid", client_id="portal"))
        assert stores.consents.revoke("hanako", "wallet")
        assert not stores.consents.revoke("hanako", "wallet")
        assert stores.consents.get("hanako", "wallet") is None
        assert stores.consents.get("hanako", "portal") is not None


class TestReplays:
    def use(self, stores, jti="jti", *, issuer="portal", at=NOW):
        return stores.replays.first_use(issuer, jti, later(minutes=1), at)

    @pytest.mark.spec("RFC7523", "3")
    def test_an_identifier_is_new_once(self, stores):
        assert self.use(stores)
        assert not self.use(stores)
        assert not self.use(stores, at=later(seconds=59))

    def test_it_may_come_again_when_it_would_be_refused_as_expired(self, stores):
        assert self.use(stores)
        assert stores.replays.first_use("portal", "jti", later(minutes=5), later(minutes=1))
        assert not self.use(stores, at=later(minutes=2))

    def test_issuers_do_not_share_identifiers(self, stores):
        assert self.use(stores)
        assert self.use(stores, issuer="app")
        assert self.use(stores, "l:jti", issuer="porta")

    @pytest.mark.parametrize("jti", ["", "\x00", "\ud800", "x" * 100_000])
    def test_it_may_be_any_text(self, stores, jti):
        assert self.use(stores, jti)
        assert not self.use(stores, jti)


class TestAudit:
    def events(self, database):
        return database.read(sa.select(AUDIT_EVENTS).order_by(AUDIT_EVENTS.c.id))

    def test_events_are_appended_in_order(self, stores, database):
        first = AuditEvent(
            kind=AuditKind.SESSION_STARTED,
            at=NOW,
            actor="hanako",
            subject_id="hanako",
            client_id="portal",
            detail={"acr": "mfa"},
        )
        for event in (first, AuditEvent(kind=AuditKind.KEY_ROTATED, at=NOW, actor="operator:root")):
            stores.audit.record(event)
        rows = self.events(database)
        assert [row.kind for row in rows] == ["session.started", "key.rotated"]
        assert rows[0].detail == {"acr": "mfa"}
        assert (rows[0].at, rows[0].actor, rows[0].subject_id, rows[0].client_id) == (NOW, "hanako", "hanako", "portal")
        assert (rows[1].subject_id, rows[1].client_id, rows[1].detail) == (None, None, {})

    def test_an_event_goes_with_its_unit(self, stores, database):
        with rolled_back(stores):
            stores.audit.record(AuditEvent(kind=AuditKind.KEY_ROTATED, at=NOW, actor="system"))
        assert self.events(database) == []
