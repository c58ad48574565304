from __future__ import annotations

import pytest

from tests.samples import NOW, ago
from tests.stores.makers import later, make_access, make_grant, make_refresh


@pytest.fixture
def grants(stores):
    stores.grants.create(make_grant(), None)
    stores.grants.save_tokens(make_access(), make_refresh())
    return stores.grants


def test_a_token_comes_back_with_its_grant(grants):
    assert grants.find_access("access", NOW) == (make_access(), make_grant())
    assert grants.find_refresh("refresh", NOW) == (make_refresh(), make_grant())


def test_tokens_without_a_refresh_token(grants):
    grants.save_tokens(make_access(digest="alone", subject_id=None, audience="wallet"), None)
    assert grants.find_access("alone", NOW)[0] == make_access(digest="alone", subject_id=None, audience="wallet")
    assert grants.find_refresh("alone", NOW) is None


def test_tokens_are_saved_together_or_not_at_all(grants):
    with pytest.raises(Exception, match=r"(?i)unique"):
        grants.save_tokens(make_access(digest="new"), make_refresh())
    assert grants.find_access("new", NOW) is None


def test_one_kind_of_token_is_never_taken_for_the_other(grants):
    assert grants.find_access("refresh", NOW) is None
    assert grants.find_refresh("access", NOW) is None


def test_a_token_ends_to_the_second(grants):
    assert grants.find_access("access", later(minutes=10)) is None
    assert grants.find_access("access", later(minutes=9, seconds=59)) is not None
    assert grants.find_refresh("refresh", later(days=30)) is None


def test_a_token_never_outlives_its_grant(stores):
    stores.grants.create(make_grant(expires_at=ago(seconds=1)), None)
    stores.grants.save_tokens(make_access(), make_refresh())
    assert stores.grants.find_access("access", NOW) is None
    assert stores.grants.find_refresh("refresh", NOW) is None


@pytest.mark.spec("RFC7009", "2.1")
def test_one_access_token_is_revoked_and_the_rest_stays(grants):
    grants.save_tokens(make_access(digest="other"), None)
    assert not grants.revoke_access("access", client_id="another")
    assert grants.revoke_access("access", client_id="portal")
    assert not grants.revoke_access("access", client_id="portal")
    assert grants.find_access("access", NOW) is None
    assert grants.find_access("other", NOW) is not None
    assert grants.find_refresh("refresh", NOW) is not None


@pytest.mark.parametrize("digest", ["", "acces", "access ", "ACCESS", "access\x00", "\ud800", "%", "acces_"])
def test_a_token_with_bytes_changed_is_unknown(grants, digest):
    assert grants.find_access(digest, NOW) is None
