"""The database is away: everybody is asked to come back in a moment, and nothing is done by halves."""

from __future__ import annotations

import re

import pytest

from idp.domain.session import Method

PAGES = ("/authorize", "/logout", "/start/sign_up?client_id=guide", "/journey/x")
PROGRAMS = ("/token", "/introspect", "/revoke", "/userinfo", "/readyz")
BEARER = {"Authorization": "Bearer token"}


def go_away(world, answers=0):
    world.stored.transactions.answers = answers


def come_back(world):
    world.stored.transactions.answers = None


def is_asked_to_wait(answer):
    return (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


@pytest.mark.spec("RFC9110", "15.6.4")
@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_to_wait_and_leads_back_to_where_one_was(world, browser, caplog, path):
    caplog.set_level("INFO")
    if path == "/authorize":
        path, _ = world.party(browser, "portal").request()
    browser.set_cookie("sekisho_session", "token")
    browser.set_cookie("sekisho_browser", "token")
    go_away(world)
    answer = browser.get(path)
    assert is_asked_to_wait(answer), answer.text
    assert 'data-error="temporarily_unavailable"' in answer.text
    assert re.search(r'<a class="btn primary" href="([^"?]+)', answer.text)[1] == path.partition("?")[0].removeprefix(
        "http://localhost:9000"
    )
    assert [record.levelname for record in caplog.records if record.exc_info] == []
    assert "StoreUnavailable" in caplog.text


@pytest.mark.parametrize("path", PROGRAMS)
def test_a_program_reads_the_status(world, browser, path):
    method = browser.get if path in {"/readyz", "/userinfo"} else browser.post
    form = {"client_id": "portal", "client_secret": "portal-secret", "token": "x", "grant_type": "client_credentials"}
    sent = {"headers": BEARER} if method == browser.get else {"data": form}
    go_away(world)
    answer = method(path, **sent)
    assert is_asked_to_wait(answer)
    assert answer.json["error"] == "temporarily_unavailable"


def test_the_answer_stands_where_even_the_origins_are_unknown(world, browser, caplog):
    go_away(world)
    answer = browser.post("/token", data={"client_id": "portal"}, headers={"Origin": "http://localhost:9001"})
    assert is_asked_to_wait(answer)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert [record.levelname for record in caplog.records if record.exc_info] == []


@pytest.mark.parametrize("path", ["/healthz", "/jwks", "/.well-known/openid-configuration"])
def test_what_needs_no_database_goes_on(world, browser, path):
    go_away(world)
    assert browser.get(path).status_code == 200


def test_a_code_is_good_until_it_has_been_redeemed_as_a_whole(world, browser):
    party = world.party(browser, "app", scope="openid offline_access")
    location, kept = world.sign_in(browser, party, Method.PASSWORD, Method.SMS)
    code = party.read_answer(location, kept)["code"]
    outages = 0
    for answers in range(1000):
        go_away(world, answers)
        answer = party.redeem(code, kept)
        come_back(world)
        if answer.status_code == 200:
            break
        assert is_asked_to_wait(answer), answer.text
        outages += 1
    assert outages > 3
    assert answer.json["refresh_token"]
