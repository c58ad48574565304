"""Where Authlib 1.9.9 is more lenient than the specifications, or crashes: each has an override, each has a test."""

from __future__ import annotations

import logging

import pytest
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidScopeError

from idp.oauth.errors import to_token_error
from idp.protocol.errors import ClientRedirectError, PageError, TokenError
from idp.protocol.parameters import Parameters
from tests.oauth.engine import VERIFIER
from tests.relying_party import challenge_of
from tests.samples import make_app, make_client

GOOD = {
    "client_id": "portal",
    "redirect_uri": "http://localhost:9001/callback",
    "response_type": "code",
    "scope": "openid",
    "code_challenge": challenge_of(VERIFIER),
    "code_challenge_method": "S256",
    "state": "s",
}


def validated(engine, **changes: str | None):
    sent = {name: value for name, value in (GOOD | changes).items() if value is not None}
    return engine.oauth.validate_authorization(Parameters(tuple(sent.items())))


def refused(engine, **changes: str | None):
    with pytest.raises(ClientRedirectError) as caught:
        validated(engine, **changes)
    assert caught.value.back.state == "s"
    return caught.value.code


def test_a_good_request_passes(engine):
    asked, client = validated(engine)
    assert (asked.scopes, client.id) == (("openid",), "portal")


@pytest.mark.spec("RFC9700", "2.1.1")
@pytest.mark.parametrize(
    "changes",
    [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": None},
        {"code_challenge": "short"},
    ],
)
@pytest.mark.parametrize("client", ["portal", "app"])
def test_pkce_is_demanded_at_the_authorization_endpoint_already(engine, client, changes):
    uri = {"app": make_app(), "portal": make_client()}[client].redirect_uris[0]
    assert refused(engine, client_id=client, redirect_uri=uri, **changes) == "invalid_request"


@pytest.mark.spec("RFC6749", "4.1.2.1")
@pytest.mark.parametrize(
    ("response_type", "code"),
    [
        (None, "invalid_request"),
        ("token", "unsupported_response_type"),
        ("id_token", "unsupported_response_type"),
        ("code id_token", "unsupported_response_type"),
        ("code code", "unsupported_response_type"),
        ("code ", "unsupported_response_type"),
        ('x"\\あ', "unsupported_response_type"),
    ],
)
def test_a_response_type_with_a_quote_in_it_crashes_nothing(engine, response_type, code):
    assert refused(engine, response_type=response_type) == code


def test_a_redirect_uri_with_a_quote_in_it_is_a_page(engine):
    for uri in ('http://localhost:9001/"\\', "あ", "http://localhost:9001/callback?"):
        with pytest.raises(PageError):
            validated(engine, redirect_uri=uri)


@pytest.mark.spec("OIDC.Core", "3.1.2.1")
def test_there_is_no_default_redirect_uri(engine):
    with pytest.raises(PageError):
        validated(engine, redirect_uri=None)


@pytest.mark.spec("OIDC.Core", "3.1.2.1")
@pytest.mark.parametrize("scope", [None, "", "profile", "openid2", 'openid "', "openid  あ"])
def test_without_openid_there_is_no_sign_in(engine, scope):
    assert refused(engine, scope=scope) == "invalid_scope"


@pytest.mark.spec("OIDC.Core", "6.1")
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"request": "x.y.z"}, "request_not_supported"),
        ({"request_uri": "https://x"}, "request_uri_not_supported"),
        ({"claims": "{"}, "invalid_request"),
        ({"max_age": "x"}, "invalid_request"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
    ],
)
@pytest.mark.spec("OIDC.Core", "6.2")
def test_what_it_would_pass_over_in_silence_is_refused_by_redirect(engine, changes, code):
    assert refused(engine, **changes) == code


def test_a_client_without_a_flow_or_the_grant_type_gets_no_code(engine):
    for changes in ({"flow": None}, {"grant_types": frozenset({"client_credentials"})}):
        engine.stored.clients.tables["clients"]["portal"] = make_client(**changes)
        assert refused(engine) == "unauthorized_client"


@pytest.mark.spec("RFC6749", "5.1")
def test_tokens_do_not_live_ten_days(engine):
    assert engine.redeem(engine.code())["expires_in"] == 600
    assert engine.ask("other", grant_type="client_credentials")["expires_in"] == 600


@pytest.mark.spec("RFC6749", "2.3.1")
def test_every_authentication_method_may_refresh_and_revoke(engine):
    token = engine.refresh_token()
    assert engine.refresh(token)["access_token"]
    engine.oauth.revoke(engine.call("revoke", "app", token="x"))


def test_no_token_reaches_the_log_however_much_is_logged(engine, caplog):
    caplog.set_level(logging.DEBUG)
    logging.getLogger("authlib.oauth2.rfc6749.grants.authorization_code").setLevel(logging.DEBUG)
    code = engine.code()
    answer = engine.redeem(code)
    refreshed = engine.refresh(engine.refresh_token())
    for secret in (code, *answer.values(), *refreshed.values()):
        assert str(secret) not in caplog.text or str(secret) in {"Bearer", "600"}
    assert not [record for record in caplog.records if record.name.startswith("authlib")]


def test_its_descriptions_never_leave_the_house():
    error = to_token_error(InvalidScopeError())
    assert error.code == "invalid_scope"
    assert to_token_error(OAuth2Error(error="made_up")).code == "invalid_request"


@pytest.mark.spec("RFC6749", "3.2")
def test_a_parameter_twice_or_with_a_control_character_is_refused(engine):
    code = engine.code()
    call = engine.call(grant_type="authorization_code", code=code, code_verifier=VERIFIER)
    for name, value in (("code", code), ("scope", "a\x00")):
        twice = type(call)(
            endpoint="token",
            params=Parameters((*call.params.pairs, (name, value))),
            authorization=call.authorization,
        )
        with pytest.raises(TokenError, match="invalid_request"):
            engine.oauth.answer_token(twice)
