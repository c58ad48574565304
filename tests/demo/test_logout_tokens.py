"""The receiving end of back-channel logout at portal and wallet (OpenID Connect Back-Channel Logout 1.0)."""

from __future__ import annotations

import base64
import json
import time

import pytest

from tests.demo.provider import make_key

ENDPOINT = "/backchannel-logout"


def is_signed_in(tab):
    return bool(tab.get("/").claims)


@pytest.mark.parametrize("name", ["portal", "wallet"])
@pytest.mark.spec("OIDC Back-Channel Logout", "2.5")
def test_a_good_token_ends_the_session_it_names(name, open_tab, provider):
    tab = open_tab(name).sign_in()
    answer = tab.another().post(ENDPOINT, {"logout_token": provider.logout_token(name)}).page
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert 'data-notice="signed_out_elsewhere"' in tab.get("/").page.text
    assert not is_signed_in(tab)


@pytest.mark.parametrize(
    ("changes", "ends"),
    [
        ({"sub": None}, True),
        ({"sid": None}, True),
        ({"aud": ["other", "portal"]}, True),
        ({"sid": "another-session"}, False),
        ({"sid": None, "sub": "s-taro"}, False),
        ({"sub": "s-taro"}, False),
    ],
)
@pytest.mark.spec("OIDC Back-Channel Logout", "2.4")
def test_a_token_ends_one_session_or_all_of_a_person(changes, ends, portal, provider):
    portal.sign_in()
    token = provider.logout_token("portal", changes)
    assert portal.another().post(ENDPOINT, {"logout_token": token}).page.status_code == 200
    assert is_signed_in(portal) is not ends


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil.example"},
        {"aud": "wallet"},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"iat": None},
        {"iat": int(time.time()) + 3600},
        {"jti": None},
        {"events": None},
        {"events": {"https://other.example/event": {}}},
        {"events": "http://schemas.openid.net/event/backchannel-logout"},
        {"nonce": "n"},
        {"sub": None, "sid": None},
        {"sub": 7},
    ],
)
@pytest.mark.spec("OIDC Back-Channel Logout", "2.6")
def test_a_token_that_is_not_a_logout_token_for_us_ends_nothing(changes, portal, provider):
    portal.sign_in()
    token = provider.logout_token("portal", changes)
    assert portal.another().post(ENDPOINT, {"logout_token": token}).page.status_code == 400
    assert is_signed_in(portal)


@pytest.mark.spec("OIDC Back-Channel Logout", "2.6")
def test_a_token_is_good_once(portal, provider):
    token = provider.logout_token("portal")
    assert portal.post(ENDPOINT, {"logout_token": token}).page.status_code == 200
    assert portal.post(ENDPOINT, {"logout_token": token}).page.status_code == 400


@pytest.mark.parametrize("header", [{"typ": "at+jwt"}, {"alg": "HS256"}, {"alg": "none"}])
@pytest.mark.spec("OIDC Back-Channel Logout", "2.6")
def test_a_token_of_another_kind_ends_nothing(header, portal, provider):
    portal.sign_in()
    good = provider.logout_token("portal", header={"typ": header.get("typ", "logout+jwt")})
    token = good if "typ" in header else with_header(good, header)
    assert portal.another().post(ENDPOINT, {"logout_token": token}).page.status_code == 400
    assert is_signed_in(portal)


@pytest.mark.spec("OIDC Back-Channel Logout", "2.6")
def test_a_foreign_signature_ends_nothing(portal, provider):
    portal.sign_in()
    provider.forging_key = make_key("k1")
    assert portal.another().post(ENDPOINT, {"logout_token": provider.logout_token("portal")}).page.status_code == 400
    assert is_signed_in(portal)


@pytest.mark.spec("OIDC Back-Channel Logout", "2.6")
def test_an_id_token_is_no_logout_token(portal, provider):
    portal.sign_in()
    id_token = provider.id_token("portal", "n", "access")
    assert portal.another().post(ENDPOINT, {"logout_token": id_token}).page.status_code == 400
    assert is_signed_in(portal)


@pytest.mark.parametrize("data", [{}, {"logout_token": ""}, {"logout_token": "a.b.c"}, {"logout_token": "é" * 5000}])
def test_what_is_no_token_at_all_is_refused(data, portal):
    answer = portal.post(ENDPOINT, data).page
    assert answer.status_code == 400
    assert answer.json["error"] == "invalid_request"


def test_with_the_provider_away_the_notice_is_to_come_again(portal, provider):
    token = provider.logout_token("portal")
    provider.is_broken = True
    assert portal.post(ENDPOINT, {"logout_token": token}).page.status_code == 503
    provider.is_broken = False
    assert portal.post(ENDPOINT, {"logout_token": token}).page.status_code == 200


def with_header(token, header):
    """The same claims and signature under another header."""
    forged = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    return ".".join([forged, *token.split(".")[1:]])
