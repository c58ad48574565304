"""Hundreds of malformed requests to each endpoint: always a 4xx with a registered code or a page, never a 5xx."""

from __future__ import annotations

import random
from urllib.parse import quote, quote_from_bytes

import pytest

from idp.protocol.errors import ErrorCode

NAMES = [
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "prompt",
    "max_age",
    "login_hint",
    "id_token_hint",
    "acr_values",
    "claims",
    "ui_locales",
    "code_challenge",
    "code_challenge_method",
    "request",
    "request_uri",
    "registration",
    "display",
    "grant_type",
    "code",
    "code_verifier",
    "refresh_token",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "token",
    "token_type_hint",
    "access_token",
    "post_logout_redirect_uri",
    "interaction",
    "again",
    "_csrf",
    "action",
    "return_to",
    "é",
    "\x00",
    "a[b]",
]
VALUES = (
    "",
    "portal",
    "app",
    "nobody",
    "code",
    "openid",
    "authorization_code",
    "refresh_token",
    "client_credentials",
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    "http://localhost:9001/callback",
    "https://evil.example/",
    "javascript:alert(1)",
    "jp.example.app:/callback",
    "http://[::1",
    "http://localhost:99999/callback",
    "form_post",
    "none",
    "none login",
    "S256",
    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    "-1",
    "9" * 40,
    "1e309",
    "{",
    "[]",
    '{"userinfo":{"a":{"value":' + "[" * 3000,
    '{"id_token":{"acr":{"essential":true,"values":["mfa"]}}}',
    "eyJhbGciOiJub25lIn0.e30.",
    "a.b.c",
    "." * 500,
    "'\"><script>alert(1)</script>",
    "%s%n{0}${jndi:x}",
    "\x00",
    "\r\nSet-Cookie: x=y",
    "\u202e\ufeff\U0001f4a9",
    "ａｂｃ",
    "x" * 3000,
    "../../../../etc/passwd",
)
HEADERS = (
    {},
    {"Authorization": "Basic"},
    {"Authorization": "Basic !!!"},
    {"Authorization": "Basic " + "QUFB" * 400},
    {"Authorization": "Bearer "},
    {"Authorization": "Bearer a b c"},
    {"Authorization": "DPoP x"},
    {"Origin": "null"},
    {"Origin": "https://evil.example"},
    {"Cookie": "sekisho_session=x; sekisho_browser=\x7f; sekisho_locale='; __Host-sekisho_session=;;=;"},
    {"Content-Type": "application/json"},
    {"Content-Type": "multipart/form-data; boundary="},
    {"Accept-Language": ";;;q=9," * 50},
    {"X-Forwarded-For": "a, b, c"},
    {"Host": "evil.example:99999"},
)
GETS = ("/authorize", "/authorize/resume", "/logout", "/userinfo", "/start/sign_in", "/journey/x", "/link/x", "/jwks")
POSTS = ("/authorize", "/token", "/revoke", "/introspect", "/userinfo", "/logout", "/journey/x", "/link/x")
CODES = {code.value for code in ErrorCode}


def raw_form(chance):
    """A form that is broken in one of many ways."""
    pairs = []
    for _ in range(chance.randrange(0, 9)):
        name, value = chance.choice(NAMES), chance.choice(VALUES)
        encoded = quote(value) if chance.random() < 0.9 else quote_from_bytes(chance.randbytes(6))
        pairs.append(f"{quote(name)}={encoded}" if chance.random() < 0.95 else chance.choice(("=", "&", "%", "%zz=%")))
    if chance.random() < 0.2 and pairs:
        pairs.append(pairs[0])
    return "&".join(pairs)


def check(answer, path):
    status = answer.status_code
    assert status < 500, (path, status, answer.text[:300])
    if status in {303, 304} or answer.mimetype == "application/json":
        return
    assert 'data-page="' in answer.text, (path, status)


def code_of(answer):
    return answer.json["error"] if answer.status_code >= 400 and answer.mimetype == "application/json" else None


@pytest.mark.parametrize("path", GETS)
def test_get(world, path):
    chance = random.Random(path)
    for _ in range(500):
        answer = world.browser().get(f"{path}?{raw_form(chance)}", headers=chance.choice(HEADERS))
        check(answer, path)
        assert code_of(answer) in {*CODES, None}


@pytest.mark.parametrize("path", POSTS)
def test_post(world, path):
    chance = random.Random(path)
    for _ in range(500):
        headers = {"Content-Type": "application/x-www-form-urlencoded", **chance.choice(HEADERS)}
        body = raw_form(chance).encode() if chance.random() < 0.9 else chance.randbytes(chance.randrange(400))
        answer = world.browser().post(f"{path}?{raw_form(chance)[:2000]}", data=body, headers=headers)
        check(answer, path)
        assert code_of(answer) in {*CODES, None}


def test_a_good_request_with_one_thing_broken(world, browser):
    party, chance = world.party(browser, "portal"), random.Random(7)
    for _ in range(500):
        name, value = chance.choice(NAMES), chance.choice(VALUES)
        answer = world.browser().get(party.request(**{name: value})[0])
        check(answer, "/authorize")
        location = answer.headers.get("Location", "/journey/")
        assert location.startswith(("/journey/", party.redirect_uri)), (name, value, location)


@pytest.mark.parametrize(
    "path", ["/%ff%fe", "//authorize", "/authorize/", "/%2e%2e/x", "/journey/%00", "/link/", "/\u202e"]
)
def test_odd_addresses(world, path):
    answer = world.browser().get(path)
    assert answer.status_code in {403, 404, 410}
    assert "Location" not in answer.headers
