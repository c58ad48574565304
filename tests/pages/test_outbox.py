"""/dev/outbox: every message for development, nothing at all otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from flask import Flask

from idp.domain.challenge import Channel
from idp.domain.outbox import DeliveredMessage, Message
from idp.web import outbox
from idp.web.context import EXTENSION
from tests.pages.drawing import read, renderer, texts
from tests.pages.screens import NOW, SITE

SENT = datetime(2026, 11, 22, 5, 6, 12, 480113, tzinfo=UTC)
MESSAGES = [
    Message(id="m3", channel=Channel.SMS, to="+819012345678", text="048213 …", code="048213", locale="ja"),
    Message(
        id="m2",
        channel=Channel.MAIL,
        to="shinnyu@example.jp",
        subject="件名",
        text="本文",
        html="<p>本文</p>",
        link="http://localhost:9000/link/x",
        locale="ja",
    ),
]


class KeptMessages:
    def list(self, to=None):
        kept = [DeliveredMessage(message=m, sent_at=SENT - timedelta(seconds=n)) for n, m in enumerate(MESSAGES)]
        return [item for item in kept if to in (None, item.message.to)]


@pytest.fixture
def client(request):
    site = replace(SITE, is_development=getattr(request, "param", True))
    house = SimpleNamespace(site=site, texts=texts(), clock=SimpleNamespace(now=lambda: NOW), dev_outbox=KeptMessages())
    app = Flask("outbox")
    app.extensions[EXTENSION] = (house, renderer())
    app.register_blueprint(outbox.blueprint)
    return app.test_client()


@pytest.mark.parametrize("client", [False], indirect=True)
@pytest.mark.parametrize("path", ["/dev/outbox", "/dev/outbox.json", "/dev/outbox.json?to=shinnyu@example.jp"])
def test_production_has_no_such_page(client, path):
    assert client.get(path).status_code == 404


def test_scripts_find_every_member(client):
    first, second = client.get("/dev/outbox.json").json
    assert first == {
        "id": "m3",
        "channel": "sms",
        "to": "+819012345678",
        "subject": None,
        "text": "048213 …",
        "html": None,
        "code": "048213",
        "link": None,
        "sent_at": "2026-11-22T05:06:12.480113Z",
    }
    assert second["link"] == "http://localhost:9000/link/x"
    assert second["html"] == "<p>本文</p>"


@pytest.mark.parametrize("to", ["%2B819012345678", "+819012345678"])
def test_a_number_is_found_with_its_plus_encoded_or_not(client, to):
    assert [item["id"] for item in client.get(f"/dev/outbox.json?to={to}").json] == ["m3"]


def test_people_see_code_link_and_text(client):
    page = read(client.get("/dev/outbox", headers={"Accept-Language": "ja"}).text)
    assert page.all("html")[0].attributes["data-page"] == "outbox"
    assert [node.attributes["id"] for node in page.all("article")] == ["mm3", "mm2"]
    assert "048213" in page.text
    assert [a.attributes["href"] for a in page.all("article", id="mm2")[0].all("a")] == ["http://localhost:9000/link/x"]
    assert page.all("time")[0].text == "14:06:12"


def test_one_recipient_only(client):
    page = read(client.get("/dev/outbox?to=shinnyu@example.jp").text)
    assert len(page.all("article")) == 1
    assert page.all("input", id="to")[0].attributes["value"] == "shinnyu@example.jp"
