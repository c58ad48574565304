"""PostgreSQL goes away under the running product, and comes back."""

from __future__ import annotations

import pytest
import requests

from tests.browser import Browser
from tests.e2e.test_running import HANAKO, PHONE
from tests.postgres import postgres_server  # noqa: F401 - a fixture

pytestmark = [pytest.mark.slow, pytest.mark.postgres]


@pytest.fixture
def database_url(postgres_server):  # noqa: F811
    url = postgres_server.create_database()
    yield url
    postgres_server.drop_database(url)


def test_a_journey_waits_for_a_database_that_is_away(own_product, database_url, postgres_server):  # noqa: F811
    own_product.start(SEKISHO_DATABASE_URL=database_url)
    browser = Browser()
    browser.open(own_product.url("portal"))
    browser.follow("サインイン")
    page = browser.press("continue", **HANAKO)
    postgres_server.close(database_url)
    for answer in (requests.get(page.url, cookies=browser.http.cookies, timeout=20) for _ in range(20)):
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert 'data-error="temporarily_unavailable"' in answer.text
        assert f'href="{page.url.removeprefix(own_product.url(path=""))}' in answer.text
    form = {"grant_type": "refresh_token", "refresh_token": "x", "client_id": "app"}
    answer = requests.post(own_product.url(path="/token"), data=form, timeout=20)
    assert (answer.status_code, answer.json()["error"]) == (503, "temporarily_unavailable")
    assert requests.get(own_product.url(path="/readyz"), timeout=20).status_code == 503
    assert requests.get(own_product.url(path="/healthz"), timeout=20).status_code == 200
    postgres_server.open(database_url)
    browser.open(page.url)
    browser.press("sms")
    assert browser.press("verify_code", code=own_product.outbox.code(PHONE)).url == own_product.url("portal")
    assert "Traceback" not in own_product.log
    own_product.stop()
