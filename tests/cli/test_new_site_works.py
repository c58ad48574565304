"""A site made by `sekisho new` works as it is: somebody signs up and signs in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from idp.app import create_app
from idp.delivery import build_worker
from idp.domain.outbox import JobKind
from idp.services import Services, build_services
from idp.settings import from_env
from tests.cli.console import run

ISSUER = "http://localhost:9000"
EMAIL, PASSWORD = "new@example.jp", "seventeen violet lamps"


@pytest.fixture
def house(tmp_path: Path) -> Services:
    folder = tmp_path / "site"
    words = ["--name", "Shop", "--home-uri", "https://shop.example/", "--redirect-uri", "https://shop.example/cb"]
    words += ["--return-uri", "https://shop.example/", "--flow", "sign_in"]
    words += ["--start", "sign_in", "--start", "sign_up", "--start", "set_password"]
    assert run("new", folder).exit_code == 0
    assert run("db", "upgrade", "--site", folder).exit_code == 0
    assert run("client", "add", "shop", *words, "--site", folder).exit_code == 0
    return build_services(from_env(folder, development=True, environ={}))


class Browser:
    """Walks one journey by its main form."""

    def __init__(self, client: FlaskClient, flow: str) -> None:
        self._client = client
        address = f"/start/{flow}?client_id=shop&return_to=https://shop.example/&ui_locales=en"
        self.url = client.get(address, base_url=ISSUER).location
        self.text = ""
        self.look()

    @property
    def page(self) -> str:
        return re.findall(r'data-page="(\w+)"', self.text)[0]

    def look(self) -> str | None:
        answer = self._client.get(self.url, base_url=ISSUER)
        self.text = answer.get_data(as_text=True)
        return answer.location

    def press(self, action: str, **typed: str) -> str | None:
        hidden = dict(re.findall(r'name="(_csrf|_step)" value="([^"]*)"', self.text))
        answer = self._client.post(self.url, data={**hidden, **typed, "action": action}, base_url=ISSUER)
        assert answer.status_code == 303
        return self.look() or answer.location


def mailed_code(house: Services) -> str:
    worker = build_worker(house)
    for kind in (JobKind.CHALLENGE, JobKind.MESSAGE):
        while worker.turn(kind):
            pass
    code = house.dev_outbox.list(EMAIL)[0].message.code
    assert code is not None
    return code


def test_somebody_signs_up_sets_another_password_and_signs_in(house: Services, tmp_path: Path):
    settings = from_env(tmp_path / "site", development=True, environ={})
    flask = create_app(settings, house)

    browser = Browser(flask.test_client(), "sign_up")
    assert browser.page == "email_address"
    browser.press("send_code", email=EMAIL)
    code = mailed_code(house)
    assert len(code) == 8
    browser.press("verify_code", code=code)
    assert browser.page == "account_details"
    browser.press("continue", name="New", new_password="Short-1!", new_password_confirm="Short-1!")
    assert 'data-message="password.too_short"' in browser.text
    end = browser.press("continue", name="New", new_password=PASSWORD, new_password_confirm=PASSWORD)
    assert end == "https://shop.example/"

    browser = Browser(flask.test_client(), "set_password")
    browser.press("send_code", email=EMAIL)
    browser.press("verify_code", code=mailed_code(house))
    assert browser.page == "new_password"
    assert browser.press("continue", new_password=PASSWORD + "!", new_password_confirm=PASSWORD + "!") == end

    browser = Browser(flask.test_client(), "sign_in")
    browser.press("continue", email=EMAIL, password=PASSWORD)
    assert 'data-message="password.wrong"' in browser.text
    browser.press("continue", email=EMAIL, password=PASSWORD + "!")
    assert browser.page == "consent"
    assert "Need help?" not in browser.text  # the site has no such link
    assert browser.press("allow") == end
