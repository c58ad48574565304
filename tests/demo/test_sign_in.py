"""The portal and the wallet as relying parties: what they ask, what they check, whom they believe."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.demo.provider import HANAKO, make_key


def asked(provider):
    return provider.requests[-1]


def test_a_sign_in_shows_every_verified_claim_as_text(portal):
    claims = portal.sign_in().claims
    assert claims["name"] == "組合 花子"
    assert claims["member_number"] == "1234-5678"
    assert claims["email_verified"] == "true"
    assert claims["acr"] == "mfa"
    assert json.loads(claims["amr"]) == ["pwd", "otp", "sms", "mfa"]
    assert {"sub", "sid", "auth_time", "email", "iss", "aud"} <= claims.keys()


@pytest.mark.parametrize("value", ["student", "professor_emeritus", ["student", "staff"], {"a": 1}, None, ""])
def test_a_claim_keeps_its_value_whether_or_not_the_page_has_a_word_for_it(value, portal, provider):
    provider.person["member_type"] = value
    provider.id_token_changes = {"amr": ["hwk", {"a": 1}], "acr": ["urn:other"]}
    claims = portal.sign_in().claims
    assert claims["member_type"] == (value if isinstance(value, str) else json.dumps(value))
    assert json.loads(claims["amr"]) == ["hwk", {"a": 1}]
    assert claims["acr"] == '["urn:other"]'


@pytest.mark.parametrize(("name", "client_id"), [("portal", "portal"), ("app", "app"), ("wallet", "wallet")])
@pytest.mark.spec("OIDC Core", "3.1.2.1")
def test_each_client_asks_with_state_nonce_and_a_sha256_challenge(name, client_id, open_tab, provider):
    tab = open_tab(name)
    tab.out()
    request = asked(provider)
    assert request["client_id"] == client_id
    assert request["redirect_uri"] == f"{tab.origin}/callback"
    assert request["code_challenge_method"] == "S256"
    assert len(request["state"]) >= 20
    assert len(request["nonce"]) >= 20
    assert {"openid", "profile", "email"} <= set(request["scope"].split())


def test_what_a_test_puts_on_the_sign_in_link_goes_along(portal, provider):
    portal.out(
        "/login?acr_values=mfa&prompt=login&max_age=60&login_hint=a%40b.example&ui_locales=en&evil=1&scope=phone"
    )
    request = asked(provider)
    assert request["acr_values"] == "mfa"
    assert request["prompt"] == "login"
    assert request["max_age"] == "60"
    assert request["login_hint"] == "a@b.example"
    assert request["ui_locales"] == "en"
    assert "phone" in request["scope"].split()
    assert "evil" not in request


def test_no_phone_scope_unless_told_so_at_the_portal(portal, provider):
    portal.out()
    assert "phone" not in asked(provider)["scope"].split()


def test_two_tabs_finish_in_either_order(portal):
    portal.get("/")
    first, second = portal.another(), portal.another()
    address_of_first, address_of_second = first.out(), second.out()
    assert second.back(address_of_second).claims["sub"] == "s-hanako"
    assert first.back(address_of_first).claims["sub"] == "s-hanako"


def test_eight_tabs_that_leave_at_once_all_come_back(portal):
    portal.get("/")
    cookie = portal.client.get_cookie("portal_session").value

    def leave(_number):
        tab = portal.stranger()
        tab.client.set_cookie("portal_session", cookie)
        return tab.out()

    with ThreadPoolExecutor(max_workers=8) as tabs:
        addresses = list(tabs.map(leave, range(8)))
    assert [portal.another().back(address).claims.get("sub") for address in addresses] == ["s-hanako"] * 8


def test_an_answer_of_another_browser_is_not_taken(portal):
    address = portal.out()
    stranger = portal.stranger().back(address)
    assert stranger.error == "state_unknown"
    assert stranger.page.status_code == 400
    assert "サインイン" in stranger.get("/").links


def test_the_session_moves_to_a_new_key_at_sign_in(portal):
    portal.get("/")
    before = portal.client.get_cookie("portal_session").value
    portal.sign_in()
    after = portal.client.get_cookie("portal_session").value
    assert before != after
    fixed = portal.stranger()
    fixed.client.set_cookie("portal_session", before)
    assert "サインイン" in fixed.get("/").links


def test_a_second_press_of_the_same_answer_ends_signed_in(portal):
    address = portal.out()
    portal.back(address)
    assert portal.back(address).claims["sub"] == "s-hanako"


def test_a_double_press_whose_first_answer_got_lost_begins_again(portal):
    portal.get("/")
    before = portal.client.get_cookie("portal_session").value
    address = portal.out()
    portal.back(address)
    portal.client.set_cookie("portal_session", before)
    portal.get(address.removeprefix(portal.origin))
    assert portal.location == "/login"


def test_cancelling_is_not_an_error(portal, provider):
    provider.refuse_with = "access_denied"
    portal.sign_in()
    assert portal.error == "access_denied"
    assert portal.page.status_code == 200
    assert portal.links["もう一度サインインする"] == "/login"


def test_an_error_from_outside_never_gets_onto_the_page_as_it_came(portal, provider):
    provider.refuse_with = "<script>alert(1)</script>"
    portal.sign_in()
    assert portal.error == "invalid_response"
    assert "<script" not in portal.page.text


def test_names_are_escaped(portal, provider):
    provider.person["name"] = "<b>花子</b>"
    portal.sign_in()
    assert "<b>花子" not in portal.page.text
    assert portal.claims["name"] == "<b>花子</b>"


@pytest.mark.spec("RFC9207", "2.4")
def test_an_answer_that_names_another_issuer_is_refused(portal, provider):
    provider.answer_iss = "https://evil.example"
    assert portal.sign_in().error == "issuer_mismatch"


@pytest.mark.spec("RFC9207", "2.4")
def test_an_answer_without_the_promised_issuer_is_refused(portal, provider):
    address = portal.out()
    without = address.replace("iss=", "was=")
    assert portal.back(without).error == "issuer_mismatch"


@pytest.mark.spec("OIDC Discovery", "4.3")
def test_metadata_of_another_issuer_is_refused(portal, provider):
    provider.claimed_issuer = "https://evil.example"
    assert portal.get("/login").error == "issuer_mismatch"


@pytest.mark.parametrize(
    "changes",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"iss": "https://evil.example"},
        {"aud": "somebody"},
        {"aud": ["somebody"], "azp": "portal"},
        {"aud": ["portal", "somebody"], "azp": "somebody"},
        {"exp": 1_000_000_000},
        {"sub": None},
        {"iat": None},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    ],
)
@pytest.mark.spec("OIDC Core", "3.1.3.7")
def test_an_id_token_that_is_not_for_this_sign_in_is_refused(portal, provider, changes):
    provider.id_token_changes = changes
    assert portal.sign_in().error == "invalid_id_token"
    assert portal.page.status_code == 400
    assert "サインイン" in portal.get("/").links


@pytest.mark.spec("OIDC Core", "3.1.3.7")
def test_an_id_token_with_a_foreign_signature_is_refused(portal, provider):
    provider.forging_key = make_key("k1")
    assert portal.sign_in().error == "invalid_id_token"


def test_a_key_the_provider_changed_to_is_fetched(portal, provider):
    portal.sign_in()
    provider.key = make_key("k2")
    assert portal.sign_in().claims["sub"] == "s-hanako"


@pytest.mark.spec("OIDC Core", "5.3.2")
def test_userinfo_about_somebody_else_is_refused(portal, provider):
    provider.userinfo_changes = {"sub": "s-taro"}
    assert portal.sign_in().error == "sub_mismatch"


@pytest.mark.spec("OIDC Core", "3.1.3.7")
def test_an_authentication_older_than_asked_for_is_refused(portal, provider):
    provider.id_token_changes = {"auth_time": int(time.time()) - 3600}
    assert portal.sign_in("/login?max_age=300").error == "authentication_too_old"
    assert portal.sign_in("/login?max_age=7200").claims["sub"] == "s-hanako"


def test_after_a_journey_at_the_provider_the_portal_begins_a_sign_in_by_itself(portal):
    assert portal.get("/signed-up").location == "/login"


def test_signing_out_ends_here_and_at_the_provider(portal):
    portal.sign_in()
    assert "サインアウト" in portal.buttons
    portal.press("/logout")
    sent = parse_qs(urlsplit(portal.location).query)
    assert sent["post_logout_redirect_uri"] == [f"{portal.origin}/"]
    assert sent["client_id"] == ["portal"]
    assert sent["id_token_hint"][0].count(".") == 2
    portal.get(f"/?state={sent['state'][0]}")
    assert 'id="signed-out"' in portal.page.text
    assert 'id="signed-out"' not in portal.get(f"/?state={sent['state'][0]}").page.text


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_a_form_of_another_site_signs_nobody_out(portal, origin):
    portal.sign_in()
    portal.post("/logout", {"_csrf": portal.token}, headers={"Origin": origin})
    assert portal.page.status_code == 400
    assert portal.get("/").claims["sub"] == "s-hanako"


def test_a_form_without_its_token_signs_nobody_out(portal):
    portal.sign_in().post("/logout", {"_csrf": "x"})
    assert portal.page.status_code == 400
    assert portal.get("/").claims["sub"] == "s-hanako"


def test_the_wallet_shows_what_the_person_allowed_and_asks_no_password(wallet, provider):
    assert wallet.get("/").links["ログイン"] == "/login"
    assert wallet.sign_in().claims["phone_number"] == HANAKO["phone_number"]
    assert "phone" in asked(provider)["scope"].split()
    for path in ("/", "/service", "/help", "/privacy"):
        assert 'type="password"' not in wallet.get(path).page.text


def test_refused_consent_is_said_in_the_wallets_words(wallet, provider):
    provider.refuse_with = "access_denied"
    assert wallet.sign_in().error == "access_denied"
    assert "アクセスは許可されませんでした" in wallet.page.text
    assert wallet.links["もう一度ログインする"] == "/login"


def test_the_wallets_own_pages_are_for_those_who_logged_in(wallet):
    assert wallet.get("/service").location == "/"
    assert wallet.sign_in().get("/service").page.status_code == 200
