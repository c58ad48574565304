"""J9: signing out with and without a hint, and what the other clients hear of it."""

from __future__ import annotations

import time

import pytest

from tests.browser import Browser
from tests.e2e.walks import Visitor


@pytest.fixture
def signed_in(visitor, member):
    visitor.sign_in_first("portal", member)
    visitor.go("app", "サインイン")
    visitor.go("portal")
    assert "sub" in visitor.claims()
    return visitor


@pytest.mark.spec("OIDC RP-Initiated Logout", "2")
def test_with_a_hint_it_ends_the_session_and_returns_to_the_portal(signed_in):
    page = signed_in.browser.follow("サインアウト")
    assert page.url.startswith(signed_in.product.url("portal"))
    assert page.root.all("p", id="signed-out"), page.text
    assert signed_in.claims() == {}
    assert signed_in.go("portal", "サインイン").name == "sign_in", "the session at the provider has ended too"


@pytest.mark.spec("OIDC RP-Initiated Logout", "2")
def test_without_a_hint_it_asks_and_stays_at_the_provider(signed_in):
    page = signed_in.browser.open(signed_in.product.url(path="/logout"))
    assert page.name == "sign_out"
    assert signed_in.is_signed_in("portal")
    signed_in.browser.page = page
    page = signed_in.press("sign_out")
    assert page.name == "signed_out"
    assert [node for node in page.root.walk() if node.attributes.get("id") == "signed-out"]


@pytest.mark.spec("OIDC RP-Initiated Logout", "3")
def test_an_unregistered_return_address_is_never_followed(signed_in):
    query = "client_id=portal&post_logout_redirect_uri=http://evil.example/"
    page = signed_in.browser.open(signed_in.product.url(path=f"/logout?{query}"))
    if "sign_out" in page.buttons():
        page = signed_in.press("sign_out")
    assert page.url.startswith(signed_in.product.url())
    assert 'href="http://evil.example' not in page.answer.text


@pytest.mark.spec("OIDC Back-Channel Logout", "2.5")
def test_a_sign_out_elsewhere_ends_the_portals_session_by_the_back_channel(signed_in):
    portal = Visitor(signed_in.product, Browser(cookies_of=signed_in.browser))
    signed_in.go("app")
    signed_in.browser.follow("いいえ")
    page = signed_in.browser.follow("サインアウト")
    assert page.url.startswith(signed_in.product.url("app"))
    end = time.monotonic() + 10
    while "sub" in portal.look_at("portal"):
        assert time.monotonic() < end, "the portal was never told"
        time.sleep(0.1)
    portal.go("portal")


def test_nobody_signed_in_is_told_so(visitor):
    page = visitor.browser.open(visitor.product.url(path="/logout"))
    assert page.name in {"signed_out", "sign_out"}
    assert page.status == 200
