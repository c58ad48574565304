from __future__ import annotations

import pytest

from idp.domain.grant import CodeReplayed, Redeemed, UnknownCode
from tests.samples import NOW, ago
from tests.stores.makers import later, make_code, make_grant
from tests.stores.units import rolled_back


@pytest.fixture
def grants(stores):
    stores.grants.create(make_grant(), make_code())
    return stores.grants


def redeem(grants, now=NOW, client_id="portal", digest="code"):
    return grants.redeem(digest, client_id=client_id, now=now)


@pytest.mark.spec("RFC6749", "4.1.2")
def test_a_code_is_good_once_and_a_replay_names_its_family(grants):
    assert redeem(grants) == Redeemed(make_code(), make_grant())
    assert redeem(grants) == CodeReplayed("grant")
    assert redeem(grants) == CodeReplayed("grant")


def test_a_replay_is_known_after_the_code_would_have_expired(grants):
    redeem(grants)
    assert redeem(grants, later(minutes=10)) == CodeReplayed("grant")


@pytest.mark.spec("RFC6749", "4.1.2")
def test_a_code_ends_to_the_second(grants):
    assert redeem(grants, later(seconds=60)) == UnknownCode()
    assert isinstance(redeem(grants, later(seconds=59)), Redeemed)


@pytest.mark.spec("RFC6749", "4.1.3")
def test_another_client_neither_gets_nor_spends_a_code(grants):
    assert redeem(grants, client_id="wallet") == UnknownCode()
    assert isinstance(redeem(grants), Redeemed)


@pytest.mark.spec("RFC6749", "4.1.3")
def test_another_client_cannot_end_a_family_by_replaying_its_code(grants):
    redeem(grants)
    assert redeem(grants, client_id="wallet") == UnknownCode()


def test_a_code_of_a_revoked_grant_is_unknown_spent_or_not(stores, grants):
    grants.revoke("grant", NOW)
    assert redeem(grants) == UnknownCode()
    stores.grants.create(make_grant(id="spent"), make_code(grant_id="spent", digest="spent"))
    redeem(grants, digest="spent")
    grants.revoke("spent", NOW)
    assert redeem(grants, digest="spent") == UnknownCode()


def test_a_code_of_a_grant_that_has_ended_is_unknown(stores):
    stores.grants.create(make_grant(expires_at=ago(seconds=1)), make_code())
    assert redeem(stores.grants) == UnknownCode()


@pytest.mark.parametrize("digest", ["", "other", "CODE", "code ", "cod", "code\x00", "\ud800", "%"])
def test_what_is_not_the_code_is_unknown(grants, digest):
    assert redeem(grants, digest=digest) == UnknownCode()


def test_a_redemption_that_is_rolled_back_leaves_the_code_good(stores, grants):
    with rolled_back(stores):
        redeem(grants)
    assert isinstance(redeem(grants), Redeemed)


def test_what_the_request_brought_may_be_any_text(stores):
    odd = make_code(nonce="n\x00\ud800\\", code_challenge=None)
    stores.grants.create(make_grant(), odd)
    assert redeem(stores.grants) == Redeemed(odd, make_grant())


class TestReplacing:
    def test_the_new_code_works_and_the_old_one_is_unknown(self, grants):
        new = make_code(digest="new", nonce="other", expires_at=later(seconds=90))
        assert grants.replace_code(new)
        assert redeem(grants) == UnknownCode()
        assert redeem(grants, digest="new") == Redeemed(new, make_grant())

    def test_a_spent_code_is_not_replaced(self, grants):
        redeem(grants)
        assert not grants.replace_code(make_code(digest="new"))
        assert redeem(grants, digest="new") == UnknownCode()
        assert redeem(grants) == CodeReplayed("grant")

    def test_a_revoked_grant_gets_no_code(self, grants):
        grants.revoke("grant", NOW)
        assert not grants.replace_code(make_code(digest="new"))

    def test_an_unknown_grant_or_another_client_gets_no_code(self, grants):
        assert not grants.replace_code(make_code(digest="new", grant_id="unknown"))
        assert not grants.replace_code(make_code(digest="new", client_id="wallet"))
        assert isinstance(redeem(grants), Redeemed)
