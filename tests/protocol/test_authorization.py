"""Checking an authorization request: whom to answer, its shape, and what OpenID Connect adds."""

import json
from typing import Any

import pytest

from idp.domain.authorization import Prompt, ResponseMode
from idp.protocol.authorization import OpenIdRules, build_request, check_return_address, check_shape
from idp.protocol.errors import ClientRedirectError, ErrorCode, PageError
from idp.protocol.parameters import Parameters
from tests.samples import CATALOG, LEVELS, make_app, make_client

CLIENTS = {"portal": make_client(), "app": make_app(), "strict": make_client(id="strict", min_acr="mfa")}
GOOD = {"client_id": "portal", "redirect_uri": "http://localhost:9001/callback", "state": "s"}


def read_hint(token, client):
    if token != "good":
        raise ValueError("not ours")
    return {"sub": "hanako", "aud": client.id}


def params(*more: tuple[str, str], **changes: Any):
    merged = {**GOOD, **changes}
    return Parameters((*((name, value) for name, value in merged.items() if value is not None), *more))


def built(*more: tuple[str, str], **changes: Any):
    given = params(*more, **changes)
    client, back = check_return_address(given, CLIENTS.get)
    check_shape(given, back)
    rules = OpenIdRules(levels=LEVELS, catalog=CATALOG, read_hint=read_hint)
    return build_request(given, client, back, scopes=("openid",), rules=rules)


@pytest.mark.spec("RFC6749", "4.1.2.1")
@pytest.mark.parametrize(
    ("changes", "more", "parameter", "code"),
    [
        ({"client_id": None}, (), "client_id", ErrorCode.INVALID_REQUEST),
        ({"client_id": ""}, (), "client_id", ErrorCode.INVALID_REQUEST),
        ({"client_id": "nobody\x00"}, (), "client_id", ErrorCode.INVALID_CLIENT),
        ({}, (("client_id", "portal"),), "client_id", ErrorCode.INVALID_REQUEST),
        ({"redirect_uri": None}, (), "redirect_uri", ErrorCode.INVALID_REQUEST),
        ({"redirect_uri": "https://evil.example/"}, (), "redirect_uri", ErrorCode.INVALID_REQUEST),
        ({}, (("redirect_uri", "https://evil.example/"),), "redirect_uri", ErrorCode.INVALID_REQUEST),
        ({}, (("redirect_uri", ""),), "redirect_uri", ErrorCode.INVALID_REQUEST),
    ],
)
@pytest.mark.spec("RFC6749", "3.1.2.4")
def test_without_a_trusted_address_the_error_stays_here_whatever_else_is_wrong(changes, more, parameter, code):
    worse = {"prompt": "none", "response_type": "token", "request": "x", "scope": "nonsense"}
    with pytest.raises(PageError) as caught:
        check_return_address(params(*more, **{**worse, **changes}), CLIENTS.get)
    assert (caught.value.parameter, caught.value.code, caught.value.status) == (parameter, code, 400)


@pytest.mark.spec("RFC6749", "3.1")
@pytest.mark.parametrize(
    ("changes", "more", "code"),
    [
        ({"scope": "a"}, (("scope", "b"),), "invalid_request"),
        ({}, (("state", "t"),), "invalid_request"),
        ({"unknown": "1"}, (("unknown", "2"),), "invalid_request"),
        ({"nonce": "a\x00"}, (), "invalid_request"),
        ({"state": "a\r\nb"}, (), "invalid_request"),
        ({"state": "s" * 2049}, (), "invalid_request"),
        ({"nonce": "n" * 513}, (), "invalid_request"),
        ({"login_hint": "h" * 321}, (), "invalid_request"),
        ({"response_mode": "fragment"}, (), "invalid_request"),
        ({"response_mode": "FORM_POST"}, (), "invalid_request"),
        ({"request": "x.y.z"}, (), "request_not_supported"),
        ({"request_uri": "https://evil.example/x"}, (), "request_uri_not_supported"),
        ({"registration": "{}"}, (), "registration_not_supported"),
        ({"prompt": "none login"}, (), "invalid_request"),
        ({"prompt": "create"}, (), "invalid_request"),
        ({"max_age": "-1"}, (), "invalid_request"),
        ({"max_age": "1.5"}, (), "invalid_request"),
        ({"max_age": "٣"}, (), "invalid_request"),
        ({"max_age": "9" * 10}, (), "invalid_request"),
        ({"claims": "{"}, (), "invalid_request"),
        ({"id_token_hint": "forged"}, (), "invalid_request"),
        (
            {"claims": json.dumps({"id_token": {"acr": {"essential": True, "values": ["gold"]}}})},
            (),
            "unmet_authentication_requirements",
        ),
    ],
)
def test_what_is_wrong_goes_back_to_the_client(changes, more, code):
    with pytest.raises(ClientRedirectError) as caught:
        built(*more, **changes)
    assert caught.value.code == code
    assert caught.value.back.redirect_uri == GOOD["redirect_uri"]


@pytest.mark.spec("RFC6749", "4.1.2.1")
@pytest.mark.parametrize(
    ("changes", "more", "state"),
    [
        ({"request": "x"}, (), "s"),
        ({"request": "x", "state": 'a b"c&d%2F<あ>'}, (), 'a b"c&d%2F<あ>'),
        ({}, (("state", "s"),), None),
        ({"state": "x" * 2049}, (), None),
        ({"state": "a\nb"}, (), None),
    ],
)
def test_the_state_goes_back_exactly_or_not_at_all(changes, more, state):
    with pytest.raises(ClientRedirectError) as caught:
        built(*more, **changes)
    assert caught.value.back.state == state


@pytest.mark.spec("OAuth.FormPost", "2")
def test_form_post_needs_an_address_a_browser_can_post_to():
    assert built(response_mode="form_post").response_mode is ResponseMode.FORM_POST
    with pytest.raises(ClientRedirectError) as caught:
        built(client_id="app", redirect_uri="jp.example.app:/callback", response_mode="form_post")
    assert caught.value.back.mode is ResponseMode.QUERY


@pytest.mark.spec("OIDC.Core", "3.1.2.1")
def test_a_full_request_is_read():
    request = built(
        nonce="n",
        prompt="login consent",
        max_age="300",
        login_hint="hanako@example.jp",
        ui_locales="se ja-JP <script> en",
        acr_values="gold mfa pwd",
        id_token_hint="good",
        code_challenge="c" * 43,
        display="popup",
        claims='{"userinfo": {"name": null}}',
        **{"x-unknown": "1"},
    )
    assert request.prompts == {Prompt.LOGIN, Prompt.CONSENT}
    assert (request.max_age, request.login_hint, request.nonce) == (300, "hanako@example.jp", "n")
    assert request.ui_locales == ("se", "ja-JP", "en")
    assert (request.wanted_acr, request.essential_acr) == ("pwd", False)
    assert request.hinted_subject_id == "hanako"
    assert request.claims == {"userinfo": ["name"]}
    assert request.state == "s"


@pytest.mark.spec("OIDC.Core", "5.5.1.1")
@pytest.mark.parametrize(
    ("client_id", "changes", "level", "essential"),
    [
        ("portal", {}, None, False),
        ("portal", {"acr_values": "gold"}, None, False),
        ("strict", {}, "mfa", False),
        ("strict", {"acr_values": "pwd"}, "mfa", False),
        ("portal", {"claims": '{"id_token": {"acr": {"values": ["mfa"]}}}', "acr_values": "pwd"}, "mfa", False),
        ("portal", {"claims": '{"id_token": {"acr": {"essential": true, "value": "mfa"}}}'}, "mfa", True),
        ("portal", {"claims": '{"id_token": {"acr": {"essential": true}}}'}, None, False),
    ],
)
def test_the_level_a_request_wants(client_id, changes, level, essential):
    request = built(client_id=client_id, **changes)
    assert (request.wanted_acr, request.essential_acr) == (level, essential)


@pytest.mark.spec("OIDC.Core", "5.5.1")
def test_a_subject_asked_for_by_claim_is_a_hint_too():
    assert built(claims='{"id_token": {"sub": {"value": "taro"}}}').hinted_subject_id == "taro"
