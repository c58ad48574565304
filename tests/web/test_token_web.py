"""/token, /revoke, /introspect and /userinfo as HTTP."""

from __future__ import annotations

import base64

import pytest

from idp.protocol.errors import ErrorCode, TokenError
from idp.web.transaction import run_in_unit
from tests.fakes import Tables
from tests.relying_party import basic


@pytest.mark.spec("RFC6749", "5.1")
def test_answers_are_json_that_nobody_keeps(world, browser):
    party = world.party(browser, "portal")
    location, kept = world.sign_in(browser, party)
    answer = party.redeem(party.read_answer(location, kept)["code"], kept)
    bad = party.redeem("x", kept)
    assert (answer.status_code, bad.status_code) == (200, 400)
    for each in (answer, bad):
        assert each.content_type == "application/json; charset=utf-8"
        assert each.headers["Cache-Control"] == "no-store"
        assert each.headers["Pragma"] == "no-cache"
    assert set(bad.json) == {"error", "error_description"}


@pytest.mark.spec("RFC6749", "5.2")
@pytest.mark.parametrize(
    "header", ["Basic !!!", basic("portal", "wrong"), "Basic " + base64.b64encode(b"\xff:\xff").decode(), None]
)
@pytest.mark.parametrize("path", ["/token", "/revoke", "/introspect"])
def test_failed_authentication_is_a_401_that_says_how(browser, header, path):
    headers = {} if header is None else {"Authorization": header}
    form = {"grant_type": "authorization_code", "code": "x", "token": "x"}
    answer = browser.post(path, data=form, headers=headers)
    assert (answer.status_code, answer.json["error"]) == (401, "invalid_client")
    assert answer.headers["WWW-Authenticate"].startswith("Basic realm=")


@pytest.mark.spec("RFC6749", "3.2")
def test_parameters_in_the_address_are_not_parameters(world, browser):
    headers = {"Authorization": basic("wallet", "wallet-secret")}
    answer = browser.post("/token?grant_type=client_credentials", headers=headers)
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_request")
    assert browser.post("/token", data={"grant_type": "client_credentials"}, headers=headers).status_code == 200


@pytest.mark.spec("RFC6749", "3.2")
@pytest.mark.parametrize("path", ["/token", "/revoke", "/introspect"])
def test_they_take_post_only(browser, path):
    for method in (browser.get, browser.put, browser.delete, browser.patch):
        answer = method(path)
        assert answer.status_code == 405
        assert set(answer.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}
        assert answer.json["error"] == "invalid_request"


@pytest.mark.parametrize("body", [b"grant_type=%ff", b"\xff=x", b"grant_type=a&grant_type=b", b"grant_type=%00"])
def test_a_broken_form_is_invalid_request(browser, body):
    answer = browser.post("/token", data=body, content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_request")


def test_a_spent_code_stays_spent_and_its_family_dead_although_the_request_failed(world, browser):
    party = world.party(browser, "portal")
    location, kept = world.sign_in(browser, party)
    code = party.read_answer(location, kept)["code"]
    tokens = party.redeem(code, kept).json
    assert party.redeem(code, kept).json["error"] == "invalid_grant"
    assert party.userinfo(tokens["access_token"]).status_code == 401
    location, kept = party.request(prompt="none")
    code = party.read_answer(browser.get(location).headers["Location"], kept)["code"]
    assert party.redeem(code, kept, code_verifier="w" * 43).status_code == 400
    assert party.redeem(code, kept).status_code == 400


def test_a_refusal_commits_and_a_bug_rolls_back():
    tables = Tables()

    def refuse():
        tables["codes"]["a"] = "spent"
        raise TokenError(ErrorCode.INVALID_GRANT)

    def fail():
        tables["codes"]["b"] = "spent"
        raise RuntimeError

    with pytest.raises(TokenError):
        run_in_unit(tables, refuse)
    with pytest.raises(RuntimeError):
        run_in_unit(tables, fail)
    assert tables["codes"] == {"a": "spent"}


@pytest.mark.spec("RFC7009", "2.2")
def test_revocation_answers_with_an_empty_object(world, browser):
    party = world.party(browser, "portal")
    tokens = world.tokens(browser, party)
    answer = party.revoke(tokens["access_token"])
    assert (answer.status_code, answer.json) == (200, {})
    assert party.userinfo(tokens["access_token"]).status_code == 401
    assert party.revoke("unknown").status_code == 200


@pytest.mark.spec("RFC7662", "2.2")
def test_introspection(world, browser):
    portal, wallet = world.party(browser, "portal"), world.party(browser, "wallet")
    token = world.tokens(browser, portal)["access_token"]
    assert portal.introspect(token).json["active"] is True
    assert wallet.introspect(token).json == {"active": False}
    assert world.party(browser, "app").introspect(token).status_code == 401


class TestUserinfo:
    @pytest.fixture
    def token(self, world, browser):
        return world.tokens(browser, world.party(browser, "portal"))["access_token"]

    @pytest.mark.spec("RFC6750", "2")
    def test_each_good_way_to_send_a_token(self, browser, token):
        header = {"Authorization": f"Bearer {token}"}
        answers = [
            browser.get("/userinfo", headers=header),
            browser.get("/userinfo", headers={"Authorization": f"bEARER  {token}"}),
            browser.post("/userinfo", headers=header),
            browser.post("/userinfo", data={"access_token": token}),
        ]
        assert [answer.status_code for answer in answers] == [200] * 4
        assert {answer.json["sub"] for answer in answers} == {"hanako"}
        assert answers[0].headers["Cache-Control"] == "no-store"

    @pytest.mark.spec("RFC6750", "3")
    def test_without_a_token_no_error_is_named(self, browser, token):
        for answer in (
            browser.get("/userinfo"),
            browser.get(f"/userinfo?access_token={token}"),
            browser.post(f"/userinfo?access_token={token}"),
            browser.get("/userinfo", headers={"Authorization": basic("portal", "portal-secret")}),
        ):
            assert answer.status_code == 401
            assert answer.headers["WWW-Authenticate"] == 'Bearer realm="sekisho"'

    @pytest.mark.spec("RFC6750", "3.1")
    @pytest.mark.parametrize("bad", ["", "x", "x" * 5000, "あ", "a b", "\x00"])
    def test_a_bad_token_is_named_bad(self, browser, bad):
        header = f"Bearer {bad}".encode().decode("latin-1")
        answer = browser.get("/userinfo", environ_overrides={"HTTP_AUTHORIZATION": header})
        assert answer.status_code == 401
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]

    @pytest.mark.spec("RFC6750", "2")
    def test_two_ways_at_once_are_refused(self, browser, token):
        header = {"Authorization": f"Bearer {token}"}
        answer = browser.post("/userinfo", data={"access_token": token}, headers=header)
        assert (answer.status_code, answer.json["error"]) == (400, "invalid_request")
        twice = browser.post("/userinfo", data=f"access_token={token}&access_token={token}", content_type=FORM)
        assert twice.status_code == 400


FORM = "application/x-www-form-urlencoded"
