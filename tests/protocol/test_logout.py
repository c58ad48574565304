"""Signing out."""

import pytest

from idp.protocol.errors import PageError
from idp.protocol.logout import LOGOUT_EVENT, build_logout_token, parse_logout
from idp.protocol.parameters import Parameters
from tests.samples import ISSUER, NOW, make_app, make_client, make_session

CLIENTS = {"portal": make_client(), "app": make_app()}
HOME = "http://localhost:9001/"
HINTS = {
    "mine": {"sub": "hanako", "sid": "sid-1", "aud": "portal"},
    "listed": {"sub": "hanako", "sid": "sid-1", "aud": ["portal"]},
    "other": {"sub": "hanako", "sid": "sid-2", "aud": "portal"},
    "taro": {"sub": "taro", "sid": "sid-1", "aud": "portal"},
}


def read_hint(token):
    if token not in HINTS:
        raise ValueError("not ours")
    return HINTS[token]


def parsed(**given: str):
    return parse_logout(
        Parameters(tuple(given.items())),
        find_client=CLIENTS.get,
        all_clients=CLIENTS.values,
        read_hint=read_hint,
    )


@pytest.mark.spec("OIDC.RPInitiatedLogout", "2")
@pytest.mark.parametrize(
    ("hint", "is_about"), [("mine", True), ("listed", True), ("other", False), ("taro", False), (None, False)]
)
def test_only_a_hint_about_this_very_session_needs_no_question(hint, is_about):
    request = parsed(id_token_hint=hint) if hint else parsed()
    assert request.is_about(make_session()) is is_about


@pytest.mark.spec("OIDC.RPInitiatedLogout", "3")
@pytest.mark.parametrize(
    ("given", "target"),
    [
        ({"id_token_hint": "mine", "post_logout_redirect_uri": HOME}, HOME),
        ({"client_id": "portal", "post_logout_redirect_uri": HOME}, HOME),
        ({"post_logout_redirect_uri": HOME}, HOME),
        ({"id_token_hint": "mine", "post_logout_redirect_uri": HOME + "?foo=bar"}, None),
        ({"id_token_hint": "mine", "post_logout_redirect_uri": "http://localhost:9003/"}, None),
        ({"client_id": "app", "post_logout_redirect_uri": HOME}, None),
        ({"post_logout_redirect_uri": "https://evil.example/"}, None),
        ({"id_token_hint": "mine"}, None),
        ({}, None),
    ],
)
def test_only_a_registered_address_of_the_asking_client_is_returned_to(given, target):
    request = parsed(**given)
    assert request.target == target
    assert request.is_target_refused is ("post_logout_redirect_uri" in given and target is None)


@pytest.mark.spec("OIDC.RPInitiatedLogout", "4")
@pytest.mark.parametrize(
    ("given", "parameter"),
    [
        ({"id_token_hint": "forged", "post_logout_redirect_uri": HOME}, "id_token_hint"),
        ({"id_token_hint": "mine", "client_id": "app"}, "client_id"),
        ({"client_id": "nobody"}, "client_id"),
        ({"state": "s" * 2049}, "state"),
        ({"state": "a\x00"}, "state"),
    ],
)
def test_a_false_request_is_an_error_page(given, parameter):
    with pytest.raises(PageError) as caught:
        parsed(**given)
    assert caught.value.parameter == parameter


@pytest.mark.spec("RFC6749", "3.1")
def test_a_repeated_parameter_is_an_error_page():
    pairs = (("post_logout_redirect_uri", HOME), ("post_logout_redirect_uri", "https://evil.example/"))
    with pytest.raises(PageError):
        parse_logout(Parameters(pairs), find_client=CLIENTS.get, all_clients=CLIENTS.values, read_hint=read_hint)


@pytest.mark.spec("OIDC.BackChannelLogout", "2.4")
def test_the_logout_token():
    token = build_logout_token(
        issuer=ISSUER, client_id="portal", subject_id="hanako", sid="sid-1", jti="job-1", now=NOW
    )
    issued = int(NOW.timestamp())
    assert token == {
        "iss": ISSUER,
        "aud": "portal",
        "sub": "hanako",
        "sid": "sid-1",
        "iat": issued,
        "exp": issued + 120,
        "jti": "job-1",
        "events": {LOGOUT_EVENT: {}},
    }
