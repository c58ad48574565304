from __future__ import annotations

import pytest

from tests.samples import NOW
from tests.stores.makers import later, make_access, make_code, make_grant, make_refresh


def test_a_grant_comes_back_as_it_was(stores):
    stores.grants.create(make_grant(), make_code())
    assert stores.grants.get("grant") == make_grant()
    assert stores.grants.get("other") is None


def test_a_grant_to_a_client_itself_has_no_subject(stores):
    own = make_grant(subject_id=None, session_id=None, sid=None, context=None, claims={})
    stores.grants.create(own, None)
    assert stores.grants.get("grant") == own


def test_a_grant_is_not_stored_without_its_code(stores):
    stores.grants.create(make_grant(id="first"), make_code(grant_id="first"))
    with pytest.raises(Exception, match=r"(?i)unique"):
        stores.grants.create(make_grant(id="second"), make_code(grant_id="second"))
    assert stores.grants.get("second") is None


def test_a_grant_is_revoked_once(stores):
    stores.grants.create(make_grant(), None)
    assert stores.grants.revoke("grant", NOW)
    assert not stores.grants.revoke("grant", later(seconds=1))
    assert stores.grants.get("grant").revoked_at == NOW
    assert not stores.grants.revoke("unknown", NOW)


@pytest.mark.spec("RFC7009", "2.1")
def test_revoking_a_grant_ends_its_tokens_and_those_saved_afterwards(stores):
    stores.grants.create(make_grant(), None)
    stores.grants.save_tokens(make_access(), make_refresh())
    stores.grants.revoke("grant", NOW)
    stores.grants.save_tokens(make_access(digest="in flight"), make_refresh(digest="in flight"))
    for digest in ("access", "in flight"):
        assert stores.grants.find_access(digest, NOW) is None
    for digest in ("refresh", "in flight"):
        assert stores.grants.find_refresh(digest, NOW) is None


@pytest.fixture
def four_grants(stores):
    for grant in (
        make_grant(id="here", session_id="s1"),
        make_grant(id="there", session_id="s2", client_id="app", scopes=("openid", "offline_access")),
        make_grant(id="away", session_id=None),
        make_grant(id="stranger", subject_id="taro", session_id="s3"),
    ):
        stores.grants.create(grant, None)

    def live():
        return {
            grant_id for grant_id in ("here", "there", "away", "stranger") if not stores.grants.get(grant_id).revoked_at
        }

    return live


def test_all_grants_of_a_subject(stores, four_grants):
    assert stores.grants.revoke_for_subject("hanako", NOW) == 3
    assert four_grants() == {"stranger"}
    assert stores.grants.revoke_for_subject("hanako", NOW) == 0


def test_all_grants_of_a_subject_but_those_of_one_session(stores, four_grants):
    assert stores.grants.revoke_for_subject("hanako", NOW, but_session="s1") == 2
    assert four_grants() == {"here", "stranger"}


def test_grants_of_a_session(stores, four_grants):
    assert stores.grants.revoke_for_session("s2", NOW, keep_offline=False) == 1
    assert four_grants() == {"here", "away", "stranger"}


@pytest.mark.spec("OIDC Core", "11")
def test_offline_access_may_outlive_the_session(stores, four_grants):
    assert stores.grants.revoke_for_session("s2", NOW, keep_offline=True) == 0
    assert stores.grants.revoke_for_session("s1", NOW, keep_offline=True) == 1
    assert four_grants() == {"there", "away", "stranger"}


def test_grants_to_one_client(stores, four_grants):
    assert stores.grants.revoke_for_client("hanako", "portal", NOW) == 2
    assert four_grants() == {"there", "stranger"}
