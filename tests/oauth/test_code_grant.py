"""Codes: spent once, bound to client, address and verifier."""

from __future__ import annotations

from dataclasses import replace

import pytest

from idp.domain.subject import SubjectStatus
from idp.oauth.codes import CodeOrder
from idp.protocol.errors import TokenError
from tests.oauth.engine import VERIFIER
from tests.relying_party import challenge_of
from tests.samples import NOW, make_app, make_client, make_request, make_session, make_subject


def refused(engine, code, **changes: object):
    with pytest.raises(TokenError) as caught:
        engine.redeem(code, **changes)
    return caught.value.code


@pytest.mark.spec("OIDC.Core", "3.1.3.3")
@pytest.mark.spec("RFC6749", "4.1.4")
def test_a_code_is_exchanged_for_tokens(engine):
    answer = engine.redeem(engine.code())
    assert answer | {"access_token": "x"} == {
        "access_token": "x",
        "token_type": "Bearer",
        "expires_in": 600,
        "scope": "openid profile",
        "id_token": "signed-1",
    }
    [(alg, claims, typ)] = engine.keyring.signed
    assert (alg, typ, claims["nonce"], claims["aud"]) == ("RS256", "JWT", "n", "portal")
    assert engine.is_good(answer["access_token"])


@pytest.mark.spec("RFC6749", "10.5")
def test_a_second_use_is_refused_and_ends_what_the_first_gave(engine):
    code = engine.code()
    answer = engine.redeem(code)
    assert refused(engine, code) == "invalid_grant"
    assert not engine.is_good(answer["access_token"])
    assert engine.stored.audit.kinds[-1] == "code.replayed"


@pytest.mark.spec("RFC7636", "4.6")
@pytest.mark.parametrize("verifier", [None, "", "w" * 43, challenge_of(VERIFIER), "short", "v" * 200])
def test_a_wrong_verifier_is_refused_and_burns_the_code(engine, verifier):
    code = engine.code()
    assert refused(engine, code, code_verifier=verifier) == "invalid_grant"
    assert refused(engine, code) == "invalid_grant"


@pytest.mark.spec("RFC9700", "4.8.2")
def test_a_verifier_for_a_code_without_challenge_is_refused(engine):
    assert refused(engine, engine.code(code_challenge=None)) == "invalid_grant"
    assert engine.redeem(engine.code(code_challenge=None), code_verifier=None)["access_token"]


@pytest.mark.spec("RFC6749", "4.1.3")
@pytest.mark.parametrize(
    "redirect_uri", [None, "", "http://localhost:9001/callback/", "http://127.0.0.1:9001/callback"]
)
def test_another_redirect_uri_than_asked_with_is_refused(engine, redirect_uri):
    assert refused(engine, engine.code(), redirect_uri=redirect_uri) == "invalid_grant"


@pytest.mark.spec("RFC6749", "4.1.3")
def test_another_client_gets_nothing_for_a_code_and_does_not_spend_it(engine):
    code = engine.code()
    assert refused(engine, code, client="other") == "invalid_grant"
    assert refused(engine, code, client="app") == "invalid_grant"
    assert engine.redeem(code)["access_token"]


@pytest.mark.spec("RFC6749", "4.1.2")
@pytest.mark.parametrize(("seconds", "is_good"), [(59, True), (60, False), (61, False)])
def test_a_code_lives_a_minute(engine, seconds, is_good):
    code = engine.code()
    engine.clock.wait(seconds=seconds)
    if is_good:
        assert engine.redeem(code)["access_token"]
    else:
        assert refused(engine, code) == "invalid_grant"


@pytest.mark.parametrize("code", [None, "", "unknown", "x" * 5000, "\ud800"])
def test_what_is_no_code_is_refused(engine, code):
    assert refused(engine, code) == ("invalid_grant" if code else "invalid_request")


def test_nobody_who_was_disabled_meanwhile_gets_tokens(engine):
    code = engine.code()
    engine.stored.subjects.put(make_subject(status=SubjectStatus.DISABLED))
    assert refused(engine, code) == "invalid_grant"
    engine.stored.subjects.tables["subjects"].clear()
    assert refused(engine, engine.code()) == "invalid_grant"


@pytest.mark.spec("RFC6749", "5.2")
@pytest.mark.parametrize(
    ("grant_type", "code"),
    [
        (None, "invalid_request"),
        ("", "invalid_request"),
        ("password", "unsupported_grant_type"),
        ("implicit", "unsupported_grant_type"),
        ('x"\\あ', "unsupported_grant_type"),
        ("urn:ietf:params:oauth:grant-type:token-exchange", "unsupported_grant_type"),
        ("client_credentials", "unauthorized_client"),
    ],
)
def test_other_grant_types_are_refused(engine, grant_type, code):
    with pytest.raises(TokenError) as caught:
        engine.ask(grant_type=grant_type)
    assert caught.value.code == code


@pytest.mark.spec("OIDC.Core", "11")
def test_only_offline_access_brings_a_refresh_token(engine):
    app = make_app()
    back = {"client": "app", "redirect_uri": app.redirect_uris[0]}
    assert "refresh_token" not in engine.redeem(engine.code(app, scopes=("openid",)), **back)
    assert "refresh_token" in engine.redeem(engine.code(app, scopes=("openid", "offline_access")), **back)
    engine.stored.clients.tables["clients"]["app"] = replace(app, grant_types=frozenset({"authorization_code"}))
    assert "refresh_token" not in engine.redeem(engine.code(app, scopes=("openid", "offline_access")), **back)


def test_an_answer_that_is_asked_for_again_replaces_the_code_nobody_spent(engine):
    asked = make_request(code_challenge=challenge_of(VERIFIER))
    order = CodeOrder(request=asked, client=make_client(), session=make_session(), grant_id="interaction-1")
    first = engine.oauth.issue_code(order)
    second = engine.oauth.reissue_code(order)
    assert refused(engine, first) == "invalid_grant"
    assert engine.redeem(second)["access_token"]
    assert engine.oauth.reissue_code(order) is None


@pytest.mark.spec("RFC6749", "4.4")
def test_a_client_may_act_for_itself(engine):
    answer = engine.ask("other", grant_type="client_credentials", scope="read admin openid offline_access")
    assert sorted(answer) == ["access_token", "expires_in", "scope", "token_type"]
    assert answer["scope"] == "read"
    assert not engine.is_good(answer["access_token"])
    [grant] = engine.stored.grants.tables["grants"].values()
    assert (grant.subject_id, grant.session_id, grant.expires_at > NOW) == (None, None, True)


@pytest.mark.spec("RFC6749", "4.4")
@pytest.mark.parametrize("scope", ['"', "a\\b", "あ"])
def test_a_malformed_scope_is_refused(engine, scope):
    with pytest.raises(TokenError) as caught:
        engine.ask("other", grant_type="client_credentials", scope=scope)
    assert caught.value.code == "invalid_scope"


@pytest.mark.spec("RFC6749", "4.4")
def test_a_public_client_has_nobody_to_act_for(engine):
    public = make_app(grant_types=frozenset({"client_credentials"}))
    engine.stored.clients.tables["clients"]["app"] = public
    with pytest.raises(TokenError) as caught:
        engine.ask("app", grant_type="client_credentials")
    assert caught.value.code == "invalid_client"
