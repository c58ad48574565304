"""Refresh tokens: rotation as the token endpoint does it. The store's own rules are tested with the stores."""

from __future__ import annotations

import pytest

from idp.domain.subject import SubjectStatus
from idp.protocol.errors import TokenError
from tests.samples import ago, make_subject


def refused(engine, token, **changes: object):
    with pytest.raises(TokenError) as caught:
        engine.refresh(token, **changes)
    return caught.value.code


@pytest.mark.spec("RFC6749", "6")
def test_a_refresh_brings_new_tokens_and_a_new_refresh_token(engine):
    first = engine.refresh_token()
    engine.clock.wait(hours=1)
    answer = engine.refresh(first)
    assert sorted(answer) == ["access_token", "expires_in", "id_token", "refresh_token", "scope", "token_type"]
    assert answer["refresh_token"] != first
    assert answer["scope"] == "openid email offline_access"
    assert engine.is_good(answer["access_token"])
    assert engine.refresh(answer["refresh_token"])["access_token"]


@pytest.mark.spec("OIDC.Core", "12.2")
def test_the_id_token_of_a_refresh_tells_of_the_same_sign_in(engine):
    token = engine.refresh_token()
    engine.clock.wait(days=3)
    engine.refresh(token)
    (_, first, _), (_, second, _) = engine.keyring.signed
    same = ("iss", "sub", "aud", "auth_time", "acr", "amr", "sid")
    assert [first[name] for name in same] == [second[name] for name in same]
    assert second["auth_time"] == int(ago(minutes=5).timestamp())
    assert "nonce" not in second
    assert second["iat"] > first["iat"]


@pytest.mark.spec("RFC9700", "4.14.2")
def test_a_lost_answer_may_be_asked_for_again_for_half_a_minute(engine):
    token = engine.refresh_token()
    lost = engine.refresh(token)
    engine.clock.wait(seconds=30)
    again = engine.refresh(token)
    assert refused(engine, lost["refresh_token"]) == "invalid_grant"
    assert engine.refresh(again["refresh_token"])["access_token"]


@pytest.mark.spec("RFC9700", "4.14.2")
@pytest.mark.parametrize("is_used", [True, False])
def test_a_replay_ends_the_family(engine, is_used):
    token = engine.refresh_token()
    answer = engine.refresh(token)
    if is_used:
        answer = engine.refresh(answer["refresh_token"])
    else:
        engine.clock.wait(seconds=31)
    assert refused(engine, token) == "invalid_grant"
    assert refused(engine, answer["refresh_token"]) == "invalid_grant"
    assert not engine.is_good(answer["access_token"])
    assert "refresh.replayed" in engine.stored.audit.kinds


@pytest.mark.spec("RFC6749", "6")
def test_a_scope_may_be_narrowed_for_one_answer(engine):
    narrow = engine.refresh(engine.refresh_token(), scope="openid")
    assert narrow["scope"] == "openid"
    assert engine.oauth.userinfo(narrow["access_token"]) == {"sub": "hanako"}
    assert engine.refresh(narrow["refresh_token"])["scope"] == "openid email offline_access"


@pytest.mark.spec("RFC6749", "6")
@pytest.mark.parametrize("scope", ["openid profile", "admin", 'a"b', "あ"])
def test_a_wider_scope_is_refused_and_the_token_not_spent(engine, scope):
    token = engine.refresh_token()
    assert refused(engine, token, scope=scope) == "invalid_scope"
    engine.clock.wait(hours=1)
    assert engine.refresh(token)["access_token"]


@pytest.mark.spec("RFC6749", "6")
def test_another_client_gets_nothing_and_does_no_harm(engine):
    token = engine.refresh_token()
    assert refused(engine, token, client="portal") == "invalid_grant"
    assert engine.refresh(token)["access_token"]


@pytest.mark.parametrize("token", [None, "", "unknown", "x" * 9000])
def test_what_is_no_refresh_token_is_refused(engine, token):
    assert refused(engine, token) == ("invalid_grant" if token else "invalid_request")


def test_an_access_token_and_a_code_are_no_refresh_tokens(engine):
    answer = engine.redeem(engine.code())
    assert refused(engine, answer["access_token"], client="portal") == "invalid_grant"
    assert refused(engine, engine.code(), client="portal") == "invalid_grant"


def test_nobody_who_was_disabled_refreshes(engine):
    token = engine.refresh_token()
    engine.stored.subjects.put(make_subject(status=SubjectStatus.DISABLED))
    assert refused(engine, token) == "invalid_grant"


def test_the_idle_and_the_absolute_end(engine):
    idle = engine.refresh_token()
    engine.clock.wait(days=30)
    assert refused(engine, idle) == "invalid_grant"
    token = engine.refresh_token()
    for _ in range(4):
        engine.clock.wait(days=20)
        token = engine.refresh(token)["refresh_token"]
    engine.clock.wait(days=10)
    assert refused(engine, token) == "invalid_grant"
