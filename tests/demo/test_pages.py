"""Every page of the sample clients: the manual's labels, where they lead, the language, the headers."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

PAGES = [
    ("portal", "/"),
    ("portal", "/help"),
    ("portal", "/privacy"),
    ("portal", "/chushikoku"),
    ("guide", "/"),
    ("guide", "/?done=password"),
    ("guide", "/change-email"),
    ("guide", "/before-november-2023"),
    ("guide", "/download"),
    ("guide", "/help"),
    ("guide", "/privacy"),
    ("app", "/"),
    ("app", "/help"),
    ("app", "/privacy"),
    ("wallet", "/"),
    ("wallet", "/help"),
    ("wallet", "/privacy"),
    ("registry", "/"),
]
SITES = ["portal", "guide", "app", "wallet", "registry"]


def starts(href):
    parts = urlsplit(href)
    return parts.path, {name: value for name, [value] in parse_qs(parts.query).items()}


@pytest.mark.parametrize(("name", "path"), PAGES)
def test_every_page_opens_without_the_provider_in_both_languages(name, path, open_tab):
    tab = open_tab(name, issuer="http://localhost:1")
    assert tab.get(path).page.status_code == 200
    assert '<html lang="ja"' in tab.page.text
    mark = "&" if "?" in path else "?"
    assert '<html lang="en"' in tab.get(f"{path}{mark}ui_locales=fr%20en-GB").page.text
    assert '<html lang="en"' in tab.get(path).page.text
    assert "<script" not in tab.page.text
    assert " style=" not in tab.page.text


@pytest.mark.parametrize("name", ["portal", "app", "wallet"])
def test_with_the_provider_away_sign_in_says_so_and_leads_on(name, open_tab):
    tab = open_tab(name, issuer="http://localhost:1").get("/login")
    assert tab.page.status_code == 503
    assert tab.error == "provider_unavailable"
    assert tab.page.headers["Retry-After"]
    assert "/login" in tab.links.values()


def test_a_provider_that_goes_away_later_is_noticed_before_the_browser_is_sent_there(portal, provider):
    portal.get("/login")
    portal.application.extensions["authlib.integrations.flask_client"].portal.server_metadata["_loaded_at"] = 0
    provider.is_broken = True
    assert portal.get("/login").error == "provider_unavailable"


def test_the_portals_home_has_the_manuals_texts_and_links(portal):
    portal.get("/")
    text = portal.page.text
    assert "高校生、受験生の皆さんで大学生協へのご加入前の方は、こちらから登録をお願いいたします。" in text
    assert (
        "登録が完了された方、または大学生協への加入手続きが終了された方は、パスワードの登録をお願いいたします。" in text
    )
    assert "登録されているメールアドレスが不明な場合は、生協店舗でご確認をお願いいたします。" in text
    assert "初回サインイン時にもあらためてメールアドレスの認証を行いますのでご容赦ください。" in text
    assert "初回サインイン時に多要素認証用の電話番号の登録が必要となります。認証はSMSもしくは音声通話で行います" in text
    assert portal.links["サインイン"] == "/login"
    own = {"client_id": "portal", "return_to": "http://localhost:9701/", "ui_locales": "ja"}
    assert starts(portal.links["univcoopマイポータルに新規登録"]) == ("/start/sign_up", own)
    assert starts(portal.links["パスワードの登録"]) == ("/start/set_password", own)


def test_the_guides_links_lead_where_the_manual_says(guide):
    links = guide.get("/").links
    path, query = starts(links["パスワードの設定をする"])
    assert path == "/start/set_password"
    assert query["client_id"] == "guide"
    assert query["return_to"] == "http://localhost:9702/?done=password"
    path, query = starts(links["扶養者・保護者の方はこちら"])
    assert path == "/start/sign_up_with_code"
    assert query["client_id"] == "portal"
    assert query["return_to"] == "http://localhost:9701/signed-up"
    for href in (links["メールアドレス変更フォーム"], links["2023年10月31日以前に加入された方はこちら"]):
        assert "準備中" in guide.get(href).page.text
        assert "生協店舗" in guide.page.text


def test_step_one_is_ticked_after_the_password_and_stays_so(guide):
    undone, done = 'data-step="password" data-done="false"', 'data-step="password" data-done="true"'
    assert undone in guide.get("/").page.text
    assert done in guide.get("/?done=password").page.text
    assert done in guide.get("/").page.text
    assert undone in guide.stranger().get("/?done=sign_in").page.text


@pytest.mark.parametrize("name", SITES)
def test_every_answer_carries_the_headers_that_keep_a_page_to_itself(name, open_tab, provider):
    headers = open_tab(name).get("/").page.headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self';")
    assert "frame-ancestors 'none'" in policy
    assert f"form-action 'self' {provider.url}" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["portal", "app", "wallet"])
def test_cookies_carry_the_applications_name_and_no_script_reads_them(name, open_tab):
    cookies = open_tab(name).get("/?ui_locales=en").page.headers.getlist("Set-Cookie")
    assert {cookie.split("=")[0] for cookie in cookies} == {f"{name}_session", f"{name}_locale"}
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in cookies)


def test_a_page_opened_by_its_number_moves_to_the_name_its_cookies_belong_to(portal):
    page = portal.client.get("/?ui_locales=en", base_url="http://127.0.0.1:9701")
    assert page.status_code == 307
    assert page.headers["Location"] == "http://localhost:9701/?ui_locales=en"


@pytest.mark.parametrize("name", SITES)
def test_what_is_not_there_is_said_kindly(name, open_tab):
    assert open_tab(name).get("/wp-login.php").page.status_code == 404


@pytest.mark.parametrize("name", SITES)
def test_malformed_requests_are_never_a_server_error(name, open_tab):
    tab = open_tab(name)
    junk = ["%00", "%ff", "a" * 3000, "%E2%80%AE", "../../etc/passwd", "'\"><x>"]
    for path in ("/", "/login", "/callback", "/logout", "/backchannel-logout", "/members", "/joinings", "/emoney"):
        for value in junk:
            for parameter in ("state", "code", "error", "ui_locales", "iss", "max_age", "done"):
                assert tab.get(f"{path}?{parameter}={value}").page.status_code < 500
            assert tab.post(path, {"_csrf": value, "logout_token": value, "answer": value}).page.status_code < 500
