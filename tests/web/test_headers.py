"""What every answer carries, what no request may exceed, who may read across origins."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from idp.app import assemble
from idp.web.context import client_address, request_locale
from idp.web.headers import FORM
from tests.web.world import World

PAGES = ("/nowhere", "/authorize", "/logout", "/journey/x", "/authorize/resume", "/start/x")


def policy(answer):
    parts = (part.strip().partition(" ") for part in answer.headers["Content-Security-Policy"].split(";"))
    return {name: rest for name, _, rest in parts}


@pytest.mark.spec("CSP3", "6")
@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_closed_to_strangers(browser, path):
    answer = browser.get(path)
    found = policy(answer)
    assert found["default-src"] == "'none'"
    assert found["frame-ancestors"] == "'none'"
    assert found["base-uri"] == "'none'"
    assert found["script-src"] == found["style-src"] == found["img-src"] == "'self'"
    assert found["form-action"] == "'self'"
    assert "unsafe" not in str(found)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize(
    ("client", "source"),
    [("portal", "http://localhost:9001"), ("plain", "https://rp.example"), ("app", "http://localhost:9003")],
)
def test_a_journeys_forms_may_end_at_its_client_only(world, browser, client, source):
    journey = browser.get(world.party(browser, client, scope="openid").request()[0]).headers["Location"]
    assert policy(browser.get(journey))["form-action"] == f"'self' {source}"


def moved(world, **changes: object) -> World:
    """The same house with another site."""
    house = replace(world.house, site=replace(world.house.site, **changes))
    return World(house, assemble(house), world.stored, world.clock)


@pytest.mark.spec("RFC6797", "6.1")
@pytest.mark.parametrize("changes", [{"issuer": "https://id.example"}, {"is_development": False}])
def test_elsewhere_cookies_are_locked_to_the_host_and_https_is_kept_to(world, changes):
    there = moved(world, **changes)
    answer = there.browser().get(there.party(there.browser(), "portal").request()[0])
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    [cookie] = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-sekisho_browser=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie


def test_on_localhost_cookies_are_such_as_every_browser_takes(world, browser):
    url, _ = world.party(browser, "portal").request()
    answer = browser.get(url)
    [cookie] = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("sekisho_browser=")
    assert "Secure" not in cookie
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    browser.get(world.end_journey(answer.headers["Location"], world.shown()))


class TestSizes:
    @pytest.mark.parametrize("path", ["/authorize", "/journey/x", "/logout"])
    def test_a_long_address_is_refused(self, browser, path):
        answer = browser.get(f"{path}?a={'x' * 9000}")
        assert answer.status_code == 414
        assert 'data-error="too_large"' in answer.text

    @pytest.mark.parametrize("path", ["/token", "/authorize", "/journey/x", "/userinfo", "/introspect"])
    @pytest.mark.parametrize("body", [b"a=" + b"x" * 70000, b"&".join(b"a%d=1" % n for n in range(101))])
    def test_a_large_body_is_refused(self, browser, path, body):
        answer = browser.post(path, data=body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 413
        assert ("too_large" in answer.text) is (path in {"/authorize", "/journey/x"})

    def test_a_body_without_a_length_is_not_cut_off_in_silence(self, browser):
        for path in ("/token", "/authorize"):
            stream = {"wsgi.input": io.BytesIO(b"a" * 70000), "wsgi.input_terminated": True}
            answer = browser.post(path, content_type=FORM, environ_overrides={**stream, "CONTENT_LENGTH": ""})
            assert answer.status_code == 413

    @pytest.mark.parametrize("path", ["/token", "/authorize", "/journey/x"])
    @pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain", ""])
    def test_only_forms_are_read(self, browser, path, kind):
        assert browser.post(path, data=b'{"grant_type": "x"}', content_type=kind).status_code == 415

    def test_an_empty_body_is_no_wrong_type(self, browser):
        answer = browser.post("/token")
        assert (answer.status_code, answer.json["error"]) == (400, "invalid_request")


class TestOtherOrigins:
    @pytest.mark.spec("Fetch", "3.2")
    @pytest.mark.parametrize("origin", ["http://localhost:9001", "https://rp.example", "http://localhost:9003"])
    def test_the_origin_of_a_redirect_uri_may_read(self, browser, origin):
        for path in ("/jwks", "/.well-known/openid-configuration", "/userinfo"):
            answer = browser.get(path, headers={"Origin": origin})
            assert answer.headers["Access-Control-Allow-Origin"] == origin
            assert "Origin" in answer.headers["Vary"]
            assert "Access-Control-Allow-Credentials" not in answer.headers
        for path in ("/token", "/revoke"):
            assert browser.post(path, headers={"Origin": origin}).headers["Access-Control-Allow-Origin"] == origin

    @pytest.mark.parametrize(
        "origin", ["null", "https://evil.example", "https://rp.example.evil.example", "http://localhost:9005", "*"]
    )
    def test_nobody_else_may(self, browser, origin):
        for path in ("/jwks", "/token", "/userinfo"):
            for answer in (browser.get(path, headers={"Origin": origin}), preflight(browser, path, origin)):
                assert "Access-Control-Allow-Origin" not in answer.headers
                assert "Access-Control-Allow-Methods" not in answer.headers

    @pytest.mark.parametrize("path", ["/introspect", "/authorize", "/logout", "/journey/x"])
    def test_the_rest_is_read_by_nobody(self, browser, path):
        answer = preflight(browser, path, "http://localhost:9001")
        assert "Access-Control-Allow-Origin" not in answer.headers

    def test_a_preflight_is_answered(self, browser):
        answer = preflight(browser, "/token", "http://localhost:9001")
        assert answer.status_code == 204
        assert "POST" in answer.headers["Access-Control-Allow-Methods"]
        assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]


def preflight(browser, path, origin):
    return browser.options(path, headers={"Origin": origin, "Access-Control-Request-Method": "POST"})


class TestTheCaller:
    @pytest.mark.parametrize(
        ("proxies", "peer", "forwarded", "address"),
        [
            ((), "203.0.113.9", "198.51.100.1", "203.0.113.9"),
            (("10.0.0.0/8",), "10.0.0.1", "198.51.100.1", "198.51.100.1"),
            (("10.0.0.0/8",), "10.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
            (("10.0.0.0/8",), "10.0.0.1", "", "10.0.0.1"),
            (("10.0.0.0/8",), "10.0.0.1", "a", "unknown"),
            (("10.0.0.0/8",), "10.0.0.1", "198.51.100.1, fe80::1%eth0<script>", "unknown"),
            (("10.0.0.0/8",), "203.0.113.9", "10.0.0.1", "203.0.113.9"),
            (("::1",), "::1", "2001:db8::7", "2001:db8::7"),
            (("127.0.0.1",), "::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1"),
            ((), "", "198.51.100.1", "unknown"),
        ],
    )
    def test_only_named_proxies_are_believed(self, world, proxies, peer, forwarded, address):
        there = moved(world, trusted_proxies=proxies)
        headers = {"X-Forwarded-For": forwarded, "Forwarded": "for=6.6.6.6", "X-Real-IP": "6.6.6.6"}
        with there.app.test_request_context("/", headers=headers, environ_base={"REMOTE_ADDR": peer}):
            assert client_address() == address

    @pytest.mark.spec("OIDC.Core", "3.1.2.1")
    @pytest.mark.parametrize(
        ("query", "cookie", "header", "locale"),
        [
            ("", None, "", "ja"),
            ("", None, "en-GB,en;q=0.9", "en"),
            ("", None, "fr", "ja"),
            ("", "ja", "en", "ja"),
            ("", "klingon", "en", "en"),
            ("ui_locales=en", "ja", "ja", "en"),
            ("ui_locales=fr+en-US+ja", None, "", "en"),
            ("ui_locales=se", "en", "", "en"),
            ("ui_locales=%00%ff", None, "en", "en"),
        ],
    )
    def test_the_language(self, world, query, cookie, header, locale):
        headers = {"Accept-Language": header} | ({"Cookie": f"sekisho_locale={cookie}"} if cookie else {})
        with world.app.test_request_context(f"/?{query}", headers=headers):
            assert request_locale() == locale
