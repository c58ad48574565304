"""The app: it stays signed in by refresh, asks about e-money once, and is for members."""

from __future__ import annotations

import json
import stat

import pytest

MEMBERS_ONLY = "大学生協アプリ(公式)は大学生協加入手続き完了後にご利用いただけます"


@pytest.fixture
def state(tmp_path):
    return tmp_path / "app.json"


def refreshes(tab):
    return int(tab.page.text.split('data-refreshes="')[1].split('"')[0])


def kept_refresh_tokens(state):
    sessions = json.loads(state.read_text()).values()
    return [one["values"]["tokens"]["refresh_token"] for one in sessions if "tokens" in one["values"]]


def test_the_app_asks_to_stay_signed_in(app, provider):
    app.out()
    assert "offline_access" in provider.requests[-1]["scope"].split()


def test_the_first_sign_in_asks_about_e_money_and_no_leads_to_the_card(app):
    app.sign_in()
    assert app.buttons[:2] == ["はい", "いいえ"]
    app.press("/emoney", answer="no")
    assert app.location == "/card"
    app.follow()
    assert "data-card" in app.page.text
    assert {"電子組合員証", "決済", "生協サイト"} <= app.links.keys()


def test_yes_leads_to_the_wallets_login(app):
    app.sign_in().press("/emoney", answer="yes")
    assert app.location == "http://localhost:9704/login"


def test_it_never_asks_again_by_itself(app):
    app.sign_in().press("/emoney", answer="no")
    assert "はい" not in app.get("/").buttons
    app.press("/logout")
    assert "はい" not in app.sign_in().buttons


def test_it_asks_each_person_of_the_phone(app, provider):
    app.sign_in().press("/emoney", answer="no")
    provider.person = provider.person | {"sub": "s-taro"}
    assert "はい" in app.sign_in().buttons


def test_the_card_also_offers_the_registration(app):
    app.sign_in().press("/emoney", answer="no")
    assert any(text.startswith("大学生協電子マネーに登録する") for text in app.follow().links)


def test_who_is_no_member_reads_so_in_place_of_the_card(app, provider):
    del provider.person["member_number"]
    assert MEMBERS_ONLY in app.sign_in().page.text
    assert "member_number" not in app.claims
    app.press("/emoney", answer="no").follow()
    assert MEMBERS_ONLY in app.page.text
    assert "data-card" not in app.page.text


def test_who_has_joined_since_gets_the_card_by_a_refresh(app, provider):
    number = provider.person.pop("member_number")
    app.sign_in().press("/emoney", answer="no").follow()
    provider.person["member_number"] = number
    assert "data-card" in app.press("/refresh").follow().page.text


def test_a_page_opened_with_a_living_access_token_refreshes_nothing(app):
    assert refreshes(app.sign_in().get("/")) == 0


@pytest.mark.spec("RFC6749", "6")
def test_a_page_opened_after_the_access_token_ran_out_refreshes_once(app, provider):
    provider.access_seconds = 1
    app.sign_in()
    first = refreshes(app)
    provider.access_seconds = 600
    assert refreshes(app.get("/")) == first + 1
    assert refreshes(app.get("/")) == first + 1


def test_the_new_refresh_token_is_on_the_disk_and_only_the_owner_reads_it(open_tab, provider, state):
    app = open_tab("app", state=state).sign_in()
    [before] = kept_refresh_tokens(state)
    app.press("/refresh")
    [after] = kept_refresh_tokens(state)
    assert before != after
    assert list(provider.refresh_tokens) == [after]
    assert stat.S_IMODE(state.stat().st_mode) == 0o600


def test_the_new_refresh_token_is_kept_before_its_access_token_is_used(open_tab, provider, state):
    app = open_tab("app", state=state).sign_in()
    kept_at_use = []
    provider.at_userinfo = lambda: kept_at_use.extend(kept_refresh_tokens(state))
    app.press("/refresh")
    assert kept_at_use == list(provider.refresh_tokens)


def test_the_app_is_still_signed_in_after_its_process_ended(open_tab, state):
    app = open_tab("app", state=state).sign_in()
    again = open_tab("app", state=state)
    again.client.set_cookie("app_session", app.client.get_cookie("app_session").value)
    assert again.get("/").claims["sub"] == "s-hanako"
    assert refreshes(again.press("/refresh").follow()) == 1


def test_a_state_file_that_is_none_is_no_reason_not_to_start(open_tab, state):
    state.write_text("{ torn")
    assert open_tab("app", state=state).get("/").page.status_code == 200


def test_with_the_provider_away_the_card_is_still_shown(app, provider):
    app.sign_in().press("/emoney", answer="no").follow()
    provider.is_broken = True
    app.press("/refresh").follow()
    assert 'data-notice="provider_away"' in app.page.text
    assert "data-card" in app.page.text
    provider.is_broken = False
    assert 'data-notice="refreshed"' in app.press("/refresh").follow().page.text


@pytest.mark.spec("RFC6749", "5.2")
def test_a_refused_refresh_token_ends_the_sign_in(app, provider):
    app.sign_in()
    provider.refuses_refresh = "invalid_grant"
    app.press("/refresh").follow()
    assert 'data-notice="session_ended"' in app.page.text
    assert "サインイン" in app.links


def test_a_passing_refusal_does_not(app, provider):
    app.sign_in().press("/emoney", answer="no")
    provider.refuses_refresh = "temporarily_unavailable"
    app.get("/").press("/refresh").follow()
    assert "data-card" in app.page.text


@pytest.mark.spec("OIDC Core", "12.2")
def test_a_refresh_that_is_about_somebody_else_changes_nothing_on_the_card(app, provider):
    app.sign_in().press("/emoney", answer="no")
    provider.person = provider.person | {"sub": "s-taro", "name": "大学 太郎"}
    app.get("/").press("/refresh").follow()
    assert app.claims["sub"] == "s-hanako"
    assert app.claims["name"] == "組合 花子"


@pytest.mark.spec("RFC7009", "2.1")
def test_signing_out_takes_the_refresh_token_back(app, provider):
    app.sign_in()
    [token] = provider.refresh_tokens
    app.press("/logout")
    assert provider.revoked == [token]
    assert app.location.startswith(f"{provider.url}/logout?")
    assert "サインイン" in app.get("/").links


def test_signing_out_works_with_the_provider_away(app, provider):
    app.sign_in()
    provider.is_broken = True
    app.press("/logout")
    assert "サインイン" in app.get("/").links
