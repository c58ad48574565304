"""/logout: who is asked, who is told, where the browser goes."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest

HOME = "http://localhost:9001/"


@pytest.fixture
def portal(world, browser):
    return world.party(browser, "portal")


@pytest.fixture
def tokens(world, browser, portal):
    return world.tokens(browser, portal)


def leave(browser, **params: str):
    return browser.get(f"/logout?{urlencode(params)}")


def is_signed_in(world, browser):
    url, _ = world.party(browser, "portal").request(prompt="none")
    return "code=" in browser.get(url).headers["Location"]


def form_of(page):
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))


@pytest.mark.spec("OIDC.RPInitiatedLogout", "2")
def test_with_a_hint_of_this_session_it_happens_at_once(world, browser, portal, tokens):
    answer = leave(browser, id_token_hint=tokens["id_token"], post_logout_redirect_uri=HOME, state="a b&c")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{HOME}?state=a+b%26c")
    assert not is_signed_in(world, browser)
    assert portal.userinfo(tokens["access_token"]).status_code == 401
    assert browser.get_cookie("sekisho_session") is None


@pytest.mark.spec("OIDC.RPInitiatedLogout", "2")
def test_an_expired_hint_is_as_good(world, browser, portal, tokens):
    world.clock.wait(minutes=50)
    browser.get(portal.request(prompt="none")[0])
    world.clock.wait(minutes=50)
    answer = leave(browser, id_token_hint=tokens["id_token"], client_id="portal", post_logout_redirect_uri=HOME)
    assert answer.headers["Location"] == HOME


@pytest.mark.spec("OIDC.RPInitiatedLogout", "2")
def test_it_may_be_posted(world, browser, tokens):
    form = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": HOME}
    assert browser.post("/logout", data=form).headers["Location"] == HOME


def test_a_form_from_another_site_is_asked_again_as_a_get(world, browser, tokens):
    form = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": HOME}
    stranger = world.browser()
    answer = stranger.post("/logout", data=form, headers={"Origin": "http://localhost:9001"})
    assert answer.headers["Location"].startswith("/logout?id_token_hint=")


@pytest.mark.spec("OIDC.RPInitiatedLogout", "3")
def test_without_a_target_there_is_a_page(world, browser, tokens):
    answer = leave(browser, id_token_hint=tokens["id_token"])
    assert answer.status_code == 200
    assert 'data-page="signed_out"' in answer.text
    assert 'id="signed-out"' in answer.text
    assert not is_signed_in(world, browser)


@pytest.mark.spec("OIDC.RPInitiatedLogout", "6")
@pytest.mark.parametrize(
    ("params", "target"),
    [
        ({}, None),
        ({"state": "s"}, None),
        ({"client_id": "portal"}, None),
        ({"client_id": "portal", "post_logout_redirect_uri": HOME, "state": "s"}, f"{HOME}?state=s"),
        ({"post_logout_redirect_uri": HOME}, HOME),
        ({"post_logout_redirect_uri": "https://evil.example/"}, None),
        ({"client_id": "wallet", "post_logout_redirect_uri": HOME}, None),
    ],
)
def test_without_a_hint_the_person_is_asked_first(world, browser, tokens, params, target):
    page = leave(browser, **params)
    assert page.status_code == 200
    assert 'data-page="sign_out"' in page.text
    assert 'name="action" value="sign_out" id="action-sign_out"' in page.text
    assert "Location" not in page.headers
    assert is_signed_in(world, browser)
    answer = browser.post("/logout", data={**form_of(page), "action": "sign_out"})
    assert answer.headers.get("Location") == target
    assert ('id="signed-out"' in answer.text) is (target is None)
    assert not is_signed_in(world, browser)


@pytest.mark.spec("OIDC.RPInitiatedLogout", "3")
@pytest.mark.parametrize("uri", ["https://evil.example/", f"{HOME}?foo=bar", "http://localhost:9001", "javascript:x"])
def test_an_unregistered_target_is_never_gone_to(world, browser, tokens, uri):
    page = leave(browser, id_token_hint=tokens["id_token"], post_logout_redirect_uri=uri, state="s")
    assert 'data-page="sign_out"' in page.text
    assert is_signed_in(world, browser)
    answer = browser.post("/logout", data={**form_of(page), "action": "sign_out"})
    assert "Location" not in answer.headers
    assert 'id="signed-out"' in answer.text


@pytest.mark.spec("OIDC.RPInitiatedLogout", "4")
@pytest.mark.parametrize("is_posted", [True, False])
def test_a_forged_hint_is_an_error_page_and_nothing_happens(world, browser, tokens, is_posted):
    head, body, _ = tokens["id_token"].split(".")
    for hint in (f"{head}.{body}.AAAA", "eyJhbGciOiJub25lIn0." + body + ".", "x", "あ"):
        form = {"id_token_hint": hint, "post_logout_redirect_uri": HOME}
        answer = browser.post("/logout", data=form) if is_posted else leave(browser, **form)
        assert answer.status_code == 400
        assert 'data-error="invalid_request"' in answer.text
        assert "Location" not in answer.headers
    assert is_signed_in(world, browser)


@pytest.mark.spec("OIDC.RPInitiatedLogout", "2")
def test_a_hint_of_another_client_or_session_does_not_end_this_one(world, browser, tokens):
    answer = leave(browser, id_token_hint=tokens["id_token"], client_id="wallet")
    assert answer.status_code == 400
    other = world.browser()
    theirs = world.tokens(other, world.party(other, "portal"))
    page = leave(browser, id_token_hint=theirs["id_token"], post_logout_redirect_uri=HOME)
    assert 'data-page="sign_out"' in page.text
    assert is_signed_in(world, browser)
    assert is_signed_in(world, other)


@pytest.mark.parametrize(
    "changes", [{"_csrf": "wrong"}, {"_csrf": ""}, {"origin": "https://evil.example"}, {"origin": "null"}]
)
def test_nobody_else_can_press_the_button(world, browser, tokens, changes):
    form = {**form_of(leave(browser)), "action": "sign_out", **changes}
    origin = form.pop("origin", None)
    answer = browser.post("/logout", data=form, headers={"Origin": origin} if origin else {})
    assert 'data-page="sign_out"' in answer.text
    assert is_signed_in(world, browser)


def test_another_browsers_token_does_not_press_it_either(world, browser, tokens):
    stranger = world.browser()
    world.tokens(stranger, world.party(stranger, "portal"))
    form = {**form_of(leave(stranger)), "action": "sign_out"}
    browser.post("/logout", data=form)
    assert is_signed_in(world, browser)


def test_who_would_rather_stay_goes_home(world, browser, tokens):
    form = {**form_of(leave(browser)), "action": "cancel"}
    answer = browser.post("/logout", data=form)
    assert answer.headers["Location"] == HOME
    assert is_signed_in(world, browser)


@pytest.mark.spec("OIDC.BackChannelLogout", "2.3")
def test_every_client_of_the_session_that_wants_it_is_told(world, browser, portal, tokens):
    app = world.party(browser, "app", scope="openid offline_access")
    url, kept = app.request()
    offline = app.redeem(app.read_answer(browser.get(url).headers["Location"], kept)["code"], kept).json
    leave(browser, id_token_hint=tokens["id_token"])
    [job] = world.stored.outbox.jobs
    claims = portal.claims(tokens, now=world.now(), nonce="nonce-1")
    assert job.kind == "logout"
    assert job.payload == {"client_id": "portal", "sid": claims["sid"], "sub": "hanako"}
    assert app.refresh(offline["refresh_token"]).status_code == 200
    assert world.stored.audit.kinds.count("session.ended") == 1


def test_nobody_is_asked_where_nobody_is_signed_in(world, browser, tokens):
    leave(browser, id_token_hint=tokens["id_token"])
    again = leave(browser, id_token_hint=tokens["id_token"], post_logout_redirect_uri=HOME)
    assert again.headers["Location"] == HOME
    assert 'id="signed-out"' in leave(browser).text
    assert "Location" not in leave(browser, client_id="portal", post_logout_redirect_uri=HOME).headers
    assert len(world.stored.outbox.jobs) == 1


@pytest.mark.parametrize(
    "query",
    [
        "state=a&state=b",
        "state=%00",
        "client_id=nobody",
        "id_token_hint=%ff",
        "state=" + "a" * 3000,
    ],
)
def test_a_malformed_request_is_an_error_page(browser, query):
    answer = browser.get(f"/logout?{query}")
    assert answer.status_code == 400
    assert 'data-page="error"' in answer.text
