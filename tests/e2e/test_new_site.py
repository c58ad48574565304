"""A newcomer: `sekisho new`, `sekisho demo`, and the first sign-up in a browser, with nothing set and nothing edited."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import ClassVar

import pytest
import requests

from tests.browser import Browser
from tests.product import TRIAL_PORT, Product, free_base

pytestmark = pytest.mark.slow

FIRST, SECOND = "seventeen violet lamps", "eighteen violet lamps"
WORDS = {
    "en": {"sign_in": "Sign in", "sign_out": "Sign out", "signed_in": "You are signed in"},
    "ja": {"sign_in": "サインイン", "sign_out": "サインアウト", "signed_in": "サインインしています"},
}


class NewSite(Product):
    """A site made by `sekisho new`, running."""

    ports: ClassVar = {"provider": 0, "trial": TRIAL_PORT}


@pytest.fixture(scope="module")
def new_site(tmp_path_factory, first_port):
    folder = tmp_path_factory.mktemp("new") / "site"
    made = subprocess.run([sys.executable, "-m", "idp", "new", str(folder)], check=True, capture_output=True, text=True)
    assert "http://localhost:9006/" in made.stdout
    running = NewSite(folder, free_base(first_port + 600)).start()
    yield running
    assert running.stop() == 0


def test_only_addresses_that_exist_are_announced(new_site):
    announced = set(re.findall(r"http://localhost:\S+", new_site.log))
    assert announced == {
        new_site.url(path=""),
        new_site.url("trial"),
        new_site.url(path="/dev/outbox"),
    }
    for address in announced - {new_site.url(path="")}:
        assert requests.get(address, timeout=10).status_code == 200


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_newcomer_signs_up_and_in_and_sets_another_password(new_site, language):
    words, email = WORDS[language], f"{language}@example.jp"
    browser = Browser(language=language)
    page = browser.open(new_site.url("trial"))
    assert page.language == language

    assert browser.follow(words["sign_in"]).name == "sign_in"
    assert browser.page.language == language
    assert browser.press("link:sign_up").name == "email_address"
    browser.press("send_code", email=email)
    browser.press("verify_code", code=new_site.outbox.code(email))
    browser.press("continue", name="New", new_password=FIRST, new_password_confirm=FIRST)
    assert browser.page.url == new_site.url("trial")
    assert words["signed_in"] in browser.page.text
    assert email in browser.page.text

    browser.follow(words["sign_out"])
    browser = Browser(language=language)
    browser.open(new_site.url("trial"))
    browser.follow(words["sign_in"])
    assert browser.press("link:forgot").name == "user_details"
    browser.press("send_code", email=email)
    browser.press("verify_code", code=new_site.outbox.code(email))
    browser.press("continue", new_password=SECOND, new_password_confirm=SECOND)

    browser = Browser(language=language)
    browser.open(new_site.url("trial"))
    browser.follow(words["sign_in"])
    assert browser.press("continue", email=email, password=FIRST).problem == "password.wrong"
    browser.press("continue", email=email, password=SECOND)
    assert words["signed_in"] in browser.page.text
