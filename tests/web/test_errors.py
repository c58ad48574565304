"""The mapper: what people and programs see of an error, and what only the log does."""

from __future__ import annotations

import io
import re

import pytest
from gunicorn.http.errors import InvalidChunkSize

from idp.domain.ports import HasherBusy
from idp.flows.runtime import JourneyBroken
from idp.web.errors import one_line


def reference_of(answer):
    return re.search(r'data-reference="([^"]+)"', answer.text).group(1)


def test_an_unknown_address_is_a_page_with_a_way_on(browser, caplog):
    caplog.set_level("INFO")
    answer = browser.get("/nowhere/at/all")
    assert answer.status_code == 404
    assert 'data-error="not_found"' in answer.text
    assert reference_of(answer) in caplog.text
    assert "<a class=" in answer.text


@pytest.mark.spec("RFC9110", "15.5.6")
def test_a_wrong_method_is_a_page_that_says_which_are_right(browser):
    answer = browser.delete("/authorize")
    assert answer.status_code == 405
    assert {"GET", "POST"} <= set(answer.headers["Allow"].replace(" ", "").split(","))
    assert 'data-error="method_not_allowed"' in answer.text


def explode(world, error):
    @world.app.get("/explode")
    def view():
        raise error


def test_what_nobody_foresaw_is_a_500_page_without_details(world, browser, caplog):
    explode(world, RuntimeError("password=Sakura-2026!"))
    answer = browser.get("/explode")
    assert answer.status_code == 500
    assert 'data-error="server_error"' in answer.text
    assert "Sakura" not in answer.text
    assert "Traceback" not in answer.text
    assert reference_of(answer) in caplog.text


def test_a_broken_flow_is_a_500_page_that_leads_back_to_the_client(world, browser, caplog):
    explode(world, JourneyBroken("portal", "flow own: int(name)"))
    answer = browser.get("/explode")
    assert answer.status_code == 500
    assert 'data-error="server_error"' in answer.text
    assert "int(name)" not in answer.text
    assert "http://localhost:9001/" in answer.text
    assert reference_of(answer) in caplog.text
    assert "flow own: int(name)" in caplog.text


def test_a_full_queue_of_passwords_is_a_503_that_says_when_to_come_back(world, browser):
    explode(world, HasherBusy())
    answer = browser.get("/explode")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert 'data-error="temporarily_unavailable"' in answer.text


@pytest.mark.parametrize("status", [400, 414, 417, 431, 501])
def test_a_request_that_a_server_could_not_read_is_a_page_with_a_way_on(browser, caplog, status):
    caplog.set_level("INFO")
    answer = browser.get(f"/refused/{status}", headers={"Accept-Language": "en"})
    assert answer.status_code == status
    assert '<html lang="en"' in answer.text
    assert 'data-page="error"' in answer.text
    assert 'data-error="invalid_request"' in answer.text or status == 414
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert reference_of(answer) in caplog.text
    assert "<a class=" in answer.text


@pytest.mark.parametrize("status", ["200", "401", "500", "9999", "x"])
def test_only_a_server_that_could_not_read_has_such_pages(browser, status):
    assert browser.get(f"/refused/{status}").status_code == 404


@pytest.mark.parametrize("path", ["/token", "/authorize"])
def test_a_body_that_is_no_http_is_the_callers_mistake(browser, path):
    class Broken(io.RawIOBase):
        def readable(self):
            return True

        def readinto(self, buffer):
            raise InvalidChunkSize(b"zz")

    stream = {"wsgi.input": Broken(), "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    answer = browser.post(path, environ_overrides=stream)
    assert answer.status_code == 400
    assert "invalid_request" in answer.text


def test_the_way_on_leads_home_to_the_client_that_is_known(world, browser):
    url, _ = world.party(browser, "portal").request(redirect_uri="https://evil.example/")
    answer = browser.get(url)
    assert re.search(r'href="http://localhost:9001/" id="action-home"', answer.text)
    unknown = browser.get(world.party(browser, "portal").request(client_id="x")[0])
    assert "マイポータル" in answer.text
    assert "マイポータル" not in unknown.text


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_errors_speak_the_persons_language(world, browser, locale):
    answer = browser.get(f"/authorize?ui_locales={locale}")
    assert f'<html lang="{locale}"' in answer.text


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plain", "plain"),
        ("a\r\nFAKE line", r"a\r\nFAKE line"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("%s {x} あ\u2028", r"%s {x} \u3042\u2028"),
        ("x" * 1000, "x" * 500),
        ("\ud800", r"\ud800"),
    ],
)
def test_the_log_stays_one_line_of_harmless_letters(text, line):
    assert one_line(text) == line


def test_what_callers_write_stands_in_the_log_escaped(world, browser, caplog):
    caplog.set_level("INFO")
    browser.get(world.party(browser, "portal").request(client_id="a\r\nFAKE\x1b[31m")[0])
    [record] = [record for record in caplog.records if record.name == "idp.web"]
    assert "\n" not in record.getMessage()
    assert "\x1b" not in record.getMessage()
    assert "invalid_client" in record.getMessage()


def test_secrets_are_in_no_log(world, browser, caplog):
    caplog.set_level("DEBUG")
    party = world.party(browser, "app", scope="openid offline_access")
    tokens = world.tokens(browser, party)
    party.refresh(tokens["refresh_token"])
    party.refresh("not-a-token")
    cookie = browser.get_cookie("sekisho_session").value
    for secret in (*map(str, (tokens["access_token"], tokens["refresh_token"], tokens["id_token"])), cookie):
        assert secret not in caplog.text
