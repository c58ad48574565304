"""The authorization code flow, end to end on fakes."""

from __future__ import annotations

import pytest

from idp.domain.session import Method
from tests.samples import make_subject


@pytest.mark.spec("OIDC.Core", "3.1")
def test_somebody_signs_in_and_the_client_gets_verified_tokens(world, browser):
    portal = world.party(browser, "portal")
    portal.discover()
    location, kept = world.sign_in(browser, portal)
    tokens = portal.redeem(portal.read_answer(location, kept)["code"], kept).json
    claims = portal.claims(tokens, now=world.now(), nonce=kept["nonce"])
    assert (claims["sub"], claims["acr"], claims["amr"]) == ("hanako", "mfa", ["pwd", "otp", "sms", "mfa"])
    assert claims["auth_time"] == int(world.now())
    assert claims["sid"]
    assert "email" not in claims
    assert (tokens["token_type"], tokens["expires_in"], tokens["scope"]) == ("Bearer", 600, "openid profile email")
    assert "refresh_token" not in tokens
    assert portal.userinfo(tokens["access_token"]).json == {
        "sub": "hanako",
        "name": "大学 花子",
        "birthdate": "2005-07-07",
        "email": "hanako@example.jp",
        "email_verified": True,
        "updated_at": int(make_subject().updated_at.timestamp()),
    }


@pytest.mark.spec("OIDC.Core", "3.1.2.3")
def test_a_second_client_needs_no_second_sign_in(world, browser):
    first = world.tokens(browser, world.party(browser, "portal"))
    app = world.party(browser, "app", scope="openid offline_access")
    url, kept = app.request(prompt="none")
    world.clock.wait(minutes=5)
    tokens = app.redeem(app.read_answer(browser.get(url).headers["Location"], kept)["code"], kept).json
    claims = app.claims(tokens, now=world.now(), nonce=kept["nonce"])
    before = world.party(browser, "portal").claims(first, now=world.now() - 300, nonce="nonce-1")
    assert (claims["sub"], claims["sid"], claims["auth_time"]) == (before["sub"], before["sid"], before["auth_time"])
    assert tokens["refresh_token"]


def test_what_a_grant_remembers_of_the_sign_in(world, browser):
    world.tokens(browser, world.party(browser, "portal"))
    [session] = world.stored.transactions["sessions"].values()
    assert world.stored.sessions.clients(session.id) == ["portal"]
    assert world.stored.subjects.has_signed_in("hanako", "portal")
    assert world.stored.audit.kinds == ["session.started", "tokens.issued"]


@pytest.mark.spec("OIDC.Core", "5.4")
def test_a_client_whose_record_wants_it_finds_claims_in_the_id_token(world, browser):
    party = world.party(browser, "talkative")
    claims = party.claims(world.tokens(browser, party), now=world.now(), nonce="nonce-1")
    assert (claims["name"], claims["email"]) == ("大学 花子", "hanako@example.jp")


@pytest.mark.spec("OIDC.Core", "5.5")
def test_single_claims_come_where_they_were_asked_for(world, browser):
    party = world.party(browser, "plain", scope="openid")
    wanted = '{"userinfo": {"name": {"essential": true}}, "id_token": {"email": null}}'
    tokens = world.tokens(browser, party, claims=wanted)
    claims = party.claims(tokens, now=world.now(), nonce="nonce-1")
    assert claims["email"] == "hanako@example.jp"
    assert "name" not in claims
    assert party.userinfo(tokens["access_token"]).json == {"sub": "hanako", "name": "大学 花子"}


@pytest.mark.spec("RFC6749", "3.3")
def test_a_scope_the_client_may_not_have_is_dropped(world, browser):
    party = world.party(browser, "portal", scope="openid offline_access admin email")
    tokens = world.tokens(browser, party)
    assert tokens["scope"] == "openid email"
    assert "refresh_token" not in tokens


@pytest.mark.spec("OIDC.Core", "5.5.1.1")
def test_an_essential_acr_is_said_in_the_value_that_was_asked_for(world, browser):
    party = world.party(browser, "plain")
    wanted = '{"id_token": {"acr": {"essential": true, "values": ["pwd"]}}}'
    tokens = world.tokens(browser, party, Method.PASSWORD, Method.CALL, claims=wanted)
    assert party.claims(tokens, now=world.now(), nonce="nonce-1")["acr"] == "pwd"


@pytest.mark.spec("RFC6749", "4.1.1")
def test_a_client_may_leave_pkce_out_only_where_its_record_says_so(world, browser):
    bare = {"code_challenge": None, "code_challenge_method": None}
    lenient = world.party(browser, "lenient")
    location, kept = world.sign_in(browser, lenient, **bare)
    code = lenient.read_answer(location, kept)["code"]
    assert lenient.redeem(code, kept, code_verifier=None).status_code == 200
    for name in ("plain", "browser"):
        party = world.party(browser, name)
        url, kept = party.request(**bare)
        assert party.read_answer(browser.get(url).headers["Location"], kept)["error"] == "invalid_request"
