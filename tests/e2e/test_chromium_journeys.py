"""The journeys in headless Chromium with JavaScript on, on a phone and on a desk, with a picture of every page."""

from __future__ import annotations

import shutil
import zlib

import pytest
from playwright.sync_api import sync_playwright

from tests.e2e.chromium import PICTURES, WIDTHS, Tab, clear
from tests.e2e.walks import BORN, NEW_PASSWORD, REGISTRATION

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]


@pytest.fixture(scope="module")
def chromium():
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert found, "these tests need Chromium: apt-get install chromium"
    clear(PICTURES)
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@pytest.fixture(params=list(WIDTHS))
def open_tab(request, chromium, product):
    opened = []

    def open_one(journey):
        opened.append(Tab(chromium, product, journey=journey, device=request.param))
        return opened[-1]

    yield open_one
    for tab in opened:
        tab.close()


def sign_in_first(tab, site, member):
    tab.go(site, "サインイン")
    tab.press("continue", email=member.email, password=member.password)
    if tab.name == "verify_email":
        tab.type_code(member.email)
    tab.press("sms", phone=member.phone)
    tab.type_code(member.phone)


def test_j1_sign_up_with_the_link_opened_on_another_device(open_tab, request):
    asking, reading = open_tab("J1-asking"), open_tab("J1")
    email = f"{zlib.crc32(request.node.name.encode()):x}@chromium.example.jp"
    asking.go("portal", "univcoopマイポータルに新規登録")
    asking.press("continue", email=email, **BORN)
    assert asking.name == "mail_sent"
    reading.open(asking.product.outbox.link(email))
    reading.press("continue")
    asking.tab.reload()
    asking.look()
    assert asking.name == "elsewhere"
    reading.press("continue", **REGISTRATION)
    reading.press("continue")
    assert reading.name == "done"
    reading.press("continue")
    reading.press("continue", new_password=NEW_PASSWORD, new_password_confirm=NEW_PASSWORD)
    assert reading.tab.url == asking.product.url("portal")
    assert reading.claims() == {}


def test_j2_password_from_the_guide_site_ticks_its_step(open_tab, member):
    tab = open_tab("J2")
    tab.go("guide", "パスワードの設定をする")
    tab.press("send_code", email=member.email)
    tab.type_code(member.email)
    tab.press("continue")
    tab.press("continue", new_password=NEW_PASSWORD, new_password_confirm=NEW_PASSWORD)
    assert tab.tab.url == tab.product.url("guide", "/?done=password")
    assert tab.tab.locator('[data-step="password"]').get_attribute("data-done") == "true"


def test_j3_first_sign_in_at_the_portal_then_the_app_without_a_page(open_tab, member):
    tab = open_tab("J3")
    sign_in_first(tab, "portal", member)
    assert tab.tab.url == tab.product.url("portal")
    assert tab.claims()["email"] == member.email
    assert tab.claims()["acr"] == "mfa"
    tab.go("app", "サインイン")
    assert tab.tab.url == tab.product.url("app")


def test_j4_a_guardian_with_a_landline_is_signed_in(open_tab, request):
    tab = open_tab("J4")
    number = zlib.crc32(request.node.name.encode()) % 10_000
    email = f"guardian{number}@chromium.example.jp"
    tab.go("guide", "扶養者・保護者の方はこちら")
    tab.press("send_code", email=email)
    tab.type_code(email)
    tab.press("continue", name="保護 者子", new_password=NEW_PASSWORD, new_password_confirm=NEW_PASSWORD)
    tab.press("call", phone=f"03-1234-{number:04}")
    tab.type_code(f"+8131234{number:04}")
    assert tab.tab.url == tab.product.url("portal")
    assert tab.claims()["email"] == email


def test_j6_the_wallet_asks_for_a_code_and_for_consent_never_for_a_password(open_tab, member):
    tab = open_tab("J6")
    sign_in_first(tab, "app", member)
    tab.follow("はい")
    number = f"{member.phone[:-4]}9876"
    tab.press("send_code", identifier=number)
    assert tab.tab.locator('input[type="password"]').count() == 0
    tab.type_code(number)
    assert tab.name == "consent"
    tab.press("allow")
    assert tab.tab.url == tab.product.url("wallet")
    assert tab.claims()["email"] == member.email


def test_j9_sign_out_with_a_hint_and_by_the_back_channel(open_tab, member):
    tab = open_tab("J9")
    sign_in_first(tab, "portal", member)
    tab.go("app", "サインイン")
    tab.follow("いいえ")
    tab.follow("サインアウト")
    assert tab.tab.url.startswith(tab.product.url("app"))
    for _ in range(50):
        tab.tab.goto(tab.product.url("portal"))
        if not tab.claims():
            break
    tab.look()
    assert tab.claims() == {}
    tab.open(tab.product.url(path="/logout"))
    assert tab.name in {"signed_out", "sign_out"}
